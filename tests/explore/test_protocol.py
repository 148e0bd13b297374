"""How page and server speak: what is written is read, and what is wrong is refused in words."""

import base64
import json
import math
import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from elbowroom.explore.arguments import Given
from elbowroom.explore.protocol import (
    LONGEST,
    Reply,
    Request,
    RequestError,
    answer,
    read_answer,
    read_request,
    refusal,
)
from elbowroom.explore.verbs import VERBS, respond

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)
NAMES = st.text("abcdefgh/-", min_size=1, max_size=8)
ARRAYS = arrays_of.arrays(
    np.float32,
    arrays_of.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=5),
    elements=st.floats(width=32),
)
IDS = st.none() | st.integers(-(2**53), 2**53) | st.text(max_size=64)


@given(IDS, st.dictionaries(NAMES, ARRAYS, max_size=4), st.text(max_size=30))
def test_an_answer_is_read_as_it_was_written(number, arrays, said):
    frame = answer(number, Reply(arrays, {"said": said}))
    header, found = read_answer(frame)
    assert (header["id"], header["ok"], header["said"]) == (number, True, said)
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].shape == array.shape
    (length,) = struct.unpack_from("<I", frame)
    assert len(frame) == 4 + length + -length % 4 + sum(array.nbytes for array in arrays.values())


@given(JSON)
def test_numbers_that_are_not_finite_are_null(said):
    header, _ = read_answer(answer(1, Reply(plain={"said": said})))
    text = json.dumps(said)
    assert header["said"] == json.loads(text, parse_constant=lambda name: None)


@given(IDS, st.text(), st.text())
def test_a_refusal_is_read_as_it_was_written(number, error, what):
    header, found = read_answer(refusal(number, error, what))
    assert header == {"id": number, "ok": False, "error": error, "what": what}
    assert found == {}


@given(IDS, st.sampled_from(list(VERBS)), st.none() | NAMES,
       st.dictionaries(NAMES, st.integers() | st.text(max_size=5), max_size=3))  # fmt: skip
def test_a_request_is_read_as_it_was_written(number, do, channel, arguments):
    text = json.dumps({**arguments, "id": number, "do": do, "channel": channel})
    assert read_request(text) == Request(number, do, channel, arguments)


@given(st.text() | JSON.map(json.dumps))
def test_whatever_comes_is_a_request_or_refused_in_words(text):
    try:
        found = read_request(text)
    except RequestError as error:
        assert str(error)
        assert error.what in ("malformed", "too-large")
    else:
        assert isinstance(found.do, str)


BAD_TEXTS = {
    "nothing": ("", "malformed"),
    "no JSON": ("{", "malformed"),
    "nested": ("[" * 200_000, "malformed"),
    "nested table": ('{"a":' * 100_000, "malformed"),
    "a list": ("[1, 2]", "malformed"),
    "no verb": ('{"id": 1}', "malformed"),
    "verb is no text": ('{"id": 1, "do": ["decode"]}', "malformed"),
    "id is a table": ('{"id": {}, "do": "decode"}', "malformed"),
    "id is true": ('{"id": true, "do": "decode"}', "malformed"),
    "id is huge": ('{"id": 1' + "0" * 400 + ', "do": "decode"}', "malformed"),
    "id beyond reading": ('{"id": 1' + "0" * 9000 + ', "do": "decode"}', "malformed"),
    "id is long": ('{"id": "' + "x" * 65 + '", "do": "decode"}', "malformed"),
    "channel is long": ('{"do": "decode", "channel": "' + "x" * 65 + '"}', "malformed"),
    "NaN": ('{"id": 1, "do": "decode", "z": [NaN]}', "malformed"),
    "infinite": ('{"id": 1, "do": "decode", "z": [-Infinity]}', "malformed"),
    "too long": (json.dumps({"do": "decode", "z": "A" * LONGEST}), "too-large"),
}


