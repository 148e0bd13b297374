"""The page as one file, opened from a disk: it asks nobody, and computes what the model does."""

import contextlib
import io
import json
import re

import numpy as np
import pytest

from elbowroom.explore.notebook import Explorer
from elbowroom.explore.pictures import read_picture
from tests.explore.browser.conftest import LAPTOP
from tests.explore.browser.looking import PIXELS, code, knob, live, settled
from tests.explore.unpacked import SETTINGS, TAG, Unpacked

RUNS = ["conditional", "table"]
READY = "[data-picture=live]:not(.skeleton)"


@pytest.fixture
def opened(chromium, file_of, tmp_path):
    """Open a run's file without a network; nothing may go wrong in it, and nothing be asked."""
    asked, complaints = [], []
    with contextlib.ExitStack() as contexts:

        def page_of(name=None, *, html=None, before=None):
            path = tmp_path / f"{name}.html"
            path.write_text(html or file_of(name))
            width, height = LAPTOP
            context = contexts.enter_context(
                chromium.new_context(viewport={"width": width, "height": height})
            )
            context.set_offline(True)
            page = context.new_page()
            page.set_default_timeout(30_000)
            page.on("request", lambda request: asked.append(request.url))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on(
                "console",
                lambda said: complaints.append(said.text) if said.type == "error" else None,
            )
            if before:
                page.add_init_script(before)
            page.goto(path.as_uri())
            return page

        yield page_of
    assert complaints == []
    own = {path.as_uri() for path in tmp_path.glob("*.html")}
    assert {url for url in asked if not url.startswith(("blob:", "data:"))} <= own


def beside(one, other):
    """Return a page with the runs of two pages, as one that compares them has."""
    pages = [Unpacked(one), Unpacked(other)]
    renamed = [re.sub(r"\bpart-(\d+)\b", rf"part-{number}\1", page.html)
               for number, page in enumerate(pages, 1)]  # fmt: skip
    first, second = map(Unpacked, renamed)
    settings = {
        **first.settings,
        "runs": [first.about, second.about],
        "files": [first.file, second.file],
    }
    text = json.dumps(settings).replace("<", "\\u003c")
    tags = "".join(match[0] for match in TAG.finditer(renamed[1]))
    begun, ended = SETTINGS.search(renamed[0]).span(1)
    return f"{renamed[0][:begun]}{text}</script>{tags}{renamed[0][ended + len('</script>') :]}"


def ask(page, verb, *given, how=None, run=0):
    """Ask the model in the page what its panels ask it."""
    page.wait_for_selector(READY)
    plain = [one.tolist() if isinstance(one, np.ndarray) else one for one in given]
    return page.evaluate(
        """async ([verb, given, how, run]) => {
          const wrapped = given.map((one) => (Array.isArray(one) && verb !== "examples" ?
            Float32Array.from(one) : one));
          const answer = await elbowroom[run][verb](...wrapped, ...(how ? [how] : []));
          const plain = (value) => (value instanceof Float32Array ? [...value] : value);
          return answer instanceof Float32Array ? [...answer] : Array.isArray(answer) ? answer :
            Object.fromEntries(Object.entries(answer).map(([k, v]) => [k, plain(v)]));
        }""",
        [verb, plain, how, run],
    )


def ask_condition(page):
    """Return what the page gives the model."""
    return int(page.locator("header select, .top select").first.input_value())


def near(found, wanted, span):
    return np.abs(np.asarray(found, np.float64) - wanted).max() <= 1e-5 * span


@pytest.mark.parametrize("name", RUNS)
def test_the_page_computes_what_the_model_does(session_of, opened, name):
    session, page = session_of(name), opened(name)
    raw = session.examples(np.arange(3))
    codes = np.random.default_rng(0).normal(size=(3, session.units)).astype(np.float32)

    assert near(ask(page, "examples", [0, 1, 2]), raw.ravel(), 1e-2)
    assert near(ask(page, "decode", codes.ravel()), session.decode(codes).ravel(), np.ptp(raw))
    found, wanted = ask(page, "encode", raw[1]), session.encode(raw[1])
    assert near(found["mean"], wanted.mean, 1)
    assert near(found["sd"], wanted.sd, 1)
    assert near(found["seen"], wanted.seen, np.ptp(raw))

    score = ask(page, "score", raw[0], how={"samples": 1024})
    worth = session.score(raw[0], samples=1024)
    error = np.hypot(score["elboError"], worth.elbo_error)
    assert abs(score["elbo"] - worth.elbo) <= 4 * error + 1e-4 * abs(worth.elbo)
    evidence = score["logEvidence"]
    error = np.hypot(evidence["error"], worth.evidence.error)
    assert abs(evidence["value"] - worth.evidence.value) <= 4 * error + 1e-3
    assert evidence["trusted"] == worth.evidence.trusted
    assert evidence["note"][:20] == worth.evidence.note[:20]
    assert sum(score["rates"]) == pytest.approx(score["rate"], rel=1e-4)

    places, distances = session.nearest(raw[2], 4)
    neighbours = ask(page, "nearest", raw[2], 4)
    assert [one["index"] for one in neighbours][0] == places[0] == 2
    assert [one["distance"] for one in neighbours] == pytest.approx(distances, abs=1e-3)
    drawn = np.reshape(ask(page, "decode", np.zeros(64 * session.units), how={"draw": 3}), (64, -1))
    assert np.unique(drawn, axis=0).shape[0] > 32
    sampled = np.reshape(ask(page, "sample", 500, 1), (500, -1))
    assert np.abs(sampled.mean(0)).max() < 5 / np.sqrt(500)


