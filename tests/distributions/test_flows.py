"""Laws of bijections, and of the flows made of them."""

from typing import TypeVar

import pytest
import torch
from torch.distributions import Independent, Normal

from elbowroom.distributions import Ability
from elbowroom.distributions.flows import (
    TRANSFORMS,
    Affine,
    Autoregressive,
    Bijection,
    Flow,
    Inverse,
    OneWay,
    Planar,
    each_alone,
    halves,
    stacked,
)
from elbowroom.distributions.posteriors.flow_posterior import FlowPosterior
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.models.priors import StandardNormal
from tests.cases import POSTERIORS, PRIORS

Module = TypeVar("Module", bound=torch.nn.Module)
FEATURES = 5
STACKS = {
    f"{grouping.__name__}-{transform}": (grouping, transform)
    for grouping in (each_alone, halves)
    for transform in TRANSFORMS
}
FLOW_POSTERIORS = [n for n, build in POSTERIORS.items() if isinstance(build(2), FlowPosterior)]
FLOW_PRIORS = [n for n, build in PRIORS.items() if n.startswith(("Coupling", "Autoregressive"))]


def trained(module: Module, amount: float = 0.2) -> Module:
    """Move every parameter away from where it starts."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(amount * torch.randn_like(parameter))
    return module


def stack(name: str, units: int, context: int = FEATURES, layers: int = 3) -> Bijection:
    grouping, transform = STACKS[name]
    return stacked(
        grouping, units, layers=layers, transform=transform, hidden=(16, 12), context=context
    )


def case(name: str, units: int) -> tuple[Bijection, int]:
    """Return a bijection that is not the identity, and the features of its context."""
    if name == "planar":
        flow = Planar(units, 3)
        return flow, flow.context
    return trained(stack(name, units)), FEATURES


EVERY = [*STACKS, "planar"]


@pytest.mark.parametrize("units", [1, 2, 5])
@pytest.mark.parametrize("name", STACKS)
def test_inverse_and_forward_undo_each_other_and_their_log_dets(name, units):
    flow = trained(stack(name, units)).double()
    x, context = 3 * torch.randn(7, 4, units).double(), torch.randn(4, FEATURES).double()
    y, log_det = flow(x, context)
    assert log_det.shape == (7, 4) and log_det.std() > 0.01
    assert (y - x).abs().mean() > 0.05
    back, inverse_log_det = flow.inverse(y, context)
    torch.testing.assert_close(back, x, rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(inverse_log_det, -log_det, rtol=1e-6, atol=1e-6)
    turned = Inverse(flow)
    torch.testing.assert_close(turned(y, context)[0], x, rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(turned.inverse(x, context)[1], log_det, rtol=0, atol=0)


@pytest.mark.parametrize("units", [1, 2, 4])
@pytest.mark.parametrize("name", EVERY)
def test_the_log_det_is_that_of_the_jacobian(name, units):
    flow, features = case(name, units)
    flow = flow.double()
    for scale in (0.3, 1.0, 4.0):
        x, context = scale * torch.randn(units).double(), torch.randn(features).double()
        jacobian = torch.autograd.functional.jacobian(lambda at, h=context: flow(at, h)[0], x)
        sign, expected = torch.linalg.slogdet(jacobian)
        assert sign == 1
        assert flow(x, context)[1].item() == pytest.approx(expected.item(), abs=1e-9)


@pytest.mark.parametrize("context", [0, FEATURES])
@pytest.mark.parametrize("name", STACKS)
def test_an_untrained_stack_is_the_identity(name, context):
    flow = stack(name, 4, context)
    x, h = 4 * torch.randn(6, 4), torch.randn(6, context) if context else None
    for y, log_det in (flow(x, h), flow.inverse(x, h)):
        torch.testing.assert_close(y, x, rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(log_det, torch.zeros(6), rtol=0, atol=1e-5)


@pytest.mark.parametrize("layer", [0, 1, 2, 3])
@pytest.mark.parametrize("grouping", [each_alone, halves])
def test_a_unit_depends_on_itself_and_on_earlier_groups_only(grouping, layer):
    groups = grouping(5, layer)
    flow = trained(Autoregressive(groups, Affine(), hidden=(40, 30)), 0.6).double()
    x = torch.randn(5).double()
    jacobian = torch.autograd.functional.jacobian(lambda at: flow(at)[0], x)
    group = torch.tensor(groups)
    earlier = group[None, :] < group[:, None]
    allowed = earlier | torch.eye(5, dtype=torch.bool)
    assert (jacobian[~allowed] == 0).all()
    assert (jacobian[allowed] != 0).all()


@pytest.mark.parametrize("units", [2, 3, 5, 8])
def test_any_two_units_are_told_apart_by_some_halves_both_ways_round(units):
    digits = (units - 1).bit_length()
    groups = torch.tensor([halves(units, layer) for layer in range(2 * digits)])
    for one in range(units):
        for other in range(units):
            assert one == other or (groups[:, one] < groups[:, other]).any()


@pytest.mark.parametrize("scale", [0.1, 3.0, 100.0])
def test_a_planar_flow_is_invertible_whatever_its_parameters_are(scale):
    flow = Planar(3, 4)
    z, log_det = flow(3 * torch.randn(5000, 3), scale * torch.randn(5000, flow.context))
    assert z.isfinite().all() and log_det.isfinite().all()


@pytest.mark.parametrize("name", FLOW_PRIORS)
@pytest.mark.parametrize("latent", [1, 2, 5])
def test_a_flow_prior_starts_at_the_standard_normal(name, latent):
    z = 3 * torch.randn(50, latent)
    expected = StandardNormal(latent)().log_prob(z)
    torch.testing.assert_close(PRIORS[name](latent)().log_prob(z), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", FLOW_POSTERIORS)
def test_a_flow_posterior_starts_at_a_diagonal_gaussian(name):
    family = POSTERIORS[name](3)
    raw = torch.zeros(4, *family.param_shape)
    raw[:, :3], raw[:, 3:6] = torch.randn(4, 3), torch.randn(4, 3)
    z, log_q = family(raw).rsample_and_log_prob((9,))
    expected = Normal(raw[:, :3], (0.5 * raw[:, 3:6]).exp()).log_prob(z).sum(-1)
    torch.testing.assert_close(log_q, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("latent", [1, 3])
@pytest.mark.parametrize("name", FLOW_POSTERIORS)
def test_the_density_of_draws_is_the_change_of_variables(name, latent):
    """log q(z) = log N(e) - log |det dz/de|, the Jacobian by automatic differentiation."""
    family = trained(POSTERIORS[name](latent)).double()
    raw = 0.7 * torch.randn(1, *family.param_shape).double()
    q = family(raw)
    for seed in range(3):
        torch.manual_seed(seed)
        noise = q.base.rsample()
        torch.manual_seed(seed)
        z, log_q = q.rsample_and_log_prob()
        assert z.dtype == log_q.dtype == torch.float64

        def bent(e, q=q):
            return q.bijection(e, q.context)[0][0]

        jacobian = torch.autograd.functional.jacobian(bent, noise)[:, 0]
        expected = q.base.log_prob(noise) - torch.linalg.slogdet(jacobian)[1]
        assert log_q.item() == pytest.approx(expected.item(), abs=1e-6)
        torch.testing.assert_close(z[0], bent(noise))


@pytest.mark.parametrize("name", FLOW_POSTERIORS)
def test_a_flow_that_is_not_inverted_says_so_and_what_to_use(name):
    family = POSTERIORS[name](3)
    q = family(torch.zeros(*family.param_shape))
    if Ability.ANYWHERE in family.provides:
        assert q.log_prob(torch.zeros(3)).shape == ()
    else:
        with pytest.raises(IncompatibleError, match="own draws only.*spline-flow"):
            q.log_prob(torch.zeros(3))


@pytest.mark.parametrize("name", FLOW_POSTERIORS)
def test_the_bijection_depends_on_the_example(name):
    family = trained(POSTERIORS[name](3))
    raw = torch.randn(2, *family.param_shape)
    raw[:, :6] = raw[:1, :6]  # one base
    noise = torch.randn(3).expand(2, 3)
    q = family(raw)
    one, other = q.bijection(noise, q.context)[0]
    assert (one - other).abs().max() > 1e-3


def test_a_flow_knows_no_moments_and_its_draws_are_the_same_for_all():
    flow = trained(stack("each_alone-spline", 3))
    means, h = torch.randn(4, 3), torch.randn(4, FEATURES)
    q = Flow(Independent(Normal(means, 0.3 * torch.ones(4, 3)), 1), flow, h)
    for moment in ("mean", "variance", "stddev"):
        with pytest.raises(NotImplementedError):
            getattr(q, moment)
    whole = q.sample_alike(10, torch.Generator().manual_seed(3))
    alone = Flow(Independent(Normal(means[2], 0.3 * torch.ones(3)), 1), flow, h[2])
    again = alone.sample_alike(10, torch.Generator().manual_seed(3))
    assert whole.shape == (10, 4, 3) and not whole.requires_grad
    torch.testing.assert_close(whole[:, 2], again)


@pytest.mark.parametrize("name", STACKS)
def test_it_computes_in_single_precision_under_autocast(name):
    flow = trained(stack(name, 4))
    x, h = torch.randn(6, 4), torch.randn(6, FEATURES)
    with torch.autocast("cpu", torch.bfloat16):
        inside = flow(x, h.bfloat16())
    torch.testing.assert_close(inside, flow(x, h.bfloat16().float()), rtol=0, atol=0)
    assert inside[0].dtype == torch.float32


@pytest.mark.parametrize("name", STACKS)
def test_every_weight_learns(name):
    flow = trained(stack(name, 4))
    y, log_det = flow(torch.randn(64, 4), torch.randn(64, FEATURES))
    (y.square().sum() + log_det.sum()).backward()
    for parameter_name, parameter in flow.named_parameters():
        assert parameter.grad is not None and parameter.grad.any(), parameter_name


def test_a_flow_learns_a_density_that_is_not_normal():
    """Two clumps: the cross-entropy of the fit is far below that of the best normal."""
    side = (torch.rand(500) < 0.5).float() * 2 - 1
    z = torch.stack([2 * side, side * torch.randn(500)], 1) + 0.3 * torch.randn(500, 2)
    normal = Normal(z.mean(0), z.std(0)).log_prob(z).sum(-1).mean().item()
    prior = PRIORS["CouplingFlow"](2, layers=2, hidden=(16,))
    adam = torch.optim.Adam(prior.parameters(), lr=0.02)
    for _ in range(100):
        adam.zero_grad()
        loss = -prior().log_prob(z).mean()
        loss.backward()
        adam.step()
    assert -loss.item() > normal + 0.6


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: PRIORS["CouplingFlow"](2, layers=0), "layers must be.*got 0"),
        (lambda: POSTERIORS["PlanarFlow"](2, layers=-1), "layers must be.*got -1"),
        (lambda: PRIORS["CouplingFlow"](2, hidden=()), "hidden must be 1 or more"),
        (lambda: PRIORS["AutoregressiveFlow"](2, transform="cubic"), "affine, spline, got 'cubic'"),
        (lambda: POSTERIORS["SplineFlow"](2, context=-1), "context must be.*got -1"),
    ],
)
def test_options_that_make_no_flow_are_refused(build, words):
    with pytest.raises(ConfigError, match=words):
        build()


def test_a_one_way_flow_goes_one_way():
    flow = OneWay(stack("each_alone-affine", 2, 0), "because")
    assert torch.equal(flow(torch.ones(2))[0], torch.ones(2))
    with pytest.raises(IncompatibleError, match="because"):
        flow.inverse(torch.ones(2))
