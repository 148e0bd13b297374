"""Semi-amortised inference as a structure."""

from elbowroom.distributions import Ability
from elbowroom.errors import IncompatibleError
from elbowroom.models.refined import Refined
from elbowroom.models.structures.single_level import SingleLevel
from elbowroom.models.structures.structure import Blueprint, Structure
from elbowroom.models.vae import VAE


class SemiAmortised(Structure):
    """One level, the encoder's answer refined by gradient steps on each example (Kim et al. 2018).

    Inference takes about `steps` times a training step; it narrows the amortisation gap, which
    `evaluate` with `gap` measures.

    Args:
        steps: Gradient steps for each example.
        step_size: Size of a step on the raw parameters of q, gradients clipped at norm 5.
        samples: Codes drawn for each step.

    Raises:
        ConfigError: If an option is out of range.
        IncompatibleError: If the posterior has no density: there is no ELBO to climb then.
    """

    def __init__(self, *, steps: int = 5, step_size: float = 0.1, samples: int = 1) -> None:
        self.steps, self.step_size, self.samples = steps, step_size, samples

    def build(self, parts: Blueprint) -> VAE:
        """Build the VAE."""
        plain = SingleLevel().build(parts)
        if Ability.DENSITY not in plain.abilities:
            raise IncompatibleError(
                "semi-amortised inference climbs the ELBO of each example, and the deterministic "
                "posterior has none: use the diagonal-gaussian posterior, or single-level structure"
            )
        refined = Refined(plain.encoder, plain.decoder, plain.prior, **vars(self))
        return VAE(refined, plain.decoder, plain.prior)
