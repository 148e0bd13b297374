"""Laws of every preprocessing step, those of tomorrow included."""

import math

import numpy as np
import pytest
import torch

from elbowroom.data import Column, Domain, Preprocessing, Transform, load, preprocessing
from elbowroom.data.row_hash import uniform_of_content
from elbowroom.errors import ConfigError, IncompatibleError

EVERY = [
    cls
    for name, cls in sorted(vars(preprocessing).items())
    if isinstance(cls, type) and issubclass(cls, Transform)
    if cls is not Transform and not name.startswith("_")
]
RAW = Domain((2, 3), levels=17, low=0, high=16)
SCALED = Domain((2, 3), levels=17, low=0, high=1)
UNIT = Domain((2, 3), low=0, high=1)
LINE = Domain((2, 3))
KINDS = {"real": (), "positive": (), "counts": (), "binary": ("F", "M")}
MIXED = Domain((4,), columns=tuple(Column(kind, kind, names) for kind, names in KINDS.items()))
DOMAINS = (RAW, SCALED, UNIT, LINE, MIXED)


def examples(domain, n=64, seed=0):
    generator = torch.Generator().manual_seed(seed)
    if domain.levels:
        k = torch.randint(0, domain.levels, (n, *domain.shape), generator=generator)
        return k * domain.spacing + domain.low
    if domain.columns:
        a, b, c, d = torch.randn(4, n, generator=generator)
        return torch.stack([a, b.exp(), (3 * c).abs().round(), (d > 0).float()], 1)
    if math.isinf(domain.low):
        return torch.randn(n, *domain.shape, generator=generator) * 3 + 100
    return torch.rand(n, *domain.shape, generator=generator)


def cases():
    """Every step with every domain that it takes."""
    for cls in EVERY:
        for domain in DOMAINS:
            try:
                cls().out(domain)
            except IncompatibleError:
                continue
            yield pytest.param(cls, domain, id=f"{cls.__name__}-{domain}".replace(" ", "-"))


def ready(cls, domain):
    step = cls()
    step.bind(domain)
    step.fit([examples(domain, seed=1), examples(domain, seed=2)])
    return step


each_case = pytest.mark.parametrize(("cls", "domain"), list(cases()))


def test_there_are_steps_and_each_takes_some_domain():
    assert {"Scale", "Standardise", "Dequantise", "FixedBinarise"} <= {c.__name__ for c in EVERY}
    assert {param.values[0] for param in cases()} == set(EVERY)


@pytest.mark.parametrize("cls", EVERY)
def test_each_step_refuses_some_domain_and_says_what_it_met(cls):
    refusals = []
    for domain in DOMAINS:
        try:
            cls().out(domain)
        except IncompatibleError as error:
            refusals.append(str(error))
    assert refusals
    assert all(cls.__name__ in text for text in refusals)


@each_case
def test_results_lie_in_the_domain_that_is_announced(cls, domain):
    step = ready(cls, domain)
    out, y = step.out(domain), step(examples(domain))
    assert y.shape[1:] == out.shape
    assert y.dtype == torch.float32
    assert y.min() >= out.low
    assert y.max() <= out.high
    if out.levels:
        k = (y - out.low) / out.spacing
        assert torch.allclose(k, k.round(), atol=1e-4)


@each_case
def test_inverse_undoes_what_can_be_undone(cls, domain):
    step, x = ready(cls, domain), examples(domain)
    back = step.inverse(step(x))
    if step.redefines:  # only the mean over draws comes back
        assert back.shape == x.shape
    elif step.random:
        assert (back - x).abs().max() <= domain.spacing / 2 + 1e-4
    else:
        assert torch.allclose(back, x, atol=1e-3)


@each_case
def test_log_jacobian_is_the_one_that_autograd_finds(cls, domain):
    step = ready(cls, domain)
    x = examples(domain, n=4)
    y = step(x)
    found = step.log_jacobian(x, y)
    assert found.shape == (4,)
    if step.out(domain).levels:
        assert (found == 0).all()
        return
    for row in range(4):

        def one(raw):
            torch.manual_seed(0)  # the same draw for each column of the Jacobian
            unit = 1 if domain.levels is None else domain.spacing
            return step((raw * unit)[None])[0].flatten()

        raw = x[row] if domain.levels is None else x[row] / domain.spacing
        torch.manual_seed(0)
        if step.random:
            expected_at = step(x[row][None])
            value = step.log_jacobian(x[row][None], expected_at)[0]
        else:
            value = found[row]
        jacobian = torch.autograd.functional.jacobian(one, raw).reshape(x[0].numel(), -1)
        assert torch.allclose(value, jacobian.slogdet().logabsdet, atol=1e-3, rtol=1e-4)


