"""What is drawn is what was computed: numbers read back from the figures."""

import re
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch.distributions import Normal

from elbowroom.metrics.disentanglement import BinnedMIG, Representation
from elbowroom.metrics.disentanglement.concentration import completeness_of
from elbowroom.metrics.disentanglement.information import entropy, equal_width, information
from elbowroom.metrics.principal_directions import Kind, principal_directions
from elbowroom.report import Material, figures
from elbowroom.report.density import PlaneDensity
from elbowroom.report.figures import Colouring, Marginal
from elbowroom.report.looks import Images, Table
from elbowroom.report.pictures import PICTURES
from elbowroom.report.words import nats

KIND = {"data": "factors", "latent": 3, "measured": False}


@pytest.fixture
def material(run_of) -> Material:
    return Material(run_of(**KIND), "train")


@pytest.fixture
def frames(monkeypatch) -> dict[str, np.ndarray]:
    """Remember what a look is given to show."""
    seen: dict[str, np.ndarray] = {}

    def remember(name: str) -> None:
        original = getattr(Images, name)

        def shown(self, frames, *arguments, **words):
            seen[name] = frames
            return original(self, frames, *arguments, **words)

        monkeypatch.setattr(Images, name, shown)

    remember("grid")
    remember("strips")
    return seen


def test_information_is_that_of_the_codes(material):
    plate = PICTURES["mutual-information"](material)
    units = [material.units.labels.index(name) for name in plate.numbers["units"]]
    classes = material.data.factors.values.astype(int)
    found = information(equal_width(material.codes[:, units]), classes) / entropy(classes)
    np.testing.assert_allclose(np.array(plate.numbers["shares"]).T, found)
    cells, gaps = plate.figure.axes
    assert [text.get_text() for text in cells.texts] == [f"{v:.2f}" for v in found.T.ravel()]
    best = np.sort(found, axis=0)
    np.testing.assert_allclose([bar.get_width() for bar in gaps.patches], best[-1] - best[-2])
    rng, shuffles = np.random.default_rng(7), []
    for _ in range(20):
        mixed = equal_width(rng.permutation(material.codes))
        shuffles.append((information(mixed, classes) / entropy(classes)).mean(0))
    floor = np.array(plate.numbers["shuffled"])
    np.testing.assert_allclose(floor, np.mean(shuffles, 0), rtol=0.15)
    assert figures.span_of(floor) in cells.get_xlabel()
    assert f"know nothing, get {figures.span_of(floor)}." in plate.caption
    known = Representation.of_table(material.codes, material.data.factors)
    [mig] = BinnedMIG().measure(known, resamples=2)
    assert f"{mig.value:.2f}, is the mutual information gap (MIG) of 20 bins" in plate.caption
    assert "MIG" not in PICTURES["mutual-information"](material, units="0,1").caption


def test_squares_have_the_areas_of_importances(material):
    plate = PICTURES["importances"](material, metric="lasso-dci")
    matrix = np.array(plate.numbers["importances"])
    [axes] = plate.figure.axes
    squares = [patch for patch in axes.patches if patch.get_width() == patch.get_height()]
    areas = np.array([square.get_width() ** 2 for square in squares[: matrix.size]])
    np.testing.assert_allclose(areas, 0.92**2 * (matrix / matrix.max()).ravel(), atol=1e-12)
    columns = matrix.shape[1]  # what they are is written in their middle
    middle = axes.transData.inverted().transform(
        axes.transAxes.transform((axes.xaxis.label.get_position()[0], 0))
    )
    assert middle[0] == pytest.approx((columns - 1) / 2)
    written = {text.get_text() for text in axes.texts}
    assert {f"{completeness_of(row[:, None]):.2f}" for row in matrix} <= written


def test_marginals_are_densities(material):
    plate = PICTURES["marginals"](material)
    panels = [axes for axes in plate.figure.axes if axes.get_visible()]
    for axes, unit in zip(panels, material.by_use, strict=True):
        area = sum(bar.get_width() * bar.get_height() for bar in axes.patches)
        assert area == pytest.approx(1.0)
        [line] = axes.lines
        x, y = line.get_data()
        np.testing.assert_allclose(y, Normal(0.0, 1.0).log_prob(torch.tensor(x)).exp(), rtol=1e-5)
        low, high = material.drawn[:, unit].min(), material.drawn[:, unit].max()
        assert x[0] <= low and x[-1] >= high


def test_contours_hold_the_shares_that_they_say():
    places = np.linspace(-5, 5, 160)
    density = np.exp(-(places**2) / 2) / np.sqrt(2 * np.pi)
    one = Marginal("a", np.random.default_rng(0).normal(size=300), places, density)
    figure = figures.joint(one, one, PlaneDensity(places, places, density[:, None] * density))
    [contours] = [c for c in figure.axes[0].collections if hasattr(c, "levels")]
    # Of a standard normal in the plane, the circle of radius r holds 1 - exp(-r^2 / 2).
    radii = np.sqrt(-2 * np.log(np.array(contours.levels) * 2 * np.pi))
    np.testing.assert_allclose(sorted(1 - np.exp(-(radii**2) / 2)), [0.5, 0.9], atol=0.01)
    hexagons = next(c for c in figure.axes[0].collections if c not in (contours,))
    assert hexagons.get_array().sum() == 300


