"""Every figure: drawable for every kind of data, labelled, and the same on every machine."""

import re

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

from elbowroom.data import Domain
from elbowroom.report import figures
from elbowroom.report.density import PlaneDensity
from elbowroom.report.figures import CodeMap
from elbowroom.report.house_style import INK
from elbowroom.report.looks import Images, Look, Table
from elbowroom.report.rendering import inline_svg

SHAPES: dict[str, tuple[int, ...]] = {
    **{f"{channels} channels": (channels, 6, 5) for channels in (1, 3, 4)},
    "large": (1, 300, 7),
    "table": (5,),
    "one column": (1,),
    "spectra": (60,),
}


@pytest.fixture(params=SHAPES)
def shape(request) -> tuple[int, ...]:
    return SHAPES[request.param]


def look_of(shape: tuple[int, ...]) -> Look:
    if len(shape) == 3:
        return Images.of(Domain(shape, 256, 0, 255), np.zeros((1, *shape)))
    return Table.of(None, examples(shape, 20))


def examples(shape: tuple[int, ...], *count: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(0, 255, (*count, *shape)).astype(np.float32)


def check(figure: Figure) -> None:
    """Each drawn panel says what its axes are: by itself, with its neighbours, or by tick words."""
    assert isinstance(figure, Figure)
    # The layout takes most of the time and is worked out where whole pages are written.
    figure.set_layout_engine("none")
    figure.draw_without_rendering()
    for axes in (axes for axes in figure.axes if axes.get_visible()):
        if axes.get_label() == "<colorbar>":
            assert axes.get_ylabel()
            continue
        for label, shared, labels, whole in (
            ("get_xlabel", axes.get_shared_x_axes(), "get_xticklabels", figure.get_supxlabel()),
            ("get_ylabel", axes.get_shared_y_axes(), "get_yticklabels", figure.get_supylabel()),
        ):
            kin = shared.get_siblings(axes)
            named = any(getattr(one, label)() for one in kin)
            words = any(
                re.search("[a-z]", tick.get_text())
                for one in kin
                for tick in getattr(one, labels)()
            )
            # A sheet of pictures without rows or columns that mean anything has one label.
            assert named or words or whole or axes.images


@pytest.mark.parametrize("count", [1, 12])
def test_reconstructions(shape, count):
    originals = examples(shape, count)
    check(figures.reconstructions(look_of(shape), originals, originals + 5, originals - 5))
    check(figures.reconstructions(look_of(shape), originals, originals, name="autoencoder"))


def test_samples(shape):
    check(figures.samples(look_of(shape), examples(shape, 30), examples(shape, 20)))


@pytest.mark.parametrize("latent", [1, 8])
def test_traversals(shape, latent):
    steps = [f"{step:+d}" for step in range(-3, 4)]
    check(figures.traversals(look_of(shape), examples(shape, latent, 7), range(latent), steps))


@pytest.mark.parametrize("pairs", [1, 5])
def test_interpolations(shape, pairs):
    check(figures.interpolations(look_of(shape), examples(shape, pairs, 7)))


@pytest.mark.parametrize("latent", [1, 2, 8])
@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (None, None),
        (np.arange(40) % 3, ("a", "_b", "$c")),
        (np.arange(40) % 13, tuple(map(str, range(13)))),
        (np.arange(40) % 30, tuple(map(str, range(30)))),
        (np.linspace(0, 1, 40), None),
    ],
    ids=["no labels", "3 classes", "13 classes", "30 classes", "quantity"],
)
def test_maps(latent, labels, names):
    codes = np.random.default_rng(0).normal(size=(40, latent))
    ours = (
        CodeMap.of_units(codes, range(latent), "VAE")
        if latent <= 2
        else CodeMap.of_directions(codes, "VAE")
    )
    check(figures.code_maps([ours], labels, names))
    pair = [ours.with_prior(PlaneDensity.standard_normal()), CodeMap.of_components(codes, "PCA")]
    drawn = figures.code_maps(pair, labels, names)
    check(drawn)
    assert [axes.get_title(loc="left") for axes in drawn.axes[:2]] == ["VAE", "PCA"]


def test_a_map_shows_the_directions_of_largest_variance():
    rng = np.random.default_rng(0)
    turned = np.linalg.qr(rng.normal(size=(5, 5)))[0]
    codes = rng.normal(size=(4000, 5)) * [0.1, 3.0, 0.1, 1.0, 0.1]
    drawn = CodeMap.of_directions(codes @ turned, "")
    np.testing.assert_allclose(drawn.points.std(0), [3.0, 1.0], rtol=0.05)
    assert "(90% of the codes' variance)" in drawn.names[0]
    # The prior's centre stays at the origin, and turning the codes does not turn the map.
    shifted = CodeMap.of_directions((codes + [0, 10, 0, 0, 0]) @ turned, "")
    np.testing.assert_allclose(np.abs(shifted.points.mean(0)), [10, 0], atol=0.2)


def test_a_map_of_one_example():
    check(figures.code_maps([CodeMap.of_directions(np.ones((1, 4)), "VAE")]))


TERMS = {"loss": 9.0, "distortion": 6.0, "rate": 3.0}


