"""HTML from functions: what is text is escaped, and tags close because calls do."""

from html import escape
from typing import Any


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def tag(name: str, *children: object, **attributes: Any) -> Markup:
    """Return an element.

    Args:
        name: Name of the tag.
        children: Markup is taken as it is, anything else as text; None is left out.
        attributes: Values are escaped; None is left out; `class_` is `class`.

    Example:
        >>> tag("p", "a < b ", tag("em", "so"), class_="note")
        '<p class="note">a &lt; b <em>so</em></p>'
    """
    opening = name + "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{opening}>{joined(*children)}</{name}>")


def joined(*children: object) -> Markup:
    """Return children in a row, escaped where they are not markup."""
    return Markup(
        "".join(
            child if isinstance(child, Markup) else escape(str(child))
            for child in children
            if child is not None
        )
    )


def table(
    headings: tuple[str, ...], rows: list[tuple[object, ...]], *, caption: str | None = None
) -> Markup:
    """Return a table whose first column names its rows.

    Args:
        headings: One for each column.
        rows: One cell for each column.
        caption: What the table shows.
    """
    head = tag("tr", *(tag("th", heading, scope="col") for heading in headings))
    body = [
        tag("tr", tag("th", row[0], scope="row"), *(tag("td", cell) for cell in row[1:]))
        for row in rows
    ]
    inner = tag(
        "table", tag("caption", caption) if caption else None, tag("thead", head),
        tag("tbody", *body),
    )  # fmt: skip
    return tag("div", inner, class_="table")
