"""Draw a run."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from elbowroom.commands._runs import Split, open_run
from elbowroom.errors import ConfigError

if TYPE_CHECKING:
    from elbowroom.report.picture import Picture, Pictures

PLACE_IN_HELP = 3


def picture(
    run: Any = None,
    name: str | None = None,
    *,
    example: Any = None,
    other: Any = None,
    units: Any = None,
    steps: int | None = None,
    around: Literal["prior", "example"] | None = None,
    path: Literal["straight", "spherical", "metric"] | None = None,
    colour: str | None = None,
    factors: Any = None,
    metric: str | None = None,
    split: Split | None = None,
    frames: int | None = None,
    seconds: float | None = None,
    out: Path | None = None,
    device: str = "auto",
    trust: bool = False,
) -> "Picture | Pictures":
    """Draw a picture of a run, by its name; without one, list the pictures there are.

    Each picture takes some of the options; those that it does not take are refused.

    For example:

        elbowroom picture
        elbowroom picture runs/digits-1 traversals --example 3,8 --out knobs.png
        elbowroom picture runs/digits-1 interpolation --example 3 --other 8 --out way.gif
        elbowroom picture runs/digits-1 manifold --units 0,5 --out plane.pdf

    Args:
        run: The run folder.
        name: Name of the picture.
        example: Which examples it is about: positions in the split, with commas between them.
        other: The examples at the other end, as many.
        units: Which latent units, with commas between them; the most used when not given.
        steps: How many codes are decoded on a way, or along a side.
        around: Whether units move over the range of the prior, or only of the example's own
            posterior; the others stay at its code.
        path: The way from one example to another: straight, spherical, or along the decoder's
            metric; all three when not given.
        colour: Factor that points are coloured by, or 'label'.
        factors: A table of factors with a row for each example, where the data have none.
        metric: Which predictors give importances: boosted-dci, forest-dci or lasso-dci.
        split: Which part of the run's own data; the test set, or the best there is, when not given.
        frames: Frames of an animation, there and back (48 when not given).
        seconds: How long they take (4 when not given).
        out: Where to write it: .png, .svg or .pdf; what moves also as .gif, .webp or .mp4.
        device: cpu, cuda, mps or auto.
        trust: Allow the run to name classes outside Elbowroom, which runs their code.

    Returns:
        The picture, its `figure` a Matplotlib figure; or the list of them.

    Raises:
        ConfigError: If there is no such picture, or it does not take an option or a value.
        IncompatibleError: If the picture would mean nothing for this model, and why.
        RunError: If the folder is not a run, or an incomplete one.
        MissingExtraError: For .mp4 without the extra `video`.
    """
    from elbowroom.report.picture import PICTURES, Pictures, check_file, draw, find_picture

    asked = {
        "example": example, "other": other, "units": units, "steps": steps, "around": around,
        "path": path, "colour": colour, "factors": factors, "metric": metric,
    }  # fmt: skip
    options = {option: value for option, value in asked.items() if value is not None}
    if name is not None:
        find_picture(name, options)
    if name is not None and out is not None:
        check_file(name, Path(out), frames=frames, seconds=seconds)
    if out is None and (frames, seconds) != (None, None):
        raise ConfigError("frames and seconds are of an animation: give --out FILE.gif as well")
    given = [*options, *(["split"] if split is not None else []), *(["out"] if out else [])]
    if name is None and given:
        raise ConfigError(
            f"{', '.join(f'--{option}' for option in given)}: of which picture? Give its name "
            f"after the run. There are: {', '.join(PICTURES)}"
        )
    if run is None or name is None:
        if run is not None:
            open_run(run, trust=trust, device=device)
        return Pictures(PICTURES)
    drawn = draw(open_run(run, trust=trust, device=device), name, split=split, **options)
    return drawn if out is None else drawn.save(out, frames=frames, seconds=seconds)
