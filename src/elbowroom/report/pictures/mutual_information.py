"""What each latent unit tells about each factor."""

from typing import Any

import numpy as np

from elbowroom.metrics.disentanglement.information import entropy, equal_width, information
from elbowroom.report import figures
from elbowroom.report.choice import units_of
from elbowroom.report.factored import with_factors
from elbowroom.report.material import Material
from elbowroom.report.plate import Plate

_UNITS = 20


def mutual_information(material: Material, *, units: Any = None, factors: Any = None) -> Plate:
    """What each latent unit tells about each factor or label, as a share of its entropy.

    Args:
        material: What the report is about.
        units: The units to show; all up to twenty when not given, the most used first.
        factors: A table of factors with a row for each example; those of the data, or else their
            labels, when not given.
    """
    known = material.factored if factors is None else with_factors(material, factors)
    shown = units_of(material, units, _UNITS) if units is not None else _all(material)
    codes = known.codes(np.arange(len(known)))
    classes = np.stack([known.classes(f) for f in range(len(known.factors.names))], 1)
    nats = entropy(classes)
    found = information(equal_width(codes[:, shown]), classes)
    shares = found / np.where(nats > 0, nats, 1.0)
    labels = [material.units.labels[unit] for unit in shown]
    figure = figures.information_map(shares, nats, labels, known.factors.names)
    gaps = _gaps(shares)
    rest = material.latent - len(shown)
    left = f" {rest} units that carry least are left out." if rest and units is None else ""
    mean = (
        f" Their mean, {gaps.mean():.2f}, is the mutual information gap (MIG)." if not rest else ""
    )
    caption = (
        f"How much of each factor's entropy each latent unit tells, from 0 (nothing) to 1 (all): "
        f"mutual information of {len(known):,} {material.split} examples' codes, in 20 bins, with "
        f"the factor. The bars: how far the unit that tells most is ahead of the second.{mean} One "
        f"strong cell in each row and column is what disentangled means.{left}"
    )
    numbers = {"factors": list(known.factors.names), "units": labels, "shares": shares.T.tolist(),
               "entropies": nats.tolist(), "gaps": gaps.tolist()}  # fmt: skip
    return Plate("mutual-information", figure, caption, numbers)


def _gaps(shares: np.ndarray) -> np.ndarray:
    ranked = np.sort(np.vstack([np.zeros((2, shares.shape[1])), shares]), axis=0)
    return ranked[-1] - ranked[-2]


def _all(material: Material) -> list[int]:
    rest = [unit for unit in range(material.latent) if unit not in material.by_use]
    return [*material.by_use, *rest][:_UNITS]
