"""The picture and what is said of an example: painted pixels and written numbers are Python's."""

import numpy as np
import pytest

from elbowroom.config import Config
from elbowroom.data import load
from elbowroom.explore.server.serving import in_background
from elbowroom.explore.session import Session
from tests.explore.browser.conftest import LAPTOP, TABLET
from tests.explore.browser.looking import code, knob, live, settled
from tests.explore.browser.reading import kept, pixels, same_picture, soon
from tests.explore.runs import assembled


def number(text):
    """Read a number as the page writes it."""
    return float(text.removeprefix("at least ").split()[0].replace("−", "-").replace(",", ""))


def numbers(page):
    """Return the numbers of the shown example, in the order of the page."""
    settled(page)
    return [number(dd.inner_text()) for dd in page.locator(".numbers dd").all()]


def test_original_reconstruction_and_difference_are_the_models(visit, explored):
    session, page = explored("digits"), visit("digits")
    [original] = session.examples(np.array([0]))
    [rebuilt] = session.decode(session.encode(original).mean[None])
    for name, values in (("original", original), ("reconstruction", rebuilt)):
        canvas = page.locator(f"canvas[data-picture={name}]")
        canvas.wait_for()
        soon(lambda c=canvas, v=values: same_picture(c, v, session), name)
    assert same_picture(live(page), rebuilt, session)

    knob(page, session.about.order[0]).press("End")
    soon(lambda: not same_picture(live(page), rebuilt, session), "a picture that follows the knob")
    assert same_picture(page.locator("canvas[data-picture=reconstruction]"), rebuilt, session)

    off = (rebuilt - original).reshape(session.about.shape[1:])
    limit = np.abs(off).max()
    said = page.locator(".legend").inner_text().replace("−", " ").replace("+", " ").split()
    assert [float(end) for end in said] == pytest.approx([limit] * 2, rel=0.05)
    red = pixels(page.locator("canvas[data-picture=difference]"))
    place = np.unravel_index(np.abs(off).argmax(), off.shape)
    assert red[place] == (0xC2 if off[place] > 0 else 0x2F)
    assert (red[off < -0.3 * limit] < red[off == 0].min(initial=0xF4)).all()


def test_numbers_are_pythons_and_explain_themselves_to_the_keyboard(visit, explored):
    session, page = explored("digits"), visit("digits")
    for _ in range(3):
        said = numbers(page)
        # Only now: what is drawn at the same time, by any server of this process, comes from one
        # generator. Where something was, both are asked again.
        score = session.score(session.examples(np.array([0]))[0])
        wanted = pytest.approx(
            [score.rate, score.distortion, score.elbo, score.evidence.value], abs=0.051
        )
        if said == wanted:
            break
        page.reload()
    assert said == wanted
    errors = (score.rate_error, score.distortion_error, score.elbo_error)
    for place, error in enumerate(errors):
        written = page.locator(".numbers dd").nth(place).inner_text()
        assert ("±" in written) == (error > 0)
        if error:
            assert number(written.split("±")[1]) == pytest.approx(error, abs=0.051)
    trust = page.locator(".trust").inner_text()
    assert trust == ("trusted" if score.evidence.trusted else "not sure")
    evidence = page.locator(".numbers dd").nth(3).inner_text()
    assert evidence.startswith("at least ") != score.evidence.trusted
    assert ("±" in evidence) == score.evidence.trusted
    if score.evidence.trusted:
        assert number(evidence.split("±")[1]) == pytest.approx(score.evidence.error, abs=0.051)

    bars = page.locator(".rate-bars > span")
    most = max(0.5, score.rates.max())
    for place, unit in enumerate(session.about.order):
        bar = bars.nth(place)
        scale = bar.locator("i").evaluate("e => new DOMMatrix(getComputedStyle(e).transform).d")
        assert scale == pytest.approx(score.rates[unit] / most, abs=1e-3)
        assert f"{score.rates[unit]:.2f} nats" in bar.get_attribute("aria-label")

    page.locator(".rate-bars").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    second = session.about.order[1]
    page.locator(".rates p", has_text=f"unit {second}: {score.rates[second]:.2f} nats").wait_for()

    page.get_by_role("button", name="How much the code tells").focus()
    explanation = page.locator(".explanation")
    assert "KL( q(z|x) ‖ p(z) )" in explanation.inner_text()
    page.keyboard.press("Escape")
    assert explanation.count() == 0


