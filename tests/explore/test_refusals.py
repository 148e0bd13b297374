"""What a session cannot answer, it says in words."""

import numpy as np
import pytest

from elbowroom.commands import COMMANDS
from elbowroom.errors import ConfigError, DataError, IncompatibleError, ShapeError
from elbowroom.explore.protocol import Request, RequestError, answer, read_answer
from elbowroom.explore.verbs import respond

BAD = [
    (lambda s: s.decode(np.zeros((1, 3))), ShapeError, "have 2 units"),
    (lambda s: s.decode(np.zeros((0, 2))), ShapeError, "have 2 units"),
    (lambda s: s.decode(np.zeros((10**6, 2), np.float32)), ConfigError, "asked for at once"),
    (lambda s: s.decode(np.zeros((1, 2)), condition=1.0), IncompatibleError, "not conditional"),
    (lambda s: s.encode(np.zeros(63)), ShapeError, "64 values"),
    (lambda s: s.encode(np.full(64, np.nan)), DataError, "not a finite number"),
    (lambda s: s.examples(np.array([999])), ConfigError, "numbers from 0 to"),
    (lambda s: s.examples(np.array([-1])), ConfigError, "numbers from 0 to"),
    (lambda s: s.nearest(np.zeros(64), 0), ConfigError, "from 1 to"),
    (lambda s: s.sample(10**9, 0), ConfigError, "from 1 to"),
    (lambda s: s.score(np.zeros(64), samples=10**6), ConfigError, "from 2 to 4,096"),
    (lambda s: s.around(np.zeros(64), 0, 0), ConfigError, "from 1 to"),
    (lambda s: s.chances(np.zeros((1, 2))), IncompatibleError, "no column of these data"),
    (lambda s: s.part("../config.toml"), ConfigError, "no part of that name"),
    (lambda s: s.turned(np.zeros((1, 2)), 9), ConfigError, "no unit 9"),
    (lambda s: s.rename(9, "x"), ConfigError, "no unit 9"),
    (lambda s: s.read(b"no image"), DataError, "no image"),
]


@pytest.mark.parametrize(("ask", "error", "words"), BAD)
def test_what_cannot_be_answered_is_said_in_words(session_of, ask, error, words):
    with pytest.raises(error, match=words):
        ask(session_of("structure single-level"))


@pytest.mark.parametrize("value", [10.0, -1.0, 0.5, float("nan")])
def test_a_class_that_there_is_none_of(session_of, value):
    session = session_of("conditional")
    with pytest.raises(ConfigError, match="classes have numbers from 0 to 9"):
        session.decode(session.part("start").values[None], condition=value)


def asked(session, do, row):
    header, arrays = read_answer(answer(1, respond(session, Request(1, do, None, {"x": row}))))
    numbers = [header[name] for name in ("rate", "distortion", "elbo") if name in header]
    numbers += [header["logEvidence"]["value"]] if do == "score" else []
    numbers += [one["distance"] for one in header.get("neighbours", ())]
    return [None not in numbers, *(np.isfinite(array).all() for array in arrays.values())]


@pytest.mark.parametrize("value", [1e5, 1e20, 3e38, -3e38])
@pytest.mark.parametrize("do", ["encode", "score", "nearest"])
def test_a_number_far_outside_the_data_is_answered_in_numbers_or_in_words(session_of, do, value):
    session = session_of("table")
    [row] = session.examples(np.array([0])).tolist()
    assert all(asked(session, do, row))
    for place in range(len(row)):
        extreme = [value if place == column else kept for column, kept in enumerate(row)]
        try:
            assert all(asked(session, do, extreme)), place
        except RequestError as error:
            assert error.what == "bad-data"
            assert str(error).endswith("be computed: a value lies far outside the data")


def test_a_code_beyond_floats_says_so(session_of):
    with pytest.raises(DataError, match="what this code stands for cannot be computed"):
        session_of("table").decode(np.array([[3e38, -3e38]]))


def test_a_score_beyond_floats_says_so(session_of):
    session = session_of("table")
    [row] = session.examples(np.array([0]))
    row[1] = 1e20
    with pytest.raises(DataError, match="log-likelihood too low to be computed"):
        session.score(row)


@pytest.mark.parametrize("examples", [0, -1, 50_001, 10**9])
@pytest.mark.parametrize("html", [None, "page.html"])
def test_as_many_examples_as_there_cannot_be(examples, html, tmp_path):
    with pytest.raises(ConfigError, match="it must be from 1 to 50,000"):
        COMMANDS["explore"](tmp_path / "no run", html=html, examples=examples)
