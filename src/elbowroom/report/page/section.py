"""What a page is made of: sections with plates, which are figures with words."""

from dataclasses import dataclass, field

from elbowroom.report.page.html import Markup, tag
from elbowroom.report.plate import Plate


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


__all__ = ["Plate", "Section"]
