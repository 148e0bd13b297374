"""A file that leads a browser to the page, so that the link itself stays between the two.

Whoever is logged in to a machine can read what its programs were started with (ps), and so could
read the token in the link that a browser is started with. The browser is given the name of a file
instead, which its owner alone can read.
"""

import html
import os
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={link}">
<title>Elbowroom</title>
<p><a href="{link}">To the explorer</a></p>
</html>
"""


@contextmanager
def signpost(link: str, folders: Sequence[Path] = ()) -> Generator[str | None]:
    """Lend the link of a file that leads to another link, while the block lasts.

    Args:
        link: Where it leads.
        folders: Where to put it: the first that can be written, or else that of temporary files,
            which browsers in a sandbox (snap) cannot see.

    Yields:
        The link of the file, or None where no folder can be written.

    Example:
        >>> with signpost("http://127.0.0.1:8000/?token=secret") as shown:
        ...     shown.startswith("file:///"), "secret" in shown
        (True, False)
    """
    path = _reserved(folders)
    if path is None:
        yield None
        return
    try:
        path.write_text(_PAGE.format(link=html.escape(link)), encoding="utf-8")
        yield path.as_uri()
    finally:
        with suppress(OSError):
            path.unlink()


def _reserved(folders: Sequence[Path]) -> Path | None:
    for folder in (*folders, None):
        with suppress(OSError):
            # Made so that its owner alone can read it, from the first moment on.
            descriptor, name = tempfile.mkstemp(".html", "open-explorer-", folder)
            os.close(descriptor)
            return Path(name).resolve()
    return None
