"""All metrics of a representation, beside their floors and ceilings."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rich.console import Group
from rich.markup import escape

from elbowroom.errors import (
    ConfigError,
    DataError,
    ElbowroomError,
    IncompatibleError,
    did_you_mean,
)
from elbowroom.metrics.disentanglement.catalogue import METRICS
from elbowroom.metrics.disentanglement.factor_score import FactorScore
from elbowroom.metrics.disentanglement.metric import Metric
from elbowroom.metrics.disentanglement.references import CEILING, ROTATION
from elbowroom.metrics.disentanglement.references import references as of_reference
from elbowroom.metrics.disentanglement.representation import Representation
from elbowroom.metrics.fitted_table import FittedTable

_SLOW = ("forest-dci", "info-mec")
"""Left out unless they are asked for: minutes for six representations."""


@dataclass(frozen=True, eq=False)
class Disentanglement:
    """Scores of a code, and of what they are to be compared with.

    Attributes:
        scores: Scores of the code.
        references: Scores of each reference, by its name, those that it has.
        refused: Metrics, or single scores of them, that could not be measured, and why, by name.
        missing: References, or metrics of them, that could not be had, and why, by name.
        notes: What a reader must know to use the numbers.
        about: What was measured, where somebody knows: the run, its weights, the examples.
    """

    scores: tuple[FactorScore, ...]
    references: dict[str, tuple[FactorScore, ...]]
    refused: dict[str, str]
    missing: dict[str, str]
    notes: tuple[str, ...]
    about: Mapping[str, Any] = field(default_factory=dict)

    def score(self, name: str, of: str | None = None) -> FactorScore:
        """Return a score by its name, of the code or of a reference.

        Raises:
            ConfigError: If there is none.
        """
        found = {s.name: s for s in (self.scores if of is None else self.references.get(of, ()))}
        if name not in found:
            raise ConfigError(f"there is no score {name!r}.{did_you_mean(name, found)}")
        return found[name]

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as plain values, for JSON."""
        return {
            **self.about,
            "scores": [score.to_dict() for score in self.scores],
            "references": {
                name: [score.to_dict() for score in scores]
                for name, scores in self.references.items()
            },
            "refused": dict(self.refused),
            "missing": dict(self.missing),
            "notes": list(self.notes),
        }

    def table(self) -> Group:
        """Return the numbers as a table for the terminal, or several where it is narrow."""
        others = [{s.name: s for s in scores} for scores in self.references.values()]
        rows = [
            (
                escape(score.name),
                f"[bold]{_cell(score)}[/]",
                *(_cell(by_name.get(score.name)) for by_name in others),
            )
            for score in self.scores
        ]
        table = FittedTable("disentanglement", ("score", "code", *self.references), rows)
        return Group(table, *(f"[dim]-[/] {escape(note)}" for note in self._sentences()))

    def _sentences(self) -> Iterator[str]:
        yield from self.notes
        yield from (f"{name} was not measured: {why}." for name, why in self.refused.items())
        names: dict[str, list[str]] = {}
        for name, why in self.missing.items():
            names.setdefault(why, []).append(name)
        yield from (f"Not shown: {', '.join(listed)}: {why}." for why, listed in names.items())


