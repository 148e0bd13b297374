"""Conditional models: bound to y they are models of x like any other."""

import copy

import pytest
import torch

from elbowroom.distributions import Bernoulli, DiagonalGaussian, Poisson
from elbowroom.errors import IncompatibleError, ShapeError
from elbowroom.models import Blueprint, Condition, SingleLevel, StandardNormal
from elbowroom.models.priors import VampPrior
from elbowroom.models.structures import Ladder, SemiAmortised, VeryDeep
from elbowroom.networks import MLP
from elbowroom.networks.frozen import frozen
from elbowroom.training import Step
from tests.cases import ARCHITECTURES, IMAGE, LIKELIHOODS, OBJECTIVES, examples, small_vae
from tests.every_model import built
from tests.objectives.test_objectives import Graphs

CLASSES = 3
Y = torch.eye(CLASSES)[torch.tensor([0, 1, 2, 1, 0, 2])]
UNTRAINED = ("prior_fit", "ssim_vae", "ms_ssim_vae")
"""A second stage, and two that have use for larger images only."""
STRUCTURES = {"single level": SingleLevel(), "semi-amortised": SemiAmortised(steps=2)}


def blueprint(likelihood, prior=StandardNormal, condition=CLASSES):
    network = MLP(hidden=(16,), activation="tanh")
    return Blueprint(
        likelihood, 3, network, DiagonalGaussian, lambda latent, _: prior(latent), condition
    )


@pytest.mark.parametrize("network", ARCHITECTURES)
def test_every_network_reads_and_makes_examples_with_their_conditions(network):
    model = small_vae(Bernoulli(IMAGE), network=ARCHITECTURES[network], condition=CLASSES).eval()
    x = examples(model.likelihood, 6)
    bound = model.given(Y)
    with torch.no_grad():
        means = bound.encoder(x).mean
        one_by_one = [model.given(Y[[i]]).encoder(x[[i]]).mean for i in range(6)]
        torch.testing.assert_close(torch.cat(one_by_one), means, rtol=1e-4, atol=1e-5)
        z = torch.randn(5, 6, model.latent)
        made = bound.generate(given=z).px.mean
        alone = model.given(Y[[4]]).generate(given=z[:, [4]]).px.mean
        torch.testing.assert_close(alone, made[:, [4]], rtol=1e-4, atol=1e-5)
        # Each condition reaches both networks.
        other = model.given(Y.roll(1, 0))
        assert (other.encoder(x).mean - means).abs().amax(1).min() > 1e-6
        assert (other.generate(given=z).px.mean - made).flatten(2).abs().amax(2).min() > 1e-7


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_every_likelihood_has_conditional_models(name):
    model = small_vae(LIKELIHOODS[name](IMAGE), condition=CLASSES)
    x = examples(model.likelihood, 6)
    trace = model.start_at(x).given(Y)(x, 4)
    assert trace.log_w.shape == (4, 6) and trace.log_w.isfinite().all()


def test_a_view_shows_the_examples_and_not_their_conditions():
    """An encoder of counts sees their logarithms, and labels as they are."""
    likelihood = Poisson((4,))
    network = likelihood.facing(MLP(hidden=()))
    model = small_vae(likelihood, network=network, condition=1)
    x, y = examples(likelihood, 6), torch.randn(6, 1)
    linear = model.encoder.network.body.body[-1]
    with torch.no_grad():
        expected = linear(torch.cat([(x + 1).log(), y], 1))
        torch.testing.assert_close(model.given(y).encoder.raw(x).flatten(1), expected)


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_bound_model_is_the_same_model(name):
    """Weights, names, modes and gradients are shared; to be bound leaves nothing behind."""
    model = STRUCTURES[name].build(blueprint(Bernoulli(IMAGE)))
    x, bound = examples(model.likelihood, 6), model.given(Y)
    assert list(bound.state_dict()) == list(model.state_dict())
    assert [id(p) for p in bound.parameters()] == [id(p) for p in model.parameters()]
    bound(x).log_w.sum().backward()
    assert all(p.grad is not None for p in model.parameters())
    with frozen(bound):
        assert not bound.generate(given=torch.zeros(1, 6, 3)).px.mean.requires_grad
    with pytest.raises(IncompatibleError, match=r"model\.given\(y\)"):
        model(x)
    with pytest.raises(IncompatibleError, match=r"model\.given\(y\)"):
        model.generate((6,))
    again = copy.deepcopy(model).given(Y)
    assert [id(p) for p in again.parameters()] != [id(p) for p in model.parameters()]
    assert model.at(slice(2)) is model


