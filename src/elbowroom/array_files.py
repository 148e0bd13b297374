"""Arrays and tables in files: .npy, .npz, .csv, .parquet; whole or not at all."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from elbowroom.errors import ConfigError, MissingExtraError, did_you_mean
from elbowroom.files import replacing

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray


def check_suffix(path: str | Path | None, *, picture: bool = False) -> None:
    """Refuse a file that cannot be written, before the work and not after it.

    Raises:
        ConfigError: If the suffix is not one that is known.
    """
    known = [*_WRITERS, *([".png"] if picture else [])]
    if path is not None and Path(path).suffix.lower() not in known:
        raise ConfigError(
            f"'{path}' must end in one of {', '.join(known)}."
            + did_you_mean(Path(path).suffix, known)
        )


def write_columns(
    path: Path, array: "Array", arrays: Mapping[str, "Array"],
    columns: Callable[[], Mapping[str, "Array"]],
) -> None:  # fmt: skip
    """Write what the suffix has room for, whole or not at all.

    Args:
        path: The file.
        array: What .npy holds.
        arrays: What .npz holds, by name.
        columns: Returns what .csv and .parquet hold; asked for only there.

    Raises:
        ConfigError: If the suffix is another one.
        MissingExtraError: If Parquet cannot be written here.
    """
    check_suffix(path)
    with replacing(path) as beside:
        _WRITERS[path.suffix.lower()](beside, array, arrays, columns)


def _write_npy(path: Path, array: "Array", *_: Any) -> None:
    import numpy as np

    with path.open("wb") as file:  # of a path, numpy changes suffixes that it does not know
        np.save(file, array, allow_pickle=False)


def _write_npz(path: Path, _: "Array", arrays: Mapping[str, "Array"], *__: Any) -> None:
    import numpy as np

    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def _write_csv(path: Path, _: Any, __: Any, columns: Callable[[], Mapping[str, "Array"]]) -> None:
    import csv

    named = columns()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(named)
        writer.writerows(zip(*(column.tolist() for column in named.values()), strict=True))


def _write_parquet(
    path: Path, _: Any, __: Any, columns: Callable[[], Mapping[str, "Array"]]
) -> None:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtraError("pyarrow", "tables", "Writing Parquet files") from error
    pq.write_table(pa.table(dict(columns())), path)


_WRITERS = {
    ".npy": _write_npy,
    ".npz": _write_npz,
    ".csv": _write_csv,
    ".parquet": _write_parquet,
}
