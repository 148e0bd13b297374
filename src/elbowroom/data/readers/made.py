"""Sets made on the spot from known factors: images drawn as needed, and points on a surface."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from elbowroom.data.assemble import assemble
from elbowroom.data.dataset import Dataset
from elbowroom.data.factor_draws import draw
from elbowroom.data.factors import Factor, Factors
from elbowroom.data.rows import Computed
from elbowroom.data.scenes.shapes3d import draw_rooms, room_factors
from elbowroom.data.scenes.sprites import draw_sprites, sprite_factors
from elbowroom.data.scenes.toys import curved_toy, linear_toy
from elbowroom.data.source import Request, Source
from elbowroom.errors import ConfigError

GRID_OPTIONS = frozenset({"examples", "draw_seed", "correlated", "correlation_sigma"})
TOY_EXAMPLES = 10_000
EDITION = 1
"""To be raised whenever pictures of the same name change: it tells their digests apart."""


class DSpritesLike(Source):
    """'dsprites-like': 737,280 images of a square, an ellipse or a heart, 64x64."""

    options: ClassVar = GRID_OPTIONS | {"antialias"}
    examples: ClassVar = ("dsprites-like",)

    def recognises(self, source: object) -> bool:
        """The name."""
        return isinstance(source, str) and source in self.examples

    def read(self, source: object, request: Request) -> Dataset:
        """Arrange to draw them."""
        return _drawn(
            str(source),
            request,
            sprite_factors(),
            partial(draw_sprites, antialias=request.antialias),
            shape=(1, 64, 64),
            levels=256 if request.antialias else 2,
            notes=(
                "Drawn by a rasteriser of our own on the grid of dSprites: compare numbers with "
                "those of other methods on the same images only. As there, the last orientation "
                "is the first again.",
            ),
        )


class Shapes3DLike(Source):
    """'shapes3d-like': 480,000 colour images of a solid in a room, 64x64."""

    options: ClassVar = GRID_OPTIONS
    examples: ClassVar = ("shapes3d-like",)

    def recognises(self, source: object) -> bool:
        """The name."""
        return isinstance(source, str) and source in self.examples

    def read(self, source: object, request: Request) -> Dataset:
        """Arrange to draw them."""
        note = (
            "Ray-cast by a renderer of our own on the grid of 3dshapes: compare numbers with those "
            "of other methods on the same images only."
        )
        known = {"shape": (3, 64, 64), "levels": 256, "notes": (note,)}
        return _drawn(str(source), request, room_factors(), draw_rooms, **known)


class Toys(Source):
    """'linear-toy' and 'curved-toy': points of a rectangle in space, flat and bent."""

    options: ClassVar = frozenset({"examples", "draw_seed"})
    examples: ClassVar = ("linear-toy", "curved-toy")

    def recognises(self, source: object) -> bool:
        """One of the names."""
        return isinstance(source, str) and source in self.examples

    def read(self, source: object, request: Request) -> Dataset:
        """Draw points of the unit square, and place them."""
        count = TOY_EXAMPLES if request.examples is None else request.examples
        if count < 2:
            raise ConfigError(f"examples={count} was asked for; use 2 or more.")
        square = np.random.default_rng(request.draw_seed).uniform(size=(count, 2))
        place = {"linear-toy": linear_toy, "curved-toy": curved_toy}[str(source)]
        made = assemble(place(square), request, name=str(source), columns=("x", "y", "z"))
        sides = tuple(Factor(name, "continuous") for name in ("long side", "short side"))
        return replace(made, root_factors=Factors(sides, square))


def _drawn(
    name: str,
    request: Request,
    factors: Factors,
    images: Callable[[np.ndarray], Tensor],
    *,
    shape: tuple[int, ...],
    levels: int,
    notes: tuple[str, ...],
) -> Dataset:
    """Make a dataset of images that are drawn by their number in a grid of factors."""
    chosen = draw(factors, request)
    definition = f"{name} {levels} edition {EDITION}"
    shapes = factors.factors[factors.number("shape")].meanings or ()
    dataset = Dataset(
        rows=Computed(len(factors), shape, torch.uint8, images, definition),
        name=request.name or name,
        kind="image",
        levels=levels,
        root_labels=factors.column("shape").astype(np.int64),
        label_names=tuple(map(str, shapes)),
        root_factors=factors,
        notes=notes + chosen.notes,
    )
    return dataset if chosen.rows is None else dataset.subset(chosen.rows)
