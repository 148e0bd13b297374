"""What a report is made from: examples of a run, their codes, and what becomes of them."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from elbowroom.data import Dataset
from elbowroom.distributions import Ability
from elbowroom.experiment.unit_rates import history_of
from elbowroom.metrics import (
    PCABaseline,
    ReconstructionError,
    active_units,
    posterior_means,
    rate_per_unit_if_any,
)
from elbowroom.models import LatentModel
from elbowroom.report.latent_units import LatentUnits
from elbowroom.report.looks import Look, look_for
from elbowroom.using.labelled import labels_to_make, model_given, model_of

if TYPE_CHECKING:
    from elbowroom.run import Run

_MOST_EXAMPLES = 5_000
_MOST_VALUES = 40_000_000
_SEED = 0


class Material:
    """Everything that the figures of a report show, computed when it is first asked for.

    Args:
        run: The run.

    Attributes:
        split: The examples shown: the test set, or the best there is.
        data: These examples, at most 5,000, evenly spaced.
    """

    def __init__(self, run: "Run") -> None:
        self.run = run
        splits = run.facts["splits"]
        self.split = next(name for name in ("test", "validation", "train") if name in splits)
        self.data = _some(run.dataset(self.split))

    @property
    def probabilistic(self) -> bool:
        """Whether the posterior has a density, so that there are a rate and an evidence."""
        return Ability.DENSITY in self.run.model.abilities

    @property
    def latent(self) -> int:
        """Number of latent units, of all levels together."""
        return self.codes.shape[1]

    @cached_property
    def units(self) -> LatentUnits:
        """The latent units of all levels."""
        return LatentUnits(self.model)

    @cached_property
    def model(self) -> LatentModel:
        """The model of the examples shown: given their labels, if it is conditional."""
        return model_of(self.run, self.data)

    @cached_property
    def conditions(self) -> np.ndarray | None:
        """What a conditional model is given with each of the examples, (N, c)."""
        if self.run.labelling is None:
            return None
        return self.run.labelling.encode(self.run.labelling.read(self.data)).numpy()

    @cached_property
    def inputs(self) -> Tensor:
        """The examples as the model sees them, (N, *shape)."""
        return self._seen(self.data)

    @cached_property
    def originals(self) -> np.ndarray:
        """The examples as the model sees them, in raw units, (N, *shape)."""
        return self._raw(self.inputs)

    @cached_property
    def train(self) -> np.ndarray:
        """Training examples as the model sees them, in raw units."""
        return self._raw(self._seen(_some(self.run.dataset("train"))))

    @cached_property
    def look(self) -> Look:
        """How the examples are shown."""
        return look_for(self.data, self.train)

    @cached_property
    def codes(self) -> np.ndarray:
        """Means of q(z|x), (N, latent); several levels stand side by side, top first."""
        with _seeded():
            return posterior_means(self.model, self.inputs).numpy()

    @cached_property
    def reconstructions(self) -> np.ndarray:
        """What the model makes of the codes, (N, *shape)."""
        return self.decode(self.codes, self.conditions)

    @cached_property
    def rates(self) -> np.ndarray | None:
        """Rate of each unit in nats per example, or None where it has no meaning."""
        if units := self.evaluation.get("units"):
            return np.array([unit["rate"] for unit in units]) if "rate" in units[0] else None
        with _seeded():
            rates = rate_per_unit_if_any(self.model, self.inputs)
        return None if rates is None else rates.numpy()

    @cached_property
    def active(self) -> np.ndarray:
        """Which units are active, (latent,)."""
        if units := self.evaluation.get("units"):
            return np.array([unit["active"] for unit in units])
        if len(self.codes) < 2:
            return np.ones(self.latent, dtype=bool)
        return active_units(torch.from_numpy(self.codes)).numpy()

    @cached_property
    def by_use(self) -> list[int]:
        """The active units, the most used first (all units where none is active)."""
        use = self.codes.var(0) if self.rates is None else self.rates
        order = np.argsort(-use, kind="stable")
        return [int(unit) for unit in order if self.active[unit]] or [int(u) for u in order]

    @cached_property
    def pca(self) -> PCABaseline:
        """Principal components of the training examples, as many as x is decoded from."""
        train = self.look.comparable(self.train)
        return PCABaseline(torch.from_numpy(train), self.run.model.latent, seed=_SEED)

    @cached_property
    def pca_codes(self) -> np.ndarray:
        """The examples' coordinates along the principal components, (N, components)."""
        return self.pca.encode(self._comparable(self.originals))

    @cached_property
    def errors(self) -> dict[str, ReconstructionError]:
        """Reconstruction error of the model and of PCA, in the look's units."""
        originals = self._comparable(self.originals)
        return {
            "VAE": ReconstructionError.between(originals, self._comparable(self.reconstructions)),
            "PCA": self.pca.error(originals),
        }

    @cached_property
    def evaluation(self) -> Mapping[str, Any]:
        """What `evaluate` measured on the split shown, else on another one, else nothing."""
        results = self.run.results
        names = [f"evaluate-{split}" for split in (self.split, "test", "validation", "train")]
        return next((results[name] for name in names if name in results), {})

    @cached_property
    def numbers_of_examples(self) -> Mapping[str, np.ndarray]:
        """The numbers of each example evaluated, by column; nothing where there are none."""
        return self.arrays("evaluate") if self.estimate("log evidence") else {}

    @cached_property
    def unit_history(self) -> np.ndarray | None:
        """Rate of each unit after each epoch, (epochs, latent), where it was watched."""
        history = history_of(self.run)
        return None if history is None else history.numpy()

    def arrays(self, name: str) -> dict[str, np.ndarray]:
        """Return the arrays that `evaluate` kept beside its numbers under a name."""
        path = self.run.path / "results" / f"{name}-{self.evaluation.get('split')}.npz"
        if not path.is_file():
            return {}
        with np.load(path, allow_pickle=False) as kept:
            return dict(kept)

    def evaluated(self, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return examples that were evaluated, by their place in the data, and reconstructions.

        Args:
            ids: Places in the data, (n,).

        Returns:
            Both (n, *shape), in raw units.
        """
        data = self.run.dataset(self.evaluation["split"])
        places = {int(number): place for place, number in enumerate(data.root_positions)}
        chosen = data.subset([places[int(number)] for number in ids])
        inputs, model = self._seen(chosen), model_of(self.run, chosen)
        with _seeded():
            codes = posterior_means(model, inputs).numpy()
        return self._raw(inputs), self._decoded(model, codes)

    def estimate(self, name: str) -> Mapping[str, Any] | None:
        """Return a number of the evaluation, such as 'log evidence'."""
        numbers = self.evaluation.get("numbers", ())
        return next((number for number in numbers if number["name"] == name), None)

    def pca_reconstructions(self, chosen: np.ndarray) -> np.ndarray:
        """Return what PCA makes of some of the examples, in raw units."""
        made = self.pca.reconstruct(self._comparable(self.originals[chosen])).numpy()
        return self.look.from_comparable(made)

    def prior(self) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and standard deviation of each unit under the prior, (latent,) both."""
        with _seeded():
            return self.units.prior()

    def decode(self, codes: np.ndarray, conditions: np.ndarray | None = None) -> np.ndarray:
        """Return means of p(x|z), (..., *shape), in raw units.

        Args:
            codes: Codes, (..., latent).
            conditions: What a conditional model is given with them, (..., c), broadcast.
        """
        if conditions is None:
            return self._decoded(self.run.model, codes)
        full = np.broadcast_to(conditions, (*codes.shape[:-1], conditions.shape[-1]))
        given = torch.tensor(full, dtype=torch.float32).reshape(-1, conditions.shape[-1])
        return self._decoded(self.run.model.given(given.to(self._device)), codes)

    def _decoded(self, model: LatentModel, codes: np.ndarray) -> np.ndarray:
        flat = torch.as_tensor(codes, dtype=torch.float32).reshape(-1, codes.shape[-1])
        with torch.inference_mode():
            parts = [
                self._raw(here.generate(given=self.units.apart(part)).px.mean)
                for here, part in model.divided(flat, 1024)
            ]
        made = np.concatenate(parts)
        return made.reshape(*codes.shape[:-1], *made.shape[1:])

    def samples(self, count: int) -> np.ndarray:
        """Return examples made from codes drawn from the prior, (count, *shape), in raw units."""
        model = model_given(self.run, labels_to_make(self.run, count, seed=_SEED))
        with _seeded(), torch.inference_mode():
            px = model.generate((count,)).px
            return self._raw(px.sample() if self.look.draws else px.mean)

    def varied(self, count: int) -> np.ndarray:
        """Return positions of examples, one of each class in turn where there are classes."""
        everything = np.arange(len(self.data))
        if self.data.labels is None or self.data.label_names is None:
            return np.unique(np.linspace(0, len(everything) - 1, count).astype(int))
        labels = self.data.labels
        turn = np.zeros(len(labels), dtype=int)
        for label in np.unique(labels):
            turn[labels == label] = np.arange((labels == label).sum())
        return np.lexsort((labels, turn))[:count]

    def _seen(self, data: Dataset) -> Tensor:
        rows = data.take(torch.arange(len(data)))
        with _seeded(), torch.inference_mode():
            return self.run.preprocessing(rows.to(self._device))

    def _raw(self, x: Tensor) -> np.ndarray:
        with torch.inference_mode():
            return self.run.preprocessing.inverse(x).float().cpu().numpy()

    def _comparable(self, examples: np.ndarray) -> Tensor:
        return torch.from_numpy(self.look.comparable(examples))

    @property
    def _device(self) -> torch.device:
        return self.run.device


@contextmanager
def _seeded() -> Generator[None]:
    """Draw the same numbers every time, and leave the global random state as it was."""
    with torch.random.fork_rng():
        torch.manual_seed(_SEED)
        yield


def _some(data: Dataset) -> Dataset:
    """Return evenly spaced examples: as many as fit on a map and in memory."""
    most = min(_MOST_EXAMPLES, max(_MOST_VALUES // prod(data.shape), 16))
    if len(data) <= most:
        return data
    return data.subset(torch.linspace(0, len(data) - 1, most).long())
