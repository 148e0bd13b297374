"""Look around."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from elbowroom.data import Description
    from elbowroom.doctor import Diagnosis

PLACE_IN_HELP = 4


def data(source: Any, *, picture: Path | None = None, **load_settings: Any) -> "Description":
    """Say what is in a data set: counts, shape, range, kind, and which likelihoods fit.

    For example:

        elbowroom data digits
        elbowroom data pictures/ --resize crop --size 64,64 --picture contact-sheet.png
        elbowroom data table.csv --missing drop --json

    Args:
        source: The name of an embedded data set, or the path of a file or folder.
        picture: Where to write a picture of it: .png, .svg or .pdf.
        load_settings: How to read it: the options of `elbowroom.data.load`.

    Returns:
        The description.

    Raises:
        ConfigError: If the source or an option is not known.
        DataError: If the data cannot be used.
    """
    from elbowroom.config import Config
    from elbowroom.data import describe, figure, load
    from elbowroom.files import replacing

    over = {f"data.{name}": value for name, value in load_settings.items()}
    config = Config.from_dict({}).with_overrides(over)
    loaded = load(source, **config.options("data", "load"))
    if picture is not None:
        drawn = figure(loaded)
        with replacing(Path(picture)) as beside:
            drawn.savefig(beside)
    return describe(loaded)


def doctor() -> "Diagnosis":
    """Check this installation: versions, devices, threads, extras, what is slow and how to mend it.

    For example:

        elbowroom doctor

    Returns:
        The findings.
    """
    from elbowroom.doctor import diagnose

    return diagnose()
