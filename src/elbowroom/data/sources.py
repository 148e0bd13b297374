"""Load data from a name, a path, an array, a table or a torch dataset."""

import importlib
import pkgutil
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, Literal

from elbowroom.data import readers
from elbowroom.data.columns import Column
from elbowroom.data.dataset import Dataset
from elbowroom.data.factor_tables import with_factors
from elbowroom.data.source import Request, Source
from elbowroom.errors import ConfigError, DataError, did_you_mean

ANYWHERE = frozenset({"name", "factors"})
"""The options that mean something to every source."""
PICKLES = (".pkl", ".pickle", ".pt", ".pth", ".ckpt", ".joblib")


def load(
    source: Any,
    *,
    name: str | None = None,
    key: str | None = None,
    labels: str | None = None,
    columns: tuple[str, ...] | None = None,
    missing: Literal["refuse", "drop"] = "refuse",
    levels: int | None = None,
    shape: tuple[int, ...] | None = None,
    layout: Literal["auto", "channels-first", "channels-last"] = "auto",
    size: tuple[int, int] | None = None,
    resize: Literal["refuse", "stretch", "crop", "pad"] = "refuse",
    channels: Literal["auto", "grey", "rgb", "rgba"] = "auto",
    resident_gb: float = 4.0,
    exclude: tuple[str, ...] | None = None,
    categorical: tuple[str, ...] | None = None,
    ordinal: tuple[str, ...] | None = None,
    binary: tuple[str, ...] | None = None,
    counts: tuple[str, ...] | None = None,
    positive: tuple[str, ...] | None = None,
    real: tuple[str, ...] | None = None,
    factors: str | None = None,
    examples: int | None = None,
    draw_seed: int = 0,
    correlated: tuple[str, ...] | None = None,
    correlation_sigma: float = 0.2,
    antialias: bool = False,
) -> Dataset:
    """Load data and check that they can be used.

    A source is one of: an embedded set ('digits', 'breast-cancer', 'wine', 'iris', 'diabetes');
    a set of known factors ('dsprites-like', 'shapes3d-like', 'linear-toy', 'curved-toy');
    'openml:NAME'; 'hf:NAME' (Hugging Face, with the extra 'hub'); a path to a .npy or .npz array,
    to an IDX file or a folder of them (MNIST's format), to a folder of images, to a CSV or Parquet
    table; a NumPy array, torch tensor, pandas or polars frame, or torch dataset, alone or as a pair
    (examples, labels). Arrays are shared, not copied: do not change them afterwards.

    Args:
        source: What to load.
        name: What to call the data; None for the name of the file or set.
        key: Which array of an .npz file, or which column of a Hugging Face set, holds the data.
        labels: Which column of a table, or which array of an .npz file, holds the labels.
        columns: Which columns of a table to use; None for all but the labels.
        missing: What to do with rows that hold missing or infinite values: 'refuse' or 'drop'.
        levels: Values are the whole numbers 0 .. levels - 1; None to tell by their type (bool 2,
            8-bit 256, 16-bit 65,536, floats real).
        shape: Unfold flat rows to this shape: (C, H, W), (H, W) or (D,).
        layout: Where the channels of 4-axis arrays are: 'channels-first', 'channels-last', or
            'auto' for the axis that is 1, 3 or 4 long, if only one is.
        size: Height and width to bring images to.
        resize: How: 'refuse' other sizes, 'stretch', 'crop' the centre, or 'pad' with black.
        channels: Convert images to 'grey', 'rgb' or 'rgba'; 'auto' keeps what they have.
        resident_gb: Sets larger than this many GiB are read from disk as needed.
        exclude: Columns of a table to leave out.
        categorical: Columns that hold categories, also where they look like numbers. Text is taken
            for categories anyway.
        ordinal: Columns that hold ordered categories; for text with the order, smallest first:
            'grade=low:medium:high'.
        binary: Columns that hold one of two values.
        counts: Columns that hold counts: 0, 1, 2, ... without an upper end.
        positive: Columns that hold positive numbers, described on the scale of their logarithms.
        real: Columns that hold real numbers, also where they look like something else.
        factors: The factors that the examples were made from, a column each and a row for every
            example: a CSV or Parquet file, a frame, a dict of arrays, or `Factors`.
        examples: How many examples to draw of a set that is made on the spot; None for all.
        draw_seed: Another seed draws others.
        correlated: Pairs of factors to correlate: 'scale:x-position'.
        correlation_sigma: How far such pairs stray from a line, as a share of their range; smaller
            is stronger.
        antialias: Draw shapes with smooth edges, 256 levels rather than 2.

    Returns:
        The data in raw units.

    Raises:
        ConfigError: An unknown source, or an option that does not apply to it.
        DataError: The data cannot be used; the message says why and what to do.

    Example:
        >>> load("digits")
        Dataset('digits', 1,797 images of 1x8x8, 17 levels from 0 to 16, 10 classes)
        >>> load("wine").columns[:2]
        ('alcohol', 'malic_acid')
    """
    request = Request(
        name=name,
        key=key,
        labels=labels,
        columns=_names(columns),
        missing=missing,
        levels=levels,
        shape=None if shape is None else tuple(shape),
        layout=layout,
        size=None if size is None else tuple(size),
        resize=resize,
        channels=channels,
        resident_gb=resident_gb,
        exclude=_names(exclude),
        real=_names(real),
        positive=_names(positive),
        counts=_names(counts),
        binary=_names(binary),
        ordinal=_names(ordinal),
        categorical=_names(categorical),
        factors=factors,
        examples=examples,
        draw_seed=draw_seed,
        correlated=_names(correlated),
        correlation_sigma=correlation_sigma,
        antialias=antialias,
    )
    return _read(source, request)


