"""Data: load, describe, split, prepare and batch them."""

from elbowroom.data.batches import Batches, in_order
from elbowroom.data.chain import Preprocessing
from elbowroom.data.columns import Column
from elbowroom.data.dataset import Dataset
from elbowroom.data.describe import Description, describe
from elbowroom.data.domain import Domain
from elbowroom.data.figure import figure
from elbowroom.data.labelling import Labelling, labels_from, learn_labels
from elbowroom.data.preprocessing import (
    Dequantise,
    FixedBinarise,
    Log,
    Logit,
    MinMax,
    Scale,
    Standardise,
    StochasticBinarise,
    Threshold,
)
from elbowroom.data.sources import embedded_names, load
from elbowroom.data.splits import Splits, split
from elbowroom.data.transform import Transform

__all__ = [
    "Batches",
    "Column",
    "Dataset",
    "Dequantise",
    "Description",
    "Domain",
    "Labelling",
    "labels_from",
    "learn_labels",
    "FixedBinarise",
    "Log",
    "Logit",
    "MinMax",
    "Preprocessing",
    "Scale",
    "Splits",
    "Standardise",
    "StochasticBinarise",
    "Threshold",
    "Transform",
    "describe",
    "embedded_names",
    "figure",
    "in_order",
    "load",
    "split",
]
