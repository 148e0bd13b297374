"""The exponential moving average of weights."""

import pytest
import torch
from torch import nn

from elbowroom.networks.average import Average


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.999])
def test_it_is_the_recursion_that_it_says(decay):
    module = nn.Linear(3, 2)
    average = Average(module, decay)
    expected = module.weight.detach().clone()
    for t in range(1, 30):
        with torch.no_grad():
            module.weight.add_(torch.randn(2, 3))
        average.update()
        d = min(decay, (1 + t) / (10 + t))
        expected = d * expected + (1 - d) * module.weight.detach()
    torch.testing.assert_close(average.module.weight, expected)


def test_it_never_touches_the_original_and_wants_no_gradient():
    module = nn.BatchNorm1d(2)
    before = {name: value.clone() for name, value in module.state_dict().items()}
    average = Average(module, 0.9)
    average.update()
    assert all(torch.equal(before[name], value) for name, value in module.state_dict().items())
    assert not any(p.requires_grad for p in average.module.parameters())
    assert all(p.requires_grad for p in module.parameters())


def test_buffers_are_copied():
    module = nn.BatchNorm1d(2)
    average = Average(module, 0.9)
    module(torch.randn(20, 2) + 5)
    average.update()
    assert torch.equal(average.module.running_mean, module.running_mean)
