"""Figures as files and as part of a page."""

import io
import re
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from elbowroom.files import replacing
from elbowroom.report.house_style import FAINT, INK, MUTED, PAPER, WIDTH, house_style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DPI = 200
_VARIABLES = {INK: "ink", MUTED: "muted", FAINT: "faint", PAPER: "paper"}
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
_METADATA: dict[str, dict[str, None]] = {
    ".png": {"Software": None},
    ".svg": _NO_METADATA,
    ".pdf": {"Creator": None, "Producer": None, "CreationDate": None},
}
STILL = tuple(_METADATA)
"""Suffixes of the files that hold a figure that does not move."""


def write_files(figure: "Figure", stem: Path) -> tuple[Path, Path]:
    """Write a figure as STEM.png and STEM.svg on white paper, each whole or not at all."""
    # The suffix is added, not exchanged: names such as 'strength-m.a' hold points.
    paths = stem.with_name(f"{stem.name}.png"), stem.with_name(f"{stem.name}.svg")
    for path in paths:
        write_file(figure, path)
    return paths


def write_file(figure: "Figure", path: Path) -> None:
    """Write a figure as .png, .svg or .pdf on white paper, whole or not at all."""
    metadata = _METADATA[path.suffix.lower()]
    with replacing(path) as beside, steady():
        figure.savefig(beside, dpi=_DPI, facecolor="white", metadata=metadata)


def inline_svg(figure: "Figure", name: str, alt: str) -> str:
    """Return a figure as an <svg> element for a page.

    Its paper is transparent, its neutral colours are the page's variables --ink, --muted, --faint
    and --paper, its text is text in the page's font, and its ids begin with its name, so that two
    figures on a page do not meet.

    Args:
        figure: The figure.
        name: Name of the figure, unique on the page.
        alt: What the figure shows, for those who do not see it.
    """
    from html import escape

    buffer = io.StringIO()
    with steady("none"):
        figure.savefig(
            buffer, format="svg", dpi=_DPI, facecolor="none", transparent=False,
            metadata=_NO_METADATA,
        )  # fmt: skip
    text = buffer.getvalue()
    text = text[text.index("<svg") :].strip()
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    for colour, variable in _VARIABLES.items():
        text = text.replace(colour, f"var(--{variable})")
    # Attributes cannot hold variables, styles can.
    text = re.sub(r'\b(fill|stroke)="(var\([^"]*)"', r'style="\1: \2"', text)
    text = re.sub(r"font-family: [^;\"]*", "font-family: var(--font)", text)
    text = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", text)
    text = re.sub(r'xlink:href="#([^"]+)"', rf'href="#{name}-\1"', text)
    text = text.replace("xlink:href", "href")
    # Pictures are magnified by whole numbers already: let viewers average on the way down.
    text = text.replace("image-rendering:crisp-edges;image-rendering:pixelated", "")
    width, height = figure.get_size_inches()
    share = width / WIDTH
    start = (
        f'<svg role="img" aria-label="{escape(alt)}" viewBox="0 0 {72 * width:g} {72 * height:g}" '
        f'style="width: {share:.2%}; --least: {40 * share:.1f}rem"'
    )
    return start + text[text.index(">") :]


def settle(figure: "Figure") -> None:
    """Work out the layout of a figure for good, so that each rendering need not do it again."""
    with steady():
        figure.draw_without_rendering()
        # Axes that keep proportions have their place from the first drawing on, which the layout
        # did not know yet.
        engine = figure.get_layout_engine()
        if engine and any(axes.get_aspect() != "auto" for axes in figure.axes):
            engine.execute(figure)
        figure.set_layout_engine("none")


@contextmanager
def steady(text_as: str = "path") -> Generator[None]:
    """Render in the house style, names in any script included, the same bytes each time."""
    settings = {"svg.fonttype": text_as, "svg.hashsalt": "elbowroom"}
    with house_style(**settings), warnings.catch_warnings():
        # A letter that the font lacks is drawn as a box; the page uses the reader's fonts.
        warnings.filterwarnings("ignore", message="Glyph", category=UserWarning)
        yield
