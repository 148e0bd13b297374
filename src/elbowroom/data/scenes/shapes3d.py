"""3dshapes-like images: a solid in a room, with coloured floor, wall and object.

The grid of factors is that of 3dshapes (Burgess & Kim 2018): 10 floor hues x 10 wall hues x 10
object hues x 8 scales (0.75 to 1.25) x 4 shapes x 15 orientations (-30 to 30 degrees). The
pictures are our own: numbers are to be compared with those on the same images only.
"""

import colorsys
import itertools
import math
import threading
from functools import cache

import numpy as np
import torch
from torch import Tensor

from elbowroom.data.factors import Factors
from elbowroom.data.scenes.room import SIZE, SURFACES, cast
from elbowroom.data.scenes.solids import SOLIDS

HUES = tuple(step / 10 for step in range(10))
SCALES = tuple(0.75 + 0.5 * step / 7 for step in range(8))
ORIENTATIONS = tuple(-30 + 60 * step / 14 for step in range(15))
SATURATION = 0.78
AT_ONCE = 32
"""Images whose maps and colours are multiplied at once, so that they stay in the cache."""


def room_factors() -> Factors:
    """Return the grid of 480,000 combinations.

    Example:
        >>> room_factors().sizes
        (10, 10, 10, 8, 4, 15)
    """
    meanings = {
        "floor-hue": HUES,
        "wall-hue": HUES,
        "object-hue": HUES,
        "scale": SCALES,
        "shape": tuple(SOLIDS),
        "orientation": ORIENTATIONS,
    }
    hues = ("floor-hue", "wall-hue", "object-hue")
    return Factors.grid(meanings, {"shape": "categorical", **dict.fromkeys(hues, "periodic")})


class Scenes:
    """Maps of all combinations of scale, shape and orientation, each cast when it is first seen."""

    def __init__(self) -> None:
        sizes = len(SCALES), len(SOLIDS), len(ORIENTATIONS)
        self.of = list(itertools.product(SCALES, SOLIDS, np.radians(ORIENTATIONS).tolist()))
        self.maps = torch.empty(math.prod(sizes), len(SURFACES), SIZE * SIZE, dtype=torch.uint8)
        self.ready = np.zeros(len(self.of), dtype=bool)
        self.lock = threading.Lock()  # rows are read by background threads too

    def __len__(self) -> int:
        return len(self.of)

    def prepare(self, scenes: np.ndarray) -> None:
        """Cast those of these scenes that were not yet."""
        if self.ready[scenes].all():
            return
        with self.lock:
            for scene in np.unique(scenes[~self.ready[scenes]]):
                scale, shape, turn = self.of[scene]
                light = np.clip(cast(shape, scale, turn), 0, 1) * 255
                levels = np.rint(light).astype(np.uint8).reshape(len(SURFACES), -1)
                self.maps[scene] = torch.from_numpy(levels)
                self.ready[scene] = True


@cache
def all_scenes() -> Scenes:
    """Return the one store of scenes."""
    return Scenes()


@cache
def colours() -> Tensor:
    """Return red, green and blue of each hue, 0 to 1, (10, 3)."""
    return torch.tensor([colorsys.hsv_to_rgb(hue, SATURATION, 1.0) for hue in HUES])


def draw_rooms(rows: np.ndarray) -> Tensor:
    """Draw images by their number in the grid.

    Args:
        rows: Positions in `room_factors()`, int64 (n,).

    Returns:
        uint8 (n, 3, 64, 64).
    """
    store = all_scenes()
    hues, scenes = np.divmod(np.asarray(rows, dtype=np.int64), len(store))
    store.prepare(scenes)
    surfaces = np.stack(np.unravel_index(hues, (len(HUES),) * 3), axis=1)
    mixed = torch.ones(len(rows), 3, len(SURFACES))  # the highlight is white
    mixed[:, :, :3] = colours()[torch.from_numpy(surfaces)].transpose(1, 2)
    images = torch.empty(len(rows), 3, SIZE * SIZE, dtype=torch.uint8)
    parts = zip(
        images.split(AT_ONCE),
        mixed.split(AT_ONCE),
        torch.from_numpy(scenes).split(AT_ONCE),
        strict=True,
    )
    for image, colour, scene in parts:
        image.copy_(torch.bmm(colour, store.maps[scene].float()).clamp_(max=255))
    return images.view(-1, 3, SIZE, SIZE)