@pytest.mark.parametrize("name", BAD_TEXTS)
def test_malformed_requests(name):
    text, what = BAD_TEXTS[name]
    with pytest.raises(RequestError) as caught:
        read_request(text)
    assert caught.value.what == what


@given(arrays_of.arrays(np.float32, st.integers(0, 40), elements=st.floats(width=32)))
def test_arrays_come_as_base64_or_as_lists(values):
    finite = bool(np.isfinite(values).all())
    for sent in (base64.b64encode(values.tobytes()).decode(), values.astype(float).tolist()):
        given_ = Given({"z": sent})
        if finite:
            np.testing.assert_array_equal(given_.array("z"), values)
        else:
            with pytest.raises(RequestError) as caught:
                given_.array("z")
            assert caught.value.what == "not-finite"


BAD_ARRAYS = [
    ({}, "bad-argument"),
    ({"z": None}, "bad-argument"),
    ({"z": 3}, "bad-argument"),
    ({"z": {}}, "bad-argument"),
    ({"z": "not base64!"}, "bad-argument"),
    ({"z": "\ud800"}, "bad-argument"),
    ({"z": "AAAA"}, "bad-argument"),  # three bytes are no float
    ({"z": [1, True]}, "bad-argument"),
    ({"z": [1, "2"]}, "bad-argument"),
    ({"z": [[1, 2]]}, "bad-argument"),
    ({"z": [0.0] * 5000}, "bad-argument"),
    ({"z": [10**400]}, "not-finite"),
    ({"z": [1e300]}, "not-finite"),
    ({"z": []}, "wrong-shape"),
    ({"z": [1, 2, 3]}, "wrong-shape"),
]


@pytest.mark.parametrize(("arguments", "what"), BAD_ARRAYS)
def test_arrays_that_are_none(arguments, what):
    with pytest.raises(RequestError) as caught:
        Given(arguments).rows("z", 2)
    assert caught.value.what == what


@given(st.dictionaries(st.just("n"), JSON))
def test_every_argument_is_what_it_should_be_or_refused(arguments):
    reader = Given(arguments)
    checks = {
        reader.whole: lambda found: type(found) is int and found >= 0,
        reader.seed: lambda found: found is None or type(found) is int,
        reader.number: lambda found: found is None or math.isfinite(found),
        reader.text: lambda found: isinstance(found, str),
        reader.array: lambda found: np.isfinite(found).all() and found.dtype == np.float32,
        reader.places: lambda found: found.dtype == np.int64 and len(found) > 0,
    }
    for read, holds in checks.items():
        try:
            found = read("n")
        except RequestError as error:
            assert error.what in ("bad-argument", "not-finite")
        else:
            assert holds(found)


ARGUMENTS = st.dictionaries(
    st.sampled_from(
        ["z", "x", "draw", "condition", "samples", "seed", "count", "indices", "name", "unit"]
    ),
    JSON | st.just([0.5, -0.5]) | st.lists(st.floats(width=32), min_size=64, max_size=64)
    | st.integers(0, 3) | st.sampled_from(["codes", "start", "colour/label"]),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.sampled_from(list(VERBS)), ARGUMENTS)
def test_whatever_is_asked_is_answered_or_refused_in_words(session_of, do, arguments):
    session = session_of("conditional")
    try:
        reply = respond(session, Request(1, do, None, arguments))
    except RequestError as error:
        assert len(str(error)) > 5
    else:
        header, _ = read_answer(answer(1, reply))
        assert header["ok"]


def test_every_verb_is_explained():
    assert not [name for name, verb in VERBS.items() if not verb.answer.__doc__]


def test_an_unknown_verb_is_told_which_there_are(session_of):
    with pytest.raises(RequestError, match="decode") as caught:
        respond(session_of("conditional"), Request(1, "x" * 10_000))
    assert caught.value.what == "unknown-verb"
    assert len(str(caught.value)) < 300
