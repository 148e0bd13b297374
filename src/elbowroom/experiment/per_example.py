"""The numbers of each example as a table: log p(x), how sure it is, and how it was found."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from elbowroom.array_files import check_suffix, write_columns

if TYPE_CHECKING:
    import numpy as np

    from elbowroom.experiment.passing import Passed

_OF_EVIDENCE = {"value": "log_evidence"}


@dataclass(frozen=True, eq=False)
class PerExample:
    """Columns of one number for each example.

    Attributes:
        columns: `id` (place in the data), `log_evidence`, `error`, `bias`, diagnostics, `route`,
            `elbo`, `distortion`, `rate` (`rate_of_z2` of a level), in nats; `rmse` of the
            reconstruction in the evaluation's units. Without a posterior density, `id` and `rmse`
            alone.
    """

    columns: "dict[str, np.ndarray]"

    @classmethod
    def of(cls, passed: "Passed") -> "PerExample":
        """Collect the columns of a pass."""
        import numpy as np

        columns = {"id": passed.ids.numpy()}
        if evidence := passed.estimates.get("log evidence"):
            columns |= {
                _OF_EVIDENCE.get(name, name): column.numpy()
                for name, column in evidence.per_example.items()
            }
            if evidence.routes:
                columns["route"] = np.array(evidence.routes)[columns["route"].astype(int)]
            for name in passed.estimates.keys() - {"log evidence"}:
                column = passed.estimates[name].per_example["value"].numpy()
                columns[name.lower().replace(" ", "_")] = column
        return cls({**columns, "rmse": passed.errors.numpy()})

    def __len__(self) -> int:
        return len(self.columns["id"])

    def save(self, path: str | Path) -> Path:
        """Write the table, whole or not at all; the suffix says how.

        .csv and .parquet hold a table, .npz an array for each column, .npy one array of records.

        Raises:
            ConfigError: If the suffix is another one.
        """
        check_suffix(path)
        write_columns(Path(path), self._records(), self.columns, lambda: self.columns)
        return Path(path)

    def _records(self) -> "np.ndarray":
        import numpy as np

        table = np.empty(len(self), [(name, c.dtype) for name, c in self.columns.items()])
        for name, column in self.columns.items():
            table[name] = column
        return table
