"""Arrays, bytes, styles and programs as tags of a page."""

import base64
import gzip
from dataclasses import dataclass, field
from html import escape

import numpy as np

_LARGEST_HALF = 6e4
"""Numbers above are none in float16."""


@dataclass(frozen=True)
class Sent:
    """An array as it is sent: one byte or two for each number where that is enough.

    Attributes:
        type: 'uint8', 'float16' or 'float32'.
        content: The numbers' bytes, little-endian.
        low: What a number 0 stands for.
        step: What each 1 adds to it.
    """

    type: str
    content: bytes = field(repr=False)
    low: float = 0.0
    step: float = 1.0

    def to_dict(self) -> dict[str, str | float]:
        """Return what the page must know to read it."""
        return {"type": self.type, "low": self.low, "step": self.step}


def exactly(values: np.ndarray, low: float = 0.0, step: float = 1.0) -> Sent:
    """Return an array as it is sent with nothing lost, in bytes where it holds so few levels.

    Args:
        values: The array.
        low: The lowest level.
        step: Distance between levels.

    Example:
        >>> exactly(np.array([0.0, 0.5, 1.0]), 0.0, 0.5)
        Sent(type='uint8', low=0.0, step=0.5)
    """
    numbers = (values.astype(np.float64) - low) / step
    whole = np.rint(numbers)
    if numbers.size and np.array_equal(numbers, whole) and whole.min() >= 0 and whole.max() <= 255:
        return Sent("uint8", whole.astype(np.uint8).tobytes(), low, step)
    return Sent("float32", values.astype("<f4").tobytes())


def nearly(values: np.ndarray) -> Sent:
    """Return an array as it is sent to be looked at: with three digits or more.

    Example:
        >>> nearly(np.array([0.1, -2.0])).type, nearly(np.array([1.0, 7.0])).type
        ('float16', 'uint8')
    """
    exact = exactly(values)
    if exact.type == "uint8" or np.abs(values).max(initial=0) > _LARGEST_HALF:
        return exact
    return Sent("float16", values.astype("<f2").tobytes())


class Tags:
    """Collects contents as tags of a page, equal ones once."""

    def __init__(self) -> None:
        self.tags: list[str] = []
        self.places: dict[bytes, str] = {}

    def packed(self, content: bytes) -> str:
        """Add bytes, and return the id of their tag."""
        # No time and no name in it, so that equal contents make equal files.
        return self.zipped(gzip.compress(content, 9, mtime=0))

    def zipped(self, content: bytes) -> str:
        """Add bytes that are compressed by gzip already, and return the id of their tag."""
        if content not in self.places:
            name = self.places[content] = f"part-{len(self.places)}"
            text = base64.b64encode(content).decode()
            self.tags.append(f'<script type="application/octet-stream" id="{name}">{text}</script>')
        return self.places[content]

    def __str__(self) -> str:
        return "\n".join(self.tags)


def style(css: str) -> str:
    """Return a style as a tag."""
    return f"<style>{_unended(css, 'style')}</style>"


def program(script: str) -> str:
    """Return a program as a tag."""
    return f'<script type="module">{_unended(script, "script")}</script>'


def policy(content: str) -> str:
    """Return a content security policy as a tag."""
    return f'<meta http-equiv="Content-Security-Policy" content="{escape(content)}">'


def _unended(text: str, tag: str) -> str:
    r"""Return a text in which no tag ends or comment begins; in strings of a program \/ is /."""
    return text.replace(f"</{tag}", f"<\\/{tag}").replace("<!--", "<\\!--")
