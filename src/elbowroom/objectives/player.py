"""The parameters of an objective that train beside the model."""

from torch import nn


class Player(nn.Module):
    """Parameters that minimise a cost's `own`: a critic, a multiplier.

    Attributes:
        role: Name of its group in the optimiser, each with a learning rate of its own
            (`training.critic_learning_rate`, `training.multiplier_learning_rate`).
    """

    role: str = "critic"
