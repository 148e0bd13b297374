"""Importance-sampled log-evidence.

    log p-hat(x) = log 1/K sum_k p(x, z_k) / r(z_k|x),    z_k ~ r(z|x)

An unbiased estimate of p(x); its logarithm is a stochastic lower bound on log p(x) that rises
with K (Burda et al. 2016). The examples are taken in chunks of about `rows` decoder evaluations,
the weights are summed as a stream, and nothing grows with K.
"""

from torch import Tensor

from elbowroom.evidence.codes import CodeSpace
from elbowroom.evidence.estimate import Estimate
from elbowroom.evidence.rows import chunks, passes, prepared, reproducible
from elbowroom.evidence.weights import RunningWeights, WeightSummary
from elbowroom.models import LatentModel


def importance_sampling(
    model: LatentModel, x: Tensor, *, samples: int = 1000, seed: int = 0, rows: int | None = None
) -> Estimate:
    """Estimate the mean of log p(x) over examples by importance sampling from q(z|x).

    Args:
        model: Model whose posterior has a density.
        x: Examples as the model sees them, (N, *event).
        samples: Number K of codes for each example, 2 or more.
        seed: Seed of the draws; the global random state is left as it was.
        rows: Decoder evaluations at a time; chosen for about 4 MB of x-values when not given.

    Returns:
        Estimate in nats per example; `per_example` holds value, error, bias, ess,
        largest_share, k, log_w_variance and decodes.

    Raises:
        ConfigError: If samples is below 2.
        IncompatibleError: If the posterior has no density.
        SupportError: If x is outside the support of the likelihood.

    Example:
        >>> import torch
        >>> from elbowroom import VAE, Bernoulli
        >>> model = VAE.of(Bernoulli((4,)), latent=2)
        >>> importance_sampling(model, torch.ones(3, 4), samples=100).examples
        3
    """
    return _sampled(model, x, "importance sampling", samples, seed, rows, smooth=False)


def pareto_smoothed(
    model: LatentModel, x: Tensor, *, samples: int = 1000, seed: int = 0, rows: int | None = None
) -> Estimate:
    """Estimate log p(x) by Pareto-smoothed importance sampling (Vehtari et al. 2024).

    The largest weights are replaced by quantiles of the generalised Pareto distribution that fits
    them: less variance than importance sampling where the weights have heavy tails, for a bias
    that stays small while k is below 0.7. Arguments and errors are those of `importance_sampling`.
    """
    name = "Pareto-smoothed importance sampling"
    return _sampled(model, x, name, samples, seed, rows, smooth=True)


def prior_sampling(
    model: LatentModel, x: Tensor, *, samples: int = 1000, seed: int = 0, rows: int | None = None
) -> Estimate:
    """Estimate log p(x) = log E_p(z)[p(x|z)] by plain Monte Carlo from the prior.

    Here to show why it fails: hardly any code drawn from the prior explains an example, so that
    one weight carries the sum and the estimate is far too low. Arguments and errors are those of
    `importance_sampling`; a posterior without a density will do.
    """
    rows = prepared(model, x, samples, rows, posterior=False)
    with reproducible(model, seed):
        space = CodeSpace.of(model)

        def summarise(model: LatentModel, part: Tensor) -> WeightSummary:
            here = CodeSpace(model, space.shapes)
            running = RunningWeights(samples, len(part))
            at_once = max(rows // len(part), 1)
            for start in range(0, samples, at_once):
                z = here.drawn(model.generate((min(at_once, samples - start), len(part))))
                running.add(here.log_likelihood_and_prior(z, part)[0])
            return running.summary()

        parts = [summarise(*part) for part in chunks(model, x, samples, rows)]
    return gathered(parts, "prior sampling", samples, seed, x)


def _sampled(
    model: LatentModel, x: Tensor, method: str, samples: int, seed: int, rows: int | None,
    *, smooth: bool,
) -> Estimate:  # fmt: skip
    rows = prepared(model, x, samples, rows)
    with reproducible(model, seed):
        parts = []
        for here, part in chunks(model, x, samples, rows):
            running = RunningWeights(samples, len(part))
            for trace in passes(here, part, samples, rows):
                running.add(trace.log_w)
            parts.append(running.summary(smooth=smooth))
    return gathered(parts, method, samples, seed, x)


def gathered(
    parts: list[WeightSummary], method: str, samples: int, seed: int, x: Tensor
) -> Estimate:
    """Put the summaries of blocks of examples together; each code cost one decoder evaluation."""
    blocks = [{**part.columns(), "decodes": part.samples} for part in parts]
    return Estimate.gathered(
        blocks, method=method, samples=samples, seed=seed, dimensions=x[0].numel()
    )
