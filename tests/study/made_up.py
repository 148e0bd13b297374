"""What a study would have found, without making it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from elbowroom.study.findings import Findings, Outcome
from elbowroom.study.folder import DONE
from elbowroom.study.references import References
from elbowroom.study.score import Score
from tests.study.small import small_design


def findings_of(
    values: Mapping[str, Sequence[float]], references: Sequence[References] = (), **design: object
) -> Findings:
    """Return the findings of a study that scored so in SAP, for each method a value a seed.

    Each value has an error of 0.01 over examples, and an ELBO that is its negative.
    """
    seeds = len(next(iter(values.values())))
    asked = small_design(**({"methods": tuple(values), "strengths": (), "seeds": seeds} | design))
    names = list(asked.variants)
    found = dict(zip(names, values.values(), strict=True))
    outcomes = tuple(
        Outcome(point.name, point.method, point.variant, point.strength, point.seed, DONE,
                scores=(Score("SAP", found[point.variant][point.seed], 0.01),
                        Score("ELBO", -found[point.variant][point.seed], 0.1)))
        for point in asked.points
    )  # fmt: skip
    about = {"split": "train", "factors": 2}
    return Findings("a", Path("a"), asked, outcomes, ("ELBO", "SAP"), tuple(references), {}, about)


def beside(variants: Sequence[str], pca: Sequence[Score]) -> References:
    """Return floors of PCA and a ceiling of 2, in SAP."""
    ceiling = (Score("SAP", 2.0, 0.0),)
    return References(tuple(variants), {"SAP": {"PCA": tuple(pca), "true factors": ceiling}})
