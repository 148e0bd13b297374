"""Principal components, and the linear VAE that they are: oracles 1 and 4."""

import json
from io import StringIO

import numpy as np
import pytest
import torch
from rich.console import Console
from scipy.linalg import subspace_angles

from elbowroom.data import Preprocessing, load
from elbowroom.distributions import DiagonalGaussian, FullGaussian, Gaussian
from elbowroom.errors import DataError, IncompatibleError
from elbowroom.metrics.principal_directions import (
    Kind,
    PrincipalComponents,
    directions_of,
    subspace_cosines,
)
from elbowroom.models import VAE, LadderVAE
from elbowroom.networks import MLP
from elbowroom.objectives import elbo
from elbowroom.training import Training, fit
from tests.linear_gaussian import LinearGaussian, digits


@pytest.mark.parametrize("shape", [(40, 6), (5, 3, 4)])
def test_components_are_those_of_the_singular_value_decomposition(shape):
    """More examples than values, and fewer."""
    x = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    rows = x.flatten(1).double()
    found = PrincipalComponents.of(x, 3)
    _, s, Vh = np.linalg.svd((rows - rows.mean(0)).numpy(), full_matrices=False)
    np.testing.assert_allclose(found.values[: len(s)], s**2 / len(x), atol=1e-10)
    np.testing.assert_allclose(np.abs(np.diag(Vh[:3] @ found.axes.numpy())), 1, atol=1e-8)
    assert found.values.sum().item() == pytest.approx(rows.var(0, correction=0).sum().item())


def test_noise_is_the_mean_of_what_is_left_out():
    x = digits()
    found = PrincipalComponents.of(x, 5)
    assert found.left_out(5) == pytest.approx(LinearGaussian.fitted(x, 5).variance)
    assert found.left_out(64) == 0
    means, lengths = found.predicted(found.left_out(5), 5)
    fitted = LinearGaussian.fitted(x, 5).weights.norm(dim=0)
    torch.testing.assert_close(lengths, fitted)
    torch.testing.assert_close(means, 1 - found.left_out(5) / found.values[:5])


def test_one_example_has_no_components():
    with pytest.raises(DataError, match="2 examples"):
        PrincipalComponents.of(torch.zeros(1, 4), 2)


@pytest.mark.parametrize("q", [2, 5, 10])
def test_the_linear_vae_at_its_optimum_is_pca(q):
    """Variances of the means 1 - s^2 / l, of q s^2 / l; one axis for each unit, in order."""
    x = digits()
    exact = LinearGaussian.fitted(x, q)
    found = directions_of(exact.vae(), x.float())
    assert found.whole.value < 1e-3 and found.whole.error < 1e-3
    assert found.noise == pytest.approx(exact.variance)
    assert max(found.angles) < 0.1
    for rank, unit in enumerate(found.units):
        assert unit.component == rank + 1 and unit.cosine == pytest.approx(1, abs=1e-5)
        assert unit.means == pytest.approx(unit.linear, rel=1e-3)
        assert unit.means + unit.posterior == pytest.approx(1, rel=1e-3)
        assert unit.column**2 == pytest.approx(unit.eigenvalue - exact.variance, rel=1e-3)
        assert unit.carried < unit.eigenvalue
    values = np.array(found.singular_values)
    eigenvalues = np.array([unit.eigenvalue for unit in found.units])
    np.testing.assert_allclose(values**2, eigenvalues - exact.variance, rtol=1e-3)


def test_turned_units_span_the_same_and_lie_along_none_of_it():
    x = digits()
    found = directions_of(LinearGaussian.fitted(x, 5).rotated().vae(), x.float())
    assert max(found.angles) < 0.1
    assert found.whole.value > 0.5
    assert max(unit.cosine for unit in found.units) < 0.99


def test_principal_angles_are_scipys():
    rng = np.random.default_rng(0)
    J, A = rng.normal(size=(7, 3)), np.linalg.qr(rng.normal(size=(7, 3)))[0]
    _, S, Vh = np.linalg.svd(J, full_matrices=False)
    parts = (torch.from_numpy(part)[None] for part in (S, Vh.T, A.T @ J))
    found = subspace_cosines(*parts)[0].numpy()
    np.testing.assert_allclose(np.sort(np.cos(subspace_angles(J, A))), np.sort(found), atol=1e-9)


SCALES = (2.0, 1.0, 0.5)
"""With noise of 0.1 the eigenvalues are about 4, 1, 0.25 and 0.01, which stands for a dead unit."""


