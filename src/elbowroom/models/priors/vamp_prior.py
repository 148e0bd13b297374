"""The variational mixture of posteriors as the prior."""

from typing import cast

import torch
from torch import Tensor, nn
from torch.distributions import Distribution

from elbowroom.distributions import Ability, Posterior
from elbowroom.distributions.mixture import Mixture
from elbowroom.errors import ConfigError, IncompatibleError, ShapeError
from elbowroom.models.conditional import Neural
from elbowroom.models.priors.gaussian_mixture import check_components
from elbowroom.models.priors.prior import Prior

_NOISE = 0.1
"""Spread of what is added to an example that is used again, in standard deviations of the data."""


class VampPrior(Prior):
    """p(z) = 1/K sum_k q(z|u_k): the encoder's own answer to K learned inputs u_k.

    The best prior for the ELBO is the aggregate posterior, the mean of q(z|x_n) over all examples;
    this is as near to it as K pseudo-inputs allow. They live in the space of the model's inputs as
    they are, after preprocessing, start as training examples and are free to leave their range.
    Tomczak & Welling (2018), 'VAE with a VampPrior'.

    The encoder belongs to the model: it is used here, not owned, so that its weights are saved,
    counted and trained once.

    Args:
        latent: Number of latent units.
        encoder: The model's encoder q(z|x).
        components: Number K of pseudo-inputs.

    Raises:
        ConfigError: If there are no components, or the encoder's codes are of another size.
        IncompatibleError: If q(z|x) has no density at codes that it did not draw itself.

    Example:
        >>> from elbowroom import VAE, Bernoulli
        >>> model = VAE.of(Bernoulli((4,)), latent=2, prior=lambda encoder: VampPrior(2, encoder))
        >>> x = torch.rand(1000, 4).round()
        >>> model.start_at(x)(x).log_w.shape
        torch.Size([1, 1000])
    """

    def __init__(self, latent: int, encoder: Neural, *, components: int = 500) -> None:
        super().__init__(latent)
        family = cast(Posterior, encoder.family)
        if Ability.ANYWHERE not in family.provides:
            raise IncompatibleError(
                f"the VampPrior is the mean of q(z|u) over pseudo-inputs u, scored at codes of "
                f"other inputs; a {type(family).__name__} posterior has no density there. Use the "
                "posterior diagonal-gaussian or full-gaussian, or the prior gaussian-mixture"
            )
        if encoder.condition_size:
            raise IncompatibleError(
                "the VampPrior is the mean of q(z|u) over pseudo-inputs u, and the encoder of a "
                "conditional model asks for a label of each, which pseudo-inputs do not have. Use "
                "the prior gaussian-mixture, which is as flexible, or a model without condition"
            )
        if family.event_shape != (self.latent,):
            raise ConfigError(
                f"the VampPrior is made of the encoder's codes, which have shape "
                f"{family.event_shape}: it cannot have {latent} units"
            )
        self.space = family.space
        self._encoder = (encoder,)  # in a tuple, where a module is not registered as a part
        self.inputs = nn.Parameter(torch.randn(check_components(components), *encoder.in_shape))

    def forward(self, *context: Tensor) -> Distribution:
        """Return the mixture of the posteriors of the pseudo-inputs."""
        (encoder,) = self._encoder
        equal = self.inputs.new_zeros(len(self.inputs))
        return Mixture(encoder.family, encoder.raw(self.inputs), equal)

    @torch.no_grad()
    def start_at(self, x: Tensor) -> None:
        """Make examples the pseudo-inputs: different ones while they last, then with some noise.

        Args:
            x: Training examples as the model sees them, (N, *event).

        Raises:
            ShapeError: If they are not what the encoder reads.
        """
        if x.shape[1:] != self.inputs.shape[1:]:
            raise ShapeError(
                f"pseudo-inputs have the shape of what the encoder reads, "
                f"{tuple(self.inputs.shape[1:])}; these examples have {tuple(x.shape[1:])}"
            )
        count = len(self.inputs)
        rounds = [torch.randperm(len(x)) for _ in range(-(-count // len(x)))]
        chosen = x[torch.cat(rounds)[:count].to(x.device)].to(self.inputs)
        again = chosen[len(x) :]
        spread = chosen.std(0, correction=0)
        self.inputs.copy_(
            torch.cat([chosen[: len(x)], again + _NOISE * spread * torch.randn_like(again)])
        )

    def extra_repr(self) -> str:
        """Show the number of units and of pseudo-inputs."""
        return f"{self.latent}, components={len(self.inputs)}"
