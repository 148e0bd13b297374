"""A trained linear VAE is probabilistic PCA: its evidence and its axes."""

import pytest
import torch

from elbowroom.data import Preprocessing, Scale, load
from elbowroom.distributions import Gaussian
from elbowroom.evidence import importance_sampling, lower_bound
from elbowroom.models import VAE
from elbowroom.networks import MLP
from elbowroom.objectives import elbo
from elbowroom.training import Training, fit
from tests.linear_gaussian import MAXIMUM, LinearGaussian


def train(data, steps, latent, **settings) -> tuple[VAE, torch.Tensor]:
    prepare = Preprocessing(steps, data).fit(data)
    x = prepare(data.take(torch.arange(len(data))))
    model = VAE.of(Gaussian(data.shape, initial=0.3), latent=latent, network=MLP(hidden=()))
    fit(model.start_at(x), elbo(), data, preprocessing=prepare,
        settings=Training(decay="cosine", **settings))  # fmt: skip
    return model, x


@pytest.mark.parametrize("q", [2, 5, 10])
def test_it_reaches_the_maximum_likelihood(q):
    model, x = train(load("digits"), [Scale()], q, epochs=600, batch_size=299, learning_rate=0.02)
    exact = LinearGaussian.of(model).log_evidence(x.flatten(1).double())
    assert MAXIMUM[q] - 0.05 < exact.mean() < MAXIMUM[q] + 1e-4
    estimate = importance_sampling(model, x, samples=200)
    assert abs(estimate.value - exact.mean()) < 0.01
    bound = lower_bound(model, x)["elbo"]
    assert exact.mean() - 0.15 < bound.value < exact.mean() + 4 * bound.mc_error


def planted(scales: tuple[float, ...], size: int = 1500) -> tuple[torch.Tensor, torch.Tensor]:
    """Return data with known principal axes, whose variances are scales^2 + 0.1^2, and the axes."""
    generator = torch.Generator().manual_seed(4)
    axes, _ = torch.linalg.qr(torch.randn(6, 6, generator=generator))
    codes = torch.randn(size, len(scales), generator=generator) * torch.tensor(scales)
    noise = 0.1 * torch.randn(size, 6, generator=generator)
    return codes @ axes[:, : len(scales)].T + noise, axes[:, : len(scales)]


def test_its_axes_are_the_principal_directions_up_to_order_and_sign():
    x, axes = planted((2.0, 1.0, 0.5))
    model, _ = train(load(x.numpy()), [], 3, epochs=200, batch_size=250, learning_rate=0.02)
    weights = LinearGaussian.of(model).weights.float()
    cosines = (axes.T @ (weights / weights.norm(dim=0))).abs()
    assert sorted(cosines.argmax(0).tolist()) == [0, 1, 2]
    assert cosines.amax(0).min() > 0.99


def test_units_whose_variance_is_below_the_noise_are_dead():
    """Oracle 4: with a fixed scale s, unit i lives exactly when its eigenvalue is above s^2."""
    x, _ = planted((2.0, 1.0, 0.2))
    data = load(x.numpy())
    prepare = Preprocessing([], data).fit(data)
    model = VAE.of(Gaussian(data.shape, scale="fixed", initial=0.5), latent=5,
                   network=MLP(hidden=()))  # fmt: skip
    settings = Training(epochs=200, batch_size=250, learning_rate=0.02, decay="cosine")
    fit(model.start_at(x), elbo(), data, preprocessing=prepare, settings=settings)
    lengths = LinearGaussian.of(model).weights.norm(dim=0).sort(descending=True).values
    assert (lengths[:2] > 0.5).all() and (lengths[2:] < 0.1).all()
