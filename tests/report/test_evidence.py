"""The evidence of a report: what was measured is there, what was not is absent with its command."""

import numpy as np
import pytest

from elbowroom.commands import COMMANDS
from elbowroom.errors import ConfigError
from elbowroom.experiment import Comparison, Effort, evaluate
from elbowroom.report import Material, write_rate_distortion
from elbowroom.report.figures import (
    Operating,
    bound_curve,
    each_example,
    parts,
    rate_distortion,
    unit_history,
)
from elbowroom.report.page import evidence
from elbowroom.report.words import quantity, typeset


def text_of(section) -> str:
    plates = " ".join(plate.caption for plate in section.plates)
    return plates + " ".join(str(part) for part in section.parts)


def test_what_was_not_measured_is_absent_and_named_with_its_command(run_of):
    material = Material(run_of("digits", latent=8))
    assert evidence.bounds(material) is None
    assert evidence.quality(material) is None
    assert "--full" in evidence.not_measured(material)


def test_what_was_measured_is_shown_and_the_rest_asked_for(run_of):
    run = run_of("digits", latent=8, also=("curve", "gap"))
    material = Material(run)
    found = run.results["evaluate-test"]
    below = found["curve"]["reference"]["value"] - found["curve"]["bounds"][-1]["value"]
    assert quantity(below) in text_of(evidence.bounds(material))
    assert [
        axes.get_title(loc="left") for axes in evidence.gap(material).plates[0].figure.axes
    ] == [
        "log p(x) \u2212 ELBO",
        "rate",
    ]
    assert "--bidirectional --quality" in evidence.not_measured(material)


def test_the_least_probable_examples_are_those(run_of):
    material = Material(run_of("digits", latent=8))
    columns = material.numbers_of_examples
    worst = columns["id"][columns["log_evidence"].argmin()]
    caption = evidence.each_example(material).plates[1].caption
    assert f"log p(x) in nats: {worst} (" in caption
    chosen = material.evaluated(columns["id"])
    errors = (chosen.originals - chosen.made) ** 2
    error = np.sqrt(errors.reshape(len(errors), -1).mean(1))
    np.testing.assert_allclose(error, columns["rmse"], rtol=1e-4)


@pytest.mark.parametrize("severity", ["good", "worth a look", "problem"])
def test_every_severity_of_a_finding_has_its_mark(run_of, severity):
    material = Material(run_of("digits", latent=8))
    finding = {"severity": severity, "about": "<a>", "found": "1 +- 2", "advice": "Do."}
    material.__dict__["evaluation"] = {"diagnosis": {"findings": [finding]}}
    shown = text_of(evidence.diagnosis(material))
    assert severity in shown and "&lt;a&gt;" in shown and "1 \u00b1 2" in shown


def test_samples_are_shown_with_their_nearest_training_examples(run_of):
    run = run_of("digits", latent=8)
    score = {"name": "s", "value": 1.0, "error": 0.1, "null": 0.5, "null_error": None,
             "p_value": 0.01, "real": 9, "generated": 9, "seed": 0}  # fmt: skip
    material = Material(run)
    material.__dict__["evaluation"] = {
        "split": "test",
        "quality": {"generated": [score], "floor": [score], "notes": ["so"],
                    "memorisation": {"scores": [score]}},
    }  # fmt: skip
    assert not evidence.quality(material).plates
    pictures = np.zeros((3, 1, 8, 8), np.float32)
    np.savez(run.path / "results" / "pairs-test.npz", generated=pictures, nearest=pictures)
    assert [plate.name for plate in evidence.quality(material).plates] == ["nearest-pairs"]


def test_a_report_on_a_run_without_results_measures_it_first(run_of):
    run = run_of("digits", latent=2, epochs=1, measured=False, folder="fresh")
    page = COMMANDS["report"](run).read_text()
    assert run.results["evaluate-test"]["effort"]["method"] == "adaptive"
    assert "log evidence" in page


def test_the_history_of_units_follows_the_training(run_of):
    material = Material(run_of("digits", latent=8))
    assert material.unit_history.shape == (2, 8)
    assert any(plate.name == "unit-history" for plate in evidence.diagnosis(material).plates)


def test_figures_hold_what_they_are_given():
    numbers = [{"value": -9.0 + k, "mc_error": 0.1, "samples": 50 * 10**k, "method": "x",
                "flagged": 0.5} for k in range(3)]  # fmt: skip
    [axes] = bound_curve(
        {**numbers[0], "value": -12.0}, numbers, {**numbers[0], "value": -6.5}
    ).axes
    assert [text.get_text() for text in axes.texts].count("50% flagged") == 3
    gap = each_example(np.array([-3.0, -2.0]), np.array([-4.0, -2.5]), np.array([True, False]))
    points = np.concatenate([c.get_offsets() for c in gap.axes[1].collections])
    assert sorted(points[:, 1]) == [0.5, 1.0]
    bars = parts({"rate": {"a": (1.0, 0.1), "b": (-0.2, 0.1)}}).axes[0].patches
    assert [bar.get_width() for bar in bars] == [1.0, -0.2]
    history = unit_history(np.array([[1.0, 0.5], [1.0, 0.0]]), np.array([True, False]), 0.01)
    assert len(history.axes[0].lines) == 3


def test_runs_stand_where_their_rate_and_distortion_are():
    runs = [Operating("a", 87.0, 16.0), Operating("b", 107.0, 8.0)]
    figure = rate_distortion([runs, [Operating("alone", 1.0, 0.0)], runs])
    first = figure.axes[0]
    assert first.lines[0].get_xydata().tolist() == [[87.0, 16.0], [107.0, 8.0]]
    assert {"a", "b"} <= {text.get_text() for text in first.texts}
    for axes in figure.axes[:3]:  # what lines of equal ELBO are called is where they are
        named = [text for text in axes.texts if text.get_text().startswith("ELBO")]
        assert len(named) > 1
        for text in named:
            value = float(text.get_text().removeprefix("ELBO ").replace("\u2212", "-"))
            assert value == pytest.approx(-sum(text.xy), rel=1e-3)


def test_the_figure_of_a_comparison_is_written_or_refused(run_of, tmp_path):
    effort = Effort.of(samples=30)
    vae = evaluate(run_of("digits", latent=8), effort=effort, brief=True)
    kind = {"latent": 2, "posterior": "deterministic", "objective": "autoencoder"}
    plain = evaluate(run_of("digits", **kind), effort=effort, brief=True)
    for suffix in (".png", ".svg"):
        path = write_rate_distortion(Comparison.of([vae, plain]), tmp_path / f"a{suffix}")
        assert path.stat().st_size > 5000
    with pytest.raises(ConfigError, match="none of these runs has a rate"):
        write_rate_distortion(Comparison.of([plain, plain]), tmp_path / "b.png")


def test_numbers_of_nothing_have_no_sign():
    assert quantity(-0.001, 1.0) == "0.0 \u00b1 1.0"
    assert typeset("at -3.5 +- 1, K-1") == "at \u22123.5 \u00b1 1, K-1"
