"""The larger arrays that the page asks for by name: codes, maps, colours, draws of the prior."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import torch

from elbowroom.evidence.codes import CodeSpace
from elbowroom.explore.conditions import conditioned
from elbowroom.explore.gallery import Gallery
from elbowroom.explore.maps import maps_of
from elbowroom.explore.seeing import drawing
from elbowroom.explore.survey import Survey
from elbowroom.explore.telling import Tell
from elbowroom.models import LatentModel
from elbowroom.run import Run

_PRIOR_DRAWS, _PRIOR_NUMBERS = 4096, 2**22
_AT_ONCE = 64
_SEED = 0


@dataclass(frozen=True, eq=False)
class Part:
    """An array and what it is.

    Attributes:
        values: The array, float32.
        title: What to call it.
        unit: Its unit, in words.
        help: What it means, in a sentence.
        categories: What the numbers 0, 1, ... stand for, where they are names.
    """

    values: np.ndarray = field(repr=False)
    title: str
    unit: str | None = None
    help: str | None = None
    categories: tuple[str, ...] | None = None


def parts_of(gallery: Gallery, space: CodeSpace, found: Survey, tell: Tell) -> dict[str, Part]:
    """Return every part of a run, by name.

    Args:
        gallery: Its examples.
        space: The codes of its model.
        found: What a pass over the examples found.
        tell: Told what is being done, where that takes a while.
    """
    parts = {
        "codes": Part(found.codes, "Codes", help="Means of q(z|x), one row for each example."),
        "position": Part(
            gallery.data.root_positions, "Place in the data", help="Counted from 0."
        ),
        "start": Part(_start(gallery.run, space, found), "Code to start from"),
        "prior": Part(
            _prior(gallery.run, space), "Draws of the prior", help="Codes drawn from p(z)."
        ),
    }  # fmt: skip
    for name, (title, draw) in maps_of(len(gallery), gallery.run.path).items():
        tell(f"drawing a map of the codes ({name})")
        placed, text = draw(found.codes)
        parts[f"map/{name}"] = Part(placed, title, help=text)
    parts |= {f"colour/{name}": part for name, part in _colours(gallery, found)}
    return {
        name: Part(np.ascontiguousarray(part.values, dtype="<f4"), part.title, part.unit,
                   part.help, part.categories)
        for name, part in parts.items()
    }  # fmt: skip


def drawn_from_prior(
    run: Run, space: CodeSpace, count: int, seed: int, condition: float | None = None
) -> np.ndarray:
    """Return codes drawn from the prior, (count, units).

    Args:
        run: The run.
        space: The codes of its model.
        count: How many.
        seed: Seed of the draws.
        condition: What a conditional model is given.
    """
    model = conditioned(run, 1, condition)
    with drawing(seed):
        top = model.generate((1,)).levels[0].p
        if len(space.shapes) == 1:
            return top.sample(torch.Size((count,))).reshape(count, -1).cpu().numpy()
        made = []
        for start in range(0, count, _AT_ONCE):
            size = min(_AT_ONCE, count - start)
            made.append(_drawn(conditioned(run, size, condition), space, size))
        return np.concatenate(made)


def _drawn(model: LatentModel, space: CodeSpace, count: int) -> np.ndarray:
    return space.drawn(model.generate((count,))).cpu().numpy()


def _prior(run: Run, space: CodeSpace) -> np.ndarray:
    count = max(min(_PRIOR_DRAWS, _PRIOR_NUMBERS // space.size), 1)
    return drawn_from_prior(run, space, count, _SEED)


def _start(run: Run, space: CodeSpace, found: Survey) -> np.ndarray:
    """Return the middle of the codes at the topmost level, and what the prior expects below."""
    middle = torch.from_numpy(found.codes.mean(0, keepdims=True)).to(run.device)
    with drawing(_SEED):
        top = space.split(middle)[:1]
        return space.join(conditioned(run, 1, None).completed(top)).cpu().numpy()[0]


def _colours(gallery: Gallery, found: Survey) -> Iterator[tuple[str, Part]]:
    data, labelling = gallery.data, gallery.run.labelling
    if labelling is not None:
        names = getattr(labelling, "names", None)
        yield "label", Part(labelling.read(data), "Label", categories=names)
    elif data.labels is not None:
        yield "label", Part(data.labels, "Label", categories=data.label_names)
    if data.factors is not None:
        for factor in data.factors.factors:
            meanings = None if factor.meanings is None else tuple(map(_short, factor.meanings))
            column = data.factors.column(factor.name)
            yield f"factor:{factor.name}", Part(column, factor.name, categories=meanings)
    if found.rates is not None:
        text = "How much the code of an example tells about it: KL(q(z|x) || p(z))."
        yield "rate", Part(found.rates, "Rate", "nats", text)
    text = "Root mean squared difference between an example and its reconstruction."
    yield "error", Part(found.errors, "Reconstruction error", found.ruler.units, text)


def _short(meaning: object) -> str:
    return f"{meaning:.4g}" if isinstance(meaning, float) else str(meaning)
