"""Where examples are on the map's canvas."""

from typing import Any

import numpy as np


class Map:
    """The map of a page, and points (N, 2) that lie on it in the data's units."""

    def __init__(self, page: Any, points: np.ndarray) -> None:
        self.page, self.points = page, points
        self.canvas = page.locator(".scatter .over")
        page.wait_for_selector(".scatter .dots[data-view]")
        page.wait_for_timeout(120)  # the next frame paints the view that was asked for last

    @property
    def view(self) -> tuple[float, float, float]:
        """Data units in the middle, and CSS pixels for one of them."""
        x, y, scale = self.page.locator(".scatter .dots").get_attribute("data-view").split()
        return float(x), float(y), float(scale)

    @property
    def marker(self) -> np.ndarray:
        """Where the knobs are, in data units."""
        return np.array(self.canvas.get_attribute("data-marker").split(), float)

    def screen(self) -> np.ndarray:
        """Return where the points are on the page, CSS pixels."""
        box = self.canvas.bounding_box()
        x, y, scale = self.view
        return np.stack(
            [
                box["x"] + box["width"] / 2 + (self.points[:, 0] - x) * scale,
                box["y"] + box["height"] / 2 - (self.points[:, 1] - y) * scale,
            ],
            axis=1,
        )

    def alone(self, among: np.ndarray | None = None) -> int:
        """Return the point that lies farthest from all others, clear of the map's buttons."""
        screen, box = self.screen(), self.canvas.bounding_box()
        gaps = np.linalg.norm(screen[:, None] - screen[None], axis=-1)
        np.fill_diagonal(gaps, np.inf)
        nearest = gaps.min(1)
        clear = (screen[:, 0] < box["x"] + box["width"] - 60) & (
            screen[:, 1] < box["y"] + box["height"] - 60
        )
        nearest[~clear] = -1
        if among is not None:
            nearest[~among] = -1
        return int(nearest.argmax())

    def point_at(self, index: int) -> None:
        """Bring the pointer over a point, by way of nowhere."""
        x, y = self.screen()[index].tolist()
        self.page.mouse.move(5, 5)
        self.page.mouse.move(x, y)

    def draw_around(self, corners: list[tuple[float, float]]) -> np.ndarray:
        """Draw an outline through corners (shares of the canvas); return it in CSS pixels."""
        box = self.canvas.bounding_box()
        path = [(round(box["x"] + box["width"] * x), round(box["y"] + box["height"] * y))
                for x, y in corners]  # fmt: skip
        self.page.keyboard.down("Shift")
        self.page.mouse.move(*path[0])
        self.page.mouse.down()
        for corner in path[1:]:
            self.page.mouse.move(*corner)
        self.page.mouse.up()
        self.page.keyboard.up("Shift")
        return np.array(path, float)
