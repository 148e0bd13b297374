"""From one example to another: straight, spherical, and along the decoder's metric."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from elbowroom.distributions import Space
from elbowroom.errors import ConfigError, DataError
from elbowroom.report import figures
from elbowroom.report.choice import check_count, check_rows, chosen, examples_of, listed
from elbowroom.report.chosen import Chosen
from elbowroom.report.geodesic import Decode
from elbowroom.report.latent_paths import Path, metric, spherical, straight
from elbowroom.report.material import Material
from elbowroom.report.plate import Motion, MovingPlate

_STEPS = 9
_SEGMENTS = 16
PATHS = ("straight", "spherical", "metric")
_CALLED = {"straight": "straight", "spherical": "spherical", "metric": "along the decoder's metric"}


def interpolation(
    material: Material,
    *,
    example: Any = None,
    other: Any = None,
    path: Literal["straight", "spherical", "metric"] | None = None,
    steps: int = _STEPS,
) -> MovingPlate:
    """The way from one example to another, decoded: straight, spherical, along the metric.

    Args:
        material: What the report is about.
        example: Positions in the split of the examples to start from.
        other: Positions of those to end at, as many.
        path: One kind of path; all three, of the same pair, when not given.
        steps: Number of codes decoded on the way, the ends included.
    """
    check_count("steps", steps, 2, 40)
    if path is not None and path not in PATHS:
        raise ConfigError(f"path is {path!r}; it takes {', '.join(PATHS)}")
    first, last = _ends(material, example, other)
    names = PATHS if path is None else (path,)
    check_rows(len(first) * len(names), f"{len(first)} pairs, {len(names)} ways each: example")
    start, end = chosen(material, first), chosen(material, last)
    ways, numbers = _ways(start, end, names)
    shares = np.linspace(0, 1, steps)
    frames = np.stack([_decoded(material, start, end, *way, shares) for way in ways])
    ends = [np.repeat(one.originals, len(names), 0)[:, None] for one in (start, end)]
    pairs = [f"{a} to {b}" for a, b in zip(first, last, strict=True)]
    rows = [_row(pair, name, len(pairs), len(names)) for pair in pairs for name in names]
    figure = figures.interpolations(
        material.look,
        np.concatenate([ends[0], frames, ends[1]], axis=1),
        rows,
        along="decoded between the codes of two examples",
        of="pair" if len(names) == 1 else "",
        group=len(names) if len(pairs) > 1 and len(names) > 1 else 0,
    )

    def motion(shares: np.ndarray) -> Motion:
        moving = np.stack([_decoded(material, start, end, *way, shares) for way in ways], axis=1)
        shaped = moving.reshape(len(shares), len(pairs), len(names), *moving.shape[2:])
        called = [_CALLED[name] for name in names]
        return material.look.moving(shaped, pairs if len(pairs) > 1 else [], called, of="")

    caption = _caption(material, pairs, names, numbers)
    return MovingPlate(
        "interpolation", figure, caption, {"pairs": pairs, "metric": numbers}, motion=motion
    )


def _ends(material: Material, example: Any, other: Any) -> tuple[list[int], list[int]]:
    if len(material.whole) < 2:
        raise DataError(f"the {material.split} split has one example: a way needs two")
    known = examples_of(material, None, 2)
    first = known[:1] if example is None else examples_of(material, example)
    if other is not None:
        last = examples_of(material, other, option="other")
    else:
        last = [next(number for number in known[::-1] if number != one) for one in first]
    if len(first) != len(last):
        raise ConfigError(
            f"example names {len(listed(first))} examples and other {len(listed(last))}: give as "
            "many ends as starts"
        )
    for a, b in zip(first, last, strict=True):
        if a == b:
            raise ConfigError(f"the way from example {a} to itself has no length: give two")
    return first, last


def _ways(
    start: Chosen, end: Chosen, names: tuple[str, ...]
) -> tuple[list[tuple[int, Path]], list[dict[str, Any]]]:
    """Return the pair and the path of each row, and what the metric's paths cost."""
    ways: list[tuple[int, Path]] = []
    numbers: list[dict[str, Any]] = []
    on_sphere = start.material.model.space is Space.SPHERE
    for pair, codes in enumerate(zip(start.codes, end.codes, strict=True)):
        made: dict[str, Path] = {"straight": straight(*codes), "spherical": spherical(*codes)}
        if "metric" in names:
            made["metric"], curve = metric(
                *codes, _differentiable(start, end, pair, on_sphere), segments=_SEGMENTS
            )
            numbers.append(
                {"energy": curve.energy, "energy of the straight line": curve.straight,
                 "steps": curve.steps}
            )  # fmt: skip
        ways += [(pair, _on(made[name], on_sphere)) for name in names]
    return ways, numbers


