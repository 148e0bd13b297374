"""Evidence: log p(x) with errors that can be trusted."""

from elbowroom.evidence.adaptive import adaptive
from elbowroom.evidence.annealed import Bidirectional, annealed, bidirectional
from elbowroom.evidence.best_posterior import AtPosterior, BestPosterior, best_posterior
from elbowroom.evidence.bound import lower_bound
from elbowroom.evidence.estimate import Estimate
from elbowroom.evidence.gap import InferenceGap, inference_gap
from elbowroom.evidence.importance import importance_sampling, pareto_smoothed, prior_sampling
from elbowroom.evidence.log_evidence import METHODS, log_evidence
from elbowroom.evidence.pareto import pareto_k, threshold
from elbowroom.evidence.rate_parts import RateParts, rate_parts
from elbowroom.evidence.weights import RunningWeights, WeightSummary

__all__ = [
    "METHODS",
    "AtPosterior",
    "BestPosterior",
    "Bidirectional",
    "Estimate",
    "InferenceGap",
    "RateParts",
    "RunningWeights",
    "WeightSummary",
    "adaptive",
    "annealed",
    "best_posterior",
    "bidirectional",
    "importance_sampling",
    "inference_gap",
    "log_evidence",
    "lower_bound",
    "pareto_k",
    "pareto_smoothed",
    "prior_sampling",
    "rate_parts",
    "threshold",
]
