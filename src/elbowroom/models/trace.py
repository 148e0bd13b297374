"""What one pass through a latent-variable model computed.

For K samples of B examples, with one `Level` for each stochastic layer l:

    log p(x, z) = log p(x|z) + sum_l log p(z_l | z_<l)
    rate        = sum_l KL(q(z_l | x, z_<l) || p(z_l | z_<l))
    log w       = log p(x|z) + sum_l [log p(z_l | z_<l) - log q(z_l | x, z_<l)]

All terms have shape (K, B) and are in nats; E[w] = p(x) exactly, and E[log w] is the ELBO.

Inference may go the other way, q(z_l | x, z_>l) from the level next to the data upwards. Nothing
changes but one thing: z_<l was then drawn given z_l, so that the KL between the two distributions
at a level is not what the level costs, and log q - log p at the drawn codes takes its place.
"""

from dataclasses import dataclass

from torch import Tensor
from torch.distributions import Distribution, Independent

from elbowroom.distributions import kl, kl_per_unit
from elbowroom.distributions.aggregate import log_prob_per_unit
from elbowroom.errors import ElbowroomError


@dataclass(frozen=True, eq=False)
class Level:
    """One stochastic layer: its code and the two distributions that meet there.

    Attributes:
        z: Code, (K, B, *latent).
        p: Prior of the code given the levels above.
        q: Posterior that z was inferred with, or None for a generated code.
        drawn_log_q: log q(z), where drawing z computed it already.
        p_follows: Whether p is given codes that were drawn given z, as inference from the data
            upwards does: E[log q - log p] is then no KL between q and p.
    """

    z: Tensor
    p: Distribution
    q: Distribution | None = None
    drawn_log_q: Tensor | None = None
    p_follows: bool = False

    @property
    def log_p(self) -> Tensor:
        """Log prior of the code, (K, B)."""
        return self.p.log_prob(self.z)

    @property
    def log_q(self) -> Tensor:
        """Log posterior of the code, (K, B)."""
        return self.posterior.log_prob(self.z) if self.drawn_log_q is None else self.drawn_log_q

    @property
    def rate(self) -> Tensor:
        """KL(q || p), (K, B): in closed form where one exists, else log q(z) - log p(z)."""
        exact = None if self.p_follows else kl(self.posterior, self.p)
        return self.log_q - self.log_p if exact is None else exact.expand(self.z.shape[:2])

    @property
    def unit_rates(self) -> Tensor | None:
        """The rate of each unit, (K, B, *latent), or None where it does not split.

        In closed form where one exists, else log q(z_i) - log p(z_i) of independent units.
        """
        q, p = self.posterior, self.p
        exact = None if self.p_follows else kl_per_unit(q, p)
        if exact is not None:
            return exact.expand(self.z.shape)
        if not (isinstance(q, Independent) and isinstance(p, Independent)):
            return None
        return log_prob_per_unit(q, self.z) - log_prob_per_unit(p, self.z)

    @property
    def posterior(self) -> Distribution:
        """The posterior, of a code that was inferred."""
        if self.q is None:
            raise ElbowroomError("this code was generated, not inferred: it has no posterior")
        return self.q


@dataclass(frozen=True, eq=False)
class Trace:
    """One pass: the examples, the likelihood at their codes, and the levels, top first.

    Attributes:
        x: Examples, (B, *event), or None when they were generated.
        px: p(x|z), of batch shape (K, B).
        levels: One for each stochastic layer.
    """

    x: Tensor | None
    px: Distribution
    levels: tuple[Level, ...]

    @property
    def z(self) -> Tensor:
        """Code of the only or topmost level, (K, B, latent)."""
        return self.levels[0].z

    @property
    def posterior(self) -> Distribution:
        """Posterior q(z|x) of the only or topmost level."""
        return self.levels[0].posterior

    @property
    def log_px(self) -> Tensor:
        """Log p(x|z), (K, B); its negative is the distortion."""
        if self.x is None:
            raise ElbowroomError("these examples were generated: there is no x to score")
        return self.px.log_prob(self.x)

    @property
    def log_p(self) -> Tensor:
        """Log prior of the codes, summed over levels, (K, B)."""
        return self._summed("log_p")

    @property
    def log_q(self) -> Tensor:
        """Log posterior of the codes, summed over levels, (K, B)."""
        return self._summed("log_q")

    @property
    def rate(self) -> Tensor:
        """KL from posterior to prior, summed over levels, (K, B)."""
        return self._summed("rate")

    @property
    def log_w(self) -> Tensor:
        """Log importance weight log p(x, z) - log q(z|x), (K, B)."""
        return sum((level.log_p - level.log_q for level in self.levels), self.log_px)

    def _summed(self, term: str) -> Tensor:
        first, *rest = (getattr(level, term) for level in self.levels)
        return sum(rest, first)

    def __repr__(self) -> str:
        lead = " x ".join(map(str, self.px.batch_shape)) or "1"
        latent = tuple(self.z.shape[len(self.px.batch_shape) :])
        origin = "generated" if self.x is None else "inferred"
        return (
            f"Trace({lead} {origin} codes of shape {latent}, "
            f"{len(self.levels)} level(s), x of shape {tuple(self.px.event_shape)})"
        )
