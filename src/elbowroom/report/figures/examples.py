"""Figures of examples: reconstructions, samples, traversals and interpolations.

What an example looks like is the look's business; what is shown, and in which words, is said here.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from elbowroom.report.looks import Look

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def reconstructions(
    look: Look,
    originals: np.ndarray,
    made: np.ndarray,
    pca: np.ndarray | None = None,
    *,
    name: str = "VAE",
) -> "Figure":
    """Show examples, what the model makes of them, and what PCA of the same size does.

    Args:
        look: How examples are shown.
        originals: Examples, (n, *shape), in raw units.
        made: The model's reconstructions of them.
        pca: Their reconstructions from as many principal components as there are latent units.
        name: What to call the model.
    """
    rows = {"original": originals, name: made} | ({} if pca is None else {"PCA": pca})
    return look.stacked(rows)


def samples(look: Look, made: np.ndarray, data: np.ndarray) -> "Figure":
    """Show examples that the model made from codes drawn from its prior.

    Args:
        look: How examples are shown.
        made: Samples, (n, *shape), in raw units.
        data: Real examples, which looks that show spreads put beside them.
    """
    return look.gallery(made, data)


def traversals(
    look: Look,
    frames: np.ndarray,
    units: Sequence[int | str],
    steps: Sequence[str],
    *,
    along: str = "value of the unit, in standard deviations of the prior",
    of: str = "latent unit",
    group: int = 0,
) -> "Figure":
    """Show what each unit does: one unit moves, the others stay.

    Args:
        look: How examples are shown.
        frames: Decoded examples, (units, steps, *shape), in raw units.
        units: Numbers of the units, or what else they are called.
        steps: Where each step is.
        along: What these values are, in words.
        of: What is turned, in words.
        group: How many rows in a row belong together; 0 for no groups.
    """
    names = [str(unit) for unit in units]
    return look.strips(frames, names, steps, along=along, of=of, group=group)


def interpolations(
    look: Look,
    frames: np.ndarray,
    names: Sequence[str] = (),
    *,
    along: str = "decoded along the straight line between two examples' codes",
    of: str = "pair",
    group: int = 0,
) -> "Figure":
    """Show paths between the codes of pairs of examples.

    Args:
        look: How examples are shown.
        frames: (paths, steps, *shape), in raw units; the first and last of each are the examples
            themselves, the others decoded, the two codes' own images included.
        names: What each path is; its number when not given.
        along: What the steps go along, in words.
        of: What the paths are, in words.
        group: How many paths in a row are of one pair; 0 for no groups.
    """
    marks = ["example", "decoded", *[""] * (frames.shape[1] - 4), "decoded", "example"]
    named = list(names) or [str(path + 1) for path in range(len(frames))]
    return look.strips(frames, named, marks, along=along, of=of, ends=True, group=group)
