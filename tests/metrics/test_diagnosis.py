"""Each finding on a model that was made to have it, and none of them on one that is well."""

import json
from dataclasses import dataclass
from math import erf, sqrt

import pytest
import torch

from elbowroom.distributions import Bernoulli, Deterministic
from elbowroom.errors import ConfigError, DataError, IncompatibleError, ShapeError, SupportError
from elbowroom.metrics import Diagnosis, Finding, Severity, diagnose, prior_holes
from tests.cases import IMAGE, small_vae
from tests.linear_gaussian import LinearGaussian, digits
from tests.planted_codes import planted

GOOD, LOOK, PROBLEM = Severity


@dataclass
class Number:
    value: float
    data_error: float = 0.05
    mc_error: float = 0.02


@dataclass
class Gap:
    family: Number
    amortisation: Number
    converged: float = 1.0

    @property
    def total(self):
        return Number(self.family.value + self.amortisation.value)


def matched(count=800, latent=3, scale=0.5, dead=0):
    """Codes whose aggregate is the prior: means of variance 1 - scale^2; the last units unused."""
    means = torch.randn(count, latent) * sqrt(1 - scale**2)
    scales = torch.full((latent,), scale)
    means[:, latent - dead :] = 0
    scales[latent - dead :] = 1
    return planted(means, scales)


def test_a_healthy_model_raises_no_alarm():
    """All there is to look at was looked at."""
    model, x = matched()
    rates = torch.full((20, 3), 0.6)
    diagnosis = diagnose(
        model, x, history=rates, gap=Gap(Number(0.2), Number(0.1)),
        train_elbo=Number(-90.0), validation_elbo=Number(-90.2),
    )  # fmt: skip
    assert {one.severity for one in diagnosis.findings} == {GOOD}
    assert len(diagnosis.findings) == 7


@pytest.mark.parametrize("seed", range(3))
def test_the_exact_posterior_of_a_linear_model_raises_no_alarm(seed):
    oracle = LinearGaussian.fitted(digits(), 10)
    z = torch.randn(1500, 10, dtype=torch.float64)
    noise = oracle.variance**0.5 * torch.randn(1500, 64, dtype=torch.float64)
    x = z @ oracle.weights.T + oracle.mean + noise
    diagnosis = diagnose(oracle.vae(), x.float(), seed=seed)
    assert {one.severity for one in diagnosis.findings} == {GOOD}, diagnosis


@pytest.mark.parametrize(("latent", "dead", "severity"), [(4, 0, GOOD), (4, 1, GOOD), (4, 3, LOOK),
                                                          (4, 4, PROBLEM)])  # fmt: skip
def test_collapsed_units_are_named(latent, dead, severity):
    finding = diagnose(*matched(latent=latent, dead=dead))["posterior collapse"]
    assert finding.severity is severity
    assert finding.numbers["collapsed"] == list(range(latent - dead, latent))
    assert finding.advice


def test_it_says_since_when_a_unit_is_dead():
    history = torch.zeros(10, 4)
    history[:, 0] = 1.0  # alive all along
    history[:6, 1] = 0.8  # died after epoch 6
    history[0, 2] = 0.02  # never alive: a trace of the start
    history[:3, 3] = history[5, 3] = 0.5  # came back once, died after epoch 6
    finding = diagnose(*matched(latent=4, dead=3), history=history)["posterior collapse"]
    assert finding.numbers["since_epoch"] == {"1": 7, "3": 7}
    assert "unit 1 since epoch 7, unit 3 since epoch 7" in finding.found
    assert finding.severity is LOOK


def test_a_unit_that_died_is_worth_a_look_even_if_most_live():
    history = torch.ones(5, 4)
    model, x = matched(latent=4, dead=1)
    assert diagnose(model, x)["posterior collapse"].severity is GOOD
    history[2:, 3] = 0
    assert diagnose(model, x, history=history)["posterior collapse"].severity is LOOK


@pytest.mark.parametrize(("dead", "beta", "severity"), [(0, 1.0, GOOD), (0, 4.0, GOOD),
                                                        (1, 4.0, GOOD), (3, 4.0, LOOK),
                                                        (4, 4.0, PROBLEM)])  # fmt: skip
def test_over_regularised(dead, beta, severity):
    finding = diagnose(*matched(latent=4, dead=dead), beta=beta)["regularisation"]
    assert finding.severity is severity
    assert ("over-regularised" in finding.found) == (severity is not GOOD)


