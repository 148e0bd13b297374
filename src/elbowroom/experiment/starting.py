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
    there = model_weights(Path(path))
    taken = []
    for name, part in model.named_children():
        weights = {
            key.removeprefix(f"{name}."): value
            for key, value in there.items()
            if key.startswith(f"{name}.")
        }
        if weights and _fits(part.state_dict(), weights):
            part.load_state_dict(weights)
            part.requires_grad_(not hold)
            taken.append(name)
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
    return tuple(taken)


def _fits(own: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return own.keys() == other.keys() and all(own[name].shape == other[name].shape for name in own)
