"""What a report is made from: examples of a run, their codes, and what becomes of them."""

from collections.abc import Generator
from contextlib import contextmanager
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from elbowroom.data import Dataset
from elbowroom.distributions import Ability
from elbowroom.experiment.held import codes_were_held
from elbowroom.metrics import (
    PCABaseline,
    ReconstructionError,
    Representation,
    active_units,
    posterior_means,
    rate_per_unit_if_any,
)
from elbowroom.models import LatentModel
from elbowroom.report.chosen import Chosen
from elbowroom.report.factored import with_factors
from elbowroom.report.looks import Look, look_for
from elbowroom.report.measured import Measured
from elbowroom.report.unit_prior import UnitPrior
from elbowroom.using.labelled import labels_to_make, model_given, model_of
from elbowroom.using.latent_units import LatentUnits

if TYPE_CHECKING:
    from elbowroom.run import Run

_MOST_EXAMPLES = 5_000
_MOST_VALUES = 40_000_000
_SEED = 0


class Material(Measured):
    """Everything that the figures of a report show, computed when it is first asked for.

    Args:
        run: The run.
        split: Which examples to show; when not given, the test set or the best there is.

    Attributes:
        split: Which examples are shown.
        whole: All examples of the split.
        places: Which of them are shown: at most 5,000, evenly spaced.
        data: These examples.
    """

    def __init__(self, run: "Run", split: str | None = None) -> None:
        super().__init__(run, split)
        self.whole = run.dataset(self.split)
        self.places = _places(self.whole)
        self.data = _at(self.whole, self.places)

    @property
    def probabilistic(self) -> bool:
        """Whether the posterior has a density, so that there are a rate and an evidence."""
        return Ability.DENSITY in self.run.model.abilities

    @cached_property
    def has_prior(self) -> bool:
        """Whether anything in training brought codes and prior together."""
        return codes_were_held(self.run)

    @property
    def variational(self) -> bool:
        """Whether there is a rate and training kept it low: a VAE, by what was minimised."""
        return self.probabilistic and self.has_prior

    @property
    def kind(self) -> str:
        """What a person calls the model."""
        return "VAE" if self.variational else "autoencoder"

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
        return self.seen(self.data)

    @cached_property
    def originals(self) -> np.ndarray:
        """The examples as the model sees them, in raw units, (N, *shape)."""
        return self.raw(self.inputs)

    @cached_property
    def train(self) -> np.ndarray:
        """Training examples as the model sees them, in raw units."""
        data = self.run.dataset("train")
        return self.raw(self.seen(_at(data, _places(data))))

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
    def unit_prior(self) -> UnitPrior:
        """The prior of each unit alone."""
        return UnitPrior(self.model)

    @cached_property
    def drawn(self) -> np.ndarray:
        """Codes of the examples, one drawn from each q(z|x), (N, latent)."""
        with _seeded(), torch.inference_mode():
            parts = [here.infer(part) for here, part in self.model.divided(self.inputs, 1024)]
            joined = [self.model.joined(level.z[0] for level in levels) for levels in parts]
            return torch.cat(joined).cpu().numpy()

    @cached_property
    def factored(self) -> Representation:
        """Up to 10,000 examples of the split with the factors of the data, or their labels."""
        return with_factors(self)

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

    def evaluated(self, ids: np.ndarray) -> "Chosen":
        """Return examples that were evaluated, by their place in the data (n,)."""
        data = self.run.dataset(self.evaluation["split"])
        places = {int(number): place for place, number in enumerate(data.root_positions)}
        return Chosen.of(self, data.subset([places[int(number)] for number in ids]))

    def pca_reconstructions(self, examples: np.ndarray) -> np.ndarray:
        """Return what PCA makes of examples, both in raw units."""
        made = self.pca.reconstruct(self._comparable(examples)).numpy()
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
                self.raw(here.generate(given=self.units.apart(part)).px.mean)
                for here, part in model.divided(flat, 1024)
            ]
        made = np.concatenate(parts)
        return made.reshape(*codes.shape[:-1], *made.shape[1:])

    def samples(self, count: int) -> np.ndarray:
        """Return examples made from codes drawn from the prior, (count, *shape), in raw units."""
        model = model_given(self.run, labels_to_make(self.run, count, seed=_SEED))
        with _seeded(), torch.inference_mode():
            px = model.generate((count,)).px
            return self.raw(px.sample() if self.look.draws else px.mean)

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

    def seen(self, data: Dataset) -> Tensor:
        """Return examples as the model sees them."""
        rows = data.take(torch.arange(len(data)))
        with _seeded(), torch.inference_mode():
            return self.run.preprocessing(rows.to(self._device))

    def raw(self, x: Tensor) -> np.ndarray:
        """Return what the model sees, or makes, in raw units."""
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


def _places(data: Dataset) -> np.ndarray:
    """Return evenly spaced places: as many as fit on a map and in memory."""
    most = min(_MOST_EXAMPLES, max(_MOST_VALUES // prod(data.shape), 16), len(data))
    return torch.linspace(0, len(data) - 1, most).long().numpy()


def _at(data: Dataset, places: np.ndarray) -> Dataset:
    return data if len(places) == len(data) else data.subset(places)
