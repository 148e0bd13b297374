"""Metrics: what a trained model does, beside its evidence."""

from elbowroom.metrics.diagnosis import diagnose
from elbowroom.metrics.disentanglement import Disentanglement, FactorScore, Representation
from elbowroom.metrics.findings import Diagnosis, Finding, Severity

# The function principal_directions stays in the folder whose name it has, as do disentanglement
# and sample_quality.
from elbowroom.metrics.principal_directions import (
    Directions,
    Orthogonality,
    PrincipalComponents,
    Regime,
    directions_of,
    distance_to_orthogonality,
    jacobian,
    polarised_regime,
)
from elbowroom.metrics.prior_holes import PriorHoles, prior_holes
from elbowroom.metrics.reconstruction import PCABaseline, ReconstructionError
from elbowroom.metrics.ruler import ColumnError, Ruler, column_errors
from elbowroom.metrics.sample_quality import (
    DensityCoverage,
    Frechet,
    GaussianKernel,
    Kernel,
    Memorisation,
    OwnFeatures,
    PolynomialKernel,
    PrecisionRecall,
    RationalQuadraticKernel,
    SampleQuality,
    Score,
    TwoSample,
    classifier_two_sample,
    density_coverage,
    frechet_distance,
    frechet_distance_own_features,
    frechet_inception_distance,
    memorisation,
    mmd,
    pca_gaussian,
    precision_recall,
)
from elbowroom.metrics.units import (
    ACTIVE_VARIANCE,
    active_units,
    posterior_means,
    rate_per_unit,
    rate_per_unit_if_any,
)

__all__ = [
    "ACTIVE_VARIANCE",
    "ColumnError",
    "DensityCoverage",
    "Diagnosis",
    "Directions",
    "Disentanglement",
    "FactorScore",
    "Finding",
    "Frechet",
    "GaussianKernel",
    "Kernel",
    "Memorisation",
    "Orthogonality",
    "OwnFeatures",
    "PCABaseline",
    "PolynomialKernel",
    "PrecisionRecall",
    "PrincipalComponents",
    "PriorHoles",
    "RationalQuadraticKernel",
    "ReconstructionError",
    "Regime",
    "Representation",
    "Ruler",
    "SampleQuality",
    "Score",
    "Severity",
    "TwoSample",
    "active_units",
    "classifier_two_sample",
    "column_errors",
    "density_coverage",
    "diagnose",
    "directions_of",
    "distance_to_orthogonality",
    "frechet_distance",
    "frechet_distance_own_features",
    "frechet_inception_distance",
    "jacobian",
    "memorisation",
    "mmd",
    "pca_gaussian",
    "polarised_regime",
    "posterior_means",
    "precision_recall",
    "prior_holes",
    "rate_per_unit",
    "rate_per_unit_if_any",
]
