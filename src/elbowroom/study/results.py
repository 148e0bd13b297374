"""Whether the numbers in a run's folder are those that the study asks for.

A run of a study is a run like any other: anybody may evaluate it with more samples, or disentangle
it with other metrics, and its results are then those. They must not be mixed with the others'.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from elbowroom.study.measure import Measure

METHOD = "importance-sampling"
"""How a study estimates log evidence."""

EVALUATION_SEED = 0
"""Seed of the draws of every evaluation, whatever the run's own."""


@dataclass(frozen=True)
class RunResults:
    """What was measured of a run on a split, by whomever.

    Attributes:
        evaluation: ELBO, log evidence and what goes with them; empty where there are none.
        codes: Scores of disentanglement; empty where there are none.
        size: Number of examples of the split; None where it is not known.
    """

    evaluation: Mapping[str, Any]
    codes: Mapping[str, Any]
    size: int | None

    @classmethod
    def of(cls, run: Path, split: str) -> "RunResults":
        """Read the results of a run folder."""
        return cls(
            _read(run / "results" / f"evaluate-{split}.json"),
            _read(run / "results" / f"disentangle-{split}.json"),
            _read(run / "data.json").get("splits", {}).get(split),
        )

    def otherwise(self, measure: Measure, seed: int) -> list[str]:
        """Return what was not measured as a study asks for: 'ELBO and evidence', 'codes', or none.

        Args:
            measure: What the study asks for.
            seed: The run's seed, which its examples for disentanglement are drawn with.
        """
        wrong = [] if self.is_evaluated(measure) else ["ELBO and evidence"]
        return wrong if self._has_scores(measure, seed) else [*wrong, "disentanglement"]

    def is_evaluated(self, measure: Measure) -> bool:
        """Tell whether the evaluation has the examples, the samples and the seed asked for."""
        effort = self.evaluation.get("effort", {})
        return (
            self.evaluation.get("examples") == self._at_most(measure.limit)
            and effort.get("method") == METHOD
            and effort.get("options") == {"samples": measure.samples}
            and self.evaluation.get("seed") == EVALUATION_SEED
        )

    def _has_scores(self, measure: Measure, seed: int) -> bool:
        asked = set(measure.metrics or ())
        if not asked:
            return True
        found = {score["metric"] for score in self.codes.get("scores", ())}
        # A metric that refused one of its numbers alone has the name of that among the refused.
        refused = asked & set(self.codes.get("refused", ()))
        return (
            found | refused == asked
            and self.codes.get("examples") == self._at_most(measure.codes)
            and self.codes.get("seed") == seed
            and not set(measure.ignore) & set(self.codes.get("factors", ()))
            and self.codes.get("weights") == self.evaluation.get("weights")
        )

    def _at_most(self, count: int) -> int:
        return count if self.size is None else min(count, self.size)


def _read(file: Path) -> Mapping[str, Any]:
    return json.loads(file.read_text()) if file.is_file() else {}
