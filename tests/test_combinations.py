"""The table of what goes together: it is made from what is built, and the page is up to date."""

from pathlib import Path

import pytest

from elbowroom.combinations import combinations
from elbowroom.parts import catalogue

PAGE = Path(__file__).parents[1] / "docs" / "combinations.md"


@pytest.fixture(scope="module")
def tables():
    return combinations()


def test_every_part_is_in_it_and_works_with_something(tables):
    works: dict[str, set[str]] = {}
    for grid in tables.grids:
        for slot, place in ((grid.rows, 0), (grid.columns, 1)):
            found = {pair[place] for pair, reason in grid.refusals.items() if not reason}
            works.setdefault(slot, set()).update(found)
    assert works == {slot: set(catalogue().parts(slot)) for slot in works}


def test_what_the_mathematics_refuses_is_refused(tables):
    by_title = tables.to_dict()
    assert (
        "no finite rate" in by_title["Posterior and prior"]["von-mises-fisher with standard-normal"]
    )
    assert "requires a density" in by_title["Objective and posterior"]["elbo with deterministic"]


def test_the_page_of_the_documentation_is_up_to_date(tables):
    assert PAGE.read_text() == tables.markdown(), "make docs writes it"


def test_it_can_be_shown(tables):
    assert len(tables.table().renderables) >= 3 * len(tables.grids)
