"""A study on the terminal: a row for each method and strength, then floors and ceiling."""

from collections.abc import Iterator, Sequence
from math import floor, isfinite, log10

from rich.box import SIMPLE
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from elbowroom.report.words import counted
from elbowroom.study.findings import EVIDENCE, Findings
from elbowroom.study.folder import DONE, MISSING
from elbowroom.study.score import Mean
from elbowroom.study.standing import FEWEST_SEEDS, rotation_is_no_floor

_WIDTH, _OF_RUNS = 80, 12
"""Width of a terminal, and what the column of runs and the margins take of it."""


def layout(findings: Findings) -> Group:
    """Return a study for the terminal."""
    return Group(*_blocks(findings))


def _blocks(findings: Findings) -> Iterator[RenderableType]:
    evidence = [name for name in findings.score_names if name in EVIDENCE]
    for scores, title in (
        (evidence, evidence_title(findings)),
        (findings.disentanglement, codes_title(findings)),
    ):
        for some in side_by_side(findings, scores):
            yield _table(findings, some, title)
    for sentence in sentences(findings):
        yield Text(sentence, "dim")
    yield Text(f"\n{findings.path}/study.html has the figures; runs.csv every run.")


def side_by_side(findings: Findings, scores: Sequence[str]) -> list[list[str]]:
    """Return scores in groups that fit beside each other."""
    names = [*findings.design.variants, *(label for label, *_ in reference_rows(findings, scores))]
    room = _WIDTH - max(map(len, names)) - _OF_RUNS
    groups: list[list[str]] = []
    left = 0
    for score in scores:
        # A number with its error takes 13 characters.
        width = max(13, *map(len, score.split())) + 2
        if width > left:
            groups.append([])
            left = room
        groups[-1].append(score)
        left -= width
    return groups


def _table(findings: Findings, scores: Sequence[str], title: str) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE, padding=(0, 0, 0, 1))
    table.add_column("method", no_wrap=True)
    table.add_column("runs", justify="right")
    for name in scores:
        table.add_column(name, justify="right", min_width=max(map(len, name.split())))
    for variant in findings.design.variants:
        table.add_row(escape(variant), runs_text(findings, variant), *(
            _marked(findings, variant, score) for score in scores
        ))  # fmt: skip
    table.add_section()
    for row in reference_rows(findings, scores):
        table.add_row(*(f"[dim]{escape(text)}[/]" for text in row))
    return table


