"""The figures of a study, with words."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from elbowroom.report.plate import Plate
from elbowroom.study import figures
from elbowroom.study.chance import FEWEST_RUNS, blocks_of, rank_correlations
from elbowroom.study.figures import Lines, Panel, Series
from elbowroom.study.findings import EVIDENCE, Findings, Outcome
from elbowroom.study.references import References
from elbowroom.study.standing import CEILING

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
    variants = list(findings.design.variants)
    panels = []
    for score in _shown(findings):
        runs = [Series(name, (), _values(findings.of(name), score)) for name in variants]
        places = {name: float(place) for place, name in enumerate(variants)}
        lines = _lines(findings.references, score, places)
        panels.append(_panel(findings, score, runs, lines))
    caption = (
        "Each score of each method: a point is a run, the dark line the mean over its seeds. "
        f"{_of_references(findings.references)}Where the points of two methods overlap, "
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
        strengths = method.variants
        groups = [b for b in findings.references if not strengths.keys().isdisjoint(b.variants)]
        for score in _shown(findings):
            known = [(run.strength, v) for run in runs if (v := run.value(score)) is not None]
            x, y = tuple(a for a, _ in known), tuple(b for _, b in known)
            lines = _lines(groups, score, strengths)
            panels.append(_panel(findings, score, [Series(method.name, x, y)], lines))
        caption = (
            f"Scores of {method.name} against {method.vary}: a point is a run, the line goes "
            f"through the means over seeds. {_of_references(groups)}"
        )
        figure = figures.against_strength(panels, str(method.vary))
        yield Plate(f"strength-{method.name}", figure, caption)


def _agreement(findings: Findings) -> Plate | None:
    names = _shown(findings)
    runs = findings.done
    if len(names) < 2 or len(runs) < FEWEST_RUNS:
        return None
    table = np.array([[run.value(name) for name in names] for run in runs], dtype=float)
    blocks = blocks_of([run.seed for run in runs])
    found, levels = rank_correlations(table, blocks)
    pairs = levels[np.triu_indices(len(names), 1)]
    if np.isnan(pairs).all():
        return None
    low, high = float(np.nanmin(pairs)), float(np.nanmax(pairs))
    said = f"{low:.2f}" if high == low else f"{low:.2f} to ±{high:.2f} (the fewer runs the more)"
    alone = len(set(blocks.tolist())) == 1
    ranked = "" if alone else (
        ", ranked among the runs of their seed, so that what a seed does to all methods counts for "
        "nothing"
    )  # fmt: skip
    caption = (
        "Spearman's rank correlation between scores, each pair over the runs that have both"
        f"{ranked}. 1: they put the runs in the same order; 0: they have nothing to do with each "
        f"other. Of unrelated scores 5 % at most are beyond ±{said} by chance (permutations"
        f"{'' if alone else ' within seeds'}); what is not is grey. Runs of one method are alike, "
        "so that chance may reach further. Scores that mean the same thing should agree."
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
        # A point's place across is its ELBO: floors that not all share have no place there.
        shared = findings.references if len(findings.references) == 1 else ()
        panels.append(_panel(findings, score, series, _lines(shared, score)))
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
_OF_THEIR_OWN = "Each goes over those whose data, network and number of latent units it is of. "


_STRETCHED = "An axis that is called stretched is logarithmic far from the best run."


def _of_references(groups: Sequence[References]) -> str:
    own = _OF_THEIR_OWN if len(groups) > 1 else ""
    return f"{_REFERENCES}{own}" if any(beside.scores for beside in groups) else ""


def _panel(findings: Findings, score: str, series: list[Series], lines: Sequence[Lines]) -> Panel:
    return Panel(
        score, series, lines, from_zero=score in findings.disentanglement,
        stretchable=score in _STRETCHABLE,
    )  # fmt: skip


def _lines(
    groups: Sequence[References], score: str, places: Mapping[str, float] | None = None
) -> list[Lines]:
    """Return floors and ceiling: across the panel, or over the places of the variants they are of.

    Args:
        groups: Those of the variants in the panel.
        score: The score.
        places: Where variants stand across, by name.
    """
    found = []
    for beside in groups:
        floors = {name: mean.value for name, mean in beside.floors(score).items()}
        ceiling = beside.mean(CEILING, score)
        at = [places[n] for n in beside.variants if n in places] if places else []
        own = at if len(groups) > 1 else None
        found.append(Lines(floors, None if ceiling is None else ceiling.value, own))
    return found


def _values(outcomes: tuple[Outcome, ...], score: str) -> tuple[float, ...]:
    return tuple(value for run in outcomes if (value := run.value(score)) is not None)
