"""Costs that keep the rate at, or above, so many nats.

    capacity    gamma |rate - C|                      (Burgess et al. 2018)
    free bits   sum over groups of max(lambda, rate)  (Kingma et al. 2016)

The rate is the mean over the batch: an example may take more and another one less.
"""

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor

from elbowroom.distributions import Ability
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.models import LatentModel, Level, Trace
from elbowroom.models.blank import blank_levels
from elbowroom.objectives.objective import Cost, Penalty
from elbowroom.objectives.schedules import Schedule, as_schedule, checked_weight


class Capacity(Penalty):
    """gamma |rate - C|: the rate of a batch is held at a capacity C that grows in training.

    It replaces the rate, in `Distortion() + Capacity(...)`. The rate meets C exactly where gamma
    is larger than what one more nat of rate saves in distortion. Burgess, Higgins, Pal, Matthey,
    Watters, Desjardins, Lerchner (2018), 'Understanding disentangling in beta-VAE'.

    Args:
        gamma: Weight of a nat too much or too little.
        nats: Capacity C: a schedule, or a number.

    Raises:
        ConfigError: If gamma or the capacity is negative or not finite.

    Example:
        >>> from elbowroom import Warmup
        >>> Capacity(100.0, Warmup(end=25.0, epochs=50))
        Capacity(100, Warmup(start=0, end=25, epochs=50))
    """

    requires = frozenset({Ability.DENSITY})
    couples_batch = True

    def __init__(self, gamma: float, nats: float | Schedule) -> None:
        super().__init__()
        self.gamma = checked_weight(gamma)
        self.nats = as_schedule(nats)

    def forward(self, model: LatentModel, trace: Trace) -> Cost:
        """Return the weighted distance of the rate from the capacity."""
        rate = trace.rate.mean()
        value = self.gamma * (rate - self.nats()).abs()
        return Cost(value, logs={"rate": rate.detach(), "capacity": self.nats().clone()})

    def __repr__(self) -> str:
        return f"Capacity({self.gamma:g}, {self.nats!r})"


_GROUPS: dict[str, Callable[[Level], Tensor | None]] = {
    "unit": lambda level: level.unit_rates,
    "level": lambda level: level.rate,
}
"""The rates of a level's groups, (K, B, *groups), or None where the rate does not split."""


class FreeBits(Penalty):
    """The rate, of which so many nats of each group are free: sum_g max(lambda, rate_g).

    A group below lambda feels no pull towards the prior, so that it does not collapse before the
    decoder has learned to use it. Kingma, Salimans, Jozefowicz, Chen, Sutskever, Welling (2016),
    'Improving Variational Inference with Inverse Autoregressive Flow', appendix C.

    Args:
        nats: Free nats lambda of each group, of the mean over the batch.
        per: What a group is: each latent 'unit', or each stochastic 'level' as a whole.

    Raises:
        ConfigError: If the nats are negative or not finite, or there is no such group.

    Example:
        >>> FreeBits(0.5), FreeBits(4.0, per="level")
        (FreeBits(0.5), FreeBits(4, per='level'))
    """

    requires = frozenset({Ability.DENSITY})
    couples_batch = True

    def __init__(self, nats: float, *, per: Literal["unit", "level"] = "unit") -> None:
        super().__init__()
        self.nats = checked_weight(nats)
        if per not in _GROUPS:
            raise ConfigError(f"per must be one of {', '.join(_GROUPS)}, got {per!r}")
        self.per = per

    def check(self, model: LatentModel) -> None:
        """Refuse a model whose rate does not split into the groups."""
        super().check(model)
        if any(_GROUPS[self.per](level) is None for level in blank_levels(model)):
            raise IncompatibleError(
                f"{self!r} needs a rate for each unit, but the KL from this posterior to this "
                "prior does not split over the units, which are not independent in both: use "
                "per='level', or the diagonal-gaussian posterior with the standard-normal prior"
            )

    def forward(self, model: LatentModel, trace: Trace) -> Cost:
        """Return the rate beyond what is free, plus what is free."""
        rates = torch.cat([self._of_groups(level) for level in trace.levels])
        value = rates.clamp(min=self.nats).sum()
        return Cost(value, logs={"rate": rates.detach().sum()})

    def _of_groups(self, level: Level) -> Tensor:
        """Return the rate of each group of a level, a vector of means over the batch."""
        rates = _GROUPS[self.per](level)
        if rates is None:
            raise IncompatibleError(f"{self!r} needs a rate that splits over the units")
        return rates.mean((0, 1)).reshape(-1)

    def __repr__(self) -> str:
        return f"FreeBits({self.nats:g}{'' if self.per == 'unit' else f', per={self.per!r}'})"
