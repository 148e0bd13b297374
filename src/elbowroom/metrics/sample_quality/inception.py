"""The Frechet inception distance, for people who have the Inception network's weights."""

from importlib import import_module
from pathlib import Path
from pickle import UnpicklingError

import numpy as np
import torch
from torch import Tensor, nn

from elbowroom.errors import ConfigError, DataError, MissingExtraError, ShapeError
from elbowroom.metrics.sample_quality.frechet import gaussian_distance
from elbowroom.metrics.sample_quality.rows import Examples, as_array, same_shape

_AT_LEAST = 2
# What torch and torch-fidelity raise for a file that is cut short, runs code or holds other things.
_NO_WEIGHTS = (OSError, EOFError, RuntimeError, TypeError, AttributeError, UnpicklingError)


def frechet_inception_distance(
    real: Examples,
    generated: Examples,
    *,
    weights: str | Path | None = None,
    network: nn.Module | None = None,
    black: float = 0.0,
    white: float = 255.0,
    batch_size: int = 64,
) -> float:
    """Return the Frechet inception distance, FID (Heusel et al. 2017).

    The squared Frechet distance in the 2,048 features of the Inception network as torch-fidelity
    builds it, which is the published one (https://arxiv.org/abs/1706.08500). Published numbers use
    50,000 generated images, and the bias falls with their number: compare equal numbers only. No
    weights are downloaded.

    Args:
        real: Real images, (N, 1 or 3, H, W).
        generated: Generated images, (M, 1 or 3, H, W), in the same units.
        weights: File with the network's weights as torch-fidelity publishes them
            ('weights-inception-2015-12-05-6726825d.pth'). Files that would run code are refused.
        network: Instead of weights, a network from uint8 images (B, 3, H, W) to features (B, F).
        black: Value that is shown as black.
        white: Value that is shown as white.
        batch_size: Images at a time.

    Raises:
        ConfigError: If white is not above black.
        DataError: If there are no weights at hand, or the images cannot be used.
        ShapeError: If these are no images of 1 or 3 channels.
        MissingExtraError: If torch-fidelity is not installed.

    Example:
        >>> class Means(nn.Module):
        ...     def forward(self, images):
        ...         return images.float().mean((2, 3))
        >>> images = np.random.default_rng(0).integers(0, 256, (50, 1, 8, 8))
        >>> frechet_inception_distance(images, images, network=Means()) < 1e-6
        True
    """
    if not white > black:
        raise ConfigError(f"white must be above black, got black={black} and white={white}")
    same_shape({"real": real, "generated": generated})
    images = [
        _as_pixels(as_array(examples, what, at_least=_AT_LEAST), black, white)
        for what, examples in (("real", real), ("generated", generated))
    ]
    extractor = network if network is not None else inception(weights)
    features = [_features(extractor, some, batch_size) for some in images]
    moments = [(f.mean(0), np.atleast_2d(np.cov(f, rowvar=False))) for f in features]
    return gaussian_distance(*moments[0], *moments[1])


def inception(weights: str | Path | None) -> nn.Module:
    """Return torch-fidelity's Inception network with weights from a file.

    Raises:
        DataError: If there is no such file, or it is not one of these weights.
        MissingExtraError: If torch-fidelity is not installed.
    """
    if weights is None or not Path(weights).is_file():
        lack = "none were given" if weights is None else f"there is no file '{weights}'"
        raise DataError(
            f"FID needs the weights of the Inception network, and {lack}. Give the file "
            "'weights-inception-2015-12-05-6726825d.pth' of torch-fidelity, or use "
            "frechet_distance_own_features, which needs none"
        )
    try:
        found = import_module("torch_fidelity.feature_extractor_inceptionv3")
    except ImportError as error:
        raise MissingExtraError("torch-fidelity", "fid", "FID") from error
    try:
        # torch-fidelity unpickles whatever the file holds: look first that it holds tensors only.
        torch.load(weights, weights_only=True, map_location="cpu")
        return found.FeatureExtractorInceptionV3(
            "inception-v3-compat", ["2048"], feature_extractor_weights_path=str(weights)
        )
    except _NO_WEIGHTS as error:
        raise DataError(
            f"'{weights}' does not hold the weights of torch-fidelity's Inception network and "
            "nothing else, or is cut short: fetch the published file again"
        ) from error


def _as_pixels(images: np.ndarray, black: float, white: float) -> Tensor:
    """Return uint8 images with 3 channels."""
    if images.ndim != 4 or images.shape[1] not in (1, 3):
        raise ShapeError(
            f"FID is for images (N, 1 or 3, H, W), got {images.shape}: use "
            "frechet_distance_own_features for other data"
        )
    bright = ((images - black) / (white - black)).clip(0, 1) * 255
    return torch.from_numpy(bright.round().astype(np.uint8)).expand(-1, 3, -1, -1)


@torch.no_grad()
def _features(network: nn.Module, images: Tensor, batch_size: int) -> np.ndarray:
    found = [network(part.contiguous()) for part in images.split(batch_size)]
    # torch-fidelity returns a tuple with one tensor for each layer that was asked for.
    tensors = [out[0] if isinstance(out, tuple) else out for out in found]
    return torch.cat(tensors).double().numpy()