def test_two_runs_on_a_page_do_not_mix(session_of, opened, file_of):
    page = opened("both", html=beside(*map(file_of, RUNS)))
    for number, name in enumerate(RUNS):
        session = session_of(name)
        codes = np.random.default_rng(0).normal(size=(3, session.units)).astype(np.float32)
        wanted = session.decode(codes)
        found = ask(page, "decode", codes.ravel(), run=number)
        assert near(found, wanted.ravel(), np.ptp(wanted))
        raw = session.examples(np.arange(1))[0]
        assert near(ask(page, "encode", raw, run=number)["mean"], session.encode(raw).mean, 1)


def test_the_page_paints_what_a_knob_says(session_of, opened):
    session, page = session_of("conditional"), opened("conditional")
    page.wait_for_selector(READY)
    unit = session.about.order[0]
    settled(page)
    before = live(page).evaluate(PIXELS)
    knob(page, unit).press("End")
    # The page's policy forbids what polls a condition inside it.
    for _ in range(100):
        if live(page).evaluate(PIXELS) != before:
            break
        page.wait_for_timeout(20)
    codes = code(page, session)
    wanted = session.decode(codes, condition=ask_condition(page))[0]
    found = np.reshape(
        ask(page, "decode", codes.ravel(), how={"condition": ask_condition(page)}), -1
    )
    assert near(found, wanted, 16)
    painted = np.reshape(live(page).evaluate(PIXELS), (8, 8, 4))[..., 0]
    assert np.abs(painted - 255 * wanted.reshape(8, 8) / 16).max() <= 2


@pytest.mark.parametrize("keeps", [True, False])
def test_names_are_kept_where_the_browser_keeps_anything(session_of, opened, keeps):
    forbid = "Object.defineProperty(window, 'localStorage', {get() { throw new Error('no'); }})"
    page = opened("conditional", before=None if keeps else forbid)
    page.get_by_role("button", name="rename").first.click()
    page.locator(".knob-rename").fill("slant")
    page.locator(".knob-rename").press("Enter")
    page.get_by_role("button", name="slant: rename").wait_for()
    if not keeps:
        page.get_by_text("lost when the page is closed").wait_for()
        return
    page.reload()
    page.get_by_role("button", name="slant: rename").wait_for()


def test_an_image_is_read_as_in_training(session_of, opened):
    from PIL import Image

    session, page = session_of("conditional"), opened("conditional")
    rng = np.random.default_rng(0)
    smooth = Image.fromarray(rng.integers(0, 256, (5, 7, 3), dtype=np.uint8)).resize((60, 41))
    content = io.BytesIO()
    smooth.save(content, "PNG")
    domain = session.run.domain
    wanted = read_picture(session.run, content.getvalue(), domain.low, domain.high)
    page.wait_for_selector(READY)

    found = page.evaluate(
        "async (bytes) => [...await elbowroom[0].read(new Blob([Uint8Array.from(bytes)]))]",
        list(content.getvalue()),
    )

    assert np.abs(np.array(found) - wanted).max() <= 1
    assert np.mean(found != wanted) < 0.05
    refused = page.evaluate(
        "async () => elbowroom[0].read(new Blob(['no image'])).catch((error) => error.message)"
    )
    assert "no image" in refused


def test_a_notebook_shows_the_page_in_a_frame(opened, file_of):
    framed = Explorer(file_of("conditional"), height=700)._repr_html_()
    page = opened("notebook", html=f"<!doctype html><html><body>{framed}</body></html>")
    frame = page.frame_locator("iframe")
    frame.locator(READY).wait_for()
    slider = frame.locator("[role=slider]").first
    slider.press("End")
    assert float(slider.get_attribute("aria-valuenow")) == pytest.approx(
        float(slider.get_attribute("aria-valuemax")), abs=1e-3
    )


def test_a_name_that_looks_like_a_tag_does_no_harm(opened, file_of):
    html, name = file_of("table"), "</script><script>document.title = 'harmed'</script>"
    settings = json.dumps(name).replace("<", "\\u003c")
    page = opened("named", html=html.replace('"run":"run"', f'"run":{settings}', 1))
    page.wait_for_selector(READY)
    assert page.evaluate("elbowroom[0].about.run") == name
    assert page.title() != "harmed"