def trained(beta):
    generator = torch.Generator().manual_seed(4)
    axes, _ = torch.linalg.qr(torch.randn(6, 6, generator=generator))
    codes = torch.randn(1500, 3, generator=generator) * torch.tensor(SCALES)
    x = codes @ axes[:, :3].T + 0.1 * torch.randn(1500, 6, generator=generator)
    data = load(x.numpy())
    prepare = Preprocessing([], data).fit(data)
    torch.manual_seed(0)
    model = VAE.of(Gaussian((6,), scale="fixed", initial=0.3), latent=4, network=MLP(hidden=()),
                   posterior=DiagonalGaussian(4))  # fmt: skip
    settings = Training(epochs=200, batch_size=250, learning_rate=0.05, decay="cosine",
                        device="cpu")  # fmt: skip
    fit(model.start_at(x), elbo(beta=beta), data, preprocessing=prepare, settings=settings)
    return directions_of(model, x, noise=beta * 0.3**2)


@pytest.mark.parametrize(("beta", "alive"), [(1.0, 3), (5.0, 2)])
def test_a_unit_is_dead_exactly_where_its_eigenvalue_is_below_beta_times_the_noise(beta, alive):
    """Oracle 4, with the eigenvalues on either side of 0.09 and 0.45."""
    found = trained(beta)
    assert sum(unit.linear > 0 for unit in found.units) == alive
    assert found.regime.kinds.count(Kind.PASSIVE) == 4 - alive
    for unit in found.units[:alive]:
        assert unit.means == pytest.approx(unit.linear, abs=0.05)
        assert unit.means + unit.posterior == pytest.approx(1, abs=0.05)
        assert unit.cosine > 0.99
    for unit in found.units[alive:]:
        assert unit.kind == "passive" and unit.off == 1 and unit.means < 0.01
    assert found.in_use.units == tuple(
        unit for unit, kind in enumerate(found.regime.kinds) if kind is not Kind.PASSIVE
    )
    assert found.in_use.value < 0.05
    assert len(found.angles) == alive and max(found.angles) < 3


def test_a_result_says_everything_in_words_and_numbers():
    model = VAE.of(Gaussian((4,)), latent=3, posterior=FullGaussian(3), network=MLP(hidden=(8,)))
    x = torch.randn(50, 4)
    found = directions_of(model, x)
    plain = found.to_dict()
    assert plain["distance_to_orthogonality"]["whole"]["random"] == found.whole.random
    assert len(plain["units"]) == len(plain["pca"]["eigenvalues"]) == 3
    assert plain["regime"]["delta_kl"] is None  # a full covariance does not split over units
    console = Console(width=200, file=StringIO())
    console.print(found.table())
    text = console.file.getvalue()
    for words in ("random rotation", "eigenvalue", "Singular values", "is one draw of it"):
        assert words in text


def test_a_model_whose_units_are_all_passive():
    model = VAE.of(Gaussian((4,)), latent=3, network=MLP(hidden=()))
    with torch.no_grad():
        for parameter in (*model.encoder.parameters(), *model.decoder.parameters()):
            parameter.zero_()
    found = directions_of(model, torch.randn(20, 4))
    assert found.regime.kinds == (Kind.PASSIVE,) * 3 and found.in_use is None
    assert found.whole.close == 1 and found.angles == ()
    assert any("Fewer than two units are in use" in note for note in found.notes)
    assert all(unit.component is None for unit in found.units)
    assert any("3 of 3 units are passive" in note for note in found.notes)
    json.dumps(found.to_dict(), allow_nan=False)


def test_a_unit_in_use_that_the_decoder_ignores_adds_no_direction():
    x = digits()
    model = LinearGaussian.fitted(x, 3).vae()
    with torch.no_grad():
        [weight] = [p for p in model.decoder.parameters() if p.shape == (64, 3)]
        weight[:, 1] = 0
    found = directions_of(model, x.float())
    assert found.regime.kinds.count(Kind.PASSIVE) == 0
    exact = np.rad2deg(subspace_angles(weight.detach()[:, [0, 2]].double().numpy(),
                                       found.components.axes[:, :2].numpy()))  # fmt: skip
    np.testing.assert_allclose(found.angles, exact[::-1], atol=1e-2)
    assert any("3 units in use span 2 dimensions" in note for note in found.notes)


def test_examples_that_are_not_finite_are_refused():
    model = VAE.of(Gaussian((4,)), latent=2, network=MLP(hidden=(8,)))
    x = torch.zeros(5, 4)
    x[3, 1] = torch.nan
    with pytest.raises(DataError, match=r"1 of 5 examples hold NaN.*first at index 3"):
        directions_of(model, x)


def test_two_examples_at_least():
    with pytest.raises(DataError, match="2 examples"):
        directions_of(VAE.of(Gaussian((4,)), latent=2, network=MLP(hidden=(8,))), torch.zeros(1, 4))


def test_ladders_are_refused():
    model = LadderVAE.of(Gaussian((4,)), latent=2, above=(2,), network=MLP(hidden=(8,)))
    with pytest.raises(IncompatibleError, match="one level"):
        directions_of(model, torch.zeros(5, 4))
