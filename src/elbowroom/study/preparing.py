"""Before a study begins: what its data allow."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from elbowroom.assembly import read_splits
from elbowroom.errors import ConfigError, DataError, IncompatibleError, did_you_mean
from elbowroom.experiment.disentangling import factors_of
from elbowroom.metrics.disentanglement import METRICS, Representation
from elbowroom.study.design import Design
from elbowroom.study.tasks import chosen

if TYPE_CHECKING:
    from elbowroom.data import Dataset

QUICK = ("binned-mig", "sap", "boosted-dci", "factor-vae-score")
"""Metrics that are measured where none are named and the data have factors."""


def prepared(design: Design, told: Callable[[str], None] = lambda sentence: None) -> Design:
    """Return a design with its metrics named, checked against its data.

    Args:
        design: What is asked.
        told: Told which of the quick metrics are left out, where none are named, and why.

    Raises:
        ConfigError: If there is no such split, metric or factor, or a method's settings are wrong.
        DataError: If metrics are asked for and the data have no factors, or too few examples.
    """
    _ = design.points  # every setting of every method is checked here
    measure = design.measure
    parts = read_splits(design.base).parts()
    if measure.split not in parts:
        raise ConfigError(
            f"the data have no {measure.split} examples; they have: {', '.join(parts)}"
        )
    dataset = parts[measure.split]
    if measure.metrics is None:
        has_factors = dataset.factors is not None or measure.factors is not None
        metrics = _measurable(dataset, design, told) if has_factors else ()
    else:
        metrics = measure.metrics
        if metrics:
            _check_metrics(dataset, design, metrics)
    return replace(design, measure=replace(measure, metrics=metrics))


def _measurable(dataset: "Dataset", design: Design, told: Callable[[str], None]) -> tuple[str, ...]:
    found = []
    truth = _truth(dataset, design, QUICK)
    for metric in QUICK:
        try:
            METRICS[metric]().check(truth)
        except (DataError, IncompatibleError) as error:
            told(f"not measured, {metric}: {error}")
            continue
        found.append(metric)
    return tuple(found)


def _check_metrics(dataset: "Dataset", design: Design, metrics: tuple[str, ...]) -> None:
    """Refuse metrics that these factors and this many examples do not allow."""
    truth = _truth(dataset, design, metrics)
    for name in metrics:
        if name not in METRICS:
            raise ConfigError(
                f"there is no metric {name!r}.{did_you_mean(name, METRICS)} There are: "
                f"{', '.join(METRICS)}"
            )
        METRICS[name]().check(truth)


def _truth(dataset: "Dataset", design: Design, metrics: tuple[str, ...]) -> Representation:
    """Return the factors of the examples that are measured, as if they were a code."""
    measure = design.measure
    try:
        factors = factors_of(dataset, measure.factors, measure.ignore)
    except DataError as error:
        raise DataError(
            f"the study asks for disentanglement metrics ({', '.join(metrics)}), but {error}; or "
            "measure none, --metrics none"
        ) from error
    known = factors.subset(chosen(len(dataset), measure.codes, 0))
    truth = Representation.of_table(known.values, known, scales=np.ones_like(known.values))
    return truth.without_constant()
