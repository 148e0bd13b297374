"""What each latent unit does: the rate it carries, and whether it is used at all."""

import torch
from torch import Tensor

from elbowroom.distributions import Ability, kl_per_unit
from elbowroom.errors import DataError, IncompatibleError
from elbowroom.models import LatentModel, Level
from elbowroom.models.mode import evaluating

ACTIVE_VARIANCE = 0.01
"""Variance of the posterior means above which a unit is active (Burda et al. 2016)."""


@torch.inference_mode()
def posterior_means(model: LatentModel, x: Tensor, *, batch_size: int = 1024) -> Tensor:
    """Return the means of q(z|x), the codes that `encode` gives.

    Args:
        model: Model, used in evaluation mode.
        x: Examples as the model sees them, (N, *event).
        batch_size: Examples at a time.

    Returns:
        Means of the topmost level, (N, latent), on the CPU.
    """
    return torch.cat([one.posterior.mean.cpu() for one in _top_levels(model, x, batch_size)])


@torch.inference_mode()
def rate_per_unit(model: LatentModel, x: Tensor, *, batch_size: int = 1024) -> Tensor:
    """Return E_x[KL(q(z_i|x) || p(z_i))] of each latent unit i, in nats.

    The sum over the units is the rate.

    Args:
        model: Model whose posterior and prior have independent units.
        x: Examples as the model sees them, (N, *event).
        batch_size: Examples at a time.

    Returns:
        Rates, (latent,), float64.

    Raises:
        IncompatibleError: If the KL does not split over the units.
    """
    if Ability.FACTORS not in model.abilities:
        raise IncompatibleError(
            f"the posterior of this model does not have {Ability.FACTORS}: a rate per unit has no "
            "meaning for it"
        )
    total = torch.zeros(())
    for level in _top_levels(model, x, batch_size):
        units = kl_per_unit(level.posterior, level.p)
        if units is None:
            raise IncompatibleError(
                "there is no closed form of the KL of each unit for this posterior and prior"
            )
        total = total + units.double().sum(0).cpu()
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


def _top_levels(model: LatentModel, x: Tensor, batch_size: int) -> list[Level]:
    """Return the topmost level of all examples; a pass also draws codes, from its own stream."""
    device = next(model.parameters()).device
    devices = [device] if device.type == "cuda" else []
    with evaluating(model), torch.random.fork_rng(devices):
        return [model.infer(part.to(device))[0] for part in x.split(batch_size)]
