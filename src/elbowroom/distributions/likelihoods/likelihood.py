"""What all likelihoods p(x|z) have in common."""

from abc import abstractmethod
from enum import StrEnum

from torch import Tensor

from elbowroom.distributions.family import Family
from elbowroom.distributions.support import Support, check_finite, check_shape, check_support


class Measure(StrEnum):
    """What a log-likelihood is a logarithm of; numbers of unlike measures are never compared."""

    COUNTING = "counting"
    LEBESGUE = "lebesgue"

    @property
    def words(self) -> str:
        """What people call it."""
        return "probability mass" if self is Measure.COUNTING else "density"


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

    @property
    def name(self) -> str:
        """Its name as people write it."""
        return type(self).__name__

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

        return advice(x)
