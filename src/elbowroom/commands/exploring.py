"""Explore."""

from pathlib import Path
from typing import Any

from elbowroom.commands._runs import Split, open_run
from elbowroom.errors import ConfigError

PLACE_IN_HELP = 2


def explore(
    run: Any,
    other: Any = None,
    *,
    html: Path | None = None,
    split: Split | None = None,
    examples: int = 50_000,
    host: str = "127.0.0.1",
    port: int = 0,
    no_browser: bool = False,
    device: str = "cpu",
    trust: bool = False,
) -> "Path | None":
    """Turn the latent units of a run like knobs, in a browser.

    The page shows what each unit does, a map of the examples, journeys between them, and what the
    model makes of an example of your own; with two runs, both side by side. It is served to this
    machine alone, to whoever has the link, until Ctrl-C.

    For example:

        elbowroom explore runs/digits-1
        elbowroom explore runs/digits-1 runs/digits-2
        elbowroom explore runs/digits-1 --html explorer.html

    Args:
        run: The run folder.
        other: Another run of the same data, to compare.
        html: Write a single file in place of serving: it opens in any browser, with no server,
            and can be sent to a colleague who has no Python.
        split: Which of the run's examples to show; the test set or the best there is when not
            given.
        examples: How many of them at most, evenly spaced.
        host: Address to listen at. Another than the default lets other machines in.
        port: Port to listen at; 0 for one that is free.
        no_browser: Show the link and open no browser.
        device: cpu, cuda, mps or auto. One picture at a time, a small model is quickest on cpu.
        trust: Allow the run to name classes outside Elbowroom, which runs their code.

    Returns:
        The file, where one was written.

    Raises:
        RunError: If a folder is not a run, or an incomplete one.
        IncompatibleError: If the two runs are not of the same data.
        ConfigError: If an option is out of range.
        MissingExtraError: If the packages that this needs are not installed.
    """
    from elbowroom.explore.comparing import check_comparable
    from elbowroom.explore.gallery import MOST
    from elbowroom.explore.telling import say, telling

    if html is not None and Path(html).suffix.lower() not in (".html", ".htm"):
        raise ConfigError(f"'{html}' must end in .html")
    if not 1 <= examples <= MOST:
        raise ConfigError(f"examples is {examples:,}; it must be from 1 to {MOST:,}")
    runs = [open_run(one, trust=trust, device=device) for one in (run, other) if one is not None]
    check_comparable(runs)
    if html is not None:
        from elbowroom.explore.static import write_html

        with telling() as tell:
            return write_html(runs, Path(html), split=split, examples=examples, tell=tell, say=say)

    from elbowroom.explore.server import Address, serve
    from elbowroom.explore.server.serving import check_installed
    from elbowroom.explore.session import Session

    check_installed()
    address = Address(host, port)
    address.check()
    with telling() as tell:
        sessions = [Session.open(one, split=split, examples=examples, tell=tell) for one in runs]
    serve(sessions, address, browser=not no_browser)
    return None
