"""The code of one example."""

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from elbowroom.distributions import scale_of
from elbowroom.evidence.codes import CodeSpace
from elbowroom.explore.conditions import conditioned
from elbowroom.explore.seeing import SEED, drawing, raw_again
from elbowroom.run import Run


@dataclass(frozen=True, eq=False)
class Encoded:
    """The code of one example.

    Attributes:
        mean: Mean of q(z|x), (units,).
        sd: Its standard deviation, (units,).
        seen: The example as the model sees it, raw, (values,).
    """

    mean: np.ndarray
    sd: np.ndarray
    seen: np.ndarray


def encoded(run: Run, space: CodeSpace, x: Tensor, condition: float | None) -> Encoded:
    """Encode one example.

    Of several levels, each q is given the means of the levels that it depends on.

    Args:
        run: The run.
        space: The codes of its model.
        x: The example as the model sees it, (1, *shape).
        condition: What a conditional model is given.
    """
    model = conditioned(run, 1, condition)
    with drawing(SEED):
        levels = model.centred(x)
        mean = space.join(tuple(level.z[0] for level in levels))
        spreads = (scale_of(level.posterior).expand(level.z.shape)[0] for level in levels)
        sd = space.join(tuple(spreads))
    return Encoded(mean.cpu().numpy()[0], sd.cpu().numpy()[0], raw_again(run, x).ravel())