def log_of(epochs: int, terms=TERMS, validation=True, best=2):
    return [
        {
            "event": "epoch",
            "epoch": epoch,
            "train": {name: value / epoch for name, value in terms.items()},
            "validation": {n: v / epoch + 1 for n, v in terms.items()} if validation else {},
            "best": validation and epoch <= best,
        }
        for epoch in range(1, epochs + 1)
    ] + [{"event": "outcome", "reason": "finished"}]


@pytest.mark.parametrize("validation", [True, False])
@pytest.mark.parametrize("epochs", [1, 2, 50])
@pytest.mark.parametrize(
    ("terms", "panels"),
    [
        (TERMS, ["ELBO", "distortion", "rate"]),
        ({"loss": 1.0, "distortion": 1.0}, ["distortion"]),
        ({**TERMS, "critic": 2.0}, ["ELBO", "distortion", "rate", "critic"]),
    ],
    ids=["VAE", "autoencoder", "with a critic"],
)
def test_learning_curves(epochs, validation, terms, panels):
    drawn = figures.learning_curves(log_of(epochs, terms, validation))
    check(drawn)
    assert [axes.get_title(loc="left") for axes in drawn.axes] == panels


def test_learning_curves_show_the_elbo_and_the_epoch_whose_weights_were_kept():
    elbo = figures.learning_curves(log_of(9)).axes[0]
    train, validation, _, best = elbo.get_lines()
    np.testing.assert_allclose(train.get_ydata(), [-9.0 / epoch for epoch in range(1, 10)])
    assert [best.get_xdata()[0], best.get_ydata()[0]] == [2, validation.get_ydata()[1]]
    assert "epoch 2" in best.get_label()


@pytest.mark.parametrize("latent", [1, 2, 8, 60])
def test_rates_are_sorted_and_tell_active_from_not(latent):
    rate = np.random.default_rng(0).permutation(np.arange(1.0, latent + 1))
    active = rate > latent / 2
    drawn = figures.rates(rate, active)
    check(drawn)
    bars = drawn.axes[0].patches
    assert [bar.get_height() for bar in bars] == sorted(rate, reverse=True)
    assert sum(bar.get_facecolor()[3] > 0 for bar in bars) == active.sum()


def test_small_rates_are_told_from_none():
    [axes] = figures.rates([0.0021, 0.0049, 0.3, 0.0], [False] * 4).axes
    assert [text.get_text() for text in axes.texts] == ["0.30", "0.005", "0.002", "0"]
    [collapsed] = figures.rates([1e-5, 2e-5], [False, False]).axes
    assert collapsed.get_ylim()[1] == 0.1 and collapsed.texts[0].get_text() == "<0.001"


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5])
def test_pictures_are_the_values(channels):
    values = np.zeros((1, channels, 2, 2))
    values[..., 0, 0], values[..., 0, 1] = 255, 51
    pictures = Images(0, 255).pictures(values)
    side = pictures.shape[1] // 2
    shown = pictures[0, ::side, ::side]
    opacity = 255 if channels != 4 else shown[..., 0]
    blue = shown[..., 2] if channels != 2 else shown[..., 0]
    np.testing.assert_array_equal(shown[..., 0], [[255, 51], [0, 0]])
    np.testing.assert_array_equal(blue, [[255, 51], [0, 0]])
    np.testing.assert_array_equal(shown[..., 3], np.broadcast_to(opacity, (2, 2)))
    # Every pixel is a square of one colour.
    blocks = pictures[0, :side, :side]
    assert (blocks == blocks[0, 0]).all()


def test_large_pictures_are_averaged_down():
    values = np.zeros((1, 1, 600, 600))
    values[..., ::2] = 100
    pictures = Images(0, 100).pictures(values)
    assert max(pictures.shape) < 300
    assert np.abs(pictures[..., :3].astype(int) - 127).max() <= 1


def test_open_domains_take_black_and_white_from_the_examples():
    seen = np.linspace(-2, 5, 1001)
    look = Images.of(Domain((1, 1, 1)), seen)
    assert look.low == pytest.approx(-1.965) and look.high == pytest.approx(4.965)


def test_a_table_is_shown_in_standard_deviations():
    train = np.array([[0.0, 5.0], [2.0, 5.0]])
    look = Table.of(("a", "constant"), train)
    np.testing.assert_array_equal(look.comparable(train), [[-1, 0], [1, 0]])
    np.testing.assert_allclose(look.from_comparable(look.comparable(train)), train)


def test_figures_neither_take_nor_change_a_persons_settings():
    plain = inline_svg(figures.rates([1.0, 2.0], [True, False]), "rates", "")
    with matplotlib.rc_context({"axes.grid": False, "font.size": 30, "text.color": "red"}):
        before = dict(matplotlib.rcParams)
        styled = inline_svg(figures.rates([1.0, 2.0], [True, False]), "rates", "")
        assert dict(matplotlib.rcParams) == before
    assert styled == plain


def test_an_inline_figure_takes_the_pages_colours_font_and_name():
    drawn = inline_svg(figures.rates([1.0], [True]), "rates", 'a "quoted" caption')
    assert INK not in drawn and "var(--ink)" in drawn and "var(--font)" in drawn
    assert "DejaVu" not in drawn and 'aria-label="a &quot;quoted&quot; caption"' in drawn
    assert 'id="rates-' in drawn and "http" not in drawn.replace("http://www.w3.org", "")
