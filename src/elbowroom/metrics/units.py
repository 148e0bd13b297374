"""What each latent unit does: the rate it carries, and whether it is used at all."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import torch
from torch import Tensor

from elbowroom.distributions import Ability
from elbowroom.errors import DataError, IncompatibleError
from elbowroom.models import LatentModel, Level
from elbowroom.models.mode import evaluating

Levels: TypeAlias = tuple[Level, ...]

_DRAWS = 8
"""Draws of each example for the rates that have no closed form."""

ACTIVE_VARIANCE = 0.01
"""Variance of the posterior means above which a unit is active (Burda et al. 2016)."""


@torch.inference_mode()
def posterior_means(model: LatentModel, x: Tensor, *, batch_size: int = 1024) -> Tensor:
    """Return the means of q(z|x), the codes that `encode` gives, as `mean_of` takes them.

    Of a model with several levels those of all of them side by side, top first, each given the
    means of the levels that it depends on.

    Args:
        model: Model, used in evaluation mode.
        x: Examples as the model sees them, (N, *event).
        batch_size: Examples at a time.

    Returns:
        Means, (N, units of all levels), on the CPU.
    """
    parts = _levels(model, x, batch_size, lambda here, part: here.centred(part))
    return torch.cat([model.joined(level.z[0] for level in levels).cpu() for levels in parts])


@torch.inference_mode()
def rate_per_unit(model: LatentModel, x: Tensor, *, batch_size: int = 1024) -> Tensor:
    """Return E_x[KL(q(z_i|x) || p(z_i))] of each latent unit i, in nats.

    The sum over the units is the rate. Units of several levels stand side by side, top first; a
    level whose rate depends on the draws at others has that of a few draws for each example.

    Args:
        model: Model whose posterior and prior have independent units.
        x: Examples as the model sees them, (N, *event).
        batch_size: Examples at a time.

    Returns:
        Rates, (units of all levels,), float64.

    Raises:
        IncompatibleError: If the KL does not split over the units.
    """
    if Ability.FACTORS not in model.abilities:
        raise IncompatibleError(
            f"the posterior of this model does not have {Ability.FACTORS}: a rate per unit has no "
            "meaning for it"
        )
    rates = rate_per_unit_if_any(model, x, batch_size=batch_size)
    if rates is None:
        raise IncompatibleError(
            "the KL does not split over the units of this posterior and prior: a rate per unit "
            "takes a prior of independent units, such as standard-normal"
        )
    return rates


@torch.inference_mode()
def rate_per_unit_if_any(model: LatentModel, x: Tensor, *, batch_size: int = 1024) -> Tensor | None:
    """Return what `rate_per_unit` does, or None where the KL does not split over the units."""
    if Ability.FACTORS not in model.abilities:
        return None
    total = torch.zeros(())
    size = max(batch_size // _DRAWS, 1)
    for levels in _levels(model, x, size, lambda here, part: here.infer(part, _DRAWS)):
        rates = [rate for level in levels if (rate := level.unit_rates) is not None]
        if len(rates) < len(levels):
            return None
        total = total + model.joined(rate.mean(0) for rate in rates).double().sum(0).cpu()
    return total / len(x)


def active_units(means: Tensor, *, threshold: float = ACTIVE_VARIANCE) -> Tensor:
    """Tell which units are active: the variance over examples of their mean is above a threshold.

    Args:
        means: Posterior means, (N, latent), N at least 2.
        threshold: Variance, in units of the prior's.

    Returns:
        Marks, (latent,).

    Raises:
        DataError: If there are fewer than 2 examples.
    """
    if len(means) < 2:
        raise DataError("active units need the codes of 2 examples or more, to have a variance")
    return means.double().var(0) > threshold


def _levels(
    model: LatentModel,
    x: Tensor,
    batch_size: int,
    infer: Callable[[LatentModel, Tensor], Levels],
) -> Iterator[Levels]:
    """Yield the levels of all examples; what is drawn is the same every time."""
    device = next(model.parameters()).device
    devices = [device] if device.type == "cuda" else []
    with evaluating(model), torch.random.fork_rng(devices):
        torch.manual_seed(0)
        for here, part in model.divided(x, batch_size):
            yield infer(here, part.to(device))
