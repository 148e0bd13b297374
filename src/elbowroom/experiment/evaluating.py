"""Evaluating a run: one pass over the examples, then what is asked for beside."""

import hashlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import torch

from elbowroom.data import Dataset
from elbowroom.distributions import Ability
from elbowroom.errors import ConfigError, ElbowroomError
from elbowroom.evidence import Estimate, rate_parts
from elbowroom.experiment.diagnosing import examine
from elbowroom.experiment.effort import Effort
from elbowroom.experiment.evaluation import Evaluation
from elbowroom.experiment.held import caveat
from elbowroom.experiment.measurements import (
    MEASUREMENTS,
    Subject,
    check_measurable,
    seen_again,
)
from elbowroom.experiment.passing import pass_over
from elbowroom.experiment.per_example import PerExample
from elbowroom.experiment.yardstick import Yardstick
from elbowroom.metrics import (
    PCABaseline,
    ReconstructionError,
    Ruler,
    active_units,
    column_errors,
)
from elbowroom.models import has_aggregate
from elbowroom.run import Run

_PCA_ROWS = 50_000
_CODED = 200
_DIAGNOSED = 4


def evaluate(
    run: Run,
    *,
    split: str = "test",
    effort: Effort | None = None,
    also: tuple[str, ...] = (),
    full: bool = False,
    limit: int | None = None,
    seed: int = 0,
    brief: bool = False,
    quiet: bool = True,
) -> Evaluation:
    """Measure a run on a split and write the numbers to its folder.

    Args:
        run: The run.
        split: 'train', 'validation' or 'test'.
        effort: How hard to look for log p(x); `adaptive` to 0.05 nats when not given.
        also: Names of `MEASUREMENTS` to make as well.
        full: Make all of them; those that cannot be made of this run are named in the notes.
        limit: Use the first so many examples only.
        seed: Seed of all draws, binarisation included.
        brief: Leave out the diagnosis and the parts of the rate, and write nothing.
        quiet: Show no progress.

    Returns:
        The numbers, unless brief also in `results/evaluate-SPLIT.json`, those of each example in
        `results/evaluate-SPLIT.npz`.

    Raises:
        ConfigError: If an option is out of range, or there is no such split or measurement.
        IncompatibleError: If a measurement means nothing for the model.
        RunError: If the data are not to be had.

    Example:
        >>> from elbowroom import Run
        >>> run = Run.load("runs/digits-1")  # doctest: +SKIP
        >>> evaluate(run, also=("gap",)).measured["gap"].family  # doctest: +SKIP
    """
    effort = effort or Effort()
    check_measurable(run, also)
    dataset = run.dataset(split)
    if limit is not None:
        dataset = dataset.subset(torch.arange(min(limit, len(dataset))))
    if len(dataset) < 2:
        raise ConfigError(
            f"an evaluation needs 2 examples or more, to know its error over examples; there is "
            f"{len(dataset)} in the {split} split" + (" within the limit" if limit else "")
        )
    passed = pass_over(run, dataset, effort, _pca(run), seed=seed, quiet=quiet)
    subject = Subject(run, split, dataset, passed, effort.method, seed)
    if brief:
        return _evaluation(subject, effort)
    measured, impossible = _measured(subject, also, full, quiet)
    parts = diagnosis = holes = None
    if has_aggregate(run.model):
        everything = torch.arange(len(passed.kept))
        model, x = subject.model(everything), subject.inputs(everything)
        parts = rate_parts(model, x, examples=_CODED, seed=seed)
    if passed.estimates and len(dataset) >= _DIAGNOSED:
        diagnosis, holes = examine(subject, measured.get("gap"))
    evaluation = _evaluation(
        subject, effort, rate_parts=parts, diagnosis=diagnosis, holes=holes, measured=measured,
        impossible=impossible,
    )  # fmt: skip
    run.write_result(f"evaluate-{split}", evaluation.to_dict())
    evaluation.table_of_examples.save(run.path / "results" / f"evaluate-{split}.npz")
    if "quality" in measured:
        measured["quality"].save_pairs(run.path / "results" / f"pairs-{split}.npz")
    return evaluation


