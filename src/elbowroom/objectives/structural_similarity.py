"""Structural similarity as a distortion: what an eye notices, in place of squared error.

    SSIM = (2 m m' + c1)(2 s_xx' + c2) / ((m^2 + m'^2 + c1)(s^2 + s'^2 + c2))

with means m, variances s^2 and the covariance s_xx' of x and its reconstruction x' under a Gaussian
window around each pixel, c1 = (0.01 R)^2, c2 = (0.03 R)^2, R the span of the values (Wang et al.
2004). It is 1 for equal images, and blur, which lowers s', costs more than a shift of all values.
"""

from abc import abstractmethod
from types import ModuleType

from torch import Tensor

from elbowroom.errors import ConfigError, IncompatibleError, MissingExtraError
from elbowroom.models import LatentModel, Trace
from elbowroom.objectives.objective import Cost, Penalty
from elbowroom.objectives.reconstruction import check_averages, pair_of

__all__ = ["MultiScaleStructuralSimilarity", "StructuralSimilarity"]


class _Similarity(Penalty):
    """D (1 - similarity), D the number of values of an image; similarity of equal images is 1.

    Args:
        span: Largest minus smallest value that the data can have, as the model sees them.
        window: Side of the largest window, in pixels.
    """

    def __init__(self, span: float, window: int) -> None:
        super().__init__()
        if not 0 < span < float("inf"):
            raise IncompatibleError(
                f"structural similarity needs values between two bounds, and the span of these is "
                f"{span}: let the preprocessing be 'scale', or use an objective that scores "
                "examples under the likelihood, such as elbo"
            )
        self.span = float(span)
        self.window = window

    def check(self, model: LatentModel) -> None:
        """Refuse tables, and images that the window does not fit into.

        Raises:
            IncompatibleError: With the size needed.
        """
        super().check(model)
        check_averages(model)
        shape = model.event_shape
        if len(shape) != 3:
            raise IncompatibleError(
                f"structural similarity is of images, and these data have shape {shape}: use an "
                "objective that scores examples under the likelihood, such as elbo"
            )
        if min(shape[1:]) < self.window:
            raise IncompatibleError(
                f"the images are {shape[1]} x {shape[2]} pixels, and {self!r} needs {self.window} "
                f"x {self.window} or more: {self._advice}"
            )

    def forward(self, model: LatentModel, trace: Trace) -> Cost:
        """Return the mean distortion."""
        x, made = pair_of(trace)
        pairs = made.flatten(0, 1), x.expand_as(made).flatten(0, 1)
        similarity = self._similarity(*(images.float() for images in pairs))
        value = x[0].numel() * (1 - similarity)
        return Cost(value, logs={"similarity": similarity.detach()})

    @property
    @abstractmethod
    def _advice(self) -> str:
        """How to make the window smaller."""

    @abstractmethod
    def _similarity(self, made: Tensor, x: Tensor) -> Tensor:
        """Return the mean similarity of images (N, C, H, W), a scalar."""


