"""An exponential moving average of weights."""

from copy import deepcopy
from typing import Generic, TypeVar

import torch
from torch import nn

M = TypeVar("M", bound=nn.Module)


class Average(Generic[M]):
    """A copy of a module whose weights follow the original's slowly (Polyak averaging).

    average <- d * average + (1 - d) * weights, with d = min(decay, (1 + t) / (10 + t)) so that
    the first steps are not dominated by the random start. Buffers are copied.

    Args:
        module: The module that is trained.
        decay: d, at least 0 and below 1.
    """

    def __init__(self, module: M, decay: float) -> None:
        self.source = module
        self.module: M = deepcopy(module).requires_grad_(False)
        self.decay = decay
        self.steps = 0

    @torch.no_grad()
    def update(self) -> None:
        """Move the average towards the weights as they are now."""
        self.steps += 1
        keep = min(self.decay, (1 + self.steps) / (10 + self.steps))
        torch._foreach_lerp_(
            list(self.module.parameters()), list(self.source.parameters()), 1 - keep
        )
        for mine, theirs in zip(self.module.buffers(), self.source.buffers(), strict=True):
            mine.copy_(theirs)
