"""Objectives by name: what `--objective NAME` and `objective = "NAME"` build.

Each recipe is an expression over costs; printing its result shows the expression.
"""

from elbowroom.objectives.recipes.autoencoder import autoencoder
from elbowroom.objectives.recipes.beta_tcvae import beta_tcvae
from elbowroom.objectives.recipes.beta_vae import beta_vae
from elbowroom.objectives.recipes.capacity import capacity
from elbowroom.objectives.recipes.ciwae import ciwae
from elbowroom.objectives.recipes.constrained import constrained
from elbowroom.objectives.recipes.dip_vae import dip_vae
from elbowroom.objectives.recipes.dreg import dreg
from elbowroom.objectives.recipes.elbo import elbo
from elbowroom.objectives.recipes.factor_vae import factor_vae
from elbowroom.objectives.recipes.free_bits import free_bits
from elbowroom.objectives.recipes.geco import geco
from elbowroom.objectives.recipes.info_vae import info_vae
from elbowroom.objectives.recipes.iwae import iwae
from elbowroom.objectives.recipes.miwae import miwae
from elbowroom.objectives.recipes.ms_ssim_vae import ms_ssim_vae
from elbowroom.objectives.recipes.prior_fit import prior_fit
from elbowroom.objectives.recipes.renyi import renyi
from elbowroom.objectives.recipes.ssim_vae import ssim_vae
from elbowroom.objectives.recipes.sticking_the_landing import sticking_the_landing
from elbowroom.objectives.recipes.vae_gan import vae_gan
from elbowroom.objectives.recipes.wae import wae

__all__ = [
    "autoencoder",
    "beta_tcvae",
    "beta_vae",
    "capacity",
    "ciwae",
    "constrained",
    "dip_vae",
    "dreg",
    "elbo",
    "factor_vae",
    "free_bits",
    "geco",
    "info_vae",
    "iwae",
    "miwae",
    "ms_ssim_vae",
    "prior_fit",
    "renyi",
    "ssim_vae",
    "sticking_the_landing",
    "vae_gan",
    "wae",
]
