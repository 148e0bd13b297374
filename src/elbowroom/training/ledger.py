"""The terms of the last steps, kept on the device until one synchronisation reads them all."""

from math import isfinite

import torch
from torch import Tensor, nn

from elbowroom.errors import DivergedError

Sums = dict[str, float]


class Ledger:
    """Collects the terms of each step and hands out their means.

    Reading a number from a GPU at every step would stall it; a loss that is not finite is
    therefore found at the next reading, with the step at which it first appeared.
    """

    def __init__(self) -> None:
        self.names: tuple[str, ...] = ()
        self.rows: list[Tensor] = []
        self.epoch: Sums = {}
        self.count = 0

    def add(self, logs: dict[str, Tensor]) -> None:
        """Take in the terms of one step."""
        self.names = tuple(logs)
        self.rows.append(torch.stack([value.float() for value in logs.values()]))

    def read(self, last_step: int, learning_rate: float) -> Sums:
        """Return the means since the last reading, and add them to those of the epoch.

        Raises:
            DivergedError: If a term is not finite, with the step, the term and the learning rate.
        """
        if not self.rows:
            return {}
        columns = torch.stack(self.rows).double().cpu()
        table = columns.tolist()
        first = last_step - len(table) + 1
        self.rows = []
        for step, row in enumerate(table, first):
            if not all(map(isfinite, row)):
                terms = ", ".join(
                    f"{name} {value:g}" for name, value in zip(self.names, row, strict=True)
                )
                raise DivergedError(
                    f"training diverged: at step {step} the terms were {terms}, with a learning "
                    f"rate of {learning_rate:g}. The last good weights were kept; try a learning "
                    f"rate of {learning_rate / 10:g}, or training.clip=100"
                )
        sums = dict(zip(self.names, columns.sum(0).tolist(), strict=True))
        for name, value in sums.items():
            self.epoch[name] = self.epoch.get(name, 0.0) + value
        self.count += len(table)
        return {name: value / len(table) for name, value in sums.items()}

    def close_epoch(self) -> Sums:
        """Return the means over the epoch and start a new one."""
        means = {name: value / self.count for name, value in self.epoch.items()}
        self.epoch, self.count = {}, 0
        return means


def check_weights(module: nn.Module, step: int, learning_rate: float) -> None:
    """Refuse weights that an update has made infinite or NaN before any loss shows it.

    Raises:
        DivergedError: With the step and the learning rate.
    """
    with torch.no_grad():
        total = torch.stack([parameter.sum() for parameter in module.parameters()]).sum()
    if not isfinite(float(total)):
        raise DivergedError(
            f"training diverged: the weights became infinite or NaN by step {step} with a learning "
            f"rate of {learning_rate:g}. The last good weights were kept; try a smaller learning "
            "rate, or training.clip=100"
        )
