"""Writing a report: the figures, the page; and the figure of a comparison."""

from pathlib import Path
from typing import TYPE_CHECKING

from elbowroom.errors import ConfigError
from elbowroom.files import write_whole
from elbowroom.report.figures import Operating, rate_distortion
from elbowroom.report.material import Material
from elbowroom.report.page.html import Markup
from elbowroom.report.page.page import page, sections_of
from elbowroom.report.rendering import inline_svg, settle, write_file, write_files

if TYPE_CHECKING:
    from elbowroom.experiment import Comparison
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


def write_rate_distortion(comparison: "Comparison", path: Path) -> Path:
    """Draw runs by rate and distortion, those that can be ranked in one panel.

    Args:
        comparison: The runs.
        path: The file to write, .png or .svg.

    Raises:
        ConfigError: If no run has a rate.
        ElbowroomError: If the file cannot be written.
    """
    panels = [
        [Operating.of_evaluation(evaluation) for evaluation in group]
        for group in comparison.groups
        if "rate" in group[0].estimates
    ]
    if not panels:
        raise ConfigError(
            "none of these runs has a rate: an autoencoder's code is deterministic, so there is "
            "no rate to draw against the distortion"
        )
    write_file(rate_distortion(panels), path)
    return path
