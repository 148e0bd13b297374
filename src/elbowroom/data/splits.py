"""Training, validation and test sets: explicit, seeded, disjoint, recorded."""

import hashlib
from dataclasses import dataclass
from typing import Literal

import numpy as np

from elbowroom.data.dataset import Dataset
from elbowroom.errors import ConfigError, DataError


@dataclass(frozen=True)
class Splits:
    """Three views of one dataset that share no example and leave none out.

    Args:
        train: What models and preprocessing learn from.
        validation: What choices are made on; None when none was asked for.
        test: What is reported; None when none was asked for.
        seed: What the draw was seeded with.
        official: Whether the test set is the source's own.
    """

    train: Dataset
    validation: Dataset | None
    test: Dataset | None
    seed: int
    official: bool = False

    def digest(self) -> str:
        """Return the SHA-256 of who is in which set, in hexadecimal, to record with a run."""
        sha = hashlib.sha256()
        for name, part in self.parts().items():
            indices = part.root_positions.astype("<i8")
            sha.update(f"{name} {len(indices)} ".encode() + indices.tobytes())
        return sha.hexdigest()

    def parts(self) -> dict[str, Dataset]:
        """Return the sets that exist, by name."""
        named = {"train": self.train, "validation": self.validation, "test": self.test}
        return {name: part for name, part in named.items() if part is not None}

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name} {len(part):,}" for name, part in self.parts().items())
        own = ", the source's own test set" if self.official else ""
        return f"Splits({sizes}, seed {self.seed}{own})"


def split(
    dataset: Dataset,
    *,
    validation: float | int = 0.1,
    test: float | int | Literal["auto", "official"] = "auto",
    split_seed: int = 0,
    stratify: bool = False,
) -> Splits:
    """Split a dataset at random into training, validation and test sets.

    Args:
        dataset: What to split.
        validation: Share (below 1) or number (from 1) of the examples for validation; 0 for none.
            With an official test set, a share of the others.
        test: The same for the test set; 'official' for the source's own, 'auto' for that where
            there is one and 0.2 elsewhere.
        split_seed: Another seed draws another split.
        stratify: Keep the shares of the classes equal in all sets, to within one example.

    Returns:
        The three sets; examples keep the order of the dataset.

    Raises:
        ConfigError: Sizes that make no sense, no official test set, or no classes to stratify by.
        DataError: Too few examples for one in each set.

    Example:
        >>> from elbowroom.data import load
        >>> split(load("digits"), validation=0.1, test=0.2)
        Splits(train 1,258, validation 180, test 359, seed 0)
    """
    official = dataset.official_test
    if test == "auto":
        test = 0.2 if official is None else "official"
    if isinstance(test, str) and test != "official":
        raise ConfigError(f"test={test!r} is unknown. Use a share, a number, 'official' or 'auto'.")
    classes = _classes(dataset) if stratify else None
    rng = np.random.default_rng(split_seed)
    if isinstance(test, str):
        if official is None:
            raise ConfigError(
                f"{dataset.name!r} has no official test set. Give a share instead, like test=0.2."
            )
        tested, rest = np.flatnonzero(official), np.flatnonzero(~official)
        pool = len(rest)
    else:
        pool = len(dataset)
        tested, rest = _draw(np.arange(pool), _count("test", test, pool), classes, rng)
    n_validation = _count("validation", validation, pool)
    if n_validation >= len(rest):
        raise DataError(
            f"{dataset.name!r} has {len(dataset):,} examples: {len(tested):,} for test and "
            f"{n_validation:,} for validation leave none for training. Use smaller shares, or more "
            "data."
        )
    validated, trained = _draw(rest, n_validation, classes, rng)
    return Splits(
        train=dataset.subset(trained),
        validation=dataset.subset(validated) if n_validation else None,
        test=dataset.subset(tested) if len(tested) else None,
        seed=split_seed,
        official=test == "official",
    )


def _classes(dataset: Dataset) -> np.ndarray:
    """Return the classes to stratify by."""
    if dataset.labels is None or dataset.label_names is None:
        raise ConfigError(
            f"stratify needs classes, but {dataset.name!r} has "
            f"{'no labels' if dataset.labels is None else 'quantities as labels'}."
        )
    return dataset.labels


def _count(name: str, wanted: float, available: int) -> int:
    """Turn a share or a number into a number; a share that is not 0 gives at least 1."""
    whole = wanted == int(wanted) if np.isfinite(wanted) else False
    if wanted < 0 or not np.isfinite(wanted) or (wanted > 1 and not whole):
        raise ConfigError(
            f"{name}={wanted} is no size. Use a share below 1, like 0.1, or a number of examples."
        )
    count = int(wanted) if whole else max(1, round(wanted * available))
    if count >= available:
        raise DataError(
            f"{name}={wanted:g} asks for {count:,} of {available:,} examples, which leaves none "
            "for training. Use a smaller share, or more data."
        )
    return count


def _draw(
    pool: np.ndarray, count: int, classes: np.ndarray | None, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw `count` of the pool and return them and the others, each in order.

    Evenly spaced places in a random order are a random draw; in an order by class, random within
    each, they are a stratified one.
    """
    order = rng.permutation(pool)
    if classes is not None:
        order = order[np.argsort(classes[order], kind="stable")]
    chosen = np.zeros(len(pool), dtype=bool)
    if count:
        places = (np.arange(count) + rng.uniform()) * (len(pool) / count)
        chosen[places.astype(np.int64)] = True
    return np.sort(order[chosen]), np.sort(order[~chosen])
