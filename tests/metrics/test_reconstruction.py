"""Reconstruction errors, and principal components to compare them with."""

import math

import pytest
import torch

from elbowroom.metrics import PCABaseline, ReconstructionError
from tests.linear_gaussian import digits


def test_it_is_the_root_of_the_mean_square_over_all_values():
    originals, made = torch.zeros(3, 2, 2), torch.tensor([1.0, 2.0, 3.0])[:, None, None]
    error = ReconstructionError.between(originals, made.expand(3, 2, 2))
    assert error.value == pytest.approx(math.sqrt(14 / 3))
    assert error.examples == 3


def test_it_is_in_the_units_of_the_data():
    originals, made = torch.rand(9, 4), torch.rand(9, 4)
    once, scaled = (ReconstructionError.between(k * originals, k * made) for k in (1, 255))
    assert scaled.value == pytest.approx(255 * once.value)
    assert scaled.error == pytest.approx(255 * once.error)


def test_its_error_is_the_spread_over_data_sets():
    errors = [ReconstructionError.between(torch.zeros(200, 5), torch.randn(200, 5) ** 3)
              for _ in range(300)]  # fmt: skip
    spread = torch.tensor([error.value for error in errors]).std().item()
    assert spread == pytest.approx(sum(e.error for e in errors) / len(errors), rel=0.25)


def test_perfect_reconstructions_have_no_error_and_one_example_no_spread():
    assert ReconstructionError.between(torch.ones(4, 2), torch.ones(4, 2)).value == 0
    assert ReconstructionError.between(torch.ones(4, 2), torch.ones(4, 2)).error == 0
    assert math.isnan(ReconstructionError.between(torch.ones(1, 2), torch.zeros(1, 2)).error)


def test_large_integers_do_not_overflow():
    originals = torch.full((2, 3), 255, dtype=torch.uint8)
    assert ReconstructionError.between(originals, torch.zeros(2, 3)).value == 255


@pytest.mark.parametrize("components", [1, 5, 20])
def test_principal_components_leave_the_small_eigenvalues(components):
    """MSE per dimension = sum of the eigenvalues left out / D."""
    x = digits()
    values = torch.linalg.eigvalsh(torch.cov(x.T, correction=0)).flip(0)
    expected = math.sqrt(float(values[components:].sum()) / 64)
    baseline = PCABaseline(x, components)
    assert baseline.error(x).value == pytest.approx(expected, rel=1e-3)
    assert baseline.encode(x).shape == (1797, components)


def test_more_components_than_dimensions_or_examples_are_as_many_as_there_are():
    x = torch.randn(50, 1, 2, 2)
    assert PCABaseline(x, 99).components == 4
    assert PCABaseline(x, 99).error(x).value == pytest.approx(0, abs=1e-6)
    assert PCABaseline(x[:3], 99).components == 3


def test_images_keep_their_shape():
    x = torch.rand(30, 3, 4, 5)
    assert PCABaseline(x, 2).reconstruct(x[:7]).shape == (7, 3, 4, 5)


def test_it_learns_from_the_training_examples_alone():
    train, new = torch.randn(100, 6), 5 + torch.randn(40, 6)
    baseline = PCABaseline(train, 3)
    before = baseline.error(new).value
    baseline.encode(2 * new)
    assert baseline.error(new).value == before > baseline.error(train).value
