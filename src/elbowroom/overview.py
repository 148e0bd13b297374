"""An overview of a data set: what is in it, and which likelihoods can describe it."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

    from elbowroom.data import Dataset, Description
    from elbowroom.distributions import Likelihood

_LOOKED_AT = 4096  # rows whose values are tried against the likelihoods
_SHOWN = 40  # columns that a terminal shows


@dataclass(frozen=True)
class Overview:
    """What a data set is and what suits it.

    Args:
        description: What is in it.
        preprocessing: The steps that suit it, which `train` uses unless told otherwise.
        likelihoods: Likelihoods whose support holds the data after these steps.
        by_column: Likelihood that each column of a table gets unless told otherwise.
        notes: What else could be done.
    """

    description: "Description"
    preprocessing: tuple[str, ...]
    likelihoods: tuple[str, ...]
    notes: tuple[str, ...] = ()
    by_column: tuple[str, ...] = ()

    def table(self) -> "Group":
        """Return the overview for a terminal."""
        from rich.console import Group
        from rich.markup import escape
        from rich.table import Table

        table = Table(title=escape(self.description.name), show_header=False)
        suited = [
            ("preprocessing", ", ".join(self.preprocessing) or "none needed"),
            ("likelihoods that fit", ", ".join(self.likelihoods) or "none"),
            *(("or", note) for note in self.notes),
        ]
        for row in (*self.description.rows(), *suited):
            table.add_row(*map(escape, row))
        return Group(table, *([self._columns()] if self.by_column else []))

    def _columns(self) -> "Table":
        from rich.markup import escape
        from rich.table import Table

        hinted = any(column.hint for column in self.description.columns)
        table = Table(caption_justify="left")
        for heading in ("column", "taken for", "likelihood", "found", *(["or"] if hinted else [])):
            table.add_column(heading, overflow="fold")
        pairs = list(zip(self.description.columns, self.by_column, strict=True))
        for column, likelihood in pairs[:_SHOWN]:
            hint = [column.hint] if hinted else []
            row = (column.name, column.kind, likelihood, column.found, *hint)
            table.add_row(*map(escape, row))
        if len(pairs) > _SHOWN:
            table.caption = f"and {len(pairs) - _SHOWN:,} more columns; all of them with --json"
        return table

    def to_dict(self) -> dict[str, Any]:
        """Return the overview for JSON."""
        return asdict(self)


def overview(dataset: "Dataset") -> Overview:
    """Say what is in a data set and what suits it.

    Args:
        dataset: Any data set.

    Example:
        >>> from elbowroom.data import load
        >>> found = overview(load("digits"))
        >>> found.preprocessing, found.likelihoods[0]
        (('scale',), 'Binomial(17 levels)')
    """
    from elbowroom.assembly import choose, evenly, likelihood_of, prepare
    from elbowroom.config import Config
    from elbowroom.data import describe
    from elbowroom.distributions.likelihoods.fitting import fitting

    config, preprocessing = prepare(Config.from_dict({}), dataset)
    seen = preprocessing(evenly(dataset, _LOOKED_AT))
    domain = preprocessing.out
    fits = fitting(seen, domain.levels)
    description = describe(dataset)
    chosen = likelihood_of(choose(config, domain, dataset.kind), domain)
    grey = dataset.domain.levels is not None and dataset.domain.levels > 2
    note = "make it binary with threshold, fixed-binarise or stochastic-binarise: Bernoulli"
    return Overview(
        description,
        tuple(step.kind for step in config.data.preprocessing),
        (chosen.name,) if domain.columns else tuple(sorted({one.name for one in fits})),
        (note,) if grey and dataset.kind == "image" else _raw_fits(dataset, fits),
        chosen.by_column if description.columns else (),
    )


def _raw_fits(dataset: "Dataset", fits: "list[Likelihood]") -> tuple[str, ...]:
    """Say which likelihoods fit the data only as they are, such as those of counts."""
    from elbowroom.assembly import evenly
    from elbowroom.distributions.likelihoods.fitting import fitting

    if dataset.domain.columns is not None or dataset.levels is not None:
        return ()
    raw = fitting(evenly(dataset, _LOOKED_AT).float(), None)
    special = sorted({one.name for one in raw} - {one.name for one in fits})
    words = "as they are, without preprocessing, when named by --model.likelihood"
    return (f"{words}: {', '.join(special)}",) if special else ()
