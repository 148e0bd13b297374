"""Tables: CSV and Parquet files, pandas and polars frames."""

import gzip
import warnings
import zlib
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import numpy as np

from elbowroom.data.assemble import file_name
from elbowroom.data.dataset import Dataset
from elbowroom.data.frames import from_frame
from elbowroom.data.kinds import is_number
from elbowroom.data.source import COLUMN_OPTIONS, Request, Source
from elbowroom.errors import DataError, MissingExtraError

TEXT = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
PARQUET = (".parquet", ".pq")
OPTIONS = COLUMN_OPTIONS | {"labels", "columns", "missing", "levels", "shape", "layout"}


class Frames(Source):
    """A pandas or polars frame, alone or as a pair with its labels."""

    options: ClassVar = OPTIONS

    def recognises(self, source: object) -> bool:
        """By the library that the type comes from, so that neither has to be imported."""
        pair = isinstance(source, tuple | list) and len(source) == 2
        return _is_frame(source[0] if pair else source)

    def read(self, source: Any, request: Request) -> Dataset:
        """Take its columns."""
        frame, *labels = (source,) if _is_frame(source) else source
        known: dict[str, Any] = {"labels": np.asarray(labels[0])} if labels else {}
        return from_frame(frame, request, name="table", **known)


def _is_frame(source: object) -> bool:
    library = type(source).__module__.split(".")[0]
    return library in ("pandas", "polars") and type(source).__name__ == "DataFrame"


class TableFiles(Source):
    """CSV or TSV text, gzipped or not, or a Parquet file; read whole, with the extra 'tables'."""

    options: ClassVar = OPTIONS | {"resident_gb"}

    def recognises(self, source: object) -> bool:
        """A file with one of their endings."""
        if not isinstance(source, str | Path):
            return False
        return Path(source).name.lower().endswith(TEXT + PARQUET) and Path(source).is_file()

    def read(self, source: object, request: Request) -> Dataset:
        """Read the table."""
        path = Path(str(source))
        if path.stat().st_size > request.resident_bytes:
            raise DataError(
                f"{path} has {path.stat().st_size / 2**30:.1f} GiB, more than "
                f"resident_gb={request.resident_gb:g}, and tables are read whole. Save the numbers "
                "as a .npy file, which is read from disk as needed, or raise resident_gb."
            )
        frame, header = read_frame(path)
        return from_frame(
            frame,
            request,
            name=file_name(path),
            row_name=lambda row: f"row {row + 1} (the header not counted)",
            notes=() if header else ("The first line holds numbers, so columns have no names.",),
        )


def read_frame(path: Path) -> tuple[Any, bool]:
    """Read a file as a frame of pandas, and tell whether its columns have names.

    Raises:
        DataError: It is no table.
        MissingExtraError: What reads it is not installed.
    """
    pandas = _pandas(path)
    try:
        if path.name.lower().endswith(PARQUET):
            return pandas.read_parquet(path), True
        return _read_text(path, pandas)
    except ImportError:
        raise MissingExtraError("pyarrow", "tables", f"Reading {path}") from None
    except DataError:
        raise
    except (ValueError, OSError, EOFError, zlib.error, Warning) as error:
        reason = str(error).strip().partition("\n")[0][:200].rpartition("C error: ")[2]
        if isinstance(error, Warning):
            reason = "its lines hold more fields than the first line names."
        raise DataError(f"{path} is cut short, corrupt or no table: {reason}") from None


def _pandas(path: Path) -> ModuleType:
    try:
        import pandas
    except ImportError:
        raise MissingExtraError("pandas", "tables", f"Reading {path}") from None
    return pandas


def _read_text(path: Path, pandas: ModuleType) -> tuple[Any, bool]:
    """Read text, and tell whether the first line names the columns."""
    opener = gzip.open if path.suffix.lower() == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig") as file:
        line = file.readline().strip()
    if not line:
        raise DataError(f"{path} is empty: its first line has no text.")
    separator = max(",", ";", "\t", key=line.count)
    header = not all(is_number(field.strip().strip('"')) for field in line.split(separator))
    with warnings.catch_warnings():
        # pandas only warns when it drops fields that have no name; that would be silent loss
        warnings.simplefilter("error", pandas.errors.ParserWarning)
        frame = pandas.read_csv(
            path,
            sep=separator,
            header=0 if header else None,
            index_col=False,
            na_values=["?"],
            skipinitialspace=True,
            low_memory=False,
        )
    if not header:
        frame.columns = [f"column {number}" for number in range(frame.shape[1])]
    return frame, header
