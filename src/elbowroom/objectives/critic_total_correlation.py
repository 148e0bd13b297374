"""Total correlation by a learned density ratio (Kim & Mnih 2018, arXiv:1802.05983)."""

import torch
from torch import Tensor
from torch.nn.functional import softplus

from elbowroom.distributions import Space
from elbowroom.errors import ElbowroomError, IncompatibleError
from elbowroom.models import LatentModel, Trace
from elbowroom.networks import Architecture
from elbowroom.networks.frozen import frozen
from elbowroom.objectives.critic import Critic
from elbowroom.objectives.level_choice import checked_level, level_of, lies_on_sphere
from elbowroom.objectives.objective import Cost, Penalty


class CriticTotalCorrelation(Penalty):
    """TC = KL(q(z) || prod_j q(z_j)) of the codes of all examples, in nats, as a critic says it.

        value = E_q(z)[d(z)]                            d -> log q(z) - sum_j log q(z_j)
        own   = 1/2 E[softplus(-d(z))] + 1/2 E[softplus(d(z*))],   z* ~ prod_j q(z_j)

    Draws z* come from the batch at hand: unit j of row i is taken from row i + s_j (cyclic), with
    random shifts s_j that differ between units. So the units of a z* come from as many different
    examples, and z* is an exact draw from the product of the marginals, as long as the batch has
    as many rows as the code has units. The paper permutes a second batch, unit by unit, in which
    two units of the same example meet with probability 1/B; two batches of draws are independent of
    each other, but the expectation of `own` does not ask for that, and with one batch both of its
    terms see all examples.

    The value passes through the held critic to the codes; `own` sees the codes detached.

    Args:
        critic: Critic of codes, seen as one vector each; or its architecture, and it is built for
            the codes of the first model that the cost meets (`check`).
        level: Which level of a ladder, 0 for the topmost.

    Raises:
        ConfigError: If level is negative.

    Example:
        >>> CriticTotalCorrelation(Critic.of((10,)))
        CriticTotalCorrelation(critic)
    """

    comparable = False

    def __init__(self, critic: Critic | Architecture, *, level: int = 0) -> None:
        super().__init__()
        self.architecture = critic if isinstance(critic, Architecture) else None
        self.critic = critic if isinstance(critic, Critic) else None
        self.level = checked_level(level)

    def check(self, model: LatentModel) -> None:
        """Refuse codes that cannot be shuffled unit by unit; build a critic that is not there yet.

        Raises:
            IncompatibleError: If codes lie on a sphere, there is no such level, or its codes have
                another shape than the critic takes.
        """
        super().check(model)
        level = level_of(model, self.level, self)
        if lies_on_sphere(level):
            raise IncompatibleError(
                f"the codes of this model lie in {Space.SPHERE}: the product of the units' "
                "marginals leaves it, so the total correlation is infinite: use a posterior over "
                "real codes such as diagonal-gaussian, or an objective without that cost"
            )
        units = (level.z[0, 0].numel(),)
        self.critic = self.critic or Critic.of(units, self.architecture)
        self.critic.check(units, "the codes")

    def forward(self, model: LatentModel, trace: Trace) -> Cost:
        """Return the critic's total correlation, and its own loss."""
        if self.critic is None:
            raise ElbowroomError("the critic is built for the model's codes: call check(model)")
        z = trace.levels[self.level].z.flatten(2)
        with frozen(self.critic):
            value = self.critic(z).logit.mean()
        together, apart = self.critic(z.detach()).logit, self.critic(shuffled(z.detach())).logit
        own = 0.5 * (softplus(-together).mean() + softplus(apart).mean())
        logs = {"total correlation": value.detach(), "critic": own.detach()}
        return Cost(value, own, logs)

    def __repr__(self) -> str:
        level = f", level={self.level}" if self.level else ""
        return f"CriticTotalCorrelation({self.critic or 'critic'}{level})"


def shuffled(z: Tensor) -> Tensor:
    """Return codes whose units come from different examples, from the same marginals.

    Args:
        z: Codes, (K, B, units).

    Example:
        >>> z = torch.arange(4.0)[None, :, None] + torch.tensor([0.0, 10.0])
        >>> mixed = shuffled(z)
        >>> bool((mixed[..., 1] - mixed[..., 0] != 10).all()), mixed[..., 1].sum().item()
        (True, 46.0)
    """
    _, rows, units = z.shape
    shifts = torch.randperm(rows, device=z.device)[torch.arange(units, device=z.device) % rows]
    source = (torch.arange(rows, device=z.device)[:, None] + shifts) % rows
    return z.gather(1, source.expand_as(z))
