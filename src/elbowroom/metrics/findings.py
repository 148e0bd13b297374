"""What a diagnosis says: findings, each with its severity, its numbers and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a finding matters."""

    GOOD = "good"
    LOOK = "worth a look"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        about: What was looked at.
        severity: How much it matters.
        found: A sentence with the numbers.
        advice: What to do about it.
        numbers: The numbers as plain values.
    """

    about: str
    severity: Severity
    found: str
    advice: str
    numbers: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {**vars(self), "severity": self.severity.value, "numbers": dict(self.numbers)}

    def __str__(self) -> str:
        return f"[{self.severity}] {self.about}: {self.found} {self.advice}"


@dataclass(frozen=True)
class Diagnosis:
    """What was found, the worst first.

    Attributes:
        findings: One for each thing that could be looked at.
        examples: Number of examples it is based on.
        seed: Seed that reproduces it.

    Example:
        >>> Diagnosis((Finding("rate", Severity.GOOD, "It is 3 nats.", "Go on."),), 100, 0)
        Diagnosis(100 examples, seed 0): 0 problems, 0 worth a look, 1 good
          [good] rate: It is 3 nats. Go on.
    """

    findings: tuple[Finding, ...]
    examples: int
    seed: int

    def __post_init__(self) -> None:
        ranks = list(Severity)
        worst_first = sorted(self.findings, key=lambda one: -ranks.index(one.severity))
        object.__setattr__(self, "findings", tuple(worst_first))

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """Return the findings of one severity."""
        return tuple(one for one in self.findings if one.severity is severity)

    def __getitem__(self, about: str) -> Finding:
        """Return the finding about something, as `diagnosis["posterior collapse"]`."""
        return next(one for one in self.findings if one.about == about)

    def __contains__(self, about: str) -> bool:
        return any(one.about == about for one in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            "examples": self.examples,
            "seed": self.seed,
            "findings": [one.to_dict() for one in self.findings],
        }

    def __repr__(self) -> str:
        problems, looks, good = (
            len(self.of(s)) for s in (Severity.PROBLEM, Severity.LOOK, Severity.GOOD)
        )
        head = (
            f"Diagnosis({self.examples:,} examples, seed {self.seed}): {problems} "
            f"problem{'' if problems == 1 else 's'}, {looks} worth a look, {good} good"
        )
        return "\n".join([head, *(f"  {one}" for one in self.findings)])


def named(units: Sequence[object]) -> str:
    """Return units as text, the first dozen of many.

    >>> named([1, 4])
    '1, 4'
    """
    return ", ".join(map(str, units[:12])) + (f" and {len(units) - 12} more" * (len(units) > 12))
