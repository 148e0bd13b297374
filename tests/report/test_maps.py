"""Maps say the truth: names stand on their own points, lines hold what they say, nothing is cut."""

import numpy as np
import pytest

from elbowroom.report import Material, figures
from elbowroom.report.density import PlaneDensity, density_at
from elbowroom.report.figures import CodeMap, Marginal
from elbowroom.report.figures.group_names import group_names
from elbowroom.report.pictures import PICTURES
from elbowroom.report.rendering import write_files


def among_others() -> tuple[np.ndarray, np.ndarray]:
    """Return a cluster of sixes, most ones within it, sevens half on ones and half apart."""
    rng = np.random.default_rng(0)
    sixes = rng.normal(0, 0.4, (80, 2))
    ones = np.concatenate([rng.normal(0, 0.2, (30, 2)), rng.uniform(-6, 6, (20, 2))])
    sevens = rng.normal((5, 5), 0.4, (60, 2))
    return np.concatenate([ones, sixes, sevens]), np.repeat([0, 1, 2], [50, 80, 60])


def written(axes) -> dict[str, tuple[float, float]]:
    return {text.get_text(): text.get_position() for text in axes.texts
            if "prior" not in text.get_text()}  # fmt: skip


def test_a_name_stands_where_its_class_is_the_majority():
    points, labels = among_others()
    classes = ("1", "6", "7")
    [axes, *_] = figures.code_maps([CodeMap(points, ("a", "b"), "")], labels, classes).axes
    names = written(axes)
    assert set(names) == {"6", "7"}  # the first and densest of all is '1', a minority there
    for name, place in names.items():
        nearest = np.linalg.norm(points - place, axis=1).argsort()[:15]
        assert (labels[nearest] == classes.index(name)).mean() > 0.5


def test_of_names_that_meet_the_larger_majority_is_written():
    rng = np.random.default_rng(0)
    points = np.concatenate([rng.normal((at, 0), (0.5, 0.1), (60, 2)) for at in (0, 1.2)])
    points = np.concatenate([points, rng.normal((0, 0), (0.6, 0.1), (15, 2))])
    second = (np.arange(135) >= 60) & (np.arange(135) < 120)
    groups = {"long name": np.arange(135) < 60, "another": second}
    apart = group_names(points, groups, side=5.0)
    assert [one.name for one in apart] == ["another", "long name"]
    assert apart[0].majority > apart[1].majority
    assert [one.name for one in group_names(points, groups, side=15.0)] == ["another"]


def test_a_name_never_hides_a_collapsed_cloud():
    rng = np.random.default_rng(0)
    points = 0.01 * (rng.normal(size=(200, 2)) + np.repeat([[0, 0], [9, 9]], 100, axis=0))
    labels = np.repeat([0, 1], 100)
    alone = CodeMap(points, ("a", "b"), "")
    beside = alone.with_prior(PlaneDensity.standard_normal())
    found = [written(figures.code_maps([one], labels, ("x", "y")).axes[0])
             for one in (alone, beside)]  # fmt: skip
    assert set(found[0]) == {"x", "y"} and not found[1]


def line_of(axes) -> np.ndarray:
    [line] = [drawn for drawn in axes.collections if hasattr(drawn, "levels")]
    return line.get_paths()[0]


def test_the_line_of_a_standard_normal_prior_is_the_circle_of_two(run_of):
    plate = PICTURES["code-map"](Material(run_of("digits", latent=8, measured=False)))
    radii = np.linalg.norm(line_of(plate.figure.axes[0]).vertices, axis=1)
    np.testing.assert_allclose(radii, 2.0, atol=0.02)


def test_the_line_of_another_prior_holds_what_it_says(run_of):
    material = Material(run_of("digits", latent=2, prior="gaussian-mixture", measured=False))
    draws = np.random.default_rng(0).normal((4.0, -3.0), (3.0, 0.5), (20_000, 2))
    material.unit_prior.__dict__["draws"] = draws
    plate = PICTURES["code-map"](material, units="1,0")
    [axes, _] = plate.figure.axes[:2]
    line = line_of(axes)
    assert line.contains_points(draws[:, ::-1]).mean() == pytest.approx(0.86, abs=0.02)
    assert "86%" in plate.caption and "86% of the prior" in {t.get_text() for t in axes.texts}
    low, high = axes.viewLim.min, axes.viewLim.max
    assert (line.vertices > low).all() and (line.vertices < high).all()


def test_a_plane_is_square_and_holds_its_hexagons(run_of):
    material = Material(run_of("digits", latent=8, measured=False))
    material.drawn[0] = 7.0  # one code far from the others
    [axes] = PICTURES["aggregate-posterior"](material).figure.axes
    low, high = axes.viewLim.min, axes.viewLim.max
    assert axes.get_aspect() == 1 and np.ptp([low, high], axis=0)[0] == pytest.approx(
        np.ptp([low, high], axis=0)[1]
    )
    hexagons = axes.collections[0]
    corners = hexagons.get_paths()[0].vertices + hexagons.get_offsets()[:, None]
    assert (corners.min((0, 1)) >= low).all() and (corners.max((0, 1)) <= high).all()
    assert {"50%", "90%"} <= {text.get_text() for text in axes.texts}
    scale = axes.child_axes[-1]
    assert "examples in" in scale.get_title(loc="left")
    assert scale.get_xlim()[1] == hexagons.get_array().max()


def test_the_density_of_draws_is_even_and_theirs():
    rng = np.random.default_rng(0)
    draws = np.concatenate([rng.normal(-3, 1, 10_000), rng.normal(3, 0.5, 10_000)])
    places = np.linspace(-9, 9, 721)
    found = density_at(draws, places)
    wanted = sum(
        np.exp(-(((places - at) / sd) ** 2) / 2) / (2 * sd * np.sqrt(2 * np.pi))
        for at, sd in ((-3, 1), (3, 0.5))
    )
    np.testing.assert_allclose(found, wanted, atol=0.03)
    turns = (np.diff(np.sign(np.diff(found[found > 0.01]))) != 0).sum()
    assert turns < 30  # a histogram of 80 bins has about as many as bins
    assert np.trapezoid(found, places) == pytest.approx(1, abs=1e-3)
    one = Marginal("a", draws, places, found)
    assert figures.marginals([one]).axes[0].lines[0].get_ydata().max() == found.max()


def test_names_with_points_are_files_of_their_own(tmp_path):
    figure = figures.rates([1.0], [True])
    paths = {path for name in ("strength-m.a", "strength-m.b")
             for path in write_files(figure, tmp_path / name)}  # fmt: skip
    assert {path.name for path in paths} == {
        f"strength-m.{end}.{suffix}" for end in "ab" for suffix in ("png", "svg")
    }
