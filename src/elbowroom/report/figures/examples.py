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
) -> "Figure":
    """Show what each unit does: one unit moves, the others stay.

    Args:
        look: How examples are shown.
        frames: Decoded examples, (units, steps, *shape), in raw units.
        units: Numbers of the units, or what else they are called.
        steps: Where each step is.
        along: What these values are, in words.
        of: What is turned, in words.
    """
    return look.strips(frames, [str(unit) for unit in units], steps, along=along, of=of)


def interpolations(look: Look, frames: np.ndarray) -> "Figure":
    """Show straight paths between the codes of pairs of examples.

    Args:
        look: How examples are shown.
        frames: (pairs, steps, *shape), in raw units; the first and last of each are the examples
            themselves, the others decoded, the two codes' own images included.
    """
    marks = ["example", "decoded", *[""] * (frames.shape[1] - 4), "decoded", "example"]
    names = [str(pair + 1) for pair in range(len(frames))]
    along = "decoded along the straight line between two examples' codes"
    return look.strips(frames, names, marks, along=along, of="pair", ends=True)
