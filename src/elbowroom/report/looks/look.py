"""How examples are shown: what every figure of examples asks for, whatever the data are."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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
    ) -> "Figure":
        """Show paths through the latent space.

        Args:
            frames: Decoded examples, (paths, steps, *shape).
            names: What each path is, or nothing.
            steps: Where each step is; "" for no mark.
            along: What the steps go along, in words.
            of: What the paths are, in words.
            ends: Whether the first and last frame are real examples, to be set apart.
        """

    @abstractmethod
    def comparable(self, examples: np.ndarray) -> np.ndarray:
        """Return examples in units in which all dimensions may be averaged."""

    @abstractmethod
    def from_comparable(self, values: np.ndarray) -> np.ndarray:
        """Return examples in raw units; the inverse of `comparable`."""
