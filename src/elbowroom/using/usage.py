"""What people do with a trained model: codes, reconstructions, new examples."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.distributions import Distribution

from elbowroom.data import Column, Dataset, in_order, load
from elbowroom.data.source import COLUMN_OPTIONS
from elbowroom.data.sources import find_reader, load_like
from elbowroom.distributions import scale_of
from elbowroom.errors import ConfigError, DataError, ShapeError
from elbowroom.models import LatentModel, Level
from elbowroom.run import Run
from elbowroom.using.labelled import labels_to_make, model_given, model_of

_AT_ONCE = 1024


def encode(
    run: Run,
    data: Any = None,
    *,
    split: str = "test",
    scales: bool = False,
    labels: str | None = None,
    label: str | None = None,
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    """Return the codes of examples: means of q(z|x).

    A flow does not know its mean: there it is that of draws by noise which is the same for every
    example and every time, see `elbowroom.distributions.mean_of`.

    Args:
        run: The run.
        data: Examples, as for `load`; when not given, the run's own.
        split: Which of the run's own.
        scales: Return the standard deviations of q(z|x) as well.
        labels: Which column or array of new data holds the labels that a conditional model asks
            for; where they were in the run's own when not given.
        label: One label for all examples, in place of their own.

    Returns:
        Means (N, units), standard deviations (N, units) or None, and positions in the data (N,).
        Units of several levels stand side by side, top first; means and deviations are given the
        means of the levels that they depend on.

    Raises:
        ShapeError: If the data do not fit the model.
        SupportError: If their values do not.
    """
    dataset = _examples(run, data, split, _sought(run, labels, label))
    with torch.random.fork_rng(), torch.inference_mode():
        torch.manual_seed(0)
        levels = [model.centred(x) for model, x in _inputs(run, dataset, label)]
        means = torch.cat([run.model.joined(one.z[0] for one in part) for part in levels])
        spread = torch.cat([_scales(run, part) for part in levels]) if scales else None
    indices = torch.arange(len(dataset)) if dataset.indices is None else dataset.indices
    deviations = None if spread is None else spread.cpu().numpy()
    return means.cpu().numpy(), deviations, indices.cpu().numpy()


def reconstruct(
    run: Run,
    data: Any = None,
    *,
    split: str = "test",
    limit: int | None = None,
    draw: bool = False,
    seed: int = 0,
    labels: str | None = None,
    label: str | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return examples as the model sees them, and their reconstructions, both in the data's units.

    Args:
        run: The run.
        data: Examples, as for `load`; when not given, the run's own.
        split: Which of the run's own.
        limit: Use the first so many examples only.
        draw: Draw the code and the values; otherwise both are means.
        seed: Seed of the draws.
        labels: Which column or array of new data holds the labels, as for `encode`.
        label: One label for all examples, in place of their own.
    """
    dataset = _examples(run, data, split, _sought(run, labels, label))
    if limit is not None:
        dataset = dataset.subset(torch.arange(min(limit, len(dataset))))
    originals, made = [], []
    with torch.random.fork_rng(), torch.inference_mode():
        torch.manual_seed(seed)
        for model, x in _inputs(run, dataset, label):
            codes = tuple(one.z for one in (model.infer if draw else model.centred)(x))
            px = model.generate(given=codes).px
            originals.append(_raw(run, x))
            made.append(_raw(run, _shown(run, px, draw)[0]))
    return np.concatenate(originals), np.concatenate(made)


def sample(
    run: Run, count: int, *, draw: bool = False, seed: int = 0, labels: np.ndarray | None = None
) -> np.ndarray:
    """Return new examples, decoded from codes drawn from the prior, in the data's units.

    Args:
        run: The run.
        count: How many.
        draw: Draw values from p(x|z), its noise included; otherwise its mean.
        seed: Seed of the draws.
        labels: Label of each example that a conditional model is to make, see `labels_to_make`;
            drawn as frequent as among the training examples when not given.
    """
    made = []
    if labels is None:
        labels = labels_to_make(run, count, seed=seed)
    model = model_given(run, labels)
    with torch.random.fork_rng(), torch.inference_mode():
        torch.manual_seed(seed)
        for part in torch.arange(count).split(_AT_ONCE):
            px = model.at(part).generate((len(part),)).px
            made.append(_raw(run, _shown(run, px, draw)))
    return np.concatenate(made)


