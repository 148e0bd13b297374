"""The class colours can be told apart, on both papers, and by people who see fewer colours."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from elbowroom.report.house_style import CLASSES, PAPER

DARK = "#14191f"
TO_CONES = np.array([[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]])
TO_LAB = np.array([[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]])
SEEN = {
    "by most": (np.eye(3), 0.18),
    "without red cones": (
        [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]], 0.09,
    ),
    "without green cones": (
        [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9690]], 0.09,
    ),
    "without blue cones": (
        [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]], 0.09,
    ),
}  # fmt: skip
"""Machado et al. (2009), and how far apart any two colours are in OKLab at least."""


def linear(colour: str) -> np.ndarray:
    value = np.array(to_rgb(colour))
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("how", SEEN)
def test_any_two_colours_are_apart(how):
    turned, least = SEEN[how]
    seen = np.clip(np.stack([linear(one) for one in CLASSES]) @ np.transpose(turned), 0, 1)
    lab = np.cbrt(seen @ TO_CONES.T) @ TO_LAB.T
    assert min(np.linalg.norm(a - b) for a, b in combinations(lab, 2)) > least


@pytest.mark.parametrize("paper", [PAPER, DARK])
def test_each_stands_out_from_the_paper(paper):
    bright = [float(linear(one) @ [0.2126, 0.7152, 0.0722]) + 0.05 for one in (paper, *CLASSES)]
    assert min(max(one / bright[0], bright[0] / one) for one in bright[1:]) > 2
