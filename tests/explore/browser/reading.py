"""What a page shows, as numbers that can be held against Python's."""

import base64
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import numpy as np

from tests.explore.browser.looking import PIXELS

PATIENCE = 8.0
"""Seconds until what should be on the page is taken to be missing."""


def opened(page: Any, tab: str) -> Any:
    """Return the page with one of its panels open."""
    page.get_by_role("tab", name=tab).click()
    return page


def code_of(page: Any) -> np.ndarray:
    """Return the code that the knobs show, exactly: the page's address keeps it."""
    text = kept(page).get("z", "")
    return np.frombuffer(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "<f4")


def kept(page: Any) -> dict[str, str]:
    """Return what the page's address keeps."""
    address = page.evaluate("location.hash")
    return {name: values[0] for name, values in parse_qs(address.lstrip("#")).items()}


def pixels(locator: Any) -> np.ndarray:
    """Return the red channel of a canvas, (height, width), 0..255."""
    width = locator.evaluate("canvas => canvas.width")
    return np.array(locator.evaluate(PIXELS)).reshape(-1, width, 4)[..., 0]


def same_picture(locator: Any, values: np.ndarray, session: Any) -> bool:
    """Tell whether a canvas shows these values, to one of 256 steps of grey."""
    shown = session.about.range
    grey = (values - shown.low) / (shown.high - shown.low) * 255
    found = pixels(locator)
    return bool(np.abs(found - np.clip(grey, 0, 255).reshape(found.shape)).max() <= 1.01)


def soon(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds, which the page needs a moment for."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.03)


def has_code(page: Any, code: np.ndarray, within: float = 1e-5) -> None:
    """Wait until the knobs are at a code."""
    wanted = np.asarray(code, np.float32).ravel()

    def there() -> bool:
        found = code_of(page)
        return found.shape == wanted.shape and np.allclose(found, wanted, atol=within)

    soon(there, f"the knobs at {wanted}, they are at {code_of(page)}")
