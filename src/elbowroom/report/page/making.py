"""How a run was made, and how to make it again."""

import platform
import shlex

import torch

from elbowroom import __version__
from elbowroom.distributions import Measure
from elbowroom.experiment import trained_with
from elbowroom.references import references_of
from elbowroom.report import figures
from elbowroom.report.material import Material
from elbowroom.report.page.html import joined, tag
from elbowroom.report.page.numbers import facts
from elbowroom.report.page.pictures import drawn
from elbowroom.report.page.section import Plate, Section
from elbowroom.report.words import counted, data_in_words, duration


def learning(material: Material) -> Section | None:
    """Return the learning curves, where there is more than one epoch."""
    epochs = [line for line in material.run.log if line["event"] == "epoch"]
    if len(epochs) < 2:
        return None
    parts = " ELBO = −(distortion + rate)." if material.variational else ""
    units = (
        " They are in the units that the model sees; the evidence is in those of the data."
        if material.run.model.likelihood.measure is not Measure.COUNTING
        else ""
    )
    caption = (
        f"Each term of the objective, as a sum over the values of an example and a mean over "
        f"examples.{parts} Validation examples are not learned from; where validation turns while "
        f"training goes on, the model learns its training examples by heart.{units}"
    )
    curves = Plate("learning-curves", figures.learning_curves(epochs), caption)
    return Section("How it learned", [curves, *drawn(material, "regime")])


def making(material: Material) -> Section:
    """Return what the run was made from, and the commands that make it again."""
    run = material.run
    end = next((line for line in run.log if line["event"] == "outcome"), None)
    splits = ", ".join(f"{name} {count:,}" for name, count in run.facts["splits"].items())
    listed: dict[str, object] = {
        "data": f"{run.facts['name']}: {data_in_words(run.facts)} to learn from ({splits})",
        "digest of the data": tag("code", run.facts["digest"] or "not taken: too large"),
        "model": tag("code", repr(run.model)),
        "minimised": tag("code", objective_of(material)),
        "seed": run.config.training.seed,
        "training": "unknown" if end is None else training_in_words(end),
        "report written with": (
            f"elbowroom {__version__}, torch {torch.__version__}, "
            f"Python {platform.python_version()}"
        ),
        "papers": "; ".join(
            f"{paper.short} for {paper.purpose}" for paper in references_of(run.config.plain())
        ),
    }
    commands = "\n".join(commands_for(material))
    config = run.config.to_toml().strip()
    return Section(
        "How it was made",
        [
            facts(listed),
            joined(tag("h3", "Make it again"), tag("pre", commands)),
            joined(tag("h3", "config.toml"), tag("pre", config, class_="config")),
        ],
    )


def objective_of(material: Material) -> str:
    """Return the objective as an expression over costs."""
    return repr(trained_with.objective_of(material.run))


def training_in_words(outcome: dict) -> str:
    """Say how training ended."""
    kept = f", weights of epoch {outcome['best_epoch']} kept"
    return (
        f"{outcome['reason']} after {counted(outcome['epoch'], 'epoch')} "
        f"({counted(outcome['step'], 'step')}) in {duration(outcome['seconds'])}{kept}"
    )


def commands_for(material: Material) -> list[str]:
    """Return the commands that make and judge a run like this one."""
    path = shlex.quote(str(material.run.path))
    return [
        f"elbowroom train --config {path}/config.toml --out {path}-again",
        f"elbowroom evaluate {path}-again",
        f"elbowroom report {path}-again",
    ]
