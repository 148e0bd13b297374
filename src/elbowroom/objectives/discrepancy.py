"""Maximum mean discrepancy between the codes of a batch and draws from the prior.

    MMD^2(q, p) = E[k(z, z')] + E[k(y, y')] - 2 E[k(z, y)],    z, z' ~ q(z),  y, y' ~ p(z)

is 0 exactly where q(z) = p(z), for the kernels here. For B codes z_i and B draws y_i, the mean over
all pairs i != j of k(z_i, z_j) + k(y_i, y_j), less 2 k(z_i, y_j) over all i and j, has that
expectation at every B (Gretton et al. 2012, 'A kernel two-sample test', Lemma 6): a batch of
twice the size has the same mean and less noise. It may come out below zero.

Kernels are functions of a distance in units of that between two draws from the prior,

    r^2 = |x - y|^2 / (2 d)        real codes of d units;   |x - y|^2 / 2 on the unit sphere

which is the mean of |y - y'|^2 for the standard normal and for the uniform distribution there.
"""

from collections.abc import Callable
from typing import Literal, TypeAlias, get_args

import torch
from torch import Tensor

from elbowroom.distributions import Space
from elbowroom.errors import ConfigError, did_you_mean
from elbowroom.models import LatentModel, Trace
from elbowroom.objectives.level_choice import checked_level, level_of
from elbowroom.objectives.objective import Cost, Penalty

KernelName: TypeAlias = Literal["gaussian", "inverse-multiquadratic", "laplace"]

_NEAR = 1e-6
"""Added to a squared distance before its root is taken: at 0 the root has no gradient."""

_KERNELS: dict[str, Callable[[Tensor], Tensor]] = {
    "gaussian": lambda square: (-square).exp(),
    "inverse-multiquadratic": lambda square: 1 / (1 + square),
    "laplace": lambda square: (-(square + _NEAR).sqrt()).exp(),
}
"""k as a function of r^2 / s^2; k(x, x) = 1."""

_BETWEEN_DRAWS: dict[Space, Callable[[int], float]] = {
    Space.REAL: lambda units: 2.0 * units,
    Space.SPHERE: lambda units: 2.0,
}
"""Mean squared distance between two draws from the prior that prefers no direction."""


class MeanDiscrepancy(Penalty):
    """MMD^2 between the codes of all examples and the prior; it has no nats, and is 2 at most.

    Each of the K codes of an example is in a batch of its own of B codes, since codes of the same
    example are not independent draws from q(z); the value is the mean over the K. Nothing is asked
    of the posterior but draws that carry gradients. Draws from the prior carry none: a learned
    prior needs another cost. A batch of one example has no pairs, and its value is 0.

    Args:
        kernel: 'gaussian', exp(-r^2 / s^2); 'inverse-multiquadratic', 1 / (1 + r^2 / s^2), whose
            pull reaches codes that are far from the prior; or 'laplace', exp(-r / s).
        scales: Widths s, in units of the distance between two draws from the prior (see above);
            the kernel is the mean of those of all scales.
        level: Which level of a ladder, 0 for the topmost. Draws from p at a level below are made
            with the model, from the top.

    Raises:
        ConfigError: If an option is out of range.

    Example:
        >>> MeanDiscrepancy("inverse-multiquadratic", scales=(0.5, 1.0, 2.0))
        MeanDiscrepancy('inverse-multiquadratic', scales=(0.5, 1, 2))
    """

    couples_batch = True

    def __init__(
        self,
        kernel: KernelName = "gaussian",
        *,
        scales: tuple[float, ...] = (1.0,),
        level: int = 0,
    ) -> None:
        super().__init__()
        if kernel not in _KERNELS:
            raise ConfigError(
                f"kernel must be one of {', '.join(get_args(KernelName))}, got {kernel!r}."
                + did_you_mean(kernel, _KERNELS)
            )
        if not scales or not all(0 < scale < float("inf") for scale in scales):
            raise ConfigError(f"scales must be one or more numbers above 0, got {scales}")
        self.kernel: KernelName = kernel
        self.scales = tuple(scales)
        self.level = checked_level(level)

    def check(self, model: LatentModel) -> None:
        """Refuse a model without such a level."""
        super().check(model)
        level_of(model, self.level, self)

    def forward(self, model: LatentModel, trace: Trace) -> Cost:
        """Return the discrepancy."""
        z = trace.levels[self.level].z
        value = self.between(z, self._prior_draws(model, trace), self._space(model))
        return Cost(value, logs={"discrepancy": value.detach()})

    def between(self, z: Tensor, y: Tensor, space: Space = Space.REAL) -> Tensor:
        """Return the unbiased estimate of MMD^2, averaged over K.

        Args:
            z: Codes, (K, B, units).
            y: Draws from the prior, (K, B, units).
            space: Where they lie.
        """
        rows = z.shape[1]
        if rows < 2:
            return torch.zeros_like(z).sum()
        apart = 1 - torch.eye(rows, dtype=z.dtype, device=z.device)
        alike = self._similarity(z, z, space) + self._similarity(y, y, space)
        mixed = self._similarity(z, y, space)
        return ((alike * apart) / (rows - 1) - 2 * mixed / rows).sum((-2, -1)).mean() / rows

    def _similarity(self, x: Tensor, y: Tensor, space: Space) -> Tensor:
        """Return k(x_i, y_j), (K, B, B)."""
        square = squared_distances(x, y) / _BETWEEN_DRAWS[space](x.shape[-1])
        kernel = _KERNELS[self.kernel]
        return torch.stack([kernel(square / scale**2) for scale in self.scales]).mean(0)

    def _space(self, model: LatentModel) -> Space:
        """Return where the codes of the level lie: below the top, in R^n."""
        return Space.REAL if self.level else model.space

    def _prior_draws(self, model: LatentModel, trace: Trace) -> Tensor:
        """Draw as many codes from the prior of the level as the trace has."""
        level = trace.levels[self.level]
        shape = level.z.shape[:2]
        with torch.no_grad():
            if level.p.batch_shape:  # p is given the codes that were inferred above
                return model.generate(tuple(shape)).levels[self.level].z
            return level.p.sample(shape)

    def __repr__(self) -> str:
        scales = "(" + ", ".join(f"{scale:g}" for scale in self.scales) + ",)"
        scales = scales if len(self.scales) == 1 else scales.replace(",)", ")")
        scales = "" if self.scales == (1.0,) else f", scales={scales}"
        level = f", level={self.level}" if self.level else ""
        return f"MeanDiscrepancy({self.kernel!r}{scales}{level})"


def squared_distances(x: Tensor, y: Tensor) -> Tensor:
    """Return |x_i - y_j|^2 of rows (*lead, B, units), (*lead, B, B), by one matrix product.

    Example:
        >>> squared_distances(torch.tensor([[0.0], [1.0]]), torch.tensor([[3.0], [0.0]]))
        tensor([[9., 0.],
                [4., 1.]])
    """
    # Of values far from 0 the squares would leave nothing of the differences.
    centre = y.mean(-2, keepdim=True)
    x, y = x - centre, y - centre
    squares = x.square().sum(-1)[..., :, None] + y.square().sum(-1)[..., None, :]
    with torch.autocast(x.device.type, enabled=False):  # nor would products of 8 bits
        return (squares - 2 * x @ y.mT).clamp(min=0)
