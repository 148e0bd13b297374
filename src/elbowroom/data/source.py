"""What a source of data is: something that recognises what it can read, and reads it."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from elbowroom.data.columns import KINDS, Column

if TYPE_CHECKING:
    from elbowroom.data.dataset import Dataset

Resize = Literal["refuse", "stretch", "crop", "pad"]
Channels = Literal["auto", "grey", "rgb", "rgba"]
Missing = Literal["refuse", "drop"]

COLUMN_OPTIONS = frozenset({*KINDS, "exclude", "known"})
"""The options of tables with named columns, besides `columns` and `labels`."""


@dataclass(frozen=True)
class Request:
    """The options of `load` and `load_like`, as readers see them; documented there."""

    name: str | None = None
    key: str | None = None
    labels: str | None = None
    columns: tuple[str, ...] | None = None
    missing: Missing = "refuse"
    levels: int | None = None
    shape: tuple[int, ...] | None = None
    layout: Literal["auto", "channels-first", "channels-last"] = "auto"
    size: tuple[int, int] | None = None
    resize: Resize = "refuse"
    channels: Channels = "auto"
    resident_gb: float = 4.0
    exclude: tuple[str, ...] | None = None
    real: tuple[str, ...] | None = None
    positive: tuple[str, ...] | None = None
    counts: tuple[str, ...] | None = None
    binary: tuple[str, ...] | None = None
    ordinal: tuple[str, ...] | None = None
    categorical: tuple[str, ...] | None = None
    factors: Any = None
    examples: int | None = None
    draw_seed: int = 0
    correlated: tuple[str, ...] | None = None
    correlation_sigma: float = 0.2
    antialias: bool = False
    known: tuple[Column, ...] | None = None
    """What the columns are known to hold, from the data that a model was trained on."""

    @property
    def resident_bytes(self) -> float:
        """Sets larger than this stay on disk."""
        return self.resident_gb * 2**30


class Source(ABC):
    """One kind of source. A public subclass in a file of `readers/` is found by itself.

    Class attributes:
        options: The options of `load` that mean something here, besides `name`; any other is
            refused when it is given.
        examples: Names that can be given as they are, for suggestions.
    """

    options: ClassVar[frozenset[str]]
    examples: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def recognises(self, source: object) -> bool:
        """Whether this is the reader for `source`; at most one reader may say so."""

    @abstractmethod
    def read(self, source: object, request: Request) -> "Dataset":
        """Read the data.

        Raises:
            DataError: They cannot be used.
        """
