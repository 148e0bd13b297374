"""The code of one example, and codes drawn around it."""

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from elbowroom.distributions import scale_of
from elbowroom.evidence.codes import CodeSpace
from elbowroom.explore.conditions import conditioned
from elbowroom.explore.reach import check_within_reach
from elbowroom.explore.seeing import SEED, drawing, raw_again, seen
from elbowroom.run import Run

_NO_CODE = "the code of this example cannot be computed"


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

    Raises:
        DataError: If the code is no finite number.
    """
    model = conditioned(run, 1, condition)
    with drawing(SEED):
        levels = model.centred(x)
        mean = space.join(tuple(level.z[0] for level in levels))
        spreads = (scale_of(level.posterior).expand(level.z.shape)[0] for level in levels)
        sd = space.join(tuple(spreads))
    check_within_reach(_NO_CODE, mean, sd)
    return Encoded(mean.cpu().numpy()[0], sd.cpu().numpy()[0], raw_again(run, x).ravel())


def drawn_around(
    run: Run, space: CodeSpace, x: Tensor, count: int, seed: int, condition: float | None
) -> np.ndarray:
    """Draw codes from q(z|x) of one example, (count, units); the arguments are those of `encoded`.

    Raises:
        DataError: If a code is no finite number.
    """
    with drawing(seed):
        levels = conditioned(run, 1, condition).infer(x, count)
        codes = space.join(tuple(level.z[:, 0] for level in levels))
    check_within_reach(_NO_CODE, codes)
    return codes.cpu().numpy()


def seen_alone(run: Run, raw: Tensor, columns: tuple[str, ...] | None) -> Tensor:
    """Return one raw example as the model sees it, (1, *shape), once it is known that it can.

    Args:
        run: The run.
        raw: The example, (1, *shape).
        columns: Names of the columns of a table.

    Raises:
        DataError: If a value lies too far outside the data.
        SupportError: If it is outside the support of the likelihood.
    """
    x = seen(run, raw)
    check_within_reach(_NO_CODE, x)
    run.model.likelihood.check(x, columns)
    return x
