"""What a model gives for one blank example: to see what may be asked of it."""

import torch

from elbowroom.models.latent_model import LatentModel
from elbowroom.models.mode import evaluating
from elbowroom.models.trace import Level


def blank_levels(model: LatentModel) -> tuple[Level, ...]:
    """Return the levels of a pass over one blank example; the model's state is left as it was.

    Args:
        model: The model; a conditional one is given a blank condition.
    """
    x = next(model.parameters()).new_zeros(1, *model.event_shape)
    if model.condition_size:
        model = model.given(x.new_zeros(1, model.condition_size))
    with evaluating(model), torch.no_grad(), torch.random.fork_rng(devices=[]):
        return model.infer(x)
