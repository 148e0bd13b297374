"""A run without a trained likelihood says so wherever its log evidence is shown."""

import shutil

import pytest

from elbowroom.experiment import Effort, compare, evaluate, train
from elbowroom.experiment.held import UNHELD, codes_were_held
from elbowroom.experiment.trained_with import UNFITTED, likelihood_was_fitted, objective_of
from elbowroom.report.material import Material
from elbowroom.report.words import summary
from elbowroom.run import Run
from tests.experiment.conftest import digits, settings

FEW = Effort.of(samples=20)
OBJECTIVES = {"elbo": True, "vae-gan": False, "ssim-vae": False, "autoencoder": True}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Train each for an epoch."""
    folder = tmp_path_factory.mktemp("trained")
    configs = {kind: settings({}, {}, objective={"kind": kind}) for kind in OBJECTIVES}
    return {
        kind: train(config, folder / kind, data=digits(), quiet=True)
        for kind, config in configs.items()
    }


@pytest.mark.parametrize("kind", OBJECTIVES)
def test_the_evaluation_says_whether_the_likelihood_was_trained(runs, kind):
    assert objective_of(runs[kind]).fits_likelihood == OBJECTIVES[kind]
    evaluation = evaluate(runs[kind], effort=FEW, brief=True)
    assert (UNFITTED in evaluation.notes) != OBJECTIVES[kind]


@pytest.mark.parametrize("kind", OBJECTIVES)
def test_it_says_whether_anything_held_the_codes_near_the_prior(runs, kind):
    assert codes_were_held(runs[kind]) == (kind != "autoencoder")
    evaluation = evaluate(runs[kind], effort=FEW, brief=True)
    assert (UNHELD in evaluation.notes) == (kind == "autoencoder")


def test_a_comparison_says_whose_codes_nothing_held(runs):
    doubts = compare([runs["elbo"], runs["autoencoder"]], effort=FEW).doubts
    assert any("training of autoencoder held the codes" in doubt for doubt in doubts)


@pytest.mark.parametrize("kind", ["elbo", "vae-gan"])
def test_the_report_says_it_beside_the_headline(runs, kind):
    evaluate(runs[kind], effort=FEW)
    material = Material(Run.load(runs[kind].path, data=digits()))
    assert (UNFITTED in summary(material)) != OBJECTIVES[kind]


def test_a_prior_fitted_afterwards_does_not_mend_the_likelihood(runs, tmp_path):
    """It is the run that it started from that has trained p(x|z), as far as that is known."""
    start = tmp_path / "start"
    for kind in ("elbo", "vae-gan"):
        shutil.copytree(runs[kind].path, start)
        second = train(
            settings(
                {}, {"prior": "learned-gaussian"}, objective={"kind": "prior-fit"},
            ).with_overrides({"training.start_from": str(start), "training.hold_start": True}),
            tmp_path / kind, data=digits(), quiet=True,
        )  # fmt: skip
        assert likelihood_was_fitted(second) == OBJECTIVES[kind]
        shutil.rmtree(start)
        assert likelihood_was_fitted(second)
