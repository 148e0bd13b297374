"""The FactorVAE score: a majority vote by the dimension that varies least."""

from typing import ClassVar

import numpy as np

from elbowroom.errors import DataError
from elbowroom.metrics.disentanglement.representation import Representation
from elbowroom.metrics.disentanglement.sample import BatchHalves
from elbowroom.metrics.disentanglement.shared_batches import BATCH, OnBatches

DEAD = 0.05
"""Standard deviation below which a dimension counts as dead."""


class FactorVAEScore(OnBatches):
    """Accuracy of a majority vote that tells which factor a batch shares.

    Of each batch of 64 examples that share the value of one factor only

        argmin_j  var_batch(z_j) / var(z_j)

    is seen, the dimension that varies least compared with all examples. Each dimension votes for
    the factor that it was seen with most often; the score is how often it is right on batches
    of other examples. Chance is 1 / F.

    Dimensions whose standard deviation is below 0.05 are dead and take no part: without that a
    constant dimension has 0 / 0, and wins every argmin. The threshold is in units of a prior of
    variance 1, so the score depends on the scale of the code there, and only there.

    Kim & Mnih 2018, https://arxiv.org/abs/1802.05983.

    Args:
        samples: Number of batches, two thirds to learn from and a third to judge on.
    """

    protocol: ClassVar[str] = "batches of 64, argmin of normalised variance, sd below .05 is dead"
    paper: ClassVar[str] = "Kim & Mnih 2018"
    names: ClassVar[tuple[str, ...]] = ("FactorVAE score",)
    claims: ClassVar[frozenset[str]] = frozenset({"permutation"})

    def summaries(
        self,
        representation: Representation,
        factor: int,
        times: int,
        ruler: np.ndarray,
        rng: np.random.Generator,
    ) -> list[np.ndarray]:
        """Return the dimension that varies least in each batch."""
        alive = np.flatnonzero(ruler.std(0) >= DEAD)
        if not len(alive):
            raise DataError(
                f"the standard deviations of all {ruler.shape[1]} dimensions are below {DEAD}: for "
                "the FactorVAE score all of them are dead. If the code was never meant to have the "
                "scale of a prior, divide it by its standard deviation"
            )
        variances = ruler[:, alive].var(0, ddof=1)
        return [
            alive[(codes[:, :, alive].var(1, ddof=1) / variances).argmin(1)]
            for codes in representation.sharing(factor, BATCH, times, rng)
        ]

    def score(self, material: BatchHalves, seed: int) -> tuple[float, ...]:
        """Return the accuracy of the majority vote on unseen batches."""
        train, test = material.train, material.test
        dims = max(train.seen.max(), test.seen.max()) + 1
        votes = np.zeros((dims, train.shared.max() + 1), dtype=np.int64)
        np.add.at(votes, (train.seen, train.shared), 1)
        return (float((votes.argmax(1)[test.seen] == test.shared).mean()),)
