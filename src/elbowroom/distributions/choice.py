"""A choice among levels, each with a probability of its own."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.distributions import Categorical


@dataclass(frozen=True)
class Choice:
    """The law of a level with P(k) = softmax(logits)_k.

    Attributes:
        logits: Log-odds of the levels, which lie along one of the dimensions.
        dim: Which dimension, counted from the last (-1).
    """

    logits: Tensor
    dim: int

    @property
    def shape(self) -> torch.Size:
        """Shape of the logits without the dimension of the levels."""
        return torch.Size(self.logits.movedim(self.dim, 0).shape[1:])

    def log_mass(self, k: Tensor) -> Tensor:
        """Return log P(K = k) in nats: a look-up, so that no second table is made."""
        shape = torch.broadcast_shapes(k.shape, self.shape)
        logits = self.logits.expand(*shape[: len(shape) - len(self.shape)], *self.logits.shape)
        index = k.long().expand(shape).unsqueeze(self.dim)
        return logits.gather(self.dim, index).squeeze(self.dim) - self.logits.logsumexp(self.dim)

    def mean(self) -> Tensor:
        """Return E[K]."""
        return self._expected(self._numbers())

    def variance(self) -> Tensor:
        """Return the variance of K."""
        return self._expected((self._numbers() - self.mean().unsqueeze(self.dim)).square())

    def mode(self) -> Tensor:
        """Return the most probable level."""
        return self.logits.argmax(self.dim).float()

    def draw(self, shape: torch.Size) -> Tensor:
        """Draw levels."""
        logits = self.logits.movedim(self.dim, -1)
        return Categorical(logits=logits, validate_args=False).sample(shape).float()

    def _expected(self, value: Tensor) -> Tensor:
        return (self.logits.softmax(self.dim) * value).sum(self.dim)

    def _numbers(self) -> Tensor:
        count = self.logits.shape[self.dim]
        numbers = torch.arange(count, dtype=self.logits.dtype, device=self.logits.device)
        return numbers.reshape(-1, *[1] * (-self.dim - 1))
