"""What a page is made of: sections with plates, which are figures with words."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from elbowroom.report.page.html import Markup, tag

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False)
class Plate:
    """A figure of the report.

    Attributes:
        name: Name of its files in figures/.
        figure: The figure.
        caption: What it shows and how to read it.
    """

    name: str
    figure: "Figure"
    caption: str


@dataclass(frozen=True, eq=False)
class Section:
    """A part of the page under a heading.

    Attributes:
        title: The heading.
        parts: Paragraphs as text, other content as markup, and figures as plates, in order.
    """

    title: str
    parts: list[str | Markup | Plate] = field(default_factory=list)

    @property
    def plates(self) -> list[Plate]:
        """The figures."""
        return [part for part in self.parts if isinstance(part, Plate)]

    def html(self, drawn: dict[str, Markup]) -> Markup:
        """Return the section.

        Args:
            drawn: The plates' drawings by name.
        """
        return tag("section", tag("h2", self.title), *(_part(part, drawn) for part in self.parts))


def _part(part: str | Markup | Plate, drawn: dict[str, Markup]) -> Markup:
    if isinstance(part, Plate):
        frame = tag("div", drawn[part.name], class_="drawing")
        return tag("figure", frame, tag("figcaption", part.caption))
    return part if isinstance(part, Markup) else tag("p", part)
