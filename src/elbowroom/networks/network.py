"""A network: weights between an input shape and an output shape, under any leading dimensions."""

import torch
from torch import Tensor, nn

from elbowroom.errors import ShapeError


class Network(nn.Module):
    """A map `(*lead, *in_shape) -> (*lead, *out_shape)` around a body with one batch dimension.

    Leading dimensions (importance samples, batch, grid of a traversal) are flattened here and
    restored here, so that nothing else in the package has to.

    Args:
        body: Module that maps `(N, *in_shape)` to N rows of `prod(out_shape)` values.
        in_shape: Shape of one input.
        out_shape: Shape of one output.

    Raises:
        ShapeError: On calling with an input whose trailing shape is not `in_shape`.

    Example:
        >>> net = Network(nn.Linear(3, 8), (3,), (2, 4))
        >>> net(torch.zeros(5, 7, 3)).shape
        torch.Size([5, 7, 2, 4])
    """

    def __init__(
        self, body: nn.Module, in_shape: tuple[int, ...], out_shape: tuple[int, ...]
    ) -> None:
        super().__init__()
        self.body = body
        self.in_shape = tuple(in_shape)
        self.out_shape = tuple(out_shape)

    def forward(self, x: Tensor) -> Tensor:
        """Apply the body to every input of the batch, whatever its leading shape."""
        split = x.dim() - len(self.in_shape)
        lead, event = x.shape[: max(split, 0)], x.shape[max(split, 0) :]
        if tuple(event) != self.in_shape:
            raise ShapeError(
                f"this network takes inputs of shape {self.in_shape}, got {tuple(x.shape)}: "
                f"reshape the data to (..., {', '.join(map(str, self.in_shape))}) "
                f"or build the model for the data's shape"
            )
        return self.body(x.reshape(-1, *self.in_shape)).reshape(*lead, *self.out_shape)

    @torch.no_grad()
    def start_at(self, raw: Tensor) -> None:
        """Set the last layer's bias so that an untrained network outputs about `raw`.

        A linear layer has one bias per output and takes `raw` as it is; a convolution has one per
        channel and takes the mean over the positions.

        Args:
            raw: Wanted output, of shape `out_shape`.
        """
        biases = [value for name, value in self.body.named_parameters() if name.endswith("bias")]
        biases[-1].copy_(raw.reshape(biases[-1].numel(), -1).mean(1))

    def extra_repr(self) -> str:
        """Show the shapes in front of the layers."""
        return f"{self.in_shape} -> {self.out_shape}"
