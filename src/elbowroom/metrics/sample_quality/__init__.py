"""Sample quality without a network from elsewhere; each measure beside its null."""

from elbowroom.metrics.sample_quality.density_coverage import (
    DensityCoverage,
    density_coverage,
    expected_coverage,
)
from elbowroom.metrics.sample_quality.frechet import Frechet, frechet_distance, gaussian_distance
from elbowroom.metrics.sample_quality.inception import frechet_inception_distance
from elbowroom.metrics.sample_quality.kernels import (
    GaussianKernel,
    Kernel,
    PolynomialKernel,
    RationalQuadraticKernel,
)
from elbowroom.metrics.sample_quality.memorisation import Memorisation, memorisation
from elbowroom.metrics.sample_quality.mmd import mmd
from elbowroom.metrics.sample_quality.own_features import (
    OwnFeatures,
    frechet_distance_own_features,
)
from elbowroom.metrics.sample_quality.pca_gaussian import pca_gaussian
from elbowroom.metrics.sample_quality.precision_recall import PrecisionRecall, precision_recall
from elbowroom.metrics.sample_quality.quality import SampleQuality, sample_quality
from elbowroom.metrics.sample_quality.score import Score
from elbowroom.metrics.sample_quality.two_sample import TwoSample, classifier_two_sample

__all__ = [
    "DensityCoverage",
    "Frechet",
    "GaussianKernel",
    "Kernel",
    "Memorisation",
    "OwnFeatures",
    "PolynomialKernel",
    "PrecisionRecall",
    "RationalQuadraticKernel",
    "SampleQuality",
    "Score",
    "TwoSample",
    "classifier_two_sample",
    "density_coverage",
    "expected_coverage",
    "frechet_distance",
    "frechet_distance_own_features",
    "frechet_inception_distance",
    "gaussian_distance",
    "memorisation",
    "mmd",
    "pca_gaussian",
    "precision_recall",
    "sample_quality",
]
