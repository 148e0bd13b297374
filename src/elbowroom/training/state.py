"""All that a run needs to go on exactly where it was: tensors and plain values, nothing else.

The order of the data is a function of (seed, epoch), so that two counters stand for it; the noise
is in the random generators' states. Resuming on the same machine with the same number of threads
therefore ends with bit-identical weights.
"""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from elbowroom.errors import RunError
from elbowroom.files import replacing
from elbowroom.models import LatentModel
from elbowroom.networks.average import Average
from elbowroom.training.ledger import Ledger
from elbowroom.training.step import Step

VERSION = 1
Weights = dict[str, Tensor]


@dataclass
class Counters:
    """Where training stands.

    Attributes:
        epoch: Epochs completed.
        batch: Steps made in the epoch under way.
        step: Steps made in all.
        best_score: Lowest validation loss so far.
        best_epoch: Epoch, counted from 1, of that loss.
        plateau: What the plateau schedule multiplies the learning rate with.
        plateau_epoch: Epoch of the last improvement or halving that the plateau schedule saw.
        seconds: Time spent training before the last (re)start.
        ending: How training ended, or empty while it has not.
    """

    epoch: int = 0
    batch: int = 0
    step: int = 0
    best_score: float | None = None
    best_epoch: int = 0
    plateau: float = 1.0
    plateau_epoch: int = 0
    seconds: float = 0.0
    ending: Literal["", "finished", "stopped early"] = ""


@dataclass
class State:
    """The moving parts of a training run.

    Attributes:
        step: Model and objective.
        optimiser: Optimiser of both.
        average: Average of the model's weights, or None.
        ledger: Sums over the epoch under way.
        counters: Where training stands.
        best: Weights of the best validation so far, or empty.
    """

    step: Step
    optimiser: Optimizer
    average: Average[LatentModel] | None
    ledger: Ledger = field(default_factory=Ledger)
    counters: Counters = field(default_factory=Counters)
    best: Weights = field(default_factory=dict)

    @property
    def deployed(self) -> LatentModel:
        """The model that is validated and kept: the average if there is one."""
        return self.average.module if self.average else self.step.model

    def save(self, path: Path) -> None:
        """Write the state, whole or not at all."""
        content = {
            "version": VERSION,
            "step": self.step.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "average": self.average.module.state_dict() if self.average else {},
            "average_steps": self.average.steps if self.average else 0,
            "best": self.best,
            "counters": asdict(self.counters),
            "epoch_sums": self.ledger.epoch,
            "epoch_count": self.ledger.count,
            "generators": _generators(),
        }
        with replacing(path) as beside:
            torch.save(content, beside)

    def load(self, path: Path) -> None:
        """Take over a saved state.

        Raises:
            RunError: If the file is missing, unreadable, or of another version or model.
        """
        content = _read(path)
        try:
            self.step.load_state_dict(content["step"])
            self.optimiser.load_state_dict(content["optimiser"])
            if bool(content["average"]) != bool(self.average):
                raise ValueError("one of them averages the weights, the other does not")
            if self.average:
                self.average.module.load_state_dict(content["average"])
                self.average.steps = content["average_steps"]
            self.best = content["best"]
            self.counters = Counters(**content["counters"])
            self.ledger.epoch, self.ledger.count = content["epoch_sums"], content["epoch_count"]
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            raise RunError(
                f"the state in '{path}' does not fit this run's configuration ({error}): "
                "resume with the config.toml that the run was started with, or start a new run"
            ) from error
        _restore_generators(content["generators"])


def snapshot(module: nn.Module) -> Weights:
    """Copy a module's weights and buffers."""
    return {name: value.detach().clone() for name, value in module.state_dict().items()}


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise RunError(f"there is no saved state at '{path}': start the run anew")
    try:
        # weights_only: a state is numbers, and loading one must never run code.
        content = torch.load(path, map_location="cpu", weights_only=True)
        version = content["version"]
    except Exception as error:
        raise RunError(f"the state in '{path}' cannot be read ({error}): start anew") from error
    if version != VERSION:
        raise RunError(
            f"the state in '{path}' has version {version}, this Elbowroom reads {VERSION}: "
            "resume with the version of Elbowroom that wrote it"
        )
    return content


def _generators() -> dict[str, Tensor]:
    states = {"cpu": torch.get_rng_state()}
    if torch.cuda.is_initialized():
        states["cuda"] = torch.cuda.get_rng_state()
    return states


def _restore_generators(states: dict[str, Tensor]) -> None:
    torch.set_rng_state(states["cpu"])
    if "cuda" in states and torch.cuda.is_available():
        torch.cuda.set_rng_state(states["cuda"])
