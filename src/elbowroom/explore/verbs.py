"""What a page can ask, by name: each takes the arguments of a request to a session's method."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from elbowroom.errors import ConfigError, DataError, ElbowroomError, IncompatibleError, ShapeError
from elbowroom.explore.arguments import Given
from elbowroom.explore.protocol import Reply, Request, RequestError
from elbowroom.explore.session import Session

# Which kind of error the page is told of; the first that fits.
_KINDS: tuple[tuple[type[ElbowroomError], str], ...] = (
    (ShapeError, "wrong-shape"),
    (DataError, "bad-data"),
    (IncompatibleError, "impossible"),
    (ConfigError, "bad-argument"),
)


@dataclass(frozen=True)
class Verb:
    """Something that can be asked.

    Attributes:
        answer: From a session and the arguments to the answer.
        quick: Whether it may overtake what takes longer: it must draw nothing, because all that
            is drawn comes from one global generator.
    """

    answer: Callable[[Session, Given], Reply]
    quick: Callable[[Given], bool] = lambda given: False


def about(session: Session, given: Given) -> Reply:
    """Say what the run is."""
    return Reply(plain={"about": session.about.to_dict()})


def decode(session: Session, given: Given) -> Reply:
    """Decode `z`; with `draw`, a seed, draw values; with `condition`, given that."""
    codes = given.rows("z", session.units)
    condition, drawn = given.number("condition"), given.seed("draw")
    return Reply({"values": session.decode(codes, draw=drawn, condition=condition)})


def chances(session: Session, given: Given) -> Reply:
    """Say how probable `z` makes each choice of columns of names; with `condition`, given that."""
    codes = given.rows("z", session.units)
    return Reply({"chances": session.chances(codes, condition=given.number("condition"))})


def turn(session: Session, given: Given) -> Reply:
    """Decode `z`, in which `unit` was turned, and say what that did to the levels below it."""
    codes, condition = given.rows("z", session.units), given.number("condition")
    turned = session.turned(codes, given.whole("unit"), condition=condition)
    values = session.decode(turned, draw=given.seed("draw"), condition=condition)
    return Reply({"values": values, "z": turned})


def encode(session: Session, given: Given) -> Reply:
    """Encode one example `x`."""
    found = session.encode(given.array("x"), condition=given.number("condition"))
    return Reply({"mean": found.mean, "sd": found.sd, "seen": found.seen})


def around(session: Session, given: Given) -> Reply:
    """Draw `count` codes from q(z|x) of one example `x`, by a `seed`."""
    found = session.around(
        given.array("x"),
        given.whole("count"),
        given.whole("seed", 0),
        condition=given.number("condition"),
    )
    return Reply({"codes": found})


def score(session: Session, given: Given) -> Reply:
    """Say what one example `x` is worth, by a `seed`; with `samples`, with so many from q(z|x)."""
    found = session.score(
        given.array("x"),
        condition=given.number("condition"),
        samples=None if given.arguments.get("samples") is None else given.whole("samples"),
        seed=given.whole("seed", 0),
    )
    numbers = {
        "rate": found.rate,
        "rateError": found.rate_error,
        "distortion": found.distortion,
        "distortionError": found.distortion_error,
        "elbo": found.elbo,
        "elboError": found.elbo_error,
        "logEvidence": asdict(found.evidence),
    }
    return Reply({"rates": found.rates}, {**numbers, "unit": "nats"})


def sample(session: Session, given: Given) -> Reply:
    """Draw `count` codes from the prior, by a `seed`."""
    count, seed = given.whole("count"), given.whole("seed", 0)
    return Reply({"codes": session.sample(count, seed, condition=given.number("condition"))})


def examples(session: Session, given: Given) -> Reply:
    """Return the examples with some `indices`."""
    return Reply({"values": session.examples(given.places("indices"))})


def nearest(session: Session, given: Given) -> Reply:
    """Find the `count` examples nearest to `x`."""
    places, distances = session.nearest(given.array("x"), given.whole("count", 8))
    pairs = zip(places.tolist(), distances.tolist(), strict=True)
    return Reply(plain={"neighbours": [{"index": i, "distance": d} for i, d in pairs]})


def part(session: Session, given: Given) -> Reply:
    """Return a larger array by its `name`."""
    return Reply({"values": session.part(given.text("name")).values})


def rename(session: Session, given: Given) -> Reply:
    """Give `unit` a `name`."""
    session.rename(given.whole("unit"), given.text("name"))
    return Reply()


VERBS: dict[str, Verb] = {
    "about": Verb(about, quick=lambda given: True),
    "part": Verb(part, quick=lambda given: True),
    "decode": Verb(decode, quick=lambda given: given.arguments.get("draw") is None),
    "chances": Verb(chances, quick=lambda given: True),
    "turn": Verb(turn),
    "encode": Verb(encode),
    "around": Verb(around),
    "score": Verb(score),
    "sample": Verb(sample),
    "examples": Verb(examples),
    "nearest": Verb(nearest),
    "rename": Verb(rename),
}
"""What can be asked, by name."""


def verb_of(request: Request) -> Verb:
    """Return what a request asks.

    Raises:
        RequestError: If there is no such thing.
    """
    if request.do not in VERBS:
        known = ", ".join(VERBS)
        raise RequestError(
            f"nothing called {request.do[:40]!r} can be asked; there are {known}", "unknown-verb"
        )
    return VERBS[request.do]


def respond(session: Session, request: Request) -> Reply:
    """Answer a request.

    Raises:
        RequestError: If it cannot be answered; the message says why.
    """
    verb = verb_of(request)
    try:
        with np.errstate(all="ignore"):
            return verb.answer(session, Given(request.arguments))
    except RequestError:
        raise
    except ElbowroomError as error:
        kind = next((name for kind, name in _KINDS if isinstance(error, kind)), "failed")
        raise RequestError(str(error), kind) from error
