"""What a diagnosis is made from: the codes of some examples in numbers, and what else is known."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Protocol

import torch
from torch import Tensor

from elbowroom.distributions import Ability, scale_of
from elbowroom.errors import ConfigError, DataError, IncompatibleError, ShapeError
from elbowroom.metrics.prior_holes import PriorHoles
from elbowroom.metrics.units import active_units, posterior_means
from elbowroom.models import LatentModel, Level
from elbowroom.models.mode import evaluating

_PRIOR_DRAWS = 4096
"""Draws to measure a prior's scale on, where it does not know it: one prior for all examples."""

_CODE_DRAWS = 8
"""Draws of each example for what has no closed form, such as the rates of lower levels."""


class Number(Protocol):
    """A mean over examples with its errors, as an estimate of the evidence is."""

    @property
    def value(self) -> float:
        """The mean, in nats per example."""

    @property
    def data_error(self) -> float:
        """Its standard error over examples."""

    @property
    def mc_error(self) -> float:
        """Its standard error over codes."""


class Gap(Protocol):
    """The gap between bound and evidence, split as `inference_gap` does."""

    @property
    def total(self) -> Number:
        """Log p(x) - ELBO."""

    @property
    def family(self) -> Number:
        """The part of the posterior family."""

    @property
    def amortisation(self) -> Number:
        """The part of the encoder."""

    @property
    def converged(self) -> float:
        """Share of the examples for which the best posterior was found."""


@dataclass(frozen=True)
class LevelRate:
    """What one level of codes carries.

    Attributes:
        name: What the level is called.
        units: Number of its units.
        rate: Its mean rate, in nats per example.
        error: The standard error of that over examples.
    """

    name: str
    units: int
    rate: float
    error: float


