"""A number that knows how wrong it may be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log, sqrt
from typing import Any

import torch
from torch import Tensor

from elbowroom.evidence.pareto import threshold


@dataclass(frozen=True)
class Estimate:
    """A mean over examples with its errors kept apart.

    Attributes:
        value: Mean over examples, in `units` per example.
        data_error: Standard error of the mean because other examples could have been drawn.
        mc_error: Standard error of the mean because other codes could have been drawn.
        bias: Known bias of the mean (negative: the value is too low), or 0.
        examples: Number of examples.
        samples: Codes drawn for each example.
        method: Name of the estimator.
        seed: Seed that reproduces it.
        dimensions: Values in one example, for bits per dimension.
        units: Units of value and errors.
        routes: Names of the ways that examples may have gone, for `per_example["route"]`.
        notes: What a reader must know to use the number.
        per_example: Arrays of one number for each example, by name.

    Example:
        >>> Estimate.over(torch.tensor([-1.0, -3.0]), method="demo", samples=1, seed=0)
        -2.000 nats +- 1.000 (data) +- 0.000 (Monte Carlo), demo, K = 1, 2 examples
    """

    value: float
    data_error: float
    mc_error: float
    bias: float
    examples: int
    samples: int
    method: str
    seed: int
    dimensions: int | None = None
    units: str = "nats"
    routes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    per_example: Mapping[str, Tensor] = field(default_factory=dict, repr=False)

    @classmethod
    def over(
        cls,
        values: Tensor,
        *,
        method: str,
        samples: int,
        seed: int,
        errors: Tensor | None = None,
        biases: Tensor | None = None,
        dimensions: int | None = None,
        routes: tuple[str, ...] = (),
        notes: tuple[str, ...] = (),
        more: Mapping[str, Tensor] | None = None,
    ) -> "Estimate":
        """Average per-example values; independent Monte Carlo errors add in squares."""
        values = values.double()
        n = len(values)
        errors = torch.zeros_like(values) if errors is None else errors.double()
        biases = torch.zeros_like(values) if biases is None else biases.double()
        return cls(
            value=float(values.mean()),
            data_error=float(values.std()) / sqrt(n) if n > 1 else float("nan"),
            mc_error=float(errors.square().sum().sqrt()) / n,
            bias=float(biases.mean()),
            examples=n,
            samples=samples,
            method=method,
            seed=seed,
            dimensions=dimensions,
            routes=routes,
            notes=notes,
            per_example={"value": values, "error": errors, "bias": biases, **(more or {})},
        )

    @classmethod
    def gathered(
        cls,
        blocks: Sequence[Mapping[str, Tensor]],
        *,
        method: str,
        samples: int,
        seed: int,
        dimensions: int | None = None,
    ) -> "Estimate":
        """Put the per-example columns of blocks of examples together as one estimate.

        Args:
            blocks: Columns 'value', 'error', 'bias' and more, of each block.
            method: Name of the estimator.
            samples: Codes drawn for each example.
            seed: Seed that reproduces it.
            dimensions: Values in one example.
        """
        columns = {name: torch.cat([block[name] for block in blocks]) for name in blocks[0]}
        return cls.over(
            columns.pop("value"),
            errors=columns.pop("error"),
            biases=columns.pop("bias"),
            method=method,
            samples=samples,
            seed=seed,
            dimensions=dimensions,
            more=columns,
        )

    @classmethod
    def joined(cls, parts: Sequence["Estimate"]) -> "Estimate":
        """Put estimates of separate blocks of examples together as one."""
        first = parts[0]
        columns = {name: torch.cat([part.per_example[name] for part in parts])
                   for name in first.per_example}  # fmt: skip
        notes = tuple(dict.fromkeys(note for part in parts for note in part.notes))
        return replace(first, notes=notes)._again(columns)

    def shifted(self, by: Tensor) -> "Estimate":
        """Add an exactly known number to each example's value, a log-Jacobian for instance."""
        columns = dict(self.per_example)
        return self._again({**columns, "value": columns["value"] + by.double().cpu()})

    def _again(self, columns: Mapping[str, Tensor]) -> "Estimate":
        return Estimate.over(
            columns["value"],
            method=self.method,
            samples=self.samples,
            seed=self.seed,
            errors=columns["error"],
            biases=columns["bias"],
            dimensions=self.dimensions,
            routes=self.routes,
            notes=self.notes,
            more={n: c for n, c in columns.items() if n not in ("value", "error", "bias")},
        )

    @property
    def error(self) -> float:
        """Standard error of the mean as a statement about all data there could be.

        The spread over examples holds the Monte Carlo noise of each already.
        """
        return self.data_error

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the mean over these very examples: its Monte Carlo error alone.

        Centred on the value without its known bias.
        """
        centre, half = self.value - self.bias, 1.96 * self.mc_error
        return centre - half, centre + half

    @property
    def bits_per_dimension(self) -> float | None:
        """-value / (D log 2), for values in nats."""
        return -self.value / (self.dimensions * log(2)) if self.dimensions else None

    @property
    def flagged(self) -> float | None:
        """Share of the examples whose diagnostics say that the samples were too few.

        For importance sampling that is the Pareto k, for annealing the spread of its chains.
        """
        if "flag" in self.per_example:
            return float(self.per_example["flag"].double().mean())
        if "k" not in self.per_example:
            return None
        k = self.per_example["k"]
        return float(((k > threshold(self.samples)) | k.isnan()).double().mean())

    @property
    def ess(self) -> float | None:
        """Median effective sample size over the examples."""
        return float(self.per_example["ess"].median()) if "ess" in self.per_example else None

    @property
    def decodes(self) -> int | None:
        """Decoder evaluations that it took; a gradient counts for two."""
        column = self.per_example.get("decodes")
        return None if column is None else int(column.sum())

    @property
    def taken(self) -> dict[str, int]:
        """How many examples went which way."""
        if "route" not in self.per_example:
            return {}
        route = self.per_example["route"].long()
        return {name: int((route == number).sum()) for number, name in enumerate(self.routes)}

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the per-example arrays, as plain values."""
        return {
            "value": self.value,
            "data_error": self.data_error,
            "mc_error": self.mc_error,
            "bias": self.bias,
            "examples": self.examples,
            "samples": self.samples,
            "method": self.method,
            "seed": self.seed,
            "units": self.units,
            "bits_per_dimension": self.bits_per_dimension,
            "median_ess": self.ess,
            "flagged": self.flagged,
            "decodes": self.decodes,
            "routes": self.taken,
            "notes": list(self.notes),
        }

    def __repr__(self) -> str:
        text = (
            f"{self.value:.3f} {self.units} +- {self.data_error:.3f} (data) "
            f"+- {self.mc_error:.3f} (Monte Carlo), {self.method}, K = {self.samples}, "
            f"{self.examples} examples"
        )
        return text if not self.flagged else f"{text}, {self.flagged:.0%} flagged"
