"""Mixtures of discretised logistics that the channels of a pixel share."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

import torch
from torch import Tensor
from torch.distributions import Categorical, Distribution, constraints
from torch.types import _size

from elbowroom.distributions.cut_logistic import CutLogistic
from elbowroom.distributions.cuts import EvenCuts
from elbowroom.distributions.on_levels import Levels

_COARSE = 31
"""Cuts that are enough to know the spread and the skewness of a channel."""


class PixelMixture(Distribution):
    r"""Independent pixels, each a mixture whose components are products over its channels.

    For the level numbers k_c of the channels c of one pixel,

        p(k) = sum_m w_m prod_c P(k_c; location_mc + sum_{d<c} a_mdc (k_d - (L - 1)/2), scale_mc)

    with P a logistic cut into levels (`CutLogistic`). Shapes: M components, C channels, N pixels.

    Args:
        logits: Log-odds of the components, (*lead, M, N).
        location: In levels, (*lead, M, C, N).
        scale: In levels, (*lead, M, C, N).
        couplings: a_mdc for the pairs d < c in the order of `combinations(range(C), 2)`,
            (*lead, M, pairs, N); no pairs where a component leaves its channels independent.
        levels: The values of x.
        event_shape: Shape of an example, channels first, of C * N values.
    """

    arg_constraints = {}
    support = constraints.real

    def __init__(
        self,
        logits: Tensor,
        location: Tensor,
        scale: Tensor,
        couplings: Tensor,
        levels: Levels,
        event_shape: tuple[int, ...],
    ) -> None:
        self.logits, self.location, self.scale, self.couplings = logits, location, scale, couplings
        self.levels, self.cuts = levels, EvenCuts(levels.last)
        self.channels, self.pixels = location.shape[-2:]
        names = combinations(range(self.channels), 2)
        self._pairs = dict(zip(names, couplings.unbind(-2), strict=False))
        lead = torch.Size(logits.shape[:-2])
        super().__init__(lead, torch.Size(event_shape), validate_args=False)

    @property
    def mean(self) -> Tensor:
        """The expected value; exact, but for coupled channels after the first.

        There it is a quadrature (see `_branches`), right to about 0.001 of the range.
        """
        return self._as_event(self._expected(lambda c, law: law.mean())) * self.levels.step

    @property
    def variance(self) -> Tensor:
        """The variance of each value, as exact as the mean."""
        overall = self._expected(lambda c, law: law.mean()).unsqueeze(-3)
        total = self._expected(
            lambda c, law: law.variance() + (law.mean() - overall[..., c, :]).square()
        )
        return self._as_event(total) * self.levels.step**2

    @property
    def mode(self) -> Tensor:
        """The most probable value of each channel, given those chosen for the channels before.

        For one channel this is the mode. For more, the mode of the joint would need a search over
        all L^C colours; this one takes C passes over the levels.
        """
        log_weights = self.logits.log_softmax(-2)
        chosen: list[Tensor] = []
        for c in range(self.channels):
            part = self._channel(c, [k.unsqueeze(-2) - self._centre for k in chosen])
            best = self._best_level(part, log_weights)
            log_weights = log_weights + part.log_mass(best.unsqueeze(-2))
            chosen.append(best)
        return self._as_event(torch.stack(chosen, -2)) * self.levels.step

    @torch.no_grad()
    def sample(self, sample_shape: _size = ()) -> Tensor:
        """Draw a component for each pixel, then its channels in order."""
        odds = Categorical(logits=self.logits.movedim(-2, -1), validate_args=False)
        component = odds.sample(torch.Size(sample_shape))
        one = self._only(component)
        deviations: list[Tensor] = []
        for c in range(self.channels):
            deviations.append(one._channel(c, deviations).draw(torch.Size()) - self._centre)
        k = torch.stack(deviations, -2).squeeze(-3) + self._centre
        return self._as_event(k) * self.levels.step

    def log_prob(self, value: Tensor) -> Tensor:
        """Return log p(x) in nats, summed over the pixels."""
        lead = value.shape[: value.dim() - len(self.event_shape)]
        k = self.levels.number(value).reshape(*lead, 1, self.channels, self.pixels)
        located = self._located((k - self._centre).unbind(-2))
        by_component = CutLogistic(located, self.scale, self.cuts).log_mass(k).sum(-2)
        joint = (self.logits + by_component).logsumexp(-2)
        return (joint - self.logits.logsumexp(-2)).sum(-1)

    @property
    def _centre(self) -> float:
        return self.levels.last / 2

    def _channel(self, c: int, deviations: Sequence[Tensor]) -> CutLogistic:
        """Return the law of channel c, (*lead, M, N), given k_d - centre of those before."""
        location = self.location[..., c, :]
        if self._pairs:
            for d in range(c):
                location = location + self._pairs[d, c] * deviations[d]
        return CutLogistic(location, self.scale[..., c, :], self.cuts)

    def _located(self, deviations: Sequence[Tensor]) -> Tensor:
        if not self._pairs:
            return self.location
        channels = [self._channel(c, deviations).location for c in range(self.channels)]
        return torch.stack(torch.broadcast_tensors(*channels), -2)

    def _branches(self) -> Iterator[tuple[Tensor, CutLogistic]]:
        """Yield the laws of each channel given those before, with their probabilities.

        The channels before have L^d values, too many to sum over. Each is replaced by the two
        values, with probabilities, that have its first three moments, so that the first channel
        has one branch, the second two and the third four, (branches, *lead, M, N). That is exact
        where channels are independent, for the first channel, and for two levels; otherwise it is
        a Gauss quadrature of smooth functions, whose error the tests bound by enumeration.
        """
        shares = torch.ones_like(self.logits)[None]
        deviations: list[Tensor] = []
        for c in range(self.channels):
            law = self._channel(c, deviations)
            law = replace(law, location=law.location.expand_as(shares))
            yield shares, law
            if (c, c + 1) in self._pairs:
                low, high, share = self._two_points(law)
                shares = torch.cat([shares * share, shares * (1 - share)])
                deviations = [torch.cat([earlier, earlier]) for earlier in deviations]
                deviations.append(torch.cat([low, high]) - self._centre)

    def _two_points(self, law: CutLogistic) -> tuple[Tensor, Tensor, Tensor]:
        """Return two levels and the probability of the first, for a channel of this law.

        Many levels are read on a coarser scale, an eighth of the work for 256 of them; what that
        does to the mean is undone.
        """
        coarse = min(self.levels.last, _COARSE)
        ratio = coarse / self.levels.last
        rough = CutLogistic(law.location * ratio, law.scale * ratio, EvenCuts(coarse))
        low, high, share = rough.two_points()
        shift = law.mean() - rough.mean() / ratio
        return low / ratio + shift, high / ratio + shift, share

    def _expected(self, of: Callable[[int, CutLogistic], Tensor]) -> Tensor:
        """Return the average of a function of each channel's law, (*lead, C, N)."""
        weights = self.logits.softmax(-2)
        channels = [
            (shares * weights * of(c, law)).sum((0, -2))
            for c, (shares, law) in enumerate(self._branches())
        ]
        return torch.stack(channels, -2)

    def _best_level(self, part: CutLogistic, log_weights: Tensor) -> Tensor:
        """Return the level whose weighted sum over the components is largest, (*lead, N)."""
        best = torch.zeros_like(log_weights[..., 0, :])
        highest = torch.full_like(best, -torch.inf)
        for k in range(self.levels.count):
            level = torch.full_like(best, k)
            log_mass = (log_weights + part.log_mass(level.unsqueeze(-2))).logsumexp(-2)
            best = torch.where(log_mass > highest, level, best)
            highest = torch.maximum(log_mass, highest)
        return best

    def _only(self, component: Tensor) -> "PixelMixture":
        """Return the distribution of pixels whose component is known, (*sample, *lead, N)."""
        index = component[..., None, None, :]

        def pick(values: Tensor) -> Tensor:
            wanted = (*component.shape[:-1], *values.shape[-3:])
            place = index.expand(*component.shape[:-1], 1, *values.shape[-2:])
            return values.expand(wanted).gather(-3, place)

        return PixelMixture(
            torch.zeros_like(component[..., None, :], dtype=self.logits.dtype),
            pick(self.location),
            pick(self.scale),
            pick(self.couplings),
            self.levels,
            self.event_shape,
        )

    def _as_event(self, values: Tensor) -> Tensor:
        return values.reshape(*values.shape[:-2], *self.event_shape)
