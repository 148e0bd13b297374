"""How an evaluation goes through its examples: checked, in bounded memory, from a seed."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from math import prod

import torch
from torch import Tensor

from elbowroom.distributions import Ability
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.models import LatentModel

_CHUNK_VALUES = 2**20
"""Values of x-size decoded at a time: some 1,000 rows of 28x28, which keeps a chunk in cache."""


def prepared(model: LatentModel, x: Tensor, samples: int, rows: int | None) -> int:
    """Check that an evaluation makes sense, and return the decoder evaluations at a time."""
    if samples < 2:
        raise ConfigError(
            f"samples (K) must be 2 or more, got {samples}: one weight has no spread to tell its "
            "error by"
        )
    if Ability.DENSITY not in model.abilities:
        raise IncompatibleError(
            "log-evidence weighs codes by p(z)/q(z|x), and the deterministic posterior of this "
            "model has no density q(z|x): evaluate a model with the diagonal-gaussian posterior"
        )
    model.likelihood.check(x)
    return rows or max(_CHUNK_VALUES // prod(model.event_shape), 16)


def chunks(x: Tensor, samples: int, rows: int) -> Iterator[Tensor]:
    """Split examples so that `samples` codes of each are about `rows` decoder evaluations."""
    return iter(x.split(max(rows // samples, 1)))


@contextmanager
def reproducible(model: LatentModel, seed: int) -> Generator[None]:
    """Evaluate from a seed, without gradients, in evaluation mode; leave all as it was."""
    devices = [torch.cuda.current_device()] if torch.cuda.is_initialized() else []
    training = model.training
    model.eval()
    try:
        with torch.random.fork_rng(devices), torch.inference_mode():
            torch.manual_seed(seed)
            yield
    finally:
        model.train(training)
