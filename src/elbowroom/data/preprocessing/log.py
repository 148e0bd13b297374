"""Positive numbers to the line."""

from dataclasses import replace

import torch
from torch import Tensor

from elbowroom.data.columns import Column, KindName
from elbowroom.data.domain import Domain
from elbowroom.data.transform import Transform
from elbowroom.errors import IncompatibleError


class Log(Transform):
    """The logarithm of a table's positive columns: y = log x; others pass as they are.

    A normal distribution of y is a log-normal one of x: with log |dy/dx| = -log x added, the two
    have the same log p(x). After it the columns are real numbers, which Standardise may follow.
    The inverse of a mean of y is the median of x.

    Example:
        >>> table = Domain((2,), columns=(Column("income", "positive"), Column("visits", "counts")))
        >>> step = Log()
        >>> step.bind(table)
        Domain(2, 1 column of real numbers, 1 of counts)
        >>> step(torch.tensor([[1.0, 3.0]]))
        tensor([[0., 3.]])
    """

    positive: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("positive", torch.zeros(0, dtype=torch.bool))

    def bind(self, domain: Domain) -> Domain:
        """Note which columns are meant, too."""
        out = super().bind(domain)
        marks = [column.kind == "positive" for column in domain.columns or ()]
        self.positive = torch.tensor(marks, device=self.positive.device)
        return out

    def out(self, domain: Domain) -> Domain:
        """Real numbers where there were positive ones."""
        columns = domain.columns or ()
        if not any(column.kind == "positive" for column in columns):
            raise IncompatibleError(
                f"Log is for columns that are known to hold positive numbers, but these are "
                f"{domain}. Name such columns: positive=('a', 'b') (--data.positive a,b)."
            )
        logs: dict[KindName, KindName] = {"positive": "real"}
        turned = (Column(c.name, logs.get(c.kind, c.kind), c.values) for c in columns)
        return replace(domain, columns=tuple(turned))

    def forward(self, x: Tensor) -> Tensor:
        """Log x of the positive columns."""
        return torch.where(self.positive, torch.where(self.positive, x, 1.0).log(), x)

    def inverse(self, y: Tensor) -> Tensor:
        """Exp y of the positive columns."""
        return torch.where(self.positive, torch.where(self.positive, y, 0.0).exp(), y)

    def log_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Minus the sum of log x over the positive columns."""
        return -torch.where(self.positive, y, 0.0).flatten(1).sum(1)
