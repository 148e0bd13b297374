"""Labels as conditions: classes by name, quantities standardised; what is missing is said."""

import json

import numpy as np
import pytest
import torch

from elbowroom.data import labels_from, learn_labels, load
from elbowroom.errors import ConfigError, DataError

ROWS = np.random.default_rng(0).normal(size=(6, 2)).astype(np.float32)
PETS = ["dog", "cat", "dog", "ape", "dog", "cat"]
AGES = [1.5, 2.5, 0.25, 4.0, 4.0, 8.75]
KINDS = {"classes": PETS, "quantity": AGES}


def labelled(labels):
    return load((ROWS[: len(labels)], labels), name="made")


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_learned_is_remembered_as_json(kind):
    learned = learn_labels(labelled(KINDS[kind]))
    again = labels_from(json.loads(json.dumps(learned.to_dict())))
    assert again == learned and learned.kind == kind
    assert labels_from(None) is None


@pytest.mark.parametrize("kind", KINDS)
def test_other_labels_of_the_same_examples_are_other_labels(kind):
    one, other = (learn_labels(labelled(KINDS[kind][::step])) for step in (1, -1))
    assert one.digest != other.digest


def test_classes_are_one_hot_in_the_order_of_training_whatever_others_are_there():
    learned = learn_labels(labelled(PETS))
    assert learned.names == ("ape", "cat", "dog") and learned.shares == (1 / 6, 2 / 6, 3 / 6)
    new = labelled(["dog", "cat", "dog"])  # without apes: their own numbers are other ones
    assert new.labels.tolist() == [1, 0, 1]
    assert learned.named(learned.read(new)).tolist() == ["dog", "cat", "dog"]
    assert learned.encode(learned.read(new)).tolist() == [[0, 0, 1], [0, 1, 0], [0, 0, 1]]


def test_a_quantity_is_standardised_with_the_training_set():
    learned = learn_labels(labelled(AGES))
    y = learned.encode(np.array(AGES))
    assert y.shape == (6, 1)
    torch.testing.assert_close(y.mean(), torch.tensor(0.0), atol=1e-6, rtol=0)
    torch.testing.assert_close(y.std(correction=0), torch.tensor(1.0))
    whole = labelled([1, 3, 2])  # whole numbers look like classes; here they are numbers
    assert whole.label_names is not None
    assert learned.read(whole).tolist() == [1.0, 3.0, 2.0]


@pytest.mark.parametrize("kind", KINDS)
def test_labels_are_drawn_as_frequent_as_in_training(kind):
    learned = learn_labels(labelled(KINDS[kind]))
    torch.manual_seed(0)
    drawn = learned.draw(20_000)
    if kind == "classes":
        shares = np.bincount(drawn) / len(drawn)
        np.testing.assert_allclose(shares, learned.shares, atol=0.015)
    else:
        for share in (0.1, 0.5, 0.9):
            assert np.quantile(drawn, share) == pytest.approx(np.quantile(AGES, share), abs=0.15)


def test_labels_that_people_write_are_read():
    pets, ages = (learn_labels(labelled(KINDS[kind])) for kind in KINDS)
    assert [pets.parse(text) for text in ("cat", "dog", "0")] == [1, 2, 0]
    assert ages.parse("3.5") == 3.5 and ages.parse("-1e2") == -100
    assert pets.named(pets.examples()).tolist() == ["ape", "cat", "dog"]
    assert len(ages.examples()) > 2 and (np.diff(ages.examples()) > 0).all()
    digits = learn_labels(load("digits"))
    assert digits.parse("7") == 7


@pytest.mark.parametrize(
    ("attempt", "error", "words"),
    [
        (lambda: learn_labels(load(ROWS)), DataError, "no labels.*--data.labels.*condition none"),
        (lambda: learn_labels(labelled(list("abcdef"))), DataError, "label of its own.*'a'"),
        (
            lambda: learn_labels(labelled(PETS)).read(load(ROWS)),
            DataError,
            "no labels.*--label NAME",
        ),
        (
            lambda: learn_labels(labelled(PETS)).read(labelled(["dog", "cow"])),
            DataError,
            r"label 'cow' \(example 1\).*ape, cat, dog",
        ),
        (
            lambda: learn_labels(labelled(PETS)).read(labelled(AGES)),
            DataError,
            "quantities as labels.*trained with classes",
        ),
        (
            lambda: learn_labels(labelled(AGES)).read(labelled(PETS)),
            DataError,
            "is no number.*from 0.25 to 8.75",
        ),
        (lambda: learn_labels(labelled(PETS)).parse("cot"), ConfigError, "Did you mean 'cat'"),
        (lambda: learn_labels(labelled(PETS)).parse("3"), ConfigError, "no label '3'"),
        (lambda: learn_labels(labelled(AGES)).parse("old"), ConfigError, "'old' is no number"),
        (lambda: learn_labels(labelled(AGES)).parse("nan"), ConfigError, "is no number"),
        (
            lambda: learn_labels(labelled(PETS).subset([0, 1, 2])).parse("ape"),
            ConfigError,
            "no training example had the label 'ape'",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(attempt, error, words):
    with pytest.raises(error, match=words):
        attempt()
