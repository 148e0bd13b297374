"""What the page needs to know of each latent unit: a knob, its range, how much it is used."""

from dataclasses import dataclass

import numpy as np

from elbowroom.explore.survey import Survey
from elbowroom.metrics import ACTIVE_VARIANCE
from elbowroom.models import LatentModel
from elbowroom.using.latent_units import LatentUnits


@dataclass(frozen=True)
class Moments:
    """Mean and standard deviation."""

    mean: float
    sd: float


@dataclass(frozen=True)
class Unit:
    """A latent unit.

    Attributes:
        index: Its place among the units of all levels.
        label: What tells it apart: its number, after that of its level where there are several.
        level: Number of its level; 1 is next to the data.
        rate: Rate in nats per example, or None where it does not split over units.
        active: Whether the codes of different examples differ in it.
        low: 1st percentile of the aggregate posterior.
        high: 99th percentile.
        mean: Mean of the aggregate posterior.
        sd: Its standard deviation.
        prior: The same of the prior.
        name: What a person called it.
        help: What can be said of it, in a sentence.
    """

    index: int
    label: str
    level: int
    rate: float | None
    active: bool
    low: float
    high: float
    mean: float
    sd: float
    prior: Moments | None
    name: str | None
    help: str


def units_of(model: LatentModel, found: Survey, names: dict[str, str]) -> tuple[Unit, ...]:
    """Return the units of a model in the order of its code.

    Args:
        model: Any model of the run; of a conditional one, one that is bound.
        found: What a pass over examples found.
        names: What people called units, by label.
    """
    latent = LatentUnits(model)
    depth = len(latent.levels)
    levels = np.concatenate([
        np.full(part.stop - part.start, depth - place)
        for place, part in enumerate(latent.levels.values())
    ])  # fmt: skip
    low, high = np.percentile(found.draws, [1, 99], axis=0)
    spread = found.codes.var(0, ddof=1) if len(found.codes) > 1 else np.full(len(levels), np.inf)
    prior = np.stack(latent.prior())
    made = []
    for index, label in enumerate(latent.labels):
        rate = None if found.unit_rates is None else float(found.unit_rates[index])
        active = bool(spread[index] > ACTIVE_VARIANCE)
        made.append(
            Unit(
                index, label, int(levels[index]), rate, active,
                float(low[index]), float(high[index]),
                float(found.draws[:, index].mean()), float(found.draws[:, index].std()),
                Moments(*prior[:, index].tolist()), names.get(label), _help(rate, active),
            )
        )  # fmt: skip
    return tuple(made)


def order_of(units: tuple[Unit, ...], found: Survey) -> tuple[int, ...]:
    """Return the places of units, the most used first: by rate, else by the spread of the codes."""
    use = found.codes.var(0) if found.unit_rates is None else found.unit_rates
    return tuple(sorted(range(len(units)), key=lambda n: (not units[n].active, -use[n], n)))


def _help(rate: float | None, active: bool) -> str:
    if not active:
        return "Hardly used: the codes of all examples are about the same here."
    if rate is None:
        return "Used: the codes of different examples differ here."
    return f"Used: it tells {rate:.2f} nats about an example, on average."
