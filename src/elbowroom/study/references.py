"""Floors and a ceiling, as they were measured: what scores are to be compared with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from elbowroom.study.score import Mean, Score
from elbowroom.study.standing import CEILING


@dataclass(frozen=True)
class References:
    """Floors and ceiling of the methods that share data, network and number of latent units.

    Attributes:
        variants: The methods at strengths that have them.
        scores: A value for each seed, by score and by the name of the floor or ceiling.
        missing: The seeds with which something was not measured, by what and why.
    """

    variants: tuple[str, ...]
    scores: Mapping[str, Mapping[str, tuple[Score, ...]]]
    missing: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The floors, then the ceiling."""
        names = dict.fromkeys(name for scores in self.scores.values() for name in scores)
        return (*(n for n in names if n != CEILING), *(n for n in names if n == CEILING))

    @property
    def whose(self) -> str:
        """Say whose they are.

        Example:
            >>> References(("wide-2",), {}).whose, References(("a", "b", "c"), {}).whose
            ('wide-2', 'a and 2 more')
        """
        first, *others = self.variants
        return f"{first} and {len(others)} more" if others else first

    def mean(self, name: str, score: str) -> Mean | None:
        """Return the mean of a floor or the ceiling over seeds, if it was measured."""
        values = self.scores.get(score, {}).get(name, ())
        return Mean.of(values) if values else None

    def floors(self, score: str) -> dict[str, Mean]:
        """Return the means of the floors that were measured, by name."""
        means = {name: self.mean(name, score) for name in self.names if name != CEILING}
        return {name: mean for name, mean in means.items() if mean is not None}

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            "variants": list(self.variants),
            "means": {
                name: {
                    score: vars(mean)
                    for score in self.scores
                    if (mean := self.mean(name, score)) is not None
                }
                for name in self.names
            },
            "missing": {what: list(seeds) for what, seeds in self.missing.items()},
        }