def test_a_draw_is_a_draw_of_the_model_and_the_average_comes_back(visit, explored):
    session, page = explored("digits"), visit("digits")
    z = code(page, session)
    page.get_by_role("button", name="One draw").click()
    seeds = set()
    for _ in range(2):
        soon(lambda: kept(page).get("draw", "none") not in seeds | {"none"}, "a seed")
        seed = kept(page)["draw"]
        seeds.add(seed)
        soon(
            lambda s=int(seed): same_picture(live(page), session.decode(z, draw=s), session),
            "the draw of this seed",
        )
        page.get_by_role("button", name="Draw again").click()
    page.get_by_role("button", name="Average").click()
    soon(lambda: same_picture(live(page), session.decode(z), session), "the average")


def test_examples_are_stepped_through_and_put_away(visit, explored):
    session, page = explored("digits"), visit("digits")
    last = session.about.held
    for press, at in (("Previous example", last), ("Next example", 1), ("Next example", 2)):
        page.get_by_role("button", name=press).click()
        page.get_by_text(f"{at} of {last}").wait_for()
    [values] = session.examples(np.array([1]))
    assert same_picture(page.locator("canvas[data-picture=original]"), values, session)
    assert np.allclose(code(page, session), session.encode(values).mean, atol=1e-6)
    page.get_by_role("button", name="Show no example").click()
    page.get_by_text("No example is shown").wait_for()
    assert page.locator(".numbers").count() == 0


def lines_of(page):
    """Return the lines of the shown row: what each version says in each."""
    said = """lines => lines.map(line => Object.fromEntries(
        [["name", line.querySelector('.profile-name > .cut').textContent],
         ...[...line.querySelectorAll('[data-says]')].map(e => [e.dataset.says, e.textContent])]
    ))"""
    return page.locator(".profile-row:not(.profile-head)").evaluate_all(said)


def test_a_row_stands_beside_its_reconstruction_their_difference_and_the_knobs(visit, explored):
    session, page = explored("wine"), visit("wine")
    [row] = session.examples(np.array([0]))
    z = session.encode(row).mean
    [made] = session.decode(z[None])
    soon(lambda: all(line["apart"] for line in lines_of(page)), "the differences")
    unit = session.about.order[0]
    knob(page, unit).press("End")
    [turned] = session.decode(code(page, session))
    lines = lines_of(page)
    columns = session.about.columns
    assert len(lines) == len(columns)
    for place, (line, column) in enumerate(zip(lines, columns, strict=True)):
        assert line["name"] == column.name
        close = {"abs": 0.051 * column.sd}
        assert number(line["data"]) == pytest.approx(row[place], **close)
        assert number(line["rebuilt"]) == pytest.approx(made[place], **close)
        assert number(line["apart"]) == pytest.approx(made[place] - row[place], **close)
        soon(
            lambda place=place, column=column: (
                abs(number(lines_of(page)[place]["ours"]) - turned[place]) <= 0.051 * column.sd
            ),
            "the row that the knobs make",
        )


def test_every_choice_has_its_probability(visit, explored):
    session, page = explored("mixed table"), visit("mixed table")
    [row] = session.examples(np.array([0]))
    [chances] = session.chances(session.encode(row).mean[None])
    soon(lambda: any("%" in line["rebuilt"] for line in lines_of(page)), "probabilities")
    lines, first = iter(lines_of(page)), 0
    for column, value in zip(session.about.columns, row, strict=True):
        line = next(lines)
        if not column.choices:
            continue
        assert line["data"] == column.choices[int(value)]
        for choice, name in enumerate(column.choices if len(column.choices) > 2 else ()):
            line, chance = next(lines), 100 * chances[first + choice]
            assert line["name"] == name
            assert line["data"] == ("100" if choice == value else "0") + "\u00a0%"
            assert line["rebuilt"].strip("<>% \u00a0") in {str(round(chance)), "1", "99"}
            assert line["ours"] == line["rebuilt"]
        first += len(column.choices)
    assert first == len(chances)


