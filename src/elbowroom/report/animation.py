"""Figures that move, as files: there and back again, so that the end meets the beginning."""

from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from elbowroom.errors import ConfigError, MissingExtraError
from elbowroom.files import replacing
from elbowroom.report.plate import Motion
from elbowroom.report.rendering import settle, steady

if TYPE_CHECKING:
    from PIL.Image import Image

FRAMES, SECONDS = 48, 4.0
"""Frames of an animation and how long it takes, when nothing else is asked for."""

_DPI = 110


def there_and_back(frames: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the places to show and their order, for a loop that turns softly at both ends.

    Frame k of N is at (1 - cos(pi k / M)) / 2 of the way, with M = N // 2. Frames k and N - k are
    at the same place, which is drawn once. An odd N shows the far end in two frames.

    Args:
        frames: Number of frames N of the loop, 2 or more.

    Returns:
        Places from 0 to 1, (M + 1,), and which of them each frame shows, (N,).

    Example:
        >>> places, order = there_and_back(6)
        >>> places.round(2).tolist(), order.tolist()
        ([0.0, 0.25, 0.75, 1.0], [0, 1, 2, 3, 2, 1])
    """
    if frames < 2:
        raise ConfigError(f"frames is {frames}; an animation has 2 or more")
    count = np.arange(frames)
    order = np.minimum(count, frames - count)
    half = frames // 2
    return (1 - np.cos(np.pi * np.arange(half + 1) / half)) / 2, order


def write_animation(
    moving: Callable[[np.ndarray], Motion],
    path: Path,
    *,
    frames: int = FRAMES,
    seconds: float = SECONDS,
) -> None:
    """Write a moving figure as .gif, .webp or .mp4, whole or not at all.

    Args:
        moving: Returns the figure given the places of its steps, see `Plate.motion`.
        path: The file; its suffix says how it is written.
        frames: Frames of one loop, there and back.
        seconds: How long a loop takes.

    Raises:
        ConfigError: If the suffix is another, or the numbers are too small.
        MissingExtraError: For .mp4 without the extra `video`.
    """
    write = _writer(path)
    if not 0 < seconds < float("inf"):
        raise ConfigError(f"seconds is {seconds:g}; it must be above 0")
    places, order = there_and_back(frames)
    if write is _video:
        _ffmpeg()  # before the work
    drawn = list(_drawn(moving(places)))
    with replacing(path) as beside:
        write(beside, [drawn[step] for step in order], seconds)


def _writer(path: Path) -> Callable[[Path, list[np.ndarray], float], None]:
    if path.suffix.lower() not in ANIMATED:
        raise ConfigError(f"'{path}' must end in one of {', '.join(ANIMATED)} to move")
    return ANIMATED[path.suffix.lower()]


def _drawn(motion: Motion) -> Iterator[np.ndarray]:
    """Yield each step as a picture, (height, width, 3) of 8 bits."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = motion.figure
    motion.show(0)
    figure.set_dpi(_DPI)
    figure.set_facecolor("white")
    settle(figure)
    canvas = FigureCanvasAgg(figure)
    for step in range(motion.steps):
        motion.show(step)
        with steady():
            canvas.draw()
        yield np.asarray(canvas.buffer_rgba())[..., :3].copy()


def _images(pictures: list[np.ndarray]) -> "list[Image]":
    from PIL import Image

    return [Image.fromarray(picture) for picture in pictures]


def _milliseconds(pictures: list[np.ndarray], seconds: float, least: int) -> list[int]:
    """Return how long each frame stays, in multiples of what the format can say."""
    ends = np.arange(len(pictures) + 1) * 1000 * seconds / len(pictures)
    return np.maximum(np.diff((ends / least).round()) * least, least).astype(int).tolist()


def _gif(path: Path, pictures: list[np.ndarray], seconds: float) -> None:
    from PIL import Image

    # One palette for all frames, from all of them, with white as its first: nothing flickers.
    some = np.concatenate(pictures[:: max(len(pictures) // 8, 1)])
    palette = Image.fromarray(some).quantize(254)
    palette.putpalette([255, 255, 255, *(palette.getpalette() or [])])
    first, *rest = (_indexed(picture, palette) for picture in pictures)
    first.save(
        path, save_all=True, append_images=rest, loop=0, optimize=False,
        duration=_milliseconds(pictures, seconds, 10),
    )  # fmt: skip


def _indexed(picture: np.ndarray, palette: "Image") -> "Image":
    """Return a picture in the colours of a palette; Pillow's search takes white for grey."""
    from PIL import Image

    found = Image.fromarray(picture).quantize(palette=palette, dither=Image.Dither.NONE)
    found.paste(0, mask=Image.fromarray((picture == 255).all(-1)))
    return found


def _webp(path: Path, pictures: list[np.ndarray], seconds: float) -> None:
    first, *rest = _images(pictures)
    first.save(
        path, save_all=True, append_images=rest, loop=0, quality=85, method=4,
        duration=_milliseconds(pictures, seconds, 1),
    )  # fmt: skip


def _video(path: Path, pictures: list[np.ndarray], seconds: float) -> None:
    # Half of the colours are kept of a video, for two pixels together: sides must be even.
    height, width = (size + size % 2 for size in pictures[0].shape[:2])
    send = _ffmpeg().write_frames(
        str(path), (width, height), fps=len(pictures) / seconds, codec="libx264", quality=None,
        macro_block_size=2, output_params=["-crf", "18", "-movflags", "+faststart"],
        ffmpeg_log_level="error",
    )  # fmt: skip
    for picture in chain([None], pictures):
        send.send(None if picture is None else _padded(picture, height, width))
    send.close()


def _padded(picture: np.ndarray, height: int, width: int) -> bytes:
    more = [(0, height - picture.shape[0]), (0, width - picture.shape[1]), (0, 0)]
    return np.pad(picture, more, constant_values=255).tobytes()


def _ffmpeg() -> ModuleType:
    try:
        return import_module("imageio_ffmpeg")
    except ImportError as error:
        raise MissingExtraError("imageio-ffmpeg", "video", "writing .mp4") from error


ANIMATED = {".gif": _gif, ".webp": _webp, ".mp4": _video}
"""How each kind of moving file is written, by suffix."""
