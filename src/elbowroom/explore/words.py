"""What a model is, in words."""

import re

from torch import nn

from elbowroom.distributions import Posterior
from elbowroom.models import LatentModel, Prior

_NAMES = {"Gaussian", "Bernoulli", "Poisson", "Laplace", "Student", "Mises", "Fisher", "Vamp"}


def in_words(class_name: str) -> str:
    """Return the name of a class as people write it.

    >>> in_words("DiagonalGaussian"), in_words("StudentT"), in_words("VAE")
    ('diagonal Gaussian', 'Student t', 'VAE')
    """
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*", class_name)
    kept = (w if w in _NAMES or (w.isupper() and len(w) > 1) else w.lower() for w in words)
    return " ".join(kept) or class_name


def sentence(model: LatentModel) -> str:
    """Say how large a model is.

    Args:
        model: The model.
    """
    weights = sum(parameter.numel() for parameter in model.parameters())
    units = sum(model.units)
    levels = f" on {len(model.units)} levels" if len(model.units) > 1 else ""
    given = ", told the label" if model.condition_size else ""
    knobs = f"{units:,} latent unit{'s' * (units > 1)}{levels}"
    return f"{type(model).__name__} with {knobs}, {_round(weights)} weights{given}"


def formula(model: LatentModel) -> str:
    """Name the distributions that a model is made of."""
    y = ",y" if model.condition_size else ""
    named = [
        f"p(x|z{y}) {in_words(model.likelihood.name)}",
        *(f"q(z|x{y}) {_named(model, Posterior)}" for _ in _first(model, Posterior)),
        *(f"p(z) {_named(model, Prior)}" for _ in _first(model, Prior)),
    ]
    return ", ".join(named)


def _first(model: nn.Module, kind: type) -> list[nn.Module]:
    return [part for part in model.modules() if isinstance(part, kind)][:1]


def _named(model: nn.Module, kind: type) -> str:
    return in_words(type(_first(model, kind)[0]).__name__)


def _round(count: int) -> str:
    return f"{count / 1e6:.1f} million" if count >= 1e6 else f"{count:,}"