@pytest.fixture(scope="module")
def wide(tmp_path_factory):
    """Return a table with more columns than have a line each."""
    values = np.random.default_rng(0).normal(10, 3, size=(80, 50)).astype(np.float32)
    tree = {"data": {"source": "<made>"}, "model": {"latent": 2}, "training": {"device": "cpu"}}
    folder = tmp_path_factory.mktemp("wide") / "wide"
    return Session.open(assembled(Config.from_dict(tree), folder, load(values)))


def test_of_many_columns_one_is_read_out_by_pointer_and_by_key(visit, wide):
    with in_background([wide]) as served:
        page = visit(link=served.link)
        reads_out(page, wide)
        page.close()


def reads_out(page, session):
    [row] = session.examples(np.array([0]))
    columns = session.about.columns
    curves = page.locator(".curves canvas")
    curves.focus()
    for key, place in (("ArrowRight", 0), ("ArrowRight", 1), ("End", len(columns) - 1)):
        page.keyboard.press(key)
        said = page.locator(".curves-key [data-says=data]")
        page.locator(".curves-key b", has_text=columns[place].name).wait_for()
        assert number(said.inner_text()) == pytest.approx(row[place], abs=0.051 * columns[place].sd)
    box = curves.bounding_box()
    page.mouse.move(box["x"] + (7.5 / len(columns)) * box["width"], box["y"] + 20)
    page.locator(".curves-key b", has_text=columns[7].name).wait_for()


def test_an_autoencoder_hides_what_means_nothing_and_says_so(visit):
    page = visit("posterior deterministic")
    page.get_by_text("This model is a plain autoencoder").wait_for()
    assert page.locator(".numbers, .rates").count() == 0


@pytest.mark.parametrize("name", ["structure ladder", "conditional on a quantity"])
def test_every_kind_of_model_has_knobs_that_move_its_picture(visit, explored, name):
    session, page = explored(name), visit(name)
    before = page.locator("[data-picture=live]").screenshot()
    for unit in session.about.order:
        if knob(page, unit).is_visible():
            knob(page, unit).press("End")
    soon(lambda: page.locator("[data-picture=live]").screenshot() != before, "another picture")


@pytest.mark.parametrize(
    "size, colours", [(LAPTOP, "light"), ((1440, 900), "dark"), (TABLET, "light")]
)
def test_nothing_jumps_while_the_page_loads_and_nothing_sticks_out(visit, size, colours):
    shifts = """new PerformanceObserver(list => {
        window.shifted = (window.shifted ?? 0) + list.getEntries().reduce((s, e) => s + e.value, 0)
    }).observe({type: 'layout-shift', buffered: true})"""
    page = visit("digits", size=size, colours=colours, before=shifts)
    settled(page)
    assert page.evaluate("window.shifted ?? 0") < 0.02
    width, height = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )
    assert (width, height) == size
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == {"light": "rgb(254, 254, 254)", "dark": "rgb(20, 25, 31)"}[colours]


def test_colours_are_turned_over_and_stay_so(visit):
    page = visit("digits")
    page.get_by_role("button", name="Dark colours").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    page.get_by_role("button", name="Light colours").wait_for()
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"


def test_help_opens_and_closes(visit):
    page = visit("digits")
    page.get_by_role("button", name="Help").click()
    dialog = page.get_by_role("dialog", name="What am I looking at?")
    assert "What to try first" in dialog.inner_text()
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")


def test_a_server_that_has_ended_is_said_in_words(visit, explored):
    with in_background([explored("digits")]) as served:
        page = visit(link=served.link)
    banner = page.get_by_role("alert")
    banner.wait_for()
    said = banner.inner_text()
    assert "elbowroom explore RUN" in said
    assert "the folder of the run digits" in said
    page.close()
    visit.complaints.clear()  # the browser's own, of a socket that nobody answers


def test_a_lost_connection_comes_back_by_itself(visit, explored):
    session = explored("digits")
    page = visit(
        "digits",
        before="""window.WebSocket = class extends WebSocket {
            constructor(...given) { super(...given); window.latest = this }
        }""",
    )
    page.evaluate("latest.close()")
    page.get_by_role("alert").wait_for()
    unit = session.about.order[0]
    knob(page, unit).press("End")  # nobody answers
    page.get_by_role("alert").wait_for(state="hidden")
    soon(
        lambda: same_picture(live(page), session.decode(code(page, session)), session),
        "the picture that was asked for meanwhile",
    )
