"""One picture of a run: drawn, shown, written to a file; and the list of all there are."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from elbowroom.errors import ConfigError, did_you_mean
from elbowroom.report.animation import ANIMATED, FRAMES, SECONDS, write_animation
from elbowroom.report.material import Material
from elbowroom.report.pictures import PICTURES, Draw, line_of, moves, options_of
from elbowroom.report.plate import MovingPlate, Plate
from elbowroom.report.rendering import STILL, settle, steady, write_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from rich.table import Table

    from elbowroom.run import Run


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture of a run; a notebook shows it.

    Attributes:
        run: Name of the run.
        plate: The figure with its words.
        files: Where it was written.
    """

    run: str
    plate: Plate
    files: tuple[Path, ...] = ()

    @property
    def figure(self) -> "Figure":
        """The Matplotlib figure."""
        return self.plate.figure

    @property
    def caption(self) -> str:
        """What it shows and how to read it."""
        return self.plate.caption

    @property
    def numbers(self) -> Mapping[str, Any]:
        """Numbers behind it, as plain values."""
        return self.plate.numbers

    def save(
        self, path: str | Path, *, frames: int | None = None, seconds: float | None = None
    ) -> "Picture":
        """Write it, whole or not at all; the suffix says how.

        Args:
            path: The file: .png, .svg or .pdf; .gif, .webp or .mp4 for one that moves.
            frames: Frames of one loop, there and back.
            seconds: How long a loop takes.

        Raises:
            ConfigError: If the suffix is another, or the picture does not move.
            MissingExtraError: For .mp4 without the extra `video`.
        """
        path = Path(path)
        check_file(self.plate.name, path, frames=frames, seconds=seconds)
        if isinstance(self.plate, MovingPlate) and path.suffix.lower() in ANIMATED:
            write_animation(
                self.plate.motion, path,
                frames=FRAMES if frames is None else frames,
                seconds=SECONDS if seconds is None else seconds,
            )  # fmt: skip
        else:
            write_file(self.figure, path)
        return replace(self, files=(*self.files, path))

    def table(self) -> "Table":
        """Return what the picture shows and where it is, for the terminal."""
        from rich.markup import escape
        from rich.table import Table

        table = Table(
            title=escape(f"{self.plate.name} of {self.run}"), title_justify="left",
            show_header=False,
        )  # fmt: skip
        table.add_row(escape(self.caption))
        written = [f"written to {file}" for file in self.files]
        table.caption = escape("\n".join(written) or "not kept: use --out FILE")
        table.caption_justify = "left"
        return table

    def to_dict(self) -> dict[str, Any]:
        """Return words, numbers and files, for JSON."""
        return {
            "picture": self.plate.name,
            "run": self.run,
            "caption": self.caption,
            "numbers": dict(self.numbers),
            "files": [str(file) for file in self.files],
        }

    def _repr_png_(self) -> bytes:
        buffer = io.BytesIO()
        with steady():
            self.figure.savefig(buffer, format="png", dpi=100, facecolor="white")
        return buffer.getvalue()


@dataclass(frozen=True)
class Pictures:
    """The pictures there are.

    Attributes:
        known: How each is drawn, by name.
    """

    known: Mapping[str, Draw]

    def table(self) -> "Table":
        """Return a line for each, with the options that it takes."""
        from rich.table import Table

        table = Table(
            title="pictures", title_justify="left", caption_justify="left", show_header=False,
            box=None,
        )  # fmt: skip
        for name, draw in self.known.items():
            words = " ".join(f"--{option}" for option in (*options_of(draw), "split"))
            table.add_row(f"[bold]{name}", f"{line_of(draw)}\n[dim]{words}[/]")
        moving = ", ".join(name for name, draw in self.known.items() if moves(draw))
        table.caption = (
            f"elbowroom picture RUN NAME --out FILE, with FILE ending in {', '.join(STILL)}. "
            f"These move as well, in {', '.join(ANIMATED)}: {moving}."
        )
        return table

    def to_dict(self) -> dict[str, Any]:
        """Return the same as plain values."""
        return {
            name: {"shows": line_of(draw), "options": list(options_of(draw)), "moves": moves(draw)}
            for name, draw in self.known.items()
        }


def check_file(
    name: str, path: Path, *, frames: int | None = None, seconds: float | None = None
) -> None:
    """Refuse a file that a picture cannot be written to, before the work.

    Args:
        name: The picture.
        path: The file.
        frames: Frames, if they were asked for.
        seconds: Seconds, if they were.

    Raises:
        ConfigError: With what can be done instead.
    """
    suffix = path.suffix.lower()
    if suffix not in (*STILL, *ANIMATED):
        raise ConfigError(f"'{path}' must end in one of {', '.join((*STILL, *ANIMATED))}")
    moving = [one for one, draw in PICTURES.items() if moves(draw)]
    if suffix in ANIMATED and name not in moving:
        raise ConfigError(
            f"{name} does not move: '{path}' must end in one of {', '.join(STILL)}. What moves: "
            f"{', '.join(moving)}"
        )
    if suffix in STILL and (frames, seconds) != (None, None):
        raise ConfigError(
            f"frames and seconds are of an animation, and '{path}' holds one picture: use one of "
            f"{', '.join(ANIMATED)}"
        )


def find_picture(name: str, options: Mapping[str, Any]) -> Draw:
    """Return how a picture is drawn.

    Args:
        name: Its name.
        options: What it is to be drawn with.

    Raises:
        ConfigError: If there is no such picture, or it does not take an option.
    """
    if name not in PICTURES:
        raise ConfigError(
            f"there is no picture {name!r}.{did_you_mean(name, PICTURES)} There are: "
            f"{', '.join(PICTURES)}"
        )
    taken = options_of(PICTURES[name])
    for option in options:
        if option not in taken:
            raise ConfigError(
                f"{name} has no option {option!r}; it takes {', '.join((*taken, 'split'))}"
            )
    return PICTURES[name]


def draw(run: "Run", name: str, *, split: str | None = None, **options: Any) -> Picture:
    """Draw a picture of a run.

    Args:
        run: The run.
        name: Name of the picture.
        split: Which examples to show; the test set, or the best there is, when not given.
        options: Options of the picture.

    Raises:
        ConfigError: If there is no such picture, option or value.
        IncompatibleError: If the picture would mean nothing for this model, and why.
        DataError: If the data lack what it shows.

    Example:
        >>> from elbowroom import Run
        >>> draw(Run.load("runs/digits-1"), "traversals").figure  # doctest: +SKIP
        <Figure size 820x608 with 1 Axes>
    """
    plate = find_picture(name, options)(Material(run, split), **options)
    settle(plate.figure)
    return Picture(run.name, plate)
