"""Names of units are kept with the run."""

import json

import pytest

from elbowroom.errors import ConfigError, ElbowroomError, RunError
from elbowroom.explore.naming import FILE, names_of
from elbowroom.explore.session import Session
from tests.explore.runs import run_of


@pytest.fixture
def session(tmp_path) -> Session:
    return Session.open(run_of("prior standard-normal", tmp_path / "run"))


def test_a_name_is_there_when_the_run_is_opened_again(session):
    session.rename(1, "  rotation ")
    assert session.about.units[1].name == "rotation"
    again = Session.open(session.run)
    assert [unit.name for unit in again.about.units] == [None, "rotation"]
    again.rename(0, "\u50be\u304d \u03b1")
    again.rename(1, "")
    assert names_of(session.run) == {"0": "\u50be\u304d \u03b1"}


def test_what_others_wrote_stays(session):
    path = session.run.path / FILE
    path.write_text(json.dumps({"later": {"x": [1]}, "names": {"0": "size", "9": "gone"}}))
    session.rename(1, "rotation")
    content = json.loads(path.read_text())
    assert content["later"] == {"x": [1]}
    assert content["names"] == {"0": "size", "9": "gone", "1": "rotation"}


@pytest.mark.parametrize("name", ["x" * 81, "two\nlines", "\x1b[31mred", "\ud800", "\x00"])
def test_names_that_are_none(session, name):
    with pytest.raises(ConfigError, match="at most 80 characters"):
        session.rename(0, name)
    assert not (session.run.path / FILE).exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"names": []}', "[" * 100_000, "\xff\xfe"])
def test_a_damaged_file_is_left_as_it_is(session, content):
    path = session.run.path / FILE
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(RunError, match="Mend it, or remove it"):
        session.rename(0, "size")
    with pytest.raises(RunError, match="cannot be read"):
        Session.open(session.run)
    assert path.read_bytes() == content.encode("latin-1")


def test_a_file_without_end_is_not_read(session):
    (session.run.path / FILE).write_text(json.dumps({"names": {"0": "x" * 2**20}}))
    with pytest.raises(RunError, match="larger than"):
        names_of(session.run)


def test_a_name_that_cannot_be_written_is_not_shown(session, monkeypatch):
    def full(*_: object) -> None:
        raise ElbowroomError("the disk is full")

    monkeypatch.setattr("elbowroom.explore.naming.write_whole", full)
    with pytest.raises(ElbowroomError, match="disk is full"):
        session.rename(0, "size")
    assert session.about.units[0].name is None
