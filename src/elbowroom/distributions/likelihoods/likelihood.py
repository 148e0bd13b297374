"""What all likelihoods p(x|z) have in common."""

from abc import abstractmethod
from enum import StrEnum
from typing import TYPE_CHECKING

from torch import Tensor
from torch.distributions import Distribution

from elbowroom.distributions.family import Family
from elbowroom.distributions.support import Support, check_finite, check_shape, check_support

if TYPE_CHECKING:
    from elbowroom.networks import Architecture


class Measure(StrEnum):
    """What a log-likelihood is a logarithm of; numbers of unlike measures are never compared."""

    COUNTING = "counting"
    LEBESGUE = "lebesgue"
    MIXED = "mixed"

    @property
    def words(self) -> str:
        """What people call it."""
        return _WORDS[self]

    @property
    def has_bits_per_dimension(self) -> bool:
        """Whether a mean over dimensions means anything: not over masses and densities together."""
        return self is not Measure.MIXED


_WORDS = {
    Measure.COUNTING: "probability mass",
    Measure.LEBESGUE: "density",
    Measure.MIXED: "product of masses and densities",
}


class Likelihood(Family):
    """A family over examples of `event_shape`.

    Attributes:
        measure: Whether log p(x|z) is of a probability mass or of a density.
        support: The values it can describe.
    """

    measure: Measure

    @classmethod
    @abstractmethod
    def for_data(cls, event_shape: tuple[int, ...], levels: int | None) -> "Likelihood | None":
        """Build the likelihood for data of this shape and number of levels, or None if it can't."""

    @property
    @abstractmethod
    def support(self) -> Support:
        """The values that this likelihood can describe."""

    @abstractmethod
    def start(self, mean: Tensor, variance: Tensor) -> Tensor:
        """Return raw parameters whose distribution has about these moments.

        A decoder that starts at the data's mean saves the first epochs.

        Args:
            mean: Mean of the data, of `event_shape`.
            variance: Variance of the data, of `event_shape`.
        """

    def start_from(self, x: Tensor) -> Tensor:
        """Return raw parameters that describe examples as well as one distribution for all can.

        By their moments, unless a likelihood can read more from them.

        Args:
            x: Examples, `(N, *event_shape)`.
        """
        mean, variance = x.double().mean(0), x.double().var(0, correction=0)
        return self.start(mean.float(), variance.float())

    @property
    def name(self) -> str:
        """Its name as people write it."""
        return type(self).__name__

    @property
    def by_column(self) -> tuple[str, ...]:
        """Name of the likelihood of each column of a table."""
        return (self.name,) * self.event_shape[-1]

    def representative(self, p: Distribution) -> Tensor:
        """Return the one value that stands for p(x|z) where a single one is shown: its mean.

        A likelihood of values that cannot be averaged returns others, of the same shape.

        Args:
            p: Distributions of this likelihood.
        """
        return p.mean

    def chances(self, p: Distribution) -> Tensor | None:
        """Return the probability of each choice of each column of names, or None without such.

        Args:
            p: Distributions of this likelihood.

        Returns:
            One column's probabilities after the other's, (..., choices of all columns).
        """
        return None

    def facing(self, network: "Architecture") -> "Architecture":
        """Return the architecture for networks that see examples; `network` itself.

        A likelihood of values that a network cannot use as they are puts a view in front of them.
        """
        return network

    def check(
        self,
        x: Tensor,
        names: tuple[str, ...] | None = None,
        *,
        numbers: Tensor | None = None,
    ) -> None:
        """Refuse examples that this likelihood cannot describe, once, before any computing.

        Args:
            x: Examples as the model sees them, `(N, *event_shape)`.
            names: Names of the columns of a table.
            numbers: Which of the data these examples are, (N,), for the message.

        Raises:
            ShapeError: If the examples have another shape.
            DataError: If there is no example, or a value is not finite.
            SupportError: If a value is outside the support, with the fix.
        """
        check_shape(x, self.event_shape)
        check_finite(x, numbers=numbers)
        check_support(x, self.support, self.name, self._advice, names, numbers)

    def _advice(self, x: Tensor) -> str:
        from elbowroom.distributions.likelihoods.fitting import advice

        return advice(x, self.support)
