"""Laws of the likelihood whose values are of unlike kinds: a product of those of its columns."""

from itertools import product

import pytest
import torch

from elbowroom.data import Column
from elbowroom.distributions import Bernoulli, Columns, Likelihood, Measure
from elbowroom.distributions.column_view import ColumnView
from elbowroom.errors import ConfigError, DataError, IncompatibleError, ShapeError, SupportError
from elbowroom.networks import MLP
from tests.cases import parts, small_vae

REAL, POSITIVE = Column("age", "real"), Column("income", "positive")
VISITS, ILL = Column("visits", "counts"), Column("ill", "binary", (False, True))
STAGE = Column("stage", "ordinal", ("I", "II", "III", "IV"))
JOB, HUE = (Column(n, "categorical", tuple("abc")) for n in ("job", "hue"))
MIXED = (JOB, REAL, VISITS, ILL, STAGE, HUE, POSITIVE, Column("bmi", "real"))
VALUES = {"real": 0.7, "positive": 2.3, "counts": 3, "binary": 1, "ordinal": 2, "categorical": 1}


def likelihood(columns=MIXED, **options):
    made = Columns((len(columns),), columns, **options)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return made


def rows(columns, count):
    draw = {
        "real": lambda: torch.randn(count),
        "positive": lambda: torch.randn(count).exp(),
        "counts": lambda: torch.randint(9, (count,)).float(),
    }
    made = [
        draw.get(c.kind, lambda c=c: torch.randint(len(c.values), (count,)).float())()
        for c in columns
    ]
    return torch.stack(made, 1)


def test_it_is_the_sum_over_the_columns_each_by_its_own_likelihood():
    whole, raw = likelihood(), torch.randn(5, *likelihood().param_shape)
    x = rows(MIXED, 5)
    p = whole(raw)
    assert (p.batch_shape, p.event_shape) == ((5,), (8,))
    expected = torch.zeros(5)
    for block, (group, family) in zip(p.blocks, whole.parts, strict=True):
        values = group.low + group.step * x[:, list(group.places)]
        for place in range(len(group.places)):
            expected += block.p.base_dist.log_prob(values)[:, place]
        assert isinstance(family, Likelihood)
    torch.testing.assert_close(p.log_prob(x), expected)


def test_masses_of_all_rows_sum_to_one():
    columns = (JOB, ILL, STAGE, HUE)
    one = likelihood(columns)
    assert one.measure is Measure.COUNTING
    every = torch.tensor(list(product(range(3), range(2), range(4), range(3)))).float()
    p = one(torch.randn(*one.param_shape))
    torch.testing.assert_close(p.log_prob(every).exp().sum(), torch.tensor(1.0))


def test_a_mass_and_a_density_together_integrate_to_one():
    one = likelihood((REAL, ILL, JOB))
    assert one.measure is Measure.MIXED
    p = one(torch.randn(*one.param_shape))
    grid = torch.linspace(-30, 30, 6001)
    total = 0.0
    for ill, job in product(range(2), range(3)):
        x = torch.stack([grid, torch.full_like(grid, ill), torch.full_like(grid, job)], 1)
        total += p.log_prob(x).detach().double().exp().sum().item() * 0.01
    assert total == pytest.approx(1, abs=1e-4)


def test_draws_have_its_moments_and_belong():
    one = likelihood()
    p = one(torch.randn(3, *one.param_shape))
    with torch.no_grad():
        draws, mean, variance = p.sample((20_000,)), p.mean, p.variance
    one.check(draws.flatten(0, 1))
    error = (draws.mean(0) - mean).abs() / (variance / 20_000).sqrt()
    assert error.max() < 4.5


def test_its_mode_is_that_of_each_column_and_it_shows_categories_by_their_mode():
    one = likelihood()
    p = one(torch.randn(6, *one.param_shape))
    shown, mode = one.representative(p), p.mode
    for place, column in enumerate(MIXED):
        expected = mode if column.named else p.mean
        assert torch.equal(shown[:, place], expected[:, place]), column
    named = [i for i, column in enumerate(MIXED) if column.named]
    assert torch.equal(mode[:, named], mode[:, named].round())
    assert (p.log_prob(mode) >= p.log_prob(shown) - 1e-4).all()


def test_columns_of_one_kind_are_the_likelihood_of_that_kind():
    columns = (ILL, Column("b", "binary", (0, 1)))
    raw, x = torch.randn(4, 2), torch.randint(2, (4, 2)).float()
    expected = Bernoulli((2,))(raw[:, None]).log_prob(x)
    torch.testing.assert_close(Columns((2,), columns)(raw).log_prob(x), expected)


def test_the_order_of_columns_is_no_matter():
    one, other = Columns((8,), MIXED), Columns((8,), MIXED[::-1])
    x = rows(MIXED, 4)
    start = torch.full((8,), 0.6), torch.full((8,), 0.5)
    first = one(one.start(*start)).log_prob(x)
    torch.testing.assert_close(other(other.start(*start)).log_prob(x.flip(1)), first)


