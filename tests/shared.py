"""What takes long to make is made once for all processes that test at the same time."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that the first process to ask fills, and the others find; change nothing.

    Args:
        factory: The fixture of this name.
        name: Name of the folder.
        make: Fills it.
    """
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared" / name
    folder.parent.mkdir(exist_ok=True)
    with FileLock(f"{folder}.lock"):
        whole = folder.with_suffix(".whole")
        if not whole.exists():
            folder.mkdir(parents=True)
            make(folder)
            whole.touch()
    return folder
