"""Evaluation mode for a while."""

from collections.abc import Generator
from contextlib import contextmanager

from torch import nn


@contextmanager
def evaluating(model: nn.Module) -> Generator[None]:
    """Hold a model in evaluation mode, and give every part of it its own mode back.

    `model.train(model.training)` would not do: a part that a person had set to evaluation mode
    on its own, to freeze it, would train from then on.

    Args:
        model: Model to hold.
    """
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training
