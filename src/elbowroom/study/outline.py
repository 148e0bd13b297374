"""What a study would do, before it does it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from elbowroom import experiment
from elbowroom.report.words import counted, duration
from elbowroom.study.design import Design
from elbowroom.study.point import strength_text
from elbowroom.study.reference_group import reference_groups, reference_tasks

if TYPE_CHECKING:
    from rich.console import Group


@dataclass(frozen=True)
class Outline:
    """The runs of a study and the time that they take.

    Attributes:
        design: The study.
        seconds: Time that a run of each method and strength trains, from a few real steps.
        workers: Runs at the same time.
        done: Names of the runs that are there already.
    """

    design: Design
    seconds: Mapping[str, float]
    workers: int
    done: tuple[str, ...] = ()

    @property
    def total(self) -> float:
        """Seconds of training that are left, divided among the workers."""
        left = [point for point in self.design.points if point.name not in self.done]
        return sum(self.seconds[point.variant] for point in left) / self.workers

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            "runs": [point.name for point in self.design.points],
            "done": list(self.done),
            "training_seconds": dict(self.seconds),
            "workers": self.workers,
            "total_seconds": self.total,
            "reference_measurements": len(reference_tasks(self.design)),
            "measure": self.design.measure.to_dict(),
        }

    def table(self) -> "Group":
        """Return it for the terminal."""
        from rich.console import Group
        from rich.markup import escape
        from rich.table import Table
        from rich.text import Text

        table = Table(title="What would be trained", title_justify="left", pad_edge=False)
        for heading in ("method", "strength", "seeds", "time of a run"):
            table.add_column(heading)
        for variant, points in self.design.variants.items():
            first = points[0]
            vary = next(m.vary for m in self.design.methods if m.name == first.method)
            strength = "" if vary is None else f"{vary} = {strength_text(first.strength)}"
            time = f"up to {duration(self.seconds[variant])}"
            table.add_row(escape(variant), escape(strength), f"0 to {self.design.seeds - 1}", time)
        metrics = ", ".join(self.design.measure.metrics or ()) or "none of disentanglement"
        done = f", {len(self.done)} of them done already" if self.done else ""
        return Group(
            table,
            Text(f"{counted(len(self.design.points), 'run')}{done}, {self.workers} at a time: "
                 f"about {duration(self.total)} of training at most, measuring aside."),
            Text(f"Metrics: {metrics}.{self._of_references()}"),
        )  # fmt: skip

    def _of_references(self) -> str:
        """Say how often floors and ceiling are measured, which takes longest of all measuring."""
        count, groups = len(reference_tasks(self.design)), len(reference_groups(self.design))
        if not count:
            return ""
        apart = f" for {groups} different data, networks or latent units" if groups > 1 else ""
        return (
            f" Floors and ceiling: {counted(count, 'measurement')}{apart}, each as long as the "
            "metrics of five runs."
        )


def outline(design: Design, workers: int, done: tuple[str, ...] = ()) -> Outline:
    """Make a few real training steps of each method and strength, and write nothing.

    The steps are made one run at a time with the threads that a worker would have.

    Args:
        design: The study.
        workers: Runs at the same time.
        done: Names of the runs that are there already.
    """
    seconds = {
        variant: experiment.plan(points[0].config).seconds
        for variant, points in design.variants.items()
    }
    return Outline(design, seconds, workers, done)
