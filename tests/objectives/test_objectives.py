"""Every objective with every model, likelihood and network: it trains, or says why not."""

import re

import pytest
import torch

from elbowroom.distributions import Ability, Bernoulli, Deterministic, Likelihood
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.models import LatentModel
from elbowroom.objectives import (
    Constant,
    Cost,
    Distortion,
    FreeBits,
    Objective,
    Penalty,
    Rate,
    Sum,
    Terms,
    Weighted,
    elbo,
    tick,
)
from elbowroom.training import Step
from tests.cases import (
    DEFAULT_ARCHITECTURES,
    IMAGE,
    LIKELIHOODS,
    OBJECTIVES,
    examples,
    small_vae,
)
from tests.every_model import MODELS, built

REASON = "requires a density.*diagonal-gaussian"
REPRESENTATIVE = "DiagonalGaussian"

PAIRS = [(model, objective) for model in MODELS for objective in OBJECTIVES]


def refusal(pair: tuple[str, str]) -> str:
    """Return why an objective makes no sense for a model, nothing if it does."""
    try:
        model = MODELS[pair[0]](Bernoulli(IMAGE))
        OBJECTIVES[pair[1]](model).check(model)
    except IncompatibleError as error:
        return str(error)
    return ""


REFUSED = {pair: reason for pair in PAIRS if (reason := refusal(pair))}
ALLOWED = [pair for pair in PAIRS if pair not in REFUSED]
SECOND_STAGE = "prior_fit"

# A second stage takes codes as they are: it has laws of its own.
every_pair = pytest.mark.parametrize(
    "pair", [pair for pair in ALLOWED if pair[1] != SECOND_STAGE], ids="-".join
)


@pytest.mark.parametrize("pair", REFUSED, ids="-".join)
def test_what_makes_no_sense_is_refused_with_a_reason_and_a_way_out(pair):
    assert re.search(r"(?i)\b(use|choose|needs?|give)\b", REFUSED[pair]), REFUSED[pair]
    model = MODELS[pair[0]](Bernoulli(IMAGE))
    with pytest.raises(IncompatibleError):
        Step(model, OBJECTIVES[pair[1]](model))


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_no_objective_is_refused_everywhere_and_only_the_autoencoder_needs_no_density(objective):
    assert any(pair[1] == objective for pair in ALLOWED)
    if ("Deterministic", objective) in ALLOWED:
        assert Ability.DENSITY not in frozenset().union(
            *(penalty.requires for penalty in OBJECTIVES[objective]().terms)
        )


def check_step(model: LatentModel, objective: Objective, family: Likelihood) -> None:
    """A step: a finite loss, and a gradient for all that should get one."""
    with torch.no_grad():  # away from layers that start at zero, where gradients are zero too
        for parameter in (*model.parameters(), *objective.parameters()):
            parameter.add_(0.05 * torch.randn_like(parameter))
    for penalty in objective.modules():
        if isinstance(penalty, FreeBits):  # below its floor a rate has no gradient
            penalty.nats = 0.0
    terms = Step(model, objective)(examples(family, 6))
    assert terms.loss.shape == () and terms.loss.isfinite()
    assert all(v.shape == () and not v.requires_grad for v in terms.logs.values())
    assert torch.equal(terms.logs["loss"], terms.loss)
    terms.loss.backward()
    idle = set() if objective.fits_likelihood else set(model.likelihood.parameters())
    for name, parameter in (*model.named_parameters(), *objective.named_parameters()):
        if parameter.requires_grad and parameter not in idle:
            assert parameter.grad is not None, name
            assert parameter.grad.isfinite().all() and parameter.grad.any(), name


@every_pair
def test_the_loss_is_finite_and_reaches_every_parameter(pair):
    family = Bernoulli(IMAGE)
    model = MODELS[pair[0]](family)
    check_step(model, OBJECTIVES[pair[1]](model), family)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
@pytest.mark.parametrize("network", DEFAULT_ARCHITECTURES)
def test_so_it_is_for_every_likelihood_and_network(likelihood, network):
    family = LIKELIHOODS[likelihood](IMAGE)
    check_step(built(family, network=DEFAULT_ARCHITECTURES[network]), elbo(), family)


