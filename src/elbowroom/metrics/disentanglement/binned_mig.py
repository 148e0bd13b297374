"""Mutual information gap, by bins of posterior means (disentanglement_lib's protocol)."""

from typing import ClassVar

from elbowroom.metrics.disentanglement.information import entropy, equal_width, gap, information
from elbowroom.metrics.disentanglement.on_samples import OnSamples
from elbowroom.metrics.disentanglement.sample import Sample

BINS = 20
"""Bins of equal width of each dimension."""


class BinnedMIG(OnSamples):
    """Mutual information gap of binned means.

        MIG = mean_f (I(z_a; v_f) - I(z_b; v_f)) / H(v_f)

    a and b being the dimensions that tell most and second most about factor f. Each dimension is
    cut into 20 bins of equal width; information is that of the counts. Because 20 bins cannot
    tell 40 values apart, a perfect code does not reach 1: compare with the true factors beside it.

    Chen et al. 2018 (https://arxiv.org/abs/1802.04942) defined the gap for draws from q(z|x), see
    `SampledMIG`; this is the protocol of Locatello et al. 2019
    (https://arxiv.org/abs/1811.12359), all factors included. The two differ by a factor of about
    two on the same model: never put them in one table.

    Args:
        samples: Largest number of samples to use.

    Example:
        >>> import numpy as np
        >>> from elbowroom.data.factors import Factors
        >>> from elbowroom.metrics.disentanglement import Representation
        >>> grid = Factors.grid({"size": (1, 2, 3), "hue": tuple(range(20))})
        >>> factors = grid.subset(np.arange(1200) % 60)
        >>> known = Representation.of_table(factors.values, factors)
        >>> BinnedMIG().measure(known)[0].value.__round__(3)
        1.0
    """

    protocol: ClassVar[str] = "disentanglement_lib: 20 bins of equal width of the posterior means"
    paper: ClassVar[str] = "Chen et al. 2018; Locatello et al. 2019"
    names: ClassVar[tuple[str, ...]] = ("MIG (20 bins)",)
    least: ClassVar[int] = BINS
    """One example for each cell of the table of counts."""

    def score(self, material: Sample, seed: int) -> tuple[float, ...]:
        """Return the mean gap."""
        told = information(equal_width(material.codes, BINS), material.classes)
        return (float((gap(told) / entropy(material.classes)).mean()),)
