"""Log-evidence by annealed importance sampling, and between two bounds.

See `annealing` for the derivation. AIS needs no good q(z|x): it is what is left where importance
sampling fails. On data simulated from the model, where an exact posterior code is known, chains in
reverse bound log p(x) from above, and the gap between the two bounds the error of both.
"""

from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from elbowroom.distributions import Space
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.evidence.annealing import (
    Path,
    PathFromPrior,
    Spacing,
    cost_of_chains,
    cost_of_move,
    cost_of_tuning,
    forward,
    reverse,
    temperatures,
    tune,
)
from elbowroom.evidence.codes import CodeSpace
from elbowroom.evidence.estimate import Estimate
from elbowroom.evidence.proposals import FromPrior, from_encoder
from elbowroom.evidence.rows import prepared, reproducible
from elbowroom.evidence.weights import RunningWeights
from elbowroom.models import LatentModel

_WIDE = 1.0
"""Variance of log w above which an example is flagged. The log-weights of annealing are about
normal; from a variance of 2 on, 16 of them are too low and say too small an error, because the
weights that carry the mean are not among them. Their effective number does not show it."""


def annealed(
    model: LatentModel,
    x: Tensor,
    *,
    steps: int = 100,
    samples: int = 16,
    leapfrog: int = 8,
    start: Literal["prior", "posterior"] = "posterior",
    spacing: Spacing = "sigmoid",
    acceptance: float = 0.65,
    seed: int = 0,
    rows: int | None = None,
) -> Estimate:
    """Estimate the mean of log p(x) over examples by annealed importance sampling with HMC.

    Args:
        model: Any model; for start 'posterior', one whose posterior has a density.
        x: Examples as the model sees them, (N, *event).
        steps: Number T of temperature steps: the error falls as 1/T.
        samples: Number of independent chains for each example, 2 or more.
        leapfrog: Leapfrog steps of each transition.
        start: Anneal from the 'prior' or, shorter where it is good, from the 'posterior' q(z|x).
        spacing: Of the temperatures: 'sigmoid', 'geometric' or 'linear'.
        acceptance: Target acceptance that each chain's step size is adapted to.
        seed: Seed of the draws; the global random state is left as it was.
        rows: Chains at a time; chosen for about 4 MB of x-values when not given.

    Returns:
        Estimate in nats per example, a stochastic lower bound; `per_example` holds value, error,
        bias, ess (of the chains), log_w_variance, acceptance and decodes. An example is flagged
        where the variance is above 1: take more steps then.

    Raises:
        ConfigError: If an option is out of range.
        IncompatibleError: If it starts from a posterior without a density, or the codes lie on a
            sphere.
        SupportError: If x is outside the support of the likelihood.

    Example:
        >>> from elbowroom import VAE, Bernoulli
        >>> model = VAE.of(Bernoulli((4,)), latent=2)
        >>> annealed(model, torch.ones(3, 4), steps=10, samples=4).samples
        4
    """
    rows = _checked(model, x, steps, samples, leapfrog, acceptance, rows, start)
    cost = cost_of_tuning(steps, leapfrog, samples) + cost_of_chains(steps, leapfrog, samples)
    blocks = []
    with reproducible(model, seed, gradients=True):
        for here, part in model.divided(x, max(rows // samples, 1)):
            path = path_to(here, part, start, spacing, steps, leapfrog)
            sizes = tune(path, samples, acceptance)
            blocks.append(weighed(*forward(path, sizes, samples), cost))
    return _gathered(blocks, "annealed importance sampling", samples, seed, x)


@dataclass(frozen=True)
class Bidirectional:
    """Bounds on log p(x) of data simulated from the model, from both sides.

    Attributes:
        lower: From forward chains, too low in expectation.
        upper: From reverse chains, too high in expectation.
        gap: upper - lower on each example: bounds the error of either, in expectation.
    """

    lower: Estimate
    upper: Estimate
    gap: Estimate

    def to_dict(self) -> dict[str, Any]:
        """Return the three as plain values."""
        return {name: estimate.to_dict() for name, estimate in vars(self).items()}

    def __repr__(self) -> str:
        return (
            f"Bidirectional(gap {self.gap.value:.4f} +- {self.gap.data_error:.4f} nats, "
            f"log p(x) between {self.lower.value:.3f} and {self.upper.value:.3f}, "
            f"{self.gap.examples} simulated examples)"
        )


def bidirectional(
    model: LatentModel,
    *,
    examples: int = 100,
    steps: int = 100,
    samples: int = 16,
    leapfrog: int = 8,
    start: Literal["prior", "posterior"] = "posterior",
    spacing: Spacing = "sigmoid",
    acceptance: float = 0.65,
    seed: int = 0,
    rows: int | None = None,
) -> Bidirectional:
    """Simulate examples from the model and bound their log p(x) from both sides (Grosse 2015).

    The upper bound holds only because each example comes with an exact sample of its posterior: the
    code it was simulated from. The gap says how far AIS with the same settings may be off on real
    data, as far as these look like the model's own.

    Args:
        model: Any model; for start 'posterior', one whose posterior has a density. A conditional
            one is given the conditions of as many examples.
        examples: Number of simulated examples.
        steps: Number of temperature steps.
        samples: Chains for each example in each direction, 2 or more.
        leapfrog: Leapfrog steps of each transition.
        start: Anneal from the 'prior' or from the 'posterior' q(z|x).
        spacing: Of the temperatures: 'sigmoid', 'geometric' or 'linear'.
        acceptance: Target acceptance.
        seed: Seed of the examples and the draws.
        rows: Chains at a time.

    Raises:
        ConfigError: If an option is out of range.
        ShapeError: If a conditional model is given another number of conditions.
        IncompatibleError: If it starts from a posterior without a density, or the codes lie on a
            sphere.
    """
    if examples < 1:
        raise ConfigError(f"examples must be 1 or more, got {examples}")
    model.check_examples(examples)
    cost = cost_of_tuning(steps, leapfrog, samples) + cost_of_chains(steps, leapfrog, samples)
    cost_back = samples * steps * (cost_of_move(leapfrog) + 1)
    lower, upper = [], []
    with reproducible(model, seed, gradients=True):
        trace = model.generate((examples,))
        codes, x = CodeSpace.of(model).drawn(trace), trace.px.sample()
        rows = _checked(model, x, steps, samples, leapfrog, acceptance, rows, start)
        size = max(rows // samples, 1)
        for (here, part), code in zip(model.divided(x, size), codes.split(size), strict=True):
            path = path_to(here, part, start, spacing, steps, leapfrog)
            sizes = tune(path, samples, acceptance)
            lower.append(weighed(*forward(path, sizes, samples), cost))
            back = reverse(path, sizes, code.expand(samples, *code.shape))
            upper.append(_flipped(weighed(*back, cost_back)))
    below = _gathered(lower, "annealed importance sampling", samples, seed, x)
    above = _gathered(upper, "reverse annealed importance sampling", samples, seed, x)
    return Bidirectional(below, above, _difference(above, below))


def path_to(
    model: LatentModel, x: Tensor, start: str, spacing: Spacing, steps: int, leapfrog: int
) -> Path:
    """Return the path of densities to p(x, z) for a block of examples."""
    space = CodeSpace.of(model)
    betas = temperatures(steps, spacing)
    if start == "prior":
        return PathFromPrior(space, x, FromPrior.of(space, len(x)), betas, leapfrog)
    return Path(space, x, from_encoder(model, x), betas, leapfrog)


def _gathered(
    blocks: list[dict[str, Tensor]], method: str, samples: int, seed: int, x: Tensor
) -> Estimate:
    return Estimate.gathered(
        blocks, method=method, samples=samples, seed=seed, dimensions=x[0].numel()
    )


def weighed(log_w: Tensor, accepted: Tensor, decodes: int) -> dict[str, Tensor]:
    """Return columns of the per-example table from the log-weights of chains, (C, B).

    Args:
        log_w: Log-weights.
        accepted: Mean acceptance of each example's chains, (B,).
        decodes: Decoder evaluations for each example.
    """
    running = RunningWeights(*log_w.shape)
    running.add(log_w)
    columns = running.summary().columns()
    names = ("value", "error", "bias", "ess", "log_w_variance", "samples")
    return {
        **{name: columns[name] for name in names},
        "flag": columns["log_w_variance"] > _WIDE,
        "acceptance": accepted.double().cpu(),
        "decodes": torch.full_like(columns["value"], float(decodes)),
    }


def _flipped(columns: dict[str, Tensor]) -> dict[str, Tensor]:
    """Turn an estimate of log 1/p(x) into one of log p(x)."""
    return {**columns, "value": -columns["value"], "bias": -columns["bias"]}


def _difference(above: Estimate, below: Estimate) -> Estimate:
    a, b = above.per_example, below.per_example
    return Estimate.over(
        a["value"] - b["value"],
        errors=(a["error"] ** 2 + b["error"] ** 2).sqrt(),
        method="bidirectional gap",
        samples=above.samples,
        seed=above.seed,
    )


def _checked(
    model: LatentModel, x: Tensor, steps: int, samples: int, leapfrog: int, acceptance: float,
    rows: int | None, start: str,
) -> int:  # fmt: skip
    if steps < 2 or leapfrog < 1 or not 0 < acceptance < 1:
        raise ConfigError(
            "annealing needs steps >= 2, leapfrog >= 1 and an acceptance between 0 and 1, got "
            f"steps={steps}, leapfrog={leapfrog}, acceptance={acceptance}"
        )
    if start not in ("prior", "posterior"):
        raise ConfigError(f"start must be 'prior' or 'posterior', got {start!r}")
    if model.space is not Space.REAL:
        raise IncompatibleError(
            f"annealing moves codes by Hamiltonian dynamics in R^n, and those of this model lie on "
            f"{model.space}: almost every move would leave it. Use the method 'adaptive' or "
            "'importance-sampling'"
        )
    return prepared(model, x, samples, rows, posterior=start == "posterior")
