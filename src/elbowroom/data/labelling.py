"""What labels are to a conditional model: conditions y, learned from the training set.

Classes become one-hot vectors, a quantity becomes one number, standardised with the mean and the
deviation of the training set. What was learned is kept with a run, so that new examples are told
apart as those were.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from elbowroom.data.dataset import Dataset
from elbowroom.errors import ConfigError, DataError, did_you_mean

_QUANTILES = 101
_SHOWN = 8
_NAMED = 20
_WITHOUT = "train a model without them (--data.labels NAME; --model.condition none)"
_ALL_ALIKE = "give one label for all of them (--labels COLUMN; --label NAME)"


@dataclass(frozen=True)
class Labelling(ABC):
    """Labels of one kind as conditions.

    Args:
        digest: SHA-256 of the labels of the training set.
    """

    kind: ClassVar[str]
    digest: str

    @property
    @abstractmethod
    def size(self) -> int:
        """Number c of values in one condition."""

    @abstractmethod
    def read(self, dataset: Dataset) -> np.ndarray:
        """Return the labels of examples as the training set had them, (N,).

        Raises:
            DataError: If there are none, or one that the training set did not have.
        """

    @abstractmethod
    def parse(self, text: str) -> float | int:
        """Read a label that a person wrote.

        Raises:
            ConfigError: If there is no such label.
        """

    @abstractmethod
    def encode(self, labels: np.ndarray) -> Tensor:
        """Return labels as conditions y, (N, c)."""

    @abstractmethod
    def draw(self, count: int) -> np.ndarray:
        """Draw labels as frequent as in the training set, by torch's global generator."""

    @abstractmethod
    def named(self, labels: np.ndarray) -> np.ndarray:
        """Return labels as a person knows them: names of classes, or the quantities."""

    @abstractmethod
    def examples(self) -> np.ndarray:
        """Return labels that show what there is, a few at most, in order."""

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {"kind": self.kind, **asdict(self)}


@dataclass(frozen=True)
class Classes(Labelling):
    """Classes, one-hot.

    Args:
        digest: SHA-256 of the labels of the training set.
        names: Names of the classes.
        shares: Share of each in the training set.

    Example:
        >>> labels = Classes("", ("cat", "dog"), (0.5, 0.5))
        >>> labels.parse("dog"), labels.encode(np.array([1])).tolist()
        (1, [[0.0, 1.0]])
    """

    kind: ClassVar[str] = "classes"
    names: tuple[str, ...]
    shares: tuple[float, ...]

    @property
    def size(self) -> int:
        """Number of classes."""
        return len(self.names)

    def read(self, dataset: Dataset) -> np.ndarray:
        """Return the class numbers of examples; classes are known by their names."""
        labels = _labels_of(dataset, _ALL_ALIKE)
        if dataset.label_names is None:
            raise DataError(
                f"{dataset.name!r} has quantities as labels, from {labels.min():g} to "
                f"{labels.max():g}, and the model was trained with classes: {_listed(self.names)}. "
                "Give labels that are names or whole numbers"
            )
        place = {name: number for number, name in enumerate(self.names)}
        numbers = np.array([place.get(name, -1) for name in dataset.label_names])
        found = numbers[labels]
        if (found < 0).any():
            first = int((found < 0).argmax())
            raise DataError(
                f"{dataset.name!r} has the label {dataset.label_names[labels[first]]!r} (example "
                f"{first}), which the model was not trained with; its classes are: "
                f"{_listed(self.names)}. Leave those examples out, or train with them"
            )
        return found

    def parse(self, text: str) -> int:
        """Read the name of a class, or its number."""
        if text in self.names:
            number = self.names.index(text)
        elif text.isdecimal() and int(text) < self.size:
            number = int(text)
        else:
            raise ConfigError(
                f"there is no label {text!r}; the classes are: {_listed(self.names)}."
                + did_you_mean(text, self.names)
            )
        if not self.shares[number]:
            raise ConfigError(
                f"no training example had the label {self.names[number]!r}, so the model does not "
                "know what such examples are like: choose another"
            )
        return number

    def encode(self, labels: np.ndarray) -> Tensor:
        """Return class numbers one-hot, (N, classes)."""
        return torch.nn.functional.one_hot(torch.as_tensor(labels), self.size).float()

    def draw(self, count: int) -> np.ndarray:
        """Draw class numbers as frequent as in the training set."""
        shares = torch.tensor(self.shares, dtype=torch.float64)
        return torch.multinomial(shares, count, replacement=True).numpy()

    def named(self, labels: np.ndarray) -> np.ndarray:
        """Return the names of classes."""
        return np.array(self.names)[labels]

    def examples(self) -> np.ndarray:
        """Return all classes that there were examples of, the first twenty of many."""
        return np.flatnonzero(self.shares)[:_NAMED]


