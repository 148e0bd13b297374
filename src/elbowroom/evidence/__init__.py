"""Evidence: log p(x) with errors that can be trusted."""

from elbowroom.evidence.best_posterior import AtPosterior, BestPosterior, best_posterior
from elbowroom.evidence.bound import lower_bound
from elbowroom.evidence.estimate import Estimate
from elbowroom.evidence.gap import InferenceGap, inference_gap
from elbowroom.evidence.importance import importance_sampling
from elbowroom.evidence.pareto import pareto_k, threshold
from elbowroom.evidence.rate_parts import RateParts, rate_parts
from elbowroom.evidence.weights import RunningWeights, WeightSummary

__all__ = [
    "AtPosterior",
    "BestPosterior",
    "Estimate",
    "InferenceGap",
    "RateParts",
    "RunningWeights",
    "WeightSummary",
    "best_posterior",
    "importance_sampling",
    "inference_gap",
    "lower_bound",
    "pareto_k",
    "rate_parts",
    "threshold",
]