def load_like(source: Any, known: tuple[Column, ...], **options: Any) -> Dataset:
    """Load a table whose columns are those of data loaded before, coded as they were there.

    Args:
        source: As for `load`.
        known: What the columns hold: `kinds` of the data before.
        **options: Other options of `load`.

    Raises:
        ConfigError: A column is missing.
        DataError: A value that the data before did not have.
    """
    return _read(source, Request(known=known, **options))


def takes_columns(source: Any) -> bool:
    """Whether a source has columns with names, so that `load_like` can read it."""
    return "known" in find_reader(source).options


def _read(source: Any, request: Request) -> Dataset:
    reader = find_reader(source)
    _refuse_unused(request, reader, source)
    return with_factors(reader.read(source, request), request.factors)


def _names(names: tuple[str, ...] | str | None) -> tuple[str, ...] | None:
    """Return names as a tuple; a single one is one name, not a sequence of letters."""
    return (names,) if isinstance(names, str) else None if names is None else tuple(names)


@cache
def all_readers() -> tuple[Source, ...]:
    """Return one of each reader in `readers/`, found by looking."""
    for module in pkgutil.iter_modules(readers.__path__):
        importlib.import_module(f"{readers.__name__}.{module.name}")
    return tuple(reader() for reader in _leaves(Source) if not reader.__name__.startswith("_"))


def embedded_names() -> tuple[str, ...]:
    """Return the names of the sets that need neither a file nor a network, sorted."""
    return tuple(sorted(name for reader in all_readers() for name in reader.examples))


def find_reader(source: object) -> Source:
    """Return the reader that recognises a source.

    The name of an embedded set means that set, also beside a folder of the same name: that folder
    is './digits'.

    Raises:
        ConfigError: None does; the message says what the source seems to be and what is known.
    """
    embedded_first = sorted(all_readers(), key=lambda reader: not reader.examples)
    for reader in embedded_first:
        if reader.recognises(source):
            return reader
    raise _unknown(source)


def _unknown(source: object) -> Exception:
    """Find out what the person may have meant."""
    if not isinstance(source, str | Path):
        return ConfigError(
            f"Cannot load an object of type {type(source).__name__}. Give a name, a path, a NumPy "
            "array, a torch tensor or dataset, or a pandas or polars frame."
        )
    path, names = Path(source), embedded_names()
    if path.suffix in PICKLES:
        return ConfigError(
            f"{path} is a pickle ({path.suffix}), which can run code when it is opened, so it is "
            "never loaded. Save the array with numpy.save('data.npy', array) instead."
        )
    if path.is_file() and path.stat().st_size == 0:
        return DataError(f"{path} is empty (0 bytes).")
    if path.exists():
        return ConfigError(
            f"{path} is of no known kind. Known are .npy, .npz, .csv, .tsv, .parquet, IDX files, "
            "and folders of images or of IDX files."
        )
    if path.suffix or len(path.parts) > 1:
        return ConfigError(f"There is no file or folder {str(path)!r}. Check the path.")
    return ConfigError(
        f"Unknown data {str(source)!r}.{did_you_mean(str(source), names)} Known names: "
        f"{', '.join(names)}; openml:NAME; hf:NAME; or a path to a file or folder."
    )


def _refuse_unused(request: Request, reader: Source, source: object) -> None:
    """An option that would be ignored is a misunderstanding: say so."""
    for field in fields(Request):
        value = getattr(request, field.name)
        given = value is not None if field.default is None else value != field.default
        if given and field.name not in reader.options | ANYWHERE:
            described = repr(source) if isinstance(source, str | Path) else type(source).__name__
            raise ConfigError(
                f"The option {field.name!r} does not apply to {described}. "
                f"Options that do: {', '.join(sorted((reader.options | ANYWHERE) - {'known'}))}."
            )


def _leaves(cls: type) -> list[type]:
    below = [leaf for sub in cls.__subclasses__() for leaf in _leaves(sub)]
    return below or ([] if cls is Source else [cls])
