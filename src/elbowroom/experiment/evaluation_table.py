"""An evaluation on the terminal: the headline, the numbers, what is wrong, what else there is."""

from collections.abc import Callable, Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from elbowroom.evidence import Bidirectional, Estimate, InferenceGap, RateParts
from elbowroom.experiment.curve import SHOWN, Curve
from elbowroom.experiment.evaluation import Evaluation
from elbowroom.experiment.measurements import MEASUREMENTS
from elbowroom.metrics import Diagnosis, Severity

_COLOURS = {Severity.GOOD: "green", Severity.LOOK: "yellow", Severity.PROBLEM: "red"}
_COLUMNS = 30
_ASK = {
    "curve": "the bound against the number of samples",
    "gap": "where the gap between ELBO and log p(x) comes from",
    "bidirectional": "bounds from both sides on simulated data",
    "quality": "how good samples are",
}


def layout(evaluation: Evaluation) -> Group:
    """Return an evaluation for the terminal."""
    return Group(*_blocks(evaluation))


def percent(share: float) -> str:
    """Return a share as a percentage in which a few are not none.

    >>> percent(0.0), percent(0.002), percent(0.31)
    ('0%', '0.2%', '31%')
    """
    return f"{share:.1%}" if 0 < share < 0.01 or 0.99 < share < 1 else f"{share:.0%}"


def _blocks(e: Evaluation) -> Iterator[RenderableType]:
    if "log evidence" in e.estimates:
        yield _headline(e)
    yield _numbers(e)
    if e.column_errors:
        yield _errors_of_columns(e)
    if e.rate_parts:
        yield _parts_of_rate(e.rate_parts)
    shown: dict[str, Callable[[Any], RenderableType]] = {
        "curve": _curve, "gap": _gap, "bidirectional": _bidirectional,
        "quality": lambda quality: quality.scores.table(),
    }  # fmt: skip
    for name, result in e.measured.items():
        yield ""
        yield shown[name](result)
    if e.diagnosis:
        yield ""
        yield _diagnosis(e.diagnosis)
    yield ""
    for note in e.notes:
        yield Text(f"- {note}", "dim")
    for name, reason in e.impossible.items():
        yield Text(f"- {name} could not be measured: {reason}", "dim")
    known = {*e.measured, *e.impossible, *e.earlier}
    missing = [name for name in MEASUREMENTS if name not in known]
    if e.earlier:
        yield Text(
            f"- Measured before and still true: {', '.join(e.earlier)}; see the report.", "dim"
        )
    if e.estimates and missing:
        asked = "; ".join(f"{_ASK[name]} (--{name})" for name in missing)
        yield Text(f"- Not measured: {asked}; all with --full.", "dim")


def _headline(e: Evaluation) -> Text:
    evidence = e.estimates["log evidence"]
    bits = evidence.bits_per_dimension
    of = "log p(x|label)" if e.yardstick.given else "log p(x)"
    text = Text.assemble(
        (f"{e.run}: {of} = {evidence.value:.2f} ± {evidence.data_error:.2f}", "bold"),
        f" nats per example on {e.examples:,} {e.split} examples",
        f"; {bits:.4f} bits per dimension" if bits is not None else "",
        "; ",
    )
    flagged = evidence.flagged
    if flagged is None:
        return text.append("no diagnostics")
    colour = "green" if flagged < 0.05 else "yellow" if flagged < 0.5 else "red"
    return text.append(f"{percent(flagged)} of the examples flagged", colour)


def _numbers(e: Evaluation) -> Table:
    title = escape(f"{e.run}: {e.examples:,} {e.split} examples")
    table = Table(title=None if e.estimates else title, title_justify="left")
    table.add_column("nats per example" if e.estimates else "")
    headings = ("value", "± data", "± MC", "bias", "K", "flagged")
    for heading in headings if e.estimates else headings[:2]:
        table.add_column(heading, justify="right")
    for name, estimate in e.estimates.items():
        table.add_row(name, *_cells(estimate))
    table.add_section()
    table.add_row("active units", f"{sum(e.active)} of {len(e.active)}")
    errors = {"reconstruction RMSE": e.reconstruction,
              f"  PCA, {e.components} components": e.pca}  # fmt: skip
    for name, error in errors.items():
        table.add_row(name, f"{error.value:.4g}", f"{error.error:.2g}")
    if e.estimates:
        table.caption = _cost(e.estimates["log evidence"], e.seed)
        table.caption_justify = "left"
    return table