def reference_rows(findings: Findings, scores: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield a name, the number of seeds and the means of each floor, then of the ceiling.

    Where not all methods share them there is a row for each, with whose they are.
    """
    for beside in findings.references:
        whose = f" ({beside.whose})" if len(findings.references) > 1 else ""
        for name in beside.names:
            means = [beside.mean(name, score) for score in scores]
            if any(means):
                count = max(mean.count for mean in means if mean)
                yield (f"{name}{whose}", str(count), *map(mean_text, means))


def _marked(findings: Findings, variant: str, score: str) -> str:
    text = cell_text(findings, variant, score)
    return f"[bold]{text}[/]" if findings.stands_out(variant, score) else text


def cell_text(findings: Findings, variant: str, score: str) -> str:
    """Return a mean with its error, and its number of seeds where some have no such score."""
    mean = findings.mean(variant, score)
    done = sum(outcome.status == DONE for outcome in findings.of(variant))
    few = f" ({mean.count})" if mean is not None and mean.count < done else ""
    return mean_text(mean) + few


def mean_text(mean: Mean | None) -> str:
    """Return a mean with its standard error, to two digits of this but no more than a thousandth.

    Example:
        >>> mean_text(Mean(0.1234, 0.0567, 4)), mean_text(Mean(-101.36, 2.41, 4)), mean_text(None)
        ('0.123 ± 0.057', '-101.4 ± 2.4', '-')
        >>> mean_text(Mean(0.5, 0.0001, 4)), mean_text(Mean(0.5, None, 1))
        ('0.500 ± 0.001', '0.500')
        >>> mean_text(Mean(float("nan"), 0.1, 4)), mean_text(Mean(0.5, float("inf"), 4))
        ('nan', '0.500')
    """
    if mean is None:
        return "-"
    if not isfinite(mean.value):
        return str(mean.value)
    if not mean.error or not isfinite(mean.error):  # of one seed, or the same for all
        digits = 0 if mean.value == int(mean.value) else 3 if abs(mean.value) < 10 else 1
        return f"{mean.value:.{digits}f}"
    digits = min(max(1 - floor(log10(mean.error)), 0), 3)
    error = max(mean.error, 10**-digits)  # no error looks like none
    return f"{mean.value:.{digits}f} ± {error:.{digits}f}"


def runs_text(findings: Findings, variant: str) -> str:
    """Return how many of a variant's runs are done: '4', or '3 of 4'."""
    outcomes = findings.of(variant)
    done = sum(outcome.status == DONE for outcome in outcomes)
    return str(done) if done == len(outcomes) else f"{done} of {len(outcomes)}"


def evidence_title(findings: Findings) -> str:
    """Say what log evidence and ELBO are of."""
    about = findings.about
    count = counted(about.get("examples") or 0, f"{about['split']} example")
    return f"{count}, nats per example; log evidence with {about.get('samples')} samples each"


def codes_title(findings: Findings) -> str:
    """Say what scores of disentanglement are of."""
    about = findings.about
    count, noun = about.get("codes"), f"{about['split']} example"
    return f"disentanglement, {counted(count, noun)}" if count else "disentanglement"


def sentences(findings: Findings) -> Iterator[str]:
    """Say what a reader must know: what the errors are of, what is missing, what went wrong."""
    yield (
        "Means over seeds ± their standard error over seeds. A number of seeds in brackets: the "
        "other runs have no such score."
    )
    if findings.has_references:
        yield from _about_floors(findings)
    yield from _without_floors(findings)
    missing = [outcome for outcome in findings.outcomes if outcome.status == MISSING]
    if missing:
        busy = [outcome for outcome in missing if outcome.run in findings.under_way]
        now = f", {len(busy)} of them under way" if busy else ""
        yield (
            f"{len(missing)} of {counted(len(findings.outcomes), 'run')} "
            f"{'is' if len(missing) == 1 else 'are'} missing{now}. Go on with: "
            f"elbowroom study {findings.path}"
        )
    for task, doing in findings.under_way.items():
        yield f"Under way: {task}, {doing}."
    for outcome in findings.outcomes:
        if outcome.message:
            yield f"{outcome.run} {outcome.status}: {outcome.message}"
    reasons: dict[str, list[str]] = {}
    for outcome in findings.outcomes:
        for metric, why in outcome.refused.items():
            reasons.setdefault(f"{metric}: {why}", []).append(outcome.run)
    for reason, runs in reasons.items():
        yield f"Not measured of {', '.join(runs)}: {reason}."


def _about_floors(findings: Findings) -> Iterator[str]:
    """Say what floors are, what stands out above them, and where which are none."""
    yield (
        "Floors: a random encoder, PCA and ICA, which know nothing of the factors, and the factors "
        "rotated, which hold all of them and keep none apart. The true factors are the ceiling, "
        "which need not be 1."
    )
    if findings.design.seeds < FEWEST_SEEDS:
        yield f"Nothing is bold: with fewer than {FEWEST_SEEDS} seeds chance cannot be told."
    else:
        yield (
            f"Bold: of {FEWEST_SEEDS} seeds or more, and above every floor by more than chance "
            "allows (97.5 % of Student's t; errors over seeds and over examples in quadrature, of "
            "a floor of one seed over examples)."
        )
    factors = findings.about.get("factors")
    known = dict.fromkeys(score for beside in findings.references for score in beside.scores)
    scores = [score for score in known if rotation_is_no_floor(score, factors)]
    if factors == 1:
        yield "With one factor only, rotated factors are the factor itself: no floor, left out."
    elif scores:
        yield f"Rotated factors lose nothing in {', '.join(scores)}: no floor there, left out."
    if len(findings.references) > 1:
        yield (
            "Methods with other data, another network or another number of latent units have "
            "floors and a ceiling of their own: names in brackets say whose. A mean is compared "
            "with its own."
        )


def _without_floors(findings: Findings) -> Iterator[str]:
    """Say which floors were not measured: what is bold is not above these."""
    for beside in findings.references:
        whose = f" of {beside.whose}" if len(findings.references) > 1 else ""
        for reason, seeds in beside.missing.items():
            numbers = ", ".join(map(str, seeds))
            noun = "seed" if len(seeds) == 1 else "seeds"
            yield f"Floors and ceiling{whose} not measured with {noun} {numbers}: {reason}."
