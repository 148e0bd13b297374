"""What each latent unit carried while the model was learning: since when is a unit dead?"""

import json
from pathlib import Path

import torch

from elbowroom.assembly import even_places
from elbowroom.data import Labelling, Preprocessing, Splits
from elbowroom.files import write_whole
from elbowroom.metrics import rate_per_unit, rate_per_unit_if_any
from elbowroom.models import LatentModel
from elbowroom.run import Run, read_lines
from elbowroom.training.events import EpochEnded, Event, Started
from elbowroom.training.feed import Batch

_EXAMPLES = 256
"""Enough to tell a dead unit from a live one, and encoded in milliseconds."""


class UnitRates:
    """Writes the rate of each unit to results/unit-rates.jsonl after each validated epoch.

    It looks at the same examples with the same noise every time, and the trainer keeps its random
    state from observers, so that a run with it ends with the same weights as one without.

    Args:
        folder: The run folder.
        model: The model that is trained.
        preprocessing: From raw examples to what the model sees.
        splits: The data: 256 validation examples, evenly spaced, are looked at, or as many
            training examples where nothing is held out.
        labelling: What the labels are to a conditional model.
    """

    def __init__(
        self,
        folder: Path,
        model: LatentModel,
        preprocessing: Preprocessing,
        splits: Splits,
        labelling: Labelling | None = None,
    ) -> None:
        self.path = folder / "results" / "unit-rates.jsonl"
        self.validates = splits.validation is not None
        watched = splits.validation or splits.train
        places = even_places(watched, _EXAMPLES)
        with torch.random.fork_rng(devices=[]), torch.no_grad():
            torch.manual_seed(0)
            x = preprocessing(watched.take(places))
        y = labelling.encode(labelling.read(watched)[places.numpy()]) if labelling else None
        self.batch = Batch(x, y)
        first = self.batch.bind(model).at(slice(1))
        self.watches = rate_per_unit_if_any(first, x[:1]) is not None

    def __call__(self, event: Event) -> None:
        """Note the rates at the end of a validated epoch."""
        if not self.watches:
            return
        if isinstance(event, Started):
            # A resumed run goes back to its last saved state: what came after it did not happen.
            kept = [line for line in read_lines(self.path) if line["epoch"] <= event.epoch]
            write_whole(self.path, "".join(json.dumps(line) + "\n" for line in kept))
        elif isinstance(event, EpochEnded) and (event.validation or not self.validates):
            y = None if self.batch.y is None else self.batch.y.to(_device_of(event.model))
            batch = Batch(self.batch.x, y)
            rates = rate_per_unit(batch.bind(event.model), batch.x).tolist()
            line = {"epoch": event.epoch, "rates": [float(f"{rate:.4g}") for rate in rates]}
            with self.path.open("a") as file:
                file.write(json.dumps(line) + "\n")


def _device_of(model: LatentModel) -> torch.device:
    return next(model.parameters()).device


def history_of(run: Run) -> torch.Tensor | None:
    """Return the rate of each unit after each epoch up to that of the weights, (epochs, latent).

    Epochs without a validation have the rates of the last one before.
    """
    lines = read_lines(run.path / "results" / "unit-rates.jsonl")
    ending = next((line for line in run.log if line["event"] == "outcome"), None)
    last = ending["best_epoch"] if ending else float("inf")
    lines = [line for line in lines if line["epoch"] <= last]
    if not lines:
        return None
    ends = [line["epoch"] for line in lines[1:]] + [lines[-1]["epoch"] + 1]
    spans = [end - start for start, end in zip([1, *ends], ends, strict=False)]
    rates = torch.tensor([line["rates"] for line in lines], dtype=torch.float64)
    return rates.repeat_interleave(torch.tensor(spans), dim=0)