def test_pairs_show_each_pair_once_with_the_prior(material):
    plate = PICTURES["pairs"](material, units="2,0", colour="upper")
    alone, below, other, *_ = plate.figure.axes
    np.testing.assert_allclose(below.collections[0].get_offsets(), material.codes[:, [2, 0]])
    [ellipse] = below.patches
    assert (ellipse.width, ellipse.height) == pytest.approx((4.0, 4.0))
    assert sum(bar.get_height() for bar in alone.patches) == len(material.codes)
    assert other.get_xlabel() == "latent unit 0" and "coloured by upper" in plate.caption


def test_classes_have_a_histogram_each():
    codes = np.random.default_rng(0).normal(size=(90, 2))
    by = Colouring("label", np.arange(90) % 3, ("a", "_b", "$c"))
    figure = figures.pairs(codes, ["0", "1"], by)
    assert len(figure.axes[0].patches) == 3
    assert [text.get_text().strip("\u200b") for text in figure.legends[0].get_texts()] == [
        "a", "_b", "$c"]  # fmt: skip


def test_directions_are_those_of_the_jacobian(material):
    plate = PICTURES["directions"](material, example=3, units="0,1,2")
    z = torch.from_numpy(material.codes[3:4])
    _, S, V = (part[0].numpy() for part in principal_directions(material.run.model, z))
    shown = np.array(plate.numbers["V"])
    # Columns by size, rows in the order of the columns that they belong to.
    order = [material.units.labels.index(unit) for unit in plate.numbers["units"]]
    np.testing.assert_allclose(shown, np.abs(V)[order], rtol=1e-5)
    np.testing.assert_allclose([bar.get_width() for bar in plate.figure.axes[1].patches], S)
    assert plate.numbers["directions"] == [1, 2, 3]
    panels, scale = plate.figure.axes[2:-1], plate.figure.axes[-1]
    assert len(panels) == 3 and scale.get_ylabel() == "change"
    trace = [np.abs(V)[range(3), [i, j, 3 - i - j]].sum()
             for i in range(3) for j in range(3) if i != j]  # fmt: skip
    assert np.trace(shown) == pytest.approx(max(trace))


def test_directions_that_change_nothing_do_not_count():
    weights, sizes = np.array([[0.9, 0.4], [0.4, 0.2]]), np.array([2.0, 0.01])
    told = sys.modules[PICTURES["directions"].__module__]._aligned
    assert "0.90 of 1 here, over the 1 of 2" in told(weights, sizes)
    assert told(weights, np.array([2.0, 1.0])) == "on average 0.55 of 1 here"


def test_changes_of_a_table_are_bars(run_of):
    material = Material(run_of("table", latent=2, measured=False))
    plate = PICTURES["directions"](material, units="0,1")
    U = np.stack([[bar.get_width() for bar in axes.patches] for axes in plate.figure.axes[2:]])
    np.testing.assert_allclose(np.linalg.norm(U, axis=1), 1, rtol=1e-5)
    assert isinstance(material.look, Table)


def test_a_score_stands_beside_its_references():
    score = {"name": "MIG", "value": 0.4, "error": 0.03, "spread": 0.08, "seeds": 4}
    beside = {"PCA": [{**score, "value": 0.1}], "true factors": [{**score, "value": 0.9}]}
    [axes] = figures.scores([score], beside).axes
    assert sorted(line.get_xdata()[0] for line in axes.lines if line.get_marker() != "None") == [
        0.1, 0.4, 0.9]  # fmt: skip
    # An unfilled mark on a line of the grid looks like another.
    assert all(line.get_markeredgecolor() != line.get_color() or line.get_marker() in "oD"
               for line in axes.lines if line.get_marker() != "None")  # fmt: skip
    [[ends]] = [bars.get_segments() for bars in axes.collections]
    np.testing.assert_allclose(ends[:, 0], [0.4 - 1.96 * 0.05, 0.4 + 1.96 * 0.05])


def test_the_measured_disentanglement_is_drawn(material):
    number = {"name": "MIG", "value": 0.4, "error": 0.03, "spread": None, "seeds": 1}
    found = {"scores": [number], "references": {"PCA": [number]}, "factors": {"upper": 5},
             "examples": 40, "split": "test"}  # fmt: skip
    material.__dict__["disentangled"] = found
    plate = PICTURES["disentanglement"](material)
    assert "above all of PCA" in plate.caption and "40 test examples" in plate.caption


