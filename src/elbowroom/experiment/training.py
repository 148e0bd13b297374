"""From a configuration to a run folder."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from elbowroom.assembly import (
    build_model,
    check_same_data,
    choose,
    data_facts,
    evenly,
    in_full,
    labels_of,
    prepare,
    read_splits,
)
from elbowroom.config import Config
from elbowroom.data import Labelling, Preprocessing, Splits
from elbowroom.devices import device_for
from elbowroom.errors import ConfigError, DivergedError, InterruptedRunError
from elbowroom.experiment.starting import start_from
from elbowroom.experiment.unit_rates import UnitRates
from elbowroom.files import write_whole
from elbowroom.models import LatentModel
from elbowroom.objectives import Objective
from elbowroom.objectives.recipe_context import recipe_context
from elbowroom.run import Run, facts_of
from elbowroom.training import Observer, Outcome, fit
from elbowroom.training.feed import Feed
from elbowroom.training.log import JsonLog
from elbowroom.training.progress import ProgressBar
from elbowroom.training.settings import Plan, Training
from elbowroom.training.trackers import tracker_for


@dataclass(frozen=True)
class Assembly:
    """Everything that training needs, built from a configuration.

    Attributes:
        config: The configuration with every choice written down.
        splits: Training, validation and test data.
        preprocessing: From raw data to the model, fitted on the training data.
        model: The untrained model.
        objective: What training minimises.
        labelling: What the labels are to a conditional model.
    """

    config: Config
    splits: Splits
    preprocessing: Preprocessing
    model: LatentModel
    objective: Objective
    labelling: Labelling | None = None

    @property
    def settings(self) -> Training:
        """The options of the training loop."""
        return Training(**self.config.plain()["training"])


def assemble(config: Config, data: Any = None) -> Assembly:
    """Load the data, choose what was left open, build everything and check that it fits.

    Args:
        config: The configuration.
        data: Data in memory, in place of the configuration's source.

    Raises:
        ConfigError: If an option is out of range.
        IncompatibleError: If the parts do not go together.
        DataError: If the data cannot be used.
    """
    splits = read_splits(config, data)
    settings = Training(**config.plain()["training"])
    Plan.of(settings, len(splits.train))
    device_for(settings.device)
    config, preprocessing = prepare(in_full(config, data), splits.train)
    config = choose(config, preprocessing.out, splits.train.kind)
    labelling = labels_of(config, splits)
    with torch.random.fork_rng():
        torch.manual_seed(config.training.seed)
        model = build_model(config, preprocessing.out, labelling)
        objective = config.build("objective", recipe_context(preprocessing.out, len(splits.train)))
        objective.check(model)
        for part in splits.parts().values():
            Feed(part, preprocessing, torch.device("cpu"), 1).check(model.likelihood)
        model.start_at(preprocessing(evenly(splits.train, 10_000)))
        if settings.start_from:
            start_from(model, settings.start_from, hold=settings.hold_start)
    return Assembly(config, splits, preprocessing, model, objective, labelling)


def train(
    config: Config,
    folder: str | Path,
    *,
    data: Any = None,
    resume: bool = False,
    quiet: bool = False,
    trust: bool = False,
    observers: Sequence[Observer] = (),
) -> Run:
    """Train what a configuration describes and write a run folder.

    Args:
        config: The configuration; what it leaves open is chosen for the data.
        folder: The folder to write: a new or empty one.
        data: Data in memory, in place of the configuration's source.
        resume: Go on where the run in the folder stopped.
        quiet: Show no progress.
        trust: Allow the folder to name classes outside Elbowroom, on opening it at the end.
        observers: Called with every event of the training.

    Returns:
        The run, opened from its folder.

    Raises:
        ConfigError: If the folder is taken, or an option out of range.
        DataError: If the data cannot be used.
        DivergedError: If the loss is not finite; the last good weights are in the folder.
        InterruptedRunError: If Ctrl-C ended it; everything is in the folder.
    """
    folder = Path(folder)
    _check_free(folder, resume)
    made = assemble(config, data)
    if resume:
        check_same_data(facts_of(folder), made.splits, made.config)
    else:
        _open_folder(folder, made, in_memory=data is not None)
    run = Run(folder, made.config, made.model, made.preprocessing, facts_of(folder), made.splits)
    checkpoint = folder / "state.pt"
    try:
        outcome = fit(
            made.model,
            made.objective,
            made.splits.train,
            made.splits.validation,
            preprocessing=made.preprocessing,
            settings=made.settings,
            observers=[
                JsonLog(folder / "log.jsonl"),
                UnitRates(folder, made.model, made.preprocessing, made.splits, made.labelling),
                *_watchers(made, folder, quiet),
                *observers,
            ],
            checkpoint=checkpoint,
            resume=resume and checkpoint.is_file(),
            labelling=made.labelling,
        )
    except DivergedError:
        run.save()
        raise
    run.save()
    _report_interruption(outcome, folder)
    return run


def _check_free(folder: Path, resume: bool) -> None:
    if resume:
        if not (folder / "config.toml").is_file():
            raise ConfigError(f"there is no run to resume in '{folder}': it has no config.toml")
    elif folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(
            f"'{folder}' exists already: choose another --out, or continue that run with "
            f"elbowroom train --resume --out {folder}"
        )


def _open_folder(folder: Path, made: Assembly, *, in_memory: bool) -> None:
    facts = data_facts(made.splits, made.config, in_memory=in_memory)
    write_whole(folder / "data.json", json.dumps(facts, indent=2) + "\n")
    made.config.write(folder / "config.toml")  # last: a folder with it can be resumed


def _watchers(made: Assembly, folder: Path, quiet: bool) -> list[Observer]:
    """Return the progress bar, where there is a terminal to show it, and the tracker asked for."""
    bar = [] if quiet or not sys.stderr.isatty() else [ProgressBar()]
    tracker = tracker_for(made.settings.tracker, folder, made.config.to_dict())
    return [*bar, *([tracker] if tracker else [])]


def _report_interruption(outcome: Outcome, folder: Path) -> None:
    if outcome.reason == "interrupted":
        raise InterruptedRunError(
            f"stopped by Ctrl-C in epoch {outcome.epoch + 1} after {outcome.step} steps. Weights "
            f"and state are in '{folder}'; go on with: elbowroom train --resume --out {folder}"
        )