@dataclass(frozen=True)
class Quantity(Labelling):
    """A quantity, standardised.

    Args:
        digest: SHA-256 of the labels of the training set.
        mean: Its mean over the training set.
        deviation: Its standard deviation there.
        quantiles: Evenly spaced quantiles there, from the smallest value to the largest.

    Example:
        >>> age = Quantity("", 40.0, 10.0, (20.0, 40.0, 60.0))
        >>> age.encode(np.array([age.parse("55")])).tolist()
        [[1.5]]
    """

    kind: ClassVar[str] = "quantity"
    mean: float
    deviation: float
    quantiles: tuple[float, ...]

    @property
    def size(self) -> int:
        """One number."""
        return 1

    def read(self, dataset: Dataset) -> np.ndarray:
        """Return the quantities of examples; names of classes that are numbers are these."""
        labels = _labels_of(dataset, _ALL_ALIKE)
        if dataset.label_names is None:
            return labels.astype(np.float64)
        return np.array([self._number(name) for name in dataset.label_names])[labels]

    def parse(self, text: str) -> float:
        """Read a number; the training set need not have had it."""
        try:
            return self._number(text)
        except DataError as error:
            raise ConfigError(str(error)) from None

    def encode(self, labels: np.ndarray) -> Tensor:
        """Return quantities standardised, (N, 1)."""
        scaled = (np.asarray(labels, dtype=np.float64) - self.mean) / self.deviation
        return torch.as_tensor(scaled, dtype=torch.float32)[:, None]

    def draw(self, count: int) -> np.ndarray:
        """Draw from the distribution over the training set, linear between its quantiles."""
        places = torch.rand(count, dtype=torch.float64).numpy()
        return np.interp(places, np.linspace(0, 1, len(self.quantiles)), self.quantiles)

    def named(self, labels: np.ndarray) -> np.ndarray:
        """Return the quantities."""
        return np.asarray(labels, dtype=np.float64)

    def examples(self) -> np.ndarray:
        """Return quantities from the 5th to the 95th percentile."""
        places = np.linspace(0.05, 0.95, _SHOWN)
        shown = np.interp(places, np.linspace(0, 1, len(self.quantiles)), self.quantiles)
        return np.unique(shown)

    def _number(self, text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not isfinite(value):
            raise DataError(
                f"{text!r} is no number, and the labels that the model was trained with are "
                f"quantities, from {self.quantiles[0]:g} to {self.quantiles[-1]:g}"
            )
        return value


def learn_labels(train: Dataset) -> Labelling:
    """Learn from the training set what its labels are.

    Raises:
        DataError: If it has none, or a class of its own for each example.

    Example:
        >>> from elbowroom.data import load
        >>> learn_labels(load("digits")).size
        10
    """
    labels, names = _labels_of(train, _WITHOUT), train.label_names
    digest = hashlib.sha256(repr(names).encode() + labels.tobytes()).hexdigest()
    if names is None:
        deviation = float(labels.std())
        quantiles = np.quantile(labels, np.linspace(0, 1, _QUANTILES))
        return Quantity(digest, float(labels.mean()), deviation or 1.0, tuple(quantiles.tolist()))
    counts = np.bincount(labels, minlength=len(names))
    if counts.max() < 2:
        raise DataError(
            f"every example of {train.name!r} has a label of its own, such as {names[0]!r}: a "
            "model can learn nothing from that. Give classes, or a quantity with a decimal point"
        )
    return Classes(digest, tuple(names), tuple((counts / len(labels)).tolist()))


def labels_from(plain: Mapping[str, Any] | None) -> Labelling | None:
    """Return what `to_dict` wrote, or None where there is nothing."""
    if plain is None:
        return None
    kinds: dict[str, Any] = {kind.kind: kind for kind in (Classes, Quantity)}
    fields = {k: tuple(v) if isinstance(v, list) else v for k, v in plain.items() if k != "kind"}
    return kinds[plain["kind"]](**fields)


def _labels_of(dataset: Dataset, else_: str) -> np.ndarray:
    if dataset.labels is None:
        raise DataError(
            f"{dataset.name!r} has no labels, and a conditional model asks for the label of each "
            "example. Say which column or array holds them, give a pair (examples, labels), or "
            f"{else_}"
        )
    return dataset.labels


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
