"""Published methods by name: each is a few settings, in a TOML file of this folder.

A recipe says what a paper did with parts that exist: its objective, prior, posterior, structure
and, where the paper gives them, networks and training. Adding a file adds a recipe.
"""

from elbowroom.recipes.recipe import Recipe, Recipes, find_recipe, recipes

__all__ = ["Recipe", "Recipes", "find_recipe", "recipes"]