def _errors_of_columns(e: Evaluation) -> Table:
    title = "errors of reconstructions by column"
    table = Table(title=title, title_justify="left", caption_justify="left")
    for heading in ("column", "model", f"PCA, {e.components}", "in"):
        table.add_column(heading, justify="left" if heading in ("column", "in") else "right")
    for error in e.column_errors[:_COLUMNS]:
        table.add_row(escape(error.name), f"{error.value:.4g}", f"{error.pca:.4g}", error.units)
    more = len(e.column_errors) - _COLUMNS
    table.caption = (f"and {more:,} more, in the JSON; " if more > 0 else "") + (
        f"the reconstruction RMSE above is over all columns, in {e.ruler}"
    )
    return table


def _cells(e: Estimate) -> tuple[str, ...]:
    bias = f"{e.bias:+.3f}" if "k" in e.per_example or e.bias else ""
    flagged = "" if e.flagged is None else percent(e.flagged)
    return (f"[bold]{e.value:.3f}[/]", f"{e.data_error:.3f}", f"{e.mc_error:.3f}", bias,
            f"{e.samples:,}", flagged)  # fmt: skip


def _cost(evidence: Estimate, seed: int) -> str:
    text = f"log evidence: {evidence.method}, seed {seed}"
    if evidence.decodes:
        each = evidence.decodes / evidence.examples
        text += f"; {evidence.decodes:,} decodes, {each:,.0f} for an example"
    ways = [f"{count:,} {route}" for route, count in evidence.taken.items() if count]
    return text + (f"; examples by route: {', '.join(ways)}" if ways else "")


def _parts_of_rate(parts: RateParts) -> Text:
    named = ("mutual_information", "total_correlation", "dimension_wise_kl")
    words = ("mutual information", "total correlation", "dimension-wise KL")
    if parts.total_correlation is None:
        named, words = ("mutual_information", "marginal_kl"), ("mutual information", "marginal KL")
    terms = [f"{word} {parts.estimates[name].value:.2f} ± {parts.estimates[name].error:.2f}"
             for name, word in zip(named, words, strict=True)]  # fmt: skip
    text = f"rate {parts.rate.value:.2f} = {' + '.join(terms)}, on {parts.rate.examples} of "
    text += f"{parts.population:,} examples"
    if parts.saturated:
        text += (
            f"; the first is at its ceiling log N = {parts.ceiling:.2f}, so that the split says "
            "more about N than about the model"
        )
    return Text(text)


def _curve(curve: Curve) -> Table:
    title = f"bounds on log p(x), {curve.elbo.examples} examples"
    table = Table(title=title, title_justify="left")
    for heading in ("", "value", "± MC", "below the last", "flagged"):
        table.add_column(heading, justify="right" if heading else "left")
    rows = {"ELBO, K = 1": curve.elbo}
    rows |= {f"importance, K = {k:,}": curve.bounds[k] for k in SHOWN}
    rows |= {curve.reference.method: curve.reference}
    for name, e in rows.items():
        below = f"{curve.reference.value - e.value:.3f}" if e is not curve.reference else ""
        flagged = "" if e.flagged is None else percent(e.flagged)
        table.add_row(name, f"{e.value:.3f}", f"{e.mc_error:.3f}", below, flagged)
    return table


def _gap(gap: InferenceGap) -> Table:
    title = f"log p(x) - ELBO, {gap.total.examples} examples"
    table = Table(title=title, title_justify="left", caption_justify="left")
    for heading in ("nats per example", "value", "± data", "± MC"):
        table.add_column(heading, justify="right" if heading != "nats per example" else "left")
    rows = {"total": gap.total, "  posterior family": gap.family,
            "  amortisation": gap.amortisation}  # fmt: skip
    for name, e in rows.items():
        table.add_row(name, f"{e.value:.3f}", f"{e.data_error:.3f}", f"{e.mc_error:.3f}")
    table.caption = (
        f"best posteriors found in {gap.steps} steps, {percent(gap.converged)} of them converged"
    )
    return table


def _bidirectional(found: Bidirectional) -> Text:
    gap = found.gap
    return Text(
        f"on {gap.examples} examples simulated from the model, log p(x) is between "
        f"{found.lower.value:.3f} and {found.upper.value:.3f}; the gap, {gap.value:.3f} ± "
        f"{gap.mc_error:.3f} nats, bounds the error of annealing"
    )


def _diagnosis(diagnosis: Diagnosis) -> Group:
    lines: list[RenderableType] = []
    for severity in (Severity.PROBLEM, Severity.LOOK):
        for finding in diagnosis.of(severity):
            head = Text.assemble(
                (f"{severity}: {finding.about}. ", f"bold {_COLOURS[severity]}"), finding.found
            )
            lines += [head, Padding(Text(finding.advice, "italic"), (0, 0, 0, 2))]
    good = ", ".join(finding.about for finding in diagnosis.of(Severity.GOOD))
    if good:
        lines.append(Text.assemble(("good: ", f"bold {_COLOURS[Severity.GOOD]}"), good))
    return Group(*lines)
