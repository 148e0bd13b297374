"""What a log-likelihood is the logarithm of; two numbers are comparable if all of it is equal."""

from dataclasses import dataclass, fields

from elbowroom.distributions import Measure
from elbowroom.run import Run


@dataclass(frozen=True)
class Yardstick:
    """Everything that fixes the meaning of log p(x) apart from the model.

    Densities are of raw units (the log-Jacobian of the preprocessing is added), and a mass does
    not depend on units, so preprocessing appears here only where it makes another data set.

    Attributes:
        data: Digest of the raw data, or their name where they are too large for one.
        split: Which examples.
        splits: Digest of who is in which split.
        examples: Number of examples evaluated.
        measure: Probability mass or density.
        redefined: Steps that made another data set of it, such as binarisation, with their seed.
    """

    data: str
    split: str
    splits: str
    examples: int
    measure: Measure
    redefined: tuple[str, ...]

    @classmethod
    def of(cls, run: Run, split: str, examples: int, seed: int) -> "Yardstick":
        """Describe what an evaluation of a run measures."""
        steps = run.preprocessing.redefines
        drawn = (f"drawn with seed {seed}",) if steps and run.preprocessing.random else ()
        return cls(
            data=run.facts["digest"] or run.facts["name"],
            split=split,
            splits=run.facts["splits_digest"],
            examples=examples,
            measure=run.model.likelihood.measure,
            redefined=(*steps, *drawn),
        )

    def differences(self, other: "Yardstick") -> list[str]:
        """Say why two numbers cannot be compared, a sentence for each reason."""
        return [
            _REASONS[field.name].format(_short(mine), _short(theirs))
            for field in fields(self)
            if (mine := getattr(self, field.name)) != (theirs := getattr(other, field.name))
        ]


_REASONS = {
    "data": "they are of different data ({} and {})",
    "split": "they are of different splits ({} and {})",
    "splits": "their splits hold different examples ({} and {})",
    "examples": "they are of different numbers of examples ({} and {})",
    "measure": "one is the logarithm of a {}, the other of a {}",
    "redefined": "preprocessing made different data sets of the same images ({} and {})",
}


def _short(value: object) -> str:
    if isinstance(value, Measure):
        return value.words
    if isinstance(value, tuple):
        return ", ".join(value) or "the data as they are"
    text = str(value)
    return text[:8] if len(text) == 64 else text
