"""When an example's estimate is good enough, and when there is no more to spend on it."""

from dataclasses import dataclass

from torch import Tensor

Columns = dict[str, Tensor]
"""Per-example numbers by name, (B,) each."""


@dataclass(frozen=True)
class Goal:
    """When an example is done, and when there is no more to spend.

    Attributes:
        error: Target error in nats.
        sharing: Number of examples that share the target: independent errors average out.
        budget: Decoder evaluations for each example at most.
    """

    error: float
    sharing: int
    budget: int

    def met(self, columns: Columns) -> Tensor:
        """Tell which examples are done, (B,)."""
        return columns["done"] > 0

    def reached(self, columns: Columns) -> Tensor:
        """Tell for which examples draws with these statistics are enough, (B,)."""
        precise = columns["error"] <= self.error * self.sharing**0.5
        unbiased = columns["bias"].abs() <= self.error / 2
        return precise & unbiased & (columns["flag"] == 0)

    def shortfall(self, missed: int, examples: int) -> str:
        """Say that some examples are not done."""
        return (
            f"{missed} of {examples} examples did not reach the target error of {self.error:g} "
            f"nats with good diagnostics within {self.budget:,} decoder evaluations each: their "
            "best estimates so far were taken. Raise the budget or the target"
        )
