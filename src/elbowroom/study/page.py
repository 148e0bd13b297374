"""The page of a study: one file that needs nothing beside itself."""

import shlex
from collections.abc import Iterator, Sequence
from importlib.resources import files

from elbowroom.report.page.html import Markup, joined, table, tag
from elbowroom.report.page.section import Section
from elbowroom.report.plate import Plate
from elbowroom.report.words import counted
from elbowroom.study.findings import EVIDENCE, Findings
from elbowroom.study.findings_table import (
    cell_text,
    codes_title,
    evidence_title,
    reference_rows,
    runs_text,
    sentences,
    side_by_side,
)

_TITLES = {
    "scores-by-method": "Scores of all methods",
    "rank-correlation": "Do the scores agree?",
    "scores-against-elbo": "Scores against the ELBO",
}


def page(findings: Findings, plates: Sequence[Plate], drawn: dict[str, Markup]) -> str:
    """Return the page as HTML.

    Args:
        findings: What the study has found.
        plates: Its figures.
        drawn: Their drawings, by name.
    """
    style = files("elbowroom.report.page").joinpath("page.css").read_text(encoding="utf-8")
    head = tag(
        "head",
        Markup('<meta charset="utf-8">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup('<meta name="color-scheme" content="light dark">'),
        tag("title", f"{findings.name}: a study"),
        tag("style", Markup(style)),
    )
    header = tag(
        "header",
        tag("p", "Elbowroom study", class_="eyebrow"),
        tag("h1", findings.name),
        tag("p", summary(findings), class_="summary"),
    )
    sections = [
        *_tables(findings),
        *_pictures(findings, plates),
        _reading(findings),
        _made(findings),
    ]
    body = tag("body", tag("main", header, *(section.html(drawn) for section in sections)))
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def summary(findings: Findings) -> str:
    """Say in words what was compared."""
    design = findings.design
    strengths = [f"{m.name} at {counted(len(m.values), 'strength')}" for m in design.methods
                 if len(m.values) > 1]  # fmt: skip
    names = ", ".join(method.name for method in design.methods)
    done, total = len(findings.done), len(findings.outcomes)
    state = "All of them are" if done == total else f"{done} of them are"
    return (
        f"{counted(len(design.methods), 'method')} ({names}{'; ' if strengths else ''}"
        f"{', '.join(strengths)}) on {design.base.data.source}, each trained with "
        f"{counted(design.seeds, 'seed')}: {counted(total, 'run')}. {state} trained and measured."
    )


def _tables(findings: Findings) -> Iterator[Section]:
    evidence = [name for name in findings.score_names if name in EVIDENCE]
    if evidence:
        caption = f"{_capital(evidence_title(findings))}."
        yield Section(
            "How well the data are described",
            [_table(findings, some, caption) for some in side_by_side(findings, evidence)],
        )
    if findings.disentanglement:
        caption = f"{_capital(codes_title(findings))}."
        if findings.has_references:
            caption += " Floors and the ceiling stand below the methods."
        yield Section(
            "How codes and factors meet",
            [
                _table(findings, some, caption)
                for some in side_by_side(findings, findings.disentanglement)
            ],
        )


def _table(findings: Findings, scores: Sequence[str], caption: str) -> Markup:
    rows: list[tuple[object, ...]] = [
        (variant, runs_text(findings, variant), *(_cell(findings, variant, s) for s in scores))
        for variant in findings.design.variants
    ]
    for name, *cells in reference_rows(findings, scores):
        rows.append((tag("small", name), *cells))
    return table(("method", "runs", *scores), rows, caption=caption)


def _cell(findings: Findings, variant: str, score: str) -> object:
    text = cell_text(findings, variant, score)
    return tag("strong", text) if findings.stands_out(variant, score) else text


def _pictures(findings: Findings, plates: Sequence[Plate]) -> Iterator[Section]:
    for plate in plates:
        title = _TITLES.get(plate.name)
        if title is None:
            title = f"{_capital(plate.name.removeprefix('strength-'))} at its strengths"
        yield Section(title, [plate])


def _reading(findings: Findings) -> Section:
    return Section(
        "How to read this", [tag("ul", *(tag("li", line) for line in sentences(findings)))]
    )


def _made(findings: Findings) -> Section:
    path = shlex.quote(str(findings.path))
    return Section(
        "How it was made",
        [
            joined(
                tag("h3", "Make it again"),
                tag("pre", f"elbowroom study {path}/study.toml --out {path}-again"),
            ),
            joined(tag("h3", "study.toml"), tag("pre", findings.design.to_toml(), class_="config")),
        ],
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
