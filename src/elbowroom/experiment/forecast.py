"""What a training would do, before it does it."""

from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

import torch
from rich.markup import escape
from rich.table import Table

from elbowroom.config import Config
from elbowroom.devices import device_for
from elbowroom.experiment.training import Assembly, assemble
from elbowroom.training import Plan
from elbowroom.training.feed import Feed
from elbowroom.training.optimisation import optimiser_for
from elbowroom.training.step import Step

_WARM_STEPS, _TIMED_STEPS = 3, 20


@dataclass(frozen=True)
class Forecast:
    """Data, model, steps, memory and time of a run that was not made.

    Attributes:
        data: The data and their splits, in words.
        preprocessing: The chain of preprocessing.
        model: The model in words.
        objective: The objective as an expression.
        parameters: Number of parameters.
        plan: Epochs, batch size and steps.
        device: Where it would compute.
        data_bytes: Memory that the raw data take.
        training_bytes: Memory for weights, gradients and the optimiser's two averages.
        seconds_per_step: Median of a few real steps.
    """

    data: str
    preprocessing: str
    model: str
    objective: str
    parameters: int
    plan: Plan
    device: str
    data_bytes: int
    training_bytes: int
    seconds_per_step: float

    @property
    def seconds(self) -> float:
        """Time for all steps: early stopping may end sooner, validation takes some more."""
        return self.plan.steps * self.seconds_per_step

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {**vars(self), "plan": vars(self.plan), "seconds": self.seconds}

    def table(self) -> Table:
        """Return it for the terminal."""
        table = Table(title="What would happen", title_justify="left", show_header=False)
        plan = self.plan
        rows = {
            "data": self.data,
            "preprocessing": self.preprocessing,
            "model": self.model,
            "objective": f"{self.objective} (nats per example)",
            "training": f"up to {plan.epochs} epochs of {plan.steps_per_epoch:,} steps with "
            f"{plan.batch_size} examples each",
            "early stopping": f"after {plan.patience} epochs without improvement on validation"
            if plan.patience
            else "never",
            "device": self.device,
            "memory": f"{_megabytes(self.data_bytes)} for the data, "
            f"{_megabytes(self.training_bytes)} for weights and optimiser",
            "time": f"about {_duration(self.seconds)} at most "
            f"({1000 * self.seconds_per_step:.2f} ms a step, measured over {_TIMED_STEPS} steps)",
        }
        for name, text in rows.items():
            table.add_row(f"[bold]{name}", escape(text))
        return table


def plan(config: Config, *, data: Any = None) -> Forecast:
    """Build everything that `train` would, make a few real steps, and write nothing.

    Args:
        config: The configuration.
        data: Data in memory, in place of the configuration's source.
    """
    made = assemble(config, data)
    train = made.splits.train
    parameters = sum(p.numel() for p in made.model.parameters())
    return Forecast(
        data=f"{train.name}: {made.splits!r}",
        preprocessing=repr(made.preprocessing),
        model=repr(made.model),
        objective=repr(made.objective),
        parameters=parameters,
        plan=Plan.of(made.settings, len(train)),
        device=str(device_for(made.settings.device)),
        data_bytes=sum(part.bytes for part in made.splits.parts().values()),
        training_bytes=16 * parameters,
        seconds_per_step=_time_steps(made),
    )


def _time_steps(made: Assembly) -> float:
    device = device_for(made.settings.device)
    step = Step(made.model, made.objective).to(device).train()
    optimiser = optimiser_for(step, made.settings)
    batch = Plan.of(made.settings, len(made.splits.train)).batch_size
    feed = Feed(
        made.splits.train, made.preprocessing.to(device), device, batch, labelling=made.labelling
    )
    times: list[float] = []
    with torch.random.fork_rng():
        for epoch in range(_WARM_STEPS + _TIMED_STEPS):
            for examples in feed.shuffled(epoch):
                began = perf_counter()
                optimiser.zero_grad(set_to_none=True)
                step(*examples).loss.backward()
                optimiser.step()
                _ = float(next(step.parameters()).detach().flatten()[0])  # waits for a GPU
                times.append(perf_counter() - began)
                if len(times) == _WARM_STEPS + _TIMED_STEPS:
                    return median(times[_WARM_STEPS:])
    return median(times[_WARM_STEPS:])


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count < 1e9 else f"{count / 1e9:.1f} GB"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"
