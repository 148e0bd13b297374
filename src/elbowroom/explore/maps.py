"""Two-dimensional maps of codes."""

import io
import warnings
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias
from zipfile import BadZipFile

import numpy as np
import torch

from elbowroom.errors import ElbowroomError
from elbowroom.explore.seeing import drawing
from elbowroom.files import write_whole

Draw: TypeAlias = Callable[[np.ndarray], tuple[np.ndarray, str]]
"""From codes, (N, units), to a map of them, (N, 2), and what to say of it."""

FOLDER = "maps"
"""Where maps that take long are kept, in the run's folder."""

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


def kept(draw: Draw, name: str, folder: Path) -> Draw:
    """Return what draws a map once for the same codes, and finds it in a folder from then on.

    A map is a function of the codes alone, so that they are its key: other weights, other data or
    another choice of examples have other codes.

    Args:
        draw: What draws it.
        name: Its name.
        folder: Where maps are kept.
    """

    def drawn(codes: np.ndarray) -> tuple[np.ndarray, str]:
        digest = sha256(f"{codes.shape} {codes.dtype} ".encode() + codes.tobytes()).hexdigest()
        path = folder / f"{name}-{digest[:32]}.npz"
        # What cannot be read, for whatever reason, is drawn again.
        with suppress(OSError, ValueError, KeyError, EOFError, BadZipFile):
            with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as found:
                placed, text = found["placed"], str(found["text"])
            if placed.shape == (len(codes), 2) and np.isfinite(placed).all():
                return placed, text
        placed, text = draw(codes)
        made = io.BytesIO()
        np.savez(made, placed=placed, text=np.array(text))
        # A folder that cannot be written is no reason to show no map.
        with suppress(ElbowroomError):
            write_whole(path, made.getvalue())
        return placed, text

    return drawn


def maps_of(count: int, folder: Path | None = None) -> dict[str, tuple[str, Draw]]:
    """Return the maps that can be drawn of so many examples: title and function, by name.

    Args:
        count: How many examples.
        folder: The run's folder, where maps that take long are kept; nothing is kept without.
    """
    drawn: dict[str, tuple[str, Draw]] = {"pca": ("Widest directions (PCA)", pca)}
    if count >= _FEWEST and find_spec("umap") is not None:
        draw = umap if folder is None else kept(umap, "umap", folder / FOLDER)
        drawn["umap"] = ("Neighbourhoods (UMAP)", draw)
    return drawn
