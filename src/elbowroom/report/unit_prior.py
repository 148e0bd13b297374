"""The prior of each latent unit alone: what it draws, its quantiles and its density.

Where the prior has independent units of a known kind, all three are exact; a mixture, a flow or a
lower level of a ladder is known by its draws.
"""

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.distributions import Independent, Laplace, Normal

from elbowroom.models import LatentModel, Level
from elbowroom.report.density import density_at

if TYPE_CHECKING:
    from torch.distributions import Distribution

_DRAWS = 20_000
_AT_ONCE = 1_000
_SEED = 1


class UnitPrior:
    """Marginals p(z_u) of the prior.

    Args:
        model: The model.

    Example:
        >>> from elbowroom import MLP, VAE, Gaussian
        >>> prior = UnitPrior(VAE.of(Gaussian((3,)), latent=2, network=MLP(hidden=(8,))))
        >>> prior.quantiles(0, np.array([0.025, 0.5, 0.975])).round(2).tolist()
        [-1.96, 0.0, 1.96]
    """

    def __init__(self, model: LatentModel) -> None:
        self._model = model

    @cached_property
    def draws(self) -> np.ndarray:
        """Codes drawn from the prior, (20,000, latent), the same every time."""
        with torch.random.fork_rng(), torch.inference_mode():
            torch.manual_seed(_SEED)
            parts = [
                self._model.joined(level.z for level in self._drawn(min(_AT_ONCE, _DRAWS - done)))
                for done in range(0, _DRAWS, _AT_ONCE)
            ]
            return torch.cat(parts).cpu().numpy()

    @cached_property
    def exact(self) -> "Distribution | None":
        """Independent units with known quantiles, of batch shape (latent,), or None."""
        with torch.random.fork_rng(), torch.inference_mode():
            [first, *rest] = self._drawn(1)
        p = first.p
        known = isinstance(p, Independent) and isinstance(p.base_dist, Normal | Laplace)
        return None if rest or p.batch_shape or not known else p.base_dist

    @property
    def standard(self) -> bool:
        """Whether it is known to be N(0, I), which looks the same from every direction."""
        p = self.exact
        return isinstance(p, Normal) and bool((p.loc == 0).all() and (p.scale == 1).all())

    def _drawn(self, count: int) -> tuple[Level, ...]:
        """Draw codes; a model that is bound to some examples is that of the first, again."""
        bound = self._model.at(torch.zeros(count, dtype=torch.long))
        return bound.generate((count,)).levels

    def quantiles(self, unit: int, shares: np.ndarray) -> np.ndarray:
        """Return the values that shares of the prior's codes lie below, by the inverse CDF.

        Args:
            unit: Number of the unit.
            shares: Shares between 0 and 1, (n,).
        """
        if self.exact is None:
            return np.quantile(self.draws[:, unit], shares)
        wanted = torch.as_tensor(shares, dtype=torch.float64, device=self.exact.mean.device)
        return self.exact.icdf(wanted[:, None])[:, unit].detach().cpu().double().numpy()

    def density(self, unit: int, values: np.ndarray) -> np.ndarray:
        """Return p(z_u) at values (n,); from draws, smoothed."""
        if self.exact is None:
            return density_at(self.draws[:, unit], values)
        wanted = torch.as_tensor(values, dtype=torch.float64, device=self.exact.mean.device)
        return self.exact.log_prob(wanted[:, None]).exp()[:, unit].detach().cpu().numpy()
