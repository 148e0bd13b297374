"""What a study measures of each of its runs."""

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from elbowroom.errors import ConfigError, did_you_mean

_SPLITS = ("train", "validation", "test")


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What is measured of each run, and how hard.

    Attributes:
        split: Which examples: 'train', 'validation' or 'test'.
        limit: Examples that ELBO, rate, distortion and log evidence are measured on, the first.
        samples: Importance samples for each example, for its log evidence.
        metrics: Disentanglement metrics; None for some quick ones where the data have factors,
            empty for none.
        codes: Examples that these are measured on, drawn at random from more.
        factors: A table of factors, where the data have none of their own.
        ignore: Names of factors to leave out.
        references: Seeds that floors and ceilings are measured with; None for all of the study's.
        ranking: Whether models of one method and strength are ranked by how well they agree (UDR).
    """

    split: str = "test"
    limit: int = 500
    samples: int = 64
    metrics: tuple[str, ...] | None = None
    codes: int = 10_000
    factors: str | None = None
    ignore: tuple[str, ...] = ()
    references: int | None = None
    ranking: bool = False

    def __post_init__(self) -> None:
        if self.split not in _SPLITS:
            raise ConfigError(
                f"split is {self.split!r}; it must be one of {', '.join(_SPLITS)}."
                + did_you_mean(str(self.split), _SPLITS)
            )
        for name, least in (("limit", 2), ("samples", 1), ("codes", 2)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise ConfigError(f"{name} is {value!r}; it must be a whole number from {least} on")

        count = self.references
        whole = isinstance(count, int) and not isinstance(count, bool)
        if count is not None and not (whole and count >= 0):
            raise ConfigError(
                f"references is {count!r}; it is the number of seeds that floors and ceilings are "
                "measured with, 0 for none"
            )

    @classmethod
    def from_dict(cls, table: Mapping[str, Any]) -> "Measure":
        """Read the table [measure] of a study.toml.

        Raises:
            ConfigError: If a key is not known or a value not allowed.
        """
        known = [field.name for field in fields(cls)]
        for key in table:
            if key not in known:
                raise ConfigError(
                    f"[measure] has no key '{key}'; its keys are: {', '.join(known)}."
                    + did_you_mean(key, known)
                )
        read = dict(table)
        for name in {"metrics", "ignore"} & table.keys():
            read[name] = _words(name, table[name])
        return cls(**read)

    def to_dict(self) -> dict[str, Any]:
        """Return it as TOML can hold it."""
        items = {name: value for name, value in asdict(self).items() if value is not None}
        return {n: list(v) if isinstance(v, tuple) else v for n, v in items.items()}

    @property
    def digest(self) -> str:
        """What tells whether a run was measured like this, or has to be again."""
        later = ("ranking", "references")  # these change no number of a run
        asked = {name: value for name, value in self.to_dict().items() if name not in later}
        if self.factors is not None:
            with suppress(OSError):
                at = os.stat(self.factors)
                asked["factors_digest"] = _content(self.factors, at.st_mtime_ns, at.st_size)
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]


@lru_cache
def _content(path: str, changed: int, size: int) -> str:
    """Return a digest of a file, read again only when it has changed."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:16]


def _words(name: str, given: Any) -> tuple[str, ...]:
    """Return a list of names; 'a, b' and ['a', 'b'] are the same, and 'none' is no name."""
    listed = given.split(",") if isinstance(given, str) else given
    if not isinstance(listed, list | tuple) or not all(isinstance(word, str) for word in listed):
        raise ConfigError(f"{name} is {given!r}; it must be a list of names")
    words = tuple(dict.fromkeys(word.strip() for word in listed if word.strip()))
    return () if words == ("none",) else words
