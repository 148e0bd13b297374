"""The pictures of a report: what the model remembers, makes up, and where it puts things."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from elbowroom.errors import DataError, IncompatibleError, RunError
from elbowroom.report.material import Material
from elbowroom.report.page.numbers import error_table
from elbowroom.report.page.section import Plate, Section
from elbowroom.report.pictures import PICTURES

_PAIRS = 5
_UNITS = 3
"""Units whose codes are shown two at a time: a page need not show what a file can."""

_LINEAR = (
    "These predictors are linear, as they are quick; elbowroom picture RUN importances takes "
    "boosted trees, which see curved relations too, unless told otherwise."
)


def reconstructions(material: Material) -> Section:
    """Return examples beside what the model and PCA make of them."""
    plates = drawn(material, "reconstructions")
    return Section("What it keeps of an example", [*plates, error_table(material)])


def samples(material: Material) -> Section | None:
    """Return samples from the prior, and a plane of it; an autoencoder has none."""
    return _section("What it makes up", drawn(material, "samples", "manifold"))


def by_label(material: Material) -> Section | None:
    """Return what a conditional model makes for each label."""
    return _section("What it makes of each label", drawn(material, "labels"))


def code_map(material: Material) -> Section | None:
    """Return where the codes are, and where the prior would have them."""
    few = [material.units.labels[unit] for unit in material.by_use[:_UNITS]]
    pairs = partial(PICTURES["pairs"], units=few)
    plates = drawn(material, "code-map", pairs, "aggregate-posterior", "marginals")
    return _section("Where it puts things", plates)


def units(material: Material) -> Section | None:
    """Return the rate of each unit, what the most used units do, and the decoder's own axes."""
    return _section(
        "What the latent units do", drawn(material, "rates", "traversals", "directions")
    )


def factors(material: Material) -> Section | None:
    """Return how units and known factors, or labels, meet; nothing where the data have none."""
    plates = list(drawn(material, "mutual-information"))
    if material.data.factors is not None and len(material.data.factors.names) > 1:
        # Linear predictors take a second where trees take half a minute.
        linear = drawn(material, partial(PICTURES["importances"], metric="lasso-dci"))
        plates += [replace(plate, caption=f"{plate.caption} {_LINEAR}") for plate in linear]
    return _section("How units and factors meet", [*plates, *drawn(material, "disentanglement")])


def interpolation(material: Material) -> Section | None:
    """Return the way from one example to another: for some pairs, and three ways for one."""
    chosen = material.places[material.varied(2 * _PAIRS)].tolist()
    pairs = len(chosen) // 2
    first, last = chosen[: 2 * pairs : 2], chosen[1 : 2 * pairs : 2]
    if not pairs:
        return None
    draw = PICTURES["interpolation"]
    straight = drawn(material, partial(draw, example=first, other=last, path="straight"))
    ways = drawn(material, partial(draw, example=first[0], other=last[0]))
    several = [replace(plate, name="interpolations") for plate in straight]
    return _section("From one example to another", [*several, *ways])


def drawn(material: Material, *pictures: str | Callable[[Material], Plate]) -> Iterator[Plate]:
    """Yield pictures, by name or as functions, leaving out those that would mean nothing here."""
    for one in pictures:
        draw = PICTURES[one] if isinstance(one, str) else one
        try:
            yield draw(material)
        except (IncompatibleError, DataError, RunError):
            continue


def _section(title: str, plates: "Iterator[Plate] | list[Plate]") -> Section | None:
    parts = list(plates)
    return Section(title, [*parts]) if parts else None
