"""One pass over the examples of a gallery: their codes, their rates, how well they are rebuilt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from elbowroom.distributions import Ability, centre_of, draw, kl
from elbowroom.evidence.codes import CodeSpace
from elbowroom.explore.gallery import Gallery
from elbowroom.explore.seeing import drawing
from elbowroom.metrics import Ruler
from elbowroom.models import LatentModel, Level
from elbowroom.using import model_of

Progress = Callable[[int, int], None]
"""Told how many examples are done, of how many."""

_DRAWS = 4096
"""Draws of q(z|x), over all examples, that ranges are taken from: so many at least."""
_RATE_DRAWS = 16
"""Draws of q(z|x) that the rate of one example is averaged over, where it has no closed form."""
_AT_ONCE = 256
_SEED = 0


@dataclass(frozen=True, eq=False)
class Survey:
    """What one pass found of N examples.

    Attributes:
        codes: Means of q(z|x), (N, units).
        draws: Draws from q(z|x), one or more for each example, (M, units).
        rates: Rate of each example in nats, (N,); None for codes without a density.
        unit_rates: Mean rate of each unit in nats, (units,); None where it does not split.
        errors: Root mean squared error of each reconstruction, (N,).
        ruler: What these errors were measured with.
    """

    codes: np.ndarray
    draws: np.ndarray
    rates: np.ndarray | None
    unit_rates: np.ndarray | None
    errors: np.ndarray
    ruler: Ruler


@dataclass(frozen=True, eq=False)
class _Part:
    codes: Tensor
    draws: Tensor
    rates: Tensor | None
    unit_rates: Tensor | None
    errors: Tensor


def survey(gallery: Gallery, space: CodeSpace, progress: Progress = lambda *_: None) -> Survey:
    """Go once through a gallery.

    Args:
        gallery: The examples.
        space: The codes of the run's model.
        progress: Told after each part.
    """
    ruler = _ruler(gallery)
    draws = max(-(-_DRAWS // len(gallery)), 1)
    parts = []
    for places, x in gallery.chunks(max(_AT_ONCE // draws, 8)):
        model = model_of(gallery.run, gallery.data, places)
        parts.append(_surveyed(gallery, model, x, space, ruler, draws, _SEED + int(places[0])))
        progress(int(places[-1]) + 1, len(gallery))
    rates = _joined([part.rates for part in parts])
    unit_rates = _joined([part.unit_rates for part in parts])
    return Survey(
        codes=torch.cat([part.codes for part in parts]).numpy(),
        draws=torch.cat([part.draws for part in parts]).numpy(),
        rates=rates,
        unit_rates=None if unit_rates is None else unit_rates.sum(0) / len(gallery),
        errors=torch.cat([part.errors for part in parts]).float().numpy(),
        ruler=ruler,
    )


def _surveyed(
    gallery: Gallery, model: LatentModel, x: Tensor, space: CodeSpace, ruler: Ruler, draws: int,
    seed: int,
) -> _Part:  # fmt: skip
    run = gallery.run
    with drawing(seed):
        levels = model.infer(x, draws)
        centres = _centres(model, x, levels)
        px = model.generate(given=tuple(level.z[0] for level in centres)).px
        made = run.preprocessing.inverse(model.likelihood.representative(px)).cpu()
        errors = ruler.rms(run.preprocessing.inverse(x).cpu(), made)
        codes = space.join(tuple(level.z[0] for level in centres)).cpu()
        drawn = space.join(tuple(level.z for level in levels)).flatten(0, 1).cpu()
        if Ability.DENSITY not in model.abilities:
            return _Part(codes, drawn, None, None, errors)
        levels = _drawn_for_rates(levels)
        rates = torch.stack([level.rate.mean(0) for level in levels]).sum(0).cpu()
        split = [level.unit_rates for level in levels]
        known = [one.mean(0) for one in split if one is not None]
        units = space.join(tuple(known)).double().sum(0).cpu() if len(known) == len(split) else None
        return _Part(codes, drawn, rates, None if units is None else units[None], errors)


def _centres(model: LatentModel, x: Tensor, levels: tuple[Level, ...]) -> tuple[Level, ...]:
    """Return the centres of q; of one level without encoding again."""
    if len(levels) > 1:
        return model.centred(x)
    [level] = levels
    return (replace(level, z=centre_of(level.posterior)[None], drawn_log_q=None),)


def _drawn_for_rates(levels: tuple[Level, ...]) -> tuple[Level, ...]:
    """Return levels with draws enough for the rate of each example.

    Of several levels each draw wants the levels below it inferred anew, which is dear, and what
    is left of most of their rates after a closed form varies little.
    """
    first, *below = levels
    if below or len(first.z) >= _RATE_DRAWS or kl(first.posterior, first.p) is not None:
        return levels
    z, log_q = draw(first.posterior, (_RATE_DRAWS,))
    return (replace(first, z=z, drawn_log_q=log_q),)


def _ruler(gallery: Gallery) -> Ruler:
    """Return the ruler of the data; that of images needs no examples to take its units from."""
    if gallery.data.kind == "image":
        return Ruler()
    return Ruler.of(gallery.data, torch.from_numpy(gallery.reference))


def _joined(parts: Sequence[Tensor | None]) -> np.ndarray | None:
    there = [part for part in parts if part is not None]
    return torch.cat(there).numpy() if len(there) == len(parts) else None
