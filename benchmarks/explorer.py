"""How long the explorer takes from a slider's event to the painted picture, in headless Chromium.

python -m benchmarks.explorer
python -m benchmarks.explorer --moves 150 --save runs/explorer-timing

For the single file and for the server, each with a 28x28 decoder of 0.4 M parameters and with a
convolutional one of 64x64 RGB, trained for one epoch on noise: what they show is no matter. Times
are from the dispatch of the pointer's event to the moment at which the picture is in its canvas,
and to the frame after that, whose rhythm is the screen's. Needs Chromium, and the packages of
elbowroom[app,onnx] and playwright.
"""

import contextlib
import json
import shutil
import tempfile
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np
from cyclopts import App
from rich.console import Console
from rich.table import Table

from elbowroom.config import Config
from elbowroom.experiment import train
from elbowroom.explore.server import in_background
from elbowroom.explore.session import Session
from elbowroom.explore.static import write_html
from elbowroom.run import Run

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update",
         "--disable-sync"]  # fmt: skip
PROMISED = {("file", "28x28"): 5, ("file", "64x64 RGB"): 15,
            ("server", "28x28"): 20, ("server", "64x64 RGB"): 30}  # fmt: skip
"""Milliseconds, and 95 of 100 moves."""

WATCHING = """
window.dispatched = []; window.frames_ = [];
addEventListener("pointermove", () => dispatched.push(performance.now()), true);
(function frame() { frames_.push(performance.now()); requestAnimationFrame(frame); })();
"""
TIMES = """() => performance.getEntriesByName("move to paint").map(({startTime, duration}) => {
  const end = startTime + duration;
  const event = dispatched.findLast((at) => at <= startTime) ?? startTime;
  const frame = frames_.find((at) => at >= end) ?? end;
  return {paint: end - event, frame: frame - event};
})"""
FORGET = """() => {
  dispatched.length = frames_.length = 0;
  performance.clearMarks("move"); performance.clearMeasures("move to paint");
}"""
SETTLED = """() => performance.getEntriesByName("move to paint").at(-1)?.detail
  === performance.getEntriesByName("move").at(-1)?.detail"""

app = App(name="python -m benchmarks.explorer", help=__doc__)


@dataclass(frozen=True)
class Timing:
    """What one way of showing one run takes.

    Args:
        way: 'file' or 'server'.
        model: What is decoded.
        paint: Milliseconds from event to painted picture, move by move.
        frame: Milliseconds from event to the frame after it.
        share: Share of the moves of a drag that were painted.
    """

    way: str
    model: str
    paint: list[float]
    frame: list[float]
    share: float

    def row(self) -> list[str]:
        """Return its numbers, for a table."""
        limit = PROMISED[self.way, self.model]
        tail = quantiles(self.paint, n=20)[-1]
        return [self.way, self.model, f"{median(self.paint):.1f}", f"{tail:.1f}", f"{limit}",
                f"{median(self.frame):.1f}", f"{self.share:.0%}"]  # fmt: skip


def digits_sized(folder: Path) -> Run:
    """Train a multilayer perceptron on noise of 28 x 28."""
    noise = np.random.default_rng(0).integers(0, 256, (512, 28, 28), dtype=np.uint8)
    network = {"kind": "mlp", "hidden": [350, 350]}
    return _trained(folder, noise, {"latent": 20, "network": network})


def rooms_sized(folder: Path) -> Run:
    """Train a convolutional network on noise of 64 x 64 in colour."""
    noise = np.random.default_rng(0).integers(0, 256, (256, 64, 64, 3), dtype=np.uint8)
    return _trained(folder, noise, {"latent": 10, "network": {"kind": "conv"}})


MODELS: dict[str, Callable[[Path], Run]] = {"28x28": digits_sized, "64x64 RGB": rooms_sized}


@app.default
def main(moves: int = 150, drag: int = 100, save: Path | None = None) -> None:
    """Measure, and print a table.

    Args:
        moves: Moves that are timed one by one.
        drag: Moves of the drag whose painted share is counted, 16 ms apart.
        save: A folder for the numbers as JSON.
    """
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise SystemExit("no Chromium was found: on Debian and Ubuntu, sudo apt install chromium")
    table = Table("way", "decodes", "p50, ms", "p95, ms", "promised, ms", "to frame, ms", "painted")
    timings = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, headless=True, args=FLAGS)
        for name, make in MODELS.items():
            run = make(Path(folder) / name.split()[0])
            parameters = sum(p.numel() for p in run.model.decoder.parameters())
            name_of_row = f"{name}, {parameters / 1e6:.2f} M"
            for way, link_of in {"file": _file, "server": _served}.items():
                with link_of(run, Path(folder)) as link:
                    timing = Timing(way, name, *_measured(browser, link, moves, drag))
                timings.append(timing)
                table.add_row(way, name_of_row, *timing.row()[2:])
        browser.close()
    Console().print(table)
    if save is not None:
        save.mkdir(parents=True, exist_ok=True)
        (save / "explorer.json").write_text(json.dumps([vars(one) for one in timings], indent=2))


def _trained(folder: Path, data: np.ndarray, model: dict[str, Any]) -> Run:
    tree = {"data": {"source": "<noise>"}, "model": model,
            "training": {"epochs": 1, "device": "cpu"}}  # fmt: skip
    return train(Config.from_dict(tree), folder, data=data, quiet=True)


@contextlib.contextmanager
def _file(run: Run, folder: Path) -> Generator[str]:
    yield write_html([run], folder / f"{run.name}.html").as_uri()


@contextlib.contextmanager
def _served(run: Run, folder: Path) -> Generator[str]:
    with in_background([Session.open(run)]) as listening:
        yield listening.link


def _measured(
    browser: Any, link: str, moves: int, drag: int
) -> tuple[list[float], list[float], float]:
    """Return times to paint, times to the next frame, and the share of a drag that was painted."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.add_init_script(WATCHING)
    page.goto(link)
    page.wait_for_selector("[data-picture=live]:not(.skeleton)", timeout=60_000)
    page.wait_for_timeout(4000)  # the strips of the knobs are painted meanwhile
    slider = page.locator("[role=slider]").first.bounding_box()
    middle = slider["y"] + slider["height"] / 2

    def swing(count: int, pause: float) -> None:
        """Drag the first knob to and fro."""
        page.mouse.move(slider["x"] + 0.1 * slider["width"], middle)
        page.mouse.down()
        page.wait_for_timeout(500)
        page.evaluate(FORGET)
        for step in range(count):
            share = 0.1 + 0.8 * abs((step / 50) % 2 - 1)
            page.mouse.move(slider["x"] + share * slider["width"], middle)
            page.wait_for_timeout(pause)
        # The file's policy forbids what polls a condition inside the page.
        while not page.evaluate(SETTLED):
            page.wait_for_timeout(50)
        page.wait_for_timeout(50)
        page.mouse.up()

    swing(moves, 50)
    times = page.evaluate(TIMES)
    swing(drag, 16)
    count = "name => performance.getEntriesByName(name).length"
    begun, painted = (page.evaluate(count, name) for name in ("move", "move to paint"))
    page.close()
    return [t["paint"] for t in times], [t["frame"] for t in times], painted / begun


if __name__ == "__main__":
    app()
