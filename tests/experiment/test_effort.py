"""Effort: options name their method, and blocks are held to the goal of the whole."""

from inspect import signature
from typing import get_args

import pytest
import torch

from elbowroom.commands._runs import Method
from elbowroom.distributions import Bernoulli
from elbowroom.errors import ConfigError
from elbowroom.evidence import METHODS, log_evidence
from elbowroom.experiment import Effort
from tests.cases import IMAGE, examples, small_vae, spread


def test_the_command_line_knows_every_method():
    assert set(get_args(Method)) == set(METHODS)


IMPLIED = [
    ({}, "adaptive"),
    ({"samples": 100}, "importance-sampling"),
    ({"steps": 100}, "annealed"),
    ({"steps": 100, "samples": 8}, "annealed"),
    ({"target_error": 0.1}, "adaptive"),
    ({"target": "example"}, "adaptive"),
    ({"budget": 5000}, "adaptive"),
    ({"method": "elbo", "samples": 9}, "elbo"),
    ({"method": "prior-sampling"}, "prior-sampling"),
]


@pytest.mark.parametrize(("options", "method"), IMPLIED)
def test_options_name_their_method(options, method):
    effort = Effort.of(**options, **dict.fromkeys(("seed",)))
    assert effort.method == method
    assert effort.options == {n: v for n, v in options.items() if n != "method"}


REFUSED = [
    ({"method": "magic"}, "there is no method 'magic'"),
    ({"method": "anealed"}, "Did you mean 'annealed'?"),
    ({"method": "adaptive", "samples": 10}, "adaptive has no option 'samples'; its options are"),
    ({"samples": 10, "target_error": 0.1}, "belong to different methods"),
    ({"method": "elbo", "steps": 10}, "the method elbo has no option 'steps'"),
]


@pytest.mark.parametrize(("options", "words"), REFUSED)
def test_what_does_not_go_together_is_refused(options, words):
    with pytest.raises(ConfigError, match=words):
        Effort.of(**options)


@pytest.mark.parametrize("method", METHODS)
def test_it_tells_its_options_with_their_defaults(method):
    told = Effort(method).to_dict()
    assert told["method"] == method
    for name, value in told["options"].items():
        assert signature(METHODS[method]).parameters[name].default == value


@pytest.mark.parametrize("target", [None, 0.5, 0.05, 0.0005])
@pytest.mark.parametrize("examples", [1, 2, 511, 513, 1025, 10_000])
def test_blocks_are_alike_and_so_large_that_the_goal_is_that_of_the_whole(examples, target):
    block = Effort.of(target_error=target).block(examples)
    count = -(-examples // block)
    last = examples - (count - 1) * block
    assert 0 < last <= block and block - last < count
    if target and examples > 1 / target:
        assert last >= 0.9 / target or count == 1


def test_an_estimate_in_blocks_is_that_of_the_whole():
    model = small_vae(Bernoulli(IMAGE))
    spread(model, 3.0)
    x, effort = examples(model.likelihood, 60), Effort.of(target_error=0.02)
    whole = log_evidence(model, x, target_error=0.02)
    joined = effort.joined([effort.estimate(model, part, i) for i, part in enumerate(x.split(20))])
    error = 4 * (whole.mc_error**2 + joined.mc_error**2) ** 0.5
    assert joined.value == pytest.approx(whole.value, abs=error + 0.02)
    assert joined.decodes == pytest.approx(whole.decodes, rel=0.2)
    assert joined.examples == 60
    assert joined.samples == round(float(joined.per_example["samples"].mean()))


def test_what_missed_the_target_is_counted_once_over_all_blocks():
    model = small_vae(Bernoulli(IMAGE))
    spread(model, 3.0)
    effort = Effort.of(target_error=1e-4, target="example", budget=130)
    parts = [effort.estimate(model, part, 0) for part in examples(model.likelihood, 12).split(4)]
    joined = effort.joined(parts)
    missed = int((joined.per_example["done"] == 0).sum())
    [note] = joined.notes
    assert missed > 0 and note.startswith(f"{missed} of 12 examples")


def test_the_default_is_what_is_recommended():
    assert Effort() == Effort.of()
    assert torch.tensor(Effort().to_dict()["options"]["target_error"]) > 0
