"""The figures of a study, with words."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from elbowroom.report.plate import Plate
from elbowroom.report.words import counted
from elbowroom.study import figures
from elbowroom.study.chance import FEWEST_RUNS, chance_level, rank_correlations
from elbowroom.study.figures import Panel, Series
from elbowroom.study.findings import CEILING, EVIDENCE, Findings, Outcome
from elbowroom.study.standing import without_floors

_STRETCHABLE = ("ELBO", "log evidence")
"""Scores of which more is better without end."""


def plates(findings: Findings) -> list[Plate]:
    """Return the figures that a study has the numbers for."""
    if not findings.done:
        return []
    return [
        plate
        for found in (
            [_by_method(findings)],
            _against_strength(findings),
            [_agreement(findings)],
            [_against_elbo(findings)],
        )
        for plate in found
        if plate is not None
    ]


def _shown(findings: Findings) -> tuple[str, ...]:
    """Return the scores that are drawn: those of codes, with the ELBO where it is known."""
    first = ("ELBO",) if "ELBO" in findings.score_names else ()
    others = findings.disentanglement or EVIDENCE
    return (*first, *(n for n in others if n in findings.score_names and n not in first))


def _by_method(findings: Findings) -> Plate | None:
    panels = [
        _panel(findings, score, [
            Series(variant, (), _values(findings.of(variant), score))
            for variant in findings.design.variants
        ])
        for score in _shown(findings)
    ]  # fmt: skip
    caption = (
        "Each score of each method: a point is a run, the dark line the mean over its seeds. "
        f"{_REFERENCES if findings.references else ''}Where the points of two methods overlap, "
        "more seeds are needed to tell which is better. "
        f"{_STRETCHED}"
    )
    return Plate("scores-by-method", figures.by_method(panels), caption) if panels else None


def _against_strength(findings: Findings) -> Iterator[Plate]:
    for method in findings.design.methods:
        numeric = [v for v in method.values if isinstance(v, int | float)]
        if len(numeric) < 2 or len(numeric) < len(method.values):
            continue
        runs = [outcome for outcome in findings.done if outcome.method == method.name]
        if len({outcome.strength for outcome in runs}) < 2:
            continue
        panels = []
        has_others = not {run.variant for run in runs}.isdisjoint(without_floors(findings.design))
        for score in _shown(findings):
            known = [(run.strength, v) for run in runs if (v := run.value(score)) is not None]
            x, y = tuple(a for a, _ in known), tuple(b for _, b in known)
            panel = _panel(findings, score, [Series(method.name, x, y)])
            panels.append(replace(panel, floors={}) if has_others else panel)
        caption = (
            f"Scores of {method.name} against {method.vary}: a point is a run, the line goes "
            f"through the means over seeds. {_REFERENCES if findings.references else ''}"
        )
        figure = figures.against_strength(panels, str(method.vary))
        yield Plate(f"strength-{method.name}", figure, caption)


def _agreement(findings: Findings) -> Plate | None:
    names = _shown(findings)
    runs = findings.done
    if len(names) < 2 or len(runs) < FEWEST_RUNS:
        return None
    table = np.array([[run.value(name) for name in names] for run in runs], dtype=float)
    found, counts = rank_correlations(table)
    pairs = sorted({int(n) for n in counts[np.triu_indices(len(names), 1)] if n >= FEWEST_RUNS})
    if not pairs:
        return None
    levels = np.array([[chance_level(max(n, FEWEST_RUNS)) for n in row] for row in counts])
    said = " and ".join(
        f"{chance_level(n):.2f} over {counted(n, 'run')}"
        for n in dict.fromkeys((pairs[0], pairs[-1]))
    )
    caption = (
        "Spearman's rank correlation between scores, each pair over the runs that have both. 1: "
        "they put the runs in the same order; 0: they have nothing to do with each other. Of "
        f"unrelated scores 5 % are beyond ±{said} by chance; what is not is grey. Runs of one "
        "method are alike, so that chance may reach further. Scores that mean the same thing "
        "should agree."
    )
    figure = figures.agreement(names, found, levels)
    return Plate("rank-correlation", figure, caption)


def _against_elbo(findings: Findings) -> Plate | None:
    if "ELBO" not in findings.score_names or not findings.disentanglement:
        return None
    panels = []
    for score in findings.disentanglement:
        series = []
        for method in findings.design.methods:
            runs = [run for run in findings.done if run.method == method.name]
            known = [
                (run.value("ELBO"), run.value(score))
                for run in runs
                if run.value("ELBO") is not None and run.value(score) is not None
            ]
            if known:
                series.append(Series(method.name, *map(tuple, zip(*known, strict=True))))
        panels.append(_panel(findings, score, series))
    caption = (
        "Each score against the ELBO, a point for each run. If codes came apart because the model "
        "describes the data better, points would rise to the right. Runs without an ELBO (a "
        "deterministic code has none) are not shown. "
        f"{_STRETCHED}"
    )
    return Plate("scores-against-elbo", figures.against_elbo(panels), caption)


_REFERENCES = (
    "Grey lines are floors: codes that know nothing of the factors (random encoder, PCA, ICA), and "
    "the factors rotated, which hold all and keep none apart; the orange line is the ceiling, the "
    "true factors themselves. "
)


_STRETCHED = "An axis that is called stretched is logarithmic far from the best run."


def _panel(findings: Findings, score: str, series: list[Series]) -> Panel:
    known: dict[str, Any] = {
        name: mean.value
        for name in findings.reference_names
        if (mean := findings.reference(name, score)) is not None
    }
    ceiling = known.pop(CEILING, None)
    return Panel(
        score, series, known, ceiling, from_zero=score in findings.disentanglement,
        stretchable=score in _STRETCHABLE,
    )  # fmt: skip


def _values(outcomes: tuple[Outcome, ...], score: str) -> tuple[float, ...]:
    return tuple(value for run in outcomes if (value := run.value(score)) is not None)