def _evaluation(
    subject: Subject,
    effort: Effort,
    *,
    measured: dict[str, Any] | None = None,
    **more: Any,
) -> Evaluation:
    """Put together what was found."""
    run, passed, split, seed = subject.run, subject.passed, subject.split, subject.seed
    count, weights, measured = len(subject.dataset), _digest(run), measured or {}
    same = {"weights": weights, "digest": passed.digest, "seed": seed}
    return Evaluation(
        run=run.name,
        weights=weights,
        split=split,
        examples=count,
        seed=seed,
        effort=effort.to_dict() if passed.estimates else {},
        yardstick=Yardstick.of(run, split, count, passed.digest, seed),
        estimates=passed.estimates,
        rates=() if passed.rates is None else tuple(passed.rates.tolist()),
        active=tuple(active_units(passed.means).tolist()),
        reconstruction=_error(passed.errors),
        pca=_error(passed.pca_errors),
        components=passed.components,
        ruler=passed.ruler.units,
        column_errors=column_errors(passed.ruler, subject.dataset.columns or (), *passed.squared),
        table_of_examples=PerExample.of(passed),
        measured=measured,
        earlier=_earlier(run, split, same, measured),
        notes=tuple(_notes(run, passed.estimates)),
        **more,
    )


def _measured(
    subject: Subject, also: tuple[str, ...], full: bool, quiet: bool
) -> tuple[dict[str, Any], dict[str, str]]:
    """Make the measurements; in a full evaluation one that cannot be made is told."""
    everything = full and Ability.DENSITY in subject.run.model.abilities
    found, impossible = {}, {}
    for name in MEASUREMENTS if everything else also:
        try:
            with _saying(f"measuring {name}", quiet):
                found[name] = MEASUREMENTS[name](subject)
        except ElbowroomError as error:
            if name in also:
                raise
            impossible[name] = str(error)
    return found, impossible


@contextmanager
def _saying(what: str, quiet: bool) -> Generator[None]:
    """Show on the standard error what is being done, where somebody watches."""
    from rich.console import Console

    console = Console(stderr=True)
    shown = console.is_terminal and not quiet
    with console.status(f"{what} ...") if shown else nullcontext():
        yield


def _earlier(
    run: Run, split: str, same: dict[str, Any], measured: dict[str, Any]
) -> dict[str, Any]:
    """Return what was measured before of the very same thing: it took long and is still true."""
    before = run.results.get(f"evaluate-{split}", {})
    if any(before.get(name) != value for name, value in same.items()):
        return {}
    return {n: before[n] for n in MEASUREMENTS if n in before and n not in measured}


def _digest(run: Run) -> str:
    return hashlib.sha256((run.path / "model.safetensors").read_bytes()).hexdigest()


def _error(errors: torch.Tensor) -> ReconstructionError:
    """Return the root mean square over examples of their root mean squared errors."""
    return ReconstructionError.between(errors[:, None], torch.zeros_like(errors)[:, None])


def _pca(run: Run) -> PCABaseline:
    """Fit principal components on the training examples, as the model sees them, in raw units."""
    train: Dataset = run.dataset("train")
    rows = train.take(torch.arange(min(len(train), _PCA_ROWS)))
    seen = torch.from_numpy(seen_again(run, rows))
    return PCABaseline(seen, run.model.latent, ruler=Ruler.of(train, seen))


def _notes(run: Run, estimates: dict[str, Estimate]) -> Iterator[str]:
    if not estimates:
        yield (
            "This model's code is deterministic: it has no rate, no ELBO and no log evidence. "
            "Its samples are as good as the prior fits its codes, which nothing but a cost such as "
            "wae's, or a second stage (elbowroom refit), has seen to."
        )
        return
    evidence = estimates["log evidence"]
    if reason := caveat(run):
        yield reason
    yield from evidence.notes
    if len(run.model.units) > 1:
        yield (
            "The parts of the rate, the holes of the prior and the gap into family and encoder ask "
            "for one q(z|x) for each example; with several levels of codes there is one for each "
            "draw at the others, and they are left out."
        )
    elif Ability.ANYWHERE not in run.model.abilities:
        yield (
            "The posterior has a density at its own draws only, so the parts of the rate and the "
            "holes of the prior, which take the densities of all examples at each code, are left "
            "out: the diagonal-gaussian and the spline-flow posterior have them."
        )
    if run.labelling:
        yield (
            "The model is conditional: log-likelihoods are log p(x|label), the label of each "
            "example being given. They are no log p(x), and not to be compared with one."
        )
    if steps := run.preprocessing.redefines:
        yield f"Log-likelihoods are of the binarised data ({', '.join(steps)}), not of grey values."
    elif run.preprocessing.random:
        yield (
            "Log-likelihoods are of the data with noise added (dequantised): a lower bound on "
            "those of the levels."
        )
    yield (
        f"Log-likelihoods are of a {run.model.likelihood.measure.words}, sums over the "
        f"{run.model.likelihood.name} likelihood's dimensions, means over examples."
    )
