"""Metrics: what a trained model does, beside its evidence."""

from elbowroom.metrics.diagnosis import diagnose
from elbowroom.metrics.disentanglement import Disentanglement, FactorScore, Representation
from elbowroom.metrics.findings import Diagnosis, Finding, Severity
from elbowroom.metrics.prior_holes import PriorHoles, prior_holes
from elbowroom.metrics.reconstruction import PCABaseline, ReconstructionError
from elbowroom.metrics.ruler import ColumnError, Ruler, column_errors

# The functions disentanglement and sample_quality stay in the folders whose names they have.
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
    "Disentanglement",
    "FactorScore",
    "Finding",
    "Frechet",
    "GaussianKernel",
    "Kernel",
    "Memorisation",
    "OwnFeatures",
    "PCABaseline",
    "PolynomialKernel",
    "PrecisionRecall",
    "PriorHoles",
    "RationalQuadraticKernel",
    "ReconstructionError",
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
    "frechet_distance",
    "frechet_distance_own_features",
    "frechet_inception_distance",
    "memorisation",
    "mmd",
    "pca_gaussian",
    "posterior_means",
    "precision_recall",
    "prior_holes",
    "rate_per_unit",
    "rate_per_unit_if_any",
]
