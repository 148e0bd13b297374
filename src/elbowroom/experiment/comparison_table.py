"""A comparison on the terminal: a row for each run, then the differences, then the refusals."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from elbowroom.experiment.comparison import Comparison, Difference
from elbowroom.experiment.evaluation import Evaluation
from elbowroom.experiment.evaluation_table import percent


def layout(comparison: Comparison) -> Group:
    """Return a comparison for the terminal."""
    return Group(*_blocks(comparison))


def _blocks(comparison: Comparison) -> Iterator[RenderableType]:
    yield _runs(comparison)
    if comparison.differences:
        yield ""
        yield _differences(comparison)
    if any(len(group) > 2 for group in comparison.groups):
        yield Text(
            "The best of several looks better than it is: its number is picked for being high.",
            "dim",
        )
    if comparison.refusals or comparison.doubts:
        yield ""
    for sentence in (*comparison.doubts, *comparison.refusals):
        yield Text(sentence, "yellow")


def _runs(comparison: Comparison) -> Table:
    first = comparison.evaluations[0]
    counts = {evaluation.examples for evaluation in comparison.evaluations}
    count = f"{first.examples:,} " if len(counts) == 1 else ""
    title = f"{count}{first.split} examples, seed {first.seed}; nats per example"
    table = Table(title=title, title_justify="left", collapse_padding=True, pad_edge=False)
    table.add_column("run", overflow="fold")
    for heading in ("log p(x)", "± data", "± MC", "flagged", "distortion", "rate", "bits/dim",
                    "active"):  # fmt: skip
        table.add_column(heading, justify="right")
    for group in comparison.groups:
        for evaluation in group:
            table.add_row(escape(evaluation.run), *_cells(evaluation))
        table.add_section()
    return table


def _cells(evaluation: Evaluation) -> Iterator[str]:
    active = f"{sum(evaluation.active)}/{len(evaluation.active)}"
    if "log evidence" not in evaluation.estimates:
        yield from ("-", "", "", "", "", "", "", active)
        return
    evidence = evaluation.estimates["log evidence"]
    yield f"[bold]{evidence.value:.2f}[/]"
    yield f"{evidence.data_error:.2f}"
    yield f"{evidence.mc_error:.3f}"
    yield "" if evidence.flagged is None else percent(evidence.flagged)
    for name in ("distortion", "rate"):
        yield f"{evaluation.estimates[name].value:.2f}"
    yield "" if evidence.bits_per_dimension is None else f"{evidence.bits_per_dimension:.3f}"
    yield active


def _differences(comparison: Comparison) -> Table:
    title = "paired differences of log p(x), nats per example"
    table = Table(title=title, title_justify="left", collapse_padding=True, pad_edge=False)
    table.add_column("", overflow="fold")
    for heading in ("difference", "± data", "± MC", "probability > 0"):
        table.add_column(heading, justify="right")
    for d in comparison.differences:
        table.add_row(
            escape(f"{d.first} - {d.second}"), f"[bold]{d.value:+.3f}[/]", f"{d.data_error:.3f}",
            f"{d.mc_error:.3f}", _probable(d),
        )  # fmt: skip
    return table


def _probable(difference: Difference) -> str:
    """Return the probability without pretending to know that it is 1.

    The normal law is not to be trusted so far out in its tails.
    """
    p = difference.probability
    return "> 0.999" if p > 0.999 else "< 0.001" if p < 0.001 else f"{p:.3f}"