def test_leading_dimensions_are_batches_of_the_same():
    one = likelihood()
    raw, x = torch.randn(3, 5, *one.param_shape), rows(MIXED, 5)
    expected = torch.stack([one(raw[k]).log_prob(x) for k in range(3)])
    torch.testing.assert_close(one(raw).log_prob(x), expected, rtol=1e-5, atol=1e-5)


def test_its_start_has_the_mean_of_the_numbers():
    one = Columns((8,), MIXED)
    x = rows(MIXED, 4000)
    p = one(one.start(x.mean(0), x.var(0)))
    torch.testing.assert_close(p.mean, x.mean(0), atol=0.06, rtol=0.02)


COUNTING = {"counts", "binary", "ordinal", "categorical"}


@pytest.mark.parametrize("column", [REAL, POSITIVE, VISITS, ILL, STAGE, JOB], ids=lambda c: c.kind)
@pytest.mark.parametrize("kind", [part.__name__ for part in parts("model.likelihood")])
def test_each_likelihood_is_taken_for_the_columns_that_its_measure_suits(column, kind):
    """Any part may be named; what would mix up a mass and a density is refused."""
    if kind == "Columns":
        return
    part = next(part for part in parts("model.likelihood") if part.__name__ == kind)
    try:
        one = Columns((1,), (column,), **{column.kind: kind})
    except (IncompatibleError, ConfigError):
        return
    assert isinstance(one.parts[0][1], part)
    assert (one.measure is Measure.COUNTING) == (column.kind in COUNTING)
    p = one(torch.zeros(one.param_shape))
    assert p.event_shape == (1,)


def test_the_wrong_measure_is_refused_with_the_reason():
    with pytest.raises(IncompatibleError, match=r"Gaussian gives a density.*counts.*mass"):
        Columns((1,), (VISITS,), counts="gaussian")
    with pytest.raises(ConfigError, match="columns likelihood is for tables whose columns differ"):
        Columns((3,), None)


WRONG = [
    ({"visits": -1}, SupportError, "column 'visits' holds counts, and NegativeBinomial"),
    ({"visits": 1.5}, SupportError, "'visits'.*1.5 in example 7"),
    ({"job": 3}, SupportError, "'job'.*3 in example 7"),
    ({"stage": 0.5}, SupportError, "'stage'"),
    ({"ill": 2}, SupportError, "'ill'"),
    ({"income": 0}, SupportError, "'income'"),
    ({"age": float("nan")}, DataError, "not finite"),
]


@pytest.mark.parametrize(("change", "error", "words"), WRONG, ids=[str(w[0]) for w in WRONG])
def test_values_that_do_not_belong_are_refused_by_column(change, error, words):
    x = torch.tensor([[VALUES[column.kind] for column in MIXED]] * 3, dtype=torch.float32)
    one = Columns((8,), MIXED)
    one.check(x)
    names = [column.name for column in MIXED]
    for name, value in change.items():
        x[1, names.index(name)] = value
    with pytest.raises(error, match=words):
        one.check(x, numbers=torch.tensor([5, 7, 9]))
    with pytest.raises(ShapeError):
        one.check(x[:, :4])


def test_an_encoder_sees_categories_one_hot_and_its_gradient_is_finite():
    view = ColumnView((JOB, STAGE, VISITS, REAL, POSITIVE, ILL))
    x = torch.tensor([[1.0, 2.0, 0.0, 0.4, 1.0, 1.0]], requires_grad=True)
    seen = view(x)
    torch.testing.assert_close(
        seen[0], torch.tensor([0, 1, 0, 1, 1, 0, 0, 0.4, 0, 1]), atol=1e-6, rtol=0
    )
    (slope,) = torch.autograd.grad(seen.square().sum(), x)
    assert slope.isfinite().all()


def test_a_model_trains_with_it_and_its_encoder_knows_nothing_of_the_order_of_codes():
    one = likelihood()
    model = small_vae(one, network=one.facing(MLP(hidden=(8,))))
    assert model.encoder.network.in_shape == (8,)
    trace = model(rows(MIXED, 16), samples=2)
    assert trace.log_w.shape == (2, 16)
    trace.log_w.mean().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())


def test_its_step_is_one_graph():
    one = likelihood()
    model = small_vae(one, network=one.facing(MLP(hidden=(8,))))
    graphs = []

    def count(graph, inputs):
        graphs.append(graph)
        return graph.forward

    def loss(x):
        return -model(x).log_w.mean()

    torch._dynamo.reset()
    x = rows(MIXED, 8)
    torch.compile(loss, backend=count, fullgraph=True)(x)
    assert len(graphs) == 1
