"""Skip collapse: levels of codes that carry nothing, the levels below them doing all the work."""

from elbowroom.metrics.examination import Examination, LevelRate
from elbowroom.metrics.findings import Finding, Severity

UNUSED_RATE = 0.1
"""Rate in nats of a level below which it is unused: at best one example in ten is told from the
rest by it."""

GOOD, LOOK, PROBLEM = Severity


def levels_in_use(e: Examination) -> Finding | None:
    """Tell what each level of a ladder carries, and whether the upper ones are skipped."""
    levels = e.codes.levels
    if len(levels) < 2:
        return None
    unused = [level.name for level in levels if level.rate < UNUSED_RATE]
    numbers = {"rates": {level.name: level.rate for level in levels}, "unused": unused,
               "units": {level.name: level.units for level in levels}}  # fmt: skip
    found = f"Nats of each level, top first: {_told(levels)}"
    if not unused:
        return Finding("levels", GOOD, f"{found}. All are in use.", "Nothing to do.", numbers)
    if len(unused) == len(levels):
        return None  # collapse says it
    skipped = [level.name for level in levels[:-1] if level.rate < UNUSED_RATE]
    if len(skipped) < len(levels) - 1:
        found += f". Hardly anything is said by {', '.join(unused)}."
        return Finding("levels", LOOK, found, _ADVICE, numbers)
    found += (
        f". Skip collapse: {levels[-1].name}, the lowest, carries everything, and what is above "
        "it is no more than a fixed prior."
    )
    return Finding("levels", PROBLEM, found, _ADVICE, numbers)


_ADVICE = (
    "Start with little weight on the rate (objective.beta = 'warmup') or give each level nats "
    "free of charge (free bits), infer from the top down (structure.inference = 'top-down'), or "
    "make the lowest level smaller; if the evidence is as good without it, leave the level out."
)


def _told(levels: tuple[LevelRate, ...]) -> str:
    return ", ".join(f"{one.name} {one.rate:.2f} +- {one.error:.2f}" for one in levels)
