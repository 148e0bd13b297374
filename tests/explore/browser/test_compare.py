"""Two runs on one example: the page says what Python says of both."""

import numpy as np
import pytest

from tests.explore.browser.reading import has_code, kept, opened, same_picture, soon

INDEX = 4
RUNS = ("digits", "conditional")
"""Two runs of the same digits; the second is told which digit it is."""


@pytest.fixture
def scores(explored):
    """Score one example with both runs."""
    ours, theirs = map(explored, RUNS)
    assert np.array_equal(ours.part("position").values, theirs.part("position").values)
    label = float(theirs.part("colour/label").values[INDEX])
    [example] = ours.examples(np.array([INDEX]))
    return ours.score(example), theirs.score(example, condition=label)


@pytest.fixture
def page(visit, link_of):
    return visit(link=f"{link_of(*RUNS)}#example={INDEX}&tab=compare")


def written(value, error, signed=False, trusted=True):
    """Write a number as the page does."""
    size = f"{abs(value):,.{1 if abs(value) < 1000 else 0}f}"
    sign = "" if size == "0.0" else "−" if value < 0 else "+" if signed else ""
    if not trusted:
        return f"{'roughly' if signed else 'at least'} {sign}{size}"
    return f"{sign}{size}" + (f" ± {error:.{2 if error < 0.1 else 1}f}" if error else "")


def test_the_numbers_of_both_runs_and_their_differences_are_pythons(scores, page):
    a, b = scores
    rows = page.locator(".figures tbody tr")
    soon(lambda: rows.locator(".skeleton").count() == 0, "all numbers")
    told = [
        ((a.rate, a.rate_error, True), (b.rate, b.rate_error, True)),
        ((a.distortion, a.distortion_error, True), (b.distortion, b.distortion_error, True)),
        ((a.elbo, a.elbo_error, True), (b.elbo, b.elbo_error, True)),
        tuple((s.evidence.value, s.evidence.error, s.evidence.trusted) for s in scores),
    ]
    for place, ((ours, our_error, sure), (theirs, their_error, certain)) in enumerate(told):
        cells = rows.nth(place).locator("td").all_inner_texts()
        assert cells == [
            written(ours, our_error, trusted=sure),
            written(theirs, their_error, trusted=certain),
            written(theirs - ours, np.hypot(our_error, their_error), True, sure and certain),
        ]


def test_the_better_one_is_named_where_the_errors_allow_it(scores, page):
    a, b = (score.evidence for score in scores)
    gap, error = b.value - a.value, np.hypot(a.error, b.error)
    verdict = page.locator(".verdict .said")
    verdict.wait_for()
    said = verdict.inner_text()
    doubtful = [name for name, one in zip(RUNS, (a, b), strict=True) if not one.trusted]
    better = f"{RUNS[int(gap > 0)]} explains this example better"
    assert verdict.evaluate("e => e.tagName") == ("SPAN" if doubtful else "STRONG")
    if doubtful:
        assert said.startswith("It looks as if ")
        assert (better in said) == (abs(gap) > 2 * error)
    elif abs(gap) <= 2 * error:
        assert said.startswith("No difference beyond the errors")
    else:
        assert said.startswith(better)
        assert f"{written(abs(gap), error)} nats" in said
    assert ("cannot be trusted" in page.locator(".verdict").inner_text()) == bool(doubtful)


def test_both_runs_show_the_same_example_and_their_own_reconstructions(page, explored):
    for place, name in enumerate(RUNS):
        session = explored(name)
        label = float(session.part("colour/label").values[INDEX]) if place else None
        [example] = session.examples(np.array([INDEX]))
        decoded = session.decode(
            session.encode(example, condition=label).mean[None], condition=label
        )
        shown = page.locator(f".run[data-run='{place}'] canvas")
        shown.nth(3).wait_for()
        for picture, values in ((0, example), (1, decoded), (3, decoded)):
            soon(lambda p=picture, v=values: same_picture(shown.nth(p), v, session), name)  # noqa: B023


