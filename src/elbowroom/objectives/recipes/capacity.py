"""beta-VAE with a capacity that grows, as an objective by name."""

from elbowroom.objectives.costs import Distortion
from elbowroom.objectives.objective import Objective, Sum
from elbowroom.objectives.rate_targets import Capacity
from elbowroom.objectives.schedules import Warmup


def capacity(
    *, nats: float = 25.0, epochs: float = 50.0, gamma: float = 100.0, samples: int = 1
) -> Objective:
    """beta-VAE with controlled capacity: the rate is held at a capacity that grows from zero.

    loss = distortion + gamma * |rate - C(t)|, in nats per example, the rate a mean over the batch.
    The factors that pay best are learned first and on their own.

    Burgess, Higgins, Pal, Matthey, Watters, Desjardins, Lerchner (2018): Understanding
    disentangling in beta-VAE. There gamma is 1000 and the capacity ends at 25 nats.

    Args:
        nats: Capacity C at the end, in nats.
        epochs: Epochs over which it grows from 0.
        gamma: Weight of a nat too much or too little.
        samples: Codes drawn for each example.

    Raises:
        ConfigError: If an option is out of range.

    Example:
        >>> capacity(nats=10.0)
        Distortion() + Capacity(100, Warmup(start=0, end=10, epochs=50))
    """
    return Sum(Distortion(), Capacity(gamma, Warmup(end=nats, epochs=epochs)), samples=samples)
