"""What each latent unit did while the model was learning: since when is a unit dead?

A line of results/unit-rates.jsonl, after an epoch:

    epoch      its number
    rates      mean rate of each unit, in nats; left out where the rate does not split over units
    variances  mean variance of each unit's posterior, as a share of the prior's
    spreads    variance over examples of that share; with the one before it tells whether a unit is
               active, passive or mixed (`elbowroom.metrics.principal_directions.regime`)
    delta_kl   how far the KL is from that of units either on or off; left out where not defined
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from elbowroom.assembly import even_places
from elbowroom.data import Labelling, Preprocessing, Splits
from elbowroom.distributions import Ability
from elbowroom.files import write_whole
from elbowroom.metrics import rate_per_unit_if_any
from elbowroom.metrics.principal_directions.regime import (
    Kind,
    kinds_of,
    knows_variance,
    polarised_regime,
)
from elbowroom.models import LatentModel
from elbowroom.run import Run, read_lines
from elbowroom.training.events import EpochEnded, Event, Started
from elbowroom.training.feed import Batch

_EXAMPLES = 256
"""Enough to tell a dead unit from a live one, and encoded in milliseconds."""


class UnitRates:
    """Writes what each unit does to results/unit-rates.jsonl after each validated epoch.

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
        self.tells_kinds = Ability.DENSITY in model.abilities and knows_variance(first, x[:1])
        self.watches = self.tells_kinds or rate_per_unit_if_any(first, x[:1]) is not None

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
            line = {"epoch": event.epoch, **self._seen(batch.bind(event.model), batch.x)}
            with self.path.open("a") as file:
                file.write(json.dumps(line) + "\n")

    def _seen(self, model: LatentModel, x: Tensor) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        rates = rate_per_unit_if_any(model, x)
        if rates is not None:
            seen["rates"] = _rounded(rates)
        if self.tells_kinds:
            regime = polarised_regime(model, x)
            seen |= {"variances": _rounded(regime.mean), "spreads": _rounded(regime.spread)}
            if regime.delta is not None:
                seen["delta_kl"] = float(f"{regime.delta.value:.4g}")
        return seen


def _rounded(values: Tensor) -> list[float]:
    return [float(f"{value:.4g}") for value in values.tolist()]


def _device_of(model: LatentModel) -> torch.device:
    return next(model.parameters()).device


@dataclass(frozen=True)
class EpochKinds:
    """What the units were after an epoch.

    Attributes:
        epoch: Number of the epoch.
        kinds: What each unit was.
        delta_kl: How far the KL was from that of units either on or off; None where not known.
    """

    epoch: int
    kinds: tuple[Kind, ...]
    delta_kl: float | None

    def share(self, kind: Kind) -> float:
        """Return the share of the units that were of a kind."""
        return self.kinds.count(kind) / len(self.kinds)

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers of units and delta-KL as plain values."""
        counts = {str(kind): self.kinds.count(kind) for kind in Kind}
        return {"epoch": self.epoch, **counts, "delta_kl": self.delta_kl}


def kinds_over_training(run: Run) -> tuple[EpochKinds, ...]:
    """Return what the units were after each epoch that was looked at, all of the training.

    Empty for a model whose posterior has no noise or does not know its variance, and for runs
    older than these notes.

    Args:
        run: The run.

    Example:
        >>> from elbowroom import Run
        >>> for line in kinds_over_training(Run.load("runs/digits-1")):  # doctest: +SKIP
        ...     print(line.epoch, line.share(Kind.ACTIVE), line.share(Kind.MIXED))
    """
    return tuple(
        EpochKinds(
            line["epoch"], kinds_of(line["variances"], line["spreads"]), line.get("delta_kl")
        )
        for line in read_lines(run.path / "results" / "unit-rates.jsonl")
        if "variances" in line
    )


def history_of(run: Run) -> torch.Tensor | None:
    """Return the rate of each unit after each epoch up to that of the weights, (epochs, latent).

    Epochs without a validation have the rates of the last one before.
    """
    lines = [
        line for line in read_lines(run.path / "results" / "unit-rates.jsonl") if "rates" in line
    ]
    ending = next((line for line in run.log if line["event"] == "outcome"), None)
    last = ending["best_epoch"] if ending else float("inf")
    lines = [line for line in lines if line["epoch"] <= last]
    if not lines:
        return None
    ends = [line["epoch"] for line in lines[1:]] + [lines[-1]["epoch"] + 1]
    spans = [end - start for start, end in zip([1, *ends], ends, strict=False)]
    rates = torch.tensor([line["rates"] for line in lines], dtype=torch.float64)
    return rates.repeat_interleave(torch.tensor(spans), dim=0)
