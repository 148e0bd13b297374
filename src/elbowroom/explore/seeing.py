"""From raw values to what the model sees, the same every time, and back."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from threading import RLock
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from elbowroom.run import Run

SEED = 0
"""Seed of what random preprocessing draws: an example is seen in one way, whoever shows it."""

ONE_GENERATOR = RLock()
"""Held by whoever draws: all threads of a process, and so all servers in it, share torch's one."""

_Made = TypeVar("_Made")


@contextmanager
def drawing(seed: int) -> Generator[None]:
    """Draw from a seed, without gradients, and leave the global random state as it was."""
    devices = [torch.cuda.current_device()] if torch.cuda.is_initialized() else []
    with ONE_GENERATOR, torch.random.fork_rng(devices), torch.inference_mode():
        # torch.manual_seed does this too, and takes a millisecond more to be left out of graphs.
        torch.default_generator.manual_seed(seed)
        if devices:
            torch.cuda.manual_seed(seed)
        yield


def seen(run: Run, raw: Tensor) -> Tensor:
    """Return raw examples as the model sees them, (N, *shape), where the model is.

    Steps that draw (binarisation, dequantisation) draw the same for each example, alone or among
    others, so that its code is a function of the example.

    Args:
        run: The run.
        raw: Examples, (N, *shape).
    """
    return torch.cat(_each(run, raw, run.preprocessing))


def seen_with_jacobian(run: Run, raw: Tensor) -> tuple[Tensor, Tensor]:
    """Return what `seen` does and the log-Jacobian of the preprocessing, (N,), in nats."""
    measure = run.model.likelihood.measure
    pairs = _each(run, raw, lambda part: run.preprocessing.with_log_jacobian(part, measure))
    return torch.cat([x for x, _ in pairs]), torch.cat([jacobian for _, jacobian in pairs])


def raw_again(run: Run, x: Tensor) -> np.ndarray:
    """Return what the model sees or makes in raw units, float32."""
    with torch.inference_mode():
        return run.preprocessing.inverse(x).float().cpu().numpy()


def _each(run: Run, raw: Tensor, prepare: Callable[[Tensor], _Made]) -> list[_Made]:
    """Prepare all at once where nothing is drawn, else each alone from the same random state."""
    alone = 1 if run.preprocessing.random else max(len(raw), 1)
    made = []
    with drawing(SEED):
        # Setting a state is a hundred times quicker than seeding once more.
        state = torch.get_rng_state()
        gpu_state = torch.cuda.get_rng_state() if run.device.type == "cuda" else None
        for part in raw.to(run.device).split(alone):
            torch.set_rng_state(state)
            if gpu_state is not None:
                torch.cuda.set_rng_state(gpu_state)
            made.append(prepare(part))
    return made
