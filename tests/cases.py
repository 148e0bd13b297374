"""Everything that exists, found by looking, and the data that each likelihood is for.

A new likelihood, network, posterior, prior, schedule or recipe is in these tables, and so under
every law in these tests, the moment that it is written.
"""

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import torch
from torch import Tensor

from elbowroom.distributions import Likelihood, Posterior
from elbowroom.models import VAE, LatentModel, Prior
from elbowroom.networks import MLP, Architecture
from elbowroom.objectives import Objective, Schedule
from elbowroom.parts import catalogue

IMAGE = (1, 8, 8)
LEVELS = (2, 17, 256)


def parts(slot: str) -> list[Any]:
    """Return the classes or functions that can fill a slot of the configuration."""
    return [part.load() for part in catalogue().parts(slot).values()]


def variants(part: Callable[..., Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the options to try: none, each choice of each option, each schedule for a weight."""
    yield part.__name__, {}
    called = part.__init__ if inspect.isclass(part) else part
    hints = get_type_hints(called)
    for name, parameter in inspect.signature(called).parameters.items():
        if parameter.kind is parameter.KEYWORD_ONLY:
            for value in _choices(hints[name]):
                if value != parameter.default:
                    word = value if isinstance(value, str) else type(value).__name__
                    yield f"{part.__name__}-{word}", {name: value}


def in_context(part: Callable[..., Any], **context: Any) -> Callable[..., Any]:
    """Return a part with its positional parameters filled in by name, as the builder does."""
    names = [
        name
        for name, parameter in inspect.signature(part).parameters.items()
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    return partial(part, *(context[name] for name in names))


def _choices(hint: Any) -> list[Any]:
    if get_origin(hint) is Literal:
        return list(get_args(hint))
    if isinstance(hint, UnionType) and Schedule in get_args(hint):
        return [kind() for kind in parts("schedule")]
    return []


def _likelihoods() -> Iterator[tuple[str, Callable[[tuple[int, ...]], Likelihood]]]:
    for kind in parts("model.likelihood"):
        for name, options in variants(kind):
            if "columns" in inspect.signature(kind).parameters:
                continue  # values of unlike kinds: tests/distributions/test_columns.py
            if "levels" in inspect.signature(kind).parameters:
                for levels in LEVELS:
                    yield f"{name}-{levels}", partial(kind, levels=levels, **options)
            else:
                yield name, partial(kind, **options)


LIKELIHOODS: dict[str, Callable[[tuple[int, ...]], Likelihood]] = dict(_likelihoods())
ARCHITECTURES: dict[str, Architecture] = {
    name: kind(**options) for kind in parts("model.network") for name, options in variants(kind)
}
DEFAULT_ARCHITECTURES = {kind.__name__: kind() for kind in parts("model.network")}
POSTERIORS: dict[str, Callable[[int], Posterior]] = {
    name: partial(kind, **options)
    for kind in parts("model.posterior")
    for name, options in variants(kind)
}
PRIORS: dict[str, Callable[[int], Prior]] = {
    name: partial(kind, **options)
    for kind in parts("model.prior")
    for name, options in variants(kind)
}
SCHEDULES: dict[str, Callable[[], Schedule]] = {
    name: partial(kind, **options) for kind in parts("schedule") for name, options in variants(kind)
}


def _objective(
    recipe: Callable[..., Objective], options: dict[str, Any]
) -> Callable[..., Objective]:
    def build(model: LatentModel | None = None) -> Objective:
        """Build the objective for a model, or for one with a level of two units."""
        known = {"dataset_size": 60, "event_shape": IMAGE, "span": 1.0}
        units = (2,) if model is None else model.units
        return in_context(recipe, **known, units=units)(**options)

    return build


OBJECTIVES: dict[str, Callable[..., Objective]] = {
    name: _objective(recipe, options)
    for recipe in parts("objective")
    for name, options in variants(recipe)
}


def examples(likelihood: Likelihood, count: int, seed: int = 0) -> Tensor:
    """Draw examples evenly from all that a likelihood's support holds."""
    generator = torch.Generator().manual_seed(seed)
    support, shape = likelihood.support, (count, *likelihood.event_shape)
    if support.whole:
        return (support.low + 3 * torch.randn(shape, generator=generator).exp()).floor()
    if support.levels:
        place = torch.randint(support.levels, shape, generator=generator)
        return support.low + place * (support.high - support.low) / (support.levels - 1)
    if support.high < float("inf"):
        return support.low + (support.high - support.low) * torch.rand(shape, generator=generator)
    values = torch.randn(shape, generator=generator)
    return values if support.low == float("-inf") else support.low + values.exp()


def small_vae(likelihood: Likelihood, *, latent: int = 2, **parts: Any) -> VAE:
    """Build a VAE with a network that takes no time, unless another one is given."""
    parts.setdefault("network", MLP(hidden=(16,), activation="tanh"))
    return VAE.of(likelihood, latent=latent, **parts)


def spread(model: torch.nn.Module, factor: float) -> None:
    """Multiply all weight matrices, so that an untrained model is far from linear and trivial."""
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.mul_(factor)
