"""Files are written whole or not at all.

A file that is written in place is, for a moment, neither the old one nor the new one, and a full
disk, a kill or a power cut makes that moment last. So everything that Elbowroom keeps is written
under another name in the same folder, flushed to the disk, and only then renamed over the old
file, which POSIX and Windows do in one step. A reader sees the old content or the new, never half.
"""

import errno
import os
import secrets
import shutil
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from elbowroom.errors import ElbowroomError

# What the operating system answers when there is no room, or no right to write.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}

# Writers in other languages (safetensors, Arrow) wrap the system's answer in errors of their own,
# which keep no number, only its text.
_FULL_IN_WORDS = os.strerror(errno.ENOSPC)

# NumPy's and torch's say only that a write fell short; then the disk is asked for this many bytes.
_PROBE = 1 << 20


def write_whole(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write a text (as UTF-8) or bytes to a file, whole or not at all.

    Args:
        path: The file to make or to replace. Missing folders are made.
        content: All that shall be in it.

    Raises:
        ElbowroomError: The disk is full or the place cannot be written; an older file at `path`
            is then as it was.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "notes" / "rate.txt"
        ...     write_whole(path, "12.5 nats")
        ...     path.read_text()
        '12.5 nats'
    """
    with replacing(path) as beside:
        beside.write_bytes(content.encode() if isinstance(content, str) else content)


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Generator[Path]:
    """Lend a temporary file that takes the place of `path` when the block ends well.

    The temporary file lies in the same folder, exists already (so a folder that cannot be written
    is noticed before the work, not after it) and has the same suffix (so libraries that choose a
    format by the suffix choose the right one). When the block raises, it is removed and whatever
    was at `path` stays. A symbolic link is followed: its target is replaced, the link stays.

    Args:
        path: The file to make or to replace. Missing folders are made.

    Yields:
        The path to write to; close the file before the block ends.

    Raises:
        ElbowroomError: The disk is full, `path` is a folder, or its folder cannot be written.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with replacing(Path(folder) / "codes.csv") as beside:
        ...         _ = beside.write_text("z0,z1")
        ...     [path.name for path in Path(folder).iterdir()]
        ['codes.csv']
    """
    target = Path(os.path.realpath(path))
    beside = target.with_name(f".{secrets.token_hex(8)}{target.suffix}")
    try:
        _reserve(beside, target)
        yield beside
        _flush(beside)
        os.replace(beside, target)
    except Exception as error:
        message = _explain(error, target, beside)
        if message is None:
            raise
        raise ElbowroomError(message) from error
    finally:
        # Whatever happened, an interrupt included; after the rename there is nothing to remove.
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    _flush_folder(target.parent)


def _reserve(beside: Path, target: Path) -> None:
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    # "x" and not tempfile, which makes files that only their owner can read.
    beside.open("xb").close()


def _flush(path: Path) -> None:
    """Wait until the content is on the disk: many file systems report a full disk only then."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make the rename itself last through a power cut, where the system can (Windows cannot)."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _explain(error: Exception, target: Path, beside: Path) -> str | None:
    """Return what a person should read, or None when the error is not about this writing."""
    if _is_full(error, beside):
        return (
            f"Cannot write '{target}': the disk is full{_free_space(target.parent)}. "
            "Free some space or choose another folder; nothing was changed there."
        )
    if not isinstance(error, OSError) or not _concerns(error, target, beside):
        return None
    reason = error.strerror or str(error)
    if error.errno in _REFUSED:
        reason = f"the folder '{target.parent}' is not writable ({reason})"
    elif error.errno == errno.EISDIR:
        reason = "it is a folder, not a file"
    return f"Cannot write '{target}': {reason}. Choose another place or change its permissions."


def _is_full(error: Exception, beside: Path) -> bool:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in _FULL
    if _FULL_IN_WORDS in str(error):
        return True
    return isinstance(error, OSError | RuntimeError) and _cannot_grow(beside)


def _cannot_grow(path: Path) -> bool:
    try:
        with path.open("ab") as file:
            file.write(bytes(_PROBE))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error.errno in _FULL
    return False


def _concerns(error: OSError, target: Path, beside: Path) -> bool:
    """Tell whether the error names this file or a folder on the way to it."""
    if error.filename is None:
        return False
    named = Path(os.fsdecode(error.filename))
    return named in (beside, target, *target.parents)


def _free_space(folder: Path) -> str:
    try:
        return f" ({shutil.disk_usage(folder).free / 1e6:.1f} MB free)"
    except OSError:
        return ""
