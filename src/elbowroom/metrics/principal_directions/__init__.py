"""Principal directions: how the decoder's local axes meet the latent axes, and those of PCA.

`jacobian` and `principal_directions` take decoders apart, `Orthogonality` says how far the result
is from the latent axes, `polarised_regime` which units are used at all, `PrincipalComponents` what
the linear VAE would do, and `directions_of` puts it all together.
"""

from elbowroom.metrics.principal_directions.components import (
    PrincipalComponents,
    cosines,
    subspace_cosines,
)
from elbowroom.metrics.principal_directions.jacobian import (
    PrincipalDirections,
    jacobian,
    principal_directions,
)
from elbowroom.metrics.principal_directions.orthogonality import (
    Orthogonality,
    distance_to_orthogonality,
    nearest_directions,
    random_distance,
)
from elbowroom.metrics.principal_directions.regime import (
    DeltaKL,
    Kind,
    Regime,
    kinds_of,
    polarised_regime,
)
from elbowroom.metrics.principal_directions.report import Directions, directions_of
from elbowroom.metrics.principal_directions.unit_axis import UnitAxis

__all__ = [
    "DeltaKL",
    "Directions",
    "Kind",
    "Orthogonality",
    "PrincipalComponents",
    "PrincipalDirections",
    "Regime",
    "UnitAxis",
    "cosines",
    "directions_of",
    "distance_to_orthogonality",
    "jacobian",
    "kinds_of",
    "nearest_directions",
    "polarised_regime",
    "principal_directions",
    "random_distance",
    "subspace_cosines",
]
