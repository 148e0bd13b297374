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
    kept = units_of(material, units, _UNITS)
    belongs = nearest[kept]  # the direction of each unit
    # A singular vector has no sign of its own: here, that which raises its unit.
    signs = np.where(V[kept, belongs] < 0, -1.0, 1.0)
    changes = (U[:, belongs] * signs).T[:_CHANGES].reshape(-1, *model.event_shape)
    labels = [material.units.labels[unit] for unit in kept]
    weights = np.abs(V)[kept][:, belongs]
    figure = figures.directions(material.look, weights, S[belongs], changes, labels)
    aligned = float(np.diag(weights).mean())
    rest = material.latent - len(kept)
    idle = f" {counted(rest, 'unit')} that carry less are left out." if rest and not units else ""
    caption = (
        f"The decoder around the code of {material.split} example {number}, its Jacobian taken "
        "apart by singular values. Above, each column is a direction in the latent space along "
        "which the example changes by itself, and its cells say how much of each unit is in it: "
        "strong cells on the diagonal alone mean that the units are these directions (on average "
        f"{aligned:.2f} of 1 here). The bars: how much the example changes for a step of 1. Below: "
        f"what it changes, each at its own scale: {material.look.changes_reading(changes)}.{idle}"
    )
    numbers = {"example": number, "units": labels, "V": weights.tolist(),
               "singular values": S[belongs].tolist()}  # fmt: skip
    return Plate("directions", figure, caption, numbers)


def _one(numbers: list[int]) -> list[int]:
    if len(numbers) != 1:
        raise ConfigError("directions are those at one example; give one position")
    return numbers
