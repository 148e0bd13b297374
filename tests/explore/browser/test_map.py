"""The map: what it shows is what Python computes of the same run."""

import numpy as np
import pytest
from matplotlib.path import Path

from tests.explore.browser.conftest import TABLET
from tests.explore.browser.places import Map
from tests.explore.browser.reading import code_of, has_code, kept, opened, same_picture, soon

CORNERS = [(0.1, 0.1), (0.62, 0.12), (0.4, 0.45), (0.66, 0.8), (0.2, 0.9)]


@pytest.fixture
def session(explored):
    return explored("digits")


@pytest.fixture
def map_of(visit, session):
    """Open the page; the map lies as a part of the run says."""

    def map_on_page(points=None):
        page = visit("digits")
        return page, Map(page, session.part("map/pca").values if points is None else points)

    return map_on_page


def codes(session):
    return session.part("codes").values


def test_hovering_shows_the_example_and_its_decode(map_of, session):
    page, shown = map_of()
    index = shown.alone()
    shown.point_at(index)
    card = page.locator(f".card[data-example='{index}']")
    card.locator("canvas").nth(1).wait_for()
    example, decode = (card.locator("canvas").nth(i) for i in (0, 1))
    assert same_picture(example, session.examples(np.array([index])), session)
    assert same_picture(decode, session.decode(codes(session)[[index]]), session)
    assert f"Label: {session.part('colour/label').values[index]:.0f}" in card.inner_text()


@pytest.mark.parametrize("across, up", [(0, 1), (3, 2)])
def test_two_units_lie_where_their_values_are(map_of, session, across, up):
    page, shown = map_of(codes(session)[:, [across, up]])
    page.get_by_label("Where the examples lie").select_option("units")
    page.get_by_label("Unit from left to right").select_option(str(across))
    page.get_by_label("Unit upwards").select_option(str(up))
    page.wait_for_timeout(150)
    index = shown.alone()
    shown.point_at(index)
    page.locator(f".card[data-example='{index}']").wait_for()
    soon(lambda: code_of(page).size > 0, "a code in the address")
    assert np.allclose(shown.marker, code_of(page)[[across, up]], atol=1e-5)


def test_a_click_sets_the_knobs_to_the_code_and_the_marker_follows_the_knobs(map_of, session):
    page, shown = map_of()
    index = shown.alone()
    shown.point_at(index)
    page.mouse.down()
    page.mouse.up()
    has_code(page, session.encode(session.examples(np.array([index]))[0]).mean)
    assert kept(page)["example"] == str(index)
    assert np.allclose(shown.marker, shown.points[index], atol=1e-3)
    page.get_by_role("button", name="Random code").click()
    z = codes(session).astype(float)
    [centre] = z.mean(0, keepdims=True)
    weights, *_ = np.linalg.lstsq(z - centre, shown.points, rcond=None)
    soon(lambda: not np.allclose(code_of(page), z[index], atol=1e-2), "another code")
    assert np.allclose(shown.marker, (code_of(page) - centre) @ weights, atol=2e-3)


def test_a_lasso_takes_exactly_the_points_inside(map_of, session):
    page, shown = map_of()
    screen, before = shown.screen(), shown.canvas.bounding_box()
    outline = shown.draw_around(CORNERS)
    group = np.flatnonzero(Path(outline).contains_points(screen))
    assert 2 < len(group) < len(screen) - 2
    page.get_by_role("heading", name=f"Group of {len(group)} examples").wait_for()
    after, panel = shown.canvas.bounding_box(), page.locator(".sheet").bounding_box()
    assert (after["width"], after["height"]) == (before["width"], before["height"])
    seen = after["y"] + after["height"] - panel["y"]
    assert seen > 0.6 * after["height"], "the map went off the top"
    page.get_by_role("button", name="Pick the group").click()
    soon(lambda: "picked" in kept(page), "picked examples in the address")
    assert sorted(map(int, kept(page)["picked"].split("."))) == group.tolist()


