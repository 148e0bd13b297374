"""What a source of data is: something that recognises what it can read, and reads it."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

if TYPE_CHECKING:
    from elbowroom.data.dataset import Dataset

Resize = Literal["refuse", "stretch", "crop", "pad"]
Channels = Literal["auto", "grey", "rgb", "rgba"]
Missing = Literal["refuse", "drop"]


@dataclass(frozen=True)
class Request:
    """The options of `load`, as its readers see them; documented there."""

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
