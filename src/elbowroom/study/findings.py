"""What a study has found: a number for each run and score, and their means over seeds."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from elbowroom.study.design import Design
from elbowroom.study.folder import DONE
from elbowroom.study.point import strength_text
from elbowroom.study.references import References
from elbowroom.study.score import Mean, Score
from elbowroom.study.standing import stands_out

if TYPE_CHECKING:
    from rich.console import Group

EVIDENCE = (
    "log evidence", "ELBO", "distortion", "rate", "reconstruction RMSE", "active units",
)  # fmt: skip
"""Scores that need no factors, in their order."""


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


@dataclass(frozen=True, eq=False)
class Findings:
    """What a study has found.

    Attributes:
        name: Name of the study.
        path: Its folder.
        design: What it trains and measures.
        outcomes: How each of its runs ended.
        score_names: Every score that a run has, in the order to be shown.
        references: Floors and ceilings, once for all methods that share them.
        under_way: What workers are doing, by the name of the task.
        about: What the numbers are of: split, examples, samples, factors.
    """

    name: str
    path: Path
    design: Design
    outcomes: tuple[Outcome, ...]
    score_names: tuple[str, ...]
    references: tuple[References, ...]
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

    def references_of(self, variant: str) -> References | None:
        """Return the floors and the ceiling of a method at a strength, if any were asked for."""
        return next((found for found in self.references if variant in found.variants), None)

    @property
    def has_references(self) -> bool:
        """Whether any floor or ceiling was measured."""
        return any(found.scores for found in self.references)

    def stands_out(self, variant: str, score: str) -> bool:
        """Tell whether a mean is above every floor by more than chance allows."""
        return stands_out(self, variant, score)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        variants = self.design.variants
        return {
            "study": self.name,
            "about": dict(self.about),
            "runs": [_plain(outcome) for outcome in self.outcomes],
            "means": {
                variant: {
                    score: vars(mean)
                    for score in self.score_names
                    if (mean := self.mean(variant, score)) is not None
                }
                for variant in variants
            },
            "references": [found.to_dict() for found in self.references],
            "under_way": dict(self.under_way),
        }

    def table(self) -> "Group":
        """Return the means side by side, for the terminal."""
        from elbowroom.study.findings_table import layout

        return layout(self)


def _plain(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome for JSON, which has no number for a strength of 'inf'."""
    plain, strength = asdict(outcome), outcome.strength
    endless = isinstance(strength, float) and not isfinite(strength)
    return plain | {"strength": strength_text(strength)} if endless else plain
