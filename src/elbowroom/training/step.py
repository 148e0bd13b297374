"""The one module that is compiled and wrapped for distribution: its forward computes the loss."""

from torch import Tensor, nn

from elbowroom.models import LatentModel
from elbowroom.objectives import Objective, Terms


class Step(nn.Module):
    """Model and objective as one module, so that one forward and one backward train all players.

    Args:
        model: What is trained.
        objective: What is minimised; its own parameters (critics, multipliers) train as well.

    Raises:
        IncompatibleError: If the objective makes no sense for the model.
    """

    def __init__(self, model: LatentModel, objective: Objective) -> None:
        super().__init__()
        objective.check(model)
        self.model = model
        self.objective = objective

    def forward(self, x: Tensor) -> Terms:
        """Return the loss of a batch and its parts."""
        return self.objective(self.model, x)
