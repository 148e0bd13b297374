"""An overview of a data set: what is in it, and which likelihoods can describe it."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

    from elbowroom.data import Dataset, Description

_LOOKED_AT = 4096  # rows whose values are tried against the likelihoods


@dataclass(frozen=True)
class Overview:
    """What a data set is and what suits it.

    Args:
        description: What is in it.
        preprocessing: The steps that suit it, which `train` uses unless told otherwise.
        likelihoods: Likelihoods whose support holds the data after these steps.
        notes: What else could be done.
    """

    description: "Description"
    preprocessing: tuple[str, ...]
    likelihoods: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def table(self) -> "Table":
        """Return the overview for a terminal."""
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
        >>> overview(load("digits")).likelihoods
        ('Binomial(17 levels)', 'Gaussian', 'OptimalGaussian')
    """
    from elbowroom.assembly import evenly, prepare
    from elbowroom.config import Config
    from elbowroom.data import describe
    from elbowroom.distributions.likelihoods.fitting import fitting

    config, preprocessing = prepare(Config.from_dict({}), dataset)
    seen = preprocessing(evenly(dataset, _LOOKED_AT))
    domain = preprocessing.out
    fits = fitting(seen, domain.levels if domain else None)
    grey = dataset.domain.levels is not None and dataset.domain.levels > 2
    note = "make it binary with threshold, fixed-binarise or stochastic-binarise: Bernoulli"
    return Overview(
        describe(dataset),
        tuple(step.kind for step in config.data.preprocessing),
        tuple(sorted({one.name for one in fits})),
        (note,) if grey and dataset.kind == "image" else (),
    )
