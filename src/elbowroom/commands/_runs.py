"""What several commands ask of a run and of their options."""

from pathlib import Path
from typing import Any, Literal

from elbowroom.errors import ConfigError

Split = Literal["train", "validation", "test"]
Method = Literal[
    "adaptive",
    "annealed",
    "pareto-smoothed",
    "importance-sampling",
    "elbo",
    "prior-sampling",
]
"""The names of `elbowroom.evidence.METHODS`, which would take an import of torch to read."""


def open_run(run: Any, *, trust: bool, device: str) -> Any:
    """Return a run given as a folder, or the run itself."""
    from elbowroom.run import Run

    return Run.load(run, trust=trust, device=device) if isinstance(run, str | Path) else run


def columns_of(run: Any) -> tuple[str, ...]:
    """Return the names of a table's columns, or nothing for images."""
    return tuple(run.facts["columns"] or ())


def check_counts(**counts: int | None) -> None:
    """Refuse counts below 1; None is no limit."""
    for name, count in counts.items():
        if count is not None and count < 1:
            raise ConfigError(f"{name} is {count}; it must be 1 or more")
