"""Knobs: by mouse, by keys, by their strips; pinned, named, switched off."""

import json

import numpy as np
import pytest

from tests.explore.browser.conftest import TABLET
from tests.explore.browser.looking import code, knob, live, settled, value
from tests.explore.browser.reading import pixels, same_picture, soon


def drag(page, unit, start, end, steps):
    """Drag a knob between two shares of its track; return these moves' marks and measures."""
    box = knob(page, unit).bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + start * box["width"], y)
    page.mouse.down()
    page.evaluate("performance.clearMarks('move'); performance.clearMeasures('move to paint')")
    for step in range(1, steps + 1):
        page.mouse.move(box["x"] + (start + (end - start) * step / steps) * box["width"], y)
        page.wait_for_timeout(16)
    page.mouse.up()
    numbers = "name => performance.getEntriesByName(name).map(({ detail }) => detail)"

    def painted():
        return page.evaluate(numbers, "move to paint")

    moves = page.evaluate(numbers, "move")
    soon(lambda: painted()[-1:] == moves[-1:], "the last move painted")
    return len(moves), len(painted())


def test_a_dragged_knob_paints_what_the_model_decodes_and_hardly_misses_a_move(visit, explored):
    session, page = explored("digits"), visit("digits")
    unit = session.about.order[0]
    low, high = session.about.units[unit].low, session.about.units[unit].high
    settled(page)
    before = pixels(live(page))

    moves, painted = drag(page, unit, 0.1, 0.9, steps=60)

    assert moves >= 55
    assert painted >= 0.95 * moves
    assert value(page, unit) == pytest.approx(low + 0.9 * (high - low), abs=0.02 * (high - low))
    assert np.abs(pixels(live(page)) - before).max() > 10
    assert same_picture(live(page), session.decode(code(page, session)), session)


def test_keys_turn_a_knob_and_bring_it_back(visit, explored):
    session, page = explored("digits"), visit("digits")
    unit = session.about.order[1]
    low, high = session.about.units[unit].low, session.about.units[unit].high
    home = value(page, unit)
    slider = knob(page, unit)

    def after(key):
        slider.press(key)
        return value(page, unit)

    assert after("Home") == pytest.approx(low, abs=1e-3)
    assert after("ArrowRight") == pytest.approx(low + (high - low) / 50, abs=2e-3)
    assert after("PageUp") == pytest.approx(low + 0.12 * (high - low), abs=2e-3)
    assert after("PageDown") == pytest.approx(low + 0.02 * (high - low), abs=2e-3)
    assert after("ArrowLeft") == pytest.approx(low, abs=2e-3)
    assert after("End") == pytest.approx(high, abs=1e-3)
    assert after("ArrowUp") == pytest.approx(high, abs=1e-3)  # not beyond
    assert after("0") == home
    slider.press("End")
    slider.dblclick(position={"x": 3, "y": 10})
    assert value(page, unit) == home


def test_a_touch_sets_a_knob_on_a_tablet(visit, explored):
    page = visit("digits", size=TABLET, touch=True)
    unit = explored("digits").about.units[explored("digits").about.order[0]]
    slider = knob(page, unit.index)
    assert slider.bounding_box()["height"] >= 44
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    page.touchscreen.tap(box["x"] + 0.75 * box["width"], box["y"] + box["height"] / 2)
    wanted = unit.low + 0.75 * (unit.high - unit.low)
    soon(lambda: abs(value(page, unit.index) - wanted) < 0.01, "the knob where it was touched")


def swipe(page, start, step, steps=10):
    """Draw a finger over the page."""
    client = page.context.new_cdp_session(page)
    (x, y), (dx, dy) = start, step
    for place in range(steps + 1):
        kind = "touchMove" if place else "touchStart"
        at = {"x": x + place * dx, "y": y + place * dy}
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [at]})
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_finger_that_scrolls_turns_nothing_and_one_that_goes_sideways_does(visit, explored):
    page, about = visit("digits", size=TABLET, touch=True), explored("digits").about
    unit = about.units[about.order[2]]
    slider = knob(page, unit.index)
    slider.scroll_into_view_if_needed()

    def place(share):
        box = slider.bounding_box()
        return box["x"] + share * box["width"], box["y"] + box["height"] / 2

    before = [value(page, each) for each in about.order]
    swipe(page, place(0.9), (0, -12))
    assert [value(page, each) for each in about.order] == before

    width = slider.bounding_box()["width"]
    swipe(page, place(0.3), (width / 40, 1))
    wanted = unit.low + 0.55 * (unit.high - unit.low)
    soon(lambda: abs(value(page, unit.index) - wanted) < 0.02, "the knob where the finger went")


