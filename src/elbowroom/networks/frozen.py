"""Holding a module's parameters constant for a while."""

from collections.abc import Generator
from contextlib import contextmanager

from torch import nn


@contextmanager
def frozen(module: nn.Module) -> Generator[None]:
    """Hold the parameters of a module constant: gradients pass through it, none reach it.

    Two players share a graph this way: a critic's judgement reaches the model and not the critic.
    What is computed inside stays so; a distribution that keeps modules (a normalising flow) must
    be asked for its density inside too. Captured graphs hold it as well.

    Args:
        module: The module; it has its own parameters again at the end.

    Example:
        >>> import torch
        >>> layer, x = nn.Linear(2, 1), torch.ones(1, 2, requires_grad=True)
        >>> with frozen(layer):
        ...     y = layer(x).sum()
        >>> y.backward()
        >>> x.grad is None, layer.weight.grad is None
        (False, True)
    """
    held = [
        (owner, name, parameter)
        for owner in module.modules()
        for name, parameter in owner._parameters.items()
        if parameter is not None
    ]
    for owner, name, parameter in held:
        owner._parameters[name] = parameter.detach()  # ty: ignore[invalid-assignment]
    try:
        yield
    finally:
        for owner, name, parameter in held:
            owner._parameters[name] = parameter
