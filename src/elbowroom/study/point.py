"""A point of a study: one method at one strength with one seed."""

import re
from dataclasses import dataclass
from typing import Any

from elbowroom.config import Config


@dataclass(frozen=True)
class Point:
    """One run of a study.

    Attributes:
        method: Name of the method.
        strength: Value of the setting that the method varies; None where it varies none.
        seed: Seed of its training.
        config: Everything that the run is made from.
    """

    method: str
    strength: Any
    seed: int
    config: Config

    @property
    def variant(self) -> str:
        """Name of method and strength, which all seeds share: 'beta-vae-4'."""
        return variant_name(self.method, self.strength)

    @property
    def name(self) -> str:
        """Name of the run's folder: 'beta-vae-4-seed-0'."""
        return f"{self.variant}-seed-{self.seed}"


def variant_name(method: str, strength: Any) -> str:
    """Return the name of a method at a strength, fit for a folder.

    Example:
        >>> variant_name("beta-vae", 4.0), variant_name("elbo", None)
        ('beta-vae-4', 'elbo')
        >>> variant_name("renyi", -0.5), variant_name("slow", 1e-05)
        ('renyi-minus-0.5', 'slow-1e-05')
    """
    if strength is None:
        return method
    # Else -1 and 1 would have one name.
    text = re.sub(r"(?<![A-Za-z0-9])-(?=[0-9.])", "minus-", strength_text(strength))
    return f"{method}-{re.sub(r'[^A-Za-z0-9.]+', '-', text).strip('-')}"


def strength_text(strength: Any) -> str:
    """Return a strength as a person writes it: 4 and 4.0 are the same.

    Example:
        >>> strength_text(4.0), strength_text(0.25), strength_text((400, 200)), strength_text(True)
        ('4', '0.25', '400,200', 'true')
    """
    if isinstance(strength, bool):
        return str(strength).lower()
    if isinstance(strength, float) and strength.is_integer() and abs(strength) < 1e15:
        return str(int(strength))
    if isinstance(strength, list | tuple):
        return ",".join(map(strength_text, strength))
    return str(strength)
