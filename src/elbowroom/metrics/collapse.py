"""Units that ignore the data: how many, which, since when, and whether beta is to blame."""

from torch import Tensor

from elbowroom.metrics.examination import Examination
from elbowroom.metrics.findings import Finding, Severity, named
from elbowroom.metrics.units import ACTIVE_VARIANCE

DEAD_RATE = 0.01
"""Rate in nats below which a unit counts as dead in a history of rates.

A unit at the edge of being active, posterior means of variance 0.01, carries about 0.005.
"""
ALIVE_RATE = 0.1
"""Rate in nats that a unit must have had for its death to be news: warm-up leaves traces below."""
LOW_RATE = 0.5
"""Rate in nats of a whole code below which it hardly tells one example from another."""

GOOD, LOOK, PROBLEM = Severity


def activity(e: Examination) -> Finding:
    """Tell how many units are active, and how the rate is spread over them."""
    codes = e.codes
    active, latent = int(codes.active.sum()), len(codes.active)
    found = (
        f"{active} of {latent} units are active (variance of their posterior means above "
        f"{ACTIVE_VARIANCE:g}); the rate is {codes.rate:.2f} +- {codes.rate_error:.2f} nats"
    )
    if codes.unit_rates is not None and active:
        busiest = int(codes.unit_rates.argmax())
        (name,), most = codes.called([busiest]), float(codes.unit_rates[busiest])
        found += f", the most of it in unit {name} ({most:.2f})"
    full = active == latent and latent > 1
    advice = (
        "None is idle: a larger model.latent may still gain something." if full
        else "Idle units cost nothing."
    )  # fmt: skip
    rates = None if codes.unit_rates is None else codes.unit_rates.tolist()
    numbers = {"active": codes.active.tolist(), "rate": codes.rate,
               "rate_error": codes.rate_error, "unit_rates": rates}  # fmt: skip
    return Finding("active units", GOOD, f"{found}.", advice, numbers)


def collapse(e: Examination) -> Finding:
    """Tell which units ignore the data, and since when."""
    dead = (~e.codes.active).nonzero().flatten().tolist()
    latent = len(e.codes.active)
    died = _deaths(e.history, dead)
    numbers = {"collapsed": dead, "since_epoch": {str(unit): n for unit, n in died.items()}}
    since = _since(dict(zip(e.codes.called(died), died.values(), strict=True)))
    if not dead:
        return Finding(
            "posterior collapse", GOOD, "No unit has collapsed.", "Nothing to do.", numbers
        )
    if len(dead) == latent:
        found = (
            f"All {latent} units have collapsed to the prior{since}: the code says nothing about "
            f"the example (rate {e.codes.rate:.3f} nats)."
        )
        advice = (
            "Start with little weight on the rate (objective.beta = 'warmup' or 'cyclical'), lower "
            "the final beta or the learning rate, and check that a fixed likelihood scale is not "
            "larger than the data's own spread."
        )
        return Finding("posterior collapse", PROBLEM, found, advice, numbers)
    which = named(e.codes.called(dead))
    found = f"{len(dead)} of {latent} units have collapsed to the prior: {which}{since}."
    if died or len(dead) > latent / 2:
        advice = (
            "Units whose worth is below their price are switched off, which is right at "
            "convergence; if they died early, warm the weight of the rate up more slowly "
            "(objective.beta = 'warmup') and compare the evidence."
        )
        return Finding("posterior collapse", LOOK, found, advice, numbers)
    advice = f"A model with latent = {latent - len(dead)} would do as well; nothing to do."
    return Finding("posterior collapse", GOOD, found, advice, numbers)


def regularisation(e: Examination) -> Finding | None:
    """Tell whether the rate is weighed so heavily that the code is starved."""
    codes = e.codes
    dead = 1 - float(codes.active.double().mean())
    numbers = {"beta": e.beta, "rate": codes.rate, "dead_share": dead}
    if e.beta > 1 and dead > 0.5:
        found = (
            f"With beta = {e.beta:g}, {dead:.0%} of the units are dead and the rate is "
            f"{codes.rate:.2f} nats: over-regularised."
        )
        advice = "Lower objective.beta towards 1, so that more units pay for themselves."
        return Finding("regularisation", LOOK if dead < 1 else PROBLEM, found, advice, numbers)
    if dead == 1:
        return None  # collapse says it
    if codes.rate < LOW_RATE:
        found = f"The whole code carries {codes.rate:.2f} nats: examples are hardly told apart."
        advice = (
            "Lower objective.beta, learn the likelihood's scale, or make the decoder less able to "
            "do without the code."
        )
        return Finding("regularisation", LOOK, found, advice, numbers)
    found = f"With beta = {e.beta:g} the code carries {codes.rate:.2f} nats."
    return Finding("regularisation", GOOD, found, "Nothing to do.", numbers)


def _deaths(history: Tensor | None, dead: list[int]) -> dict[int, int]:
    """Return the epoch, from 1, since which each dead unit that was once alive is dead."""
    if history is None:
        return {}
    return {
        unit: int((history[:, unit] >= DEAD_RATE).nonzero().flatten()[-1]) + 2
        for unit in dead
        if history[:, unit].max() >= ALIVE_RATE and history[-1, unit] < DEAD_RATE
    }


def _since(died: dict[str, int]) -> str:
    shown = ", ".join(f"unit {unit} since epoch {epoch}" for unit, epoch in list(died.items())[:8])
    more = f", and {len(died) - 8} more" if len(died) > 8 else ""
    return f" ({shown}{more})" if died else ""
