"""Running a command line: what goes wrong becomes a sentence and an exit code.

0 is success, 1 a failure, 2 wrong use, 130 an interrupt. `ELBOWROOM_DEBUG=1` shows the traceback.
"""

import difflib
import errno
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from cyclopts import CycloptsError
from cyclopts.exceptions import UnknownOptionError, UnusedCliTokensError

from elbowroom.allocator import keep_freed_memory
from elbowroom.cli.app import make_app
from elbowroom.cli.show import show
from elbowroom.errors import ElbowroomError

INTERRUPTED = 130
BROKEN_PIPE = 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line.

    Args:
        arguments: The words after the program's name; those of the process when not given.

    Returns:
        The exit code.
    """
    words = [spelt(word) for word in (sys.argv[1:] if arguments is None else arguments)]
    keep_freed_memory()
    if "--trust" in words:
        sys.path.insert(0, str(Path.cwd()))  # where a person's own classes are looked for
    try:
        code = make_app(show)(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (head, less) has gone; Python would complain once more when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    # The last place where a mistake can still be said in words, whatever it is.
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001
        if os.environ.get("ELBOWROOM_DEBUG"):
            traceback.print_exc()
        message, code = explain(error)
        with suppress(BrokenPipeError):
            print(f"elbowroom: {message}", file=sys.stderr)
    return code or 0


def spelt(word: str) -> str:
    """Return a flag as it is known: `--training.batch_size=8` -> `--training.batch-size=8`."""
    if not word.startswith("--"):
        return word
    flag, equals, value = word.partition("=")
    return flag.replace("_", "-") + equals + value


def explain(error: BaseException) -> tuple[str, int]:
    """Return what a person should read about an error, and the exit code."""
    match error:
        case ElbowroomError():
            return str(error), error.exit_code
        case UnknownOptionError():
            return _unknown_option(error), 2
        case UnusedCliTokensError():
            extra = " ".join(error.unused_tokens or ())
            return f"'{extra}' is too much here. See: elbowroom {_command(error)}--help", 2
        case CycloptsError():
            return f"{error} See: elbowroom {_command(error)}--help", 2
        case KeyboardInterrupt():
            return "stopped by Ctrl-C.", INTERRUPTED
        case OSError():
            return _system_error(error), 1
        case MemoryError():
            return "there is not enough memory. Try a smaller batch, model or --limit.", 1
    return (
        f"an error that nobody expected: {type(error).__name__}: {error}\n"
        "This is a fault in Elbowroom. To see where it happened, set ELBOWROOM_DEBUG=1.",
        1,
    )


def _unknown_option(error: UnknownOptionError) -> str:
    """Name the nearest option; `--beta` is nearest to `--objective.beta`."""
    word = error.token.keyword or error.token.value
    known = ["--help", *(name for a in error.argument_collection or () for name in a.names)]
    ends = [name for name in known if name.rpartition(".")[2] == word.lstrip("-")]
    near = ends or difflib.get_close_matches(word, known, n=1)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return f"there is no option {word}.{hint} See: elbowroom {_command(error)}--help"


def _command(error: CycloptsError) -> str:
    return "".join(f"{step} " for step in error.command_chain or ())


def _system_error(error: OSError) -> str:
    where = f" '{error.filename}'" if error.filename else ""
    if error.errno == errno.ENOSPC:
        return f"the disk is full; could not write{where}. Free some space and try again."
    return f"{error.strerror or error}{':' if where else ''}{where}."
