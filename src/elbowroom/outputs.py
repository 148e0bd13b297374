"""What a run makes for a person: codes and examples, as arrays, tables and pictures."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from elbowroom.array_files import write_columns
from elbowroom.errors import ConfigError
from elbowroom.files import replacing

if TYPE_CHECKING:
    import numpy as np
    from rich.table import Table

    from elbowroom.data import Domain

    Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Codes:
    """Codes of examples.

    Args:
        mean: Means of q(z|x), (N, units); those of several levels side by side, top first.
        scale: Standard deviations of q(z|x), (N, units), if they were asked for.
        ids: Which row of the data each code is of, (N,).
        files: Where they were written.
        labels: What tells the units apart, their numbers when not given; with several levels
            2_0, 2_1, ..., 1_0, ..., the lowest level being 1.
    """

    mean: "Array"
    scale: "Array | None"
    ids: "Array"
    files: tuple[Path, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def _labels(self) -> tuple[str, ...]:
        return self.labels or tuple(map(str, range(self.mean.shape[1])))

    def columns(self) -> dict[str, "Array"]:
        """Return the codes as the columns of a table."""
        named = {"z": self.mean} | ({} if self.scale is None else {"scale": self.scale})
        return {"id": self.ids} | {
            f"{name}{label}": values[:, unit]
            for name, values in named.items()
            for unit, label in enumerate(self._labels)
        }

    def save(self, path: str | Path) -> "Codes":
        """Write the codes, whole or not at all; the suffix says how."""
        arrays = {"mean": self.mean, "scale": self.scale, "ids": self.ids}
        kept = {name: array for name, array in arrays.items() if array is not None}
        if self.scale is not None and Path(path).suffix.lower() == ".npy":
            raise ConfigError(
                f"'{path}' holds one array; for scales as well use .npz, .csv or .parquet"
            )
        write_columns(Path(path), self.mean, kept, self.columns)
        return replace(self, files=(Path(path),))

    def table(self) -> "Table":
        """Return mean and spread of each unit, and where the codes are."""
        rows = [
            (f"z{label}", f"{values.mean():.3f}", f"{values.std():.3f}")
            for label, values in zip(self._labels, self.mean.T, strict=True)
        ]
        title = f"{len(self.mean):,} codes of {self.mean.shape[1]} units"
        return _summary(title, ("unit", "mean", "sd over examples"), rows, self.files)

    def to_dict(self) -> dict[str, Any]:
        """Return the codes, or where they are, for JSON."""
        shape = {"shape": list(self.mean.shape), "files": [str(file) for file in self.files]}
        values = {name: column.tolist() for name, column in self.columns().items()}
        return shape if self.files else shape | values


@dataclass(frozen=True, eq=False)
class Examples:
    """Examples that a model made, in the units of the data.

    Args:
        values: The examples, (N, C, H, W) or (N, D).
        domain: Which values are possible; a picture's black and white.
        originals: The examples that they are reconstructions of, if they are.
        files: Where they were written.
        columns: Names of the columns of a table.
        labels: The label that each was made for, (N,), of a conditional model.
    """

    values: "Array"
    domain: "Domain"
    originals: "Array | None" = None
    files: tuple[Path, ...] = ()
    columns: tuple[str, ...] = ()
    labels: "Array | None" = None

    def _names(self, count: int) -> tuple[str, ...]:
        return self.columns or tuple(f"x{number}" for number in range(count))

    def named(self) -> dict[str, "Array"]:
        """Return the values by column, with the names of categories where there are any."""
        flat = self.values.reshape(len(self.values), -1)
        if self.domain.columns is None:
            return dict(zip(self._names(flat.shape[1]), flat.T, strict=True)) | self._labels()
        pairs = zip(self.domain.columns, flat.T, strict=True)
        restored = {column.name: column.restore(numbers) for column, numbers in pairs}
        return restored | self._labels()

    def _labels(self) -> dict[str, "Array"]:
        """Return the labels as one more column, under a name that no other column has."""
        name = "label"
        while name in self.columns:
            name += "_"
        return {} if self.labels is None else {name: self.labels}

    def _arrays(self) -> dict[str, "Array"]:
        if self.domain.columns is not None:
            return self.named()
        originals = {} if self.originals is None else {"originals": self.originals}
        return {"examples": self.values} | originals | self._labels()

    def save(self, path: str | Path) -> "Examples":
        """Write the examples, whole or not at all; for images a picture beside them."""
        path = Path(path)
        suffix, files = path.suffix.lower(), []
        if suffix == ".npy" and self.domain.columns is not None:
            raise ConfigError(
                f"'{path}' holds one array of numbers, and these rows hold "
                f"{self.domain}: use .csv, .parquet or .npz"
            )
        if suffix != ".png":
            write_columns(path, self.values, self._arrays(), self.named)
            files.append(path)
        if suffix == ".npy" and self.labels is not None:  # it has room for one array
            files.append(path.with_suffix(".labels.npy"))
            write_columns(files[-1], self.labels, {}, dict)
        if self.values.ndim == 4:
            picture = path if suffix == ".png" else path.with_suffix(".png")
            with replacing(picture) as beside:
                self.picture().save(beside)
            files.append(picture)
        elif not files:
            raise ConfigError(f"'{path}' is a picture and these are rows of a table: use .csv")
        return replace(self, files=tuple(files))

    def picture(self) -> Any:
        """Return a Pillow image of a grid; originals stand above their reconstructions."""
        from PIL import Image

        return Image.fromarray(grid(self.values, self.domain, self.originals))

    def table(self) -> "Table":
        """Return count, shape and range, and where the examples are."""
        if self.domain.columns is not None:
            return self._table_of_columns()
        rows = [
            ("examples", f"{len(self.values):,}"),
            ("shape", "x".join(map(str, self.values.shape[1:]))),
            ("from", f"{self.values.min():.4g}"),
            ("to", f"{self.values.max():.4g}"),
            *((name, _in_brief(labels)) for name, labels in self._labels().items()),
        ]
        return _summary("", ("", "found"), rows, self.files)

    def to_dict(self) -> dict[str, Any]:
        """Return the examples, or where they are, for JSON."""
        shape = {"shape": list(self.values.shape), "files": [str(file) for file in self.files]}
        if self.files:
            return shape
        if self.domain.columns is None:
            labels = {name: values.tolist() for name, values in self._labels().items()}
            return shape | {"examples": self.values.tolist()} | labels
        return shape | {"examples": {name: part.tolist() for name, part in self.named().items()}}

    def _table_of_columns(self) -> "Table":
        rows = [(name, _in_brief(values)) for name, values in self.named().items()]
        title = f"{len(self.values):,} rows of {len(rows)} columns"
        return _summary(title, ("column", "found"), rows, self.files)


def _in_brief(values: "Array") -> str:
    """Say what is in a column: mean and range of numbers, shares of names."""
    import numpy as np

    if values.dtype.kind in "iuf":
        return f"mean {values.mean():.4g}, from {values.min():.4g} to {values.max():.4g}"
    names, counts = np.unique(values, return_counts=True)
    most = np.argsort(-counts)[:4]
    return ", ".join(f"{names[i]} {counts[i] / len(values):.0%}" for i in most)


def grid(values: "Array", domain: "Domain", originals: "Array | None" = None) -> "Array":
    """Return images as one picture, 8 bits, with a line of space between them.

    Args:
        values: The images, (N, C, H, W) with C = 1, 3 or another number, of which the first is
            shown.
        domain: The values that are black and white; where unbounded, the images' own extremes.
        originals: Images of the same shape to stand above them, pair by pair.
    """
    import numpy as np

    shown = values if originals is None else np.concatenate([originals, values], axis=2)
    low = domain.low if np.isfinite(domain.low) else shown.min()
    high = domain.high if np.isfinite(domain.high) else shown.max()
    bright = np.clip((shown - low) / max(high - low, 1e-12), 0, 1)
    bright = bright if shown.shape[1] == 3 else bright[:, :1]
    count, channels, height, width = bright.shape
    across = min(count, int(np.ceil(np.sqrt(count * height / width))))
    down = -(-count // across)
    cells = np.ones((down * across, channels, height + 1, width + 1))
    cells[:count, :, :height, :width] = bright
    rows = cells.reshape(down, across, channels, height + 1, width + 1)
    page = rows.transpose(0, 3, 1, 4, 2).reshape(down * (height + 1), across * (width + 1), -1)
    return (255 * page[:-1, :-1]).round().astype(np.uint8).repeat(3 // channels, axis=2)


def _summary(
    title: str, headings: tuple[str, ...], rows: Any, files: tuple[Path, ...]
) -> "Table":  # fmt: skip
    from rich.markup import escape
    from rich.table import Table

    caption = "\n".join(f"written to {file}" for file in files) or "not kept: use --out FILE"
    caption, title = escape(caption), escape(title)
    table = Table(
        title=title or None, caption=caption, title_justify="left", caption_justify="left"
    )
    for heading in headings:
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(*map(escape, row))
    return table
