"""One number about how codes and factors meet, with its errors and its protocol."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class FactorScore:
    """A score of disentanglement.

    Attributes:
        metric: Which metric, as it is asked for.
        name: What the number is called.
        value: The number; where the metric draws, the mean over its seeds.
        error: Bootstrap standard error: other samples could have been drawn.
        spread: Standard deviation over seeds of the draws; None where there is one seed.
        seeds: Number of seeds.
        samples: Number of samples, or of batches where the metric looks at batches.
        seed: The first seed.
        protocol: How exactly it was measured; only scores of one protocol can be compared.
        notes: What happened on the way.

    Example:
        >>> FactorScore("sap", "SAP", 0.245, 0.01, None, 1, 15000, 0, "linear SVM")
        SAP 0.245 +- 0.01 (15,000 samples; linear SVM)
    """

    metric: str
    name: str
    value: float
    error: float
    spread: float | None
    seeds: int
    samples: int
    seed: int
    protocol: str
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {**asdict(self), "notes": list(self.notes)}

    def __repr__(self) -> str:
        spread = "" if self.spread is None else f", {self.spread:.2g} over {self.seeds} seeds"
        return (
            f"{self.name} {self.value:.4g} +- {self.error:.2g}{spread} "
            f"({self.samples:,} samples; {self.protocol})"
        )
