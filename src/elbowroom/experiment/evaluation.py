"""What a run is worth: every number with its errors, its method and its seed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from elbowroom.evidence import Estimate, RateParts
from elbowroom.experiment.per_example import PerExample
from elbowroom.experiment.yardstick import Yardstick
from elbowroom.metrics import ColumnError, Diagnosis, PriorHoles, ReconstructionError

if TYPE_CHECKING:
    from rich.console import Group


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What a run is worth on some examples.

    Attributes:
        run: Name of the run.
        weights: SHA-256 of the weights that were measured.
        split: Which examples.
        examples: How many.
        seed: Seed of all draws.
        effort: Method and options of the log evidence, as plain values.
        yardstick: What the log-likelihoods are logarithms of.
        estimates: Log evidence, ELBO, distortion and rate, and the rate of each of several
            levels, in nats per example; empty for a model without a posterior density.
        rates: Rate of each latent unit in nats; empty where it has no meaning.
        active: Whether each unit is active.
        reconstruction: Error of reconstructions from the posterior mean.
        pca: The same for principal components.
        components: Number of these: as many as units that examples are decoded from, or as the
            data allow.
        ruler: Units of both.
        column_errors: The error of each column of a table, in its own units.
        table_of_examples: The numbers of each example.
        rate_parts: What the rate is made of, or None without a density.
        diagnosis: What is wrong, if anything, or None without a density.
        holes: Where the prior has no codes, or None without a density.
        measured: Results of the measurements that were asked for, by name.
        impossible: Why others could not be made, by name.
        earlier: Plain results of measurements that were asked for before, of the same weights,
            examples and seed.
        notes: What a reader must know to use the numbers.
    """

    run: str
    weights: str
    split: str
    examples: int
    seed: int
    effort: Mapping[str, Any]
    yardstick: Yardstick
    estimates: dict[str, Estimate]
    rates: tuple[float, ...]
    active: tuple[bool, ...]
    reconstruction: ReconstructionError
    pca: ReconstructionError
    components: int
    table_of_examples: PerExample = field(repr=False)
    ruler: str = "data units"
    column_errors: tuple[ColumnError, ...] = ()
    rate_parts: RateParts | None = None
    diagnosis: Diagnosis | None = None
    holes: PriorHoles | None = None
    measured: Mapping[str, Any] = field(default_factory=dict)
    impossible: Mapping[str, str] = field(default_factory=dict)
    earlier: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as plain values, for JSON."""
        return {
            "run": self.run,
            "weights": self.weights,
            "split": self.split,
            "examples": self.examples,
            "digest": self.yardstick.digest,
            "seed": self.seed,
            "effort": dict(self.effort),
            "measure": self.yardstick.measure.words,
            "redefined": list(self.yardstick.redefined),
            "numbers": [*self._likelihoods(), *self._errors()],
            "columns": [asdict(error) for error in self.column_errors],
            "active_units": sum(self.active),
            "latent_units": len(self.active),
            "units": [
                {
                    "unit": unit,
                    "active": active,
                    **({"rate": self.rates[unit]} if self.rates else {}),
                }
                for unit, active in enumerate(self.active)
            ],
            "rate_parts": self.rate_parts.to_dict() if self.rate_parts else None,
            "diagnosis": self.diagnosis.to_dict() if self.diagnosis else None,
            "prior_holes": self._holes(),
            **{name: result.to_dict() for name, result in self.measured.items()},
            **self.earlier,
            "impossible": dict(self.impossible),
            "notes": list(self.notes),
        }

    def table(self) -> "Group":
        """Return the numbers as tables for the terminal."""
        from elbowroom.experiment.evaluation_table import layout

        return layout(self)

    def _likelihoods(self) -> list[dict[str, Any]]:
        return [{"name": name, "split": self.split, **estimate.to_dict()}
                for name, estimate in self.estimates.items()]  # fmt: skip

    def _errors(self) -> list[dict[str, Any]]:
        named = {
            "reconstruction RMSE": (self.reconstruction, "decoded posterior means"),
            "PCA reconstruction RMSE": (self.pca, f"{self.components} principal components"),
        }
        return [
            {"name": name, "split": self.split, "value": e.value, "data_error": e.error,
             "units": self.ruler, "examples": e.examples, "method": method, "seed": self.seed}
            for name, (e, method) in named.items()
        ]  # fmt: skip

    def _holes(self) -> dict[str, Any] | None:
        if self.holes is None:
            return None
        return {**self.holes.to_dict(), "deepest": self.holes.deepest.tolist()}
