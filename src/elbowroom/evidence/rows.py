"""How an evaluation goes through its examples: checked, in bounded memory, from a seed."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from math import prod

import torch
from torch import Tensor

from elbowroom.distributions import Ability
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.models import LatentModel, Trace
from elbowroom.models.mode import evaluating

_CHUNK_VALUES = 2**20
"""Values of x-size decoded at a time: some 1,000 rows of 28x28, which keeps a chunk in cache."""


def prepared(
    model: LatentModel, x: Tensor, samples: int, rows: int | None, *, posterior: bool = True
) -> int:
    """Check that an evaluation makes sense, and return the decoder evaluations at a time."""
    if samples < 2:
        raise ConfigError(
            f"samples (K) must be 2 or more, got {samples}: one weight has no spread to tell its "
            "error by"
        )
    if posterior and Ability.DENSITY not in model.abilities:
        raise IncompatibleError(
            "log-evidence weighs codes by p(z)/q(z|x), and the deterministic posterior of this "
            "model has no density q(z|x): evaluate a model with the diagonal-gaussian posterior"
        )
    if rows is not None and rows < 1:
        raise ConfigError(f"rows must be 1 or more, got {rows}")
    model.likelihood.check(x)
    model.check_examples(len(x))
    return rows or max(_CHUNK_VALUES // prod(model.event_shape), 16)


def chunks(
    model: LatentModel, x: Tensor, samples: int, rows: int
) -> Iterator[tuple[LatentModel, Tensor]]:
    """Split examples so that `samples` codes of each are about `rows` decoder evaluations.

    Each part comes with the model of its examples.
    """
    return model.divided(x, max(rows // samples, 1))


def passes(model: LatentModel, x: Tensor, samples: int, rows: int) -> Iterator[Trace]:
    """Yield traces that together hold `samples` codes of each example, `rows` codes at a time."""
    at_once = max(rows // len(x), 1)
    for start in range(0, samples, at_once):
        yield model(x, min(at_once, samples - start))


@contextmanager
def reproducible(model: LatentModel, seed: int, *, gradients: bool = False) -> Generator[None]:
    """Evaluate from a seed, in evaluation mode; leave all as it was.

    Args:
        model: The model.
        seed: The seed.
        gradients: Allow gradients where they are switched on inside; faster without.
    """
    mode = torch.no_grad if gradients else torch.inference_mode
    devices = [torch.cuda.current_device()] if torch.cuda.is_initialized() else []
    with evaluating(model), torch.random.fork_rng(devices), mode():
        torch.manual_seed(seed)
        yield
