"""Semi-amortised inference: the encoder's answer, refined for each example.

The encoder is one network for all examples; what it loses by that is the amortisation gap (Cremer
et al. 2018). A few gradient steps on an example's own ELBO win part of it back:

    phi_0 = encoder(x)
    phi_{t+1} = phi_t + a * clip(d ELBO(x; phi_t) / d phi),      q(z|x) = q(z; phi_T)

(Kim et al. 2018). The steps count as constants in training: the gradient at phi_T is handed to the
encoder as if it had said phi_T itself, which is the first-order form and needs no second
derivatives of the decoder.
"""

import torch
from torch import Tensor
from torch.distributions import Distribution

from elbowroom.distributions import draw
from elbowroom.errors import ConfigError
from elbowroom.models.bound import Condition
from elbowroom.models.conditional import Conditional, Neural
from elbowroom.models.mode import evaluating
from elbowroom.models.trace import Level

_SEED = 0
_LARGEST = 5.0
"""Norm that the gradient of one example is clipped to, as in the paper."""


class Refined(Neural):
    """The encoder q(z|x) followed by gradient steps on each example's ELBO.

    It knows the decoder and the prior but does not own them: they are the model's, and their
    parameters are constants here.

    Args:
        encoder: Where the steps start.
        decoder: p(x|z).
        prior: p(z).
        steps: Number T of steps.
        step_size: Their size a.
        samples: Codes drawn for each step's ELBO.

    Raises:
        ConfigError: If an option is out of range.
    """

    def __init__(
        self,
        encoder: Neural,
        decoder: Neural,
        prior: Conditional,
        *,
        steps: int = 5,
        step_size: float = 0.1,
        samples: int = 1,
    ) -> None:
        if steps < 1 or samples < 1 or not step_size > 0:
            raise ConfigError(
                "semi-amortised inference needs steps >= 1, samples >= 1 and step_size > 0, got "
                f"steps={steps}, samples={samples}, step_size={step_size}"
            )
        super().__init__(encoder.network, encoder.family)
        # In tuples, so that they are not registered: their parameters are the model's, once.
        self.first = (encoder,)
        self.others = (decoder, prior)
        self.steps, self.step_size, self.samples = steps, step_size, samples

    @property
    def condition_size(self) -> int:
        """Number of values in the condition that it is to be bound to; 0 without one."""
        return self.first[0].condition_size

    def bound_to(self, condition: Condition) -> "Refined":
        """Return the same inference bound to a condition, the decoder with it."""
        (encoder,), (decoder, prior) = self.first, self.others
        return Refined(
            encoder.bound_to(condition),
            decoder.bound_to(condition),
            prior,
            steps=self.steps,
            step_size=self.step_size,
            samples=self.samples,
        )

    def raw(self, *context: Tensor) -> Tensor:
        """Return the refined raw parameters, (*lead, *family.param_shape)."""
        (encoder,) = self.first
        first = encoder.raw(*context)
        (x,) = context
        return first + self._moved(first.detach(), x)

    def _moved(self, start: Tensor, x: Tensor) -> Tensor:
        """Return how far the steps lead away from where they start, a constant."""
        if self.training:
            return self._climbed(start, x)
        # The same noise at every call: codes, evidence and pictures of a run repeat.
        with torch.random.fork_rng([start.device] if start.is_cuda else []):
            torch.manual_seed(_SEED)
            return self._climbed(start, x)

    def _climbed(self, start: Tensor, x: Tensor) -> Tensor:
        moved = torch.zeros_like(start)
        event = tuple(range(x.dim() - len(self.in_shape), start.dim()))
        # In evaluation mode: what a likelihood learns from a batch it must not learn here.
        with evaluating(self.others[0]):
            for _ in range(self.steps):
                gradient = torch.func.grad(self._elbo)(start + moved, x)
                norm = gradient.square().sum(event, keepdim=True).sqrt()
                moved = moved + self.step_size * gradient * (_LARGEST / (norm + 1e-12)).clamp(max=1)
                moved = moved.detach()
        return moved

    def _elbo(self, raw: Tensor, x: Tensor) -> Tensor:
        """Return the ELBO, a mean over draws and a sum over examples: each has its own phi."""
        decoder, prior = self.others
        q: Distribution = self.family(raw)
        z, log_q = draw(q, (self.samples,))
        level = Level(z, prior(), q, log_q)
        return (decoder(z).log_prob(x) - level.rate).mean(0).sum()

    def extra_repr(self) -> str:
        """Show the options."""
        return f"steps={self.steps}, step_size={self.step_size:g}, samples={self.samples}"
