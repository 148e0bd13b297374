"""Everything about principal directions of a model, in one result."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from rich.console import Group
from rich.markup import escape
from rich.table import Table
from torch import Tensor

from elbowroom.distributions import Ability, centre_of, scale_of
from elbowroom.errors import DataError
from elbowroom.metrics.fitted_table import FittedTable
from elbowroom.metrics.principal_directions.components import (
    PrincipalComponents,
    mean_angles,
    refuse_not_finite,
)
from elbowroom.metrics.principal_directions.jacobian import (
    check_differentiable,
    decomposed,
    jacobian_products,
)
from elbowroom.metrics.principal_directions.notes import notes_of
from elbowroom.metrics.principal_directions.orthogonality import Orthogonality
from elbowroom.metrics.principal_directions.regime import Kind, Regime, polarised_regime
from elbowroom.metrics.principal_directions.unit_axis import UnitAxis, unit_axes
from elbowroom.models import LatentModel
from elbowroom.models.mode import evaluating

_AT_ONCE = 1024
_ROWS = 40


@dataclass(frozen=True, eq=False)
class Directions:
    """How a decoder's local axes meet the latent axes, and both the principal components.

    Attributes:
        whole: Distance to orthogonality of all units, as it is published; None where there is one
            unit alone, which has no direction to be off.
        in_use: The same of the active and mixed units alone; None where that is all of them, where
            there are fewer than two, or where the posterior has no noise.
        singular_values: Mean over examples of each singular value of the Jacobian, (D,).
        singular_spread: Standard deviation over examples of each, (D,).
        units: Each unit beside a principal component, by the variance that it carries.
        regime: Active, passive and mixed units; None where the posterior has no noise.
        components: Principal components of the examples.
        noise: Noise of the linear VAE to compare with, in squared units of what the model sees.
        angles: Mean principal angles in degrees between what the units in use span and as many
            first principal components as it has dimensions, smallest first.
        examples: Number of examples.
        seed: Seed of the random rotations.
        history: Units active, passive and mixed after epochs of the training, where known.
        notes: What a reader must know to use the numbers.
        about: What was measured, where somebody knows: the run, its weights, the examples.
    """

    whole: Orthogonality | None
    in_use: Orthogonality | None
    singular_values: tuple[float, ...]
    singular_spread: tuple[float, ...]
    units: tuple[UnitAxis, ...]
    regime: Regime | None
    components: PrincipalComponents
    noise: float
    angles: tuple[float, ...]
    examples: int
    seed: int
    history: Sequence[Mapping[str, Any]] = ()
    notes: tuple[str, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as plain values, for JSON."""
        return {
            **self.about,
            "examples": self.examples,
            "seed": self.seed,
            "distance_to_orthogonality": {
                "whole": None if self.whole is None else self.whole.to_dict(),
                "in_use": None if self.in_use is None else self.in_use.to_dict(),
            },
            "singular_values": {"mean": list(self.singular_values),
                                "deviation": list(self.singular_spread)},
            "units": [unit.to_dict() for unit in self.units],
            "regime": None if self.regime is None else self.regime.to_dict(),
            "pca": {
                "eigenvalues": self.components.values[: len(self.units)].tolist(),
                "total_variance": float(self.components.values.sum()),
                "noise": self.noise,
                "principal_angles": list(self.angles),
            },
            "history": [dict(line) for line in self.history],
            "notes": list(self.notes),
        }  # fmt: skip

    def table(self) -> Group:
        """Return the numbers as tables for the terminal."""
        parts: list[Any] = [self._distances(), self._units()]
        if self.history:
            parts.append(_over_training(self.history))
        return Group(*parts, *(f"[dim]-[/] {escape(note)}" for note in self._sentences()))

    def _distances(self) -> FittedTable:
        count = len(self.units)
        rows = [_distance("the only unit" if count == 1 else f"all {count} units", self.whole)]
        if self.in_use is not None:
            rows.append(_distance(f"the {len(self.in_use.units)} units in use", self.in_use))
        headings = ("of", "distance", "best", "random rotation", "ambiguous")
        return FittedTable("distance to orthogonality", headings, rows)

    def _units(self) -> FittedTable:
        headings = ("unit", "kind", "on", "off", "variance\nof means", "posterior\nvariance",
                    "carried\nvariance", "PCA\neigenvalue", "linear VAE's\nmeans",
                    "nearest\ncomponent")  # fmt: skip
        rows = [_unit_cells(unit) for unit in self.units[:_ROWS]]
        return FittedTable("units and principal components, by variance", headings, rows, left=2)

    def _sentences(self) -> Iterator[str]:
        values = ", ".join(f"{value:.3g}" for value in self.singular_values[:12])
        more = ", ..." if len(self.singular_values) > 12 else ""
        yield f"Singular values of the Jacobian, means over examples: {values}{more}."
        if self.angles:
            angles = ", ".join(f"{angle:.0f}" for angle in self.angles[:12])
            yield f"Angles between the decoder's and PCA's subspace, in degrees: {angles}."
        if self.regime is not None and self.regime.delta is not None:
            d = self.regime.delta
            yield (
                f"KL {d.kl:.2f} nats; as if every unit were either on or off, {d.approximate:.2f}: "
                f"delta-KL {d.value:.3f} +- {d.error:.1g}. Here {self.regime.in_words()}."
            )
        if len(self.units) > _ROWS:
            yield f"The {len(self.units) - _ROWS} units that carry least are in the JSON only."
        yield from self.notes


