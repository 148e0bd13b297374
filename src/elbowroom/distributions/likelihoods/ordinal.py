"""The ordinal likelihood: levels in order, at distances that are learned."""

from typing import Literal

import torch
from torch import Tensor, nn
from torch.distributions import Distribution, Independent

from elbowroom.distributions.cut_logistic import CutLogistic
from elbowroom.distributions.cuts import TableCuts
from elbowroom.distributions.likelihoods.levelled import LevelledLikelihood, solve_rising
from elbowroom.distributions.on_levels import OnLevels
from elbowroom.errors import ConfigError

_SMALLEST_GAP = 1e-4
"""Least distance between two cuts: a level that no example has stays possible."""


class Ordinal(LevelledLikelihood):
    """Independent values, each one of L ordered levels (cumulative logit; McCullagh 1980).

    P(x <= k | z) = sigmoid(c_k - m(z)): the decoder gives each value a location m, and learned cuts
    c_0 < .. < c_{L-2}, the same for all examples, say where one level turns into the next. Steps
    of a scale (never, sometimes, always) need not be of one size, which rounding
    (`DiscretisedLogistic`) supposes. The cuts begin where m = 0 makes all levels equally likely.

    Args:
        event_shape: Shape of one example.
        levels: Number of levels L of the data, 2 or more.
        highest: Value of the last level: 1 after the 'scale' step, levels - 1 for whole numbers.
        cuts: Cuts of its own for each dimension of an example, or one set shared by all.

    Raises:
        ConfigError: If levels is unknown or below 2, or `cuts` is neither word.

    Example:
        >>> p = Ordinal((1,), levels=4)(torch.zeros(1, 1))
        >>> p.log_prob(torch.tensor([[0.0], [1 / 3], [2 / 3], [1.0]])).exp()
        tensor([0.2500, 0.2500, 0.2500, 0.2500], grad_fn=<ExpBackward0>)
    """

    def __init__(
        self,
        event_shape: tuple[int, ...],
        levels: int | None,
        highest: float = 1.0,
        *,
        cuts: Literal["per-dimension", "shared"] = "per-dimension",
    ) -> None:
        super().__init__(event_shape, levels, highest)
        shapes = {"per-dimension": self.event_shape, "shared": (1,) * len(self.event_shape)}
        if cuts not in shapes:
            raise ConfigError(f"cuts must be one of {', '.join(shapes)}, got {cuts!r}")
        even = torch.logit(torch.arange(1, self.levels, dtype=torch.float64) / self.levels)
        gaps = (even.diff() - _SMALLEST_GAP).clamp(min=_SMALLEST_GAP)
        start = torch.cat([even[:1], gaps.log()]).float()
        column = start.reshape(-1, *[1] * len(self.event_shape))
        self.first_and_log_gaps = nn.Parameter(column.repeat(1, *shapes[cuts]))

    @property
    def cuts(self) -> Tensor:
        """The cuts, (L - 1, *event_shape): the first one, then each a gap further on."""
        first, log_gaps = self.first_and_log_gaps.split([1, self.levels - 2])
        gaps = _SMALLEST_GAP + log_gaps.exp()
        return torch.cat([first, gaps]).cumsum(0).expand(-1, *self.event_shape)

    @property
    def param_shape(self) -> tuple[int, ...]:
        """A location for each value."""
        return (1, *self.event_shape)

    def forward(self, raw: Tensor) -> Distribution:
        """Return ordinal distributions with locations `raw`."""
        location = raw.float().squeeze(-len(self.event_shape) - 1)
        law = CutLogistic(location, location.new_ones(()), TableCuts(self.cuts))
        return Independent(OnLevels(law, self.values), len(self.event_shape), validate_args=False)

    @torch.no_grad()
    def start(self, mean: Tensor, variance: Tensor) -> Tensor:
        """Return the location whose mean, with the cuts as they are, is the data's."""
        cuts = TableCuts(self.cuts)
        one = mean.new_ones(())
        location = solve_rising(
            lambda place: cuts.expected(place, one),
            self.mean_in_levels(mean),
            cuts.table[0] - 20,
            cuts.table[-1] + 20,
        )
        return location[None]
