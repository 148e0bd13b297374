"""A number that a run was measured to have, and its mean over seeds."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, isfinite, sqrt
from statistics import fmean, stdev


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

    @property
    def unusable(self) -> str:
        """Why it cannot be averaged with others; "" where it can.

        Example:
            >>> Score("ELBO", float("-inf"), 0.1).unusable, Score("ELBO", -90.0, 0.1).unusable
            ('its value is -inf ± 0.1, not a finite number', '')
        """
        if isfinite(self.value) and isfinite(self.error):
            return ""
        return f"its value is {self.value:g} ± {self.error:g}, not a finite number"


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
    def of(cls, scores: Sequence[Score]) -> "Mean":
        """Return the mean of a score over seeds.

        Example:
            >>> Mean.of([Score("SAP", 1.0, 0.3), Score("SAP", 3.0, 0.4)])
            Mean(value=2.0, error=1.0, count=2, within=0.25)
        """
        values, count = [score.value for score in scores], len(scores)
        error = stdev(values) / sqrt(count) if count > 1 else None
        within = hypot(*(score.error for score in scores)) / count
        return cls(fmean(values), error, count, within)
