"""Parts: what a configuration can name, found in the package's source without importing it.

A part is a public class or function whose positional parameters are context (filled in by the
builder) and whose keyword-only parameters are its options. `catalogue()` finds them, `build`
turns a specification into an object.
"""

from elbowroom.parts.building import build
from elbowroom.parts.catalogue import Catalogue, Part, Section, Slot, catalogue, kind_of
from elbowroom.parts.option_types import OptionType
from elbowroom.parts.signature import Option

__all__ = [
    "Catalogue",
    "Option",
    "OptionType",
    "Part",
    "Section",
    "Slot",
    "build",
    "catalogue",
    "kind_of",
]
