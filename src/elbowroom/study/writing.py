"""Writing down what a study has found: a table of runs, JSON, figures and a page."""

import csv
import io
import json
from pathlib import Path

from elbowroom.files import write_whole
from elbowroom.report.page.html import Markup
from elbowroom.report.rendering import inline_svg, settle, write_files
from elbowroom.study.findings import Findings
from elbowroom.study.page import page
from elbowroom.study.plates import plates


def write(findings: Findings) -> Path:
    """Write runs.csv, study.json, figures/ and study.html to the study's folder.

    Args:
        findings: What was found so far.

    Returns:
        The page.

    Raises:
        ElbowroomError: If the folder cannot be written.
    """
    folder = findings.path
    write_whole(folder / "runs.csv", runs_csv(findings))
    content = json.dumps(findings.to_dict(), indent=2, default=str, allow_nan=False) + "\n"
    write_whole(folder / "study.json", content)
    made, drawn = plates(findings), {}
    for plate in made:
        settle(plate.figure)
        write_files(plate.figure, folder / "figures" / plate.name)
        drawn[plate.name] = Markup(inline_svg(plate.figure, plate.name, plate.caption))
    target = folder / "study.html"
    write_whole(target, page(findings, made, drawn))
    return target


def runs_csv(findings: Findings) -> str:
    """Return a table with a row for each run: each score, and its error over examples."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    headings = [text for name in findings.score_names for text in (name, f"{name} error")]
    writer.writerow(["run", "method", "strength", "seed", "status", *headings])
    for outcome in findings.outcomes:
        known = {score.name: (score.value, score.error) for score in outcome.scores}
        numbers = [text for name in findings.score_names for text in known.get(name, ("", ""))]
        strength = "" if outcome.strength is None else outcome.strength
        writer.writerow(
            [outcome.run, outcome.method, strength, outcome.seed, outcome.status, *numbers]
        )
    return buffer.getvalue()
