"""Every picture of every kind of run: drawn in words that fit, or refused with the reason."""

import inspect
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.figure import Figure

from elbowroom.cli import main
from elbowroom.commands import COMMANDS
from elbowroom.errors import ConfigError, DataError, ElbowroomError, IncompatibleError
from elbowroom.parts.signature import read_args
from elbowroom.report import Material
from elbowroom.report.picture import Pictures, draw
from elbowroom.report.pictures import PICTURES, line_of, moves, options_of
from elbowroom.report.rendering import settle, steady

PRIOR = {"aggregate-posterior", "manifold", "marginals", "samples"}
KINDS = {
    "images": {"data": "digits", "latent": 8},
    "table": {"data": "hostile", "latent": 3},
    "conditional": {"data": "digits", "latent": 2, "condition": "labels"},
    "autoencoder": {
        "data": "digits", "latent": 2, "posterior": "deterministic", "objective": "autoencoder",
    },
    "autoencoder with the default posterior": {
        "data": "digits", "latent": 2, "objective": "autoencoder",
    },
    "one unit": {"data": "colours", "latent": 1},
    "levels": {"data": "digits", "latent": 2, "structure": "ladder"},
    "factors": {"data": "factors", "latent": 3},
}  # fmt: skip
# There are forty examples in a test split: too few for predictors and bins of ten classes.
SCARCE = {"disentanglement", "importances", "mutual-information"}
REFUSED = {
    "images": {"labels", *SCARCE},
    "table": {"labels", *SCARCE},
    "conditional": SCARCE,
    "autoencoder": {*PRIOR, *SCARCE, "labels", "rates", "regime"},
    "autoencoder with the default posterior": {*PRIOR, *SCARCE, "labels"},
    "one unit": {*SCARCE, "labels", "aggregate-posterior", "manifold"},
    "levels": {*SCARCE, "labels", "directions"},
    "factors": {"labels", "disentanglement"},
}  # fmt: skip
SPLIT = {"factors": "train"}


@pytest.fixture(scope="module")
def material_of(run_of):
    """Return the material of a kind of run, the same for all pictures."""
    known: dict[str, Material] = {}

    def of(kind: str) -> Material:
        if kind not in known:
            known[kind] = Material(run_of(**KINDS[kind], measured=False), SPLIT.get(kind))
        return known[kind]

    return of


def test_every_picture_says_what_it_shows_and_explains_its_options():
    taken = inspect.signature(COMMANDS["picture"]).parameters
    for name, picture in PICTURES.items():
        words = read_args(inspect.getdoc(picture) or "")
        assert set(options_of(picture)) <= set(words) and set(options_of(picture)) <= set(taken)
        assert 20 < len(line_of(picture)) < 95 and line_of(picture).endswith(".")
        defaults = inspect.signature(picture).parameters
        assert all(defaults[option].default is not None or taken[option].default is None
                   for option in options_of(picture)), name  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_picture_is_drawn_or_refused_in_words(material_of, kind):
    material, refused = material_of(kind), set()
    for name, picture in PICTURES.items():
        try:
            plate = picture(material)
        except ElbowroomError as error:
            assert len(str(error)) > 60
            refused.add(name)
            continue
        assert isinstance(plate.figure, Figure) and plate.name == name
        assert len(plate.caption) > 60 and plate.caption.endswith(".")
        if kind in ("images", "table") or name in ("importances", "mutual-information"):
            check_words(plate.figure, name)
    assert refused == REFUSED[kind]


def check_words(figure: Figure, name: str) -> None:
    """Nothing that is written or drawn is cut off, and marks of an axis do not meet."""
    settle(figure)
    with steady():
        figure.draw_without_rendering()
    page = figure.bbox
    inside = [child for axes in figure.axes for child in axes.child_axes]
    for axes in (axes for axes in (*figure.axes, *inside) if axes.get_visible()):
        for points in (drawn.get_offsets() for drawn in axes.collections):
            low, high = axes.viewLim.min, axes.viewLim.max
            shown = points[~(points == 0).all(1)]  # those of lines are 0
            assert ((shown >= low) & (shown <= high)).all(), f"{name}: points are cut off"
        marks = marks_of(axes.xaxis)
        words = [axes.xaxis.label, axes.yaxis.label, axes.title, *axes.texts, *marks,
                 *marks_of(axes.yaxis)]  # fmt: skip
        for text in words:
            if not (text.get_visible() and text.get_text().strip()):
                continue
            box = text.get_window_extent()
            whole = box.x0 > -2 and box.y0 > -2 and box.x1 < page.x1 + 2 and box.y1 < page.y1 + 2
            assert whole, f"{name}: {text.get_text()!r} at {box} is cut off by {page}"
        boxes = sorted((text.get_window_extent() for text in marks), key=lambda box: box.x0)
        for left, right in pairwise(boxes):
            assert left.x1 <= right.x0 + 1, f"{name}: marks meet"


def marks_of(axis):
    """Return the words at the ticks that are shown: those within the view."""
    low, high = sorted(axis.get_view_interval())
    shown = axis.get_tick_params().get("labelbottom", axis.get_tick_params().get("labelleft", True))
    return [tick.label1 for tick in axis.get_major_ticks()
            if shown and low <= tick.get_loc() <= high and tick.label1.get_text()]  # fmt: skip


def test_an_unknown_name_or_option_is_refused_with_what_there_is(run_of):
    run = run_of(**KINDS["images"], measured=False)
    with pytest.raises(ConfigError, match="Did you mean 'traversals'.*There are: aggregate"):
        draw(run, "traversal")
    for name, picture in PICTURES.items():
        with pytest.raises(ConfigError, match=f"{name} has no option 'nothing'; it takes .*split"):
            draw(run, name, nothing=1)
        assert "nothing" not in options_of(picture)


