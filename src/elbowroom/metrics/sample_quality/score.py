"""A measure of samples with its error, and what it would be if nothing were wrong."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Score:
    """One number about generated examples, beside its value for a perfect generator.

    Attributes:
        name: What it is.
        value: The number.
        error: Its standard error, because other examples could have been drawn.
        null: Its expectation if generated and real examples have the same distribution, at these
            numbers of examples; None where that has no known value.
        null_error: Standard deviation around `null` then; None where not known.
        p_value: Probability of a value at least this bad if the distributions are the same; None
            where there is no test.
        real: Number of real examples used.
        generated: Number of generated examples used.
        seed: Seed of everything random in it.

    Example:
        >>> Score("accuracy", 0.62, 0.02, 0.5, 0.02, 1e-9, 300, 300, 0)
        accuracy 0.62 +- 0.02 (null 0.5 +- 0.02, p = 1e-09), 300 real, 300 generated
    """

    name: str
    value: float
    error: float
    null: float | None
    null_error: float | None
    p_value: float | None
    real: int
    generated: int
    seed: int

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return asdict(self)

    def __repr__(self) -> str:
        known = []
        if self.null is not None:
            spread = "" if self.null_error is None else f" +- {self.null_error:.2g}"
            known.append(f"null {self.null:.4g}{spread}")
        if self.p_value is not None:
            known.append(f"p = {self.p_value:.2g}")
        return (
            f"{self.name} {self.value:.4g} +- {self.error:.2g}"
            + (f" ({', '.join(known)})" if known else "")
            + f", {self.real} real, {self.generated} generated"
        )
