"""One HTML file that shows runs in any browser: no server, no Python, no other file.

The page, what it runs graphs with (WebAssembly), the models as graphs, and some examples are in the
file, and its policy forbids the browser to ask the network for anything.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.explore.about import About, Can
from elbowroom.explore.comparing import check_comparable
from elbowroom.explore.gallery import MOST
from elbowroom.explore.inlined import Sent, Tags, exactly, nearly, policy, program, style
from elbowroom.explore.onnx import Exported, export
from elbowroom.explore.onnx.exporting import check_installed
from elbowroom.explore.page_files import page_file, page_with
from elbowroom.explore.pictures import resizing
from elbowroom.explore.session import Session
from elbowroom.explore.telling import Tell, quietly
from elbowroom.files import write_whole
from elbowroom.run import Run

_RUNTIME = "ort-wasm-simd-threaded.wasm.gz"
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; "
    "style-src 'unsafe-inline'; img-src data: blob:; connect-src 'none'; form-action 'none'"
)
_ASKED = {
    "decode": ("decode",),
    "draw": ("draw",),
    "encode": ("encode",),
    "score": ("score", "evidence"),
    "see": ("nearest",),
    "around": ("around",),
    "chances": ("chances",),
}
"""What the page cannot do where a graph is missing."""
_WITHOUT = {
    "decode": "the picture of a code",
    "draw": "draws from p(x|z)",
    "encode": "the code of an example",
    "score": "what an example is worth",
    "evidence": "its log evidence",
    "nearest": "the examples nearest to one",
    "around": "codes that fit an example",
    "chances": "the probability of each choice",
}
_AT_ONCE = 256
_ROOM, _HALF = 2**23, 2
"""Bytes that examples take in a file at most, before they are compressed, as do their codes; and
those of a number in a code."""


def write_html(
    runs: Sequence[Run],
    path: str | Path,
    *,
    limit: int = 2000,
    split: str | None = None,
    examples: int = MOST,
    tell: Tell = quietly,
    say: Callable[[str], None] = quietly,
) -> Path:
    """Write runs as one HTML file that works without a server, Python, or the network.

    Args:
        runs: One run, or two of the same data to compare.
        path: The file.
        limit: Examples whose values are in the file, at most, fewer where one is large; others are
            on the map alone.
        split: Which examples; those of the test set or the best there is when not given.
        examples: How many are on the map, at most.
        tell: Told what is being done.
        say: Told in sentences what the file cannot do that a server can, and its size.

    Returns:
        The file.

    Raises:
        ConfigError: If a number is out of range.
        MissingExtraError: If the packages of the extra 'onnx' are not installed.
        IncompatibleError: If a decoder cannot be written as a graph, or the runs are not of the
            same data.
        RunError: If the data of a run are not to be had.
    """
    path = Path(path)
    html = html_of(runs, limit=limit, split=split, examples=examples, tell=tell, say=say)
    write_whole(path, html)
    say(f"'{path}' has {path.stat().st_size / 1e6:.1f} MB and opens in any browser.")
    return path


def html_of(
    runs: Sequence[Run],
    *,
    limit: int = 2000,
    split: str | None = None,
    examples: int = MOST,
    tell: Tell = quietly,
    say: Callable[[str], None] = quietly,
) -> str:
    """Return what `write_html` writes; the arguments are its."""
    check_installed()
    check_comparable(runs)
    if limit < 1:
        raise ConfigError(f"limit is {limit:,}; one example at least must be in the file")
    tags = Tags()
    abouts, files = [], []
    for run in runs:
        units = sum(run.model.units)
        most = min(examples, max(_ROOM // (_HALF * units), 1))
        session = Session.open(run, split=split, examples=most, tell=tell)
        if len(session.gallery) == most < examples:
            say(f"{run.name}: codes of {units:,} units leave room for {most:,} examples.")
        graphs = export(run, ruler=session.neighbours.ruler, tell=tell)
        _refuse_without_decoder(run, graphs)
        for reason, verbs in _by_reason(graphs).items():
            say(f"{run.name}: {_sentence(verbs, reason)}")
        held = min(limit, len(session.gallery), _room(session))
        abouts.append(_about(session.about, graphs, held).to_dict())
        files.append(_packed(session, graphs, held, tags))
    names = " and ".join(run.name for run in runs)
    runtime = tags.zipped(page_file(_RUNTIME))
    return page_with(
        {"transport": "inpage", "runs": abouts, "files": files, "runtime": runtime},
        title=f"{names} - Elbowroom",
        style=policy(_POLICY) + style(page_file("explorer.css").decode()),
        script=program(page_file("explorer.js").decode()),
        parts=str(tags),
    )


def _refuse_without_decoder(run: Run, graphs: Exported) -> None:
    if "decode" in graphs.refused:
        raise IncompatibleError(
            f"the decoder of '{run.name}' cannot be put into a file: "
            f"{graphs.refused['decode']}. The server shows any model: elbowroom explore {run.path}"
        )


def _about(about: About, graphs: Exported, held: int) -> About:
    """Return what the page is told, with what a file can do."""
    can: Can = {**about.can, **_missing(graphs), "save": True}
    return replace(about, held=held, can=can)


def _missing(graphs: Exported) -> Can:
    """Say of what a file cannot do why not, and what can."""
    found = _by_reason(graphs).items()
    return {verb: _sentence([verb], reason) for reason, verbs in found for verb in verbs}


def _by_reason(graphs: Exported) -> dict[str, list[str]]:
    """Return what a file cannot do, by the reason."""
    found: dict[str, list[str]] = {}
    for name, verbs in _ASKED.items():
        if name in graphs.refused:
            found.setdefault(graphs.refused[name], []).extend(verbs)
    return found


def _sentence(verbs: Sequence[str], reason: str) -> str:
    *others, last = (_WITHOUT[verb] for verb in verbs)
    things = f"{', '.join(others)} and {last}" if others else last
    return (
        f"{things[0].upper()}{things[1:]} cannot be had from a file alone: {reason}. With Python "
        "and the run, elbowroom explore RUN shows everything."
    )


def _room(session: Session) -> int:
    """Return how many examples there is room for."""
    bytes_each = 1 if (session.run.domain.levels or 257) <= 256 else 4
    return max(_ROOM // (bytes_each * session.gallery.values), 1)


def _packed(session: Session, graphs: Exported, held: int, tags: Tags) -> dict[str, Any]:
    """Put what one run needs into tags, and say which tag holds what."""
    domain = session.run.domain
    shown = np.concatenate(
        [session.examples(part.numpy()) for part in torch.arange(held).split(_AT_ONCE)]
    )
    step = 1.0 if domain.levels is None else domain.spacing
    low = 0.0 if domain.levels is None else domain.low
    arrays = {"examples": exactly(shown, low, step)}
    for name, part in session.parts.items():
        arrays[name] = exactly(part.values) if _is_exact(name) else nearly(part.values)
    return {
        "graphs": {name: tags.packed(graph) for name, graph in graphs.graphs.items()},
        "weights": tags.packed(graphs.weights),
        "noise": dict(graphs.columns),
        "arrays": {name: _array(sent, tags) for name, sent in arrays.items()},
        "resize": resizing(session.run),
        "key": f"{session.run.name}:{session.run.facts['digest']}",
    }


def _is_exact(name: str) -> bool:
    """Tell whether a part is written to tables or given to the model, and not looked at alone."""
    return name in ("start", "position", "colour/label") or name.startswith("colour/factor:")


def _array(sent: Sent, tags: Tags) -> dict[str, Any]:
    return {"id": tags.packed(sent.content), **sent.to_dict()}