@each_case
def test_state_survives_a_round_trip_without_the_data(cls, domain):
    chain = Preprocessing([cls()], domain)
    chain.transforms[0].fit([examples(domain)])
    chain.fitted = True
    again = Preprocessing([cls()])
    again.load_state_dict(chain.state_dict())
    x = examples(domain)
    torch.manual_seed(3)
    first = chain(x)
    torch.manual_seed(3)
    assert torch.equal(first, again(x))
    assert again.domain == domain
    assert again.out == chain.out
    assert all(value.dtype != torch.float64 for value in chain.state_dict().values())


@each_case
def test_an_example_does_not_depend_on_its_batch(cls, domain):
    step, x = ready(cls, domain), examples(domain)
    if step.random:
        assert not torch.equal(step(x), step(x))
        return
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
    assert torch.equal(step(x)[order], step(x[order]))
    assert torch.equal(step(x)[5:6], step(x[5:6]))


def test_mean_of_binarised_values_is_the_value():
    x, fixed = torch.linspace(0, 1, 11).repeat(4000, 1), preprocessing.FixedBinarise()
    fixed.bind(Domain((12,), low=0, high=1))
    distinct = torch.cat([x, torch.rand(len(x), 1)], 1)  # makes the rows differ
    for binary in (preprocessing.StochasticBinarise()(x), fixed(distinct)[:, :11]):
        assert set(binary.unique().tolist()) == {0.0, 1.0}
        error = (binary.mean(0) - x[0]).abs()
        assert (error <= 4.5 * (x[0] * (1 - x[0]) / len(x)).sqrt() + 1e-7).all()


@pytest.mark.parametrize("seed", [0, 1, -5, 2**63, 12345678901234567890])
def test_draws_of_content_are_uniform_and_independent(seed):
    x = torch.zeros(4096, 33)
    x[torch.arange(4096), torch.arange(4096) % 33] = torch.arange(4096).float()  # all but equal
    u = uniform_of_content(x, seed).double()
    assert (u >= 0).all()
    assert (u < 1).all()
    n = u.numel()
    assert abs(u.mean() - 0.5) < 5 / math.sqrt(12 * n)
    counts = torch.histc(u, 64, 0, 1)
    chi2 = ((counts - n / 64) ** 2 / (n / 64)).sum()
    assert chi2 < 63 + 5 * math.sqrt(2 * 63)
    across = np.corrcoef(u.numpy().T) - np.eye(33)
    assert np.abs(across).max() * math.sqrt(4096) < 5
    assert abs(np.corrcoef(u[:-1].flatten(), u[1:].flatten())[0, 1]) * math.sqrt(n) < 5
    assert not torch.equal(u, uniform_of_content(x, seed + 1).double())


def test_dequantised_mass_is_bounded_by_the_density():
    # a density on [0, 1) with known cell masses: p(y) = 2 y
    domain = Domain((1,), levels=4, low=0, high=3)
    chain = Preprocessing([preprocessing.Dequantise()], domain)
    raw = torch.arange(4).repeat_interleave(20_000)[:, None]
    y, log_jacobian = chain.with_log_jacobian(raw)
    bound = ((2 * y[:, 0]).log() + log_jacobian).view(4, -1).mean(1)
    mass = (torch.arange(4) * 2 + 1) / 16
    assert (bound <= mass.log() + 0.02).all()
    assert bound[3] > mass[3].log() - 0.02


def test_standardise_is_stable_where_the_mean_dwarfs_the_deviation():
    generator = np.random.default_rng(0)
    values = (4096 + generator.normal(size=(5000, 3)) * [1.0, 0.25, 0.0]).astype(np.float32)
    found = load(values)
    step = Preprocessing([preprocessing.Standardise()], found).fit(found)
    exact = values.astype(np.float64)
    assert np.allclose(step.transforms[0].shift, exact.mean(0), rtol=1e-7)
    assert np.allclose(step.transforms[0].scale[:2], exact.std(0)[:2], rtol=1e-6)
    assert step.transforms[0].scale[2] == 1
    assert (step(torch.from_numpy(values))[:, 2] == 0).all()


