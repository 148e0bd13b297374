"""An image file from a person: read safely, and brought to what the training examples were."""

import io
import warnings
from typing import TYPE_CHECKING

import numpy as np

from elbowroom.data import Domain
from elbowroom.data.image_files import Decoder
from elbowroom.data.source import Resize
from elbowroom.errors import DataError, IncompatibleError
from elbowroom.run import Run

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = 2**24
MOST_PIXELS = 50_000_000
"""Pixels that a file may unpack to: photographs are smaller, decompression bombs are not."""
LONGEST_SIDE = 32_767
"""Pixels of a side: of an image one wide and as high as that allows, resizing takes a gigabyte."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
_FORMS = {1: "grey", 3: "rgb", 4: "rgba"}
_BYTE, _WORD = 255, 65535


def cannot_read(domain: Domain) -> str | None:
    """Say why image files cannot be examples of some data, or None where they can."""
    if len(domain.shape) != 3:
        return "These data are a table: there is no picture to read. Edit a row instead."
    if domain.shape[0] not in _FORMS:
        return (
            f"These images have {domain.shape[0]} channels; files have 1 (grey), 3 (colour) or 4 "
            "(colour with transparency)."
        )
    return None


def read_picture(run: Run, content: bytes, low: float, high: float) -> np.ndarray:
    """Return the values of an image file, resized and converted as the training images were.

    Args:
        run: The run.
        content: The file: PNG, JPEG, WebP, GIF or BMP.
        low: The value that black becomes.
        high: The value that white becomes.

    Returns:
        Raw values, (C * H * W,).

    Raises:
        IncompatibleError: If the data are not images that a file can hold.
        DataError: If the file is too large, cut short, corrupt, or none of these.
    """
    if reason := cannot_read(run.domain):
        raise IncompatibleError(reason)
    channels, height, width = run.domain.shape
    pixels = _pixels(content, _FORMS[channels], (height, width), resizing(run))
    white = _WORD if pixels.dtype == np.uint16 else _BYTE
    if pixels.ndim == 2:
        # With 16 bits there is grey alone: all colours are that, and nothing is transparent.
        pixels = np.stack([pixels] * min(channels, 3) + [np.full_like(pixels, white)], -1)
    values = low + (high - low) * (pixels[..., :channels] / white)
    if run.domain.levels is not None:
        values = np.rint(values)
    return np.moveaxis(values, -1, 0).astype(np.float32).ravel()


def _pixels(content: bytes, form: str, size: tuple[int, int], resize: Resize) -> np.ndarray:
    """Return the pixels of a file, (H, W) or (H, W, C), uint8 or uint16."""
    from PIL import Image, UnidentifiedImageError

    if len(content) > MOST_BYTES:
        raise DataError(
            f"the file has {len(content):,} bytes, and {MOST_BYTES:,} is the most: make it smaller"
        )
    try:
        with warnings.catch_warnings():
            # The limit of our own is lower and holds for this file alone, whatever Pillow's is.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                _refuse_large(image)
                image.load()
                upright = _upright(image)
        deep = upright.mode.startswith("I")
        return Decoder("grey16" if deep else form, size, resize).pixels(upright)
    except UnidentifiedImageError:
        raise DataError(
            f"this is no image, or of a kind that is not read here: use {', '.join(FORMATS)}"
        ) from None
    except Image.DecompressionBombError:
        raise _too_large() from None
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError, OverflowError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"the image is cut short or corrupt ({error})") from None


def _refuse_large(image: "Image") -> None:
    """Refuse by what the header says, before anything is unpacked."""
    if image.width * image.height > MOST_PIXELS:
        raise _too_large()
    if max(image.size) > LONGEST_SIDE:
        raise DataError(
            f"the image is {image.width:,} pixels wide and {image.height:,} high, and "
            f"{LONGEST_SIDE:,} is the most of a side: make it smaller first"
        )


def _upright(image: "Image") -> "Image":
    """Turn a picture as its notes (EXIF) say; damaged notes say nothing."""
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(image)
    # Whatever a parser of theirs met on the way, the pixels were read already, and are fine.
    except Exception:  # noqa: BLE001
        return image


def _too_large() -> DataError:
    return DataError(
        f"the image has more than {MOST_PIXELS:,} pixels: make it smaller first; a small file "
        "that unpacks to that many may be meant to do harm"
    )


def resizing(run: Run) -> Resize:
    """Return how the training images were brought to their size; to keep the centre, else."""
    asked: Resize | None = run.config.data.resize
    return "crop" if asked in (None, "refuse") else asked
