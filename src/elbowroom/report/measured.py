"""What was measured of a run, as its folder has it."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from elbowroom.experiment.unit_rates import history_of

if TYPE_CHECKING:
    from elbowroom.run import Run


class Measured:
    """The results of a run on the examples that a report shows.

    Args:
        run: The run.
        split: Which examples to show; when not given, the test set or the best there is, and
            results on another split where there are none on that.

    Attributes:
        split: Which examples are shown.
    """

    def __init__(self, run: "Run", split: str | None = None) -> None:
        self.run = run
        self._asked = split
        splits = run.facts["splits"]
        self.split = split or next(n for n in ("test", "validation", "train") if n in splits)

    @cached_property
    def evaluation(self) -> Mapping[str, Any]:
        """What `evaluate` measured on the split shown, else on another one, else nothing."""
        results = self.run.results
        others = () if self._asked else ("test", "validation", "train")
        names = [f"evaluate-{split}" for split in (self.split, *others)]
        return next((results[name] for name in names if name in results), {})

    @cached_property
    def disentangled(self) -> Mapping[str, Any]:
        """What `disentangle` measured on the split shown, or nothing."""
        return self.run.results.get(f"disentangle-{self.split}", {})

    @cached_property
    def numbers_of_examples(self) -> Mapping[str, np.ndarray]:
        """The numbers of each example evaluated, by column; nothing where there are none."""
        return self.arrays("evaluate") if self.estimate("log evidence") else {}

    @cached_property
    def unit_history(self) -> np.ndarray | None:
        """Rate of each unit after each epoch, (epochs, latent), where it was watched."""
        history = history_of(self.run)
        return None if history is None else history.numpy()

    def arrays(self, name: str) -> dict[str, np.ndarray]:
        """Return the arrays that `evaluate` kept beside its numbers under a name."""
        path = self.run.path / "results" / f"{name}-{self.evaluation.get('split')}.npz"
        if not path.is_file():
            return {}
        with np.load(path, allow_pickle=False) as kept:
            return dict(kept)

    def estimate(self, name: str) -> Mapping[str, Any] | None:
        """Return a number of the evaluation, such as 'log evidence'."""
        numbers = self.evaluation.get("numbers", ())
        return next((number for number in numbers if number["name"] == name), None)
