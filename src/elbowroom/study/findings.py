"""What a study has found: a number for each run and score, and their means over seeds."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import sqrt
from pathlib import Path
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any

from elbowroom.study.design import Design
from elbowroom.study.folder import DONE
from elbowroom.study.standing import CEILING, stands_out

if TYPE_CHECKING:
    from rich.console import Group

EVIDENCE = (
    "log evidence", "ELBO", "distortion", "rate", "reconstruction RMSE", "active units",
)  # fmt: skip
"""Scores that need no factors, in their order."""


@dataclass(frozen=True)
class Score:
    """A number that a run was measured to have.

    Attributes:
        name: What it is.
        value: Its value.
        error: Its standard error over examples.
    """

    name: str
    value: float
    error: float


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes:
        run: Name of its folder.
        method: Name of its method.
        variant: Name of method and strength.
        strength: The strength; None for none.
        seed: Its seed.
        status: 'done', 'diverged', 'refused', 'failed', 'missing' where it has not ended, or
            'measured otherwise' where somebody has measured it in another way since.
        message: What went wrong.
        refused: Metrics that could not be measured, and why.
        scores: What was measured.
    """

    run: str
    method: str
    variant: str
    strength: Any
    seed: int
    status: str
    message: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)
    scores: tuple[Score, ...] = ()

    def value(self, score: str) -> float | None:
        """Return the value of a score, or None where there is none."""
        found = self.score(score)
        return None if found is None else found.value

    def score(self, name: str) -> Score | None:
        """Return a score by its name, or None where there is none."""
        return next((score for score in self.scores if score.name == name), None)


@dataclass(frozen=True)
class Mean:
    """A mean over seeds.

    Attributes:
        value: The mean.
        error: Its standard error over seeds; None of one seed.
        count: Number of seeds.
        within: Its standard error over examples, the seeds being those that they are.
    """

    value: float
    error: float | None
    count: int
    within: float = 0.0

    @classmethod
    def of(cls, scores: "Sequence[Score]") -> "Mean":
        """Return the mean of a score over seeds.

        Example:
            >>> Mean.of([Score("SAP", 1.0, 0.3), Score("SAP", 3.0, 0.4)])
            Mean(value=2.0, error=1.0, count=2, within=0.25)
        """
        values, count = [score.value for score in scores], len(scores)
        error = stdev(values) / sqrt(count) if count > 1 else None
        within = sqrt(sum(score.error**2 for score in scores)) / count
        return cls(fmean(values), error, count, within)


@dataclass(frozen=True, eq=False)
class Findings:
    """What a study has found.

    Attributes:
        name: Name of the study.
        path: Its folder.
        design: What it trains and measures.
        outcomes: How each of its runs ended.
        score_names: Every score that a run has, in the order to be shown.
        references: Floors and ceilings, a value for each seed, by score and by name.
        under_way: What workers are doing, by the name of the task.
        about: What the numbers are of: split, examples, samples, latent units.
    """

    name: str
    path: Path
    design: Design
    outcomes: tuple[Outcome, ...]
    score_names: tuple[str, ...]
    references: Mapping[str, Mapping[str, tuple[Score, ...]]]
    under_way: Mapping[str, str]
    about: Mapping[str, Any]

    @property
    def disentanglement(self) -> tuple[str, ...]:
        """The scores of disentanglement."""
        return tuple(name for name in self.score_names if name not in EVIDENCE)

    @property
    def done(self) -> tuple[Outcome, ...]:
        """The runs that are trained and measured."""
        return tuple(outcome for outcome in self.outcomes if outcome.status == DONE)

    def of(self, variant: str) -> tuple[Outcome, ...]:
        """Return the outcomes of a method at a strength."""
        return tuple(outcome for outcome in self.outcomes if outcome.variant == variant)

    def mean(self, variant: str, score: str) -> Mean | None:
        """Return the mean of a score over the seeds of a method at a strength, if it has any."""
        found = [outcome.score(score) for outcome in self.of(variant)]
        known = [one for one in found if one is not None]
        return Mean.of(known) if known else None

    def reference(self, name: str, score: str) -> Mean | None:
        """Return the mean of a floor or ceiling over seeds, if it was measured."""
        values = self.references.get(score, {}).get(name, ())
        return Mean.of(values) if values else None

    @property
    def reference_names(self) -> tuple[str, ...]:
        """The floors, then the ceiling."""
        names = dict.fromkeys(name for scores in self.references.values() for name in scores)
        return (*(n for n in names if n != CEILING), *(n for n in names if n == CEILING))

    def stands_out(self, variant: str, score: str) -> bool:
        """Tell whether a mean is above every floor by more than chance allows."""
        return stands_out(self, variant, score)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        variants = self.design.variants
        return {
            "study": self.name,
            "about": dict(self.about),
            "runs": [asdict(outcome) for outcome in self.outcomes],
            "means": {
                variant: {
                    score: vars(mean)
                    for score in self.score_names
                    if (mean := self.mean(variant, score)) is not None
                }
                for variant in variants
            },
            "references": {
                name: {
                    score: vars(mean)
                    for score in self.references
                    if (mean := self.reference(name, score)) is not None
                }
                for name in self.reference_names
            },
            "under_way": dict(self.under_way),
        }

    def table(self) -> "Group":
        """Return the means side by side, for the terminal."""
        from elbowroom.study.findings_table import layout

        return layout(self)
