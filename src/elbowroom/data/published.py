"""The two published sets with known factors, as their files name things."""

from dataclasses import replace
from typing import Any

import numpy as np

from elbowroom.data.assemble import assemble
from elbowroom.data.dataset import Dataset
from elbowroom.data.factor import Factor, FactorKind
from elbowroom.data.factors import Factors
from elbowroom.data.on_demand import OnDemand
from elbowroom.data.source import Request
from elbowroom.errors import DataError

DSPRITES_KEYS = frozenset({"imgs", "latents_values", "latents_classes"})
DSPRITES = ("color", "shape", "scale", "orientation", "x-position", "y-position")
SPRITES = ("square", "ellipse", "heart")
SHAPES3D = ("floor-hue", "wall-hue", "object-hue", "scale", "shape", "orientation")
SOLIDS = ("cube", "cylinder", "sphere", "capsule")
PERIODIC = frozenset({"floor-hue", "wall-hue", "object-hue"})


def read_dsprites(arrays: Any, request: Request, name: str) -> Dataset:
    """Make a dataset of dSprites' three arrays: images, values of the factors, and their codes.

    Args:
        arrays: The open .npz file.
        request: The options of `load`.
        name: What to call the data.

    Raises:
        DataError: The arrays do not belong together.
    """
    values, codes = arrays["latents_values"], arrays["latents_classes"]
    names = DSPRITES if values.ndim == 2 and values.shape[1] == len(DSPRITES) else None
    if codes.shape != values.shape:
        raise DataError(
            f"{name!r} has latents_values of shape {values.shape} and latents_classes of shape "
            f"{codes.shape}: the two do not belong together."
        )
    kinds: dict[str, FactorKind] = {"shape": "categorical", "orientation": "periodic"}
    request = replace(request, levels=request.levels or 2)
    words = {"shape": SPRITES}
    return _with_factors(arrays["imgs"], values, request, name, (names, kinds, words))


def read_shapes3d(
    images: np.ndarray | OnDemand, labels: np.ndarray, request: Request, name: str
) -> Dataset:
    """Make a dataset of 3dshapes' two arrays: images (N, H, W, 3) and values of the factors (N, F).

    Args:
        images: Images, in memory or read as needed.
        labels: Values of the factors.
        request: The options of `load`.
        name: What to call the data.

    Raises:
        DataError: The arrays do not belong together.
    """
    names = SHAPES3D if labels.ndim == 2 and labels.shape[1] == len(SHAPES3D) else None
    kinds: dict[str, FactorKind] = {"shape": "categorical", **dict.fromkeys(PERIODIC, "periodic")}
    return _with_factors(images, labels, request, name, (names, kinds, {"shape": SOLIDS}))


def _with_factors(
    images: np.ndarray | OnDemand,
    values: np.ndarray,
    request: Request,
    name: str,
    said: tuple[tuple[str, ...] | None, dict[str, FactorKind], dict[str, tuple[str, ...]]],
) -> Dataset:
    """Put factors beside images; those with one value are left out, as they vary in none."""
    names, kinds, words = said
    if values.ndim != 2 or len(values) != len(images):
        raise DataError(
            f"{name!r} has {len(images):,} images, but values of factors of shape {values.shape}. "
            "Wanted is a row for each image."
        )
    factors, columns, constant = [], [], []
    for number, factor in enumerate(names or [f"factor {i}" for i in range(values.shape[1])]):
        meanings, codes = np.unique(values[:, number], return_inverse=True)
        if len(meanings) < 2:
            constant.append(factor)
            continue
        named = words.get(factor, ())
        plain = named if len(named) == len(meanings) else tuple(meanings.tolist())
        factors.append(Factor(factor, kinds.get(factor, "ordered"), plain))
        columns.append(codes.astype(np.float64))
    if not factors:
        raise DataError(f"{name!r} has no factor that varies: each has one value.")
    note = f"The factors {', '.join(constant)} have one value each and were left out."
    known: dict[str, Any] = {}
    if "shape" in (shape := {factor.name: factor for factor in factors}):
        known = {
            "labels": columns[list(shape).index("shape")].astype(np.int64),
            "label_names": tuple(map(str, shape["shape"].meanings or ())),
        }
    made = assemble(images, request, name=name, notes=(note,) if constant else (), **known)
    return replace(made, root_factors=Factors(tuple(factors), np.column_stack(columns)))
