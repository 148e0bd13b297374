"""The same weights, the same images, three evaluators: ours, a hand-written loop, pythae's.

    python -m benchmarks.agreement

For a Bernoulli and for a unit Gaussian likelihood, at K = 1000, 150 and 50. Where two numbers
differ by more than their errors, the line says why.
"""

from dataclasses import dataclass
from math import sqrt

import torch
from torch import Tensor

from benchmarks import pythae_side
from benchmarks.plain import PlainVAE, plain_log_evidence
from elbowroom.data import Preprocessing, Scale, Threshold, load
from elbowroom.distributions import Bernoulli, DiagonalGaussian, Gaussian, Likelihood
from elbowroom.evidence import importance_sampling
from elbowroom.models import VAE, Neural, StandardNormal
from elbowroom.networks import MLP, Network
from elbowroom.objectives import elbo
from elbowroom.training import Training, fit

_BATCH = 100


@dataclass(frozen=True)
class Case:
    """A likelihood, what pythae calls it, and the steps that make data for it."""

    likelihood: Likelihood
    pythae_loss: str
    preprocessing: Preprocessing


def trained(case: Case) -> tuple[VAE, PlainVAE, Tensor]:
    """Train a plain VAE's layers with our loop for a moment; return it twice, and test images."""
    digits = load("digits")
    plain = PlainVAE(MLP(hidden=(64,)), digits.shape, 4)
    posterior = DiagonalGaussian(4)
    model = VAE(
        Neural(Network(plain.encoder, digits.shape, posterior.param_shape), posterior),
        Neural(Network(plain.decoder, (4,), case.likelihood.param_shape), case.likelihood),
        StandardNormal(4),
    )
    settings = Training(epochs=30, device="cpu")
    fit(model, elbo(), digits, preprocessing=case.preprocessing, settings=settings)
    return model, plain, case.preprocessing(digits.take(torch.arange(100)))


def reason(samples: int) -> str:
    """Say what pythae 0.1.2 does with K that is no multiple of its batch."""
    if samples <= _BATCH:
        return f"pythae takes {_BATCH} samples: K up to the batch size is ignored"
    if samples % _BATCH:
        return f"pythae takes {samples // _BATCH * _BATCH} samples: K is floored"
    return "the same estimator"


def main() -> None:
    """Print the numbers."""
    digits = load("digits")
    binary = Preprocessing([Scale(), Threshold()], digits).fit(digits)
    grey = Preprocessing([Scale()], digits).fit(digits)
    cases = [
        Case(Bernoulli(digits.shape), "bce", binary),
        Case(Gaussian(digits.shape, scale="fixed", initial=1.0), "mse", grey),
    ]
    for case in cases:
        model, plain, x = trained(case)
        for samples in (1000, 150, 50):
            torch.manual_seed(0)
            ours = importance_sampling(model, x, samples=samples)
            words = [f"ours {ours.value:.3f} +- {ours.mc_error:.3f} (Monte Carlo)"]
            if case.pythae_loss == "bce":
                words.append(f"plain loop {plain_log_evidence(plain, x, samples):.3f}")
            if pythae_side.installed:
                theirs = pythae_side.pythae_model(plain, digits.shape, case.pythae_loss)
                with torch.no_grad():
                    value = theirs.get_nll(x, n_samples=samples, batch_size=_BATCH)
                gap = abs(value - ours.value) / (sqrt(2) * ours.mc_error)
                words.append(f"pythae {value:.3f} ({gap:.1f} errors; {reason(samples)})")
            print(f"{case.likelihood.name}, K = {samples}: " + ", ".join(words))


if __name__ == "__main__":
    main()
