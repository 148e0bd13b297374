"""What people call latent units: kept in the run's folder, beside whatever else is there."""

import json
from pathlib import Path
from typing import Any

from elbowroom.errors import ConfigError, RunError
from elbowroom.files import write_whole
from elbowroom.run import Run

FILE = "explorer.json"
LONGEST = 80
"""Characters in a name."""

_LARGEST = 2**20


def names_of(run: Run) -> dict[str, str]:
    """Return the names of a run's units, by their labels.

    Raises:
        RunError: If the file that holds them is damaged.
    """
    names = _content(run).get("names", {})
    if not isinstance(names, dict):
        raise _damaged(run.path / FILE, "its 'names' are no table")
    return {label: name for label, name in names.items() if isinstance(name, str) and name}


def rename(run: Run, label: str, name: str) -> None:
    """Save the name of a unit with the run, whole or not at all; what else is there stays.

    Args:
        run: The run.
        label: What tells the unit apart.
        name: Its name; an empty one takes its name away.

    Raises:
        ConfigError: If the name is too long or cannot be printed.
        RunError: If the file that holds the names is damaged.
        ElbowroomError: If it cannot be written.
    """
    name = name.strip()
    if len(name) > LONGEST or not name.isprintable():
        raise ConfigError(
            f"a name has at most {LONGEST} characters, all of which can be printed; "
            f"this one has {len(name):,}"
        )
    content = _content(run)
    names = {**names_of(run), label: name}
    content["names"] = {label: name for label, name in names.items() if name}
    text = json.dumps({"format": 1, **content}, indent=2, ensure_ascii=False)
    write_whole(run.path / FILE, text + "\n")


def _content(run: Run) -> dict[str, Any]:
    path = run.path / FILE
    if not path.is_file():
        return {}
    if path.stat().st_size > _LARGEST:
        raise _damaged(path, f"it is larger than {_LARGEST:,} bytes")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path, str(error)) from error
    if not isinstance(content, dict):
        raise _damaged(path, "it holds no table")
    return content


def _damaged(path: Path, why: str) -> RunError:
    return RunError(
        f"'{path}', which holds the names of latent units, cannot be read: {why}. Mend it, or "
        "remove it; the names are then to be given again"
    )
