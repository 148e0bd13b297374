"""Graphs say what the model says, and where a model cannot be a graph, why."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from elbowroom.config import Config
from elbowroom.data import Domain, Preprocessing
from elbowroom.errors import IncompatibleError
from elbowroom.explore.admission import admitted
from elbowroom.explore.onnx.checking import check_agrees, disagreement
from elbowroom.explore.onnx.exporting import written
from elbowroom.explore.onnx.graphs import Chances, Decode, Draw, Encode, Score
from elbowroom.explore.onnx.noise import NoiseGiven, NotDrawableError
from elbowroom.run import Run
from tests.cases import ARCHITECTURES, LIKELIHOODS, examples, spread
from tests.every_model import built
from tests.explore.runs import RUNS
from tests.explore.unpacked import Unpacked

QUICK = ["conditional", "table"]
"""Runs whose file is written at each time; those of the others are slow."""
REFINED = "structure semi-amortised"
NO_GRAPH = {
    "mixed table": {"draw"},  # of counts
    "ladder on the sphere": {"score", "around"},
    "posterior von-mises-fisher": {"score", "around"},
    "prior sphere-uniform": {"score", "around"},
    REFINED: {"encode", "score", "around"},
}
"""What is known to be impossible: draws by rejection, and inference by gradients."""
BY_REJECTION = {"NegativeBinomial", "Poisson", "StudentT", "ZeroInflatedNegativeBinomial"}
ROWS = 5
SHAPE = (3, 8, 8)

every_run = pytest.mark.parametrize(
    "name",
    [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in RUNS],
)


def conditions(session, count):
    condition = session.about.condition
    return {} if condition is None else {"condition": np.full(count, condition.default)}


def needs(page, name, graph):
    """Skip where it is known that this cannot be a graph and the page says so in a sentence."""
    assert (graph in page.file["graphs"]) != (graph in NO_GRAPH.get(name, ()))
    if graph not in page.file["graphs"]:
        assert "cannot be had from a file alone" in page.about["can"][graph]
        pytest.skip(page.about["can"][graph])


def near(found, wanted, span):
    """Say whether numbers agree to a hundred-thousandth of their span."""
    return np.abs(found - wanted).max() <= 1e-5 * span


@every_run
def test_a_graph_decodes_as_the_model_does(session_of, file_of, name):
    session, page = session_of(name), Unpacked(file_of(name))
    codes = np.random.default_rng(0).normal(size=(ROWS, session.units)).astype(np.float32)

    found = page.ask("decode", z=codes, **conditions(session, ROWS))

    reference = session.gallery.reference.reshape(len(session.gallery.reference), -1)
    table = session.about.kind == "table"
    span = np.ptp(reference, axis=0) if table else np.ptp(reference)
    wanted = session.decode(codes)
    assert (np.abs(found["x"] - wanted) <= 1e-5 * np.maximum(span, np.ptp(wanted))).all()


@every_run
def test_a_graph_encodes_as_the_model_does(session_of, file_of, name):
    session, page = session_of(name), Unpacked(file_of(name))
    needs(page, name, "encode")
    raw = session.examples(np.arange(ROWS))
    if session.about.kind == "image":  # and what somebody might draw
        raw = np.concatenate([raw, (raw + raw[::-1]) / 2])

    found = page.ask("encode", x=raw, **conditions(session, len(raw)))

    wanted = [session.encode(one) for one in raw]
    codes = session.part("codes").values
    assert near(found["mean"], np.stack([one.mean for one in wanted]), max(1, np.ptp(codes)))
    assert near(found["sd"], np.stack([one.sd for one in wanted]), max(1, found["sd"].max()))
    assert near(found["seen"], np.stack([one.seen for one in wanted]), np.ptp(raw))


@every_run
def test_a_graph_draws_codes_of_an_example_as_its_posterior_does(session_of, file_of, name):
    session, page = session_of(name), Unpacked(file_of(name))
    if session.about.can["around"] is not True:
        pytest.skip(session.about.can["around"])
    needs(page, name, "around")
    [raw], count = session.examples(np.arange(1)), 1000
    noise = np.random.default_rng(0).normal(size=(count, page.file["noise"]["around"]))

    found = page.ask("around", x=raw[None], noise=noise, **conditions(session, 1))["codes"]

    wanted = session.around(raw, count, 0)
    error = np.hypot(found.std(0), wanted.std(0)) / np.sqrt(count)
    assert (np.abs(found.mean(0) - wanted.mean(0)) <= 5 * error + 1e-5).all()


def test_a_graph_gives_choices_their_probabilities(session_of):
    session = session_of("mixed table")
    codes = session.sample(ROWS, 0)
    [found] = running(Chances(session.run))(torch.from_numpy(codes))
    assert np.allclose(found, session.chances(codes), atol=1e-5)


def test_a_graph_binarises_what_a_person_draws_as_the_session_does(session_of):
    """By a hash of all bits of it, where one that is wrong changes every pixel."""
    session = session_of("binarised once")
    raw = np.random.default_rng(0).integers(0, 17, (ROWS, 64)).astype(np.float32)
    mean, _, seen = running(Encode(session.run))(torch.from_numpy(raw))
    wanted = [session.encode(one) for one in raw]
    assert np.array_equal(seen, np.stack([one.seen for one in wanted]))
    assert near(mean, np.stack([one.mean for one in wanted]), 1)


def test_a_graph_that_answers_something_else_is_refused(session_of):
    """A module that is another one when it is written than when it is asked."""

    class Fickle(Decode):
        def answer(self, given):
            (x,) = super().answer(given)
            return (x + 0.1 * torch.compiler.is_exporting(),)

    run = session_of("table").run
    assert disagreement(Decode(run), written(Decode(run)).SerializeToString()) < 1e-5
    graph = Fickle(run)
    with pytest.raises(IncompatibleError, match="answers something else than PyTorch does"):
        check_agrees(graph, written(graph).SerializeToString())


@every_run
def test_a_graph_scores_an_example_as_evidence_does(session_of, file_of, name):
    session, page = session_of(name), Unpacked(file_of(name))
    if session.about.can["score"] is not True:
        pytest.skip(session.about.can["score"])
    needs(page, name, "score")
    raw, count = session.examples(np.arange(1)), 1024
    noise = np.random.default_rng(0).normal(size=(count, page.file["noise"]["score"]))

    found = page.ask("score", x=raw, noise=noise, **conditions(session, 1))

    wanted = session.score(raw[0], samples=count)
    bounds = -(found["distortion"] + found["rate"]).astype(np.float64)
    error = np.hypot(bounds.std() / np.sqrt(count), wanted.elbo_error)
    assert abs(bounds.mean() - wanted.elbo) <= 4 * error + 1e-4 * abs(wanted.elbo)
    log_w = found["log_w"].astype(np.float64)
    value = np.logaddexp.reduce(log_w) - np.log(count)
    share = np.exp(2 * np.logaddexp.reduce(log_w) - np.logaddexp.reduce(2 * log_w)) / count
    error = np.hypot(np.sqrt((1 / share - 1) / count), wanted.evidence.error)
    assert abs(value - wanted.evidence.value) <= 4 * error + 1e-4 * abs(value)
    if not np.isnan(wanted.rates).any():
        assert found["rates"].sum(1) == pytest.approx(found["rate"], rel=1e-4, abs=1e-3)


@every_run
def test_draws_of_a_graph_are_around_its_means_and_possible(session_of, file_of, name):
    session, page = session_of(name), Unpacked(file_of(name))
    needs(page, name, "draw")
    count = 2000 if session.gallery.values < 1000 else 40
    codes = np.repeat(session.part("start").values[None], count, 0)
    noise = np.random.default_rng(0).normal(size=(count, page.file["noise"]["draw"]))

    drawn = page.ask("draw", z=codes, noise=noise, **conditions(session, count))["x"]

    wanted = session.decode(codes, draw=0)
    error = np.hypot(drawn.std(0), wanted.std(0)) / np.sqrt(count)
    assert (np.abs(drawn.mean(0) - wanted.mean(0)) <= 5 * error + 1e-4).all()
    assert admitted(drawn.astype(np.float64), session.run.domain).shape[0] == count


@every_run
def test_a_graph_sees_distances_as_the_session_does(session_of, file_of, name):
    session, page = session_of(name), Unpacked(file_of(name))
    held = page.array("examples").reshape(-1, session.gallery.values)

    features = page.ask("see", x=held)["features"]

    places, distances = session.nearest(session.examples(np.arange(1))[0], len(held))
    found = np.linalg.norm(features - features[0], axis=1)
    assert found[places] == pytest.approx(distances, abs=1e-4 * float(distances.max()))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ladder on the sphere", "structure very-deep"])
def test_a_graph_follows_a_unit_that_is_turned(session_of, file_of, name):
    session, page = session_of(name), Unpacked(file_of(name))
    codes = np.repeat(session.part("start").values[None], 3, 0)
    codes[:, 0] += [-1, 0, 1]

    found = page.ask("turn-0", z=codes)

    wanted = session.turned(codes, 0)
    assert near(found["turned"], wanted, max(np.ptp(wanted), 1))
    assert near(found["x"], session.decode(wanted), np.ptp(session.gallery.reference))


def model_run(model, domain):
    """Return a run around a model that was never trained, without a folder."""
    spread(model, 2.0)
    return Run(Path("nowhere"), Config.from_dict({}), model.eval(), Preprocessing([], domain), {})


def running(graph):
    """Return what answers as a graph that was written and opened again."""
    content = written(graph.eval()).SerializeToString()
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return lambda *inputs: session.run(
        None, {one.name: x.numpy() for one, x in zip(session.get_inputs(), inputs, strict=True)}
    )


def pairs():
    """Yield each likelihood with an architecture, so that each of both occurs."""
    architectures = sorted(ARCHITECTURES, key=lambda name: not name.startswith("Conv"))
    for number in range(max(len(LIKELIHOODS), len(architectures))):
        chosen = list(LIKELIHOODS)[number % len(LIKELIHOODS)]
        marks = [] if number == 0 else [pytest.mark.slow]
        yield pytest.param(chosen, architectures[number % len(architectures)], marks=marks)


@pytest.mark.parametrize(("likelihood", "architecture"), list(pairs()))
def test_every_likelihood_and_architecture_is_a_graph(likelihood, architecture):
    torch.manual_seed(0)
    family = LIKELIHOODS[likelihood](SHAPE)
    model = built(family, network=ARCHITECTURES[architecture])
    support = family.support
    run = model_run(model, Domain(SHAPE, support.levels, support.low, support.high))
    codes, x = torch.randn(ROWS, 3), examples(family, ROWS)

    [decoded] = running(Decode(run))(codes)
    mean, sd, _ = running(Encode(run))(x.flatten(1))

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
    count = 4000
    with torch.no_grad(), NoiseGiven(torch.randn(count, 64)) as noise:
        px = family(0.5 * torch.ones(family.param_shape))
        if name.split("-")[0] in BY_REJECTION:
            with pytest.raises(NotDrawableError, match="drawn by rejection"):
                px.sample(torch.Size((count,)))
            return
        drawn = px.sample(torch.Size((count,)))

    assert noise.columns >= 9
    family.check(drawn)
    error = (px.variance / count).sqrt()
    assert ((drawn.mean(0) - px.mean).abs() < 5 * error + 1e-4).all()


def test_a_model_that_is_no_graph_says_why_and_is_one_as_far_as_it_can(session_of):
    run = session_of(REFINED).run
    for graph in (Encode(run), Score(run)):
        with pytest.raises(IncompatibleError, match="gradient steps"):
            written(graph)


def test_draws_that_no_graph_can_make_are_refused_in_words():
    run = model_run(built(LIKELIHOODS["Poisson"]((4,))), Domain((4,), low=0))
    with pytest.raises(IncompatibleError, match="no largest one are drawn by rejection"):
        written(Draw(run))
