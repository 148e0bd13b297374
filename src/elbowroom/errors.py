"""Every error that Elbowroom raises on purpose.

A message says what was wrong, with the value found, and how to mend it. The command line prints
the message alone and exits with the class's `exit_code`: 2 for wrong use, 1 for a failure.
"""

import difflib
from collections.abc import Iterable


class ElbowroomError(Exception):
    """What all errors of this package have in common."""

    exit_code = 1


class ConfigError(ElbowroomError, ValueError):
    """An option, key, name or value that cannot be used: wrong use, not a failure."""

    exit_code = 2


class IncompatibleError(ConfigError):
    """Parts that are fine alone but mathematically wrong together."""


class DataError(ElbowroomError, ValueError):
    """Data that cannot be used: empty, not finite, corrupt, of mixed sizes."""


class SupportError(DataError):
    """Values outside the support of the likelihood that should describe them."""


class ShapeError(DataError):
    """An array whose shape does not fit the model."""


class RunError(ElbowroomError):
    """A run folder that is missing, incomplete, of a newer version, or not one."""


class DivergedError(ElbowroomError, ArithmeticError):
    """Training met a loss that is not finite; the last good weights were kept."""


class InterruptedRunError(ElbowroomError):
    """Ctrl-C ended training; everything was saved and the run can go on."""

    exit_code = 130


class DeviceError(ElbowroomError, RuntimeError):
    """A device was asked for that this machine does not have."""


class MissingExtraError(ElbowroomError, ImportError):
    """An optional package is needed; the message names the extra that brings it."""

    exit_code = 2

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        super().__init__(
            f"{purpose} needs the package '{package}', which is not installed. "
            f"Install it with: pip install 'elbowroom[{extra}]'"
        )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return " Did you mean 'x'?" for the nearest known word, or "" when none is near.

    Capitals count for nothing.

    >>> did_you_mean("bernouli", ["bernoulli", "gaussian"])
    " Did you mean 'bernoulli'?"
    >>> did_you_mean("ELBO", ["elbo"]), did_you_mean("mig", ["MIG"])
    (" Did you mean 'elbo'?", " Did you mean 'MIG'?")
    """
    spelled = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), spelled, n=1)
    return f" Did you mean '{spelled[near[0]]}'?" if near else ""
