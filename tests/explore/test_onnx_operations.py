"""Operations that graphs do not have, in those that they have."""

import numpy as np
import pytest
import torch

from elbowroom.data import Column, Domain
from elbowroom.errors import ElbowroomError
from elbowroom.explore.admission import admitted
from elbowroom.explore.onnx import spelt_out
from elbowroom.explore.onnx.admitting import Admit
from elbowroom.explore.onnx.bits import total, view
from elbowroom.explore.onnx.spelt_out import SpeltOut


@pytest.mark.parametrize(
    "operation",
    [torch.lgamma, torch.log1p, torch.expm1, torch.sigmoid, torch.nn.functional.logsigmoid],
)
def test_operations_are_spelt_out_to_the_last_digits(operation):
    low, high = (-60, 60) if operation not in (torch.lgamma, torch.log1p) else (1e-4, 1e4)
    x = torch.cat([torch.linspace(low, high, 1001), torch.logspace(-7, 0, 99).clamp(min=low)])
    with SpeltOut():
        found = operation(x)
    assert torch.allclose(found, operation(x.double()).float(), rtol=2e-6, atol=1e-6)


def test_triangles_are_solved_and_roots_taken():
    torch.manual_seed(0)
    a = torch.randn(3, 5, 5, dtype=torch.float64)
    square = a @ a.mT + torch.eye(5)
    root = torch.linalg.cholesky(square)
    assert torch.allclose(spelt_out.cholesky_ex(square).L, root)
    for upper, matrix in ((False, root), (True, root.mT)):
        found = spelt_out.solve_triangular(matrix, a, upper=upper)
        assert torch.allclose(matrix @ found, a)


def test_bits_are_those_that_are_stored():
    torch.manual_seed(0)
    ends = torch.finfo(torch.float32)
    floats = torch.cat(
        [
            torch.randn(1000),
            torch.arange(256) / 255,
            torch.logspace(-37.9, 38, 500),
            torch.tensor([0.0, 1.0, ends.tiny, ends.max, ends.min]),
        ]
    )
    longs = torch.randint(-(2**63), 2**63 - 1, (50, 4))
    assert torch.equal(total(longs, 1, keepdim=True), longs.sum(1, keepdim=True))
    for numbers in (floats, longs):
        assert torch.equal(view(numbers, torch.int32), numbers.view(torch.int32))
    assert view(longs, 4, -1).shape == (4, 50)


DOMAINS = [
    Domain((4,), levels=5, low=0, high=4),
    Domain((4,), levels=2, low=-1, high=1),
    Domain((4,)),
    Domain((4,), low=0, high=1),
    Domain((4,), columns=(Column("a", "real"), Column("b", "counts"),
                          Column("c", "categorical", ("x", "y", "z")),
                          Column("d", "binary", (0, 1)))),
]  # fmt: skip


@pytest.mark.parametrize("domain", DOMAINS, ids=str)
def test_values_are_admitted_as_the_session_admits_them(domain):
    values = 3 * np.random.default_rng(0).normal(size=(50, 4))
    for row in values:
        try:
            wanted = admitted(row[None], domain)
        except ElbowroomError:
            continue
        assert torch.equal(Admit(domain)(torch.tensor(row[None], dtype=torch.float32)), wanted)