def test_a_code_that_hardly_carries_anything_is_worth_a_look():
    diagnosis = diagnose(*matched(latent=2, scale=0.9))
    assert diagnosis["regularisation"].severity is LOOK
    assert "0.2" in diagnosis["regularisation"].found


@pytest.mark.parametrize(
    ("family", "amortisation", "converged", "beta", "severity", "words"),
    [
        (2.0, 0.1, 1.0, 1.0, GOOD, "richer posterior family"),
        (0.1, 0.05, 1.0, 1.0, GOOD, "Little is to be gained"),
        (0.1, 0.6, 1.0, 1.0, LOOK, "under-trained or too weak"),
        (0.1, 0.6, 0.3, 1.0, LOOK, "for 30% only"),
        (0.1, 9.0, 1.0, 1.0, PROBLEM, "of the rate"),
        (0.1, 9.0, 1.0, 4.0, LOOK, "price of beta"),
    ],
)
def test_a_weak_encoder(family, amortisation, converged, beta, severity, words):
    gap = Gap(Number(family), Number(amortisation), converged)
    finding = diagnose(*matched(), gap=gap, beta=beta)["inference"]
    assert finding.severity is severity
    assert words in f"{finding.found} {finding.advice}"


def test_an_encoder_is_not_blamed_for_noise():
    gap = Gap(Number(0.1), Number(2.0, data_error=0.8))
    assert diagnose(*matched(), gap=gap)["inference"].severity is GOOD


@pytest.mark.parametrize(
    ("train", "validation", "error", "severity"),
    [(-90, -90.1, 0.1, GOOD), (-90, -90.7, 0.1, LOOK), (-90, -90.7, 0.5, GOOD),
     (-90, -120, 1.0, PROBLEM), (-95, -90, 0.1, GOOD), (90, 89.3, 0.1, LOOK)],
)  # fmt: skip
def test_overfitting(train, validation, error, severity):
    finding = diagnose(*matched(), train_elbo=Number(train, error),
                       validation_elbo=Number(validation, error))["overfitting"]  # fmt: skip
    assert finding.severity is severity


@pytest.mark.parametrize("unknown", ["inference", "overfitting"])
def test_what_was_not_measured_is_not_judged(unknown):
    diagnosis = diagnose(*matched(), train_elbo=Number(1.0))
    assert unknown not in diagnosis and "prior holes" in diagnosis


@pytest.mark.parametrize(
    ("scale", "severity", "where"),
    [(1.0, GOOD, None), (3.0, PROBLEM, "exploded"), (1e-4, LOOK, "vanished")],
)
def test_posterior_variances_that_exploded_or_vanished(scale, severity, where):
    means = torch.randn(300, 3)
    scales = torch.tensor([0.5, scale, 0.5])
    finding = diagnose(*planted(means, scales))["posterior scales"]
    assert finding.severity is severity
    if where:
        assert finding.numbers[where] == [1] and "1" in finding.found


def test_weights_that_diverged_are_the_one_finding():
    model, x = matched()
    with torch.no_grad():
        model.encoder.network.body[-1].bias += float("nan")
    (finding,) = diagnose(model, x).findings
    assert finding.severity is PROBLEM and "not finite" in finding.found


def test_holes_of_a_narrow_aggregate_are_their_closed_form():
    """q(z) = N(0, s^2): 1 % of codes are beyond 2.576 s, and P(|z| > 2.576 s) of the prior."""
    s = 0.5
    model, x = planted(s * sqrt(0.75) * torch.randn(6000, 1), s * 0.5)
    holes = prior_holes(model, x, samples=4000, population=1500)
    assert abs(holes.share - (1 - erf(2.5758 * s / sqrt(2)))) < 4 * holes.error
    assert 0.001 < holes.error < 0.03


@pytest.mark.parametrize("latent", [1, 4, 16])
@pytest.mark.parametrize("scale", [0.9, 0.1])
@pytest.mark.parametrize("count", [100, 2000])
def test_a_matched_prior_has_the_nominal_share_however_rough_the_mixture(latent, scale, count):
    model, x = matched(count, latent, scale)
    holes = prior_holes(model, x)
    assert abs(holes.share - 0.01) < 4 * max(holes.error, 0.005)


