"""The steps between raw data and the model, each with its inverse and its log-Jacobian.

A model is scored on what it sees, y = f(x). For densities the change of variables brings the score
back to raw units,

    log p(x) = log p(y) + log |det dy/dx|,

so that bits per dimension do not depend on how data were scaled. Between sets of levels nothing has
to be added: a probability stays what it is.
"""

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar, Literal

import torch
from torch import Tensor

from elbowroom.data.domain import Domain
from elbowroom.data.row_hash import uniform_of_content
from elbowroom.data.transform import (
    Transform,
    per_example,
    refuse_outside_unit_interval,
    summarise,
)
from elbowroom.errors import ConfigError, IncompatibleError

Per = Literal["dimension", "dataset"]


class Scale(Transform):
    """Levels to [0, 1]: y = k / (levels - 1). Still levels, still a probability mass.

    Example:
        >>> step = Scale()
        >>> step.bind(Domain((2,), levels=17, low=0, high=16))
        Domain(2, 17 levels from 0 to 1)
        >>> step(torch.tensor([[4.0, 16.0]]))
        tensor([[0.2500, 1.0000]])
    """

    def out(self, domain: Domain) -> Domain:
        """Same levels, from 0 to 1."""
        if domain.levels is None:
            raise IncompatibleError(
                f"Scale divides whole-number levels by the largest, but these are {domain}. "
                "Use MinMax or Standardise for real numbers."
            )
        return replace(domain, low=0.0, high=1.0)

    def forward(self, x: Tensor) -> Tensor:
        """(x - low) / (high - low)."""
        return (x - self.domain.low if self.domain.low else x) / self._range

    def inverse(self, y: Tensor) -> Tensor:
        """Low + y (high - low)."""
        return y * self._range + self.domain.low

    @property
    def _range(self) -> float:
        return self.domain.high - self.domain.low


