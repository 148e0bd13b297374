"""How hard to look for log p(x): the method, its options, and what these say about each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from inspect import signature
from math import ceil
from typing import Any

from torch import Tensor

from elbowroom.errors import ConfigError, did_you_mean
from elbowroom.evidence import METHODS, Estimate, log_evidence
from elbowroom.evidence.adaptive import Goal
from elbowroom.models import LatentModel

_BLOCK = 512
"""Examples at a time: what is estimated of them is kept, all else forgotten."""

_IMPLIED = {
    "steps": "annealed",
    "samples": "importance-sampling",
    "target_error": "adaptive",
    "target": "adaptive",
    "budget": "adaptive",
}
"""The method that an option asks for when none is named; the first one given decides."""


@dataclass(frozen=True)
class Effort:
    """A method of estimating log p(x) with its options.

    The default is `adaptive` to 0.05 nats on the mean: it costs about as much as 1,000 importance
    samples for each example and is right where these are too low by a nat or more.

    Attributes:
        method: One of `elbowroom.evidence.METHODS`.
        options: Options of the method that were given; the others have its defaults.

    Example:
        >>> Effort.of(samples=5000)
        Effort(method='importance-sampling', options={'samples': 5000})
        >>> Effort.of(target_error=0.01).method
        'adaptive'
    """

    method: str = "adaptive"
    options: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, method: str | None = None, **options: Any) -> "Effort":
        """Return the effort that options ask for; those that are None were not given.

        Args:
            method: The method; when not given, the one that the options belong to, or `adaptive`.
            options: samples, target_error, target, budget, steps.

        Raises:
            ConfigError: If the options belong to different methods and none is named.
        """
        given = {name: value for name, value in options.items() if value is not None}
        implied = dict.fromkeys(kind for name, kind in _IMPLIED.items() if name in given)
        if method is None and "adaptive" in implied and len(implied) > 1:
            raise ConfigError(
                f"{' and '.join(sorted(given))} belong to different methods: 'adaptive' draws as "
                "many samples as the target error takes, the others as many as they are told. "
                "Give one kind, or name the method"
            )
        return cls(method or next(iter(implied), "adaptive"), given)

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ConfigError(
                f"there is no method {self.method!r}: choose one of {', '.join(METHODS)}."
                + did_you_mean(self.method, METHODS)
            )
        if unknown := self.options.keys() - self._defaults:
            raise ConfigError(
                f"the method {self.method} has no option {min(unknown)!r}; its options are: "
                f"{', '.join(sorted(self._defaults))}"
            )

    def estimate(self, model: LatentModel, x: Tensor, seed: int) -> Estimate:
        """Estimate log p(x) of a block of examples."""
        return log_evidence(model, x, method=self.method, seed=seed, **self.options)

    def block(self, examples: int) -> int:
        """Return how many examples to estimate at a time: all blocks are of this size or one less.

        Each block is held to the target for the mean over all. That is no stricter than holding
        the whole to it: a block of n examples asks each for an error of target * sqrt(n) and a
        bias of target / 2, and to second order error^2 = -2 bias, so that from 1 / target examples
        on the bias alone decides, whatever n is. Blocks are at least that large, and all alike.
        """
        target = self._all.get("target_error", 1)
        most = max(_BLOCK, ceil(1 / target) if target > 0 else 0)
        return ceil(examples / ceil(examples / most))

    def joined(self, parts: Sequence[Estimate]) -> Estimate:
        """Put the estimates of the blocks together; K becomes the mean over all examples."""
        whole = Estimate.joined(parts)
        drawn = whole.per_example.get("samples")
        samples = whole.samples if drawn is None else round(float(drawn.mean()))
        return replace(whole, samples=samples, notes=self._shortfall(whole) or whole.notes)

    def to_dict(self) -> dict[str, Any]:
        """Return method and options, the defaults included, for JSON."""
        return {"method": self.method, "options": self._all}

    def _shortfall(self, whole: Estimate) -> tuple[str, ...]:
        """Count over all blocks the examples that did not reach the target, and say so once."""
        done = whole.per_example.get("done")
        if done is None or not (missed := int((done == 0).sum())):
            return ()
        goal = Goal(self._all["target_error"], whole.examples, self._all["budget"])
        return (goal.shortfall(missed, whole.examples),)

    @property
    def _defaults(self) -> dict[str, Any]:
        parameters = signature(METHODS[self.method]).parameters.values()
        own = (p for p in parameters if p.kind is p.KEYWORD_ONLY)
        return {p.name: p.default for p in own if p.name not in ("seed", "rows")}

    @property
    def _all(self) -> dict[str, Any]:
        return self._defaults | dict(self.options)