def _on(way: Path, sphere: bool) -> Path:
    """Return a path, or its projection to the sphere that all codes lie on."""
    if not sphere:
        return way

    def projected(shares: np.ndarray) -> np.ndarray:
        codes = way(shares)
        return codes / np.maximum(np.linalg.norm(codes, axis=1, keepdims=True), 1e-12)

    return projected


def _given(start: Chosen, end: Chosen, pair: int, shares: np.ndarray) -> np.ndarray | None:
    """Return conditions that change as gradually as the code, (n, c), of a conditional model."""
    if start.conditions is None or end.conditions is None:
        return None
    weight = shares[:, None]
    return (1 - weight) * start.conditions[pair] + weight * end.conditions[pair]


def _differentiable(start: Chosen, end: Chosen, pair: int, on_sphere: bool) -> Decode:
    """Return the decoder from the codes of all points of a curve to the mean of p(x|z)."""
    material = start.material
    given = _given(start, end, pair, np.linspace(0, 1, _SEGMENTS + 1))
    model = material.run.model
    if given is not None:
        model = model.given(torch.tensor(given, dtype=torch.float32, device=material.run.device))

    def decode(codes: Tensor) -> Tensor:
        unit = torch.nn.functional.normalize(codes, dim=-1) if on_sphere else codes
        return model.generate(given=material.units.apart(unit)).px.mean

    return decode


def _decoded(
    material: Material, start: Chosen, end: Chosen, pair: int, way: Path, shares: np.ndarray
) -> np.ndarray:
    return material.decode(way(shares), _given(start, end, pair, shares))


def _row(pair: str, name: str, pairs: int, paths: int) -> str:
    words = [pair if pairs > 1 or paths == 1 else "", _CALLED[name] if paths > 1 else ""]
    return ", ".join(filter(None, words))


_MEANT = {
    "straight": "The straight line mixes the two codes",
    "spherical": (
        "the spherical one keeps to the distance from the origin at which a Gaussian prior of many "
        "units has its codes"
    ),
    "metric": (
        "the decoder's metric measures a step by how much the example changes, and its path is the "
        "one that changes least"
    ),
}


def _caption(
    material: Material,
    pairs: list[str],
    names: tuple[str, ...],
    numbers: Sequence[Mapping[str, Any]],
) -> str:
    words = "; ".join(_MEANT[name] for name in names)
    meant = words[0].upper() + words[1:]
    energies = [
        f" From {pair}: the energy of the way in {_SEGMENTS} steps, {_SEGMENTS} times the sum of "
        "the squared changes of all values, falls from "
        f"{found['energy of the straight line']:.4g} on the straight line to "
        f"{found['energy']:.4g}."
        for pair, found in zip(pairs, numbers, strict=False)
    ]
    label = (
        " The label changes as gradually as the code." if material.run.labelling is not None else ""
    )
    return (
        f"The outermost are {material.split} examples ({', '.join(pairs)}); between them, the way "
        f"between their codes, decoded. {meant}.{''.join(energies)}{label} A good latent space "
        "passes through plausible examples."
    )
