"""Starting from the weights of another run."""

from pathlib import Path

from torch import Tensor

from elbowroom.errors import ConfigError
from elbowroom.models import LatentModel
from elbowroom.run import model_weights


def start_from(model: LatentModel, path: str | Path, *, hold: bool = False) -> tuple[str, ...]:
    """Take the parts of a model that another run has in the same shape, each whole or not at all.

    Args:
        model: The untrained model.
        path: The other run's folder.
        hold: Hold what was taken constant.

    Returns:
        Names of the parts taken (encoder, decoder, prior).

    Raises:
        RunError: If there is no finished run.
        ConfigError: If no part fits, or all are held and nothing is left to train.
    """
    own, there = _by_part(model.state_dict()), _by_part(model_weights(Path(path)))
    taken = tuple(part for part, weights in own.items() if _fits(weights, there.get(part, {})))
    for part in taken:
        own[part] = there[part]
    model.load_state_dict({name: v for weights in own.values() for name, v in weights.items()})
    for name, parameter in model.named_parameters():
        if hold and name.partition(".")[0] in taken:
            parameter.requires_grad_(False)
    if not taken:
        raise ConfigError(
            f"no part of this model has the shape of one in '{path}': use the same data, "
            "model.latent, model.network and model.likelihood as there"
        )
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise ConfigError(
            f"every part was taken from '{path}' and is held ({', '.join(taken)}), so that there "
            "is nothing to train: choose another model.prior or model.structure"
        )
    return taken


def _by_part(weights: dict[str, Tensor]) -> dict[str, dict[str, Tensor]]:
    """Group weights by the part of the model that they belong to: the first step of their name."""
    parts: dict[str, dict[str, Tensor]] = {}
    for name, value in weights.items():
        parts.setdefault(name.partition(".")[0], {})[name] = value
    return parts


def _fits(own: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return own.keys() == other.keys() and all(own[name].shape == other[name].shape for name in own)
