"""What one pass through a latent-variable model computed.

For K samples of B examples, with one `Level` for each stochastic layer l:

    log p(x, z) = log p(x|z) + sum_l log p(z_l | z_<l)
    rate        = sum_l KL(q(z_l | x, z_<l) || p(z_l | z_<l))
    log w       = log p(x|z) + sum_l [log p(z_l | z_<l) - log q(z_l | x, z_<l)]

All terms have shape (K, B) and are in nats; E[w] = p(x) exactly, and E[log w] is the ELBO.
"""

from dataclasses import dataclass

from torch import Tensor
from torch.distributions import Distribution

from elbowroom.distributions import kl
from elbowroom.errors import ElbowroomError


@dataclass(frozen=True, eq=False)
class Level:
    """One stochastic layer: its code and the two distributions that meet there.

    Attributes:
        z: Code, (K, B, *latent).
        p: Prior of the code given the levels above.
        q: Posterior that z was inferred with, or None for a generated code.
        drawn_log_q: log q(z), where drawing z computed it already.
    """

    z: Tensor
    p: Distribution
    q: Distribution | None = None
    drawn_log_q: Tensor | None = None

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
        exact = kl(self.posterior, self.p)
        return self.log_q - self.log_p if exact is None else exact.expand(self.z.shape[:2])

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
    def rate(self) -> Tensor:
        """KL from posterior to prior, summed over levels, (K, B)."""
        first, *rest = (level.rate for level in self.levels)
        return sum(rest, first)

    @property
    def log_w(self) -> Tensor:
        """Log importance weight log p(x, z) - log q(z|x), (K, B)."""
        return sum((level.log_p - level.log_q for level in self.levels), self.log_px)

    def __repr__(self) -> str:
        lead = " x ".join(map(str, self.px.batch_shape)) or "1"
        latent = tuple(self.z.shape[len(self.px.batch_shape) :])
        origin = "generated" if self.x is None else "inferred"
        return (
            f"Trace({lead} {origin} codes of shape {latent}, "
            f"{len(self.levels)} level(s), x of shape {tuple(self.px.event_shape)})"
        )
