"""What is taken away: links, pictures, animations, tables."""

import csv
import io

import numpy as np
import pytest
from PIL import Image

from tests.explore.browser.conftest import TABLET
from tests.explore.browser.looking import code, knob, live
from tests.explore.browser.reading import has_code, kept, pixels, same_picture, soon


def downloaded(page, button):
    """Press a button of the menu; return what it saves, and under what name."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    file = download.value
    return file.path().read_bytes(), file.suggested_filename


@pytest.fixture
def menu(visit):
    """Open the page with its menu open, its address ending in what is given."""

    def opened(name, link=None):
        page = visit(name, link=link)
        page.get_by_role("button", name="Keep").click()
        return page

    return opened


def test_a_copied_link_brings_everything_back(visit, explored):
    session, page = explored("digits"), visit("digits")
    order = session.about.order
    page.get_by_role("button", name="Next example").click()
    page.get_by_text("2 of").wait_for()
    knob(page, order[0]).press("End")
    knob(page, order[2]).press("Home")
    page.get_by_role("button", name=f"Pin unit {order[3]} to the top").click()
    page.get_by_role("button", name="One draw").click()
    page.get_by_role("tab", name="Journeys").click()
    z = code(page, session)
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("The link is copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")

    again = visit(link=link)
    again.get_by_text("2 of").wait_for()
    has_code(again, z, within=0)
    assert (code(again, session) == z).all()
    assert again.locator(".slider").first.get_attribute("data-unit") == str(order[3])
    assert again.get_by_role("tab", name="Journeys").get_attribute("aria-selected") == "true"
    soon(lambda: "draw" in kept(again), "the seed in the address")
    seed = int(kept(again)["draw"])
    soon(lambda: same_picture(live(again), session.decode(z, draw=seed), session), "the same draw")


def test_a_link_opened_in_the_same_tab_changes_the_page(visit, explored):
    session, page = explored("digits"), visit("digits")
    soon(lambda: "example" in kept(page), "an address that follows")
    first, z = page.evaluate("location.hash"), code(page, session)
    unit = session.about.order[1]
    page.get_by_role("button", name="Next example").click()
    page.get_by_text("2 of").wait_for()
    page.get_by_role("button", name=f"Pin unit {unit} to the top").click()
    knob(page, unit).press("End")
    page.get_by_role("tab", name="Journeys").click()
    soon(lambda: kept(page).get("tab") == "journeys", "the tab in the address")
    second, turned = page.evaluate("location.hash"), code(page, session)

    for link, wanted, example, tab, pins in (
        (first, z, "1 of", "Map", 0),
        (second, turned, "2 of", "Journeys", 1),
    ):
        page.evaluate("link => { location.hash = link }", link)
        page.get_by_text(example).wait_for()
        has_code(page, wanted, within=0)
        assert (code(page, session) == wanted).all()
        assert page.get_by_role("tab", name=tab).get_attribute("aria-selected") == "true"
        assert page.locator(".pinned").count() == pins
        soon(lambda link=link: page.evaluate("location.hash") == link, "the address as it was")


def test_a_link_holds_each_pick_once_and_says_what_it_leaves_out(menu, link_of):
    many = ".".join(map(str, [7, 7, *range(250)]))
    page = menu("digits", link_of("digits") + f"#picked={many}")
    page.get_by_role("heading", name="Picked examples (250)").wait_for()
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("but for 50 picked examples").wait_for()
    soon(lambda: kept(page)["picked"].count(".") == 199, "200 picked examples in the address")


def test_a_conditional_models_label_is_in_the_link(visit, explored):
    session, page = explored("conditional"), visit("conditional")
    page.get_by_label("label", exact=True).select_option(label="8")
    soon(lambda: kept(page).get("given") == "8", "the label in the address")
    again = visit(link=page.evaluate("location.href"))
    assert again.get_by_label("label", exact=True).input_value() == "8"
    z = code(page, session)
    wanted = session.decode(z, condition=8.0)
    soon(lambda: same_picture(live(again), wanted, session), "the same code as an 8")


@pytest.mark.parametrize("hash", ["#z=%%%&example=-1&pins=900.x", "#z=AAAA&example=99999999", "#z"])
def test_a_damaged_link_opens_the_page(visit, link_of, explored, hash):
    page = visit(link=link_of("digits") + hash)
    assert np.isfinite(code(page, explored("digits"))).all()


def test_the_picture_is_saved_as_it_is_painted(menu):
    page = menu("digits")
    content, name = downloaded(page, "Picture (PNG)")
    saved = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))[..., 0]
    shown = pixels(live(page))
    times = saved.shape[0] // shown.shape[0]
    assert times > 1
    assert (saved == shown.repeat(times, 0).repeat(times, 1)).all()
    assert name == "digits-picture.png"


def test_the_strip_of_a_knob_is_saved(menu, explored):
    session, page = explored("digits"), menu("digits")
    unit = session.about.order[1]
    page.get_by_label("Knob", exact=True).select_option(str(unit))
    content, _ = downloaded(page, "Strip (PNG)")
    saved = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))[..., 0]
    low, high = session.about.units[unit].low, session.about.units[unit].high
    codes = code(page, session).repeat(8, 0)
    codes[:, unit] = low + (np.arange(8) + 0.5) / 8 * (high - low)
    side = 112  # fourteen pixels for each of eight
    gap = (saved.shape[0] - side) // 2
    for place, values in enumerate(session.decode(codes)):
        left = gap + place * (side + gap)
        cell = saved[gap : gap + side, left : left + side][7::14, 7::14]
        bright = 255 * values.reshape(cell.shape) / session.about.range.high
        assert np.abs(cell - bright).max() <= 1.01


def test_the_animation_of_a_knob_goes_there_and_back_for_ever(menu, explored):
    session, page = explored("digits"), menu("digits")
    unit = session.about.order[0]
    content, name = downloaded(page, "Animation (GIF)")
    assert name.endswith(".gif")
    film = Image.open(io.BytesIO(content))
    assert (film.n_frames, film.info["loop"]) == (24 + 22, 0)
    low, high = session.about.units[unit].low, session.about.units[unit].high
    for frame in (0, 23, 30):
        place = frame if frame < 24 else 46 - frame
        film.seek(frame)
        shown = np.asarray(film.convert("RGB"))[16::32, 16::32, 0]
        z = code(page, session)
        z[0, unit] = low + (place + 0.5) / 24 * (high - low)
        bright = 255 * session.decode(z).reshape(shown.shape) / session.about.range.high
        assert np.abs(shown - bright).max() < 12  # a palette of 256


def test_picked_examples_are_exported_with_their_codes(menu, link_of, explored):
    session = explored("digits")
    page = menu("digits", link_of("digits") + "#picked=4.0.9")
    content, name = downloaded(page, "Codes (CSV)")
    assert name == "digits-picked.csv"
    assert content.count(b"\r\n") == 4
    head, *lines = csv.reader(io.StringIO(content.decode("utf-8"), newline=""))
    assert len(head) == 3 + len(session.about.units)
    assert head[:2] == ["example", "row of the data, from 0"]
    assert [line[0] for line in lines] == ["5", "1", "10"]  # as the page counts
    rows = session.part("position").values[[4, 0, 9]]
    assert [int(line[1]) for line in lines] == rows.tolist()
    labels = session.part("colour/label").values[[4, 0, 9]]
    assert [int(line[2]) for line in lines] == labels.tolist()
    codes = [session.encode(x).mean for x in session.examples(np.array([4, 0, 9]))]
    assert np.allclose(np.array([line[3:] for line in lines], float), codes, atol=1e-5)


def test_of_a_table_the_columns_are_exported_too(menu, link_of, explored):
    session = explored("wine")
    page = menu("wine", link_of("wine") + "#picked=2")
    content, _ = downloaded(page, "Codes (CSV)")
    [line] = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))
    [values] = session.examples(np.array([2]))
    for column, value in zip(session.about.columns, values, strict=True):
        assert float(line[column.name]) == pytest.approx(float(value), rel=1e-6)


def test_a_journey_through_the_picked_is_saved(menu, link_of):
    page = menu("digits", link_of("digits") + "#picked=0.1.2")
    content, _ = downloaded(page, "Journey (GIF)")
    assert Image.open(io.BytesIO(content)).n_frames == 2 * 33 - 2


def test_without_picked_examples_the_menu_says_what_to_do(menu):
    page = menu("digits")
    page.get_by_role("button", name="Codes (CSV)").click(force=True)  # it looks disabled
    page.get_by_text("Pick examples on the map first.").wait_for()
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog", name="Keep").count() == 0


def test_a_link_keeps_what_else_the_page_shows(visit, link_of):
    words = "picked=1.2.3&example=2&tab=journeys&journey=between~spherical~0.5&hidden=3.4"
    page = visit(link=f"{link_of('digits', 'wine')}#{words}")
    page.get_by_text("A to B, 50 %").wait_for()
    spherical = page.get_by_role("button", name="Spherical")
    assert spherical.get_attribute("aria-pressed") == "true"
    page.get_by_role("tab", name="Map").click()
    page.get_by_role("button", name="3", exact=True, pressed=False).wait_for()
    soon(lambda: "z2" in kept(page), "the knobs of the other run in the address")
    assert kept(page)["hidden"] == "3.4"


def test_a_link_opens_the_map_where_knobs_are_a_tab(visit, link_of):
    page = visit(link=link_of("digits") + "#tab=map", size=TABLET)
    assert page.get_by_role("tab", name="Map").get_attribute("aria-selected") == "true"
    page = visit(link=link_of("digits"), size=TABLET)
    assert page.get_by_role("tab", name="Knobs").get_attribute("aria-selected") == "true"


def test_a_small_own_example_is_in_the_link(visit, link_of, explored):
    session, page = explored("digits"), visit(link=link_of("digits") + "#tab=own")
    paper = page.locator(".paper canvas")
    paper.focus()
    for key in ("Space", "ArrowLeft", "Space", "ArrowUp", "Space"):
        page.keyboard.press(key)
    drawn = np.rint(pixels(paper) / 255 * 16)
    example = page.locator("[data-picture='your example']")
    soon(lambda: same_picture(example, drawn.ravel(), session), "all strokes in the example")
    has_code(page, session.encode(drawn.ravel()).mean)
    soon(lambda: "own" in kept(page), "the drawing in the address")
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("The link is copied. It brings back what the page shows now.").wait_for()
    again = visit(link=page.evaluate("navigator.clipboard.readText()"))
    example = again.locator("[data-picture='your example']")
    soon(lambda: same_picture(example, drawn.ravel(), session), "the drawing as an example")
    has_code(again, session.encode(drawn.ravel()).mean)


def test_a_journey_through_many_ends_at_the_last_letter(menu, link_of):
    page = menu("digits", link_of("digits") + "#picked=" + ".".join(map(str, range(40))))
    page.get_by_text("The journey goes through the first 26 of them.").wait_for()
    content, _ = downloaded(page, "Journey (GIF)")
    assert Image.open(io.BytesIO(content)).n_frames == 2 * 201 - 2
