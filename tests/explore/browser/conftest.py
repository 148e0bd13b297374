"""Small trained runs, served, and a browser that looks at them."""

import contextlib
import shutil
from collections.abc import Callable, Generator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from elbowroom.config import Config
from elbowroom.experiment import train
from elbowroom.explore.server.serving import in_background
from elbowroom.explore.session import Session
from elbowroom.run import Run
from tests.explore.runs import run_of as assembled_run

playwright = pytest.importorskip(
    "playwright.sync_api", reason="the browser tests need playwright: pip install 'elbowroom[dev]'"
)

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LAPTOP, TABLET = (1280, 800), (820, 1180)

SETTINGS: dict[str, dict[str, Any]] = {
    "digits": {"data": {"source": "digits"}, "training": {"epochs": 4}},
    "wine": {"data": {"source": "wine"}, "training": {"epochs": 60, "batch_size": 16}},
    "conditional": {
        "data": {"source": "digits"},
        "model": {"condition": "labels"},
        "training": {"epochs": 2},
    },
}
"""Digits in all directions, a table that switches units off, and digits that are told a label."""

MODEL = {"latent": 6, "network": {"kind": "mlp", "hidden": [64]}}


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Run]:
    """Train one of `SETTINGS`, once; of other names, those that the tests of sessions look at."""

    @cache
    def run_of(name: str) -> Run:
        if name not in SETTINGS:
            return assembled_run(name, tmp_path_factory.mktemp("explored") / "run")
        given = SETTINGS[name]
        tree = {
            "data": given["data"],
            "model": {**MODEL, **given.get("model", {})},
            "objective": {"kind": "elbo", "beta": 2.0},
            "training": {"device": "cpu", **given["training"]},
        }
        folder = tmp_path_factory.mktemp("explored") / name
        return train(Config.from_dict(tree), folder, quiet=True)

    return run_of


@pytest.fixture(scope="session")
def explored(trained: Callable[[str], Run]) -> Callable[[str], Session]:
    """Open a session on a run, once."""
    return cache(lambda name: Session.open(trained(name)))


@pytest.fixture(scope="session")
def link_of(explored: Callable[[str], Session]) -> Generator[Callable[..., str]]:
    """Serve one run, or two to compare, until the tests end; returns the link."""
    with contextlib.ExitStack() as servers:

        @cache
        def link(*names: str) -> str:
            sessions = [explored(name) for name in names]
            return servers.enter_context(in_background(sessions)).link

        yield link


@pytest.fixture(scope="session")
def chromium() -> Generator[Any]:
    """Start the system's Chromium, or skip with a sentence that says how to get one."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium was found: on Debian and Ubuntu, sudo apt install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(
    chromium: Any, link_of: Callable[..., str], tmp_path: Path
) -> Generator[Callable[..., Any]]:
    """Open the page of a run in a browser of its own; nothing may go wrong in it, unseen."""
    complaints: list[str] = []
    with contextlib.ExitStack() as contexts:

        def opened(
            *names: str,
            size: tuple[int, int] = LAPTOP,
            colours: str = "light",
            link: str | None = None,
            before: str | None = None,
            touch: bool = False,
        ) -> Any:
            width, height = size
            context = contexts.enter_context(
                chromium.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme=colours,
                    reduced_motion="reduce",
                    accept_downloads=True,
                    has_touch=touch,
                    permissions=["clipboard-read", "clipboard-write"],
                )
            )
            page = context.new_page()
            page.set_default_timeout(10_000)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda said: complaints.extend(_wrong(said)))
            if before:
                page.add_init_script(before)
            page.goto(link or link_of(*names))
            page.wait_for_selector(".frame[aria-busy=false]")
            return page

        opened.complaints = complaints  # for what is meant to go wrong
        yield opened
    assert complaints == []


def _wrong(said: Any) -> list[str]:
    """Return what is wrong in a line of the console; of a refused file the page itself tells."""
    refused = "/read/" in said.location["url"]
    return [said.text] if said.type == "error" and not refused else []
