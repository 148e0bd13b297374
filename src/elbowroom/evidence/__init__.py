"""Evidence: log p(x) with errors that can be trusted."""

from elbowroom.evidence.bound import lower_bound
from elbowroom.evidence.estimate import Estimate
from elbowroom.evidence.importance import importance_sampling
from elbowroom.evidence.pareto import pareto_k, threshold
from elbowroom.evidence.weights import RunningWeights, WeightSummary

__all__ = [
    "Estimate",
    "RunningWeights",
    "WeightSummary",
    "importance_sampling",
    "lower_bound",
    "pareto_k",
    "threshold",
]
