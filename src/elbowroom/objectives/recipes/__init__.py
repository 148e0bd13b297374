"""Objectives by name: what `--objective NAME` and `objective = "NAME"` build.

Each recipe is an expression over costs; printing its result shows the expression.
"""

from elbowroom.objectives.recipes.autoencoder import autoencoder
from elbowroom.objectives.recipes.elbo import elbo

__all__ = ["autoencoder", "elbo"]
