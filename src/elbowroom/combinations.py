"""Which parts go together: every objective with every posterior, prior and structure, tried out.

Nothing lists what is allowed. Each pair is built as a configuration would build it, for a small
grey image; what is refused, is refused with the reason that a person would read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from elbowroom.assembly import build_model
from elbowroom.config import Config
from elbowroom.data import Domain
from elbowroom.errors import IncompatibleError
from elbowroom.objectives.recipe_context import recipe_context
from elbowroom.parts import catalogue

if TYPE_CHECKING:
    from rich.console import Group

_DOMAIN = Domain((1, 32, 32), 2, 0.0, 1.0)
_EXAMPLES = 1000
_SMALL = {
    "model.likelihood": "bernoulli",
    "model.network": {"kind": "mlp", "hidden": (8,)},
    "model.latent": 4,
}
_SPHERE = {"model.posterior": "von-mises-fisher", "model.prior": "sphere-uniform"}
"""What goes with the one of the two that lives on the sphere."""


@dataclass(frozen=True)
class Grid:
    """One table of combinations.

    Attributes:
        rows: Slot of the rows.
        columns: Slot of the columns.
        refusals: (row, column) -> the reason; an empty one where the two go together.
    """

    rows: str
    columns: str
    refusals: Mapping[tuple[str, str], str]

    def reasons(self) -> list[str]:
        """Return the different reasons, in the order in which they first occur."""
        return list(dict.fromkeys(reason for reason in self.refusals.values() if reason))

    def cells(self) -> tuple[list[str], list[list[str]]]:
        """Return the heading and the rows: 'yes', or the number of the reason why not."""
        numbers = {reason: str(place) for place, reason in enumerate(self.reasons(), 1)}
        rows = dict.fromkeys(row for row, _ in self.refusals)
        columns = dict.fromkeys(column for _, column in self.refusals)
        body = [
            [row, *(numbers.get(self.refusals[row, column], "yes") for column in columns)]
            for row in rows
        ]
        return [self.rows.rpartition(".")[2], *columns], body


@dataclass(frozen=True)
class Combinations:
    """All tables of combinations."""

    grids: tuple[Grid, ...]

    def table(self) -> "Group":
        """Return the tables for the terminal."""
        from rich.console import Group
        from rich.markup import escape
        from rich.table import Table

        blocks: list[Any] = []
        for grid in self.grids:
            heading, rows = grid.cells()
            table = Table(*heading, title=_title(grid), title_justify="left")
            for row in rows:
                table.add_row(*row)
            notes = (f"{n}: {escape(reason)}" for n, reason in enumerate(grid.reasons(), 1))
            blocks += [table, *notes, ""]
        return Group(*blocks)

    def to_dict(self) -> dict[str, Any]:
        """Return the refusals, for JSON."""
        return {
            _title(grid): {
                f"{row} with {column}": reason
                for (row, column), reason in grid.refusals.items()
                if reason
            }
            for grid in self.grids
        }

    def markdown(self) -> str:
        """Return the page of the documentation."""
        blocks = [
            "# What goes together",
            "Every pair below was built for a small grey image, all else as by default. *yes*: the "
            "two go together (the tests train a step of every such pair). A number: it is "
            "refused when built, for the reason of that number. Made by `make docs`; not edited "
            "by hand.",
        ]
        for grid in self.grids:
            heading, rows = grid.cells()
            lines = [heading, ["---"] * len(heading), *rows]
            blocks.append(f"## {_title(grid)}")
            blocks.append("\n".join(f"| {' | '.join(line)} |" for line in lines))
            blocks.append("\n".join(f"{n}. {reason}" for n, reason in enumerate(grid.reasons(), 1)))
        return "\n\n".join(filter(None, blocks)) + "\n"


def combinations() -> Combinations:
    """Try every pair of parts."""
    slots = ("model.posterior", "model.prior", "model.structure")
    grids = [_grid("objective", slot) for slot in slots]
    return Combinations((*grids, _grid(*slots[:2]), _grid(slots[0], slots[2])))


def _grid(rows: str, columns: str) -> Grid:
    parts = catalogue()
    return Grid(
        rows,
        columns,
        {
            (row, column): _refusal({rows: row, columns: column})
            for row in parts.parts(rows)
            for column in parts.parts(columns)
        },
    )


def _refusal(kinds: Mapping[str, str]) -> str:
    """Return why parts do not go together, or nothing where they do."""
    on_sphere = any(_SPHERE.get(slot) == kind for slot, kind in kinds.items())
    config = Config.from_dict({}).with_overrides(
        {**_SMALL, **(_SPHERE if on_sphere else {}), **kinds}
    )
    try:
        model = build_model(config, _DOMAIN)
        if "objective" in kinds:
            context = recipe_context(_DOMAIN, _EXAMPLES)
            config.build("objective", context).check(model)
    except IncompatibleError as error:
        return str(error)
    return ""


def _title(grid: Grid) -> str:
    return f"{grid.rows.rpartition('.')[2]} and {grid.columns.rpartition('.')[2]}".capitalize()
