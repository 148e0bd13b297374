"""Folders of images; subfolders are classes."""

from pathlib import Path
from typing import ClassVar

import numpy as np

from elbowroom.data.assemble import assemble
from elbowroom.data.dataset import Dataset
from elbowroom.data.image_files import ENDINGS, plan, read_header
from elbowroom.data.on_demand import OnDemand
from elbowroom.data.readers.idx import Idx
from elbowroom.data.source import Request, Source
from elbowroom.errors import DataError


class ImageFolder(Source):
    """All images in a folder and below; the first subfolder names the class.

    Folders 'train' and 'test' at the top are the source's own split, with classes below them.
    """

    options: ClassVar = frozenset({"levels", "size", "resize", "channels", "resident_gb"})

    def recognises(self, source: object) -> bool:
        """A folder without IDX files."""
        if not isinstance(source, str | Path):
            return False
        return Path(source).is_dir() and not Idx().recognises(source)

    def read(self, source: object, request: Request) -> Dataset:
        """Read all headers, then decode all images, or leave that for later when they are many."""
        folder = Path(str(source))
        name = request.name or folder.resolve().name
        files = _images(folder)
        decoder, notes = plan([read_header(file) for file in files], request, name)
        parts = [file.relative_to(folder).parts[:-1] for file in files]
        official = None
        if {part[0] if part else "" for part in parts} == {"train", "test"}:
            official = np.array([part[0] == "test" for part in parts])
            parts = [part[1:] for part in parts]
        return assemble(
            OnDemand(len(files), decoder(files[0]), lambda i: decoder(files[i])),
            request,
            name=name,
            labels=np.array([part[0] for part in parts]) if all(parts) else None,
            official_test=official,
            notes=notes,
        )


def _images(folder: Path) -> list[Path]:
    """All images below a folder, in an order that does not depend on the file system."""
    below = sorted(folder.rglob("*"))
    files = [path for path in below if path.is_file() and not _hidden(path, folder)]
    images = [path for path in files if path.suffix.lower() in ENDINGS]
    if not images:
        found = ", ".join(sorted({path.suffix or "no ending" for path in files})[:8])
        raise DataError(
            f"{folder} is empty: it has no images. "
            + (f"Files in it ({len(files):,}) end in: {found}. " if files else "It has no files. ")
            + f"Known endings: {' '.join(sorted(ENDINGS))}."
        )
    return images


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)
