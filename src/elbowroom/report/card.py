"""The model card: what somebody who is handed the model needs to know, in Markdown."""

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from elbowroom.files import write_whole
from elbowroom.references import references_of
from elbowroom.report.material import Material
from elbowroom.report.page.making import objective_of, training_in_words
from elbowroom.report.words import data_in_words, error_text, quantity, share, summary

if TYPE_CHECKING:
    from elbowroom.run import Run


def write_card(run: "Run") -> Path:
    """Write `MODEL_CARD.md` to a run's folder.

    Args:
        run: The run.

    Returns:
        The card.

    Raises:
        RunError: If the run's data are not to be had.
        ElbowroomError: If the folder cannot be written.
    """
    target = run.path / "MODEL_CARD.md"
    write_whole(target, card(Material(run)))
    return target


def card(material: Material) -> str:
    """Return the model card as Markdown."""
    blocks = [
        f"# {text(material.run.name)}",
        text(summary(material)),
        *_made(material),
        *_numbers(material),
        *_limits(material),
        *_use(material),
        *_papers(material),
    ]
    return "\n\n".join(blocks) + "\n"


def text(content: object) -> str:
    r"""Return text in which Markdown and HTML find nothing to interpret.

    Example:
        >>> print(text("a|b <script> *c*"))
        a\|b &lt;script&gt; \*c\*
    """
    one_line = " ".join(str(content).split()).replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*_\[\]|#~!])", r"\\\1", one_line.replace(">", "&gt;"))


def code(content: object) -> str:
    """Return text as code in a line, whatever backticks it holds.

    Example:
        >>> print(code("a`b"))
        `` a`b ``
    """
    one_line = " ".join(str(content).split())
    runs = [len(found) for found in re.findall("`+", one_line)]
    fence = "`" * (max(runs, default=0) + 1)
    return f"{fence} {one_line} {fence}" if runs else f"`{one_line}`"


def _table(headings: list[str], rows: list[list[str]]) -> str:
    lines = [headings, ["---", *["---:"] * (len(headings) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _made(material: Material) -> list[str]:
    run = material.run
    facts = run.facts
    end = next((line for line in run.log if line["event"] == "outcome"), None)
    splits = ", ".join(f"{name} {count:,}" for name, count in facts["splits"].items())
    rows = [
        ["data", f"{text(facts['name'])}: {data_in_words(facts)} to learn from ({splits})"],
        ["digest of the data (SHA-256)", code(facts["digest"] or "not taken: too large")],
        ["preprocessing", code(repr(run.preprocessing))],
        ["model", code(repr(run.model))],
        ["minimised, in nats per example", code(objective_of(material))],
        ["seed", str(run.config.training.seed)],
        ["training", "unknown" if end is None else text(training_in_words(end))],
    ]
    return ["## What it is", _table(["", ""], rows).replace("---:", "---", 1)]


def _numbers(material: Material) -> list[str]:
    result = material.evaluation
    if not result:
        command = code(f"elbowroom evaluate {shlex.quote(str(material.run.path))}")
        return ["## Numbers", f"Not measured yet: {command}"]
    rows = [
        [
            text(number["name"]),
            quantity(number["value"], number["data_error"], alone=True),
            error_text(number["data_error"]),
            error_text(number["mc_error"]) if "mc_error" in number else "–",
            text(number["units"]),
            f"{number['samples']:,}" if "samples" in number else "–",
            share(number["flagged"]) if number.get("flagged") is not None else "–",
        ]
        for number in result["numbers"]
    ]
    headings = ["per example", "value", "data error", "Monte Carlo error", "units", "K", "flagged"]
    intro = (
        f"Means over {result['examples']:,} {text(result['split'])} examples, seed "
        f"{result['seed']}. Errors are one standard error: over examples, and over random codes. "
        "'flagged' is the share of examples for which Pareto k says that K codes are too few."
    )
    used = f"Latent units in use: {material.active.sum()} of {material.latent}."
    return ["## Numbers", intro, _table(headings, rows), used]


def _limits(material: Material) -> list[str]:
    notes = list(material.evaluation.get("notes", ()))
    general = (
        "The numbers hold for data from the same source as the test examples, preprocessed as "
        "above. Scores of other data, a low one included, say little about whether these are "
        "unusual.",
        "What the model makes resembles its training examples, with whatever is one-sided or "
        "private in them.",
    )
    return ["## Limits", "\n".join(f"- {text(note)}" for note in (*notes, *general))]


def _use(material: Material) -> list[str]:
    path = material.run.path
    python = (
        "from elbowroom import Run\nfrom elbowroom.experiment import model_of\n\n"
        f"run = Run.load({str(path)!r})\n"
        'data = run.dataset("test").subset(range(10))\n'
        "x = run.preprocessing(data.take(torch.arange(10)))\n"
        "model = model_of(run, data)  # given the labels of the data, if it is conditional\n"
        "codes = model.joined(level.z[0] for level in model.centred(x))  # (10, units)\n"
        "made = run.preprocessing.inverse(model.generate(given=model.apart(codes)).px.mean)"
    )
    shell = "\n".join(
        f"elbowroom {command} {shlex.quote(str(path))}{rest}"
        for command, rest in (
            ("encode", " --out codes.csv"),
            ("sample", " --out samples.npy"),
            ("evaluate", ""),
        )
    )
    return [
        "## How to use it",
        f"```python\nimport torch\n\n{python}\n```",
        f"```sh\n{shell}\n```",
        "Loading the folder runs no code from it.",
    ]


def _papers(material: Material) -> list[str]:
    papers = references_of(material.run.config.plain())
    purposes = "\n".join(f"- {paper.short}: {paper.purpose}" for paper in papers)
    entries = "\n\n".join(paper.bibtex for paper in papers)
    return ["## Methods", purposes, f"```bibtex\n{entries}\n```"]