def _scales(run: Run, levels: tuple[Level, ...]) -> Tensor:
    """Return the standard deviations of q at all levels, (B, units)."""
    return run.model.joined(scale_of(one.posterior).expand(one.z.shape)[0] for one in levels)


def _examples(run: Run, data: Any, split: str, labels: str | None) -> Dataset:
    if data is None:
        return run.dataset(split)
    dataset = data if isinstance(data, Dataset) else _read(run, data, labels)
    if dataset.kinds != run.domain.columns and not (dataset.kinds and _all_real(dataset.kinds)):
        raise DataError(
            f"the columns of {dataset.name!r} do not hold what those that the run '{run.name}' was "
            "trained on do: give a file or a frame, which is then read as those were"
        )
    if tuple(dataset.shape) != tuple(run.domain.shape):
        raise ShapeError(
            f"the run '{run.name}' was trained on examples of shape {tuple(run.domain.shape)}, "
            f"these have shape {tuple(dataset.shape)}: bring them to that shape and number of "
            "channels"
        )
    return dataset


def _sought(run: Run, labels: str | None, label: str | None) -> str | None:
    """Return where the labels are that a conditional model asks for, if they have a name."""
    if run.labelling is None or label is not None:
        return None
    return labels or run.config.data.labels


def _read(run: Run, data: Any, labels: str | None) -> Dataset:
    try:
        return _load(run, data, labels)
    except ConfigError as error:
        if labels is None:
            raise
        raise ConfigError(
            f"{error} The model is conditional, and the labels of these examples were looked for "
            f"in {labels!r}: say where they are (--labels NAME), or give one label for all of them "
            "(--label NAME)"
        ) from error


def _load(run: Run, data: Any, labels: str | None) -> Dataset:
    """Load new data as the run's own were loaded, as far as their source allows.

    The columns of a table are named, so that others (labels, which new data may lack) are left
    out, and what their codes stand for is as it was.
    """
    takes = find_reader(data).options
    options = run.config.options("data", "load")
    kept = {k: v for k, v in options.items() if k in takes - COLUMN_OPTIONS - {"name", "labels"}}
    if labels and "labels" in takes:
        kept["labels"] = labels
    names = run.facts["columns"]
    if "columns" not in takes or not names:
        return load(data, **kept)
    kept["columns"] = tuple(names)
    uniform = run.domain.levels is not None or kept.get("shape") is not None
    if "known" not in takes or uniform:
        return load(data, **kept)
    known = run.domain.columns or tuple(Column(name, "real") for name in names)
    return load_like(data, known, **kept)


def _all_real(columns: tuple[Column, ...]) -> bool:
    return all(column.kind == "real" for column in columns)


def _inputs(run: Run, dataset: Dataset, label: str | None) -> Iterator[tuple[LatentModel, Tensor]]:
    """Yield examples as the model sees them, each part with the model of it."""
    all_alike = None if label is None else labels_to_make(run, len(dataset), label)
    for positions, raw in in_order(dataset, min(_AT_ONCE, len(dataset))):
        x = run.preprocessing(raw.to(run.device))
        run.model.likelihood.check(x, dataset.columns)
        if all_alike is None:
            yield model_of(run, dataset, positions), x
        else:
            yield model_given(run, all_alike[: len(x)]), x


def _shown(run: Run, px: Distribution, draw: bool) -> Tensor:
    return px.sample() if draw else run.model.likelihood.representative(px)


def _raw(run: Run, x: Tensor) -> np.ndarray:
    return run.preprocessing.inverse(x).cpu().numpy()
