"""Which runs can be shown beside each other."""

from collections.abc import Sequence

from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.run import Run

MOST = 2
"""Runs on one page."""


def check_comparable(runs: Sequence[Run]) -> None:
    """Refuse runs that no example could be shown to all of.

    Raises:
        ConfigError: If there is no run, or there are more than a page has room for.
        IncompatibleError: If they are not of the same data.
    """
    if not 1 <= len(runs) <= MOST:
        raise ConfigError(f"a page shows one run, or {MOST} to compare; {len(runs)} were given")
    first, *others = runs
    for other in others:
        if first.domain != other.domain:
            raise IncompatibleError(
                f"the runs '{first.name}' and '{other.name}' are not of the same data, so no "
                f"example can be shown to both: those of '{first.name}' are {_said(first)}, those "
                f"of '{other.name}' are {_said(other)}"
            )


def _said(run: Run) -> str:
    shape = "x".join(map(str, run.domain.shape))
    return f"{'images' if len(run.domain.shape) == 3 else 'rows'} of {shape}, {run.domain}"
