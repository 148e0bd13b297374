"""Structural similarity against its formula, and where it makes no sense."""

import pytest
import torch
from torch.distributions import Independent, Normal

from elbowroom.distributions import Bernoulli, Gaussian
from elbowroom.errors import ConfigError, IncompatibleError, MissingExtraError
from elbowroom.models import Trace
from elbowroom.objectives import MultiScaleStructuralSimilarity, StructuralSimilarity
from tests.cases import small_vae

IMAGE = (2, 12, 14)
KINDS = [
    StructuralSimilarity(1.0, window=7),
    MultiScaleStructuralSimilarity(1.0, sigmas=(0.5, 1.5)),
]
every = pytest.mark.parametrize("penalty", KINDS, ids=repr)


def value_of(penalty, x, made):
    """Return the cost of reconstructions (K, B, *event)."""
    model = small_vae(Gaussian(x.shape[1:]))
    px = Independent(Normal(made, 1.0), 3)
    return penalty(model, Trace(x, px, model(x).levels)).value


@every
def test_equal_images_cost_nothing_and_others_something(penalty):
    x = torch.rand(3, *IMAGE)
    assert value_of(penalty, x, x[None]).abs() < 1e-3
    assert value_of(penalty, x, 0.5 * x[None]) > 1


@every
def test_it_is_symmetric_and_a_mean_over_samples_and_examples(penalty):
    x, made = torch.rand(3, *IMAGE), torch.rand(2, 3, *IMAGE)
    each = [value_of(penalty, x[b : b + 1], made[k : k + 1, b : b + 1])
            for k in range(2) for b in range(3)]  # fmt: skip
    torch.testing.assert_close(value_of(penalty, x, made), sum(each) / 6)
    torch.testing.assert_close(value_of(penalty, made[0], x[None]), value_of(penalty, x, made[:1]))


@pytest.mark.parametrize("kind", [StructuralSimilarity, MultiScaleStructuralSimilarity])
def test_it_does_not_change_with_the_units(kind):
    x, made = torch.rand(3, 1, 20, 20), torch.rand(1, 3, 1, 20, 20)
    one, other = value_of(kind(1.0), x, made), value_of(kind(255.0), 255 * x, 255 * made)
    torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-3)


def windowed(image, sigma, side):
    """Return the Gaussian mean of an image around its middle pixel."""
    place = torch.arange(side, dtype=torch.float64) - side // 2
    weight = (-0.5 * (place / sigma) ** 2).exp()
    weight = weight[:, None] * weight
    middle = image.shape[-1] // 2
    patch = image[middle - side // 2 :, middle - side // 2 :][:side, :side]
    return (weight / weight.sum() * patch).sum()


def parts(x, y, sigma, side):
    """Return luminance and contrast-structure of one window, by the formulas."""
    mean = [windowed(image, sigma, side) for image in (x, y)]
    var = [windowed(i * i, sigma, side) - m * m for i, m in zip((x, y), mean, strict=True)]
    cov = windowed(x * y, sigma, side) - mean[0] * mean[1]
    luminance = (2 * mean[0] * mean[1] + 1e-4) / (mean[0] ** 2 + mean[1] ** 2 + 1e-4)
    return luminance, (2 * cov + 9e-4) / (var[0] + var[1] + 9e-4)


def test_one_window_is_the_formula():
    """Images of one window, of which nothing but the window's middle is asked."""
    x, y = torch.rand(2, 17, 17)
    luminance, structure = parts(x.double(), y.double(), 1.5, 7)
    got = StructuralSimilarity(1.0, window=7)._map(x[None, None], y[None, None], 7, 1.0, 0.0)
    assert got[0, 0, 8, 8] == pytest.approx(float(luminance * structure), abs=1e-5)
    scales = [parts(x.double(), y.double(), sigma, 17) for sigma in (0.5, 1.0, 4.0)]
    several = MultiScaleStructuralSimilarity(1.0, sigmas=(0.5, 1.0, 4.0))._loss
    several.reduction = "none"
    expected = 1 - scales[-1][0] * scales[0][1] * scales[1][1] * scales[2][1]
    assert several(x[None, None], y[None, None])[0, 8, 8] == pytest.approx(
        float(expected), abs=1e-5
    )


@every
def test_it_is_no_likelihood(penalty):
    assert not penalty.scores_likelihood and penalty.comparable


@every
def test_blur_costs_more_than_as_large_an_error_of_brightness(penalty):
    torch.manual_seed(0)
    x = (torch.rand(4, *IMAGE) > 0.5).float()
    blurred = 0.5 * x + 0.5 * torch.nn.functional.avg_pool2d(x, 3, 1, 1)
    shift = (blurred - x).square().mean().sqrt()
    assert value_of(penalty, x, blurred[None]) > value_of(penalty, x, (x + shift)[None])


@pytest.mark.parametrize(
    ("penalty", "shape", "words"),
    [
        (StructuralSimilarity(1.0), (1, 8, 28), r"8 x 28 pixels.*needs 11 x 11.*smaller window"),
        (MultiScaleStructuralSimilarity(1.0), (1, 28, 16), r"needs 17 x 17.*smaller sigmas"),
        (StructuralSimilarity(1.0), (9,), r"is of images, and these data have shape \(9,\)"),
    ],
)
def test_it_refuses_tables_and_images_without_room_for_its_window(penalty, shape, words):
    with pytest.raises(IncompatibleError, match=words):
        penalty.check(small_vae(Bernoulli(shape)))


def test_it_needs_values_between_bounds():
    with pytest.raises(IncompatibleError, match="let the preprocessing be 'scale'"):
        StructuralSimilarity(float("inf"))


@pytest.mark.parametrize(
    "build",
    [
        lambda: StructuralSimilarity(1.0, window=4),
        lambda: StructuralSimilarity(1.0, window=1),
        lambda: MultiScaleStructuralSimilarity(1.0, sigmas=()),
        lambda: MultiScaleStructuralSimilarity(1.0, sigmas=(2.0, 1.0)),
        lambda: MultiScaleStructuralSimilarity(1.0, sigmas=(0.0, 1.0)),
    ],
)
def test_options_out_of_range_are_refused(build):
    with pytest.raises(ConfigError, match="odd number|must be positive and rise"):
        build()


def test_without_the_library_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "kornia", None)
    monkeypatch.setitem(__import__("sys").modules, "kornia.losses", None)
    with pytest.raises(MissingExtraError, match=r"elbowroom\[perceptual\]"):
        StructuralSimilarity(1.0)
