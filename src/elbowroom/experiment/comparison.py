"""Runs side by side: paired differences with their errors, and a refusal to rank unlike things."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import erf, sqrt
from typing import TYPE_CHECKING, Any

import torch

from elbowroom.errors import ConfigError
from elbowroom.evidence import Estimate
from elbowroom.experiment.effort import Effort
from elbowroom.experiment.evaluating import evaluate
from elbowroom.experiment.evaluation import Evaluation
from elbowroom.experiment.held import UNHELD
from elbowroom.experiment.trained_with import UNFITTED
from elbowroom.run import Run

if TYPE_CHECKING:
    from rich.console import Group

_FEW = 0.05
"""Share of flagged examples up to which a mean is hardly touched by them."""

_ALL_PAIRS = 4
"""Runs up to which every pair is compared; of more, each with the best, or the table would grow
with the square of their number."""


@dataclass(frozen=True)
class Difference:
    """Log evidence of one run minus that of another, on the same examples.

    Pairing removes what the examples have in common: the error of the difference is far below
    that of either number.

    Attributes:
        first: Name of one run.
        second: Name of the other.
        value: Mean difference in nats per example; positive when the first is better.
        data_error: Its standard error over examples, which holds the Monte Carlo noise as well.
        mc_error: Its Monte Carlo standard error.
        bias: Its known bias.
        examples: Number of examples.
        probability: That the first is better on all data there could be, by the normal law,
            without the bias.
    """

    first: str
    second: str
    value: float
    data_error: float
    mc_error: float
    bias: float
    examples: int
    probability: float

    @classmethod
    def between(cls, first: Evaluation, second: Evaluation) -> "Difference":
        """Take the paired difference of two evaluations of the same examples."""
        a, b = (e.estimates["log evidence"].per_example for e in (first, second))
        gap = a["value"] - b["value"]
        paired = Estimate.over(
            gap,
            errors=torch.hypot(a["error"], b["error"]),
            biases=a["bias"] - b["bias"],
            method="paired difference",
            samples=1,
            seed=first.seed,
        )
        return cls(
            first.run,
            second.run,
            paired.value,
            paired.data_error,
            paired.mc_error,
            paired.bias,
            paired.examples,
            _probability(paired),
        )


@dataclass(frozen=True, eq=False)
class Comparison:
    """Evaluations of several runs, and what may be concluded from them.

    Attributes:
        groups: The evaluations whose numbers mean the same, each group from the best to the
            worst.
        differences: Paired differences within the groups.
        refusals: Why runs of different groups are not ranked, a sentence for each pair of groups.
        doubts: Why a difference may be less certain than it looks, a sentence each.
    """

    groups: tuple[tuple[Evaluation, ...], ...]
    differences: tuple[Difference, ...]
    refusals: tuple[str, ...]
    doubts: tuple[str, ...] = ()

    @classmethod
    def of(cls, evaluations: Sequence[Evaluation]) -> "Comparison":
        """Compare evaluations where that means something.

        Args:
            evaluations: Two or more.

        Raises:
            ConfigError: If there are fewer than two.
        """
        if len(evaluations) < 2:
            raise ConfigError(f"a comparison needs two runs or more, got {len(evaluations)}")
        groups, autoencoders = _groups(evaluations)
        pairs = (pair for group in groups for pair in _pairs(group))
        refusals = [_refusal(*pair) for pair in combinations(groups, 2)]
        if autoencoders:
            refusals.append(_without_evidence(autoencoders))
        return cls(
            (*groups, *([autoencoders] if autoencoders else [])),
            tuple(Difference.between(*pair) for pair in pairs),
            tuple(refusals),
            tuple(doubt for group in groups for doubt in _doubts(group)),
        )

    @property
    def evaluations(self) -> tuple[Evaluation, ...]:
        """All of them, group by group."""
        return tuple(evaluation for group in self.groups for evaluation in group)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            "runs": [evaluation.to_dict() for evaluation in self.evaluations],
            "groups": [[evaluation.run for evaluation in group] for group in self.groups],
            "differences": [vars(difference) for difference in self.differences],
            "refusals": list(self.refusals),
            "doubts": list(self.doubts),
        }

    def table(self) -> "Group":
        """Return the numbers side by side for the terminal."""
        from elbowroom.experiment.comparison_table import layout

        return layout(self)


def compare(
    runs: Sequence[Run],
    *,
    split: str = "test",
    effort: Effort | None = None,
    limit: int | None = None,
    seed: int = 0,
    quiet: bool = True,
) -> Comparison:
    """Evaluate runs on the same examples and take paired differences where they mean something.

    Args:
        runs: Two runs or more.
        split: Which examples.
        effort: How hard to look for log p(x); `adaptive` to 0.05 nats when not given.
        limit: Use the first so many examples only.
        seed: Seed of all draws.
        quiet: Show no progress.

    Raises:
        ConfigError: If there are fewer than two runs, or an option is out of range.
        RunError: If the data of a run are not to be had.
    """
    evaluations = [
        evaluate(run, split=split, effort=effort, limit=limit, seed=seed, brief=True, quiet=quiet)
        for run in runs
    ]
    if len({run.name for run in runs}) < len(runs):  # folders of the same name: say which
        evaluations = [
            replace(evaluation, run=str(run.path))
            for evaluation, run in zip(evaluations, runs, strict=True)
        ]
    return Comparison.of(evaluations)


def _groups(
    evaluations: Sequence[Evaluation],
) -> tuple[list[tuple[Evaluation, ...]], tuple[Evaluation, ...]]:
    """Put together what can be ranked, from the best to the worst, and what has no evidence."""
    found: dict[object, list[Evaluation]] = {}
    for evaluation in evaluations:
        key = evaluation.yardstick.key if "log evidence" in evaluation.estimates else None
        found.setdefault(key, []).append(evaluation)
    autoencoders = tuple(found.pop(None, []))
    return [
        tuple(sorted(group, key=lambda e: -e.estimates["log evidence"].value))
        for group in found.values()
    ], autoencoders


def _pairs(group: tuple[Evaluation, ...]) -> Iterator[tuple[Evaluation, Evaluation]]:
    if len(group) <= _ALL_PAIRS:
        return combinations(group, 2)
    return ((group[0], other) for other in group[1:])


def _refusal(first: tuple[Evaluation, ...], second: tuple[Evaluation, ...]) -> str:
    reasons = first[0].yardstick.differences(second[0].yardstick)
    return (
        f"{_named(first)} and {_named(second)} are not ranked by their log-likelihoods: "
        f"{'; '.join(reasons)}."
    )


def _without_evidence(autoencoders: tuple[Evaluation, ...]) -> str:
    return (
        f"{_named(autoencoders)} cannot be ranked by log-likelihood: a deterministic code has no "
        "log evidence."
    )


def _doubts(group: tuple[Evaluation, ...]) -> Iterator[str]:
    """Say which numbers are lower bounds: their errors do not show how far below they are."""
    shares = {e.run: e.estimates["log evidence"].flagged for e in group}
    flagged = [f"{run} ({share:.0%})" for run, share in shares.items() if share and share > _FEW]
    adaptive = group[0].effort["method"] == "adaptive"
    closer = "A larger --budget is closer" if adaptive else "--method adaptive is closer"
    if flagged and len(group) > 1:
        yield (
            f"Many examples of {', '.join(flagged)} are flagged: their log p(x) is a lower bound, "
            f"by how much is not known, and the difference may lie in that. {closer}."
        )
    if unfitted := [e.run for e in group if UNFITTED in e.notes]:
        yield (
            f"The likelihood of {', '.join(unfitted)} was not trained, only a distortion that is "
            "none: a log p(x) there says nothing about reconstructions and samples."
        )
    if unheld := [e.run for e in group if UNHELD in e.notes]:
        yield (
            f"Nothing in the training of {', '.join(unheld)} held the codes near the prior: a "
            "log p(x) there says nothing about reconstructions."
        )
    if len(group) > 1 and group[0].effort["method"] == "elbo":
        yield (
            "These are bounds, not log p(x): a run with a better encoder looks better than it is."
        )


def _named(group: tuple[Evaluation, ...]) -> str:
    return ", ".join(evaluation.run for evaluation in group)


def _probability(difference: Estimate) -> float:
    centre, error = difference.value - difference.bias, difference.data_error
    if not error > 0:
        return 0.5 if centre == 0 else float(centre > 0)
    return 0.5 * (1 + erf(centre / error / sqrt(2)))
