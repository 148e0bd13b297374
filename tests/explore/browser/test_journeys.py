"""Journeys: every code that the page takes on its way is the one that Python computes."""

import numpy as np
import pytest

from tests.explore.browser.looking import code, knob, value
from tests.explore.browser.reading import code_of, has_code, kept, same_picture, soon

STOPS = (3, 8, 5)


@pytest.fixture
def session(explored):
    return explored("digits")


@pytest.fixture
def stops(session):
    return session.part("codes").values[list(STOPS)]


@pytest.fixture
def page(visit, link_of):
    """Open the journeys with three picked examples, as a link keeps them."""
    picked = ".".join(map(str, STOPS))
    return visit(link=f"{link_of('digits')}#picked={picked}&example=0&tab=journeys")


def spherical(a, b, t):
    """Interpolate about the origin, the standard normal's mean."""
    (p, q), (u, v) = np.linalg.norm([a, b], axis=1), (a, b)
    angle = np.arccos(u @ v / (p * q))
    mixed = (np.sin((1 - t) * angle) * u / p + np.sin(t * angle) * v / q) / np.sin(angle)
    return ((1 - t) * p + t * q) * mixed


def go_to(page, place):
    page.get_by_label("Place on the journey").evaluate(
        "(slider, to) => {"
        " slider.value = to; slider.dispatchEvent(new Event('input', {bubbles: true})) }",
        place,
    )


@pytest.mark.parametrize(
    "way, between", [("Straight", lambda a, b, t: (1 - t) * a + t * b), ("Spherical", spherical)]
)
def test_the_way_between_examples_is_the_one_that_its_name_says(page, session, stops, way, between):
    page.get_by_role("button", name=way, exact=True).click()
    film = page.locator(".film canvas")
    film.nth(8).wait_for()
    a, b, c = stops.astype(float)
    for frame, z in ((0, a), (2, between(a, b, 0.5)), (4, b), (6, between(b, c, 0.5)), (8, c)):
        decoded = session.decode(z[None].astype(np.float32))
        soon(lambda f=frame, d=decoded: same_picture(film.nth(f), d, session), f"frame {frame}")
    go_to(page, 0.25)
    has_code(page, between(a, b, 0.25))
    assert page.get_by_text("A to B, 25 %").count() == 1


def test_playing_ends_at_the_last_stop_and_stops_for_a_hand(page, session, stops):
    page.get_by_role("button", name="Fast").click()
    page.get_by_label("Again and again").uncheck()
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Pause").wait_for()
    has_code(page, stops[-1])
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Random code").click()
    page.get_by_role("button", name="Play").wait_for()
    soon(lambda: not np.allclose(code_of(page), stops[-1]), "another code than the last stop's")


def test_the_basket_is_put_in_order(page):
    page.get_by_role("button", name="Pick the shown one").click()
    soon(lambda: kept(page)["picked"] == "3.8.5.0", "four picked examples")
    page.get_by_role("button", name="D: example 1").click()
    page.get_by_role("button", name="Move D forward").click()
    soon(lambda: kept(page)["picked"] == "3.8.0.5", "the last before the third")
    page.get_by_role("button", name="Remove").click()
    soon(lambda: kept(page)["picked"] == "3.8.5", "three again")
    page.get_by_role("button", name="Clear all").click()
    page.get_by_text("Pick two examples or more").wait_for()


def test_arithmetic_adds_and_subtracts_codes(page, session, stops):
    page.get_by_role("button", name="Arithmetic").click()
    a, b, c = stops
    result = page.get_by_label("Result of the arithmetic")
    result.wait_for()
    wanted = session.decode((a - b + c)[None])
    soon(lambda: same_picture(result, wanted, session), "the decode of A - B + C")
    page.get_by_label("Added", exact=True).select_option("now")
    [start] = session.encode(session.examples(np.array([0]))[0]).mean[None]
    page.get_by_label("Taken away", exact=True).select_option("2")
    page.get_by_role("button", name="Set the knobs").click()
    has_code(page, a - c + start)


def test_draws_of_the_prior_can_be_taken(page, session):
    page.get_by_role("button", name="Made up").click()
    draws = session.sample(24, 1)
    tile = page.get_by_role("button", name="Take draw 5", exact=True)
    tile.locator("canvas").wait_for()
    assert same_picture(tile.locator("canvas"), session.decode(draws[[4]]), session)
    tile.click()
    has_code(page, draws[4])


def test_codes_around_an_example_are_as_wide_as_its_posterior(page, session):
    page.get_by_role("button", name="Around").click()
    found = session.encode(session.examples(np.array([0]))[0])
    seen = []
    for draw in range(1, 19):
        page.get_by_role("button", name=f"Take draw {draw}", exact=True).click()
        seen.append(code(page, session)[0])
    e = (np.array(seen) - found.mean) / found.sd
    assert np.abs(e).max() < 5
    assert 0.7 < e.std() < 1.3  # 108 numbers: five standard errors
    page.get_by_role("slider", name="Width").fill("0")
    page.get_by_role("button", name="Take draw 7", exact=True).click()
    has_code(page, found.mean)


def test_the_nearest_examples_are_those_that_python_finds(page, session):
    page.get_by_role("button", name="Nearest").click()
    z = session.encode(session.examples(np.array([0]))[0]).mean[None]
    indices, distances = session.nearest(session.decode(z)[0], 12)
    tiles = page.locator(".journeys .tile")
    tiles.nth(11).locator("canvas").wait_for()
    labels = [tiles.nth(i).get_attribute("aria-label") for i in range(12)]
    assert labels == [f"Show example {index + 1}" for index in indices]
    said = [float(tiles.nth(i).locator("small").inner_text()) for i in range(12)]
    assert np.allclose(said, distances, rtol=0.03)
    [example] = session.examples(indices[[3]])
    assert same_picture(tiles.nth(3).locator("canvas"), example, session)
    tiles.nth(3).click()
    has_code(page, session.encode(example).mean)


LOST = """
const send = WebSocket.prototype.send;
let lost = false;
WebSocket.prototype.send = function (text) {
  if (lost || !String(text).includes('"codes"')) return send.call(this, text);
  lost = true;
  this.close();
};"""
"""The connection is lost when the page asks for the codes of the map."""


def test_what_was_asked_when_the_connection_was_lost_is_asked_again(visit, link_of):
    page = visit(link=f"{link_of('digits')}#picked=3.8&tab=journeys", before=LOST)
    page.locator(".film canvas").nth(8).wait_for()
    page.get_by_role("button", name="A: example 4").locator("canvas").wait_for()


def test_codes_on_a_sphere_stay_on_it(visit, link_of, explored):
    name = "prior sphere-uniform"
    session = explored(name)
    page = visit(link=f"{link_of(name)}#picked=1.2.3&example=0&tab=journeys")

    def on_it():
        return abs(np.linalg.norm(code_of(page)) - 1) < 1e-5

    soon(on_it, "the shown example's code")
    page.get_by_role("button", name="Straight", exact=True).click()
    go_to(page, 0.5)
    a, b = session.part("codes").values[[1, 2]]
    has_code(page, (a + b) / np.linalg.norm(a + b))
    page.get_by_role("button", name="Around").click()
    page.get_by_role("slider", name="Width").fill("3")
    page.get_by_role("button", name="Take draw 4", exact=True).click()
    unit = session.about.order[0]
    knob(page, unit).press("End")
    soon(lambda: value(page, unit) == pytest.approx(session.about.units[unit].high, abs=1e-3),
         "the knob where the hand put it")  # fmt: skip
    soon(on_it, "the others give way")
