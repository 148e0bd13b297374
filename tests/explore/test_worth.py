"""What an example is worth in the explorer is what the package says that it is worth."""

import numpy as np
import pytest
import torch

import elbowroom as er
from elbowroom.config import Config
from elbowroom.experiment import train
from elbowroom.explore import scoring
from elbowroom.explore.scoring import score
from elbowroom.explore.seeing import seen_with_jacobian
from elbowroom.explore.session import Session
from tests.experiment.conftest import digits

EXAMPLES = range(6)


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """Open a run that was trained long enough for codes of q(z|x) to say too little."""
    config = Config.from_dict(
        {
            "data": {"source": "<made>", "preprocessing": "scale"},
            "model": {"latent": 6, "network": {"kind": "mlp", "hidden": [64]}},
            "training": {"epochs": 60, "batch_size": 16, "device": "cpu"},
        }
    )
    folder = tmp_path_factory.mktemp("trained") / "run"
    return Session.open(train(config, folder, data=digits(), quiet=True))


def prepared(session, place):
    raw = torch.from_numpy(session.examples(np.array([place]))).reshape(1, *session.gallery.shape)
    return [part.clone() for part in seen_with_jacobian(session.run, raw)]


def test_the_evidence_is_that_of_the_adaptive_estimator(session):
    weighed_too_low = 0
    for place in EXAMPLES:
        [row] = session.examples(np.array([place]))
        found = session.score(row, seed=1).evidence
        x, jacobian = prepared(session, place)
        wanted = er.log_evidence(
            session.run.model, x, method="adaptive", target_error=0.05, budget=50_000
        ).shifted(jacobian)
        assert found.trusted, found.note
        assert found.error <= 0.1
        assert 128 <= found.samples <= 12_000
        assert f"{found.samples:,} evaluations of the decoder" in found.note
        error = np.hypot(found.error, wanted.mc_error)
        assert abs(found.value - wanted.value) <= 4 * error
        weighed = session.score(row, samples=64).evidence
        weighed_too_low += weighed.value < wanted.value - 1
    # Else this run could not tell the two estimators apart.
    assert weighed_too_low


def test_what_was_not_reached_is_not_trusted(session, monkeypatch):
    monkeypatch.setattr(scoring, "_TARGET", 1e-4)
    x, jacobian = prepared(session, 0)
    model, space = session.run.model, session.latents.space
    evidence = score(model, space, x, jacobian, samples=None, seed=0).evidence
    assert not evidence.trusted
    assert "not enough" in evidence.note
    assert evidence.samples <= 12_000


def test_codes_of_the_encoder_are_weighed_where_nothing_better_is_possible(session, monkeypatch):
    def impossible(*args, **options):
        raise er.errors.IncompatibleError("no")

    monkeypatch.setattr(scoring, "adaptive", impossible)
    [row] = session.examples(np.array([0]))
    assert session.score(row).evidence == session.score(row, samples=1024).evidence


@pytest.mark.parametrize("name", ["ladder on the sphere", "posterior von-mises-fisher"])
def test_codes_on_spheres_have_an_evidence(session_of, name):
    session = session_of(name)
    [row] = session.examples(np.array([0]))
    found, weighed = session.score(row).evidence, session.score(row, samples=4096).evidence
    error = np.hypot(found.error, weighed.error)
    assert abs(found.value - weighed.value) <= 4 * error + 1e-3
