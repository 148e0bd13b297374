"""Where the model puts examples, beside PCA."""

from typing import Any

from elbowroom.report import figures
from elbowroom.report.choice import units_of
from elbowroom.report.density import PlaneDensity
from elbowroom.report.figures import CodeMap
from elbowroom.report.material import Material
from elbowroom.report.plate import Plate


def code_map(material: Material, *, units: Any = None) -> Plate:
    """Where the model puts examples: a map of the codes beside that of PCA.

    Args:
        material: What the report is about.
        units: One or two units to lay out; the directions in which the codes vary most when not
            given.
    """
    ours = _map(material) if units is None else _of_units(material, units)
    pca = CodeMap.of_components(material.pca_codes[:, : ours.points.shape[1]], "PCA")
    data = material.data
    figure = figures.code_maps([ours, pca], data.labels, data.label_names)
    shown = "PCA was not shown it" if material.run.labelling else "which neither method was shown"
    coloured = "" if data.labels is None else f", coloured by label ({shown})"
    line = (
        " The dashed line holds 86% of the codes that the prior draws; where examples lie far "
        "outside it, or it is empty, samples are poor."
        if ours.prior is not None
        else ""
    )
    level = material.units.mapped(material.active)
    deep = material.units.deep and units is None
    which = f" at the level {level}, the topmost in use" if deep else ""
    caption = (
        f"Each point is one of {len(data):,} {material.split} examples{coloured}. Left: the mean "
        f"of its code{which}. Right: PCA of the same number of dimensions.{line}"
    )
    return Plate("code-map", figure, caption)


def _of_units(material: Material, units: Any) -> CodeMap:
    chosen = units_of(material, units, 2)[:2]
    laid_out = CodeMap.of_units(material.codes, chosen, material.kind)
    at_top = max(chosen) < next(iter(material.units.levels.values())).stop
    return _with_prior(laid_out, material) if at_top else laid_out


def _map(material: Material) -> CodeMap:
    name, level = material.kind, material.units.mapped(material.active)
    part = material.units.levels[level]
    if material.units.deep:
        name = f"{name}, {level}"
    codes, used = material.codes[:, part], material.active[part]
    busiest = [unit - part.start for unit in material.by_use if part.start <= unit < part.stop]
    if codes.shape[1] <= 2 or used.sum() == 2:
        units = busiest if used.sum() == 2 else range(codes.shape[1])
        laid_out = CodeMap.of_units(codes, list(units), name)
    else:
        laid_out = CodeMap.of_directions(codes, name)
    # Below the top each code has a prior of its own.
    return _with_prior(laid_out, material) if part.start == 0 else laid_out


def _with_prior(laid_out: CodeMap, material: Material) -> CodeMap:
    """Return the map with the prior of its two coordinates, where the prior means something."""
    if not material.has_prior or laid_out.basis is None or laid_out.points.shape[1] != 2:
        return laid_out
    if material.unit_prior.standard:
        return laid_out.with_prior(PlaneDensity.standard_normal())
    draws = material.unit_prior.draws[:, : len(laid_out.basis)] @ laid_out.basis
    return laid_out.with_prior(PlaneDensity.of_draws(draws))
