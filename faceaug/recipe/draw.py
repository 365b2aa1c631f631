"""Drawing the settings of a picture: a pure function of (seed, photograph, variant, edit, setting)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faceaug.edit import get_edit
from faceaug.image.noise import Noise
from faceaug.recipe.joint import joint_units
from faceaug.recipe.laws import usual_law

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.recipe.schema import Recipe

__all__ = ["Drawn", "draw"]

Drawn = dict[str, dict[str, float | str]]
"""Edit -> setting -> value, of one picture; edits in alphabetical order."""


def draw(recipe: Recipe, sha256: str, variants: Sequence[int]) -> list[Drawn]:
    """Draw every setting of every edit that chance gives to a picture. Conditions (`when`) are not asked here.

    Each value is the inverse cumulative distribution of its law at `Noise.uniform(setting)`, the very number that
    `Edit.complete` would use, so that `setting: [low, high]` equals leaving it out. Nothing drawn depends on other
    settings, except that a word may imply those that the recipe leaves out (a preset), that a number that it gives may
    call for the word with which it counts, and that settings fitted to the same photographs depend on each other
    (`faceaug.recipe.joint`).

    Args:
        recipe: what is asked for.
        sha256: content hash of the photograph.
        variants: numbers of the pictures.

    Returns:
        One mapping a picture.
    """
    pictures: list[Drawn] = [{} for _ in variants]
    if not variants:
        return pictures
    joint = joint_units(recipe, sha256, variants)
    for name in sorted(recipe.edits):
        asked = recipe.edits[name]
        noise = Noise.of(recipe.seed, [sha256] * len(variants), variants, name)
        gates = noise.uniform("chance")[:, 0].tolist() if 0 < asked.chance < 1 else [0.0] * len(variants)
        chosen = [row for row, gate in enumerate(gates) if gate < asked.chance]
        for row in chosen:
            pictures[row][name] = {}
        edit = get_edit(name)
        called = edit.called(asked.laws)
        for setting in edit.settings.values() if chosen else ():
            law = asked.laws.get(setting.name)
            units = joint.get((name, setting.name)) or noise.uniform(setting.name)[:, 0].tolist()
            for row in chosen:
                said = (
                    None if law else called.get(setting.name) or edit.implied(setting, units[row], pictures[row][name])
                )
                value = said if said is not None else (law or usual_law(setting)).draw(units[row])
                pictures[row][name][setting.name] = value
    return pictures
