"""Experiment trackers, each an optional package: the same numbers as in the log."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from elbowroom.errors import MissingExtraError
from elbowroom.training.events import EpochEnded, Event, Observer, Outcome

Log = Callable[[dict[str, float], int], None]
Close = Callable[[], None]


class Tracker:
    """Sends the terms of each epoch to a tracker.

    Args:
        log: Called with numbers by name and the step.
        close: Called at the end.
    """

    def __init__(self, log: Log, close: Close) -> None:
        self.log, self.close = log, close

    def __call__(self, event: Event) -> None:
        """Send an event."""
        if isinstance(event, EpochEnded):
            split = {"train": event.train, "validation": event.validation}
            numbers = {
                f"{name}/{term}": value
                for name, terms in split.items()
                for term, value in terms.items()
            }
            self.log({**numbers, "learning_rate": event.learning_rate}, event.step)
        elif isinstance(event, Outcome):
            self.close()


def _tensorboard(folder: Path, config: dict[str, Any]) -> Tracker:
    writer = _import("torch.utils.tensorboard", "tensorboard").SummaryWriter(folder / "tensorboard")

    def log(numbers: dict[str, float], step: int) -> None:
        for name, value in numbers.items():
            writer.add_scalar(name, value, step)

    return Tracker(log, writer.close)


def _mlflow(folder: Path, config: dict[str, Any]) -> Tracker:
    mlflow = _import("mlflow", "mlflow")
    mlflow.start_run(run_name=folder.name)
    mlflow.log_dict(config, "config.json")
    return Tracker(lambda numbers, step: mlflow.log_metrics(numbers, step=step), mlflow.end_run)


def _wandb(folder: Path, config: dict[str, Any]) -> Tracker:
    wandb = _import("wandb", "wandb")
    run = wandb.init(project="elbowroom", name=folder.name, dir=str(folder), config=config)
    return Tracker(lambda numbers, step: run.log(numbers, step=step), run.finish)


def _trackio(folder: Path, config: dict[str, Any]) -> Tracker:
    trackio = _import("trackio", "trackio")
    trackio.init(project="elbowroom", name=folder.name, config=config)
    return Tracker(lambda numbers, step: trackio.log(numbers, step=step), trackio.finish)


TRACKERS: dict[str, Callable[[Path, dict[str, Any]], Tracker]] = {
    "tensorboard": _tensorboard,
    "mlflow": _mlflow,
    "wandb": _wandb,
    "trackio": _trackio,
}


def tracker_for(name: str, folder: Path, config: dict[str, Any]) -> Observer | None:
    """Return an observer that feeds a tracker, or None for 'none'.

    Raises:
        MissingExtraError: If the tracker's package is not installed.
    """
    return TRACKERS[name](folder, config) if name in TRACKERS else None


def _import(module: str, extra: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtraError(extra, extra, f"logging to {extra}") from error
