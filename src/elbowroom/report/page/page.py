"""The whole page: one file that needs nothing beside itself."""

from collections.abc import Callable
from importlib.resources import files

from elbowroom.report.material import Material
from elbowroom.report.page.evidence import (
    bounds,
    diagnosis,
    each_example,
    gap,
    prior_holes,
    quality,
)
from elbowroom.report.page.html import Markup, tag
from elbowroom.report.page.making import learning, making
from elbowroom.report.page.numbers import evidence, tiles
from elbowroom.report.page.pictures import (
    by_label,
    code_map,
    factors,
    interpolation,
    reconstructions,
    samples,
    units,
)
from elbowroom.report.page.section import Section
from elbowroom.report.words import summary

SECTIONS: tuple[Callable[[Material], Section | None], ...] = (
    reconstructions,
    samples,
    by_label,
    code_map,
    units,
    factors,
    interpolation,
    evidence,
    bounds,
    each_example,
    gap,
    diagnosis,
    prior_holes,
    quality,
    learning,
    making,
)
"""Parts of the page in their order; one that has nothing to say about a run returns None."""


def sections_of(material: Material) -> list[Section]:
    """Return what there is to say about a run."""
    return [section for make in SECTIONS if (section := make(material)) is not None]


def page(material: Material, sections: list[Section], drawn: dict[str, Markup]) -> str:
    """Return the page as HTML.

    Args:
        material: What the report is about.
        sections: Its parts.
        drawn: Drawings of their plates, by name.
    """
    title = f"{material.run.name}: a report"
    style = files("elbowroom.report.page").joinpath("page.css").read_text(encoding="utf-8")
    head = tag(
        "head",
        Markup('<meta charset="utf-8">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup('<meta name="color-scheme" content="light dark">'),
        tag("title", title),
        tag("style", Markup(style)),
    )
    header = tag(
        "header",
        tag("p", "Elbowroom report", class_="eyebrow"),
        tag("h1", material.run.name),
        tag("p", summary(material), class_="summary"),
        tiles(material),
    )
    body = tag("body", tag("main", header, *(section.html(drawn) for section in sections)))
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"
