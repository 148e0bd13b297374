"""Image files: what their headers say, and their pixels in a common form."""

import warnings
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from elbowroom.data.source import Channels, Request, Resize
from elbowroom.errors import ConfigError, DataError

if TYPE_CHECKING:
    from PIL.Image import Image

PHOTOS = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp"})
ENDINGS = PHOTOS | {".pgm", ".ppm", ".pbm", ".pnm"}
ORIENTATION = 274  # the EXIF tag; from 5 on the image is turned by 90 degrees
RICHNESS = ("bit", "grey", "rgb", "rgba")
EIGHT_BIT = {"1": "bit", "L": "grey", "LA": "rgba", "La": "rgba", "PA": "rgba", "RGBA": "rgba"}
PILLOW_MODES = {"bit": "1", "grey": "L", "rgb": "RGB", "rgba": "RGBA"}


@dataclass(frozen=True)
class Header:
    """What a file says about itself: (height, width) when upright, and its form.

    The form is 'bit', 'grey', 'rgb', 'rgba' (8 bits a channel), 'grey16' or 'float'.
    """

    size: tuple[int, int]
    form: str


@dataclass(frozen=True)
class Decoder:
    """Reads files into arrays of one shape.

    Args:
        form: The form that all are brought to.
        size: Height and width.
        resize: How to get there.
    """

    form: str
    size: tuple[int, int]
    resize: Resize

    def __call__(self, path: Path) -> np.ndarray:
        """Read one file: (H, W) or (H, W, C), bool, uint8, uint16 or float32."""
        from PIL import ImageOps

        with opened(path) as image:
            return self.pixels(ImageOps.exif_transpose(image))

    def pixels(self, image: "Image") -> np.ndarray:
        """Bring an upright image to the common form."""
        if self.form in PILLOW_MODES:
            return np.asarray(self._resized(image.convert(PILLOW_MODES[self.form])))
        wide = self._resized(image if image.mode == "F" else image.convert("I").convert("F"))
        values = np.asarray(wide)
        if self.form == "float":
            return values
        return np.clip(np.rint(values), 0, 65535).astype(np.uint16)

    def _resized(self, image: "Image") -> "Image":
        from PIL import Image, ImageOps

        target = (self.size[1], self.size[0])
        if image.size == target:
            return image
        ways = {
            "stretch": lambda: image.resize(target, Image.Resampling.BICUBIC),
            "crop": lambda: ImageOps.fit(image, target, Image.Resampling.BICUBIC),
            "pad": lambda: ImageOps.pad(image, target, Image.Resampling.BICUBIC, color=0),
        }
        return ways[self.resize]()


@contextmanager
def opened(path: Path) -> "Generator[Image]":
    """Open an image.

    Raises:
        DataError: Corrupt, cut short, of an unknown format, or a decompression bomb.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise DataError(
            f"{path} has more than {Image.MAX_IMAGE_PIXELS:,} pixels: too large, or a "
            "decompression bomb. Remove it, or make it smaller first."
        ) from None
    except UnidentifiedImageError:
        raise DataError(f"{path} is no image, or corrupt. Remove or replace it.") from None
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(
            f"{path} is cut short or corrupt ({error}). Remove or replace it."
        ) from None


def read_header(path: Path) -> Header:
    """Read size and form without the pixels.

    Raises:
        DataError: As `opened`.
    """
    with opened(path) as image:
        return header_of(image)


def header_of(image: "Image") -> Header:
    """Tell the upright size and the form of an image that is open."""
    width, height = image.size
    turned = image.getexif().get(ORIENTATION, 1) >= 5
    size = (width, height) if turned else (height, width)
    if image.mode.startswith("I"):
        return Header(size, "grey16")
    if image.mode == "F":
        return Header(size, "float")
    transparent = image.mode in ("P", "RGB", "L") and "transparency" in image.info
    return Header(size, "rgba" if transparent else EIGHT_BIT.get(image.mode, "rgb"))


def plan(headers: Sequence[Header], request: Request, name: str) -> tuple[Decoder, tuple[str, ...]]:
    """Decide the common form and size, and say what will be changed.

    Args:
        headers: Of all images.
        request: `size`, `resize` and `channels`.
        name: What to call the data in messages.

    Returns:
        The decoder and notes for the description.

    Raises:
        DataError: Sizes or depths differ and nothing was asked for to make them equal.
        ConfigError: A size that is none.
    """
    form = _common_form(Counter(h.form for h in headers), request.channels, name)
    sizes = Counter(h.size for h in headers)
    size = request.size or next(iter(sizes))
    if len(size) != 2 or min(size) < 1:
        raise ConfigError(f"size={list(size)} is no size. Give height and width, like [64, 64].")
    differing = {found: n for found, n in sizes.items() if found != size}
    if differing and (request.resize == "refuse" or request.size is None):
        listed = ", ".join(f"{n:,} of {h}x{w}" for (h, w), n in sizes.most_common(5))
        more = f" and {len(sizes) - 5} more sizes" if len(sizes) > 5 else ""
        middle = sizes.most_common(1)[0][0]
        one = f"images that are not {size[0]}x{size[1]}"
        what = "images of mixed sizes" if len(sizes) > 1 else one
        raise DataError(
            f"{name!r} has {what} (height x width): {listed}{more}. Choose one with "
            f"size={list(request.size or middle)} and a way to get there: resize='crop' keeps the "
            "centre, 'pad' adds black edges, 'stretch' changes proportions (--data.size "
            f"{','.join(map(str, request.size or middle))} --data.resize crop)."
        )
    if form == "bit" and differing:
        form = "grey"  # resizing makes greys
    notes = []
    if differing:
        notes.append(
            f"{sum(differing.values()):,} images were brought to {size[0]}x{size[1]} "
            f"(resize='{request.resize}')."
        )
    changed = sum(h.form != form for h in headers)
    if changed:
        notes.append(f"{changed:,} images were converted to {form}.")
    return Decoder(form, size, request.resize), tuple(notes)


def _common_form(forms: Counter[str], channels: Channels, name: str) -> str:
    """The richest 8-bit form; deeper ones stay among themselves."""
    deep = [form for form in forms if form not in RICHNESS]
    if deep and (len(forms) > 1 or channels not in ("auto", "grey")):
        listed = ", ".join(f"{n:,} {form}" for form, n in forms.items())
        raise DataError(
            f"{name!r} has images of {listed}"
            f"{'' if len(forms) > 1 else f', which cannot become {channels}'}. Images with 16 bits "
            "or floats cannot be mixed with others, or made colour; convert them first."
        )
    if deep:
        return deep[0]
    return max(forms, key=RICHNESS.index) if channels == "auto" else channels
