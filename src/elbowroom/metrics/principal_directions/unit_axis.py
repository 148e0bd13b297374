"""One latent unit beside the principal component of the same rank."""

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor

from elbowroom.metrics.principal_directions.components import PrincipalComponents, cosines
from elbowroom.metrics.principal_directions.regime import Regime


@dataclass(frozen=True)
class UnitAxis:
    """What a unit carries, and which principal component it goes along.

    Attributes:
        unit: What the unit is called.
        kind: 'active', 'passive' or 'mixed'; None where the posterior has no noise.
        on: Share of the examples with a posterior variance of at most 0.1 of the prior's.
        off: Share of the examples with a posterior variance within 0.1 of the prior's.
        means: Variance over examples of the posterior mean.
        mean_square: Mean square over examples of the posterior mean.
        posterior: Mean variance of q(z_i|x); 0 without noise.
        column: Root mean square length of the unit's column of the Jacobian.
        carried: `means` times `column` squared: the variance of x along the unit where the decoder
            is linear; more than that where it is curved and x goes there and back.
        eigenvalue: Variance of the principal component whose rank is the unit's by `carried`.
        linear: Variance of the means of a linear VAE at that eigenvalue, 1 - noise / eigenvalue.
        component: Which principal component the column is nearest to, from 1; None for no column.
        cosine: Root mean square over examples of the cosine between the two.
    """

    unit: str
    kind: str | None
    on: float | None
    off: float | None
    means: float
    mean_square: float
    posterior: float
    column: float
    carried: float
    eigenvalue: float
    linear: float
    component: int | None
    cosine: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return asdict(self)


def unit_axes(
    labels: tuple[str, ...],
    means: Tensor,
    posterior: Tensor,
    regime: Regime | None,
    grams: Tensor,
    projected: Tensor,
    components: PrincipalComponents,
    noise: float,
) -> tuple[UnitAxis, ...]:
    """Put units and principal components side by side, both from the largest variance down.

    Args:
        labels: What the D units are called.
        means: Posterior means, (N, D).
        posterior: Mean posterior variances, (D,).
        regime: What the units are, where the posterior has noise.
        grams: J'J at these means, (N, D, D).
        projected: A'J at these means, (N, K, D), with the axes A of `components`.
        components: Principal components of the examples.
        noise: b s^2 of the linear VAE to compare with.
    """
    squares = grams.diagonal(dim1=-2, dim2=-1).mean(0)
    variances = means.cpu().double().var(0, correction=0)
    mean_squares = means.cpu().double().square().mean(0)
    carried = variances * squares
    linear, _ = components.predicted(noise, len(labels))
    shares = cosines(grams, projected).square().nanmean(0)
    found = []
    for rank, unit in enumerate(carried.argsort(descending=True).tolist()):
        turned = bool(torch.isfinite(shares[:, unit]).all()) and len(shares) > 0
        found.append(
            UnitAxis(
                unit=labels[unit],
                kind=None if regime is None else str(regime.kinds[unit]),
                on=None if regime is None else float(regime.on[unit]),
                off=None if regime is None else float(regime.off[unit]),
                means=float(variances[unit]),
                mean_square=float(mean_squares[unit]),
                posterior=float(posterior[unit]),
                column=float(squares[unit].sqrt()),
                carried=float(carried[unit]),
                eigenvalue=float(components.values[rank]) if rank < len(components.values) else 0.0,
                linear=float(linear[rank]),
                component=int(shares[:, unit].argmax()) + 1 if turned else None,
                cosine=float(shares[:, unit].max().sqrt()) if turned else None,
            )
        )
    return tuple(found)