@pytest.mark.parametrize("name", STRUCTURES)
def test_some_of_the_examples_go_with_their_conditions(name):
    model = STRUCTURES[name].build(blueprint(Bernoulli(IMAGE)))
    bound, x = model.given(Y), examples(model.likelihood, 6)
    z = torch.randn(2, 6, 3)
    whole = bound(x, given=z).log_px
    for which in (torch.tensor([5, 0, 0]), slice(1, 4), slice(4, 99)):
        part = bound.at(which)(x[which], given=z[:, which]).log_px
        torch.testing.assert_close(part, whole[:, which])
    parts = [here(part).log_px.shape[1] for here, part in bound.divided(x, 4)]
    assert parts == [4, 2]


def trainings():
    """Return objectives with their default options, and one for the other structure."""
    names = [name for name in OBJECTIVES if "-" not in name and name not in UNTRAINED]
    return [*(("single level", name) for name in names), ("semi-amortised", "elbo")]


@pytest.mark.parametrize(("name", "objective"), trainings())
def test_every_objective_trains_it_in_one_graph(objective, name):
    """Captured whole, with other conditions at each step, it says the same as eagerly."""
    torch.compiler.reset()
    model = STRUCTURES[name].build(blueprint(Bernoulli(IMAGE)))
    goal = OBJECTIVES[objective](model)
    step = Step(model, goal)
    graphs = Graphs()
    compiled = torch.compile(step, fullgraph=True, backend=graphs)
    x = examples(model.likelihood, 6)
    state = {n: value.clone() for n, value in step.state_dict().items()}
    found = {}
    for run in (step, compiled):
        step.load_state_dict(state)
        torch.manual_seed(0)
        losses = [run(x, y).loss for y in (Y, Y.roll(1, 0), Y.clone())]
        losses[-1].backward()
        found[run] = [loss.detach() for loss in losses]
        step.zero_grad(set_to_none=True)
    for eager, captured in zip(found[step], found[compiled], strict=True):
        torch.testing.assert_close(eager, captured, rtol=1e-4, atol=1e-4)
    assert graphs.count == 1
    step.load_state_dict(state)
    torch.manual_seed(0)
    by_hand = goal(model.given(Y), x).loss
    torch.testing.assert_close(by_hand.detach(), found[step][0])
    with pytest.raises(IncompatibleError, match=r"model\.given\(y\)"):
        step(x)


def test_a_condition_that_changes_is_followed():
    model = small_vae(Bernoulli(IMAGE), condition=CLASSES)
    x, condition = examples(model.likelihood, 6), Condition()
    followed = model.bound_to(condition)
    for y in (Y, Y.roll(1, 0)):
        condition.y = y
        torch.testing.assert_close(followed.encoder.raw(x), model.given(y).encoder.raw(x))


@pytest.mark.parametrize(
    ("attempt", "error", "words"),
    [
        (lambda m, x: m.given(Y[:, :2]), ShapeError, r"\(examples, 3\).*\(6, 2\)"),
        (lambda m, x: m.given(Y[0]), ShapeError, r"a row for each example"),
        (lambda m, x: m.given(Y)(x[:4]), ShapeError, r"\(6, 3\) do not go with"),
        (lambda m, x: m.given(Y).generate((4,)), ShapeError, "each of the 4 examples"),
        (lambda m, x: m.given(Y).check_examples(4), ShapeError, "6 examples, and there are 4"),
    ],
)
def test_conditions_that_do_not_go_with_the_examples_are_refused(attempt, error, words):
    model = small_vae(Bernoulli(IMAGE), condition=CLASSES)
    with pytest.raises(error, match=words):
        attempt(model, examples(model.likelihood, 6))


def test_a_model_without_condition_has_nothing_to_be_given():
    model = small_vae(Bernoulli(IMAGE))
    assert model.at(torch.arange(2)) is model and model.bound_to(Condition()) is model
    with pytest.raises(IncompatibleError, match="not conditional.*condition=10"):
        model.given(Y)
    with pytest.raises(IncompatibleError, match="not conditional"):
        built(Bernoulli(IMAGE), structure=Ladder()).given(Y)


@pytest.mark.parametrize("structure", [Ladder(), VeryDeep()], ids=["ladder", "very-deep"])
def test_structures_without_a_place_for_conditions_say_so(structure):
    with pytest.raises(IncompatibleError, match="no place for conditions.*single-level"):
        structure.build(blueprint(Bernoulli(IMAGE)))


def test_the_vamp_prior_has_no_labels_for_its_pseudo_inputs():
    with pytest.raises(IncompatibleError, match="pseudo-inputs do not have.*gaussian-mixture"):
        small_vae(Bernoulli(IMAGE), condition=CLASSES, prior=lambda encoder: VampPrior(2, encoder))
