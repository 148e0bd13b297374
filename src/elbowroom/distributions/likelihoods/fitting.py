"""Which likelihoods fit given data."""

import inspect
from collections.abc import Iterator
from math import inf

from torch import Tensor

from elbowroom.distributions.likelihoods.likelihood import Likelihood
from elbowroom.distributions.support import Support


def known_likelihoods(kind: type[Likelihood] = Likelihood) -> Iterator[type[Likelihood]]:
    """Yield every likelihood class that can be built, the user's own included."""
    for child in kind.__subclasses__():
        if not inspect.isabstract(child):
            yield child
        yield from known_likelihoods(child)


def fitting(x: Tensor, levels: int | None) -> list[Likelihood]:
    """Return the likelihoods whose support holds all of x.

    Args:
        x: Examples as the model sees them, `(N, *event_shape)`.
        levels: Number of equally spaced values in [0, 1] that x is made of, if it is.
    """
    built = (kind.for_data(tuple(x.shape[1:]), levels) for kind in known_likelihoods())
    return [one for one in built if one is not None and not one.support.outside(x).any()]


def advice(x: Tensor, wanted: Support) -> str:
    """Say what would fit x instead, in a sentence for an error message.

    Args:
        x: Examples as the model sees them, `(N, *event_shape)`.
        wanted: The support of the likelihood that x does not fit.
    """
    fits = ", ".join(one.name for one in fitting(x, None))
    sentence = f"Likelihoods that fit these values: {fits}." if fits else ""
    low, high = float(x.min()), float(x.max())
    if wanted.low == 0 and wanted.high == inf:
        return (
            f"{sentence} If the data themselves are {wanted}, leave out the preprocessing steps "
            "that change them: --data.preprocessing none."
        )
    if low >= 0 and high > 1 and bool((x == x.round()).all()):
        return f"{sentence} Or preprocess with 'scale' (integers to [0, 1])."
    if low >= 0 and high <= 1:
        return (
            f"{sentence} Grey values become 0 and 1 by the preprocessing steps "
            "'stochastic-binarise', 'fixed-binarise' or 'threshold'; values with a known number "
            "of levels fit Binomial."
        )
    return sentence
