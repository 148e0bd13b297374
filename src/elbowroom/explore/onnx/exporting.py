"""A run's graphs as ONNX: what a page computes by itself, without Python.

All graphs share one file of weights: encoder and decoder are in several of them, and weights are
most of what has to be sent.
"""

import logging
import warnings
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import torch

from elbowroom.distributions import Ability
from elbowroom.errors import IncompatibleError, MissingExtraError
from elbowroom.explore.about import has_choices
from elbowroom.explore.conditions import conditioned
from elbowroom.explore.onnx.checking import check_agrees
from elbowroom.explore.onnx.graph import Graph
from elbowroom.explore.onnx.graphs import (
    Around,
    Chances,
    Decode,
    Draw,
    Encode,
    Score,
    See,
    Turn,
)
from elbowroom.explore.onnx.weights import FILE, Pool
from elbowroom.explore.telling import Tell, quietly
from elbowroom.files import write_whole
from elbowroom.metrics import Ruler
from elbowroom.models.refined import Refined
from elbowroom.run import Run

if TYPE_CHECKING:
    from onnx import ModelProto

OPSET = 18
_ROWS = 3
"""Rows that a graph is traced with; afterwards they may be any number."""


@dataclass(frozen=True)
class Exported:
    """The graphs of a run.

    Attributes:
        graphs: Each graph as ONNX, by what it answers: decode, encode, draw, score, around, see,
            chances of a table with columns of names, and turn-0, turn-1, ... for the levels above
            the lowest.
        columns: Random numbers in each row of a graph's noise.
        weights: The weights of all graphs.
        refused: For what cannot be answered by a graph a sentence that says why.
    """

    graphs: Mapping[str, bytes]
    columns: Mapping[str, int]
    weights: bytes = field(repr=False)
    refused: Mapping[str, str]

    def save(self, folder: Path) -> Path:
        """Write a file for each graph and one with the weights beside them."""
        for name, content in self.graphs.items():
            write_whole(folder / f"{name}.onnx", content)
        write_whole(folder / FILE, self.weights)
        return folder


def export(run: Run, *, ruler: Ruler | None = None, tell: Tell = quietly) -> Exported:
    """Write what a page asks of a run as graphs, as far as that is possible.

    Args:
        run: The run.
        ruler: What measures how far two examples are apart, if that is asked.
        tell: Told what is being done.

    Raises:
        MissingExtraError: If the packages of the extra 'onnx' are not installed.
    """
    check_installed()
    run, pool = _on_cpu(run), Pool()
    graphs: dict[str, bytes] = {}
    columns: dict[str, int] = {}
    refused: dict[str, str] = {}
    questions = dict(questions_of(run, ruler))
    for done, (name, make) in enumerate(questions.items()):
        tell("writing the model as graphs", done, len(questions))
        try:
            graph = make().eval()
            content = written(graph)
            check_agrees(graph, content.SerializeToString())
            graphs[name] = pool.written(content)
            columns[name] = graph.columns
        except IncompatibleError as error:
            refused[name] = str(error)
    return Exported(graphs, columns, pool.content, refused)


def export_onnx(run: Run, folder: str | Path) -> Path:
    """Write decoder, encoder and log-likelihood of a run as ONNX files with one file of weights.

    Inputs and outputs are rows of raw values and of joined codes; the number of rows is free.

    Args:
        run: The run.
        folder: Where to.

    Returns:
        The folder.

    Raises:
        MissingExtraError: If the packages of the extra 'onnx' are not installed.

    Example:
        >>> import elbowroom as er
        >>> er.export_onnx(er.Run.load("runs/digits-1"), "onnx")  # doctest: +SKIP
    """
    return export(run).save(Path(folder))


def written(graph: Graph) -> "ModelProto":
    """Return a graph as ONNX, its weights inside.

    Raises:
        IncompatibleError: If it cannot be written; the message says why.
    """
    _refuse_refined(graph)
    inputs = graph.example_inputs(_ROWS)
    rows = torch.export.Dim("rows")
    shapes = tuple({0: rows} if name in graph.many else {} for name in graph.names)
    try:
        with torch.no_grad(), _silently():
            program = torch.onnx.export(
                graph,
                inputs,
                dynamo=True,
                dynamic_shapes=(shapes,),
                opset_version=OPSET,
                # No name inside a graph has a dot in it.
                input_names=[f"in.{name}" for name in graph.names],
                output_names=[f"out.{name}" for name in graph.outputs],
            )
    except torch.onnx.OnnxExporterError as error:
        raise _refusal(error) from error
    return _bare(cast(Any, program).model_proto)


def check_installed() -> None:
    """Refuse where the packages that write graphs are not installed.

    Raises:
        MissingExtraError: If they are not.
    """
    for package in ("onnx", "onnxscript", "onnxruntime"):
        try:
            import_module(package)
        except ImportError as error:
            raise MissingExtraError(package, "onnx", "a file that runs without Python") from error


def questions_of(run: Run, ruler: Ruler | None = None) -> Iterator[tuple[str, Callable[[], Graph]]]:
    """Yield what is asked, by name, and what makes the graph that answers it."""
    noisy = Ability.DENSITY in run.model.abilities
    of_noise, of_names = (Score, Around) if noisy else (), (Chances,) if has_choices(run) else ()
    for kind in (Decode, Encode, Draw, *of_noise, *of_names):
        yield kind.__name__.lower(), partial(kind, run)
    for place in range(len(conditioned(run, 1, None).units) - 1):
        yield f"turn-{place}", partial(Turn, run, place)
    if ruler is not None:
        yield "see", partial(See, run, ruler)


def _on_cpu(run: Run) -> Run:
    """Return a run whose weights are where graphs are traced; itself where they are."""
    if run.device.type == "cpu":
        return run
    model, preprocessing = deepcopy(run.model).cpu(), deepcopy(run.preprocessing).cpu()
    return replace(run, model=model, preprocessing=preprocessing)


def _refuse_refined(graph: Graph) -> None:
    if graph.infers and any(isinstance(part, Refined) for part in graph.modules()):
        raise IncompatibleError(
            "the model refines its answer by gradient steps on each example, and a graph in a "
            "file has no gradients"
        )


def _refusal(error: BaseException) -> IncompatibleError:
    """Return what went wrong, for a person: our own words if there are any, else the exporter's."""
    cause = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    if isinstance(cause, IncompatibleError):
        return cause
    said = next(iter(str(cause).strip().splitlines()), type(cause).__name__)
    return IncompatibleError(f"it has a step that no graph can hold ({said})")


@contextmanager
def _silently() -> Generator[None]:
    """Keep the exporter from telling its progress and its guesses."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def _bare(graph: "ModelProto") -> "ModelProto":
    """Leave out where in the source each step was from, which is most of a small graph."""
    del graph.graph.value_info[:]
    for part in (graph, graph.graph, *graph.graph.node, *graph.functions):
        part.ClearField("doc_string")
        del part.metadata_props[:]
    return graph
