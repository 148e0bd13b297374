"""The prior that is taken when none is named."""

from elbowroom.distributions import Space
from elbowroom.models.priors.prior import Prior
from elbowroom.models.priors.sphere_uniform import SphereUniform
from elbowroom.models.priors.standard_normal import StandardNormal

_PLAIN: dict[Space, type[Prior]] = {Space.REAL: StandardNormal, Space.SPHERE: SphereUniform}


def plain_prior(space: Space, latent: int) -> Prior:
    """Return the prior over a space that prefers no direction and has nothing to learn.

    >>> plain_prior(Space.SPHERE, 3)
    SphereUniform(3)
    """
    return _PLAIN[space](latent)
