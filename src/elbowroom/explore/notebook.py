"""The explorer as the result of a notebook's cell."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from elbowroom.explore.static import html_of
from elbowroom.files import write_whole
from elbowroom.run import Run

HEIGHT = 800
"""Pixels: the whole page on a laptop, without scrolling in it."""


@dataclass(frozen=True)
class Explorer:
    """A page on which a run's latent units are turned like knobs.

    Jupyter, JupyterLab, VS Code and marimo show it where it is a cell's last expression. The page
    computes by itself: it needs neither the kernel nor a server, and stays alive in a notebook that
    is saved and opened again. JupyterLab shows the outputs of a notebook that somebody else ran
    only when it is trusted (`jupyter trust`), and marimo none above `MARIMO_OUTPUT_MAX_BYTES`.

    Attributes:
        html: The page, a single file.
        height: Its height in the notebook, in pixels.
    """

    html: str = field(repr=False)
    height: int = HEIGHT

    def save(self, path: str | Path) -> Path:
        """Write the page as a file that opens in any browser.

        Args:
            path: The file.

        Returns:
            The file.
        """
        write_whole(path, self.html)
        return Path(path)

    def _repr_html_(self) -> str:
        """Return the page in a frame of its own: its style and the notebook's must not meet."""
        # In ASCII alone: marimo counts the bytes of a text in memory, which other letters double,
        # and shows no output above 8 MB.
        page = escape(self.html).encode("ascii", "xmlcharrefreplace").decode()
        return (
            f'<iframe srcdoc="{page}" title="Elbowroom\'s explorer" width="100%" '
            f'height="{self.height}" style="border: 0; min-width: 50rem" '
            'allow="clipboard-write; fullscreen"></iframe>'
        )


def explorer(
    run: Run | str | Path | Sequence[Run | str | Path],
    *,
    height: int = HEIGHT,
    limit: int = 2000,
    split: str | None = None,
) -> Explorer:
    """Return a page that shows a run in a notebook: what each unit does, a map, and more.

    Args:
        run: A run or its folder, or two of the same data to compare.
        height: Height in the notebook, in pixels.
        limit: Examples whose values are on the page, at most; others are on the map alone.
        split: Which examples; those of the test set or the best there is when not given.

    Raises:
        MissingExtraError: If the packages of the extra 'onnx' are not installed.
        RunError: If a folder is not a run, or its data are not to be had.

    Example:
        >>> import elbowroom as er
        >>> er.explorer("runs/digits-1")  # doctest: +SKIP
        >>> er.explorer("runs/digits-1").save("explorer.html")  # doctest: +SKIP
    """
    given = [run] if isinstance(run, Run | str | Path) else list(run)
    runs = [one if isinstance(one, Run) else Run.load(one) for one in given]
    return Explorer(html_of(runs, limit=limit, split=split), height)