class _Affine(Transform):
    """y = (x - shift) / scale, learned from the training set; levels become real numbers."""

    learns: ClassVar[bool] = True
    shift: Tensor
    scale: Tensor

    def __init__(self, per: Per) -> None:
        super().__init__()
        if per not in ("dimension", "dataset"):
            raise ConfigError(f"per={per!r} is unknown. Use 'dimension' or 'dataset'.")
        self.per = per
        self.register_buffer("shift", torch.zeros(()))
        self.register_buffer("scale", torch.ones(()))

    def bind(self, domain: Domain) -> Domain:
        """Size the buffers too."""
        out = super().bind(domain)
        size = domain.shape if self.per == "dimension" else ()
        self.shift, self.scale = self.shift.new_zeros(size), self.scale.new_ones(size)
        return out

    def out(self, domain: Domain) -> Domain:
        """Real numbers; test data may lie beyond the training range."""
        if domain.levels is not None and domain.spacing != 1:
            raise IncompatibleError(
                f"{type(self).__name__} after Scale undoes it. Leave Scale out: "
                f"{type(self).__name__} alone gives the same values and the right Jacobian."
            )
        return Domain(domain.shape)

    def set_affine(self, shift: Tensor, scale: Tensor, constant: Tensor) -> None:
        """Keep what was learned; a dimension that never varies gets the scale 1."""
        self.shift.copy_(shift)
        self.scale.copy_(torch.where(constant, torch.ones_like(scale), scale))

    def forward(self, x: Tensor) -> Tensor:
        """(x - shift) / scale."""
        return (x - self.shift) / self.scale

    def inverse(self, y: Tensor) -> Tensor:
        """Scale y + shift."""
        return y * self.scale + self.shift

    def log_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Minus the sum over dimensions of log scale."""
        return per_example(-self.scale.log(), x)


class Standardise(_Affine):
    """Subtract the mean and divide by the standard deviation of the training set.

    Constant dimensions are centred and divided by 1. Levels are treated as real numbers: a
    density can then grow without bound at single values, so put Dequantise first to be fair.

    Args:
        per: One mean and deviation for each 'dimension', or one for the whole 'dataset'.
    """

    def __init__(self, *, per: Per = "dimension") -> None:
        super().__init__(per)

    def fit(self, batches: Iterable[Tensor]) -> None:
        """Learn mean and standard deviation (dividing by n) in one pass, in float64."""
        found = summarise(batches, shared=self.per == "dataset")
        constant = found["min"] == found["max"]
        self.set_affine(found["mean"], found["variance"].sqrt(), constant)


class MinMax(_Affine):
    """Subtract the minimum and divide by the range of the training set.

    Later data may lie outside [0, 1], which only real-valued likelihoods take; with `clip` they
    are moved to the ends, and their evidence is then that of the clipped values.

    Args:
        per: One range for each 'dimension', or one for the whole 'dataset'.
        clip: Move values beyond the training range to its ends.
    """

    def __init__(self, *, per: Per = "dimension", clip: bool = False) -> None:
        super().__init__(per)
        self.clip = clip

    def out(self, domain: Domain) -> Domain:
        """Real numbers, from 0 to 1 when clipped."""
        out = super().out(domain)
        return replace(out, low=0.0, high=1.0) if self.clip else out

    def fit(self, batches: Iterable[Tensor]) -> None:
        """Learn the smallest and largest values."""
        found = summarise(batches, shared=self.per == "dataset")
        self.set_affine(found["min"], found["max"] - found["min"], found["min"] == found["max"])

    def forward(self, x: Tensor) -> Tensor:
        """(x - min) / (max - min)."""
        y = super().forward(x)
        return y.clamp(0, 1) if self.clip else y


class _Binarise(Transform):
    """Values in [0, 1] become 0 or 1: another data set, scored by a probability mass."""

    redefines: ClassVar[bool] = True

    def out(self, domain: Domain) -> Domain:
        """Two levels, 0 and 1."""
        refuse_outside_unit_interval(self, domain)
        return Domain(domain.shape, levels=2, low=0.0, high=1.0)

    def inverse(self, y: Tensor) -> Tensor:
        """The mean of a binary pixel is on the scale of the grey value it was drawn from."""
        return y


class Threshold(_Binarise):
    """1 where the value is greater than `at`, else 0.

    Args:
        at: The threshold, from 0 up to but not including 1.
    """

    def __init__(self, *, at: float = 0.5) -> None:
        super().__init__()
        if not 0 <= at < 1:
            raise ConfigError(f"at={at} would make all values equal. Use 0 <= at < 1.")
        self.at = at

    def forward(self, x: Tensor) -> Tensor:
        """X > at."""
        return (x > self.at).to(x.dtype)


class StochasticBinarise(_Binarise):
    """1 with the value as its probability, drawn afresh at every visit (Burda et al. 2016).

    Draws come from torch's global generator, so a seeded run repeats.
    """

    random: ClassVar[bool] = True

    def forward(self, x: Tensor) -> Tensor:
        """Uniform draw < x: never 1 where x is 0, always where it is 1."""
        return (torch.rand_like(x) < x).to(x.dtype)


class FixedBinarise(_Binarise):
    """1 with the value as its probability, drawn once for each example.

    The draw is a function of the seed and of the example's content, so that an example gets the
    same one at every visit, in any batch, split, order or process, also when it is new. (By row
    number it would change with the order of a file.) Identical examples get identical draws.

    Args:
        seed: Another seed gives another binary data set.
    """

    def __init__(self, *, seed: int = 0) -> None:
        super().__init__()
        self.seed = seed

    def forward(self, x: Tensor) -> Tensor:
        """Counter-based uniform draw < x."""
        counts = x if self.domain.levels is None else (x - self.domain.low) / self.domain.spacing
        return (uniform_of_content(counts, self.seed) < x).to(x.dtype)


class Dequantise(Transform):
    """Levels to real numbers in [0, 1): y = (k + u) / levels, u uniform, fresh at every visit.

    The density found is a lower bound on the mass, in expectation over u (Theis et al. 2016):
    log P(k) = log E p(k + u) >= E log p(k + u), with p in units of levels.
    """

    random: ClassVar[bool] = True

    def out(self, domain: Domain) -> Domain:
        """Real numbers from 0 to 1."""
        if domain.levels is None:
            raise IncompatibleError(
                f"Dequantise fills the gaps between whole-number levels, but these are {domain}: "
                "there are no gaps. Leave it out."
            )
        return Domain(domain.shape, low=0.0, high=1.0)

    def forward(self, x: Tensor) -> Tensor:
        """(k + u) / levels, k the number of the level."""
        k = (x - self.domain.low) / self.domain.spacing
        return (k + torch.rand_like(x)) / self.domain.count()

    def inverse(self, y: Tensor) -> Tensor:
        """The mean over u: k = y levels - 1/2."""
        return self.domain.low + self.domain.spacing * (y * self.domain.count() - 0.5)

    def log_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """-D log levels."""
        return x.new_full((x.shape[0],), -self.domain.size * math.log(self.domain.count()))


class Logit(Transform):
    """Real numbers in [0, 1] to the line: y = logit(alpha + (1 - 2 alpha) x) (Dinh et al. 2017).

    Args:
        alpha: Keeps 0 and 1 finite; above 0 and below 1/2.
    """

    def __init__(self, *, alpha: float = 1e-6) -> None:
        super().__init__()
        if not 1e-7 <= alpha < 0.5:
            raise ConfigError(f"alpha={alpha} cannot be used. Use 1e-7 <= alpha < 0.5.")
        self.alpha = alpha

    def out(self, domain: Domain) -> Domain:
        """Real numbers."""
        if domain.levels is not None:
            raise IncompatibleError(
                f"Logit is for real numbers, but these are {domain}. Put Dequantise before it."
            )
        refuse_outside_unit_interval(self, domain)
        return Domain(domain.shape)

    def forward(self, x: Tensor) -> Tensor:
        """Logit of the value, moved inwards by alpha."""
        return torch.logit(self.alpha + (1 - 2 * self.alpha) * x)

    def inverse(self, y: Tensor) -> Tensor:
        """(sigmoid(y) - alpha) / (1 - 2 alpha); of a mean, close to but not the mean of x."""
        return (torch.sigmoid(y) - self.alpha) / (1 - 2 * self.alpha)

    def log_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Sum of log(1 - 2 alpha) - log s - log(1 - s), s = sigmoid(y)."""
        log_slope = torch.nn.functional.softplus(y) + torch.nn.functional.softplus(-y)
        return per_example(log_slope + math.log1p(-2 * self.alpha), x)
