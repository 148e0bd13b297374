"""The oracle of conditional models: probabilistic PCA whose mean moves with y.

x = W z + V y + mu + s e,    z ~ N(0, I),  e ~ N(0, I)
log p(x|y) = log p_PCA(x - V y),      p(z|x,y) = p_PCA(z|x - V y)
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from elbowroom.distributions import Gaussian
from elbowroom.models import VAE
from elbowroom.networks import MLP
from tests.linear_gaussian import LinearGaussian


@dataclass(frozen=True)
class LinearConditional:
    """The model above, in float64."""

    plain: LinearGaussian
    effects: Tensor

    @classmethod
    def random(cls, q: int = 3, size: int = 8, condition: int = 2) -> "LinearConditional":
        """Return a model in which y matters: wrong labels are far from right."""
        generator = torch.Generator().manual_seed(4)
        weights = 0.6 * torch.randn(size, q, generator=generator, dtype=torch.float64)
        effects = 1.5 * torch.randn(size, condition, generator=generator, dtype=torch.float64)
        mean = torch.linspace(-1, 1, size, dtype=torch.float64)
        return cls(LinearGaussian(weights, mean, 0.36), effects)

    def log_evidence(self, x: Tensor, y: Tensor) -> Tensor:
        """Return log p(x|y), (N,)."""
        return self.plain.log_evidence(x.double() - y.double() @ self.effects.T)

    def vae(self, wider: float = 1.15) -> VAE:
        """Return it as a conditional VAE whose q(z|x,y) has the exact mean."""
        known, (size, q) = self.plain.vae(wider), self.plain.weights.shape
        likelihood = Gaussian((size,), scale="fixed", initial=self.plain.variance**0.5)
        condition = self.effects.shape[1]
        model = VAE.of(likelihood, latent=q, network=MLP(hidden=()), condition=condition)
        with torch.no_grad():
            encoder, decoder = (net.network.body.body[-1] for net in (model.encoder, model.decoder))
            plain_encoder, plain_decoder = (
                net.network.body[-1] for net in (known.encoder, known.decoder)
            )
            moved = -plain_encoder.weight.double() @ self.effects
            encoder.weight.copy_(torch.cat([plain_encoder.weight.double(), moved], 1))
            encoder.bias.copy_(plain_encoder.bias)
            decoder.weight.copy_(torch.cat([self.plain.weights, self.effects], 1))
            decoder.bias.copy_(plain_decoder.bias)
        return model

    def simulated(self, count: int, seed: int = 1) -> tuple[Tensor, Tensor]:
        """Draw conditions (count, c), and examples given them."""
        with torch.random.fork_rng(), torch.no_grad():
            torch.manual_seed(seed)
            y = torch.randn(count, self.effects.shape[1])
            return y, self.vae().given(y).generate((count,)).px.sample()
