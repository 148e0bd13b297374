"""A network of two inputs: data, and the conditions beside them."""

import torch
from torch import Tensor, nn

from elbowroom.errors import ShapeError
from elbowroom.networks.network import Network


class Joint(Network):
    """A map `(*lead, *in_shape), (B, condition) -> (*lead, *out_shape)`, B the last of `lead`.

    Conditions become more columns of a vector, and constant planes beside the channels of an image,
    whichever the network behind takes.

    Args:
        body: Network of both together.
        in_shape: Shape of one input without its condition.
        condition: Number of values in one condition.
        view: What is shown of the inputs before the conditions are put beside them.

    Example:
        >>> from elbowroom.networks import Conv
        >>> network = Joint(Conv(channels=(4,)).down((1 + 3, 8, 8), (2,)), (1, 8, 8), 3)
        >>> network(torch.zeros(7, 5, 1, 8, 8), torch.eye(5, 3)).shape
        torch.Size([7, 5, 2])
    """

    def __init__(
        self,
        body: Network,
        in_shape: tuple[int, ...],
        condition: int,
        view: nn.Module | None = None,
    ) -> None:
        super().__init__(body, in_shape, body.out_shape)
        self.condition = condition
        self.view = view or nn.Identity()
        self.joined_shape = body.in_shape

    def forward(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """Apply the body to every input with its condition."""
        if y is None:
            raise ShapeError(f"this network takes {self.condition} conditions beside its inputs")
        lead = x.shape[: max(x.dim() - len(self.in_shape), 0)]
        if tuple(x.shape[len(lead) :]) != self.in_shape:
            raise ShapeError(
                f"this network takes inputs of shape {self.in_shape}, got {tuple(x.shape)}: "
                f"reshape the data to (..., {', '.join(map(str, self.in_shape))})"
            )
        rows = y.shape[:-1]
        if y.shape[-1] != self.condition or lead[len(lead) - len(rows) :] != rows:
            raise ShapeError(
                f"conditions y of shape {tuple(y.shape)} do not go with inputs of shape "
                f"{tuple(x.shape)}: give a row of {self.condition} values for each of the "
                f"{lead[-1] if lead else 1} examples"
            )
        flat = self.view(x.reshape(-1, *self.in_shape))
        given = y.to(flat.dtype).expand(*lead, self.condition).reshape(-1, self.condition)
        joined = self._beside(flat, given)
        return self.body(joined).reshape(*lead, *self.out_shape)

    def _beside(self, x: Tensor, y: Tensor) -> Tensor:
        """Put conditions (N, c) beside inputs (N, *shape)."""
        rank = len(self.joined_shape)
        if rank == 1:
            return torch.cat([x.flatten(1), y], 1)
        planes = y.reshape(*y.shape, *[1] * (rank - 1))
        return torch.cat([x, planes.expand(*y.shape, *self.joined_shape[1:])], 1)

    def extra_repr(self) -> str:
        """Show the shapes in front of the layers."""
        return f"{self.in_shape}, {self.condition} conditions -> {self.out_shape}"