def fitting_window(event_shape: tuple[int, ...]) -> int:
    """Return the usual window of 11 pixels, or the largest odd one that fits into small images.

    >>> fitting_window((1, 28, 28)), fitting_window((1, 8, 8))
    (11, 7)
    """
    return min(11, (min(event_shape[-2:]) - 1) // 2 * 2 + 1)


def fitting_sigmas(event_shape: tuple[int, ...]) -> tuple[float, ...]:
    """Return those of the usual widths 0.5, 1, 2, 4 and 8 whose windows fit into images.

    >>> fitting_sigmas((1, 28, 28)), fitting_sigmas((3, 64, 64))
    ((0.5, 1.0, 2.0, 4.0), (0.5, 1.0, 2.0, 4.0, 8.0))
    """
    widest = max(min(event_shape[-2:]), 3)
    return tuple(s for s in (0.5, 1.0, 2.0, 4.0, 8.0) if 2 * int(2 * s) + 1 <= widest)


class StructuralSimilarity(_Similarity):
    """D (1 - SSIM), summed over the D values of an image like every distortion.

    Of a small error e it is the sum over pixels of var(e) / (2 s^2 + c2) + mean(e)^2 / (2 m^2 + c1)
    under the window: about a Gaussian whose variance is that of the image around the pixel, so that
    errors count most where the image is smooth. But it is no likelihood of x: its exponential has
    no constant that makes it a density, and the decoder's own p(x|z) is not trained by it.

    Args:
        span: Largest minus smallest value that the data can have, as the model sees them.
        window: Side of the Gaussian window (its sigma is 1.5 pixels), an odd number. At the border
            the images are mirrored.

    Raises:
        ConfigError: If the window is even or below 3.
        IncompatibleError: If the span is not finite.
        MissingExtraError: If kornia is not installed.

    Example:
        >>> StructuralSimilarity(1.0)
        StructuralSimilarity(window=11)
    """

    def __init__(self, span: float, *, window: int = 11) -> None:
        if window % 2 == 0 or window < 3:
            raise ConfigError(f"window must be an odd number, 3 or more, got {window}")
        super().__init__(span, window)
        self._map = _kornia().metrics.ssim

    @property
    def _advice(self) -> str:
        return "choose a smaller window"

    def _similarity(self, made: Tensor, x: Tensor) -> Tensor:
        return self._map(made, x, self.window, max_val=self.span, eps=0.0).mean()

    def __repr__(self) -> str:
        return f"StructuralSimilarity(window={self.window})"


class MultiScaleStructuralSimilarity(_Similarity):
    """D (1 - MS-SSIM), with the product over scales of Zhao et al. (2017, arXiv:1511.08861).

    MS-SSIM = l_M prod_j cs_j at each pixel, cs = (2 s_xx' + c2) / (s^2 + s'^2 + c2) under a
    Gaussian of each sigma, l = (2 m m' + c1) / (m^2 + m'^2 + c1) under the last. All scales are at
    full resolution and have no exponents, where Wang et al. (2003) halve the image and take
    fractional powers, which have no gradient at 0. At the border both images are taken as 0 beyond.
    It is no likelihood of x either.

    Args:
        span: Largest minus smallest value that the data can have, as the model sees them.
        sigmas: Standard deviations of the windows in pixels, the widest last; the paper has 8 as
            well, whose window of 33 pixels small images have no room for.

    Raises:
        ConfigError: If sigmas are none, not positive, or do not rise.
        IncompatibleError: If the span is not finite.
        MissingExtraError: If kornia is not installed.

    Example:
        >>> MultiScaleStructuralSimilarity(1.0)
        MultiScaleStructuralSimilarity(sigmas=(0.5, 1, 2, 4))
    """

    def __init__(self, span: float, *, sigmas: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0)) -> None:
        sigmas = tuple(sigmas)
        if not sigmas or sigmas[0] <= 0 or sorted(set(sigmas)) != list(sigmas):
            raise ConfigError(f"sigmas must be positive and rise, got {sigmas}")
        super().__init__(span, 2 * int(2 * sigmas[-1]) + 1)
        self.sigmas = sigmas
        # Of its weighted sum with an absolute error, the similarity alone.
        self._loss = _kornia().losses.MS_SSIMLoss(sigmas, self.span, alpha=1.0, compensation=1.0)

    @property
    def _advice(self) -> str:
        return "choose smaller sigmas; the last one, s, needs 2 int(2 s) + 1 pixels"

    def _similarity(self, made: Tensor, x: Tensor) -> Tensor:
        return 1 - self._loss(made, x)

    def __repr__(self) -> str:
        return (
            f"MultiScaleStructuralSimilarity(sigmas=({', '.join(f'{s:g}' for s in self.sigmas)}))"
        )


def _kornia() -> ModuleType:
    try:
        import kornia.losses
        import kornia.metrics
    except ImportError as error:
        raise MissingExtraError("kornia", "perceptual", "Structural similarity") from error
    return kornia
