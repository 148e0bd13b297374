"""A run folder: what was asked for, what was learned, what it is worth.

    config.toml         everything that the run was made from
    data.json           what the data were: name, shape, sizes of the splits, digests
    model.safetensors   weights of the model and of the preprocessing, with a format version
    state.pt            what an unfinished run resumes from: tensors and plain values
    log.jsonl           one line for each epoch
    results/            what was measured, as JSON
    figures/, report.html, MODEL_CARD.md

Nothing in a run folder is code and nothing in it is executed: classes named in a configuration
must be Elbowroom's own, unless the person who loads it says that the folder is to be trusted.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from rich.markup import escape
from rich.table import Table
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from elbowroom.assembly import build_model, check_same_data, read_splits
from elbowroom.config import Config
from elbowroom.data import Dataset, Domain, Labelling, Preprocessing, Splits, labels_from
from elbowroom.devices import device_for
from elbowroom.errors import ConfigError, RunError
from elbowroom.files import write_whole
from elbowroom.models import LatentModel

FORMAT = 1
"""Version of the run folder that this package reads and writes."""


@dataclass(eq=False)
class Run:
    """A trained model with everything around it.

    Attributes:
        path: The run folder.
        config: What it was made from.
        model: The model, in evaluation mode.
        preprocessing: From raw data to the model and back.
        facts: What the data were.

    Example:
        >>> run = Run.load("runs/demo")  # doctest: +SKIP
        >>> codes = run.model(run.preprocessing(images)).q.mean  # doctest: +SKIP
    """

    path: Path
    config: Config
    model: LatentModel
    preprocessing: Preprocessing
    facts: dict[str, Any]
    _splits: Splits | None = field(default=None, repr=False)

    @classmethod
    def load(
        cls, path: str | Path, *, trust: bool = False, device: str = "cpu", data: Any = None
    ) -> "Run":
        """Open a run folder.

        Args:
            path: The folder.
            trust: Allow its configuration to name classes outside Elbowroom, whose code then runs.
            device: Where to put the model.
            data: The data in memory that it was made from, if it was.

        Raises:
            DataError: If the data given are not those that the run was made from.
            RunError: If it is not a run folder, an unfinished one, or of a newer version.
            DeviceError: If the device does not exist.
        """
        path = Path(path)
        config = Config.from_toml(_config_of(path), trust=trust)
        tensors, facts = _weights_of(path), facts_of(path)
        steps = config.build("data.preprocessing", {})
        try:
            preprocessing = Preprocessing(steps)
            preprocessing.load_state_dict(_under("preprocessing.", tensors))
            if preprocessing.out is None:
                raise KeyError("preprocessing")
            model = build_model(config, preprocessing.out, labels_from(facts.get("labelling")))
            model.load_state_dict(_under("model.", tensors))
        except (KeyError, RuntimeError) as error:
            raise RunError(
                f"the weights in '{path}' do not fit its config.toml: one of the two was changed "
                f"({error})"
            ) from error
        where = device_for(device)
        splits = None if data is None else read_splits(config, data)
        if splits:
            check_same_data(facts, splits, config)
        return cls(path, config, model.to(where).eval(), preprocessing.to(where), facts, splits)

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.path.resolve().name

    @property
    def domain(self) -> Domain:
        """The possible values of the raw data."""
        if self.preprocessing.domain is None:
            raise RunError("the preprocessing of this run was never given data")
        return self.preprocessing.domain

    @property
    def labelling(self) -> Labelling | None:
        """What labels are to the model, if it is conditional."""
        return labels_from(self.facts.get("labelling"))

    @property
    def device(self) -> torch.device:
        """Where the model is."""
        return next(self.model.parameters()).device

    @property
    def log(self) -> list[dict[str, Any]]:
        """One entry for each epoch, and the outcome."""
        return read_lines(self.path / "log.jsonl")

    @property
    def results(self) -> dict[str, dict[str, Any]]:
        """What was measured, by name of the file in results/."""
        files = sorted((self.path / "results").glob("*.json"))
        return {file.stem: json.loads(file.read_text()) for file in files}

    def dataset(self, split: str = "test") -> Dataset:
        """Return the examples of a split: 'train', 'validation' or 'test'.

        Raises:
            RunError: If the run was made from data in memory and these are gone.
            DataError: If the data are no longer those that the run was made from.
            ConfigError: If there is no such split.
        """
        self._splits = self._splits or self._read_splits()
        parts = self._splits.parts()
        if split not in parts:
            raise ConfigError(
                f"the run '{self.name}' has no {split} examples; it has: {', '.join(parts)}"
            )
        return parts[split]

    def save(self) -> None:
        """Write the weights, whole or not at all."""
        tensors = {
            f"{prefix}.{name}": value.detach().cpu().contiguous()
            for prefix, module in (("model", self.model), ("preprocessing", self.preprocessing))
            for name, value in module.state_dict().items()
        }
        # As bytes: safetensors' own writer makes files that only their owner can read.
        content = save(tensors, metadata={"elbowroom": str(FORMAT)})
        write_whole(self.path / "model.safetensors", content)

    def write_result(self, name: str, content: dict[str, Any]) -> Path:
        """Write a result as JSON, whole or not at all."""
        path = self.path / "results" / f"{name}.json"
        write_whole(path, json.dumps(content, indent=2) + "\n")
        return path

    def table(self) -> Table:
        """Return what was made, and what to do with it, for the terminal."""
        table = Table(title=escape(str(self.path)), title_justify="left", show_header=False)
        for name, text in {
            "data": f"{self.facts['name']}, "
            + ", ".join(f"{count:,} {split}" for split, count in self.facts["splits"].items()),
            "model": repr(self.model),
            "training": _ending(self.log),
            "next": f"elbowroom evaluate {self.path}\nelbowroom report {self.path}",
        }.items():
            table.add_row(f"[bold]{name}", escape(text))
        return table

    def to_dict(self) -> dict[str, Any]:
        """Return where the run is and how its training ended, for JSON."""
        ending = self.log[-1] if self.log else {}
        return {"path": str(self.path), "data": self.facts, "outcome": ending}

    def _read_splits(self) -> Splits:
        if self.facts["in_memory"]:
            raise RunError(
                f"the run '{self.name}' was made from data in memory "
                f"({self.config.data.source}), which are not in the folder: open it with "
                "Run.load(path, data=...), or use the run that train returned"
            )
        splits = read_splits(self.config)
        check_same_data(self.facts, splits, self.config)
        return splits

    def __repr__(self) -> str:
        return f"Run('{self.path}': {self.model!r} of {self.facts['name']})"


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a log; a last line that a kill cut short is left out."""
    lines = []
    for text in path.read_text().splitlines() if path.is_file() else ():
        try:
            lines.append(json.loads(text))
        except json.JSONDecodeError:
            break
    return lines


