"""The page's files as they lie in the package, and the page with something to begin with."""

import json
import re
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from elbowroom.errors import RunError

_PLACES = ("title", "style", "explorer", "parts", "script")
_PLACE = re.compile(r"\{\{(" + "|".join(_PLACES) + r")\}\}")


@cache
def page_file(name: str) -> bytes:
    """Return a file of the page: 'index.html', 'explorer.js', 'explorer.css', ...

    Raises:
        RunError: If it is missing, as in a clone in which the page was not built.
    """
    try:
        return files("elbowroom.explore").joinpath("page", name).read_bytes()
    except FileNotFoundError:
        raise RunError(
            f"the explorer's page is not complete: it lacks {name}. In a clone of the source, "
            "build it with: make page"
        ) from None


def page_with(data: dict[str, Any], *, title: str, style: str, script: str, parts: str = "") -> str:
    """Return the page with all that it begins with.

    Args:
        data: What it reads first: who answers it, and what each run is.
        title: Its title, plain text.
        style: The tags that bring its style.
        script: The tags that bring its program.
        parts: Tags with larger arrays.

    Raises:
        RunError: If the page was not built.
    """
    # No tag can be read in text without "<".
    text = json.dumps(data, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    filled = dict(zip(_PLACES, (escape(title), style, text, parts, script), strict=True))
    return _PLACE.sub(lambda found: filled[found[1]], page_file("index.html").decode())
