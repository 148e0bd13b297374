"""The prior of each latent unit alone: what it draws, its quantiles and its density.

Where the prior has independent units of a known kind, all three are exact; a mixture, a flow or a
lower level of a ladder is known by its draws.
"""

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.distributions import Independent, Laplace, Normal

from elbowroom.models import LatentModel

if TYPE_CHECKING:
    from torch.distributions import Distribution

_DRAWS = 20_000
_BINS = 80
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
        # As many codes as examples: of a model that is bound to some, the first again and again.
        self._model = model.at(torch.zeros(_DRAWS, dtype=torch.long))

    @cached_property
    def draws(self) -> np.ndarray:
        """Codes drawn from the prior, (20,000, latent), the same every time."""
        with torch.random.fork_rng(), torch.inference_mode():
            torch.manual_seed(_SEED)
            levels = self._model.generate((_DRAWS,)).levels
            return self._model.joined(level.z for level in levels).cpu().numpy()

    @cached_property
    def exact(self) -> "Distribution | None":
        """Independent units with known quantiles, of batch shape (latent,), or None."""
        with torch.random.fork_rng(), torch.inference_mode():
            levels = self._model.generate((_DRAWS,)).levels
        p = levels[0].p
        known = isinstance(p, Independent) and isinstance(p.base_dist, Normal | Laplace)
        if len(levels) > 1 or not known:
            return None
        return p.base_dist.expand(p.batch_shape[:0] + p.event_shape) if not p.batch_shape else None

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
        """Return p(z_u) at values (n,); from draws, the height of a histogram."""
        if self.exact is None:
            drawn = self.draws[:, unit]
            heights, edges = np.histogram(drawn, bins=_BINS, density=True)
            at = np.searchsorted(edges, values, side="right") - 1
            inside = (at >= 0) & (at < len(heights))
            return np.where(inside, heights[np.clip(at, 0, len(heights) - 1)], 0.0)
        wanted = torch.as_tensor(values, dtype=torch.float64, device=self.exact.mean.device)
        return self.exact.log_prob(wanted[:, None]).exp()[:, unit].detach().cpu().numpy()