class Graphs:
    """Runs captured graphs as they are, and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, graph: torch.fx.GraphModule, inputs: list) -> torch.fx.GraphModule:
        self.count += 1
        return graph


def losses_and_gradients(run, step: Step, x: torch.Tensor) -> list[torch.Tensor]:
    results = []
    torch.manual_seed(1)
    for epoch in (0.0, 2.0, 7.0):
        tick(step.objective, epoch)
        loss = run(x).loss
        gradients = torch.autograd.grad(loss, trainable(step), materialize_grads=True)
        results += [loss.detach(), *gradients]
    return results


def check_capture(model: LatentModel, objective: Objective, backend, tolerance: float) -> None:
    """Captured whole, the step gives the same losses and gradients, whatever its schedules do."""
    torch.compiler.reset()
    step = Step(model, objective)
    x = examples(model.likelihood, 6)
    state = {name: value.clone() for name, value in step.state_dict().items()}
    expected = losses_and_gradients(step, step, x)
    step.load_state_dict(state)
    compiled = torch.compile(step, fullgraph=True, backend=backend)
    for mine, eager in zip(losses_and_gradients(compiled, step, x), expected, strict=True):
        torch.testing.assert_close(mine, eager, rtol=tolerance, atol=tolerance)


def suiting(objective: str) -> str:
    """Return the plainest model that an objective makes sense for."""
    return next(model for model in (REPRESENTATIVE, *MODELS) if (model, objective) in ALLOWED)


# Capturing takes a second: every model and every objective once here, the whole table in `slow`.
FIRST = [
    *((model, "elbo") for model in MODELS if (model, "elbo") in ALLOWED),
    *((suiting(objective), objective) for objective in OBJECTIVES),
]


@pytest.mark.parametrize("pair", dict.fromkeys(FIRST), ids="-".join)
def test_it_is_one_graph_that_no_schedule_retraces(pair):
    graphs, model = Graphs(), MODELS[pair[0]](Bernoulli(IMAGE))
    check_capture(model, OBJECTIVES[pair[1]](model), graphs, 1e-4)
    assert graphs.count == 1


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_so_it_is_for_every_likelihood(likelihood):
    graphs = Graphs()
    check_capture(built(LIKELIHOODS[likelihood](IMAGE)), elbo(), graphs, 1e-4)
    assert graphs.count == 1


@pytest.mark.slow
@pytest.mark.parametrize("pair", [pair for pair in ALLOWED if pair not in FIRST], ids="-".join)
def test_so_it_is_for_every_pair(pair):
    graphs, model = Graphs(), MODELS[pair[0]](Bernoulli(IMAGE))
    check_capture(model, OBJECTIVES[pair[1]](model), graphs, 1e-4)
    assert graphs.count == 1


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning:torch")
@pytest.mark.filterwarnings("ignore:.*script_method:DeprecationWarning")
@pytest.mark.parametrize("likelihood", LIKELIHOODS)
@pytest.mark.parametrize("network", DEFAULT_ARCHITECTURES)
def test_compiled_to_machine_code_it_is_the_same(likelihood, network):
    """Without noise: machine code draws other random numbers."""
    model = built(
        LIKELIHOODS[likelihood](IMAGE),
        network=DEFAULT_ARCHITECTURES[network],
        posterior=Deterministic,
    )
    check_capture(model, Sum(Distortion()), "inductor", 1e-3)


def trainable(model: torch.nn.Module) -> list[torch.nn.Parameter]:
    return [p for p in model.parameters() if p.requires_grad]


@pytest.mark.parametrize("beta", [0.0, 0.5, 1.0, 4.0])
@pytest.mark.parametrize("samples", [1, 5])
def test_the_elbo_is_distortion_plus_weighted_rate(beta, samples):
    model = small_vae(Bernoulli(IMAGE))
    x = examples(model.likelihood, 7)
    torch.manual_seed(0)
    terms = elbo(beta=beta, samples=samples)(model, x)
    torch.manual_seed(0)
    trace = model(x, samples)
    torch.testing.assert_close(terms.logs["distortion"], -trace.log_px.mean())
    torch.testing.assert_close(terms.logs["rate"], trace.rate.mean())
    expected = terms.logs["distortion"] + beta * terms.logs["rate"]
    torch.testing.assert_close(terms.loss.detach(), expected)


def test_terms_are_sums_over_dimensions_and_means_over_examples():
    """Beta means the same at every image size, and a batch of two is no louder than one of one."""
    for shape in (IMAGE, (3, 16, 16)):
        model = small_vae(Bernoulli(shape), posterior=Deterministic(2))
        x = examples(model.likelihood, 4)
        loss = Sum(Distortion())(model, x).loss
        by_hand = -model(x).px.base_dist.log_prob(x).sum() / 4
        torch.testing.assert_close(loss, by_hand)
        torch.testing.assert_close(Sum(Distortion())(model, torch.cat([x, x])).loss, loss)


class Player(Penalty):
    """A penalty with a parameter of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.own = torch.nn.Parameter(torch.tensor(3.0))

    def forward(self, model, trace) -> Cost:
        value = trace.z.square().mean()
        return Cost(self.own.detach() * value, -self.own * value.detach(), {"player": value})


