"""The distance to orthogonality against brute force, closed forms and known rotations."""

from itertools import permutations, product
from math import cos, pi, sin, sqrt

import pytest
import torch

from elbowroom.metrics.principal_directions import (
    Orthogonality,
    distance_to_orthogonality,
    nearest_directions,
    random_distance,
)
from elbowroom.metrics.principal_directions.orthogonality import close_share


def rotations(count, size, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.linalg.qr(
        torch.randn(count, size, size, generator=generator, dtype=torch.float64)
    )[0]


def signed_permutations(size):
    eye = torch.eye(size, dtype=torch.float64)
    for order in permutations(range(size)):
        for signs in product((1.0, -1.0), repeat=size):
            yield eye[list(order)] * torch.tensor(signs, dtype=torch.float64)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_it_is_the_least_over_all_signed_permutations(size):
    V = rotations(20, size)
    tried = torch.stack([(V - P).flatten(1).norm(dim=1) for P in signed_permutations(size)])
    torch.testing.assert_close(distance_to_orthogonality(V), tried.amin(0), rtol=0, atol=1e-7)


def test_order_and_signs_of_columns_and_units_are_no_matter():
    V = rotations(5, 6)
    for P in list(signed_permutations(3))[::7]:
        Q = torch.block_diag(P, P.T)
        for turned in (V @ Q, Q @ V):
            torch.testing.assert_close(
                distance_to_orthogonality(turned), distance_to_orthogonality(V)
            )
        assert distance_to_orthogonality(Q[None]).item() == 0


@pytest.mark.parametrize("angle", [0.0, 0.1, 0.5, pi / 4, 1.2, 3.0])
def test_a_turn_in_the_plane(angle):
    """2 sqrt(2) sin(t / 2), t the angle to the nearest axis."""
    turn = torch.tensor([[[cos(angle), -sin(angle)], [sin(angle), cos(angle)]]])
    to_axis = abs(angle - pi / 2 * round(angle / (pi / 2)))
    expected = 2 * sqrt(2) * sin(to_axis / 2)
    assert distance_to_orthogonality(turn).item() == pytest.approx(expected, abs=1e-3)


def test_the_largest_distance_is_that_of_a_hadamard_matrix():
    H = torch.tensor([[1.0, 1.0], [1.0, -1.0]])
    H = torch.kron(H, H)[None] / 2
    largest = sqrt(2 * (4 - sqrt(4)))
    assert distance_to_orthogonality(H).item() == pytest.approx(largest)
    assert (distance_to_orthogonality(rotations(500, 4)) <= largest).all()


def test_which_direction_goes_with_which_unit():
    V = torch.zeros(1, 3, 3)
    V[0, 0, 2], V[0, 1, 0], V[0, 2, 1] = -1.0, 1.0, 1.0
    assert nearest_directions(V).tolist() == [[2, 0, 1]]


@pytest.mark.parametrize(
    ("size", "mean", "deviation"),
    [
        (2, 16 * sqrt(2) / pi * (1 - cos(pi / 8)), 0.3132),  # exact
        (6, 1.9131, 0.170),  # 20,000 rotations by another program
        (10, 2.8489, 0.120),
    ],
)
def test_random_rotations(size, mean, deviation):
    found, spread, count = random_distance(size)
    assert abs(found - mean) < 5 * deviation / sqrt(count)
    assert spread == pytest.approx(deviation, rel=0.05)
    assert random_distance(size) == (found, spread, count)
    assert random_distance(size, seed=1)[0] != found


def test_passive_units_count_in_the_whole_and_not_in_those_in_use():
    """Two units along the axes, two that do next to nothing in directions of their own."""
    generator = torch.Generator().manual_seed(0)
    noise = 1e-4 * torch.randn(200, 2, 2, generator=generator, dtype=torch.float64)
    J = torch.zeros(200, 4, 4, dtype=torch.float64)
    J[:, 0, 0], J[:, 1, 1], J[:, 2:, 2:] = 3.0, 1.0, noise
    grams = J.mT @ J
    whole, in_use = Orthogonality.of(grams), Orthogonality.of(grams, (0, 1))
    assert in_use.value == pytest.approx(0, abs=1e-6)
    assert whole.value > 0.3
    assert (in_use.units, whole.examples) == ((0, 1), 200)
    assert whole.random == pytest.approx(1.33, abs=0.02)


@pytest.mark.parametrize(
    ("values", "share"),
    [
        ([[3.0, 2.0, 1.0]], 0.0),
        ([[3.0, 2.0, 1.91]], 1.0),
        ([[3.0, 2.0, 1.89]], 0.0),
        ([[3.0, 0.0, 0.0], [3.0, 1.0, 0.0]], 0.5),
        ([[1.0]], 0.0),
    ],
)
def test_singular_values_that_are_close(values, share):
    assert close_share(torch.tensor(values)) == share
