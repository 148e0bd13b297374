"""What a diagnosis is made from: the codes of some examples in numbers, and what else is known."""

from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Protocol

import torch
from torch import Tensor

from elbowroom.distributions import Ability, kl_per_unit
from elbowroom.errors import ConfigError, DataError, IncompatibleError, ShapeError
from elbowroom.metrics.prior_holes import PriorHoles
from elbowroom.metrics.units import active_units
from elbowroom.models import VAE
from elbowroom.models.mode import evaluating


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


@dataclass(frozen=True, eq=False)
class CodeSummary:
    """The posteriors of some examples in numbers.

    Attributes:
        rate: Mean rate, in nats per example.
        rate_error: Its standard error over examples.
        unit_rates: Mean rate of each unit, (latent,), or None without a closed form.
        mean_variance: Variance over examples of each unit's posterior mean, (latent,).
        variance: Mean posterior variance of each unit, as a multiple of the prior's, (latent,).
        smallest: Smallest posterior variance of each unit, as a multiple of the prior's.
        active: Which units are active, (latent,).
        examples: Number of examples.
    """

    rate: float
    rate_error: float
    unit_rates: Tensor | None
    mean_variance: Tensor
    variance: Tensor
    smallest: Tensor
    active: Tensor
    examples: int

    @property
    def finite(self) -> bool:
        """Whether every number is one."""
        numbers = torch.cat([self.mean_variance, self.variance])
        return isfinite(self.rate) and bool(torch.isfinite(numbers).all())

    @classmethod
    def of(cls, model: VAE, x: Tensor, *, seed: int = 0, batch_size: int = 1024) -> "CodeSummary":
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
            levels = [model(part).levels[0] for part in x.split(batch_size)]
        rates = torch.cat([level.rate[0] for level in levels]).double().cpu()
        units = [kl_per_unit(level.posterior, level.p) for level in levels]
        means = torch.cat([level.posterior.mean for level in levels]).double().cpu()
        ratio = torch.cat([level.posterior.variance / level.p.variance for level in levels])
        each = [one.double().cpu() for one in units if one is not None]
        return cls(
            rate=float(rates.mean()),
            rate_error=float(rates.std()) / sqrt(len(x)),
            unit_rates=torch.cat(each).mean(0) if each else None,
            mean_variance=means.var(0),
            variance=ratio.double().cpu().mean(0),
            smallest=ratio.double().cpu().amin(0),
            active=active_units(means),
            examples=len(x),
        )


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
