"""What people do with a trained model: codes, reconstructions, new examples."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from elbowroom.data import Dataset, in_order, load
from elbowroom.data.sources import find_reader
from elbowroom.errors import ShapeError
from elbowroom.run import Run

_AT_ONCE = 1024


def encode(
    run: Run, data: Any = None, *, split: str = "test", scales: bool = False
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    """Return the codes of examples: means of q(z|x), never draws from it.

    Args:
        run: The run.
        data: Examples, as for `load`; when not given, the run's own.
        split: Which of the run's own.
        scales: Return the standard deviations of q(z|x) as well.

    Returns:
        Means (N, latent), standard deviations (N, latent) or None, and positions in the data (N,).

    Raises:
        ShapeError: If the data do not fit the model.
        SupportError: If their values do not.
    """
    dataset = _examples(run, data, split)
    with torch.random.fork_rng(), torch.inference_mode():
        torch.manual_seed(0)
        posteriors = [run.model.infer(x)[0].posterior for _, x in _inputs(run, dataset)]
    means = torch.cat([q.mean for q in posteriors]).cpu().numpy()
    spread = torch.cat([q.variance.sqrt() for q in posteriors]).cpu().numpy() if scales else None
    indices = torch.arange(len(dataset)) if dataset.indices is None else dataset.indices
    return means, spread, indices.cpu().numpy()


def reconstruct(
    run: Run,
    data: Any = None,
    *,
    split: str = "test",
    limit: int | None = None,
    draw: bool = False,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Return examples as the model sees them, and their reconstructions, both in the data's units.

    Args:
        run: The run.
        data: Examples, as for `load`; when not given, the run's own.
        split: Which of the run's own.
        limit: Use the first so many examples only.
        draw: Draw the code and the values; otherwise both are means.
        seed: Seed of the draws.
    """
    dataset = _examples(run, data, split)
    if limit is not None:
        dataset = dataset.subset(torch.arange(min(limit, len(dataset))))
    originals, made = [], []
    with torch.random.fork_rng(), torch.inference_mode():
        torch.manual_seed(seed)
        for _, x in _inputs(run, dataset):
            trace = run.model(x)
            px = trace.px if draw else run.model.generate(given=trace.posterior.mean[None]).px
            originals.append(_raw(run, x))
            made.append(_raw(run, (px.sample() if draw else px.mean)[0]))
    return np.concatenate(originals), np.concatenate(made)


def sample(run: Run, count: int, *, draw: bool = False, seed: int = 0) -> np.ndarray:
    """Return new examples, decoded from codes drawn from the prior, in the data's units.

    Args:
        run: The run.
        count: How many.
        draw: Draw values from p(x|z), its noise included; otherwise its mean.
        seed: Seed of the draws.
    """
    made = []
    with torch.random.fork_rng(), torch.inference_mode():
        torch.manual_seed(seed)
        for part in torch.arange(count).split(_AT_ONCE):
            px = run.model.generate((len(part),)).px
            made.append(_raw(run, px.sample() if draw else px.mean))
    return np.concatenate(made)


def _examples(run: Run, data: Any, split: str) -> Dataset:
    if data is None:
        return run.dataset(split)
    dataset = data if isinstance(data, Dataset) else load(data, **_as_in_training(run, data))
    if tuple(dataset.shape) != tuple(run.domain.shape):
        raise ShapeError(
            f"the run '{run.name}' was trained on examples of shape {tuple(run.domain.shape)}, "
            f"these have shape {tuple(dataset.shape)}: bring them to that shape and number of "
            "channels"
        )
    return dataset


def _as_in_training(run: Run, data: Any) -> dict[str, Any]:
    """Return the options that the run's own data were loaded with, as far as they fit these.

    The columns of a table are named, so that others (labels, which new data may lack) are left out.
    """
    takes = find_reader(data).options
    options = run.config.options("data", "load")
    kept = {k: v for k, v in options.items() if k in takes - {"name", "labels"}}
    if "columns" in takes and run.facts["columns"]:
        kept["columns"] = tuple(run.facts["columns"])
    return kept


def _inputs(run: Run, dataset: Dataset) -> Iterator[tuple[Tensor, Tensor]]:
    for positions, raw in in_order(dataset, min(_AT_ONCE, len(dataset))):
        x = run.preprocessing(raw.to(run.device))
        run.model.likelihood.check(x, dataset.columns)
        yield positions, x


def _raw(run: Run, x: Tensor) -> np.ndarray:
    return run.preprocessing.inverse(x).cpu().numpy()
