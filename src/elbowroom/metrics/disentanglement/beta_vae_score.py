"""The beta-VAE score: a linear classifier tells the factor that pairs share."""

from typing import ClassVar

import numpy as np

from elbowroom.metrics.disentanglement.representation import Representation
from elbowroom.metrics.disentanglement.sample import BatchHalves
from elbowroom.metrics.disentanglement.shared_batches import BATCH, OnBatches


class BetaVAEScore(OnBatches):
    """Accuracy of a logistic regression that tells which factor pairs of examples share.

    A batch is 64 pairs; both examples of a pair have the same value of one factor, another value
    in each pair. What is seen of a batch is

        mean over pairs of |z_j - z'_j|, for each dimension j

    with codes in units of their standard deviations, so that the classifier's penalty does not
    depend on their scale; disentanglement_lib takes them as they come. The score is the accuracy on
    batches of examples that it has not seen. Chance is 1 / F. A rotation of the truth scores about
    .8, more than many published models.

    Higgins et al. 2017, https://openreview.net/forum?id=Sy2fzU9gl.

    Args:
        samples: Number of batches, two thirds to learn from and a third to judge on.
    """

    protocol: ClassVar[str] = "logistic regression on the mean |difference| over 64 pairs"
    paper: ClassVar[str] = "Higgins et al. 2017"
    names: ClassVar[tuple[str, ...]] = ("beta-VAE score",)

    def summaries(
        self,
        representation: Representation,
        factor: int,
        times: int,
        ruler: np.ndarray,
        rng: np.random.Generator,
    ) -> list[np.ndarray]:
        """Return the mean absolute difference over 64 pairs in each dimension."""
        scale = ruler.std(0)
        differences = [
            np.abs(pairs[:, 0] - pairs[:, 1]) / np.where(scale > 0, scale, 1.0)
            for pairs in representation.sharing(factor, 2, BATCH * times, rng)
        ]
        together = np.concatenate(differences)
        return [together.reshape(times, BATCH, -1).mean(1)]

    def score(self, material: BatchHalves, seed: int) -> tuple[float, ...]:
        """Return the accuracy on unseen batches."""
        from sklearn.linear_model import LogisticRegression

        train, test = material.train, material.test
        classifier = LogisticRegression(max_iter=1000).fit(train.seen, train.shared)
        return (float(classifier.score(test.seen, test.shared)),)
