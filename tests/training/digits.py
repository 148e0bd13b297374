"""A small run on digits: binary images, drawn anew at every visit, and a small model."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from elbowroom.data import Dataset, Preprocessing, Scale, StochasticBinarise, Transform, load
from elbowroom.distributions import Bernoulli, Likelihood
from elbowroom.models import VAE
from elbowroom.objectives import Objective, Warmup, elbo
from elbowroom.training import Event, Outcome, Training, fit
from tests.cases import IMAGE, small_vae


def rows(start: int, stop: int) -> Dataset:
    """Return a part of the digits."""
    return load("digits").subset(range(start, stop))


@dataclass(frozen=True)
class Case:
    """Everything that a run is made of; each `model()` starts from the same weights."""

    settings: Training
    likelihood: Callable[[tuple[int, ...]], Likelihood] = Bernoulli
    objective: Callable[[], Objective] = lambda: elbo(beta=Warmup(epochs=2))
    steps: Callable[[], list[Transform]] = lambda: [Scale(), StochasticBinarise()]
    train: Dataset = rows(0, 440)
    validation: Dataset | None = rows(440, 520)
    condition: int = 0

    def model(self) -> VAE:
        """Build the model with its weights at the start."""
        with torch.random.fork_rng():
            torch.manual_seed(7)
            return small_vae(self.likelihood(IMAGE), condition=self.condition)

    def fit(self, model: VAE, **options: Any) -> Outcome:
        """Train a model."""
        preprocessing = Preprocessing(self.steps(), self.train).fit(self.train)
        return fit(model, self.objective(), self.train, self.validation,
                   preprocessing=preprocessing, settings=self.settings, **options)  # fmt: skip

    def trained(self, **options: Any) -> tuple[VAE, list[Event]]:
        """Return a trained model and what was told on the way."""
        model, events = self.model(), []
        self.fit(model, observers=[events.append, *options.pop("observers", ())], **options)
        return model, events

    def with_settings(self, **changes: Any) -> "Case":
        """Return the case with other settings."""
        return replace(self, settings=replace(self.settings, **changes))


# 110 steps an epoch: the state is written twice inside each epoch and once after it.
SMALL = Case(Training(epochs=3, batch_size=4, learning_rate=3e-3, checkpoint_seconds=0.0))


def same_weights(one: VAE, other: VAE) -> bool:
    """Tell whether two models are equal to the last bit."""
    left, right = one.state_dict(), other.state_dict()
    return left.keys() == right.keys() and all(torch.equal(left[n], right[n]) for n in left)


def saved(path: Path) -> dict[str, Any]:
    """Read a state file as anybody may: without running code from it."""
    return torch.load(path, weights_only=True)