def test_a_knob_goes_back_when_the_browser_takes_the_finger(visit, explored):
    page, unit = visit("digits", size=TABLET, touch=True), explored("digits").about.order[0]
    before, box = value(page, unit), knob(page, unit).bounding_box()
    page.evaluate("HTMLElement.prototype.setPointerCapture = () => {}")
    page.evaluate("HTMLElement.prototype.hasPointerCapture = () => true")
    for kind, share in (("down", 0.5), ("move", 0.8)):
        event = {"clientX": box["x"] + share * box["width"], "clientY": box["y"] + 5,
                 "pointerType": "touch", "pointerId": 7, "bubbles": True}  # fmt: skip
        knob(page, unit).dispatch_event(f"pointer{kind}", event)
    assert value(page, unit) != before
    knob(page, unit).dispatch_event("pointercancel", {"pointerId": 7, "bubbles": True})
    assert value(page, unit) == before


def test_all_knobs_go_back_and_go_to_a_code_of_the_prior(visit, explored):
    session, page = explored("digits"), visit("digits")
    home = code(page, session)
    page.get_by_role("button", name="Random code").click()
    soon(lambda: (code(page, session) != home).any(), "another code")
    made_up = code(page, session)
    assert (made_up != home).all()
    assert np.abs(made_up).max() < 7  # of a standard normal
    page.get_by_role("button", name="Reset all").click()
    assert code(page, session).tolist() == home.tolist()


def test_strips_show_what_a_knob_does_and_their_pictures_are_places_to_go_to(visit, explored):
    session, page = explored("digits"), visit("digits")
    unit = session.about.order[0]
    low, high = session.about.units[unit].low, session.about.units[unit].high
    settled(page)
    strip = page.locator(".knob").filter(has=knob(page, unit)).locator(".strip button")
    assert strip.count() == 8
    shown = (
        strip.nth(6)
        .locator("canvas")
        .evaluate("c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]")
    )
    strip.nth(6).click()
    assert value(page, unit) == pytest.approx(low + 6.5 / 8 * (high - low), abs=1e-3)
    page.wait_for_timeout(100)
    assert np.abs(pixels(live(page)).ravel() - np.array(shown)[::4]).max() <= 1


def test_a_pinned_knob_comes_first(visit, explored):
    page, order = visit("digits"), explored("digits").about.order
    first = page.locator(".slider").first
    assert first.get_attribute("data-unit") == str(order[0])
    page.get_by_role("button", name=f"Pin unit {order[3]} to the top").click()
    assert first.get_attribute("data-unit") == str(order[3])
    page.get_by_role("button", name=f"Unpin unit {order[3]}").click()
    assert first.get_attribute("data-unit") == str(order[0])


def names(trained):
    """Return the names in the run's folder."""
    file = trained("digits").path / "explorer.json"
    return json.loads(file.read_text("utf-8"))["names"] if file.exists() else None


def test_a_name_is_kept_with_the_run_and_comes_back(visit, trained, explored):
    page, unit = visit("digits"), explored("digits").about.order[0]
    page.get_by_role("button", name=f"unit {unit}: rename").click()
    field = page.get_by_role("textbox", name=f"Name of unit {unit}")
    field.fill(" rotation ")
    field.press("Enter")
    page.get_by_role("slider", name="rotation").wait_for()
    focused = "document.activeElement.getAttribute('aria-label')"
    soon(lambda: page.evaluate(focused) == "rotation: rename", "the focus on the name")
    soon(lambda: names(trained) == {str(unit): "rotation"}, "the name in the run's folder")

    again = visit("digits")
    again.get_by_role("button", name="rotation: rename").click()
    field = again.get_by_role("textbox", name="Name of rotation")
    field.fill("elsewhere")
    field.press("Escape")  # keeps the name
    assert again.evaluate(focused) == "rotation: rename"
    again.get_by_role("button", name="rotation: rename").click()
    field.fill("")
    field.press("Enter")  # takes it away
    again.get_by_role("slider", name=f"unit {unit}").wait_for()
    soon(lambda: names(trained) == {}, "no name in the run's folder")


def test_units_that_training_switched_off_are_folded_away(visit, explored):
    page, about = visit("wine"), explored("wine").about
    off = [unit.index for unit in about.units if not unit.active]
    assert off
    page.get_by_text(f"Switched off by training ({len(off)})").click()
    folded = page.locator("details .slider")
    assert sorted(int(s.get_attribute("data-unit")) for s in folded.all()) == sorted(off)
    assert page.locator(".knobs >> .dot:not(.off)").count() == len(about.units) - len(off)


def test_of_a_table_the_strip_says_which_columns_change(visit, explored):
    page, about = visit("wine"), explored("wine").about
    soon(lambda: page.locator(".effects").first.inner_text().strip(), "words under the strip")
    words = page.locator(".effects").first.inner_text()
    assert any(f"{way} {column.name}" in words for way in ("more", "less")
               for column in about.columns)  # fmt: skip


def test_a_label_is_chosen_for_a_conditional_model(visit, explored):
    session, page = explored("conditional"), visit("conditional")
    chooser = page.get_by_label("label", exact=True)
    z = code(page, session)
    for label in ("3", "7"):
        chooser.select_option(label=label)
        given = session.about.condition.choices.index(label)
        soon(
            lambda given=given: same_picture(
                live(page), session.decode(z, condition=given), session
            ),
            f"the same code as a {label}",
        )
    assert (code(page, session) == z).all()
