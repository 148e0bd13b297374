"""Graphs say what the model says, and where a model cannot be a graph, why."""

from itertools import zip_longest
from pathlib import Path

import numpy as np
import pytest
import torch

from elbowroom.config import Config
from elbowroom.data import Domain, Preprocessing
from elbowroom.errors import IncompatibleError
from elbowroom.explore.onnx import export
from elbowroom.explore.onnx.exporting import questions_of, written
from elbowroom.explore.onnx.graphs import Decode, Draw, Encode, Score, See, Turn
from elbowroom.explore.onnx.noise import NoiseGiven, NotDrawableError
from elbowroom.run import Run
from tests.cases import ARCHITECTURES, LIKELIHOODS, examples, spread
from tests.every_model import built
from tests.explore.graphs import Running
from tests.explore.runs import RUNS

COVERING = ["mixed table", "conditional", "dequantised", "ladder on the sphere",
            "posterior planar-flow", "structure very-deep"]  # fmt: skip
"""Among them each kind of preprocessing, of condition and of code; the others are slow."""
REFINED = "structure semi-amortised"
ROWS = 5
SHAPE = (3, 8, 8)


def some(names, chosen):
    """Parametrise over names, the chosen ones at each run and the others when slow ones are."""
    return [name if name in chosen else pytest.param(name, marks=pytest.mark.slow)
            for name in names]  # fmt: skip


def conditions(session, count):
    condition = session.about.condition
    return {} if condition is None else {"condition": np.full(count, condition.default)}


def near(found, wanted, span):
    """Say whether numbers agree to a hundred-thousandth of their span."""
    return np.abs(found - wanted).max() <= 1e-5 * span


@pytest.mark.parametrize("name", some([name for name in RUNS if name != REFINED], COVERING))
def test_a_graph_decodes_and_encodes_as_the_model_does(session_of, name):
    session = session_of(name)
    run, raw = session.run, session.examples(np.arange(ROWS))
    codes = np.random.default_rng(0).normal(size=(ROWS, session.units)).astype(np.float32)
    reference = session.gallery.reference
    span = reference.max() - reference.min()

    [decoded] = Running(Decode(run))(z=codes, **conditions(session, ROWS))
    mean, sd, seen = Running(Encode(run))(x=raw, **conditions(session, ROWS))

    assert near(decoded, session.decode(codes), span)
    encoded = [session.encode(one) for one in raw]
    wide = np.ptp(session.part("codes").values)
    assert near(mean, np.stack([one.mean for one in encoded]), wide)
    assert near(sd, np.stack([one.sd for one in encoded]), max(1, sd.max()))
    assert near(seen, np.stack([one.seen for one in encoded]), span)


def model_run(model, domain):
    """Return a run around a model that was never trained, without a folder."""
    spread(model, 2.0)
    return Run(Path("nowhere"), Config.from_dict({}), model.eval(), Preprocessing([], domain), {})


def pairs():
    """Yield each likelihood with an architecture, so that each of both occurs."""
    longest = max(len(LIKELIHOODS), len(ARCHITECTURES))
    architectures = [list(ARCHITECTURES)[n % len(ARCHITECTURES)] for n in range(longest)]
    return list(zip_longest(LIKELIHOODS, architectures, fillvalue="Gaussian"))


@pytest.mark.parametrize(
    ("likelihood", "architecture"),
    [
        pair if number < 3 else pytest.param(*pair, marks=pytest.mark.slow)
        for number, pair in enumerate(pairs())
    ],
)
def test_a_graph_decodes_every_likelihood_through_every_architecture(likelihood, architecture):
    torch.manual_seed(0)
    family = LIKELIHOODS[likelihood](SHAPE)
    model = built(family, network=ARCHITECTURES[architecture])
    support = family.support
    run = model_run(model, Domain(SHAPE, support.levels, support.low, support.high))
    codes, x = torch.randn(ROWS, 3), examples(family, ROWS)

    [decoded] = Running(Decode(run))(z=codes)
    mean, sd, _ = Running(Encode(run))(x=x.flatten(1))

    with torch.inference_mode():
        wanted = family.representative(model.generate(given=codes).px).flatten(1).numpy()
        [level] = model.centred(x)
    assert near(decoded, wanted, max(np.ptp(wanted), 1))
    assert near(mean, level.z[0].numpy(), max(np.ptp(mean), 1))
    assert near(sd, level.posterior.stddev.numpy(), max(sd.max(), 1))


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_draws_by_given_noise_have_the_moments_of_the_likelihood(name):
    torch.manual_seed(0)
    family = LIKELIHOODS[name]((1, 3, 3))
    px = family(0.5 * torch.randn(family.param_shape))
    count = 4000
    try:
        with NoiseGiven(torch.randn(count, 64)) as noise:
            drawn = px.sample(torch.Size((count,)))
    except NotDrawableError as refusal:
        assert "rejection" in str(refusal)
        return
    assert noise.columns >= 9
    family.check(drawn)
    error = (px.variance / count).sqrt()
    assert ((drawn.mean(0) - px.mean).abs() < 5 * error + 1e-4).all()
    assert torch.allclose(drawn.var(0), px.variance, rtol=0.25, atol=1e-4)


