"""Which latent units a predictor of each factor uses."""

from typing import Any

import numpy as np

from elbowroom.errors import ConfigError, did_you_mean
from elbowroom.metrics.disentanglement import METRICS, BoostedDCI
from elbowroom.metrics.disentanglement.concentration import completeness_of, disentanglement_of
from elbowroom.report import figures
from elbowroom.report.choice import every_unit
from elbowroom.report.factored import with_factors
from elbowroom.report.material import Material
from elbowroom.report.plate import Plate
from elbowroom.report.words import signed

_SEED = 0


def importances(material: Material, *, factors: Any = None, metric: str = "boosted-dci") -> Plate:
    """Which latent units a predictor of each factor uses: the DCI matrix as a Hinton diagram.

    Args:
        material: What the report is about.
        factors: A table of factors with a row for each example; those of the data, or else their
            labels, when not given.
        metric: Kind of the predictors: boosted-dci, forest-dci or lasso-dci.
    """
    found = material.factored if factors is None else with_factors(material, factors)
    known, measured = found.without_constant(), _metric(metric)
    measured.check(known)
    matrix, right = measured.importances(measured.draw(known, np.random.default_rng(_SEED)), _SEED)
    kept = [unit for unit in range(material.latent) if unit not in known.left_out]
    place = {unit: row for row, unit in enumerate(kept)}
    order = [place[unit] for unit in every_unit(material) if unit in place]
    matrix = matrix[order]
    labels = [material.units.labels[kept[row]] for row in order]
    one = len(known.factors.names) == 1
    disentangled = np.array([_of_unit(row, one) for row in matrix])
    complete = np.array([completeness_of(column[:, None]) for column in matrix.T])
    figure = figures.hinton(matrix, disentangled, complete, labels, known.factors.names)
    rights = ", ".join(
        f"{name} {signed(share, 2)}" for name, share in zip(known.factors.names, right, strict=True)
    )
    above = (
        "At the right: how far each factor is held by one unit alone (completeness), from 0 to 1."
        if one
        else "Above: how far each unit serves one factor alone (disentanglement); at the right: "
        "how far each factor is held by one unit alone (completeness), from 0 to 1. Over all: "
        f"{disentanglement_of(matrix):.2f} and {completeness_of(matrix):.2f}."
    )
    caption = (
        f"The area of a square is how much a predictor of the factor uses the unit. {above} "
        f"Predictors: {measured.protocol}; how right they are on unseen examples: {rights}. Where "
        "that is low, a row says nothing."
    )
    numbers = {"units": labels, "factors": list(known.factors.names), "importances":
               matrix.T.tolist(), "right": right.tolist(), "metric": measured.kind}  # fmt: skip
    return Plate("importances", figure, caption, numbers)


def _of_unit(row: np.ndarray, one: bool) -> float:
    """Return how far a unit serves one factor, NaN if it serves none or there is no other."""
    return np.nan if one or not row.any() else disentanglement_of(row[None])


def _metric(name: str) -> BoostedDCI:
    kinds = {kind: made for kind, made in METRICS.items() if issubclass(made, BoostedDCI)}
    if name not in kinds:
        raise ConfigError(
            f"metric is {name!r}; importances take {', '.join(sorted(kinds))}."
            f"{did_you_mean(name, kinds)}"
        )
    return kinds[name]()