def test_values_and_own_costs_add_up_and_reach_their_own_player():
    model, player = small_vae(Bernoulli(IMAGE)), Player()
    objective = Distortion() + Rate() + player
    x = examples(model.likelihood, 5)
    torch.manual_seed(0)
    objective(model, x).loss.backward()
    torch.manual_seed(0)
    trace = model(x)
    value = trace.z.square().mean()
    torch.testing.assert_close(player.own.grad, -value.detach())
    expected = torch.autograd.grad(
        (trace.rate - trace.log_px).mean() + 3.0 * value, trainable(model)
    )
    for parameter, gradient in zip(trainable(model), expected, strict=True):
        torch.testing.assert_close(parameter.grad, gradient)


@pytest.mark.parametrize("beta", [0.0, 2.0])
def test_a_weight_scales_the_value_and_leaves_the_logs_and_the_own_cost(beta):
    model, x = small_vae(Bernoulli(IMAGE)), torch.zeros(2, *IMAGE)
    trace, player = model(x), Player()
    plain, weighted = player(model, trace), Weighted(beta, player)(model, trace)
    torch.testing.assert_close(weighted.value, beta * plain.value)
    torch.testing.assert_close(weighted.own, plain.own)
    torch.testing.assert_close(weighted.logs, plain.logs)


def test_addition_builds_one_sum_and_prints_as_the_expression():
    one = Distortion() + Weighted(4.0, Rate())
    two = one + Weighted(Constant(value=0.5), Distortion())
    assert isinstance(two, Sum) and len(two.penalties) == 3
    assert repr(two) == "Distortion() + Weighted(4, Rate()) + Weighted(0.5, Distortion())"
    assert repr(Distortion() + (Distortion() + Rate())) == "Distortion() + Distortion() + Rate()"
    assert (Sum(Distortion(), samples=7) + Rate()).samples == 7
    assert isinstance(one(small_vae(Bernoulli(IMAGE)), torch.zeros(2, *IMAGE)), Terms)


def test_a_number_of_samples_is_never_lost_in_a_sum():
    many = Sum(Rate(), samples=7)
    assert (Distortion() + many).samples == 7


def test_a_weighted_cost_requires_what_the_cost_requires():
    model = small_vae(Bernoulli(IMAGE), posterior=Deterministic(2))
    with pytest.raises(IncompatibleError, match=REASON):
        (Distortion() + Weighted(0.0, Rate())).check(model)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: elbo(beta=-1.0), "0 or more, got -1"),
        (lambda: elbo(beta=float("nan")), "finite"),
        (lambda: elbo(beta=float("inf")), "finite"),
        (lambda: elbo(samples=0), "samples must be 1 or more, got 0"),
        (lambda: Weighted(-0.5, Rate()), "got -0.5"),
    ],
)
def test_options_out_of_range_are_refused(build, words):
    with pytest.raises(ConfigError, match=words):
        build()
