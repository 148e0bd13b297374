"""Principal directions of a run: its local axes, its units, and the principal components."""

from dataclasses import replace

import numpy as np
import torch

from elbowroom.distributions import Likelihood
from elbowroom.distributions.likelihoods import Gaussian, OptimalGaussian
from elbowroom.errors import ConfigError
from elbowroom.experiment.diagnosing import final_beta
from elbowroom.experiment.unit_rates import kinds_over_training
from elbowroom.metrics.principal_directions import Directions, directions_of
from elbowroom.run import Run
from elbowroom.using.labelled import model_of


def directions(
    run: Run, *, split: str = "test", limit: int | None = 1000, seed: int = 0
) -> Directions:
    """Measure how a run's units meet its decoder's principal directions, and write the numbers.

    Args:
        run: The run.
        split: Which examples: 'train', 'validation' or 'test'.
        limit: Largest number of examples, drawn at random from more; None for all.
        seed: Seed of the examples drawn and of random rotations.

    Returns:
        The numbers, also in `results/directions-SPLIT.json`.

    Raises:
        IncompatibleError: If a Jacobian of the decoder means nothing for the model.
        ConfigError: If there is no such split, or fewer than 2 examples.

    Example:
        >>> from elbowroom import Run
        >>> found = directions(Run.load("runs/digits-1"))  # doctest: +SKIP
        >>> found.whole.value, found.whole.random  # doctest: +SKIP
    """
    dataset = run.dataset(split)
    count = len(dataset) if limit is None else min(limit, len(dataset))
    if count < 2:
        raise ConfigError(
            "principal directions need 2 examples or more, to have variances over them; there is "
            f"{count} in the {split} split" + (" within the limit" if limit == 1 else "")
        )
    rng = np.random.default_rng(seed)
    places = torch.from_numpy(np.sort(rng.choice(len(dataset), size=count, replace=False)))
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(seed)
        x = run.preprocessing(dataset.take(places).to(run.device))
    run.model.likelihood.check(x, dataset.columns)
    noise = linear_noise(run.model.likelihood, final_beta(run))
    found = directions_of(model_of(run, dataset, places), x, noise=noise, seed=seed)
    origin = "the likelihood's variance times beta" if noise is not None else "what PCA leaves out"
    found = replace(
        found,
        history=tuple(line.to_dict() for line in kinds_over_training(run)),
        notes=(*found.notes, f"Noise of the linear VAE: {found.noise:.3g}, {origin}."),
        about={"run": run.name, "split": split},
    )
    run.write_result(f"directions-{split}", found.to_dict())
    return found


def linear_noise(likelihood: Likelihood, beta: float) -> float | None:
    """Return b s^2, the noise of the linear VAE of the same likelihood and weight of the rate.

    Args:
        likelihood: The likelihood.
        beta: Weight b of the rate at the end of training.

    Returns:
        The noise, or None where the likelihood is no normal with one scale s.

    Example:
        >>> round(linear_noise(Gaussian((3,), scale="fixed", initial=0.5), beta=2.0), 6)
        0.5
    """
    if not isinstance(likelihood, Gaussian | OptimalGaussian) or likelihood.scale.numel() > 1:
        return None
    return beta * float(likelihood.scale.detach()) ** 2
