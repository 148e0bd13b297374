"""What can be measured beside the numbers that always are; each takes longer than a person waits.

A public function is a measurement: it takes a subject and returns what it found, with `to_dict`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from elbowroom.assembly import evenly
from elbowroom.data import Dataset
from elbowroom.distributions import Ability
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.evidence import Bidirectional, InferenceGap, inference_gap
from elbowroom.evidence import bidirectional as between_bounds
from elbowroom.experiment.curve import Curve, bound_curve
from elbowroom.experiment.passing import Passed
from elbowroom.files import replacing
from elbowroom.metrics.sample_quality import SampleQuality, sample_quality
from elbowroom.models import LatentModel
from elbowroom.run import Run
from elbowroom.using.labelled import labels_to_make, model_given, model_of
from elbowroom.using.usage import sample

_OF_CURVE, _OF_GAP = 128, 64
_GAP_SAMPLES = 500
_SIMULATED, _STEPS = 32, 200
_GENERATED = 2_000
_TRAIN_VALUES = 2**25
_TRUSTED = ("adaptive", "annealed")
"""Methods whose log p(x) is close enough to be split; otherwise it is estimated again."""


@dataclass(frozen=True, eq=False)
class Subject:
    """What is measured.

    Attributes:
        run: The run.
        split: Which examples.
        dataset: The examples, raw.
        passed: What was found on the way through them.
        method: How log p(x) was estimated.
        seed: Seed of all draws.
    """

    run: Run
    split: str
    dataset: Dataset
    passed: Passed
    method: str
    seed: int

    def some(self, count: int) -> Tensor:
        """Return places of so many of the kept examples, evenly spaced."""
        most = len(self.passed.kept)
        return torch.linspace(0, most - 1, min(count, most)).long()

    def inputs(self, which: Tensor) -> Tensor:
        """Return kept examples as the model sees them, where the model is."""
        return self.passed.kept[which].to(self.run.device)

    def model(self, which: Tensor) -> LatentModel:
        """Return the model of kept examples: given their labels, if it is conditional."""
        return model_of(self.run, self.dataset, self.passed.positions[which])


def curve(subject: Subject) -> Curve:
    """Measure the bound against K on up to 128 examples."""
    passed, which = subject.passed, subject.some(_OF_CURVE)
    elbo, bounds = bound_curve(subject.model(which), subject.inputs(which), seed=subject.seed)
    jacobian = passed.jacobian[which]
    return Curve(
        elbo.shifted(jacobian),
        {count: bound.shifted(jacobian) for count, bound in bounds.items()},
        passed.evidence_of(which).shifted(jacobian),
    )


def gap(subject: Subject) -> InferenceGap:
    """Split log p(x) - ELBO of up to 64 examples into family and amortisation."""
    which = subject.some(_OF_GAP)
    trusted = subject.method in _TRUSTED
    return inference_gap(
        subject.model(which),
        subject.inputs(which),
        evidence=subject.passed.evidence_of(which) if trusted else None,
        samples=_GAP_SAMPLES,
        seed=subject.seed,
    )


def bidirectional(subject: Subject) -> Bidirectional:
    """Bound log p(x) of 32 examples simulated from the model from both sides."""
    run, seed = subject.run, subject.seed
    model = model_given(run, labels_to_make(run, _SIMULATED, seed=seed))
    return between_bounds(model, examples=_SIMULATED, steps=_STEPS, seed=seed)


@dataclass(frozen=True, eq=False)
class Quality:
    """Scores of samples, and the pictures that a reader wants to see beside them.

    Attributes:
        scores: The scores.
        generated: The generated examples that come nearest to a training example, (P, *shape),
            in raw units.
        nearest: These training examples.
    """

    scores: SampleQuality
    generated: np.ndarray
    nearest: np.ndarray

    def to_dict(self) -> dict[str, Any]:
        """Return the scores as plain values, for JSON."""
        return self.scores.to_dict()

    def save_pairs(self, path: Path) -> None:
        """Write the closest pairs as .npz, whole or not at all."""
        with replacing(path) as beside:
            np.savez(beside, generated=self.generated, nearest=self.nearest)


def quality(subject: Subject) -> Quality:
    """Measure draws from p(x|z), z from the prior, against held-out examples, in raw units."""
    if subject.split == "train":
        raise ConfigError(
            "sample quality needs examples that the model did not learn from: evaluate the "
            "validation or the test split"
        )
    train = subject.run.dataset("train")
    rows = min(len(train), max(_TRAIN_VALUES // prod(train.shape), 1))
    chosen = torch.arange(rows) * len(train) // rows
    labels = train.labels if train.label_names is not None else None
    count = min(_GENERATED, rows, len(subject.dataset))
    made = sample(subject.run, count, draw=True, seed=subject.seed)
    seen = seen_again(subject.run, train.take(chosen))
    scores = sample_quality(
        made,
        seen,
        seen_again(subject.run, evenly(subject.dataset, _GENERATED)),
        None if labels is None else labels[chosen.numpy()],
        subject.seed,
    )
    ours, theirs = scores.memorisation.pairs.T
    return Quality(scores, made[ours], seen[theirs])


def seen_again(run: Run, raw: Tensor) -> np.ndarray:
    """Return raw examples as the model sees them, back in raw units: binarised, for instance."""
    with torch.random.fork_rng(), torch.inference_mode():
        torch.manual_seed(0)
        parts = [run.preprocessing.inverse(run.preprocessing(part.to(run.device))).cpu()
                 for part in raw.split(1024)]  # fmt: skip
    return torch.cat(parts).numpy()


MEASUREMENTS: dict[str, Callable[[Subject], Any]] = {
    "curve": curve,
    "gap": gap,
    "bidirectional": bidirectional,
    "quality": quality,
}
"""Measurements by the name of their option."""


def check_measurable(run: Run, names: tuple[str, ...]) -> None:
    """Refuse measurements that mean nothing for a model.

    Raises:
        ConfigError: If there is no such measurement.
        IncompatibleError: If the model's posterior has no density.
    """
    if unknown := set(names) - set(MEASUREMENTS):
        raise ConfigError(
            f"there is no measurement {min(unknown)!r}; there are: {', '.join(MEASUREMENTS)}"
        )
    if names and Ability.DENSITY not in run.model.abilities:
        raise IncompatibleError(
            f"the run '{run.name}' is an autoencoder: its code is deterministic, so it has no "
            f"log p(x), no bound on it and no prior to sample from, and {', '.join(names)} cannot "
            "be measured. Train with --model.posterior diagonal-gaussian for that"
        )
