"""The categorical likelihood: levels without an order."""

import torch
from torch import Tensor
from torch.distributions import Distribution, Independent

from elbowroom.distributions.choice import Choice
from elbowroom.distributions.likelihoods.levelled import LevelledLikelihood, solve_rising
from elbowroom.distributions.on_levels import OnLevels

_UNIFORM_SHARE = 1e-3
"""Share of the mass that a start spreads over all levels, so that none begins as impossible."""


class Categorical(LevelledLikelihood):
    """Independent values, each one of L levels with a probability of its own.

    P(k|z) = softmax(raw)_k. Nothing ties a level to its neighbours: for categories (codes 0 to
    L - 1, with `highest` L - 1), and for pixels of any distribution where data are plenty
    (van den Oord et al. 2016). It takes L numbers for each value: for 256 levels the other
    likelihoods of levels are far smaller.

    Args:
        event_shape: Shape of one example.
        levels: Number of levels L of the data, 2 or more.
        highest: Value of the last level: 1 after the 'scale' step, levels - 1 for whole numbers.

    Raises:
        ConfigError: If levels is unknown or below 2.

    Example:
        >>> colour = Categorical((1,), levels=3, highest=2)
        >>> p = colour(torch.tensor([[[0.2], [0.5], [0.3]]]).log())
        >>> p.log_prob(torch.tensor([[1.0]])).exp()
        tensor([0.5000])
    """

    @property
    def param_shape(self) -> tuple[int, ...]:
        """A logit for each level of each value."""
        return (self.levels, *self.event_shape)

    def forward(self, raw: Tensor) -> Distribution:
        """Return categorical distributions with logits `raw`."""
        law = Choice(raw.float(), dim=-len(self.event_shape) - 1)
        return Independent(OnLevels(law, self.values), len(self.event_shape), validate_args=False)

    @torch.no_grad()
    def start_from(self, x: Tensor) -> Tensor:
        """Return the logarithms of how often each level occurs, one example spread over all."""
        levels = self.mean_in_levels(x).round().long()
        counts = torch.stack([(levels == level).sum(0) for level in range(self.levels)])
        return ((counts + 1 / self.levels) / (len(x) + 1)).log()

    @torch.no_grad()
    def start(self, mean: Tensor, variance: Tensor) -> Tensor:
        """Return the log-probabilities of a discretised normal with the data's mean.

        A thousandth of the mass is spread evenly over the levels.
        """
        target = self.mean_in_levels(mean)
        k = torch.arange(self.levels, device=mean.device).reshape(-1, *[1] * mean.dim())
        width = 2 * self.variance_in_levels(variance)

        def probabilities(tilt: Tensor) -> Tensor:
            peaked = (tilt * k - (k - target).square() / width).softmax(0)
            return (1 - _UNIFORM_SHARE) * peaked + _UNIFORM_SHARE / self.levels

        far = torch.full_like(target, 50.0)
        tilt = solve_rising(lambda tilt: (probabilities(tilt) * k).sum(0), target, -far, far)
        return probabilities(tilt).log()
