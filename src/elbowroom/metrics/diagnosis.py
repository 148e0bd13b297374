"""Diagnosis: what is wrong with a trained model, if anything, and what to do about it."""

from dataclasses import replace

from torch import Tensor

from elbowroom.metrics.collapse import activity, collapse, regularisation
from elbowroom.metrics.examination import CodeSummary, Examination, Gap, Number
from elbowroom.metrics.findings import Diagnosis
from elbowroom.metrics.levels import levels_in_use
from elbowroom.metrics.prior_holes import PriorHoles, prior_holes
from elbowroom.metrics.symptoms import inference, overfitting, prior_coverage, scales
from elbowroom.models import LatentModel, has_aggregate

SYMPTOMS = (
    activity,
    collapse,
    levels_in_use,
    regularisation,
    inference,
    prior_coverage,
    scales,
    overfitting,
)
"""What is looked for; each takes an examination and returns a finding, or None."""


def diagnose(
    model: LatentModel,
    x: Tensor,
    *,
    beta: float = 1.0,
    history: Tensor | None = None,
    gap: Gap | None = None,
    train_elbo: Number | None = None,
    validation_elbo: Number | None = None,
    holes: PriorHoles | None = None,
    seed: int = 0,
) -> Diagnosis:
    """Look for what goes wrong with VAEs: collapse, starved codes, weak encoders, prior holes.

    Args:
        model: Model whose posterior has a density.
        x: Examples as the model sees them, (N, *event), 4 or more.
        beta: Weight of the rate at the end of training.
        history: Rate of each unit after each epoch, (epochs, latent), to tell since when a unit
            is dead.
        gap: Result of `inference_gap`, to judge the encoder.
        train_elbo: ELBO on training examples, to judge overfitting with the next.
        validation_elbo: ELBO on examples that were not trained on.
        holes: Result of `prior_holes`; measured on x when not given, if the model has one level and
            its posterior a density at any code.
        seed: Seed of all draws; the global random state is left as it was.

    Returns:
        A finding for each thing that could be looked at, the worst first.

    Raises:
        ConfigError: If beta is negative or not finite.
        IncompatibleError: If the posterior has no density.
        DataError: If there are fewer than 4 examples.
        ShapeError: If the history has another number of units than the model.
        SupportError: If x is outside the support of the likelihood.

    Example:
        >>> import torch
        >>> from elbowroom import VAE, Bernoulli
        >>> diagnosis = diagnose(VAE.of(Bernoulli((4,)), latent=2), torch.eye(4))
        >>> diagnosis["active units"].severity.value
        'good'
    """
    codes = CodeSummary.of(model, x, seed=seed)
    examination = Examination(codes, beta, history, gap, train_elbo, validation_elbo, holes)
    if not codes.finite:  # nothing else means anything
        return Diagnosis((scales(examination),), len(x), seed)
    if holes is None and has_aggregate(model):
        examination = replace(examination, holes=prior_holes(model, x, seed=seed))
    findings = (symptom(examination) for symptom in SYMPTOMS)
    return Diagnosis(tuple(one for one in findings if one is not None), len(x), seed)
