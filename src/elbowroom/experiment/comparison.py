"""Runs side by side: paired differences with their errors, and a refusal to rank unlike things."""

from dataclasses import dataclass
from itertools import combinations
from math import erf, sqrt
from typing import Any

import torch
from rich.console import Group
from rich.table import Table
from torch import Tensor

from elbowroom.evidence import Estimate
from elbowroom.experiment.evaluation import Evaluation, evaluate
from elbowroom.run import Run


@dataclass(frozen=True)
class Difference:
    """Log evidence of one run minus that of another, on the same examples.

    Pairing removes what the examples have in common: the error of the difference is far below
    that of either number.

    Attributes:
        first: Name of one run.
        second: Name of the other.
        value: Mean difference in nats per example; positive when the first is better.
        data_error: Its standard error over examples.
        mc_error: Its Monte Carlo standard error.
        probability: That the first is better on all data there could be, by the normal law.
    """

    first: str
    second: str
    value: float
    data_error: float
    mc_error: float
    probability: float

    @classmethod
    def between(cls, first: Evaluation, second: Evaluation) -> "Difference":
        """Take the paired difference of two evaluations of the same examples."""
        a, b = (e.estimates["log evidence"] for e in (first, second))
        gap = a.per_example["value"] - b.per_example["value"]
        noise = a.per_example["error"].square() + b.per_example["error"].square()
        value = Estimate.over(gap, errors=noise.sqrt(), method="paired", samples=1, seed=0)
        return cls(
            first.run,
            second.run,
            value.value,
            value.data_error,
            value.mc_error,
            _probability(gap, value),
        )


@dataclass(frozen=True, eq=False)
class Comparison:
    """Evaluations of several runs, and what may be concluded from them.

    Attributes:
        evaluations: One for each run.
        differences: Paired differences between runs that can be compared.
        refusals: Why other pairs cannot, a sentence each.
    """

    evaluations: tuple[Evaluation, ...]
    differences: tuple[Difference, ...]
    refusals: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            "runs": [evaluation.to_dict() for evaluation in self.evaluations],
            "differences": [vars(difference) for difference in self.differences],
            "refusals": list(self.refusals),
        }

    def table(self) -> Group:
        """Return the numbers side by side for the terminal."""
        first = self.evaluations[0]
        title = f"{first.split} examples, seed {first.seed}; nats per example"
        table = Table(title=title, title_justify="left")
        table.add_column("")
        for evaluation in self.evaluations:
            table.add_column(evaluation.run, justify="right")
        names = dict.fromkeys(name for e in self.evaluations for name in e.estimates)
        for name in names:
            table.add_row(name, *(_cell(e.estimates.get(name)) for e in self.evaluations))
        table.add_row("active units", *(f"{sum(e.active)} of {len(e.active)}"
                                        for e in self.evaluations))  # fmt: skip
        table.add_row("reconstruction RMSE", *(f"{e.reconstruction.value:.4g}"
                                               for e in self.evaluations))  # fmt: skip
        sentences = [
            f"{d.first} - {d.second}: {d.value:+.3f} nats +- {d.data_error:.3f} (data) "
            f"+- {d.mc_error:.3f} (Monte Carlo); {d.first} is better with probability "
            f"{d.probability:.3f}"
            for d in self.differences
        ]
        return Group(table, *sentences, *(f"[yellow]{refusal}[/]" for refusal in self.refusals))


def compare(
    runs: list[Run],
    *,
    split: str = "test",
    samples: int = 1000,
    limit: int | None = None,
    seed: int = 0,
    quiet: bool = True,
) -> Comparison:
    """Evaluate runs on the same examples and take paired differences where they mean something.

    Args:
        runs: Two runs or more.
        split: Which examples.
        samples: Importance samples for each example.
        limit: Use the first so many examples only.
        seed: Seed of all draws.
        quiet: Show no progress.
    """
    evaluations = tuple(
        evaluate(run, split=split, samples=samples, limit=limit, seed=seed, quiet=quiet)
        for run in runs
    )
    differences, refusals = [], []
    for first, second in combinations(evaluations, 2):
        reasons = _reasons(first, second)
        if reasons:
            refusals.append(
                f"{first.run} and {second.run} are not ranked by their log-likelihoods: "
                + "; ".join(reasons)
            )
        else:
            differences.append(Difference.between(first, second))
    return Comparison(evaluations, tuple(differences), tuple(refusals))


def _reasons(first: Evaluation, second: Evaluation) -> list[str]:
    without = [e.run for e in (first, second) if "log evidence" not in e.estimates]
    if without:
        return [f"{' and '.join(without)} has no log evidence (its code is deterministic)"]
    return first.yardstick.differences(second.yardstick)


def _cell(estimate: Estimate | None) -> str:
    return f"{estimate.value:.3f} +- {estimate.data_error:.3f}" if estimate else "-"


def _probability(gap: Tensor, estimate: Estimate) -> float:
    if estimate.data_error == 0 or not torch.isfinite(gap).all():
        return 0.5 if estimate.value == 0 else float(estimate.value > 0)
    return 0.5 * (1 + erf(estimate.value / estimate.data_error / sqrt(2)))
