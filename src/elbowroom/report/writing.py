"""Writing a report: the figures, the page."""

from pathlib import Path
from typing import TYPE_CHECKING

from elbowroom.files import write_whole
from elbowroom.report.material import Material
from elbowroom.report.page.html import Markup
from elbowroom.report.page.page import page, sections_of
from elbowroom.report.rendering import inline_svg, settle, write_files

if TYPE_CHECKING:
    from elbowroom.run import Run


def write(run: "Run") -> Path:
    """Write `report.html` to a run's folder, and its figures to `figures/` as PNG and SVG.

    The page holds everything itself: it can be sent, moved and read without a network. It shows
    the numbers that `evaluate` wrote; without these it says how to get them.

    Args:
        run: The run.

    Returns:
        The page.

    Raises:
        RunError: If the run's data are not to be had.
        ElbowroomError: If the folder cannot be written.

    Example:
        >>> from elbowroom import Run
        >>> write(Run.load("runs/digits-1"))  # doctest: +SKIP
        PosixPath('runs/digits-1/report.html')
    """
    material = Material(run)
    sections = sections_of(material)
    drawn = {}
    for plate in (plate for section in sections for plate in section.plates):
        settle(plate.figure)
        write_files(plate.figure, run.path / "figures" / plate.name)
        drawn[plate.name] = Markup(inline_svg(plate.figure, plate.name, plate.caption))
    target = run.path / "report.html"
    write_whole(target, page(material, sections, drawn))
    return target
