"""The decoder's principal directions at an example."""

from typing import Any

import numpy as np
import torch

from elbowroom.errors import ConfigError
from elbowroom.metrics.principal_directions import nearest_directions, principal_directions
from elbowroom.report import figures
from elbowroom.report.choice import chosen, examples_of, units_of
from elbowroom.report.material import Material
from elbowroom.report.plate import Plate
from elbowroom.report.words import counted

_UNITS, _CHANGES = 16, 8
_LEAST = 0.1
"""Share of the largest singular value below which a direction changes next to nothing, and where it
points is a matter of chance."""


def directions(material: Material, *, example: Any = None, units: Any = None) -> Plate:
    """Which way the decoder turns the latent axes at an example, and what each changes.

    Args:
        material: What the report is about.
        example: Position in the split of the example.
        units: The units to show; those that are used, up to sixteen, when not given.
    """
    [number] = _one(examples_of(material, example))
    shown = chosen(material, [number])
    model = material.run.model
    if shown.conditions is not None:
        given = torch.as_tensor(shown.conditions, dtype=torch.float32, device=material.run.device)
        model = model.given(given)
    z = torch.from_numpy(shown.codes).to(material.run.device)
    found = principal_directions(model, z)
    nearest = nearest_directions(found[2])[0].numpy()
    U, S, V = (part[0].cpu().numpy() for part in found)
    kept = np.array(units_of(material, units, _UNITS))
    # The directions that belong to these units, the largest first.
    kept = kept[np.argsort(nearest[kept])]
    belongs = nearest[kept]
    # A singular vector has no sign of its own: here, that which raises its unit.
    signs = np.where(V[kept, belongs] < 0, -1.0, 1.0)
    changes = (U[:, belongs] * signs).T[:_CHANGES].reshape(-1, *model.event_shape)
    labels = [material.units.labels[unit] for unit in kept]
    weights, sizes = np.abs(V)[kept][:, belongs], S[belongs]
    figure = figures.directions(material.look, weights, sizes, changes, labels, belongs + 1)
    rest = material.latent - len(kept)
    idle = f" {counted(rest, 'unit')} that carry less are left out." if rest and not units else ""
    caption = (
        f"The decoder around the code of {material.split} example {number}, its Jacobian taken "
        "apart by singular values. Above, each column is a direction in the latent space along "
        "which the example changes by itself, and its cells say how much of each unit is in it: "
        "strong cells on the diagonal alone mean that the units are these directions "
        f"({_aligned(weights, sizes)}). The bars: how much the example changes for a step of 1 in "
        "the latent space, as the root of the summed squares over all values, in the units that "
        "the model sees. Below: what changes, scaled to a length of 1: "
        f"{material.look.changes_reading(changes)}.{idle}"
    )
    numbers = {"example": number, "units": labels, "directions": (belongs + 1).tolist(),
               "V": weights.tolist(), "singular values": sizes.tolist()}  # fmt: skip
    return Plate("directions", figure, caption, numbers)


def _aligned(weights: np.ndarray, sizes: np.ndarray) -> str:
    """Say how strong the diagonal is where directions change anything.

    >>> _aligned(np.array([[0.9, 0.4], [0.4, 0.5]]), np.array([2.0, 0.01]))
    'on average 0.90 of 1 here, over the 1 of 2 that change it by a tenth of the first or more'
    """
    counts = sizes >= _LEAST * sizes.max()
    mean = f"on average {np.diag(weights)[counts].mean():.2f} of 1 here"
    if counts.all():
        return mean
    which = f"the {counts.sum()} of {len(sizes)} that change it by a tenth of the first or more"
    return f"{mean}, over {which}"


def _one(numbers: list[int]) -> list[int]:
    if len(numbers) != 1:
        raise ConfigError("directions are those at one example; give one position")
    return numbers