@dataclass(frozen=True, eq=False)
class CodeSummary:
    """The posteriors of some examples in numbers; units of several levels side by side, top first.

    Attributes:
        rate: Mean rate, in nats per example.
        rate_error: Its standard error over examples.
        unit_rates: Mean rate of each unit, (latent,), or None without a closed form.
        mean_variance: Variance over examples of each unit's posterior mean, (latent,).
        variance: Mean posterior variance of each unit, as a multiple of the prior's, (latent,).
        smallest: Smallest posterior variance of each unit, as a multiple of the prior's.
        active: Which units are active, (latent,).
        examples: Number of examples.
        levels: What each level carries, top first.
        labels: What tells the units apart; their numbers when not given.
    """

    rate: float
    rate_error: float
    unit_rates: Tensor | None
    mean_variance: Tensor
    variance: Tensor
    smallest: Tensor
    active: Tensor
    examples: int
    levels: tuple[LevelRate, ...] = ()
    labels: tuple[str, ...] = ()

    def called(self, units: Iterable[int]) -> list[str]:
        """Return what units are called."""
        return [self.labels[unit] if self.labels else str(unit) for unit in units]

    @property
    def finite(self) -> bool:
        """Whether every number is one."""
        numbers = torch.cat([self.mean_variance, self.variance])
        return isfinite(self.rate) and bool(torch.isfinite(numbers).all())

    @classmethod
    def of(
        cls, model: LatentModel, x: Tensor, *, seed: int = 0, batch_size: int = 1024
    ) -> "CodeSummary":
        """Encode examples, in evaluation mode.

        Args:
            model: Model whose posterior has a density.
            x: Examples as the model sees them, (N, *event), N at least 2.
            seed: Seed of the codes drawn where the KL has no closed form.
            batch_size: Examples at a time.

        Raises:
            IncompatibleError: If the posterior has no density.
            DataError: If there are fewer than 2 examples.
            SupportError: If x is outside the support of the likelihood.
        """
        if Ability.DENSITY not in model.abilities:
            raise IncompatibleError(
                "a diagnosis is about rates and posteriors, and the deterministic posterior of "
                "this model has none: diagnose a model with the diagonal-gaussian posterior"
            )
        model.likelihood.check(x)
        if len(x) < 2:
            raise DataError("a diagnosis needs 2 examples or more, to have variances over them")
        devices = [x.device] if x.is_cuda else []
        with evaluating(model), torch.inference_mode(), torch.random.fork_rng(devices):
            torch.manual_seed(seed)
            parts = model.divided(x, max(batch_size // _CODE_DRAWS, 1))
            batches = [here.infer(part, _CODE_DRAWS) for here, part in parts]
            ratio = _prior_ratios(model, batches)
            rates = [torch.stack([level.rate.mean(0) for level in levels]) for levels in batches]
            unit_rates = _unit_rates(model, batches)
        means = posterior_means(model, x, batch_size=batch_size).double()
        each = torch.cat(rates, 1).double().cpu()
        return cls(
            **_mean_and_error(each.sum(0)),
            unit_rates=unit_rates,
            mean_variance=means.var(0),
            variance=ratio.mean(0),
            smallest=ratio.amin(0),
            active=active_units(means),
            examples=len(x),
            levels=tuple(
                LevelRate(name, units, *_mean_and_error(one).values())
                for name, units, one in zip(model.level_names, model.units, each, strict=True)
            ),
            labels=model.unit_labels,
        )


def _mean_and_error(rates: Tensor) -> dict[str, float]:
    return {"rate": float(rates.mean()), "rate_error": float(rates.std()) / sqrt(len(rates))}


def _unit_rates(model: LatentModel, batches: list[tuple[Level, ...]]) -> Tensor | None:
    """Return the mean rate of each unit, or None where a level's does not split."""
    found = [
        [rate.mean(0) for level in levels if (rate := level.unit_rates) is not None]
        for levels in batches
    ]
    if any(len(rates) < len(levels) for rates, levels in zip(found, batches, strict=True)):
        return None
    return torch.cat([model.joined(rates) for rates in found]).double().cpu().mean(0)


def _prior_ratios(model: LatentModel, batches: list[tuple[Level, ...]]) -> Tensor:
    """Return the variances of the posteriors as multiples of their priors', (N, units)."""
    # The topmost prior is one for all examples, and may take long to measure.
    top = scale_of(batches[0][0].p, draws=_PRIOR_DRAWS)

    def ratio(place: int, level: Level) -> Tensor:
        prior = scale_of(level.p) if place else top
        return (scale_of(level.posterior) / prior).square().expand(level.z.shape).mean(0)

    parts = [
        model.joined(ratio(place, level) for place, level in enumerate(levels))
        for levels in batches
    ]
    return torch.cat(parts).double().cpu()


@dataclass(frozen=True, eq=False)
class Examination:
    """Everything that findings are drawn from; what was not measured is None.

    Attributes:
        codes: The posteriors of some examples.
        beta: Final weight of the rate in the training objective.
        history: Rate of each unit after each epoch, (epochs, latent).
        gap: Where the gap to the evidence comes from.
        train_elbo: ELBO on training examples.
        validation_elbo: ELBO on examples that were not trained on.
        holes: How much of the prior the codes do not cover.
    """

    codes: CodeSummary
    beta: float = 1.0
    history: Tensor | None = None
    gap: Gap | None = None
    train_elbo: Number | None = None
    validation_elbo: Number | None = None
    holes: PriorHoles | None = None

    def __post_init__(self) -> None:
        if not (isfinite(self.beta) and self.beta >= 0):
            raise ConfigError(f"beta must be a finite number, 0 or more, got {self.beta}")
        latent = len(self.codes.active)
        if self.history is not None and (self.history.dim() != 2 or not len(self.history)
                                         or self.history.shape[1] != latent):  # fmt: skip
            raise ShapeError(
                f"the history of unit rates must have shape (epochs, {latent}), got "
                f"{tuple(self.history.shape)}: one row for each epoch, one column for each unit"
            )
