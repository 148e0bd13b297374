"""Look around."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from elbowroom.errors import ConfigError

if TYPE_CHECKING:
    from elbowroom.combinations import Combinations
    from elbowroom.doctor import Diagnosis
    from elbowroom.overview import Overview
    from elbowroom.recipes import Recipe, Recipes

PLACE_IN_HELP = 4

_PICTURES = (".png", ".svg", ".pdf")


def data(source: Any, *, picture: Path | None = None, **load_settings: Any) -> "Overview":
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
        The overview.

    Raises:
        ConfigError: If the source or an option is not known.
        DataError: If the data cannot be used.
    """
    from elbowroom.config import Config
    from elbowroom.data import figure, load
    from elbowroom.files import replacing
    from elbowroom.overview import overview

    if picture is not None and Path(picture).suffix.lower() not in _PICTURES:
        raise ConfigError(f"'{picture}' must end in one of {', '.join(_PICTURES)}")
    over = {f"data.{name}": value for name, value in load_settings.items()}
    config = Config.from_dict({}).with_overrides(over)
    loaded = load(source, **config.options("data", "load"))
    if picture is not None:
        drawn = figure(loaded)
        with replacing(Path(picture)) as beside:
            drawn.savefig(beside)
    return overview(loaded)


def recipes(name: str | None = None) -> "Recipe | Recipes":
    """List published methods that can be trained by name, or show one: settings and BibTeX.

    For example:

        elbowroom recipes
        elbowroom recipes iwae-2016
        elbowroom train digits --recipe iwae-2016

    Args:
        name: The recipe to show.

    Returns:
        The recipe, or all of them.

    Raises:
        ConfigError: If there is no recipe of that name.
    """
    import elbowroom.recipes as known

    return known.Recipes(known.recipes()) if name is None else known.find_recipe(name)


def combinations() -> "Combinations":
    """Try every objective with every posterior, prior and structure: what works, what not and why.

    For example:

        elbowroom combinations

    Returns:
        The tables.
    """
    from elbowroom.combinations import combinations as tried

    return tried()


def doctor() -> "Diagnosis":
    """Check this installation: versions, devices, threads, extras, what is slow and how to mend it.

    For example:

        elbowroom doctor

    Returns:
        The findings.
    """
    from elbowroom.doctor import diagnose

    return diagnose()
