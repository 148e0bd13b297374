"""Disentanglement of a run: its codes against the factors, labels or table that its data have."""

import hashlib
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console
from torch.distributions import Independent, Normal

from elbowroom.assembly import build_model
from elbowroom.data import Dataset
from elbowroom.data.factor import Factor
from elbowroom.data.factor_tables import factors_from
from elbowroom.data.factors import Factors
from elbowroom.errors import ConfigError, DataError, RunError
from elbowroom.metrics.disentanglement import Disentanglement, Representation, disentanglement
from elbowroom.run import Run
from elbowroom.using.labelled import model_of
from elbowroom.using.usage import encode


def disentangle(
    run: Run,
    *,
    split: str = "test",
    factors: Any = None,
    metrics: Sequence[str] | None = None,
    ignore: Sequence[str] = (),
    limit: int = 20_000,
    references: bool = True,
    seed: int = 0,
    quiet: bool = True,
) -> Disentanglement:
    """Measure how the codes of a run and the factors of its data meet, and write the scores.

    Args:
        run: The run.
        split: Which examples: 'train', 'validation' or 'test'.
        factors: A table of factors with a row for each example of the data, a file or a frame;
            when not given, the factors that the data have, or their labels as the only factor.
        metrics: Names of `elbowroom.metrics.disentanglement.METRICS`; see `disentanglement`.
        ignore: Names of factors to leave out.
        limit: Largest number of examples to encode, drawn at random from more.
        references: Measure floors and ceilings as well.
        seed: Seed of everything random.
        quiet: Show no progress.

    Returns:
        The scores, also in `results/disentangle-SPLIT.json`.

    Raises:
        DataError: If there are no factors, they do not match the examples in number, or there are
            too few examples.
        ConfigError: If there is no such factor, split or metric.
    """
    whole = run.dataset(split)
    known = factors_of(whole, factors, ignore)
    rng = np.random.default_rng(seed)
    at = np.sort(rng.choice(len(whole), size=min(limit, len(whole)), replace=False))
    representation = represent(run, whole.subset(at), known.subset(at), seed=seed)
    with _telling(quiet) as told:
        found = disentanglement(representation, metrics, references, seed=seed, progress=told)
    about = {
        "run": run.name,
        "weights": _digest(run),
        "split": split,
        "examples": len(at),
        "factors": representation.sizes,
        "seed": seed,
    }
    found = replace(found, about=about)
    run.write_result(f"disentangle-{split}", found.to_dict())
    return found


def represent(run: Run, dataset: Dataset, factors: Factors, *, seed: int = 0) -> Representation:
    """Return the codes of examples by a run, with all that metrics and references may ask for.

    Args:
        run: The run.
        dataset: Examples, raw.
        factors: Their factors.
        seed: Seed of the weights of the same encoder before training.
    """
    means, scales, _ = encode(run, dataset, scales=True)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        fresh = build_model(run.config, _domain(run), run.labelling).to(run.device).eval()
    untrained, _, _ = encode(replace(run, model=fresh), dataset)
    return Representation.of_table(
        means,
        factors,
        scales=scales if _gaussian(run, dataset) else None,
        examples=dataset.take(torch.arange(len(dataset))),
        untrained=untrained,
    )


def factors_of(dataset: Dataset, table: Any = None, ignore: Sequence[str] = ()) -> Factors:
    """Return the factors of examples: of a table, their own, or their labels.

    Args:
        dataset: Examples.
        table: A file, frame or array with a row for each example of all the data, or of these.
        ignore: Names of factors to leave out.

    Raises:
        DataError: If there are none, or not one row for each example.
        ConfigError: If there is no factor of a name to leave out.
    """
    if table is not None:
        found = _of_table(dataset, table)
    elif dataset.factors is not None:
        found = dataset.factors
    elif dataset.labels is not None:
        found = _of_labels(dataset)
    else:
        raise DataError(
            f"{dataset.name!r} has neither factors nor labels: give a table with a column for each "
            "factor and a row for each example, --factors table.csv"
        )
    for name in ignore:
        found.number(name)
    kept = [name for name in found.names if name not in ignore]
    if not kept:
        raise ConfigError(f"all factors are left out: {', '.join(found.names)}")
    return found.only(*kept) if ignore else found


def _of_table(dataset: Dataset, table: Any) -> Factors:
    found = factors_from(str(table) if isinstance(table, Path) else table)
    if len(found) == len(dataset.rows):
        return found.subset(dataset.root_positions)
    if len(found) == len(dataset):
        return found
    raise DataError(
        f"the table has factors of {len(found):,} examples, and {dataset.name!r} has "
        f"{len(dataset.rows):,}, {len(dataset):,} of them in this split: give one row for each, in "
        "the same order"
    )


def _of_labels(dataset: Dataset) -> Factors:
    names, labels = dataset.label_names, np.asarray(dataset.labels, dtype=np.float64)
    one = Factor("label", "continuous") if names is None else Factor("label", "categorical", names)
    return Factors((one,), labels[:, None])


def _domain(run: Run) -> Any:
    if run.preprocessing.out is None:
        raise RunError("the preprocessing of this run was never given data")
    return run.preprocessing.out


def _gaussian(run: Run, dataset: Dataset) -> bool:
    """Tell whether q(z|x) is one Gaussian of independent units."""
    first = torch.arange(1)
    with torch.inference_mode():
        x = run.preprocessing(dataset.take(first).to(run.device))
        levels = model_of(run, dataset, first).centred(x)
    q = levels[0].posterior
    return len(levels) == 1 and isinstance(q, Independent) and isinstance(q.base_dist, Normal)


@contextmanager
def _telling(quiet: bool) -> Generator[Callable[[str], None] | None]:
    """Lend what shows on the standard error what is measured, where somebody watches."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield None
        return
    with console.status("measuring ...") as status:
        yield lambda what: status.update(f"measuring {what} ...")


def _digest(run: Run) -> str:
    with (run.path / "model.safetensors").open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
