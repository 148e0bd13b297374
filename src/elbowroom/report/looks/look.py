"""How examples are shown: what every figure of examples asks for, whatever the data are."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from elbowroom.report.plate import Motion

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.gridspec import SubplotSpec


class Look(ABC):
    """A way to show examples of one kind, in figures and in numbers.

    Attributes:
        draws: Whether samples are shown with the noise of p(x|z). Pictures are clearer without;
            the spread of a table's columns would be wrong without.
        unit: Unit of `comparable`, in words.
    """

    draws: ClassVar[bool]
    unit: ClassVar[str]

    @property
    @abstractmethod
    def reading(self) -> str:
        """How to read a gallery, in sentences."""

    @abstractmethod
    def stacked(self, rows: Mapping[str, np.ndarray]) -> "Figure":
        """Show several versions of the same examples together.

        Args:
            rows: Version -> examples (n, *shape), in raw units; the first is the original.
        """

    @abstractmethod
    def gallery(self, made: np.ndarray, data: np.ndarray) -> "Figure":
        """Show made examples, beside the data where single examples say little.

        Args:
            made: Examples that the model made, (n, *shape).
            data: Real examples, (m, *shape).
        """

    @abstractmethod
    def strips(
        self,
        frames: np.ndarray,
        names: Sequence[str],
        steps: Sequence[str],
        *,
        along: str,
        of: str,
        ends: bool = False,
        group: int = 0,
    ) -> "Figure":
        """Show paths through the latent space.

        Args:
            frames: Decoded examples, (paths, steps, *shape).
            names: What each path is, or nothing.
            steps: Where each step is; "" for no mark.
            along: What the steps go along, in words.
            of: What the paths are, in words.
            ends: Whether the first and last frame are real examples, to be set apart.
            group: How many paths in a row belong together, to be set apart from the next; 0 for
                no groups.
        """

    @abstractmethod
    def grid(
        self,
        frames: np.ndarray,
        down: Sequence[str],
        across: Sequence[str],
        *,
        along: str,
        of: str,
    ) -> "Figure":
        """Show a plane of the latent space.

        Args:
            frames: Decoded examples, (rows, columns, *shape), in raw units, the top row first.
            down: Mark of each row.
            across: Mark of each column.
            along: What the columns go along, in words.
            of: What the rows go along, in words.
        """

    @abstractmethod
    def moving(
        self, frames: np.ndarray, rows: Sequence[str], columns: Sequence[str], *, of: str
    ) -> Motion:
        """Show examples that change from step to step.

        Args:
            frames: Decoded examples, (steps, rows, columns, *shape), in raw units.
            rows: Name of each row, or nothing.
            columns: Name of each column.
            of: What the columns are, in words.
        """

    @abstractmethod
    def changes_reading(self, directions: np.ndarray) -> str:
        """Return how to read changes (k, *shape), in words that end a sentence."""

    @abstractmethod
    def changes_height(self, count: int) -> float:
        """Return the height that so many changes take, inches."""

    @abstractmethod
    def changes(
        self, figure: "Figure", where: "SubplotSpec", directions: np.ndarray, names: Sequence[str]
    ) -> None:
        """Show changes of an example as a part of a figure.

        Args:
            figure: The figure.
            where: The place in it.
            directions: Changes of each value in the space that the model sees, (k, *shape).
            names: What each is.
        """

    @abstractmethod
    def comparable(self, examples: np.ndarray) -> np.ndarray:
        """Return examples in units in which all dimensions may be averaged."""

    @abstractmethod
    def from_comparable(self, values: np.ndarray) -> np.ndarray:
        """Return examples in raw units; the inverse of `comparable`."""