def test_an_outline_around_nothing_takes_no_group_away(map_of):
    page, shown = map_of()
    shown.draw_around(CORNERS)
    group = page.locator(".group h3")
    before = group.inner_text()
    shown.draw_around([(0.002, 0.93), (0.01, 0.93), (0.01, 0.95)])
    page.get_by_text("No example lies inside what you drew").wait_for()
    assert group.inner_text() == before


@pytest.mark.parametrize("key", ["p", "P"])
def test_p_picks_the_point_under_the_pointer_wherever_the_focus_is(map_of, key):
    page, shown = map_of()
    index = shown.alone()
    shown.point_at(index)
    page.locator(f".card[data-example='{index}']").wait_for()
    page.keyboard.press(key)
    soon(lambda: kept(page).get("picked") == str(index), "the picked example in the address")
    page.keyboard.press(key)
    soon(lambda: "picked" not in kept(page), "no picked example in the address")


def test_a_clicked_card_stays_and_its_button_picks(map_of):
    page, shown = map_of()
    index = shown.alone()
    shown.point_at(index)
    page.mouse.down()
    page.mouse.up()
    card = page.locator(f".card[data-example='{index}']")
    card.get_by_role("button", name="Pick").click()
    soon(lambda: kept(page).get("picked") == str(index), "the picked example in the address")
    card.get_by_role("button", name="Put back").wait_for()
    shown.canvas.press("Escape")
    card.wait_for(state="detached")


@pytest.mark.parametrize("size", [TABLET, TABLET[::-1], (1024, 768)])
def test_a_tap_shows_a_card_that_shows_and_picks(visit, session, size):
    page = opened(visit("digits", size=size, touch=True), "Map")
    shown = Map(page, session.part("map/pca").values)
    width, height = page.evaluate("[innerWidth, innerHeight]")
    box = shown.canvas.bounding_box()
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= height
    assert box["height"] > 300
    index = shown.alone()
    before = code_of(page)
    page.touchscreen.tap(*shown.screen()[index].tolist())
    card = page.locator(f".card[data-example='{index}']")
    card.locator("canvas").nth(1).wait_for()
    assert (code_of(page) == before).all()
    card.get_by_role("button", name="Pick").tap()
    soon(lambda: kept(page).get("picked") == str(index), "the picked example in the address")
    card.get_by_role("button", name="Show").tap()
    has_code(page, session.encode(session.examples(np.array([index]))[0]).mean)


def test_a_finger_scrolls_the_panel_over_a_map_that_shows_everything(visit):
    page = opened(visit("digits", size=(1024, 768), touch=True), "Map")
    over = page.locator(".scatter .over")
    action = "e => getComputedStyle(e).touchAction"
    assert over.evaluate(action) == "pan-y"
    page.get_by_label("Closer").tap()
    soon(lambda: over.evaluate(action) == "none", "a finger that moves the map")
    page.get_by_label("Show everything").tap()
    soon(lambda: over.evaluate(action) == "pan-y", "a finger that scrolls")


def test_a_group_has_a_face_and_differs_in_its_knobs(map_of, session):
    page, shown = map_of()
    screen = shown.screen()
    group = Path(shown.draw_around(CORNERS)).contains_points(screen)
    faces = page.locator(".group .face canvas")
    faces.nth(1).wait_for()
    z = codes(session).astype(float)
    middle = z[group].mean(0, keepdims=True).astype(np.float32)
    assert same_picture(faces.nth(0), session.decode(middle), session)
    members = session.examples(np.flatnonzero(group))
    assert same_picture(faces.nth(1), members.mean(0), session)

    inside, outside = z[group], z[~group]
    gaps = (inside.mean(0) - outside.mean(0)) / z.std(0)
    errors = np.sqrt(inside.var(0, ddof=1) / len(inside) + outside.var(0, ddof=1) / len(outside))
    first = int(np.abs(gaps).argmax())
    line = page.locator(".differences li").first
    assert line.get_attribute("data-unit") == str(first)
    error = errors[first] / z.std(0)[first]
    digits = 2 if error < 0.095 else 1
    way = "lower" if gaps[first] < 0 else "higher"
    said = f"{abs(gaps[first]):.1f} ± {error:.{digits}f} standard deviations {way} in the group"
    assert said in line.get_attribute("title")

    page.get_by_role("button", name="Set the knobs to the group's mean").click()
    has_code(page, middle)
    page.get_by_role("button", name="Take the group away").click()
    assert page.locator(".group").count() == 0