def _distance(name: str, one: Orthogonality | None) -> tuple[str, ...]:
    if one is None:
        return (name, "-", "-", "-", "-")
    return (
        name,
        f"[bold]{one.value:.3f} +- {one.error:.3f}[/]",
        "0",
        f"{one.random:.2f} +- {one.random_spread:.2f}",
        f"{one.close:.0%}",
    )


def _unit_cells(unit: UnitAxis) -> tuple[str, ...]:
    numbers = (unit.means, unit.posterior, unit.carried, unit.eigenvalue, unit.linear)
    return (
        escape(unit.unit),
        unit.kind or "-",
        *("-" if share is None else f"{share:.0%}" for share in (unit.on, unit.off)),
        *(f"{number:.3g}" for number in numbers),
        "-" if unit.component is None else f"{unit.component} ({unit.cosine:.2f})",
    )


def _over_training(history: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(title="units over training", title_justify="left")
    shown = sorted({round(i * (len(history) - 1) / 7) for i in range(8)})
    for name in ("epoch", *(str(kind) for kind in Kind), "delta-KL"):
        table.add_column(name, justify="right")
    for line in (history[i] for i in shown):
        delta = line.get("delta_kl")
        counts = [str(line[str(kind)]) for kind in Kind]
        table.add_row(str(line["epoch"]), *counts, "-" if delta is None else f"{delta:.3f}")
    return table


def directions_of(
    model: LatentModel,
    x: Tensor,
    *,
    noise: float | None = None,
    seed: int = 0,
    batch_size: int = _AT_ONCE,
) -> Directions:
    """Measure principal directions of a model at the codes of examples.

    Args:
        model: A model of one level; a conditional one given the labels of these examples.
        x: Examples as the model sees them, (N, *event), N at least 2.
        noise: b s^2 of the linear VAE to compare with, where the likelihood is a normal of variance
            s^2 and b the weight of the rate; the maximum-likelihood noise of PCA when not given.
        seed: Seed of the random rotations.
        batch_size: Examples at a time.

    Raises:
        IncompatibleError: If a Jacobian of the decoder means nothing for the model.
        DataError: If there are fewer than 2 examples, or they are not finite.

    Example:
        >>> from elbowroom import MLP, VAE, Gaussian
        >>> model = VAE.of(Gaussian((5,)), latent=2, network=MLP(hidden=()))
        >>> found = directions_of(model, torch.randn(100, 5))
        >>> found.whole.examples, len(found.units), len(found.angles)
        (100, 2, 2)
    """
    vae = check_differentiable(model, "a Jacobian")
    if len(x) < 2:
        raise DataError("principal directions need 2 examples or more, to have variances over them")
    refuse_not_finite(x)
    with evaluating(vae), torch.inference_mode():
        device = next(vae.parameters()).device
        parts = [here.centred(part.to(device))[0].posterior
                 for here, part in vae.divided(x, batch_size)]  # fmt: skip
        means = torch.cat([centre_of(q) for q in parts])
        scales = torch.cat([scale_of(q) for q in parts])
    noisy = Ability.DENSITY in vae.abilities
    regime = polarised_regime(vae, x, batch_size=batch_size) if noisy else None
    components = PrincipalComponents.of(x, vae.latent)
    grams, projected = jacobian_products(vae, means, components.axes)
    used = _used(regime, vae.latent)
    noise = components.left_out(max(len(used), 1)) if noise is None else noise
    S, _ = decomposed(grams)
    chosen = list(used)
    spanned, angles = mean_angles(grams[:, chosen][:, :, chosen], projected[:, :, chosen])
    return Directions(
        whole=Orthogonality.of(grams, seed=seed) if vae.latent > 1 else None,
        in_use=Orthogonality.of(grams, used, seed=seed) if 2 <= len(used) < vae.latent else None,
        singular_values=tuple(S.mean(0).tolist()),
        singular_spread=tuple(S.std(0).tolist()),
        units=unit_axes(vae.unit_labels, means, scales.cpu().double().square().mean(0), regime,
                        grams, projected, components, noise),
        regime=regime,
        components=components,
        noise=noise,
        angles=angles,
        examples=len(x),
        seed=seed,
        notes=tuple(notes_of(regime, used, vae.latent, spanned)),
    )  # fmt: skip


def _used(regime: Regime | None, latent: int) -> tuple[int, ...]:
    kinds = (Kind.ACTIVE,) * latent if regime is None else regime.kinds
    return tuple(unit for unit, kind in enumerate(kinds) if kind is not Kind.PASSIVE)
