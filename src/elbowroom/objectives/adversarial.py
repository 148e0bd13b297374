"""The adversarial term of VAE-GAN (Larsen et al. 2016, https://arxiv.org/abs/1512.09300)."""

import torch
from torch import Tensor
from torch.nn.functional import softplus

from elbowroom.errors import ConfigError
from elbowroom.models import LatentModel, Trace
from elbowroom.networks.frozen import frozen
from elbowroom.objectives.critic import Critic
from elbowroom.objectives.objective import Cost, Penalty
from elbowroom.objectives.reconstruction import check_averages, pair_of


class Adversarial(Penalty):
    """A critic learns to tell real examples from made ones; the decoder learns to fool it.

    Made examples x' are means of p(x|z), one half at the codes of the batch, the other at codes
    drawn from the prior. With d the critic's logit of 'real':

        value = E[softplus(-d(x'))]                                the decoder's (non-saturating)
        own   = (1 - s) E[softplus(-d(x))] + s E[softplus(d(x))] + E[softplus(d(x'))]

    in nats of a yes-or-no question, so that d = 0 has value log 2 and own 2 log 2. (The paper adds
    its two kinds of made examples without the halves.) Who gets what, in one backward: the codes
    are detached, so the value reaches the decoder and neither encoder nor prior; the critic is held
    in it; `own` sees made examples detached, so it reaches the critic alone.

    Args:
        critic: The critic.
        smoothing: s, from 0 up to below 1/2: real examples count as real with 1 - s
            (one-sided label smoothing, Salimans et al. 2016), which keeps the critic from growing
            certain.

    Raises:
        ConfigError: If smoothing is out of range.

    Example:
        >>> Adversarial(Critic.of((1, 28, 28)))
        Adversarial(critic)
    """

    comparable = False

    def __init__(self, critic: Critic, *, smoothing: float = 0.0) -> None:
        super().__init__()
        if not 0 <= smoothing < 0.5:
            raise ConfigError(f"smoothing must be 0 or more and below 0.5, got {smoothing}")
        self.critic = critic
        self.smoothing = float(smoothing)

    def check(self, model: LatentModel) -> None:
        """Refuse examples that cannot be averaged, or that the critic was not built for."""
        super().check(model)
        check_averages(model)
        self.critic.check(model.event_shape, "the examples")

    def forward(self, model: LatentModel, trace: Trace) -> Cost:
        """Return what the decoder and what the critic minimises."""
        (x, _), made = pair_of(trace), self._made(model, trace)
        with frozen(self.critic):
            value = softplus(-self.critic(made).logit).mean()
        real, fake = self.critic(x).logit, self.critic(made.detach()).logit
        as_real, as_made = softplus(-real).mean(), softplus(real).mean()
        own = torch.lerp(as_real, as_made, self.smoothing) + softplus(fake).mean()
        return Cost(value, own, {"adversarial": value.detach(), "critic": own.detach()})

    def _made(self, model: LatentModel, trace: Trace) -> Tensor:
        """Return reconstructions and samples, (2, K, B, *event)."""
        codes = tuple(level.z.detach() for level in trace.levels)
        rebuilt = model.generate(given=codes).px.mean
        return torch.stack((rebuilt, model.generate(trace.px.batch_shape).px.mean))

    def __repr__(self) -> str:
        smoothing = f", smoothing={self.smoothing:g}" if self.smoothing else ""
        return f"Adversarial({self.critic!r}{smoothing})"