def test_a_ring_of_codes_leaves_a_hole_in_the_middle():
    angle = 2 * torch.pi * torch.rand(1500)
    ring = 2.5 * torch.stack([angle.cos(), angle.sin()], 1)
    model, x = planted(ring, 0.1)
    holes = prior_holes(model, x)
    assert holes.share > 0.8
    assert (holes.deepest.norm(dim=1) - 2.5).abs().min() > 0.5
    finding = diagnose(model, x)["prior holes"]
    assert finding.severity is PROBLEM and "untrained decoder" in finding.advice


def test_held_out_examples_may_be_given():
    model, x = matched(600)
    holes = prior_holes(model, x, held_out=x[:50] * 1.0, samples=200)
    assert holes.population == 600 and holes.codes == 200
    moved = torch.cat([x[:300, :3] + 4, x[:300, 3:]], 1)
    assert prior_holes(model, moved, held_out=moved[:100]).share > 0.5


def test_the_error_of_the_share_is_its_spread():
    shares, errors = [], []
    for seed in range(40):
        torch.manual_seed(seed)
        model, x = planted(0.6 * torch.randn(600, 2), 0.3)
        holes = prior_holes(model, x, samples=300, seed=seed)
        shares.append(holes.share)
        errors.append(holes.error)
    spread = torch.tensor(shares).std().item()
    assert spread == pytest.approx(sum(errors) / 40, rel=0.5)


def test_a_seed_repeats_and_all_is_left_as_it_was():
    model, x = matched(200)
    model.train()
    generator = torch.get_rng_state()
    one, again, other = (diagnose(model, x, seed=s).to_dict() for s in (1, 1, 2))
    assert one == again != other
    assert torch.equal(torch.get_rng_state(), generator) and model.training


def test_it_is_read_and_written_the_worst_first():
    model, x = matched(300, latent=3, dead=3)
    diagnosis = diagnose(model, x, beta=4.0, seed=5)
    assert diagnosis.findings[0].severity is PROBLEM
    text = repr(diagnosis)
    assert text.startswith("Diagnosis(300 examples, seed 5): 2 problems, 0 worth a look")
    assert text.index("[problem]") < text.index("[good]")
    written = json.loads(json.dumps(diagnosis.to_dict()))
    assert written["findings"][0]["severity"] == "problem"
    assert (written["examples"], written["seed"]) == (300, 5)
    for one in diagnosis.findings:
        assert one.found.endswith(".") and one.advice.endswith(".") and str(one) in text


def test_the_worst_come_first_whatever_the_order():
    findings = [Finding(s.name, s, "It is.", "Do.") for s in (GOOD, PROBLEM, LOOK)]
    order = [one.severity for one in Diagnosis(tuple(findings), 1, 0).findings]
    assert order == [PROBLEM, LOOK, GOOD]


@pytest.mark.parametrize(
    ("mend", "error", "words"),
    [
        ({"beta": -1.0}, ConfigError, "beta must be a finite number, 0 or more, got -1"),
        ({"beta": float("nan")}, ConfigError, "got nan"),
        ({"history": torch.zeros(5, 3)}, ShapeError, r"\(epochs, 2\), got \(5, 3\)"),
        ({"history": torch.zeros(2)}, ShapeError, r"got \(2,\)"),
        ({"history": torch.zeros(0, 2)}, ShapeError, r"got \(0, 2\)"),
        ({"x": torch.zeros(1, *IMAGE)}, DataError, "2 examples or more"),
        ({"x": torch.zeros(3, *IMAGE)}, DataError, "4 examples or more"),
        ({"x": torch.full((4, *IMAGE), 0.5)}, SupportError, "binarise"),
        ({"model": small_vae(Bernoulli(IMAGE), posterior=Deterministic(2))}, IncompatibleError,
         "deterministic posterior"),
    ],
    ids=str,
)  # fmt: skip
def test_what_makes_no_sense_is_refused(mend, error, words):
    given = {"model": small_vae(Bernoulli(IMAGE)), "x": torch.zeros(9, *IMAGE)} | mend
    with pytest.raises(error, match=words):
        diagnose(given.pop("model"), given.pop("x"), **given)


@pytest.mark.parametrize(("options", "words"), [({"samples": 99}, "100 or more"),
                                                ({"level": 0.0}, "between 0 and 1"),
                                                ({"level": 1.5}, "between 0 and 1")])  # fmt: skip
def test_holes_that_cannot_be_measured_are_refused(options, words):
    with pytest.raises(ConfigError, match=words):
        prior_holes(*matched(20), **options)
