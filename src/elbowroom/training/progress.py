"""The progress bar: epoch, time left, distortion and rate, validation, examples per second."""

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from elbowroom.training.events import Advanced, EpochEnded, Event, Outcome, Started, Terms


class ProgressBar:
    """Shows training on the terminal; likelihoods are in nats per example.

    Args:
        console: Where to show it; standard error when not given, so that standard output stays
            free for results.
    """

    def __init__(self, console: Console | None = None) -> None:
        self.progress = Progress(
            TextColumn("epoch {task.fields[epoch]}"),
            BarColumn(bar_width=24),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[terms]}"),
            TextColumn("[dim]{task.fields[held_out]}"),
            TextColumn("[dim]{task.fields[speed]}"),
            console=console or Console(stderr=True),
            transient=True,
        )
        self.task = self.progress.add_task("", epoch="", terms="", held_out="", speed="")

    def __call__(self, event: Event) -> None:
        """Show an event."""
        if isinstance(event, Started):
            self.epochs = event.plan.epochs
            self.progress.start()
            self.progress.update(self.task, total=event.plan.steps, completed=event.step)
        elif isinstance(event, Advanced):
            self.progress.update(
                self.task,
                completed=event.step,
                epoch=f"{min(int(event.epoch) + 1, self.epochs)}/{self.epochs}",
                terms=in_words(event.terms),
                speed=f"{event.examples_per_second:,.0f} examples/s",
            )
        elif isinstance(event, EpochEnded) and event.validation:
            best = ", best so far" if event.best else ""
            words = in_words(event.validation)
            self.progress.update(self.task, held_out=f"validation: {words}{best}")
        elif isinstance(event, Outcome):
            self.progress.stop()


def in_words(terms: Terms) -> str:
    """Return the ELBO and its parts as words.

    >>> in_words({"loss": 3.0, "distortion": 2.0, "rate": 1.0})
    'ELBO -3.00 = -(distortion 2.00 + rate 1.00)'
    """
    if "rate" in terms and "distortion" in terms:
        elbo = -(terms["distortion"] + terms["rate"])
        return (
            f"ELBO {elbo:.2f} = -(distortion {terms['distortion']:.2f} + rate {terms['rate']:.2f})"
        )
    return ", ".join(f"{name} {value:.2f}" for name, value in terms.items())
