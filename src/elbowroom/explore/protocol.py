"""How page and server speak: requests are JSON, answers are a small header and bare numbers.

A request is a text frame, a JSON table with an id, what to `do`, and arguments; arrays in it are
base64 of float32, little-endian, or lists where they are short. An answer is one binary frame:

    uint32 length of the header | header, JSON | zeros up to a multiple of 4 | float32 arrays

The header is {"id", "ok": true, "arrays": [{"name", "shape"}], ...} or, of an error,
{"id", "ok": false, "error": a sentence, "what": its kind}. Arrays never travel as text: a picture
of 64x64 in colour is 49 kB that the page uses as it comes. A number in the header that is not
finite is null, because JSON has no other word for it.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, NoReturn, TypeAlias

import numpy as np

from elbowroom.errors import ElbowroomError

Id: TypeAlias = int | str | None

LONGEST = 2**22
"""Characters in a request; more where one example takes more."""

_LONGEST_ID = 64
_LARGEST_ID = 2**53


class RequestError(ElbowroomError):
    """A request that cannot be answered.

    Args:
        message: Why, in words.
        what: The kind of error, for the page.
        id: Which request it was, where that could be read.
    """

    def __init__(self, message: str, what: str = "bad-request", id: Id = None) -> None:
        super().__init__(message)
        self.what = what
        self.id = id


@dataclass(frozen=True)
class Request:
    """A request as it came.

    Attributes:
        id: What the page tells its answers apart by.
        do: What is asked.
        channel: Requests of one channel replace each other; None for one that stands alone.
        arguments: Everything else.
    """

    id: Id
    do: str
    channel: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Reply:
    """An answer: arrays, and plain values beside them."""

    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)
    plain: Mapping[str, Any] = field(default_factory=dict)


def read_request(text: str, longest: int = LONGEST) -> Request:
    """Read a request.

    Args:
        text: The text of the frame.
        longest: Characters that it may have.

    Raises:
        RequestError: If it is too long, no JSON, or lacks what a request has.

    Example:
        >>> read_request('{"id": 1, "do": "decode", "z": [0, 1]}').arguments
        {'z': [0, 1]}
    """
    if len(text) > longest:
        raise RequestError(
            f"the message has {len(text):,} characters, and {longest:,} is the most", "too-large"
        )
    try:
        found = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise RequestError("the message is no JSON, or nested too deep", "malformed") from None
    if not isinstance(found, dict):
        raise RequestError("a message is a table with the keys id and do", "malformed")
    number = _id_of(found.pop("id", None))
    do, channel = found.pop("do", None), found.pop("channel", None)
    if not isinstance(do, str):
        raise RequestError("the message does not say what to do", "malformed", number)
    if channel is not None and not (isinstance(channel, str) and len(channel) <= _LONGEST_ID):
        raise RequestError(
            f"a channel is a text of at most {_LONGEST_ID} characters", "malformed", number
        )
    return Request(number, do, channel, found)


def answer(id: Id, reply: Reply) -> bytes:
    """Return the frame of an answer.

    Args:
        id: Of the request.
        reply: The answer.
    """
    arrays = {name: np.ascontiguousarray(a, dtype="<f4") for name, a in reply.arrays.items()}
    listed = [{"name": name, "shape": list(array.shape)} for name, array in arrays.items()]
    header = _header({"id": id, "ok": True, "arrays": listed, **reply.plain})
    return b"".join([header, *(array.tobytes() for array in arrays.values())])


def refusal(id: Id, error: str, what: str) -> bytes:
    """Return the frame of an answer that says why there is none.

    Args:
        id: Of the request, if that could be read.
        error: Why, a sentence.
        what: The kind of error.
    """
    return _header({"id": id, "ok": False, "error": error, "what": what})


def read_answer(frame: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Read a frame as the page does: the header, and the arrays by name.

    Args:
        frame: What `answer` or `refusal` made.

    Example:
        >>> header, arrays = read_answer(answer(7, Reply({"z": np.zeros((1, 2))})))
        >>> header["id"], arrays["z"].tolist()
        (7, [[0.0, 0.0]])
    """
    (length,) = struct.unpack_from("<I", frame)
    header = json.loads(frame[4 : 4 + length])
    offset = 4 + length + -length % 4
    arrays = {}
    for entry in header.get("arrays", ()):
        count = int(np.prod(entry["shape"], dtype=np.int64))
        array = np.frombuffer(frame, "<f4", count, offset)
        arrays[entry["name"]] = array.reshape(entry["shape"])
        offset += 4 * count
    return header, arrays


def _header(content: dict[str, Any]) -> bytes:
    text = json.dumps(_sendable(content), allow_nan=False, separators=(",", ":")).encode()
    return struct.pack("<I", len(text)) + text + bytes(-len(text) % 4)


def _sendable(content: Any) -> Any:
    if isinstance(content, Mapping):
        return {key: _sendable(item) for key, item in content.items()}
    if isinstance(content, list | tuple):
        return [_sendable(item) for item in content]
    return None if isinstance(content, float) and not isfinite(content) else content


def _id_of(found: Any) -> Id:
    if isinstance(found, bool) or not isinstance(found, int | str | None):
        raise RequestError("an id is a whole number or a short text", "malformed")
    if isinstance(found, str) and len(found) > _LONGEST_ID:
        raise RequestError("an id is a whole number or a short text", "malformed")
    if isinstance(found, int) and abs(found) > _LARGEST_ID:
        raise RequestError("an id is a whole number or a short text", "malformed")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
