"""A prior fitted to the codes of a trained model, as an objective by name."""

from elbowroom.objectives.objective import Objective, Sum
from elbowroom.objectives.prior_fit import PriorFit


def prior_fit() -> Objective:
    """The second stage: a prior fitted to the codes of a trained model.

    loss = -E_q[log p(z)], the cross-entropy of the codes in nats per example, over the parameters
    of the prior alone: hold the rest (`elbowroom refit`). Samples then come from where codes are
    (Dai & Wipf 2019; Ghosh et al. 2020).

    Example:
        >>> prior_fit()
        PriorFit()
    """
    return Sum(PriorFit())
