"""The one module that is compiled and wrapped for distribution: its forward computes the loss."""

from torch import Tensor, nn

from elbowroom.models import Condition, LatentModel
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
        # One bound model for all steps, since none can be made in a captured graph; in a tuple,
        # where a module is not registered as a part: its parts are the model's.
        self.condition = Condition()
        self.bound = (model.bound_to(self.condition),)

    def forward(self, x: Tensor, y: Tensor | None = None) -> Terms:
        """Return the loss of a batch, given its conditions y (B, c) if any, and its parts."""
        self.condition.y = y
        return self.objective(self.bound[0], x)
