"""An example of one's own reaches the model as Python would have it."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from elbowroom.config import Config
from elbowroom.data import load
from elbowroom.explore.server.serving import in_background
from elbowroom.explore.session import Session
from tests.experiment.test_mixed_tables import SETTINGS, patients
from tests.explore.browser.reading import code_of, has_code, opened, pixels, same_picture, soon
from tests.explore.runs import assembled

AS_FILE = """([base64, type]) => {
  const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0))
  const data = new DataTransfer()
  data.items.add(new File([bytes], "mine", { type }))
  return data
}"""


def some_png() -> bytes:
    """Return a picture that is larger than the model's, in colour."""
    rng = np.random.default_rng(0)
    file = io.BytesIO()
    Image.fromarray(rng.integers(0, 256, (24, 20, 3), dtype=np.uint8)).save(file, "PNG")
    return file.getvalue()


def choose(page, content):
    field = page.locator("input[type=file]")
    field.set_input_files({"name": "mine.png", "mimeType": "image/png", "buffer": content})


def carried(page, content, kind="image/png"):
    return page.evaluate_handle(AS_FILE, [base64.b64encode(content).decode(), kind])


def drop(page, content):
    page.dispatch_event(".drop", "drop", {"dataTransfer": carried(page, content)})


def paste(page, content):
    page.evaluate(
        "data => document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data }))",
        carried(page, content),
    )


@pytest.fixture
def page(visit):
    page = opened(visit("digits"), "Your own example")
    page.get_by_role("button", name="An image file").click()
    return page


def drop_beside(page, content):
    page.get_by_role("tab", name="Map").click()
    taken = page.locator("header").evaluate(
        "(there, dataTransfer) => !there.dispatchEvent("
        "new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))",
        carried(page, content),
    )
    assert taken  # or the browser would leave the page for the image
    page.get_by_role("tab", name="Your own example").click()


@pytest.mark.parametrize("give", [choose, drop, drop_beside, paste])
def test_an_image_file_is_seen_as_python_sees_it(page, explored, give):
    session = explored("digits")
    content = some_png()
    give(page, content)
    found = session.encode(session.read(content))
    has_code(page, found.mean)
    assert same_picture(page.locator(".as-seen canvas"), found.seen, session)
    assert same_picture(page.locator("[data-picture='your example']"), found.seen, session)


@pytest.mark.parametrize(
    "content, kind, words",
    [
        (b"no image", "text/plain", "This is no image file but text/plain"),
        (b"no image", "image/png", "this is no image"),
        (b" " * (16 * 2**20 + 1), "image/png", "16 MB is the most"),
    ],
)
def test_what_is_no_small_image_is_refused_in_words(page, content, kind, words):
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    page.evaluate(
        "([size, text, type]) => { const data = new DataTransfer();"
        " data.items.add(new File([text || new Uint8Array(size)], 'mine', { type }));"
        " document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data })) }",
        [len(content), content.decode().strip(), kind],
    )
    page.get_by_role("status").get_by_text(words).wait_for()
    # Only what may be an image goes to the server.
    assert bool(sent) == (words == "this is no image")


def test_what_is_drawn_reaches_the_model(visit, explored):
    session, page = explored("digits"), opened(visit("digits"), "Your own example")
    paper = page.locator(".paper canvas")
    page.get_by_role("slider", name="Brush").fill("0.8")
    box = paper.bounding_box()
    at = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
          for x, y in ((0.3, 0.3), (0.7, 0.3), (0.4, 0.8))]  # fmt: skip
    page.mouse.move(*at[0])
    page.mouse.down()
    for corner in at[1:]:
        page.mouse.move(*corner, steps=3)
    page.mouse.up()

    drawn = pixels(paper).astype(float) / 255 * 16
    assert drawn[2, 3:5].min() == 16  # the first line covers these pixels whole
    assert drawn[0].max() == drawn[:, 7].max() == 0
    found = session.encode(np.rint(drawn).ravel())
    has_code(page, found.mean)
    example = page.locator("[data-picture='your example']")
    soon(lambda: same_picture(example, found.seen, session), "the drawing as an example")

    page.get_by_role("button", name="Rub out").click()
    page.mouse.click(*at[0])
    soon(lambda: pixels(paper)[2, 2] < 255, "a rubbed out pixel")
    page.get_by_role("button", name="Undo").click()
    soon(lambda: np.array_equal(pixels(paper) / 255 * 16, drawn), "the drawing as it was")
    page.get_by_role("button", name="Clear").click()
    soon(lambda: pixels(paper).max() == 0, "an empty paper")
    page.get_by_text("No example is shown").wait_for()
    paper.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    soon(lambda: pixels(paper)[3:5, 2:4].max() > 100, "a dot drawn with the keyboard")
    page.get_by_label("Next example").click()
    page.get_by_text("1 of").wait_for()
    original = page.locator("[data-picture=original]")
    page.get_by_role("button", name="Begin from the shown one").click()
    soon(lambda: np.abs(pixels(paper) - pixels(original)).max() <= 1, "the example")


