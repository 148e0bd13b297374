"""Columns of a table: what they hold, what is possible in them, and how probable each choice is."""

import numpy as np
import pytest

from elbowroom.errors import DataError


def test_the_columns_of_a_mixed_table(session_of):
    session = session_of("mixed table")
    kinds = {column.name: column.kind for column in session.about.columns}
    assert kinds == {"sex": "binary", "age": "real", "smoker": "binary", "crp": "positive",
                     "visits": "count", "stage": "ordinal", "care": "category"}  # fmt: skip
    care = next(column for column in session.about.columns if column.name == "care")
    assert set(care.choices) == {"home", "ward", "clinic"}
    assert care.mode in (0, 1, 2)
    made = session.decode(session.sample(20, 0), draw=0)
    for place, column in enumerate(session.about.columns):
        if column.choices:
            assert set(made[:, place]) <= set(range(len(column.choices)))


def test_choices_have_the_probabilities_that_draws_have(session_of):
    session = session_of("mixed table")
    assert session.about.can["chances"] is True
    code, count = session.sample(1, 4), 4000
    [likeliest], [chances] = session.decode(code), session.chances(code)
    drawn = session.decode(np.repeat(code, count, 0), draw=0)
    for place, column in enumerate(session.about.columns):
        if column.choices is None:
            continue
        wanted, chances = np.split(chances, [len(column.choices)])
        assert wanted.sum() == pytest.approx(1, abs=1e-5)
        assert likeliest[place] == wanted.argmax()
        shares = np.bincount(drawn[:, place].astype(int), minlength=len(wanted)) / count
        assert (np.abs(shares - wanted) <= 5 * np.sqrt(0.25 / count)).all()
    assert not len(chances)
    assert "chances" not in session_of("table").about.can


def test_a_row_that_a_person_edited_is_brought_to_what_is_possible(session_of):
    session = session_of("mixed table")
    names = [column.name for column in session.about.columns]
    [row] = session.examples(np.array([0]))
    row[names.index("care")], row[names.index("visits")] = 7.3, 2.4
    seen = session.encode(row).seen
    assert seen[names.index("care")] == 2
    assert seen[names.index("visits")] == pytest.approx(2, abs=1e-4)
    row[names.index("crp")] = -1.0
    with pytest.raises(DataError, match="-1 does not belong in the column 'crp'"):
        session.encode(row)