def test_the_shares_of_the_units_fill_the_regime():
    shares = {"active": [0.0, 0.5], "mixed": [0.25, 0.0], "passive": [0.75, 0.5]}
    figure = figures.regime([1, 3], shares)
    tops = [area.get_paths()[0].vertices[:, 1].max() for area in figure.axes[0].collections]
    assert tops == [0.5, 0.5, 1.0]
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names[0] == "active (50% in the end)"


@pytest.mark.parametrize(
    ("mixed", "words"),
    [(0.875, "88% are mixed.*without mixed units, and not this"),
     (0.0, "0% are mixed.*that no unit is mixed is the polarised regime")],
)  # fmt: skip
def test_the_regime_is_called_what_it_is(material, monkeypatch, mixed, words):
    was = {Kind.ACTIVE: 1 - mixed, Kind.MIXED: mixed, Kind.PASSIVE: 0.0}
    lines = [SimpleNamespace(epoch=epoch, share=was.get) for epoch in (1, 2)]
    drawing = sys.modules[PICTURES["regime"].__module__]
    monkeypatch.setattr(drawing, "kinds_over_training", lambda _: lines)
    assert re.search(words, PICTURES["regime"](material).caption)


def test_one_unit_is_no_pair(material):
    alone = PICTURES["pairs"](material, units="1").caption
    assert "in latent unit 1 alone" in alone and "two units at a time" not in alone


def test_a_prior_is_known_without_decoding_many(material, monkeypatch):
    counts, generate = [], type(material.run.model).generate

    def counted(model, shape=(), given=None):
        counts.append(shape)
        return generate(model, shape, given)

    monkeypatch.setattr(type(material.run.model), "generate", counted)
    assert material.unit_prior.exact.batch_shape == (3,) and counts == [(1,)]
    assert material.unit_prior.draws.shape == (20_000, 3) and max(counts) <= (1_000,)


def test_a_manifold_stands_at_quantiles_of_the_prior(material, frames):
    plate = PICTURES["manifold"](material, units="2,0", steps=4)
    wanted = Normal(0.0, 1.0).icdf(torch.tensor([0.125, 0.375, 0.625, 0.875]))
    np.testing.assert_allclose(plate.numbers["across"], wanted, rtol=1e-5)
    np.testing.assert_allclose(plate.numbers["up"], wanted, rtol=1e-5)
    low, high = float(wanted[0]), float(wanted[-1])
    # Unit 2 goes to the right, unit 0 upwards, the other is at the prior's mean.
    corners = np.array([[[high, 0, low], [high, 0, high]], [[low, 0, low], [low, 0, high]]])
    np.testing.assert_allclose(
        frames["grid"][::3, ::3], material.decode(corners.astype(np.float32)), rtol=1e-5
    )


@pytest.mark.parametrize("prior", ["gaussian-mixture", "coupling-flow"])
def test_quantiles_of_any_prior_are_those_of_its_draws(run_of, prior):
    material = Material(run_of("digits", latent=2, prior=prior, measured=False))
    plate = PICTURES["manifold"](material, steps=5, units="0,1")
    with torch.random.fork_rng(), torch.inference_mode():
        torch.manual_seed(7)
        drawn = material.run.model.generate((20_000,)).z
    below = (drawn[:, :1] < torch.tensor(plate.numbers["across"])).double().mean(0)
    np.testing.assert_allclose(below, [0.1, 0.3, 0.5, 0.7, 0.9], atol=0.02)
    places = np.linspace(-9, 9, 4000)
    density = material.unit_prior.density(0, places)
    assert np.trapezoid(density, places) == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("around", ["prior", "example"])
def test_a_traversal_turns_one_unit_over_its_range(material, frames, around):
    plate = PICTURES["traversals"](material, example="5,2", units="1,0", steps=3, around=around)
    assert frames["strips"].shape == (4, 3, 1, 6, 5)
    shown = material.whole.subset([5, 2])
    x = material.seen(shown)
    with torch.inference_mode():
        q = material.run.model.infer(x)[0].posterior
    code, scale = q.mean[1].numpy(), q.stddev[1].numpy()
    codes = np.tile(code, (3, 1))
    away = 3.0 if around == "prior" else 3 * scale[1]
    middle = 0.0 if around == "prior" else code[1]
    codes[:, 1] = middle + away * np.array([-1, 0, 1])
    np.testing.assert_allclose(frames["strips"][1], material.decode(codes), rtol=1e-4, atol=1e-3)
    rows = [label.get_text() for label in plate.figure.axes[0].get_yticklabels()]
    told = [f"{unit} ({nats(material.rates[unit])} nats)" for unit in (1, 0)]
    assert rows == [f"{unit}, example {number}" for unit in told for number in (5, 2)]
    assert ("example's own posterior" in plate.caption) == (around == "example")


def test_the_most_used_unit_is_turned_first(material):
    plate = PICTURES["traversals"](material)
    order = [material.units.labels.index(name) for name in plate.numbers["units"]]
    assert (np.diff(material.rates[order]) <= 0).all()
