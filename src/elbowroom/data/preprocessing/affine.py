"""Shifted and scaled values, with what the training set says."""

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar, Literal

import torch
from torch import Tensor

from elbowroom.data.domain import Domain
from elbowroom.data.transform import Transform, per_example, summarise
from elbowroom.errors import ConfigError, IncompatibleError

Per = Literal["dimension", "dataset"]


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
        if domain.columns and self.per == "dataset":
            raise IncompatibleError(
                f"{type(self).__name__}(per='dataset') has one scale for all columns, but these "
                f"are {domain}. Use per='dimension'."
            )
        return Domain(domain.shape, columns=domain.columns)

    def set_affine(self, shift: Tensor, scale: Tensor, constant: Tensor) -> None:
        """Keep what was learned; a dimension that never varies gets the scale 1.

        Of a table of mixed type, columns of real numbers alone are changed: counts and codes stay
        what they are.
        """
        if self.domain.columns:
            fixed = torch.tensor([column.kind != "real" for column in self.domain.columns])
            shift, constant = shift.masked_fill(fixed, 0.0), constant | fixed
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
        if self.clip and domain.columns:
            raise IncompatibleError(f"MinMax(clip=True) would clip counts and codes of {domain}.")
        return replace(out, low=0.0, high=1.0) if self.clip else out

    def fit(self, batches: Iterable[Tensor]) -> None:
        """Learn the smallest and largest values."""
        found = summarise(batches, shared=self.per == "dataset")
        self.set_affine(found["min"], found["max"] - found["min"], found["min"] == found["max"])

    def forward(self, x: Tensor) -> Tensor:
        """(x - min) / (max - min)."""
        y = super().forward(x)
        return y.clamp(0, 1) if self.clip else y
