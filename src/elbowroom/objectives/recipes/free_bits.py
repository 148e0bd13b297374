"""The evidence lower bound with free nats for each group of units, as an objective by name."""

from typing import Literal

from elbowroom.objectives.costs import Distortion
from elbowroom.objectives.objective import Objective, Sum
from elbowroom.objectives.rate_targets import FreeBits


def free_bits(
    *, nats: float = 0.25, per: Literal["unit", "level"] = "unit", samples: int = 1
) -> Objective:
    """The ELBO with free bits: the first nats of each group of units cost nothing.

    loss = distortion + sum_g max(lambda, rate_g), in nats per example, the rates means over the
    batch. Groups below lambda feel no pull towards the prior and do not collapse.

    Kingma, Salimans, Jozefowicz, Chen, Sutskever, Welling (2016): Improving Variational Inference
    with Inverse Autoregressive Flow.

    Args:
        nats: Free nats lambda of each group.
        per: What a group is: each latent 'unit', which takes a posterior and a prior of
            independent units, or each stochastic 'level' as a whole.
        samples: Codes drawn for each example.

    Raises:
        ConfigError: If an option is out of range.

    Example:
        >>> free_bits(nats=2.0, per="level")
        Distortion() + FreeBits(2, per='level')
    """
    return Sum(Distortion(), FreeBits(nats, per=per), samples=samples)