def test_a_drawing_is_shown_when_it_changes_and_not_when_its_panel_is_opened(visit):
    page = opened(visit("digits"), "Your own example")
    paper = page.locator(".paper canvas")
    paper.click()
    page.get_by_text("your own", exact=True).wait_for()
    page.get_by_label("Next example").click()
    page.get_by_text("1 of").wait_for()
    opened(opened(page, "Map"), "Your own example")
    page.wait_for_timeout(300)
    assert page.get_by_text("1 of").count() == 1

    page.get_by_role("button", name="Begin from the shown one").click()
    before = pixels(paper)
    paper.click(position={"x": 20, "y": 20})
    example = page.locator("[data-picture='your example']")
    soon(lambda: pixels(example)[0, 0] > 0, "the stroke in the example")
    page.get_by_role("button", name="Undo").click()
    soon(lambda: np.abs(pixels(example) - before).max() <= 1, "the example without the stroke")


def test_a_second_finger_is_no_ink(visit):
    page = opened(visit("digits"), "Your own example")
    paper = page.locator(".paper canvas")
    box = paper.bounding_box()
    for kind, finger, x in (("down", 7, 0.2), ("down", 8, 0.9), ("move", 8, 0.8), ("up", 7, 0.2)):
        where = {"clientX": box["x"] + x * box["width"], "clientY": box["y"] + box["height"] / 2}
        paper.evaluate(
            "(canvas, [kind, init]) => { canvas.setPointerCapture = () => {};"
            " canvas.dispatchEvent(new PointerEvent('pointer' + kind, init)) }",
            [kind, {"pointerId": finger, "bubbles": True, **where}],
        )
    soon(lambda: pixels(paper)[:, :3].max() > 0, "ink of the first")
    assert pixels(paper)[:, 4:].max() == 0


@pytest.fixture(scope="module")
def ward(tmp_path_factory):
    """Explore a table with columns of every kind, untrained."""
    config = Config.from_dict({**SETTINGS, "data": {"source": "<made>", **SETTINGS["data"]}})
    data = load(patients(120), **SETTINGS["data"])
    run = assembled(config, tmp_path_factory.mktemp("ward") / "run", data)
    return Session.open(run)


@pytest.fixture
def ward_page(visit, ward):
    with in_background([ward]) as served:
        yield opened(visit(link=served.link), "Your own example")


def test_every_kind_of_column_can_be_changed_and_changes_the_code(ward_page, ward):
    page = ward_page
    row = ward.examples(np.array([0]))[0]
    columns = {column.name: place for place, column in enumerate(ward.about.columns)}
    choices = {column.name: column.choices for column in ward.about.columns}
    has_code(page, ward.encode(row).mean)

    def changed(name, value):
        row[columns[name]] = value
        has_code(page, ward.encode(row).mean)

    page.get_by_label("age, exact").fill("61.5")
    changed("age", 61.5)
    page.get_by_label("visits, from").evaluate(
        "s => { s.value = 3; s.dispatchEvent(new Event('input', {bubbles: true})) }"
    )
    changed("visits", 3)
    other = 1 - int(row[columns["sex"]])
    page.get_by_role("group", name="sex").get_by_role("button", name=choices["sex"][other]).click()
    changed("sex", other)
    care = (int(row[columns["care"]]) + 1) % 3
    page.locator("select[aria-label=care]").select_option(choices["care"][care])
    changed("care", care)
    assert page.get_by_text("4 columns changed").count() == 1

    page.get_by_label("visits, exact").press("ArrowUp")
    changed("visits", 4)
    page.get_by_label("visits, exact").press("Shift+ArrowDown")
    changed("visits", 0)
    before = code_of(page)
    page.get_by_label("age, exact").fill("1e9")
    page.get_by_role("group", name="age").get_by_role("alert").wait_for()
    assert page.get_by_label("age, exact").get_attribute("aria-invalid") == "true"
    page.get_by_label("age, exact").fill("61.5")
    page.get_by_label("crp, exact").fill("-1")
    page.get_by_role("alert").get_by_text("numbers above 0").wait_for()
    page.get_by_label("crp, exact").fill("1e99")
    page.get_by_role("alert").get_by_text("too large").wait_for()
    page.get_by_label("crp, exact").fill("")
    page.get_by_role("alert").get_by_text("A number is needed").wait_for()
    assert np.array_equal(code_of(page), before)
    page.get_by_role("button", name="As it was").click()
    has_code(page, ward.encode(ward.examples(np.array([0]))[0]).mean)
    page.get_by_text("as it is. Change").wait_for()


def test_a_number_is_typed_key_by_key(ward_page, ward):
    page = ward_page
    row = ward.examples(np.array([0]))[0]
    place = [column.name for column in ward.about.columns].index("age")
    field = page.get_by_label("age, exact")
    for text in ("12.75", "0.05", "-0.5", "1e3", "12,25"):
        field.press("Control+a")
        field.press_sequentially(text)
        assert field.input_value() == text
        row[place] = float(text.replace(",", "."))
        has_code(page, ward.encode(row).mean)
    field.press("Tab")
    assert field.input_value() == "12.25"
    field.press("Control+a")
    field.press_sequentially("12 years")
    page.get_by_role("alert").get_by_text("A number is needed").wait_for()
    field.press("Tab")
    # The last that was a number stays.
    assert field.input_value() == "12"
    page.get_by_label("age, from").evaluate(
        "s => { s.value = s.max; s.dispatchEvent(new Event('input', {bubbles: true})) }"
    )
    soon(lambda: field.input_value() != "12", "the field follows the slider")