def disentanglement(
    representation: Representation,
    metrics: Iterable[str | Metric[Any]] | None = None,
    references: bool = True,
    *,
    seed: int = 0,
    resamples: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> Disentanglement:
    """Measure how codes and factors meet, and what the same metrics say of floors and ceilings.

    Args:
        representation: Codes and factors.
        metrics: Names of `METRICS`, or metrics with options of one's own; when not given, all but
            those that take minutes (forest-dci, info-mec), and leaving out those that cannot be
            measured on these factors or codes, with the reason.
        references: Measure references as well: a random encoder, PCA and ICA codes of the same
            dimension, the true factors, and a random rotation of them.
        seed: Seed of everything random.
        resamples: Bootstrap resamples; each metric's own number when not given.
        progress: Told what is measured next.

    Returns:
        The scores.

    Raises:
        ConfigError: If there is no such metric, or fewer than 2 resamples.
        DataError: If a metric that was asked for, or all of them, cannot be measured: too few
            examples, a factor with one value, no dimension that varies.
        IncompatibleError: If one that was asked for, or all of them, mean nothing here.

    Example:
        >>> import numpy as np
        >>> from elbowroom.data.factors import Factors
        >>> factors = Factors.grid({"size": (1, 2, 3), "hue": tuple(range(30))})
        >>> table = factors.subset(np.arange(9000) % 90)
        >>> known = Representation.of_table(table.values, table)
        >>> found = disentanglement(known, ["modularity"])
        >>> found.score("modularity").value.__round__(2), list(found.references)
        (1.0, ['rotated factors', 'true factors'])
    """
    asked = [_known(metric) for metric in metrics or [n for n in METRICS if n not in _SLOW]]
    told = progress or _silent
    found, refused = _measured("the code", representation, asked, seed, resamples, told)
    if refused and (metrics is not None or not found):
        raise _together(refused)
    beside, missing = of_reference(representation, seed=seed) if references else ({}, {})
    kept = [metric for metric in asked if metric.kind not in refused]
    known = {}
    for name, other in beside.items():
        known[name], failed = _measured(name, other, kept, seed, resamples, told)
        missing |= {f"{kind} of {name}": str(error) for kind, error in failed.items()}
    reasons = {kind: str(error) for kind, error in refused.items()}
    varying = representation.without_constant()
    for metric in kept:
        reasons |= metric.meaningless(varying)
    places = {name for metric in kept for name in metric.kept_by_rotation}
    notes = tuple(_notes(found, known, places))
    return Disentanglement(found, known, reasons, missing, notes)


def _measured(
    name: str,
    representation: Representation,
    metrics: list[Metric[Any]],
    seed: int,
    resamples: int | None,
    told: Callable[[str], None],
) -> tuple[tuple[FactorScore, ...], dict[str, ElbowroomError]]:
    """Return the scores, and what stood against the others."""
    scores: list[FactorScore] = []
    refused: dict[str, ElbowroomError] = {}
    for metric in metrics:
        told(f"{metric.kind} of {name}")
        try:
            scores += metric.measure(representation, seed=seed, resamples=resamples)
        except (IncompatibleError, DataError) as error:
            refused[metric.kind] = error
    return tuple(scores), refused


def _together(refused: Mapping[str, ElbowroomError]) -> ElbowroomError:
    """Return one error that says every reason: another metric may be had by another remedy."""
    reasons = list(dict.fromkeys(str(error) for error in refused.values()))
    first = next(iter(refused.values()))
    if len(reasons) == 1:
        return first
    few = next((error for error in refused.values() if isinstance(error, DataError)), first)
    listed = "".join(f"\n  - {reason}" for reason in reasons)
    return type(few)(f"{len(refused)} metrics cannot be measured on these examples:{listed}")


def _silent(what: str) -> None:
    """Tell nobody."""


def _known(metric: str | Metric[Any]) -> Metric[Any]:
    if isinstance(metric, Metric):
        return metric
    if metric not in METRICS:
        raise ConfigError(
            f"there is no metric {metric!r}.{did_you_mean(metric, METRICS)} There are: "
            f"{', '.join(METRICS)}"
        )
    return METRICS[metric]()


def _notes(
    scores: tuple[FactorScore, ...],
    known: dict[str, tuple[FactorScore, ...]],
    keep_rotated: set[str],
) -> Iterator[str]:
    yield from dict.fromkeys(note for score in scores for note in score.notes)
    yield "+- is a bootstrap standard error over samples."
    if any(score.spread is not None for score in scores):
        yield (
            "A number in brackets is the standard deviation over the seeds of a metric's draws; "
            "the value is then their mean."
        )
    floors = [name for name, measured in known.items() if measured and name != CEILING]
    if floors:
        *most, last = floors
        listed = f"all of {', '.join(most)} and {last}" if most else last
        yield f"A score is good only where it is above {listed}."
    exempt = [score.name for score in scores if score.name in keep_rotated]
    if exempt and ROTATION in floors:
        yield (
            f"Of {', '.join(exempt)}, {ROTATION} are no floor: these ask what is in the code and "
            "not where, and a rotation loses nothing. They need only be above the other floors."
        )
    if known.get(CEILING):
        yield f"The {CEILING} are the ceiling, which need not be 1."


def _cell(score: FactorScore | None) -> str:
    if score is None:
        return "-"
    spread = "" if score.spread is None else f"\n({score.spread:.1g})"
    return f"{score.value:.3f} +- {score.error:.1g}{spread}"
