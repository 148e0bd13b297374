"""Conditional models: q(z|x,y) and p(x|z,y), which labels or covariates y are put beside.

A model is bound to the conditions of its examples, `model.given(y)`, and is then a model of x like
any other: objectives, evidence and metrics know nothing of y, and log p(x) of it is log p(x|y).

    log p(x|y) >= E_q(z|x,y)[log p(x|z,y)] - KL(q(z|x,y) || p(z))

Sohn et al. (2015), 'Learning structured output representation using deep conditional generative
models'; the prior does not depend on y, as in M2 of Kingma et al. (2014).
"""

from typing import cast

from torch import Tensor

from elbowroom.distributions import Family
from elbowroom.errors import IncompatibleError
from elbowroom.models.conditional import Neural
from elbowroom.networks import Joint, Network


class Condition:
    """What a model is bound to: one object, which its encoder and decoder share.

    Attributes:
        y: Conditions, (B, c), or None while the model is bound to nothing.
    """

    def __init__(self, y: Tensor | None = None) -> None:
        self.y = y


class Bound(Neural):
    """A conditional of two contexts with the second bound: q(z|x) for q(z|x,y).

    Args:
        network: From both contexts to the family's raw parameters.
        family: What the raw parameters mean.
        condition: What the second context is.

    Example:
        >>> import torch
        >>> from elbowroom import MLP, Bernoulli
        >>> p = Bernoulli((4,))
        >>> decoder = Bound(MLP().up_given((2,), p.param_shape, 3), p, Condition(torch.eye(3)))
        >>> decoder(torch.zeros(7, 3, 2)).mean.shape
        torch.Size([7, 3, 4])
    """

    def __init__(self, network: Joint, family: Family, condition: Condition | None = None) -> None:
        super().__init__(network, family)
        self.condition = condition or Condition()

    @property
    def condition_size(self) -> int:
        """Number of values in one condition."""
        return cast(Joint, self.network).condition

    def raw(self, *context: Tensor) -> Tensor:
        """Return the raw parameters given the context, (*lead, *family.param_shape)."""
        if self.condition.y is None:
            raise IncompatibleError(
                "this model is conditional: it describes examples given their labels or other "
                f"conditions. Bind it to them first: model.given(y) with y of shape "
                f"(examples, {self.condition_size})"
            )
        return self.network(*context, self.condition.y)

    def bound_to(self, condition: Condition) -> "Bound":
        """Return the same conditional, weights and all, bound to something else."""
        return Bound(cast(Joint, self.network), self.family, condition)


def neural(network: Network, family: Family) -> Neural:
    """Return a conditional with a network: one to be bound, where that has two inputs."""
    return Bound(network, family) if isinstance(network, Joint) else Neural(network, family)


def rows_of(y: Tensor, index: Tensor | slice) -> Tensor:
    """Return the conditions of some examples; a single number gives one without a batch."""
    if isinstance(index, slice):
        return y[index]
    # Not y[index]: a single number may be one of many under vmap.
    chosen = y.index_select(0, index.reshape(-1).to(y.device))
    return chosen.reshape(*index.shape, *y.shape[1:])