def _ending(log: list[dict[str, Any]]) -> str:
    if not log or log[-1]["event"] != "outcome":
        return "not ended"
    end = log[-1]
    text = f"{end['reason']} after {end['epoch']} epochs ({end['step']:,} steps, "
    text += f"{end['seconds']:.0f} s)"
    if end["best_score"] is None:
        return text
    return (
        f"{text}; weights of epoch {end['best_epoch']}, whose validation loss was lowest: "
        f"{end['best_score']:.2f} nats per example"
    )


def _config_of(path: Path) -> Path:
    if not path.is_dir():
        raise RunError(f"there is no run folder at '{path}'")
    if not (path / "config.toml").is_file():
        raise RunError(f"'{path}' is not a run folder: it has no config.toml")
    return path / "config.toml"


def facts_of(path: Path) -> dict[str, Any]:
    """Return what the data of a run were.

    Raises:
        RunError: If the folder does not say.
    """
    try:
        return json.loads((path / "data.json").read_text())
    except (OSError, json.JSONDecodeError) as error:
        raise RunError(f"the run '{path}' is incomplete: data.json cannot be read") from error


def model_weights(path: Path) -> dict[str, Tensor]:
    """Return the weights of a run's model by name, without building the model.

    Raises:
        RunError: If it is not a run folder, or an unfinished one.
    """
    _config_of(path)
    return _under("model.", _weights_of(path))


def _weights_of(path: Path) -> dict[str, Tensor]:
    file = path / "model.safetensors"
    if not file.is_file():
        raise RunError(
            f"the run '{path}' is incomplete: it has no model.safetensors, so its training has "
            f"not ended. Go on with: elbowroom train --resume --out {path}"
        )
    try:
        with safe_open(file, "pt") as content:
            metadata = content.metadata() or {}
            # The file is no mapping: it has keys(), but it cannot be iterated over.
            tensors = {name: content.get_tensor(name) for name in content.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise RunError(f"'{file}' is damaged or not a weights file ({error})") from error
    # One key: safetensors writes several in no fixed order, and equal runs shall be equal files.
    if not metadata.get("elbowroom", "").isdecimal():
        raise RunError(f"'{file}' was not written by Elbowroom")
    if int(metadata["elbowroom"]) > FORMAT:
        raise RunError(
            f"'{file}' has format version {metadata['elbowroom']}, this Elbowroom reads up to "
            f"{FORMAT}: pip install --upgrade elbowroom"
        )
    return tensors


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}


__all__ = ["FORMAT", "Run", "facts_of", "model_weights", "read_lines"]