def test_density_of_a_chain_is_that_in_raw_units():
    generator = torch.Generator().manual_seed(0)
    raw = torch.randn(500, 2, generator=generator) * torch.tensor([3.0, 0.1]) + 7
    data = load(raw)
    chain = Preprocessing([preprocessing.Standardise()], data).fit(data)
    y, log_jacobian = chain.with_log_jacobian(raw)
    step = chain.transforms[0]
    direct = torch.distributions.Normal(step.shift, step.scale).log_prob(raw).sum(1)
    scored = torch.distributions.Normal(0.0, 1.0).log_prob(y).sum(1) + log_jacobian
    assert torch.allclose(direct, scored, atol=1e-4)


def test_density_on_scaled_levels_counts_in_raw_units():
    chain = Preprocessing([preprocessing.Scale()], RAW)
    raw = examples(RAW, 3)
    assert (chain.log_jacobian(raw) == 0).all()
    assert torch.allclose(chain.log_jacobian(raw, "lebesgue"), torch.tensor(-6 * math.log(16)))
    with pytest.raises(IncompatibleError, match="mass cannot score real numbers"):
        Preprocessing([preprocessing.Dequantise()], RAW).log_jacobian(raw, "counting")


def test_what_lies_before_a_binarisation_adds_no_jacobian():
    steps = [preprocessing.MinMax(clip=True), preprocessing.FixedBinarise()]
    data = load(torch.randn(50, 3))
    chain = Preprocessing(steps, data).fit(data)
    assert (chain.log_jacobian(data.take(torch.arange(5))) == 0).all()
    assert chain.redefines == ("FixedBinarise(seed=0)",)
    assert not chain.random


@pytest.mark.parametrize(
    ("steps", "domain", "words"),
    [
        ([preprocessing.Scale], LINE, "step 1: Scale .* real numbers.* MinMax or Standardise"),
        ([preprocessing.Dequantise], LINE, "no gaps"),
        ([preprocessing.StochasticBinarise], RAW, "from 0 to 16. Put Scale before"),
        ([preprocessing.Threshold], LINE, r"Put MinMax\(clip=True\) before"),
        ([preprocessing.Scale, preprocessing.Standardise], RAW, "step 2: Standardise after Scale"),
        ([preprocessing.Scale, preprocessing.Logit], RAW, "Put Dequantise before"),
        ([preprocessing.Dequantise, preprocessing.Scale], RAW, "step 2: Scale"),
        ([preprocessing.Standardise, preprocessing.Logit], LINE, r"values in \[0, 1\]"),
    ],
)
def test_chains_without_meaning_are_refused_with_the_reason(steps, domain, words):
    with pytest.raises(IncompatibleError, match=words):
        Preprocessing([step() for step in steps], domain)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: preprocessing.Threshold(at=1.0), "at=1.0"),
        (lambda: preprocessing.Logit(alpha=0.5), "alpha=0.5"),
        (lambda: preprocessing.Standardise(per="row"), "per='row'"),
        (lambda: Preprocessing([])(torch.zeros(1, 2)), "no data yet"),
        (
            lambda: Preprocessing([preprocessing.Standardise()], LINE)(torch.zeros(1, 2, 3)),
            r"fit\(",
        ),
    ],
)
def test_wrong_options_are_refused(build, words):
    with pytest.raises(ConfigError, match=words):
        build()


def test_defaults_suit_the_data():
    assert "Scale" in repr(Preprocessing.default_for(load("digits")))
    assert "Standardise" in repr(Preprocessing.default_for(load("wine")))
    assert len(Preprocessing.default_for(load(torch.rand(4, 5, 5))).transforms) == 0
    assert "Standardise" in repr(Preprocessing.default_for(load(torch.randn(4, 5, 5))))


def test_digits_by_sixteen_are_one_minmax_away():
    digits = load("digits")
    chain = Preprocessing([preprocessing.MinMax(per="dataset")], digits).fit(digits)
    raw = digits.take(torch.arange(10))
    assert torch.equal(chain(raw), raw.float() / 16)
    assert torch.allclose(chain.log_jacobian(raw), torch.tensor(-64 * math.log(16)))


def test_fitting_leaves_the_random_state_alone():
    data = load("digits")
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    chain = Preprocessing([preprocessing.Dequantise(), preprocessing.Standardise()], data).fit(data)
    assert torch.equal(torch.rand(1), expected)
    assert torch.isfinite(chain(data.take(torch.arange(20)))).all()
