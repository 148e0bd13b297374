"""What else can be wrong with a trained model: one function each, an examination in, a finding out.

A function returns None where what it needs was not measured. Bounds are constants with their
reasons; a difference below three standard errors is never a finding.
"""

from math import hypot

from elbowroom.metrics.examination import Examination
from elbowroom.metrics.findings import Finding, Severity, named

NOTICED = 0.1
"""Nats per example below which a difference is of no consequence, however certain it is."""
WIDE = 2.0
"""Posterior variance over the prior's, above which it exploded.

The exact posterior of a linear-Gaussian model is never wider than its prior.
"""
NARROW = 1e-6
"""Posterior variance over the prior's, below which it vanished: a thousandth of its scale."""
GAP_PROBLEM = 1.0
"""Nats lost by the encoder over the rate: above, it loses more than the whole code carries."""
EXCESS_LOOK, EXCESS_PROBLEM = 0.25, 3.0
"""Nats by which training examples are better described, over the rate.

A likelihood's own scale is arbitrary; the rate is what the model has learned to say.
"""
HOLES_LOOK, HOLES_PROBLEM = 0.1, 0.5
"""Shares of the prior's samples in holes: ten times what a matched prior has, and the half."""

GOOD, LOOK, PROBLEM = Severity


def inference(e: Examination) -> Finding | None:
    """Tell whether the encoder is much worse than its own family allows."""
    if e.gap is None:
        return None
    total, family, own = e.gap.total, e.gap.family, e.gap.amortisation
    share = own.value / total.value if total.value > 0 else 0.0
    wasted = own.value / e.codes.rate if e.codes.rate > 0 else float("inf")
    numbers = {"total": total.value, "family": family.value, "amortisation": own.value,
               "share": share, "converged": e.gap.converged}  # fmt: skip
    found = (
        f"The bound is {total.value:.2f} nats below log p(x): {family.value:.2f} for the posterior "
        f"family, {own.value:.2f} +- {own.data_error:.2f} for the encoder"
    )
    if e.gap.converged < 0.9:
        found += f" at least, the best posterior being found for {e.gap.converged:.0%} only"
    if not (own.value > 3 * own.data_error and own.value > NOTICED and share > 0.5):
        advice = (
            "A richer posterior family could gain more than a better encoder."
            if family.value > 0.5 else "Little is to be gained from better inference."
        )  # fmt: skip
        return Finding("inference", GOOD, f"{found}.", advice, numbers)
    found += f", {_against(wasted)}"
    if e.beta != 1:
        advice = (
            f"With beta = {e.beta:g} the encoder is trained for another bound than the ELBO: much "
            "of that is the price of beta. Compare such models by log p(x)."
        )
        return Finding("inference", LOOK, f"{found}.", advice, numbers)
    advice = (
        "Train longer, lower the learning rate at the end (training.decay = 'cosine'), or give "
        "the encoder more width; if it is small on training examples, the encoder overfits."
    )
    severity = PROBLEM if wasted > GAP_PROBLEM else LOOK
    return Finding("inference", severity, f"{found}: under-trained or too weak.", advice, numbers)


def prior_coverage(e: Examination) -> Finding | None:
    """Tell whether samples of the prior land where the decoder was never trained."""
    if e.holes is None:
        return None
    h = e.holes
    found = (
        f"{h.share:.1%} +- {h.error:.1%} of the prior's samples lie where only {h.level:.0%} of "
        f"the codes do"
    )
    numbers = h.to_dict()
    if h.share - 3 * h.error < h.level or h.share < HOLES_LOOK:
        advice = f"A matched prior has {h.level:.0%}; nothing to do below {HOLES_LOOK:.0%}."
        return Finding("prior holes", GOOD, f"{found}.", advice, numbers)
    advice = (
        "Samples from there are guesses of an untrained decoder. A prior that learns where the "
        "codes are (a mixture, VampPrior, flow) mends it; so does more weight on the rate, or "
        "fewer latent units, at the cost of reconstructions."
    )
    severity = PROBLEM if h.share > HOLES_PROBLEM else LOOK
    return Finding("prior holes", severity, f"{found}, {h.level:.0%} being a matched prior's.",
                   advice, numbers)  # fmt: skip


def scales(e: Examination) -> Finding:
    """Tell whether posterior variances exploded or vanished."""
    codes = e.codes
    if not codes.finite:
        return Finding(
            "posterior scales", PROBLEM, "The encoder gives posteriors that are not finite.",
            "The weights have diverged: train again with a tenth of the learning rate, or with "
            "training.clip=100.", {"finite": False},
        )  # fmt: skip
    wide = (codes.variance > WIDE).nonzero().flatten().tolist()
    narrow = (codes.smallest < NARROW).nonzero().flatten().tolist()
    numbers = {"finite": True, "exploded": wide, "vanished": narrow,
               "variance": codes.variance.tolist()}  # fmt: skip
    if wide:
        most = float(codes.variance.max())
        which = named(codes.called(wide))
        found = f"Posterior variances exceed the prior's in units {which}, by up to {most:.3g}x."
        advice = (
            "A trained posterior is no wider than the prior: lower the learning rate or clip "
            "gradients (training.clip), and see whether beta is 0."
        )
        return Finding("posterior scales", PROBLEM, found, advice, numbers)
    if narrow:
        least = float(codes.smallest.min()) ** 0.5
        which = named(codes.called(narrow))
        found = f"Posteriors of units {which} have shrunk to {least:.1e} of the prior's scale."
        advice = (
            "The model is turning into a plain autoencoder: learn the likelihood's scale, or fix "
            "a larger one; and see whether beta is 0."
        )
        return Finding("posterior scales", LOOK, found, advice, numbers)
    found = (
        f"Mean posterior variances are {float(codes.variance.min()):.2g} to "
        f"{float(codes.variance.max()):.2g} of the prior's."
    )
    return Finding("posterior scales", GOOD, found, "Nothing to do.", numbers)


def overfitting(e: Examination) -> Finding | None:
    """Tell whether training examples are described far better than new ones."""
    if e.train_elbo is None or e.validation_elbo is None:
        return None
    train, new = e.train_elbo, e.validation_elbo
    excess = train.value - new.value
    error = hypot(train.data_error, new.data_error)
    numbers = {"train": train.value, "validation": new.value, "excess": excess, "error": error}
    found = (
        f"The ELBO is {train.value:.2f} nats on training examples and {new.value:.2f} on new "
        f"ones: {excess:.2f} +- {error:.2f} apart"
    )
    relative = excess / e.codes.rate if e.codes.rate > 0 else float("inf")
    if not (excess > 3 * error and excess > NOTICED and relative > EXCESS_LOOK):
        return Finding("overfitting", GOOD, f"{found}.", "Nothing to do.", numbers)
    advice = (
        "Stop earlier (training.patience), use smaller networks or more data; if only the encoder "
        "overfits, log p(x) differs less than the bounds do."
    )
    severity = PROBLEM if relative > EXCESS_PROBLEM else LOOK
    found = f"{found}, {_against(relative)}."
    return Finding("overfitting", severity, found, advice, numbers)


def _against(ratio: float) -> str:
    return f"{ratio:.0%} of the rate" if ratio < 10 else "many times the rate"
