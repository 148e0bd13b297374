"""Numbers and findings in words."""

import re
from collections.abc import Mapping
from math import floor, isfinite, log10
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from elbowroom.report.material import Material

_FEW, _MANY = 0.05, 0.5
"""Shares of flagged examples up to which an estimate is trusted, and above which it is not."""


def quantity(value: float, error: float | None = None, *, alone: bool = False) -> str:
    """Return a number with its error, to two significant digits of the error.

    Args:
        value: The number.
        error: Its standard error, if it has one.
        alone: Leave the error out; it only says how many digits mean something.

    Example:
        >>> quantity(-97.6665, 1.003), quantity(0.12345), quantity(1234.5, 56.0)
        ('−97.7 ± 1.0', '0.1235', '1,234 ± 56')
    """
    if error is None or not isfinite(error) or error <= 0:
        text = f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.1f}"
    else:
        digits = max(1 - floor(log10(error)), 0)
        rounded = round(value, digits) + 0.0  # adding 0 turns -0 into 0
        text = f"{rounded:,.{digits}f}" + ("" if alone else f" ± {error:,.{digits}f}")
    return text.replace("-", "\u2212")


def nats(value: float) -> str:
    """Return a rate as briefly as it can be told from 0.

    Example:
        >>> nats(12.34), nats(2.7), nats(0.04), nats(0.0034), nats(0.0001), nats(0.0)
        ('12', '2.7', '0.040', '0.003', '<0.001', '0')
    """
    if 0 < value < 0.001:
        return "<0.001"
    digits = next((n for n in range(3) if value >= 9.95 / 10**n), 3)
    return f"{value:.{digits}f}" if value else "0"


def signed(value: float, digits: int = 1) -> str:
    """Return a number with a true minus.

    Example:
        >>> signed(-1.25, 2), signed(-0.0)
        ('−1.25', '0.0')
    """
    return f"{round(float(value), digits) + 0.0:.{digits}f}".replace("-", "\u2212")


def typeset(sentence: str) -> str:
    """Return a sentence written for a terminal with the signs of a page.

    Example:
        >>> typeset("-98.31 +- 0.5, well-known")
        '−98.31 ± 0.5, well-known'
    """
    return re.sub(r"(?<![\w.])-(?=\d)", "\u2212", sentence.replace("+-", "\u00b1"))


def error_text(error: float) -> str:
    """Return an error to two significant digits.

    Example:
        >>> error_text(1.0029), error_text(0.0), error_text(float("nan"))
        ('1.0', '0', 'unknown')
    """
    if not isfinite(error):
        return "unknown"
    return f"{error:.{max(1 - floor(log10(error)), 0)}f}" if error > 0 else "0"


def share(part: float) -> str:
    """Return a share as a percentage that does not hide the first and the last few.

    Example:
        >>> share(0.0), share(0.004), share(0.956), share(1.0)
        ('0%', '0.4%', '96%', '100%')
    """
    return f"{part:.1%}" if 0 < part < 0.01 or 0.99 < part < 1 else f"{part:.0%}"


def duration(seconds: float) -> str:
    """Return a time as people say it.

    Example:
        >>> duration(7.2), duration(125), duration(7300)
        ('7 seconds', '2 minutes 5 seconds', '2 hours 1 minute')
    """
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    parts = [(hours, "hour"), (minutes, "minute"), (0 if hours else rest, "second")]
    said = [f"{count} {unit}{'s' * (count != 1)}" for count, unit in parts if count]
    return " ".join(said) or "less than a second"


def counted(count: int, noun: str) -> str:
    """Return a count with its noun.

    Example:
        >>> counted(1, "unit"), counted(1258, "image")
        ('1 unit', '1,258 images')
    """
    return f"{count:,} {noun}{'s' * (count != 1)}"


def data_in_words(facts: Mapping[str, Any], split: str = "train") -> str:
    """Say what the examples of a split are: '1,258 grey images of 8 x 8 pixels'."""
    count = facts["splits"][split]
    if facts["kind"] != "image":
        return f"{counted(count, 'row')} of {counted(facts['shape'][0], 'column')}"
    channels, height, width = facts["shape"]
    colour = {1: "grey ", 3: "colour ", 4: ""}.get(channels, "")
    with_channels = "" if colour else f" and {channels} channels"
    return f"{counted(count, f'{colour}image')} of {height} × {width} pixels{with_channels}"


def summary(material: "Material") -> str:
    """Say in words what was learned, from what, how much of it is used, and how good it is."""
    facts, latent = material.run.facts, material.latent
    kind = "A variational autoencoder" if material.variational else "An autoencoder"
    units, them = ("its latent unit", "it") if latent == 1 else ("its latent units", "them")
    given = " and from its label, which it is told" if material.run.labelling else ""
    learned = (
        f"{kind} learned to describe each example of {facts['name']} by "
        f"{counted(latent, 'number')}, {units}, and to rebuild the example from {them}{given}. "
        f"It learned from {data_in_words(facts)}"
    )
    if not material.probabilistic:
        return (
            f"{learned}. Its code has no noise, so there is no probability to score it by: judge "
            "it by its reconstructions."
        )
    used = int(material.active.sum())
    everything = "it" if latent == 1 else "all of its units"
    use = everything if used == latent else f"{used} of its {counted(latent, 'unit')}"
    return f"{learned} and uses {use}. {_headline(material)}"


def _headline(material: "Material") -> str:
    evidence = material.estimate("log evidence")
    if evidence is None:
        return "Its evidence has not been measured yet."
    split, count = material.evaluation["split"], evidence["examples"]
    seen = "that it learned from" if split == "train" else "that it never saw"
    value = quantity(evidence["value"], evidence["data_error"])
    told = ", being told their labels" if material.run.labelling else ""
    return (
        f"On {counted(count, f'{split} example')} {seen} its log evidence (how probable it finds "
        f"them{told}; higher is better) is {value} nats per example. {worth(material, evidence)}"
    )


def worth(material: "Material", evidence: Mapping[str, Any]) -> str:
    """Say whether the log evidence can be trusted, or that it is of a model nobody fitted."""
    from elbowroom.experiment.held import caveat

    return caveat(material.run) or trust(evidence)


def trust(evidence: Mapping[str, Any]) -> str:
    """Say whether a log evidence can be trusted, and why.

    Example:
        >>> trust({"flagged": 0.02, "samples": 1000})[:33]
        'This number can be trusted: only '
    """
    flagged, samples = evidence["flagged"], evidence["samples"]
    if flagged is None:
        return ""
    if flagged == 0:
        return "This number can be trusted: the diagnostics of all examples are good."
    which = (
        f"{share(flagged)} of the examples have too few of their {samples:,} samples where it "
        "matters"
    )
    if flagged <= _FEW:
        return f"This number can be trusted: only {which}."
    if flagged <= _MANY:
        return f"Take it as a lower bound: {which}, so that the true value is somewhat higher."
    return (
        f"Take it as a lower bound only: {which}, so that the true value is higher by an amount "
        "that the errors do not show. More samples raise it."
    )
