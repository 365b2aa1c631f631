"""Recipes: which edits, drawn from which distributions, and running them over photographs."""

from faceaug.recipe.schema import Recipe

__all__ = ["Recipe"]
