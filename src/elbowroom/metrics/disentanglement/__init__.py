"""Disentanglement: how codes and known factors meet, beside floors and ceilings.

Each file holds a metric, which says its protocol; `METRICS` finds them.
"""

from elbowroom.metrics.disentanglement.beta_vae_score import BetaVAEScore
from elbowroom.metrics.disentanglement.binned_mig import BinnedMIG
from elbowroom.metrics.disentanglement.catalogue import METRICS
from elbowroom.metrics.disentanglement.dci import BoostedDCI, ForestDCI, LassoDCI
from elbowroom.metrics.disentanglement.explicitness import Explicitness
from elbowroom.metrics.disentanglement.factor_score import FactorScore
from elbowroom.metrics.disentanglement.factor_vae_score import FactorVAEScore
from elbowroom.metrics.disentanglement.info_mec import InfoMEC
from elbowroom.metrics.disentanglement.irs import IRS
from elbowroom.metrics.disentanglement.med import MED
from elbowroom.metrics.disentanglement.metric import Metric
from elbowroom.metrics.disentanglement.modularity import Modularity
from elbowroom.metrics.disentanglement.references import REFERENCES, references
from elbowroom.metrics.disentanglement.report import Disentanglement, disentanglement
from elbowroom.metrics.disentanglement.representation import Representation
from elbowroom.metrics.disentanglement.sampled_mig import SampledMIG
from elbowroom.metrics.disentanglement.sap import SAP
from elbowroom.metrics.disentanglement.unsupervised_ranking import (
    Ranking,
    unsupervised_disentanglement_ranking,
)

__all__ = [
    "METRICS",
    "REFERENCES",
    "BetaVAEScore",
    "BinnedMIG",
    "BoostedDCI",
    "Disentanglement",
    "Explicitness",
    "FactorScore",
    "FactorVAEScore",
    "ForestDCI",
    "IRS",
    "InfoMEC",
    "LassoDCI",
    "MED",
    "Metric",
    "Modularity",
    "Ranking",
    "Representation",
    "SAP",
    "SampledMIG",
    "disentanglement",
    "references",
    "unsupervised_disentanglement_ranking",
]
