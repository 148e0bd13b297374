"""What each latent unit tells about each factor."""

from typing import Any

import numpy as np

from elbowroom.metrics.disentanglement import BinnedMIG
from elbowroom.metrics.disentanglement.binned_mig import BINS
from elbowroom.metrics.disentanglement.information import entropy, equal_width, gap, information
from elbowroom.report import figures
from elbowroom.report.choice import every_unit, units_of
from elbowroom.report.factored import with_factors
from elbowroom.report.material import Material
from elbowroom.report.plate import Plate

_UNITS = 20
_SHUFFLES, _SEED = 10, 0


def mutual_information(material: Material, *, units: Any = None, factors: Any = None) -> Plate:
    """What each latent unit tells about each factor or label, as a share of its entropy.

    Args:
        material: What the report is about.
        units: The units to show; all up to twenty when not given, the most used first.
        factors: A table of factors with a row for each example; those of the data, or else their
            labels, when not given.

    Raises:
        DataError: If there are fewer examples than the metric of the same information takes.
    """
    known = material.factored if factors is None else with_factors(material, factors)
    BinnedMIG().check(known)
    shown = every_unit(material)[:_UNITS] if units is None else units_of(material, units, _UNITS)
    binned = equal_width(known.codes(np.arange(len(known)))[:, shown], BINS)
    classes = np.stack([known.classes(f) for f in range(len(known.factors.names))], 1)
    nats = entropy(classes)
    shares = information(binned, classes) / nats
    shuffled = _shuffled(binned, classes) / nats
    by_chance = shuffled.mean((0, 1))
    labels = [material.units.labels[unit] for unit in shown]
    figure = figures.information_map(shares, nats, labels, known.factors.names, shuffled=by_chance)
    gaps, chance = gap(shares), float(gap(shuffled.swapaxes(0, 1).reshape(len(shown), -1)).mean())
    rest = material.latent - len(shown)
    left = f" {rest} units that carry least are left out." if rest and units is None else ""
    mean = (
        f" Their mean, {gaps.mean():.2f}, is the mutual information gap (MIG) of {BINS} bins; that "
        f"of shuffled codes is {chance:.2f}."
        if not rest
        else ""
    )
    caption = (
        "How much of each factor's entropy each latent unit tells, from 0 (nothing) to 1 (all): "
        f"mutual information of {len(known):,} {material.split} examples' codes, in {BINS} bins, "
        "with the factor. Counts overestimate it: shuffled codes, which know nothing, get "
        f"{figures.span_of(by_chance)}. The bars: how far the unit that tells most is ahead of the "
        f"second.{mean} One strong cell in each row and column is what disentangled means.{left}"
    )
    numbers = {"factors": list(known.factors.names), "units": labels, "shares": shares.T.tolist(),
               "entropies": nats.tolist(), "gaps": gaps.tolist(),
               "shuffled": by_chance.tolist()}  # fmt: skip
    return Plate("mutual-information", figure, caption, numbers)


def _shuffled(binned: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Return the information of codes that are other examples', (shuffles, units, factors)."""
    rng = np.random.default_rng(_SEED)
    orders = [rng.permutation(len(binned)) for _ in range(_SHUFFLES)]
    return np.stack([information(binned[order], classes) for order in orders])
