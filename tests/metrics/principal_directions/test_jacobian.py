"""The Jacobian of every decoder, against another way to differentiate, and its factors."""

from importlib import import_module

import pytest
import torch

from elbowroom.data.columns import Column
from elbowroom.distributions import Bernoulli, Columns, Gaussian
from elbowroom.errors import DataError, IncompatibleError, ShapeError
from elbowroom.metrics.principal_directions import jacobian, principal_directions
from elbowroom.metrics.principal_directions.jacobian import jacobian_products
from elbowroom.networks import MLP
from tests.cases import ARCHITECTURES, IMAGE, LIKELIHOODS, small_vae
from tests.every_model import MODELS

NO_JACOBIAN = {"VonMisesFisher", "SphereUniform", "Ladder", "Ladder-bottom-up", "VeryDeep"}


def expected(model, z):
    """One reverse pass for each value of x, one example after the other."""

    def mean(code):
        return model.generate(given=code[None]).px.mean.flatten()

    return torch.stack([torch.autograd.functional.jacobian(mean, code) for code in z])


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_it_is_the_derivative_of_the_mean_of_every_likelihood(name):
    torch.manual_seed(0)
    model = small_vae(LIKELIHOODS[name]((1, 2, 3))).eval()
    z = torch.randn(3, 2)
    found = jacobian(model, z)
    assert found.shape == (3, 6, 2) and found.abs().max() > 0
    torch.testing.assert_close(found, expected(model, z), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_it_is_the_derivative_through_every_architecture(name):
    torch.manual_seed(0)
    model = small_vae(Bernoulli(IMAGE), network=ARCHITECTURES[name]).eval()
    z = torch.randn(2, 2)
    torch.testing.assert_close(jacobian(model, z), expected(model, z), rtol=1e-4, atol=1e-6)


def test_it_is_what_small_steps_say():
    torch.manual_seed(0)
    model = small_vae(Gaussian((5,))).eval()
    z, step = torch.randn(4, 2), 1e-2
    with torch.no_grad():
        moved = [[model.generate(given=z + sign * step * unit).px.mean for sign in (1, -1)]
                 for unit in torch.eye(2)]  # fmt: skip
    rough = torch.stack([(up - down) / (2 * step) for up, down in moved], -1)
    torch.testing.assert_close(jacobian(model, z), rough, rtol=1e-2, atol=1e-4)


@pytest.mark.parametrize("name", MODELS)
def test_every_model_has_one_or_is_refused_with_the_reason(name):
    model = MODELS[name](Bernoulli(IMAGE))
    z = torch.randn(4, model.latent)
    if name in NO_JACOBIAN:
        with pytest.raises(IncompatibleError, match=r"levels of codes|lie in"):
            jacobian(model, z)
    else:
        assert jacobian(model, z).shape == (4, 64, model.latent)


def test_columns_of_categories_have_no_mean():
    columns = (Column("age", "real"), Column("town", "categorical", ("A", "B", "C")))
    with pytest.raises(IncompatibleError, match="no mean: town"):
        jacobian(small_vae(Columns((2,), columns)), torch.zeros(1, 2))


def test_a_conditional_model_has_that_of_each_condition():
    torch.manual_seed(0)
    model = small_vae(Gaussian((4,)), condition=3)
    y, z = torch.eye(3), torch.randn(3, 2)
    together = jacobian(model.given(y), z)
    for i in range(3):
        alone = jacobian(model.given(y[[i]]), z[[i]])
        torch.testing.assert_close(together[[i]], alone)
    assert not torch.allclose(*(jacobian(model.given(one.expand(3, 3)), z) for one in y[:2]))
    with pytest.raises(IncompatibleError, match=r"model\.given\(y\)"):
        jacobian(model, z)
    with pytest.raises(ShapeError, match="3 examples"):
        jacobian(model.given(y), z[:2])


def test_parts_make_no_difference(monkeypatch):
    torch.manual_seed(0)
    model = small_vae(Gaussian((4,)), condition=1).given(torch.randn(7, 1))
    z = torch.randn(7, 2)
    whole = jacobian(model, z)
    monkeypatch.setattr(import_module(jacobian.__module__), "_VALUES", 16)
    torch.testing.assert_close(jacobian(model, z), whole)


def test_it_leaves_the_model_as_it_was_and_works_without_gradients():
    model = small_vae(Gaussian((4,))).train()
    z = torch.randn(2, 2)
    with torch.inference_mode():
        quiet = jacobian(model, model.encoder(torch.zeros(2, 4)).mean)
    assert not quiet.requires_grad and quiet.shape == (2, 4, 2)
    jacobian(model, z)
    assert model.training and z.grad is None
    assert all(parameter.grad is None for parameter in model.parameters())


@pytest.mark.parametrize("latent", [1, 2, 5])
def test_the_factors_multiply_to_it(latent):
    torch.manual_seed(0)
    model = small_vae(Gaussian((3,)), latent=latent)
    z = torch.randn(6, latent)
    J = jacobian(model, z).double()
    U, S, V = principal_directions(model, z)
    torch.testing.assert_close(U * S[:, None] @ V.mT, J, rtol=1e-5, atol=1e-6)
    eye = torch.eye(latent, dtype=torch.float64)
    torch.testing.assert_close(V.mT @ V, eye.expand_as(V), rtol=0, atol=1e-9)
    assert (S[:, 1:] <= S[:, :-1]).all() and (S[:, 3:] == 0).all() and (S[:, :3] > 0).all()
    kept = U[..., :3].mT @ U[..., :3]
    torch.testing.assert_close(kept, eye[:3, :3].expand_as(kept), rtol=0, atol=1e-4)
    torch.testing.assert_close(S[:, :3], torch.linalg.svdvals(J)[:, :3], rtol=1e-5, atol=1e-6)


def test_products_are_those_of_the_jacobian():
    torch.manual_seed(0)
    model = small_vae(Gaussian((6,)), latent=3, network=MLP(hidden=(8,), activation="tanh"))
    z, axes = torch.randn(5, 3), torch.linalg.qr(torch.randn(6, 2))[0].double()
    J = jacobian(model, z).double()
    grams, projected = jacobian_products(model, z, axes)
    torch.testing.assert_close(grams, J.mT @ J)
    torch.testing.assert_close(projected, axes.mT @ J)


@pytest.mark.parametrize(
    ("z", "error", "words"),
    [
        (torch.zeros(3, 3), ShapeError, r"shape \(examples, 2\)"),
        (torch.zeros(2), ShapeError, r"shape \(2,\)"),
        (torch.zeros(0, 2), DataError, "no codes"),
    ],
)
def test_wrong_codes_are_refused(z, error, words):
    with pytest.raises(error, match=words):
        jacobian(small_vae(Gaussian((4,))), z)
