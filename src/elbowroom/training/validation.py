"""The same objective on held-out data: no step, no warm-up weight, every example once."""

from collections.abc import Iterable
from contextlib import nullcontext

import torch

from elbowroom.models import LatentModel
from elbowroom.models.mode import evaluating
from elbowroom.objectives import Objective, at_final_weights
from elbowroom.training.feed import Batch


def validate(
    model: LatentModel,
    objective: Objective,
    batches: Iterable[Batch],
    *,
    seed: int,
    autocast: torch.autocast | None = None,
) -> dict[str, float]:
    """Return the mean of each term of the objective over examples.

    The noise is the same at every call (common random numbers), so that two epochs differ by
    their weights alone. Means are over examples, not over batches: the last batch is smaller.

    Args:
        model: Model, which is left in the mode it was in.
        objective: Objective, taken at its final weights.
        batches: Examples as the model sees them, with what it is given beside them.
        seed: Seed of the noise; the global random state is left as it was.
        autocast: Precision to compute in.

    Returns:
        Terms by name, in nats per example.
    """
    sums: dict[str, float] = {}
    count = 0
    devices = [torch.cuda.current_device()] if torch.cuda.is_initialized() else []
    with (
        evaluating(model),
        evaluating(objective),
        torch.random.fork_rng(devices),
        torch.no_grad(),
        at_final_weights(objective),
    ):
        torch.manual_seed(seed)
        for batch in batches:
            with autocast or nullcontext():
                logs = objective(batch.bind(model), batch.x).logs
            for name, value in logs.items():
                sums[name] = sums.get(name, 0.0) + float(value) * len(batch.x)
            count += len(batch.x)
    return {name: value / count for name, value in sums.items()}
