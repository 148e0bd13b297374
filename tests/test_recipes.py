"""Every recipe: it builds, trains a step, has its papers; every named objective has one too."""

import re
from pathlib import Path

import pytest

from elbowroom.assembly import build_model, choose
from elbowroom.commands import COMMANDS
from elbowroom.config import Config
from elbowroom.data import Domain
from elbowroom.errors import ConfigError
from elbowroom.objectives.recipe_context import recipe_context
from elbowroom.parts import catalogue
from elbowroom.recipes import Recipes, find_recipe, recipes
from elbowroom.references import references
from elbowroom.training import Step, Training
from tests.cases import examples

DOMAIN = Domain((1, 32, 32), 256, 0.0, 1.0)

every = pytest.mark.parametrize("name", recipes())


def config_of(name: str) -> Config:
    """Fill in what a recipe leaves to the data."""
    return choose(find_recipe(name).config(), DOMAIN, "image")


@every
def test_it_trains_a_step_and_its_expression_can_be_printed(name):
    config = config_of(name)
    Training(**config.plain()["training"])
    model = build_model(config, DOMAIN)
    objective = config.build("objective", recipe_context(DOMAIN, 40))
    x = examples(model.likelihood, 8)
    model.start_at(x)
    loss = Step(model, objective)(x).loss
    loss.backward()
    assert loss.isfinite()
    assert re.fullmatch(r"[\w(). +*,=\[\]'|<>:-]+", find_recipe(name).expression())


@every
def test_it_has_papers_that_the_configuration_is_known_to_use(name):
    recipe = find_recipe(name)
    assert recipe.papers and re.fullmatch(r"[a-z0-9-]+-\d{4}", name)
    assert recipe.title[0].isupper() and not recipe.title.endswith(".")
    applied = [
        paper.key for paper in references().values() if paper.applies(config_of(name).plain())
    ]
    assert {paper.key for paper in recipe.papers} <= set(applied)


@every
def test_it_can_be_shown_as_a_table_and_as_json(name):
    recipe = find_recipe(name)
    assert recipe.table().renderables
    assert recipe.to_dict()["papers"][0].startswith("@")
    assert Recipes(recipes()).to_dict()[name] == recipe.title


def test_the_page_of_the_documentation_is_up_to_date():
    page = Path(__file__).parents[1] / "docs" / "recipes.md"
    assert page.read_text() == Recipes(recipes()).markdown(), "make docs writes it"


PLAIN = {"prior-fit", "autoencoder", "elbo"}


@pytest.mark.parametrize("kind", catalogue().parts("objective"))
def test_every_objective_by_name_has_a_paper_of_its_own(kind):
    own = [paper for paper in references().values() if kind in paper.when.get("objective", ())]
    published = [r for r in recipes().values() if r.settings["objective"]["kind"] == kind]
    assert own or published or kind in PLAIN


def test_references_name_kinds_that_exist_and_close_their_braces():
    slots = catalogue().slots
    for paper in references().values():
        assert paper.bibtex.count("{") == paper.bibtex.count("}")
        assert paper.bibtex.startswith("@") and f"{{{paper.key}," in paper.bibtex
        for conditions in (paper.when, paper.unless):
            for slot, kinds in conditions.items():
                known = catalogue().parts(slot) if slot in slots else kinds
                assert set(kinds) <= set(known), (paper.key, slot)


def test_a_recipe_that_does_not_exist_is_answered_with_the_nearest():
    with pytest.raises(ConfigError, match="there is no recipe 'vae-2041'.*Did you mean"):
        COMMANDS["recipes"]("vae-2041")


def test_the_command_line_lays_over_the_recipe():
    read = find_recipe("beta-vae-2017").config().with_overrides({"objective.beta": 7.0})
    assert (read.objective.beta, read.model.latent) == (7.0, 10)
