"""What tests read off knobs and picture."""

from typing import Any

import numpy as np

PIXELS = """canvas => {
  const {width, height} = canvas;
  return [...canvas.getContext('2d').getImageData(0, 0, width, height).data];
}"""


def live(page: Any) -> Any:
    """Return the canvas that follows the knobs."""
    return page.locator("canvas[data-picture=live]")


def settled(page: Any) -> None:
    """Wait until numbers and the first strip are there; strips out of sight are not made."""
    page.wait_for_selector(".knobs .strip canvas >> nth=0")
    page.wait_for_selector(".number-to-come", state="detached")


def knob(page: Any, unit: int) -> Any:
    """Return the slider of a unit."""
    return page.locator(f".slider[data-unit='{unit}']")


def value(page: Any, unit: int) -> float:
    """Return where a knob is."""
    return float(knob(page, unit).get_attribute("aria-valuenow"))


def code(page: Any, session: Any) -> np.ndarray:
    """Return where all knobs are, (1, units)."""
    return np.array([[value(page, unit.index) for unit in session.about.units]], np.float32)
