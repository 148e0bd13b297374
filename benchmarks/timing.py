"""Interleaved timing: A B C, A B C, ...; a machine's drift then meets all of them alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter

Work = Callable[[], object]


class Seconds(float):
    """What a piece of work returns that was timed by a clock of its own."""


@dataclass(frozen=True)
class Ratios:
    """How many times as fast as a contestant the reference is, round by round.

    Args:
        name: What was timed.
        unit: What one piece of work is.
        pieces: Pieces in one timing.
        seconds: Seconds of each contestant, by round.
    """

    name: str
    unit: str
    pieces: int
    seconds: Mapping[str, list[float]]

    def lines(self) -> list[str]:
        """Return a line for each contestant: speed, and our speed over it with its spread."""
        ours, *_ = self.seconds
        width = max(map(len, self.seconds))
        text = [f"{self.name}: {self.unit} a second, and our speed as a ratio to it (min-max)"]
        for contestant, times in self.seconds.items():
            ratios = [theirs / mine for theirs, mine in zip(times, self.seconds[ours], strict=True)]
            text.append(
                f"  {contestant:<{width}}  {self.pieces / median(times):>12,.0f}   "
                f"{median(ratios):5.2f}x  ({min(ratios):.2f}-{max(ratios):.2f})"
            )
        return text


def interleaved(
    name: str, unit: str, pieces: int, contestants: Mapping[str, Work], rounds: int
) -> Ratios:
    """Time every contestant once a round, after one round that does not count."""
    seconds: dict[str, list[float]] = {contestant: [] for contestant in contestants}
    for number in range(rounds + 1):
        for contestant, work in contestants.items():
            began = perf_counter()
            own = work()
            taken = own if isinstance(own, Seconds) else perf_counter() - began
            if number:
                seconds[contestant].append(taken)
    return Ratios(name, unit, pieces, seconds)
