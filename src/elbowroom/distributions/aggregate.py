"""The aggregate posterior: the codes of a whole data set as one distribution.

    q(z) = 1/N sum_n q(z|x_n)

A finite mixture whose components are known, so its density is evaluated exactly, over all N
components, by log-sum-exp in float64; in blocks, so that memory grows with neither N nor the
number of codes. Hoffman & Johnson (2016), 'ELBO surgery'; Makhzani et al. (2016).
"""

from collections.abc import Callable
from math import log

import torch
from torch import Tensor
from torch.distributions import Distribution, Independent

from elbowroom.distributions.family import Ability, Family
from elbowroom.errors import DataError, IncompatibleError

_BLOCK = 1024
_VALUES = 2**19
"""Values of (code, component, unit) at a time: 4 MB, which stays in cache."""


class Aggregate:
    """The equal mixture of a family's distributions, one for each example.

    Args:
        family: Family of q(z|x).
        raw: Its raw parameters for each example, (N, *param_shape).

    Raises:
        DataError: If there is no example.
        IncompatibleError: If the family has no density at codes that are not its own draws.

    Example:
        >>> from elbowroom.distributions import DiagonalGaussian
        >>> q = Aggregate(DiagonalGaussian(1), torch.tensor([[[-1.0], [0.0]], [[1.0], [0.0]]]))
        >>> q.log_prob(torch.zeros(1, 1))  # -1/2 log(2 pi) - 1/2
        tensor([-1.4189], dtype=torch.float64)
    """

    def __init__(self, family: Family, raw: Tensor) -> None:
        if Ability.ANYWHERE not in family.provides:
            raise IncompatibleError(
                f"the aggregate posterior mixes the densities of all examples at each code, which "
                f"takes {Ability.ANYWHERE}, and {type(family).__name__} does not have it: use the "
                "diagonal-gaussian or the spline-flow posterior"
            )
        if len(raw) == 0:
            raise DataError("an aggregate posterior needs one example or more")
        self.family = family
        self.raw = raw

    def __len__(self) -> int:
        return len(self.raw)

    @property
    def factors(self) -> bool:
        """Whether the units of each component are independent, so that q(z_i) can be had."""
        return Ability.FACTORS in self.family.provides

    def log_prob(self, z: Tensor) -> Tensor:
        """Return log q(z) in nats, (M,) in float64, of codes (M, latent)."""
        return self._mixed(z, lambda q, at: (q.log_prob(at),))[0]

    def log_prob_and_units(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Return log q(z), (M,), and log q(z_i) of each unit's marginal, (M, latent).

        One pass gives both. The components must have independent units (`factors`).
        """

        def terms(q: Distribution, at: Tensor) -> tuple[Tensor, Tensor]:
            units = log_prob_per_unit(q, at)
            return units.sum(-1), units

        joint, units = self._mixed(z, terms)
        return joint, units

    @torch.no_grad()
    def _mixed(
        self, z: Tensor, terms: Callable[[Distribution, Tensor], tuple[Tensor, ...]]
    ) -> list[Tensor]:
        """Average exp(terms) over the components, for some codes and some components at a time."""
        at_once = max(_VALUES // (min(_BLOCK, len(self)) * z[0].numel()), 1)
        rows = []
        for part in z.double().split(at_once):
            blocks = [
                [term.logsumexp(1) for term in terms(self.family(block), part[:, None])]
                for block in self.raw.split(_BLOCK)
            ]
            rows.append([torch.stack(block).logsumexp(0) for block in zip(*blocks, strict=True)])
        return [torch.cat(column) - log(len(self)) for column in zip(*rows, strict=True)]


def log_prob_per_unit(q: Distribution, z: Tensor) -> Tensor:
    """Return log q(z_i) of each unit of a distribution whose units are independent.

    Raises:
        TypeError: If q does not say that they are, as torch's `Independent`.
    """
    if not isinstance(q, Independent):
        raise TypeError(f"the units of {type(q).__name__} are not independent")
    return q.base_dist.log_prob(z)