def test_what_is_drawn_by_rejection_is_known():
    refused = set()
    for name, kind in LIKELIHOODS.items():
        family = kind((1, 3, 3))
        try:
            with NoiseGiven(torch.zeros(1, 2**20)):
                family(torch.zeros(family.param_shape)).sample(torch.Size((1,)))
        except NotDrawableError:
            refused.add(name.split("-")[0])
    assert refused == {"NegativeBinomial", "Poisson", "StudentT", "ZeroInflatedNegativeBinomial"}


@pytest.mark.parametrize(
    "name", some(["conditional", "mixed table", "posterior full-gaussian", "binarised",
                  "posterior low-rank-gaussian", "prior vamp-prior", "structure ladder",
                  "prior coupling-flow", "posterior inverse-autoregressive-flow"],
                 ["conditional"])
)  # fmt: skip
def test_a_graph_scores_an_example_as_evidence_does(session_of, name):
    session = session_of(name)
    raw = session.examples(np.arange(1))
    scored = Running(Score(session.run))
    count = 2048
    noise = np.random.default_rng(0).normal(size=(count, scored.graph.columns))

    log_w, distortion, rate, rates = scored(x=raw, noise=noise, **conditions(session, 1))

    wanted = session.score(raw[0], samples=count)
    bounds = -(distortion + rate).astype(np.float64)
    error = np.hypot(bounds.std() / np.sqrt(count), wanted.elbo_error)
    assert abs(bounds.mean() - wanted.elbo) <= 4 * error + 1e-4 * abs(wanted.elbo)
    found = np.logaddexp.reduce(log_w.astype(np.float64)) - np.log(count)
    share = np.exp(2 * np.logaddexp.reduce(log_w) - np.logaddexp.reduce(2 * log_w)) / count
    spread = np.hypot(np.sqrt((1 / share - 1) / count), wanted.evidence.error)
    assert abs(found - wanted.evidence.value) <= 4 * spread + 1e-4 * abs(found)
    assert np.isnan(rates).all() == np.isnan(wanted.rates).all()
    if not np.isnan(rates).any():
        assert rates.sum(1) == pytest.approx(rate, abs=1e-3)


@pytest.mark.parametrize("name", some(["ladder on the sphere", "structure very-deep"], []))
def test_a_graph_follows_a_unit_that_is_turned(session_of, name):
    session = session_of(name)
    codes = np.repeat(session.part("start").values[None], 3, 0)
    codes[:, 0] += [-1, 0, 1]

    shown, turned = Running(Turn(session.run, 0))(z=codes)

    wanted = session.turned(codes, 0)
    assert near(turned, wanted, max(np.ptp(wanted), 1))
    assert near(shown, session.decode(wanted), np.ptp(shown))


@pytest.mark.parametrize("name", some(["mixed table", "rgb images with factors"], ["mixed table"]))
def test_a_graph_sees_distances_as_the_session_does(session_of, name):
    session = session_of(name)
    count = len(session.gallery)
    [features] = Running(See(session.run, session.neighbours.ruler))(
        x=session.examples(np.arange(count))
    )

    places, distances = session.nearest(session.examples(np.arange(1))[0], count)

    found = np.linalg.norm(features - features[0], axis=1)
    assert found[places] == pytest.approx(distances, abs=1e-4 * distances.max())


def test_a_model_that_is_no_graph_says_why_and_is_one_as_far_as_it_can(session_of):
    run = session_of(REFINED).run
    with pytest.raises(IncompatibleError, match="gradient steps"):
        written(Encode(run))
    with pytest.raises(IncompatibleError, match="gradient steps"):
        written(Score(run))
    [decoded] = Running(Decode(run))(z=np.zeros((1, run.model.latent)))
    assert np.isfinite(decoded).all()


def test_draws_that_no_graph_can_make_are_refused_in_words():
    torch.manual_seed(0)
    run = model_run(built(LIKELIHOODS["Poisson"]((4,))), Domain((4,), low=0))
    with pytest.raises(IncompatibleError, match="no largest one are drawn by rejection"):
        written(Draw(run))


def test_equal_weights_are_written_once(session_of, tmp_path):
    import onnx

    run = session_of("conditional").run
    exported = export(run)
    folder = exported.save(tmp_path / "graphs")

    weights = sum(p.numel() for p in run.model.parameters()) * 4
    assert set(exported.graphs) == dict(questions_of(run)).keys() == {
        "decode", "encode", "draw", "score"}  # fmt: skip
    assert not exported.refused
    assert 0.9 * weights < len(exported.weights) < 1.1 * weights
    for name in exported.graphs:
        onnx.checker.check_model(folder / f"{name}.onnx")
