"""A file is the old one or the new one, whatever happens in between."""

import errno
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from elbowroom.errors import ElbowroomError
from elbowroom.files import replacing, write_whole


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def disk_full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text("old")
    return path


@pytest.mark.parametrize(
    ("content", "written"),
    [("", b""), ("é = 1\n", "é = 1\n".encode()), (b"\x00\xff\r\n", b"\x00\xff\r\n")],
)
def test_content_arrives_unchanged(tmp_path: Path, content: str | bytes, written: bytes) -> None:
    path = tmp_path / "new" / "folder" / "file.bin"
    write_whole(path, content)
    assert path.read_bytes() == written
    assert names(path.parent) == ["file.bin"]


def test_an_old_file_is_replaced(kept: Path) -> None:
    write_whole(str(kept), "new")
    assert kept.read_text() == "new"
    assert names(kept.parent) == ["config.toml"]


def test_the_old_content_is_there_until_the_block_ends(kept: Path) -> None:
    with replacing(kept) as beside:
        beside.write_text("new")
        assert kept.read_text() == "old"
    assert kept.read_text() == "new"


def test_the_temporary_file_is_beside_and_keeps_the_suffix(tmp_path: Path) -> None:
    with replacing(tmp_path / "codes.npy") as beside:
        assert beside.parent == tmp_path
        assert beside.suffix == ".npy"
        assert beside.name.startswith(".")


def test_a_long_name_works(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 251 + ".txt")
    write_whole(path, "fits")
    assert path.read_text() == "fits"


def test_permissions_are_those_of_any_new_file(tmp_path: Path) -> None:
    write_whole(tmp_path / "ours", "x")
    (tmp_path / "plain").write_text("x")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_link_stays_a_link(kept: Path) -> None:
    link = kept.parent / "link.toml"
    link.symlink_to(kept)
    write_whole(link, "new")
    assert link.is_symlink()
    assert kept.read_text() == "new"


@pytest.mark.parametrize("error", [ValueError("mine"), KeyboardInterrupt(), SystemExit(3)])
def test_an_error_in_the_block_passes_and_changes_nothing(kept: Path, error: BaseException) -> None:
    with pytest.raises(type(error)) as caught, replacing(kept) as beside:
        beside.write_text("half of the ne")
        raise error
    assert caught.value is error
    assert kept.read_text() == "old"
    assert names(kept.parent) == ["config.toml"]


def test_an_error_about_another_file_is_not_blamed_on_this_one(kept: Path) -> None:
    with pytest.raises(FileNotFoundError), replacing(kept):
        (kept.parent / "source.csv").read_bytes()
    assert kept.read_text() == "old"


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_file(
    kept: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    monkeypatch.setattr(os, call, disk_full)
    with pytest.raises(ElbowroomError, match=r"config\.toml': the disk is full \(.* MB free\)"):
        write_whole(kept, "new")
    assert kept.read_text() == "old"
    assert names(kept.parent) == ["config.toml"]


def test_a_full_disk_reported_only_in_words_is_understood(kept: Path) -> None:
    class ForeignError(Exception):
        """What a writer in another language raises."""

    with pytest.raises(ElbowroomError, match="disk is full"), replacing(kept):
        raise ForeignError("I/O error: No space left on device (os error 28)")
    assert kept.read_text() == "old"


# numpy's own writer tells no reason, only how many values were written.
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX resource limits")
@pytest.mark.parametrize(
    "write", ["beside.write_bytes(bytes(100_000))", "numpy.save(beside, numpy.ones(100_000))"]
)
def test_a_write_that_the_system_cuts_off_leaves_the_old_file(kept: Path, write: str) -> None:
    path = kept.rename(kept.with_suffix(".npy"))
    script = f"""
        import resource, signal, sys
        import numpy
        from elbowroom.errors import ElbowroomError
        from elbowroom.files import replacing
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            with replacing(sys.argv[1]) as beside:
                {write}
        except ElbowroomError as error:
            sys.exit(str(error))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(path)], capture_output=True, text=True
    )
    assert "disk is full" in done.stderr
    assert path.read_text() == "old"
    assert names(path.parent) == ["config.npy"]


def test_a_failure_with_room_on_the_disk_is_not_blamed_on_it(kept: Path) -> None:
    with pytest.raises(RuntimeError, match="shapes differ"), replacing(kept):
        raise RuntimeError("shapes differ")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_process_killed_while_writing_leaves_the_old_file(kept: Path) -> None:
    script = """
        import sys, time
        from elbowroom.files import replacing
        with replacing(sys.argv[1]) as beside:
            beside.write_text("half of the ne")
            print("writing", flush=True)
            time.sleep(60)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), str(kept)], stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"writing\n"
        writer.send_signal(signal.SIGKILL)
    assert kept.read_text() == "old"


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    with pytest.raises(ElbowroomError, match="report': it is a folder, not a file"):
        write_whole(tmp_path / "report", "x")


def test_a_file_where_a_folder_should_be_is_named(kept: Path) -> None:
    with pytest.raises(ElbowroomError, match=r"Cannot write '.*config\.toml.results\.json'"):
        write_whole(kept / "results.json", "{}")
    assert kept.read_text() == "old"


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.EPERM])
def test_a_folder_that_cannot_be_written_is_named_before_the_work(
    kept: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    # Simulated, because the superuser, as whom containers run, may write everywhere.
    def refuse(path: Path, *_: object) -> None:
        raise OSError(code, os.strerror(code), str(path))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ElbowroomError, match="is not writable"), replacing(kept):
        pytest.fail("the block must not be entered")
    monkeypatch.undo()
    assert kept.read_text() == "old"


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="the superuser may write everywhere"
)
def test_a_read_only_folder_is_named(kept: Path) -> None:
    kept.parent.chmod(0o500)
    try:
        with pytest.raises(ElbowroomError, match="is not writable"):
            write_whole(kept, "new")
    finally:
        kept.parent.chmod(0o700)
    assert kept.read_text() == "old"


def test_a_reader_never_sees_half_a_file(kept: Path) -> None:
    script = """
        import itertools, sys
        from elbowroom.files import write_whole
        for count in itertools.count():
            write_whole(sys.argv[1], str(count % 10) * 100_000)
    """
    kept.write_text("0" * 100_000)
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(script), str(kept)]) as writer:
        seen = set()
        until = time.monotonic() + 20
        try:
            while len(seen) < 5 and time.monotonic() < until:
                content = kept.read_text()
                assert len(content) == 100_000
                assert len(set(content)) == 1
                seen.add(content[0])
        finally:
            writer.kill()
    assert len(seen) == 5