def test_the_other_run_follows_to_another_example_and_has_knobs(page, explored):
    page.get_by_text(f"{INDEX + 1} of").wait_for()
    page.get_by_label("Next example").click()
    session = explored("digits")
    [example] = session.examples(np.array([INDEX + 1]))
    has_code(page, session.encode(example).mean)
    other = page.locator(".run[data-run='1'] canvas").first
    soon(lambda: same_picture(other, example, session), "the next example in the other run")
    page.get_by_text("Knobs of conditional").click()
    assert page.locator(".compare .slider").first.is_visible()


def test_with_one_run_the_page_says_how_to_open_two(visit):
    page = opened(visit("digits"), "Compare")
    page.get_by_text("elbowroom explore RUN OTHER").wait_for()


def test_a_run_does_not_beat_itself_whatever_it_is_given(visit, link_of):
    page = visit(link=f"{link_of('conditional', 'conditional')}#example={INDEX}&tab=compare")
    page.locator("header select").select_option(label="8")
    soon(lambda: kept(page).get("given2") == kept(page).get("given") == "8", "the same label")
    soon(lambda: page.locator(".figures .skeleton").count() == 0, "all numbers")
    apart = page.locator(".figures tbody td:last-child").all_inner_texts()
    assert all(text.removeprefix("roughly ").startswith("0.0") for text in apart), apart
    assert page.locator(".compare").get_by_label("label", exact=True).count() == 0


def test_what_only_the_other_run_is_given_can_be_chosen(page, explored):
    session = explored("conditional")
    [example] = session.examples(np.array([INDEX]))
    decoded = session.decode(session.encode(example, condition=3.0).mean[None], condition=3.0)
    page.locator(".compare").get_by_label("label", exact=True).select_option(label="3")
    picture = page.locator(".run[data-run='1'] canvas").nth(1)
    soon(lambda: same_picture(picture, decoded, session), "the reconstruction as a 3")


def test_another_label_is_another_code_reconstruction_and_numbers(visit, link_of, explored):
    session = explored("conditional")
    page = visit(link=f"{link_of('conditional')}#example={INDEX}&given=5")
    [example] = session.examples(np.array([INDEX]))
    picture, told = page.locator("[data-picture=reconstruction]"), page.locator(".numbers dd").first
    for label in (5, 2):  # as the link says, and as a hand then says
        page.get_by_label("label", exact=True).select_option(label=str(label))
        found = session.encode(example, condition=float(label))
        decoded = session.decode(found.mean[None], condition=float(label))
        soon(lambda d=decoded: same_picture(picture, d, session), f"reconstruction as a {label}")
        rate = written(session.score(example, condition=float(label)).rate, 0)
        soon(lambda r=rate: told.inner_text().startswith(r), f"the rate as a {label}")


def test_of_a_table_every_column_is_named_with_what_each_run_makes_of_it(visit, explored):
    session = explored("wine")
    page = opened(visit("wine", "wine"), "Compare")
    table = page.locator(".compare .rows")
    [row] = session.examples(np.array([0]))
    [made] = session.decode(session.encode(row).mean[None])
    cells = table.locator("tbody tr").nth(0).locator("td")
    soon(lambda: all(cells.all_inner_texts()), "both reconstructions")
    first, scale = session.about.columns[0], 0.051 * session.about.columns[0].sd
    assert table.locator("tbody th").all_inner_texts() == [c.name for c in session.about.columns]
    said = [float(text.replace("−", "-").replace(",", "")) for text in cells.all_inner_texts()]
    off = made[0] - row[0]
    assert np.allclose(said, [row[0], made[0], off, made[0], off], atol=scale), first.name
    page.get_by_role("button", name="Random code").click()
    page.get_by_role("button", name="Their knobs now").click()
    soon(lambda: cells.nth(1).inner_text() != cells.nth(3).inner_text(), "the knobs of one run")
