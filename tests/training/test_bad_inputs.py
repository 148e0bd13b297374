"""The table of bad inputs: each with its class of error and the words that mend it."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from elbowroom.data import Preprocessing, Scale, load
from elbowroom.distributions import Bernoulli, Binomial, Deterministic, Gaussian
from elbowroom.errors import (
    ConfigError,
    DataError,
    DeviceError,
    ElbowroomError,
    IncompatibleError,
    ShapeError,
    SupportError,
)
from elbowroom.evidence import importance_sampling, lower_bound
from elbowroom.models import VAE
from elbowroom.networks import MLP, Conv
from elbowroom.objectives import Cyclical, Warmup, elbo
from elbowroom.training import Training, fit
from tests.cases import IMAGE, small_vae
from tests.training.digits import SMALL, rows

BINARY = torch.zeros(4, *IMAGE)
GREY = replace(SMALL, steps=lambda: [Scale()])


def evaluate(**options) -> None:
    importance_sampling(small_vae(Bernoulli(IMAGE)), BINARY, **options)


def train(case=SMALL, model=None, **settings) -> None:
    case = case.with_settings(**settings)
    case.fit(model or case.model())


def train_on_a_hole() -> None:
    values = np.zeros((2500, 3), np.float32)
    data = load(values)
    values[2100, 1] = np.nan  # after it was loaded: shared, as documented
    fit(small_vae(Gaussian((3,))), elbo(), data, preprocessing=Preprocessing([], data),
        settings=Training(epochs=1))  # fmt: skip


BAD = {
    "K = 0": (lambda: evaluate(samples=0), ConfigError, "must be 2 or more, got 0"),
    "K = 1 has no error": (lambda: evaluate(samples=1), ConfigError, "no spread"),
    "K = 0 in training": (lambda: elbo(samples=0), ConfigError, "samples must be 1 or more"),
    "latent = 0": (lambda: VAE.of(Bernoulli(IMAGE), latent=0), ConfigError, "latent.*got 0"),
    "latent = 2.5": (lambda: VAE.of(Bernoulli(IMAGE), latent=2.5), ConfigError, "2.5"),
    "beta < 0": (lambda: elbo(beta=-1.0), ConfigError, "0 or more, got -1"),
    "a warm-up below 0": (lambda: elbo(beta=Warmup(start=-1.0)), ConfigError, "0 or more"),
    "a cycle without end": (lambda: elbo(beta=Cyclical(cycles=0)), ConfigError, "cycles >= 1"),
    "a batch larger than the data": (
        lambda: train(batch_size=441), ConfigError, "441, but there are only 440.*55 or fewer"
    ),
    "NaN": (train_on_a_hole, DataError, "1 values that are not finite.*example 2100, column 1"),
    "grey values for Bernoulli": (
        lambda: train(GREY), SupportError, "0 and 1 only.*stochastic-binarise"
    ),
    "raw levels": (
        lambda: train(replace(SMALL, steps=list)), SupportError, "range from 0 to 16.*'scale'"
    ),
    "the wrong number of levels": (
        lambda: train(replace(GREY, likelihood=lambda s: Binomial(s, levels=4))), SupportError,
        "4 equally spaced values"
    ),
    "another shape": (
        lambda: train(model=small_vae(Bernoulli((1, 8, 9)))), ShapeError,
        r"\(1, 8, 8\).*\(1, 8, 9\)"
    ),
    "another number of channels": (
        lambda: evaluate_shape((3, 8, 8)), ShapeError, r"\(3, 8, 8\).*channels"
    ),
    "no examples": (
        lambda: lower_bound(small_vae(Bernoulli(IMAGE)), BINARY[:0]), DataError, "no examples"
    ),
    "validation outside of the support": (
        lambda: train(replace(GREY, likelihood=seventeen, validation=spoilt())), SupportError,
        "range from 0 to 12.5.*example 7, channel 0, row 0, column 0"
    ),
    "a rate without a density": (
        lambda: train(model=small_vae(Bernoulli(IMAGE), posterior=Deterministic(2))),
        IncompatibleError, "requires a density.*diagonal-gaussian"
    ),
    "no GPU": (lambda: train(device="cuda"), DeviceError, "no device 'cuda'.*cpu"),
    "an unknown device": (lambda: train(device="tpu"), DeviceError, "'tpu'.*cpu"),
    "an unknown activation": (lambda: MLP(activation="rleu"), ConfigError, "Did you mean 'relu'"),
    "an unknown decay": (lambda: train(decay="cosin"), ConfigError, "Did you mean 'cosine'"),
    "a table for a convolution": (
        lambda: VAE.of(Gaussian((5,)), latent=2, network=Conv()), ConfigError, "use the mlp"
    ),
    "levels unknown": (lambda: Binomial(IMAGE, levels=None), ConfigError, "use gaussian"),
}  # fmt: skip


def evaluate_shape(shape: tuple[int, ...]) -> None:
    importance_sampling(small_vae(Bernoulli(IMAGE)), torch.zeros(2, *shape), samples=5)


def seventeen(shape: tuple[int, ...]) -> Binomial:
    return Binomial(shape, levels=17)


def spoilt():
    values = np.zeros((20, 1, 8, 8), np.uint8)
    values[7] = 200
    return load(values)


@pytest.mark.parametrize("name", BAD)
def test_it_is_refused_with_the_fitting_class_and_words(name):
    act, error, words = BAD[name]
    if error is DeviceError and torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(ElbowroomError, match=f"(?s){words}") as refusal:
        act()
    assert type(refusal.value) is error


def test_nothing_was_trained_when_data_are_refused():
    model, before = GREY.model(), GREY.model().state_dict()
    with pytest.raises(SupportError):
        GREY.fit(model)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert rows(0, 3).shape == IMAGE