@pytest.mark.parametrize(
    ("name", "options", "error", "words"),
    [
        ("traversals", {"example": 20_000}, ConfigError, "from 0 to"),
        ("traversals", {"example": ""}, ConfigError, "whole numbers"),
        ("traversals", {"units": "3,12"}, ConfigError, "no latent unit '12'"),
        ("traversals", {"units": "3,3"}, ConfigError, "once"),
        ("traversals", {"example": list(range(30))}, ConfigError, "240 rows .8 units of 30 exam"),
        ("interpolation", {"example": list(range(20)), "other": list(range(20, 40))}, ConfigError,
         "60 rows .20 pairs, 3 ways each"),
        ("traversals", {"steps": 1}, ConfigError, "between 2 and 40"),
        ("manifold", {"units": "1,2,3"}, ConfigError, "takes two units"),
        ("manifold", {"example": "1,2"}, ConfigError, "one example"),
        ("directions", {"example": "1,2"}, ConfigError, "one position"),
        ("pairs", {"colour": "hue"}, ConfigError, "to colour by.*label"),
        ("interpolation", {"example": "1,2", "other": "3"}, ConfigError, "as many ends as starts"),
        ("interpolation", {"example": 1, "other": 1}, ConfigError, "to itself"),
        ("interpolation", {"path": "curved"}, ConfigError, "straight, spherical, metric"),
        ("importances", {"metric": "lasso"}, ConfigError, "Did you mean 'lasso-dci'"),
        ("mutual-information", {}, DataError, "needs 200 examples or more.*there are 40"),
        ("samples", {"split": "tset"}, ConfigError, "has no tset examples"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_with_the_right_ones(run_of, name, options, error, words):
    with pytest.raises(error, match=words):
        draw(run_of(**KINDS["images"], measured=False), name, **options)


@pytest.mark.parametrize(
    "kind",
    [
        {"posterior": "deterministic", "objective": "autoencoder"},
        {"objective": "autoencoder"},
        {"objective": "beta-vae", "beta": 0.0},
    ],
    ids=["without noise", "default posterior", "no weight on the rate"],
)
def test_the_prior_of_an_autoencoder_means_nothing(run_of, kind):
    plain = run_of("digits", latent=2, measured=False, **kind)
    assert Material(plain).kind == "autoencoder"
    for name in PRIOR:
        with pytest.raises(IncompatibleError, match="nothing in the training.*elbowroom refit"):
            draw(plain, name)


def test_the_prior_of_another_model_means_something(run_of):
    plain = run_of(**KINDS["autoencoder"], measured=False)
    with pytest.raises(IncompatibleError, match="posterior is one point"):
        draw(plain, "traversals", around="example")
    with pytest.raises(IncompatibleError, match="around the prior"):
        draw(plain, "traversals", around="prior")
    held = run_of("digits", latent=2, posterior="deterministic", objective="wae", measured=False)
    assert draw(held, "samples").figure.axes


def test_units_that_do_not_vary_and_data_without_factors(run_of):
    material = Material(run_of(**KINDS["factors"], measured=False), "train")
    material.codes[:, 1] = 0.5
    material.drawn[:, 1] = 0.5
    told = PICTURES["mutual-information"](material, units="1").numbers["shares"]
    np.testing.assert_allclose(told, 0, atol=1e-12)
    assert "1" not in PICTURES["importances"](material).numbers["units"]
    for name in ("pairs", "marginals"):
        PICTURES[name](material, units="0,1")
    with pytest.raises(DataError, match="neither factors nor labels"):
        draw(run_of(**KINDS["one unit"], measured=False), "mutual-information")


def test_the_command_lists_draws_and_writes(run_of, tmp_path, capsys):
    listed = COMMANDS["picture"]()
    assert isinstance(listed, Pictures) and set(listed.to_dict()) == set(PICTURES)
    assert main(["picture"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert all(name in text and " ".join(line_of(one).split()[:4]) in text
               for name, one in PICTURES.items())  # fmt: skip
    run = run_of(**KINDS["images"], measured=False)
    for suffix, start in (
        (".png", b"\x89PNG"),
        (".PNG", b"\x89PNG"),
        (".Svg", b"<?xml"),
        (".svg", b"<?xml"),
        (".pdf", b"%PDF"),
    ):
        drawn = COMMANDS["picture"](run, "rates", out=tmp_path / f"a{suffix}")
        assert drawn.files[0].read_bytes().startswith(start)
        assert str(drawn.files[0]) == drawn.to_dict()["files"][0]
    assert drawn._repr_png_().startswith(b"\x89PNG")
    assert drawn.numbers["rates"] == pytest.approx(Material(run).rates.tolist())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("picture a traversal", "Did you mean 'traversals'?"),
        ("picture a traversals --other 3", "no option 'other'; it takes example, units, steps"),
        ("picture a rates --out a.gif", "rates does not move: 'a.gif' must end in one of .png"),
        ("picture a rates --out a.xyz", "must end in one of .png, .svg, .pdf, .gif, .webp, .mp4"),
        ("picture a traversals --frames 9 --out a.png", "'a.png' holds one picture"),
        ("picture a traversals --frames 9", "give --out"),
        ("picture nowhere traversals", "no run folder at 'nowhere'"),
        ("picture a --out a.png", "--out: of which picture? Give its name after the run"),
        ("picture --units 3 --split test", "--units, --split: of which picture?"),
        ("picture nowhere", "no run folder at 'nowhere'"),
    ],
)
def test_bad_command_lines(arguments, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(arguments.split()) in (1, 2)
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_moves_is_known_without_drawing():
    assert {name for name, one in PICTURES.items() if moves(one)} == {"interpolation", "traversals"}
