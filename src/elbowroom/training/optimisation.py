"""The optimiser: one parameter group for each player, and its learning rate over time."""

from math import cos, pi

import torch
from torch import nn
from torch.optim import Adam, Optimizer

from elbowroom.objectives import Player
from elbowroom.training.settings import Plan, Training
from elbowroom.training.step import Step

_FASTER = 10.0
"""How much larger the steps of a multiplier's logarithm are than those of a weight."""


def optimiser_for(step: Step, settings: Training) -> Optimizer:
    """Return Adam with a group for the model and one for each role that the objective's own have.

    Critics and multipliers have learning rates of their own, and are clipped on their own.

    A multiplier's step must shrink as its constraint is met, and Adam's does not: it divides by
    the size that the gradient has had of late. Without memory and with eps = 1 its step is
    rate * g / (1 + |g|) instead: in proportion to a small violation, and the rate for a large one.
    """
    own = {
        "model": {"lr": settings.learning_rate},
        "critic": {"lr": settings.critic_learning_rate or settings.learning_rate},
        "multiplier": {
            "lr": settings.multiplier_learning_rate or _FASTER * settings.learning_rate,
            "betas": (0.0, 0.0),
            "eps": 1.0,
        },
    }
    groups = [
        {"params": parameters, "base_lr": own[role]["lr"], **own[role]}
        for role, parameters in players(step).items()
    ]
    return Adam(groups, fused=True)


def players(step: Step) -> dict[str, list[nn.Parameter]]:
    """Return the trainable parameters by who minimises what with them, the model first.

    An objective's parameters that are in no `Player` are a critic's.
    """
    roles = dict.fromkeys(_trainable(step.model), "model")
    for module in step.objective.modules():
        if isinstance(module, Player):
            roles |= dict.fromkeys(_trainable(module), module.role)
    groups: dict[str, list[nn.Parameter]] = {}
    for parameter in (*_trainable(step.model), *_trainable(step.objective)):
        groups.setdefault(roles.get(parameter, "critic"), []).append(parameter)
    return groups


def _trainable(module: nn.Module) -> list[nn.Parameter]:
    return [parameter for parameter in module.parameters() if parameter.requires_grad]


def rate_factor(settings: Training, plan: Plan, step: int) -> float:
    """Return what the learning rate is multiplied with at a step, by warm-up and decay.

    >>> plan = Plan(epochs=10, batch_size=1, steps_per_epoch=10, patience=0, validate_every=1)
    >>> settings = Training(warmup_epochs=1, decay="cosine")
    >>> [round(rate_factor(settings, plan, step), 2) for step in (0, 5, 9, 55, 99)]
    [0.1, 0.6, 1.0, 0.5, 0.0]
    """
    warmup = round(settings.warmup_epochs * plan.steps_per_epoch)
    if step < warmup:
        return (step + 1) / warmup
    if settings.decay == "cosine":
        return 0.5 * (1 + cos(pi * (step - warmup) / max(plan.steps - warmup, 1)))
    return 1.0


def set_rates(optimiser: Optimizer, factor: float) -> None:
    """Set every group's learning rate to its base times a factor."""
    for group in optimiser.param_groups:
        group["lr"] = group["base_lr"] * factor


def clip_gradients(optimiser: Optimizer, largest: float) -> None:
    """Shrink the gradient of each group to the largest norm allowed, each on its own."""
    for group in optimiser.param_groups:
        torch.nn.utils.clip_grad_norm_(group["params"], largest)