def test_a_hidden_category_cannot_be_pointed_at(map_of, session):
    page, shown = map_of()
    index = shown.alone()
    label = f"{session.part('colour/label').values[index]:.0f}"
    page.locator(".swatch").get_by_text(label, exact=True).click()
    shown.point_at(index)
    page.wait_for_timeout(100)
    assert page.locator(f".card[data-example='{index}']").count() == 0
    page.locator(".swatch").get_by_text(label, exact=True).click()
    shown.point_at(index)
    page.locator(f".card[data-example='{index}']").wait_for()


def test_a_quantity_has_a_bar_with_its_numbers(map_of, session):
    page, _ = map_of()
    page.get_by_label("What the colours say").select_option("colour/error")
    bar = page.locator(".map-legend.bar span")
    bar.nth(3).wait_for()
    values = np.sort(session.part("colour/error").values)
    ends = [values[round(share * (len(values) - 1))] for share in (0.01, 0.99)]
    said = [float(bar.nth(place).inner_text().split()[0]) for place in (1, 3)]
    assert np.allclose(said, ends, rtol=0.03)


def test_zooming_keeps_the_place_under_the_pointer_and_dragging_moves_it(map_of):
    page, shown = map_of()
    index = shown.alone()
    before, (_, _, scale) = shown.screen()[index].tolist(), shown.view
    page.mouse.move(*before)
    page.mouse.wheel(0, -200)
    soon(lambda: shown.view[2] > 1.2 * scale, "a closer view")
    assert np.allclose(shown.screen()[index], before, atol=0.6)
    page.mouse.down()
    page.mouse.move(before[0] + 40, before[1] - 30, steps=4)
    page.mouse.up()
    page.wait_for_timeout(80)
    assert np.allclose(shown.screen()[index], np.add(before, [40, -30]), atol=0.6)
    page.get_by_label("Show everything").click()
    soon(lambda: np.isclose(shown.view[2], scale), "the whole map")


def test_the_keyboard_goes_from_point_to_point(map_of, session):
    page, shown = map_of()
    shown.canvas.focus()
    page.keyboard.press("ArrowRight")
    card = page.locator(".card")
    card.wait_for()
    index = int(card.get_attribute("data-example"))
    assert shown.points[index][0] > shown.points[0][0]
    assert page.get_by_text(f"Example {index + 1}. Label").count() == 1
    page.keyboard.press("p")
    page.keyboard.press("Enter")
    has_code(page, session.encode(session.examples(np.array([index]))[0]).mean)
    assert kept(page)["picked"] == str(index)
    scale = shown.view[2]
    page.keyboard.press("+")
    soon(lambda: np.isclose(shown.view[2], 1.4 * scale), "a closer view")
    page.keyboard.press("0")
    soon(lambda: np.isclose(shown.view[2], scale), "the whole map")


def test_a_link_brings_the_map_back(visit, map_of):
    page, _ = map_of()
    page.get_by_label("Where the examples lie").select_option("units")
    page.get_by_label("Unit upwards").select_option("5")
    page.get_by_label("What the colours say").select_option("colour/rate")
    soon(lambda: "colour/rate" in kept(page).get("map", ""), "the choices in the address")
    again = visit(link=page.evaluate("location.href"))
    assert again.get_by_label("Where the examples lie").input_value() == "units"
    assert again.get_by_label("Unit upwards").input_value() == "5"
    assert again.get_by_label("What the colours say").input_value() == "colour/rate"
