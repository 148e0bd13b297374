"""The planar flow (Rezende & Mohamed 2015)."""

from math import expm1, log

from torch import Tensor
from torch.nn import functional

from elbowroom.distributions.flows.bijection import Bijection
from elbowroom.errors import IncompatibleError

_LEAST = 1e-3
"""Smallest stretch: 1 + w.u is kept above it."""
_AT_ZERO = log(expm1(1 - _LEAST))
_TINY = 1e-6


class Planar(Bijection):
    """Push codes along one direction by how far they are along another, some times over.

        f(z) = z + u tanh(w.z + b),    |det| = 1 + (1 - tanh^2(w.z + b)) w.u

    It is invertible where w.u > -1, which holds by the construction of the paper's appendix: the
    part of u along w is moved so that w.u becomes softplus(w.u + c) - 1, here with c such that
    u = 0 stays 0. The parameters (u, w, b) of each layer are the context, nothing is shared.
    Its inverse has no closed form.

    Args:
        units: Number of units.
        layers: Number of pushes.

    Attributes:
        context: Features of the context: parameters of all layers.

    Example:
        >>> import torch
        >>> flow = Planar(2, layers=3)
        >>> z, log_det = flow(torch.ones(5, 2), torch.zeros(5, flow.context))
        >>> z[0], log_det[0]
        (tensor([1., 1.]), tensor(0.))
    """

    def __init__(self, units: int, layers: int) -> None:
        super().__init__()
        self.units = units
        self.layers = layers
        self.context = layers * (2 * units + 1)

    def forward(self, x: Tensor, context: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Push the codes."""
        if context is None:
            raise TypeError("a planar flow takes its parameters as the context")
        total = x.new_zeros(x.shape[:-1])
        for raw in context.unflatten(-1, (self.layers, -1)).unbind(-2):
            u, w, b = raw.split((self.units, self.units, 1), -1)
            u = _invertible(u, w)
            bend = ((w * x).sum(-1, keepdim=True) + b).tanh()
            stretch = 1 + (1 - bend.square()) * (w * u).sum(-1, keepdim=True)
            x, total = x + u * bend, total + stretch[..., 0].log()
        return x, total

    def inverse(self, y: Tensor, context: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Refuse: there is no closed form.

        Raises:
            IncompatibleError: Always.
        """
        raise IncompatibleError(
            "a planar flow has no inverse in closed form, so it has a density at its own draws "
            "only: use rsample_and_log_prob, or the spline-flow posterior, which has one at any "
            "code"
        )

    def extra_repr(self) -> str:
        """Show the sizes."""
        return f"{self.units}, layers={self.layers}"


def _invertible(u: Tensor, w: Tensor) -> Tensor:
    along = (w * u).sum(-1, keepdim=True)
    wanted = functional.softplus(along + _AT_ZERO) - (1 - _LEAST)
    # With w near 0 nothing is bent, and any u will do.
    return u + (wanted - along) * w / (w.square().sum(-1, keepdim=True) + _TINY)
