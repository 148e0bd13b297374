"""The nearest examples: found among vectors that are prepared once."""

import numpy as np
import pytest

from elbowroom.explore import neighbours


@pytest.mark.parametrize("room", [None, 64 * 4 * 10, 1])
def test_what_neighbours_are_found_among_is_prepared_once(session_of, monkeypatch, room):
    """As far as there is room for it; the rest each time, and what is found is the same."""
    session = session_of("binarised at random")
    count = len(session.gallery)
    wanted = [session.nearest(x, count) for x in session.examples(np.arange(3))]
    if room is not None:
        monkeypatch.setattr(neighbours, "_KEPT", room)
    afresh = neighbours.Neighbours(session.gallery, session.neighbours.ruler)
    kept = {None: count, 1: 1}.get(room, 10)
    prepared: list[int] = []
    seen = neighbours.seen
    monkeypatch.setattr(
        neighbours, "seen", lambda run, raw: prepared.append(len(raw)) or seen(run, raw)
    )
    monkeypatch.setattr(session, "neighbours", afresh)
    for x, (places, distances) in zip(session.examples(np.arange(3)), wanted, strict=True):
        prepared.clear()
        found = session.nearest(x, count)
        np.testing.assert_array_equal(found[0], places)
        np.testing.assert_array_equal(found[1], distances)
        assert found[1][0] == 0
    assert sum(prepared) == 1 + count - kept
