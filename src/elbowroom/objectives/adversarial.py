"""The adversarial term of VAE-GAN (Larsen et al. 2016, https://arxiv.org/abs/1512.09300)."""

from math import isfinite

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

        value = E[softplus(-d(x' + e))]      what the decoder minimises (non-saturating)
        own   = E[softplus(-d(x + e))] + E[softplus(d(x' + e))],   e ~ N(0, noise^2)

    in nats of a yes-or-no question, so that d = 0 has value log 2 and own 2 log 2. (The paper adds
    its two kinds of made examples without the halves.) Who gets what, in one backward: the codes
    are detached, so the value reaches the decoder and neither encoder nor prior; the critic is held
    in it; `own` sees made examples detached, so it reaches the critic alone.

    Args:
        critic: The critic.
        noise: Standard deviation of the noise e on all that the critic judges, in units of the
            data as the model sees them (Sonderby et al. 2017, arXiv:1610.04490). Data on levels or
            on a thin surface can be told from anything smooth, and a critic that is certain
            teaches nothing; with noise the two overlap.

    Raises:
        ConfigError: If noise is negative or not finite.

    Example:
        >>> Adversarial(Critic.of((1, 28, 28)))
        Adversarial(critic)
    """

    comparable = False

    def __init__(self, critic: Critic, *, noise: float = 0.0) -> None:
        super().__init__()
        if not (isfinite(noise) and noise >= 0):
            raise ConfigError(f"noise must be a finite number, 0 or more, got {noise}")
        self.critic = critic
        self.noise = float(noise)

    def check(self, model: LatentModel) -> None:
        """Refuse examples that cannot be averaged, or that the critic was not built for."""
        super().check(model)
        check_averages(model)
        self.critic.check(model.event_shape, "the examples")

    def forward(self, model: LatentModel, trace: Trace) -> Cost:
        """Return what the decoder and what the critic minimises."""
        (x, _), made = pair_of(trace), self._made(model, trace)
        with frozen(self.critic):
            value = softplus(-self._judged(made)).mean()
        own = softplus(-self._judged(x)).mean() + softplus(self._judged(made.detach())).mean()
        return Cost(value, own, {"adversarial": value.detach(), "critic": own.detach()})

    def _judged(self, x: Tensor) -> Tensor:
        """Return the critic's logits of examples with noise."""
        return self.critic(x + self.noise * torch.randn_like(x) if self.noise else x).logit

    def _made(self, model: LatentModel, trace: Trace) -> Tensor:
        """Return reconstructions and samples, (2, K, B, *event)."""
        codes = tuple(level.z.detach() for level in trace.levels)
        rebuilt = model.generate(given=codes).px.mean
        return torch.stack((rebuilt, model.generate(trace.px.batch_shape).px.mean))

    def __repr__(self) -> str:
        noise = f", noise={self.noise:g}" if self.noise else ""
        return f"Adversarial({self.critic!r}{noise})"
