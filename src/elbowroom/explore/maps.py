"""Two-dimensional maps of codes."""

import warnings
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import torch

from elbowroom.explore.seeing import drawing

_SEED = 0
_DIRECTIONS, _ROUNDS = 16, 32
"""Directions that are looked for, of which the first two are right to many digits, and how long."""
_FEWEST = 16
"""Examples that a map of neighbourhoods needs."""


def pca(codes: np.ndarray) -> tuple[np.ndarray, str]:
    """Return codes along their two widest directions, (N, 2), and how much of the spread that is.

    Args:
        codes: Codes, (N, units).
    """
    centred = torch.from_numpy(codes).double()
    centred = centred - centred.mean(0)
    placed = torch.zeros(len(codes), 2, dtype=torch.float64)
    found = min(_DIRECTIONS, *codes.shape)
    with drawing(_SEED):  # the method starts from random directions
        _, spread, directions = torch.pca_lowrank(centred, found, center=False, niter=_ROUNDS)
    directions = directions[:, :2]
    # A direction and its opposite are the same: the largest entry of each is made positive.
    directions = directions * directions.gather(0, directions.abs().argmax(0, True)).sign()
    placed[:, : directions.shape[1]] = centred @ directions
    total = float(centred.square().sum())
    share = float(spread[:2].square().sum()) / total if total else 1.0
    text = f"The two directions in which the codes differ most: {share:.0%} of their spread."
    return placed.float().numpy(), text


def umap(codes: np.ndarray) -> tuple[np.ndarray, str]:
    """Return codes as UMAP lays them out, (N, 2): neighbours stay neighbours.

    McInnes et al. (2018), 'UMAP: uniform manifold approximation and projection'.

    Args:
        codes: Codes, (N, units).
    """
    with warnings.catch_warnings():
        # It warns of TensorFlow, which is not needed, and of threads, which a seed rules out.
        warnings.simplefilter("ignore")
        drawn = import_module("umap").UMAP(n_components=2, random_state=_SEED, n_jobs=1)
        placed = drawn.fit_transform(codes)
    text = "Neighbours stay neighbours; how far apart groups lie means little."
    return np.asarray(placed, dtype=np.float32), text


def maps_of(count: int) -> dict[str, tuple[str, Callable[[np.ndarray], tuple[np.ndarray, str]]]]:
    """Return the maps that can be drawn of so many examples: title and function, by name."""
    drawn: dict[str, tuple[str, Callable[[np.ndarray], tuple[np.ndarray, str]]]] = {
        "pca": ("Widest directions (PCA)", pca)
    }
    if count >= _FEWEST and find_spec("umap") is not None:
        drawn["umap"] = ("Neighbourhoods (UMAP)", umap)
    return drawn
