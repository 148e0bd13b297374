"""What a log-likelihood is the logarithm of; two numbers are comparable if all of it is equal."""

from dataclasses import dataclass

from elbowroom.distributions import Measure
from elbowroom.run import Run


@dataclass(frozen=True)
class Yardstick:
    """Everything that fixes the meaning of a mean log p(x) apart from the model.

    Densities are of raw units (the log-Jacobian of the preprocessing is added), and a mass does
    not depend on units, so preprocessing appears here only where it makes another data set.

    Attributes:
        data: Digest of the raw data, or their name where they are too large for one.
        split: Which examples.
        splits: Digest of who is in which split.
        examples: Number of examples evaluated.
        digest: Digest of the raw values of these very examples, in their order.
        measure: Probability mass or density.
        redefined: Steps that made other data of them, such as binarisation or added noise, with
            the seed of what was drawn.
        given: What the model was told of each example: labels, with their digest, or nothing.
    """

    data: str
    split: str
    splits: str
    examples: int
    digest: str
    measure: Measure
    redefined: tuple[str, ...]
    given: str = ""

    @classmethod
    def of(cls, run: Run, split: str, examples: int, digest: str, seed: int) -> "Yardstick":
        """Describe what an evaluation of a run measures."""
        chain = run.preprocessing
        noisy = (repr(step) for step in chain.transforms if step.random)
        drawn = (f"drawn with seed {seed}",) if chain.random else ()
        return cls(
            data=run.facts["digest"] or run.facts["name"],
            split=split,
            splits=run.facts["splits_digest"],
            examples=examples,
            digest=digest,
            measure=run.model.likelihood.measure,
            redefined=(*dict.fromkeys((*chain.redefines, *noisy)), *drawn),
            given=f"labels {run.labelling.digest}" if run.labelling else "",
        )

    @property
    def key(self) -> tuple[object, ...]:
        """What two evaluations must have in common to be compared.

        The very same examples are the same whatever else the data sets or splits that they were
        taken from hold: only where the examples differ does it matter why.
        """
        return self.digest, self.measure, self.redefined, self.given

    def differences(self, other: "Yardstick") -> list[str]:
        """Say why two numbers cannot be compared, a sentence for each reason."""
        reasons = [] if self.digest == other.digest else self._other_examples(other)
        if self.measure is not other.measure:
            reasons.append(
                f"one is the logarithm of a {self.measure.words}, the other of a "
                f"{other.measure.words}: a density changes with the units of the data, a mass "
                "does not"
            )
        if self.redefined != other.redefined:
            reasons.append(
                "preprocessing made different data sets of the same examples "
                f"({_listed(self.redefined)} against {_listed(other.redefined)})"
            )
        if self.given != other.given:
            reasons.append(
                "both models are conditional, on different labels"
                if self.given and other.given
                else "one is log p(x|label), of a model that is told the label of each example, "
                "the other log p(x): the label says something about x"
            )
        return reasons

    def _other_examples(self, other: "Yardstick") -> list[str]:
        """Say how the examples differ, by the first thing that explains it."""
        if self.data != other.data:
            return [f"they are of different data ({_short(self.data)} and {_short(other.data)})"]
        if self.split != other.split:
            return [f"one is of {self.split} examples, the other of {other.split} examples"]
        if self.splits != other.splits:
            return ["the data were split differently, so that they are of other examples"]
        if self.examples != other.examples:
            return [f"they are of different numbers of examples ({self.examples:,} and "
                    f"{other.examples:,})"]  # fmt: skip
        return ["the values of the examples differ"]


def _listed(steps: tuple[str, ...]) -> str:
    return ", ".join(steps) or "none"


def _short(digest: str) -> str:
    return digest[:8] if len(digest) == 64 else digest
