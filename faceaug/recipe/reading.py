"""From the tree of a recipe to a checked recipe, or to the list of everything that is wrong with it."""

from __future__ import annotations

import keyword
from typing import TYPE_CHECKING, Any, Final

from faceaug.data.files import undecoded, why_missing, why_unreadable
from faceaug.data.tree import Faults, Spot, tree_of_text, tree_of_value
from faceaug.edit import edits as known_edits
from faceaug.edit import unknown_edit, unknown_setting
from faceaug.errors import Fault, RequestError, did_you_mean
from faceaug.recipe.condition import Condition, condition_faults
from faceaug.recipe.distributions import Fixed
from faceaug.recipe.laws import read_law
from faceaug.recipe.likeness import LIKE, at_odds, settings_like
from faceaug.recipe.schema import Asked, Recipe

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from faceaug.edit import Edit
    from faceaug.recipe.distributions import Law

__all__ = ["recipe_of_file", "recipe_of_text", "recipe_of_value"]

KEYS: Final = ("about", "seed", "copies", "first", "attributes", "edits")
"""Keys of a recipe."""

RESERVED: Final = ("chance", "when", LIKE)
"""Keys of every edit that are not settings."""

LARGEST_FILE: Final = 1_000_000
"""Bytes; a recipe that people write has a thousandth of that."""

WHOLE: Final = {
    "seed": (0, 2**63 - 1, "number that every drawn value depends on"),
    "copies": (1, 1_000_000, "pictures made of each photograph"),
    "first": (0, 2**53, "number of the first variant"),
}
"""Whole numbers of a recipe: least, most, meaning. Records hold less than 2^63."""


def recipe_of_file(path: Path) -> Recipe:
    """Read a recipe from a file; see `Recipe.load`."""
    name = path.as_posix()
    try:
        if path.is_file() and path.stat().st_size > LARGEST_FILE:
            raise RequestError(
                [Fault(name, f"has {path.stat().st_size:,} bytes; a recipe has at most {LARGEST_FILE:,}")]
            )
        data = path.read_bytes()
    except OSError as error:
        raise RequestError([Fault(name, _why_no_recipe(path, error))]) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RequestError([undecoded(name, error)]) from error
    return recipe_of_text(text, name)


def _why_no_recipe(path: Path, error: OSError) -> str:
    """Say why a recipe could not be read, and which file could be meant."""
    if path.is_dir():
        return "is a folder; a recipe is a .yaml file"
    if not isinstance(error, FileNotFoundError):
        return why_unreadable(path, error)
    return why_missing(path)


def recipe_of_text(text: str, name: str) -> Recipe:
    """Read a recipe from YAML text; see `Recipe.parse`."""
    faults = Faults(name)
    return _recipe(tree_of_text(text, faults), faults)


def recipe_of_value(value: Mapping[str, Any], name: str) -> Recipe:
    """Read a recipe from a mapping; see `Recipe.parse`."""
    faults = Faults(name)
    try:
        tree = tree_of_value(value)
    except TypeError as error:
        raise RequestError([Fault(name, str(error))]) from error
    return _recipe(tree, faults)


def _recipe(tree: Spot | None, faults: Faults) -> Recipe:
    """Check a whole tree.

    Raises:
        RequestError: if anything is wrong.
    """
    if tree is None or not _is_recipe(tree, faults):
        faults.raise_any()
    entries = {key.text: value for key, value in (tree.entries or ())} if tree else {}
    for key, _ in (tree.entries or ()) if tree else ():
        if key.text not in KEYS:
            near = did_you_mean(key.text, KEYS)
            hint = f"did you mean {near!r}?" if near else f"known are {', '.join(KEYS)}"
            faults.add(key, f"a recipe has no key {key.text!r}; {hint}")
    about = _about(entries, faults)
    whole = {name: _whole(name, entries.get(name), faults) for name in WHOLE}
    own = _own_attributes(entries.get("attributes"), faults)
    edits = _edits(entries, own, faults)
    faults.raise_any()
    return Recipe(about, edits=edits, attributes=own, **{name: n for name, n in whole.items() if n is not None})


def _is_recipe(tree: Spot, faults: Faults) -> bool:
    """Whether there is a mapping at all."""
    if tree.entries is None:
        what = "is empty" if tree.kind == "empty" else f"is {tree.kind}, but must be a mapping"
        faults.add(tree, f"the recipe {what}; it needs 'about:' and 'edits:'")
    return tree.entries is not None


def _about(entries: Mapping[str, Spot], faults: Faults) -> str:
    """The sentence that says what the recipe is for."""
    spot = entries.get("about")
    if spot is None:
        faults.add(
            1 if any(entry.line for entry in entries.values()) else 0,
            "about is missing: one sentence that says what the recipe is for",
        )
        return ""
    if not isinstance(spot.value, str) or not spot.value.strip():
        faults.add(spot, f"about is {spot.shown()}, but must be a sentence that says what the recipe is for")
        return ""
    return spot.value.strip()


def _whole(name: str, spot: Spot | None, faults: Faults) -> int | None:
    """A whole number of the recipe, or None where it is not given."""
    if spot is None:
        return None
    low, high, means = WHOLE[name]
    try:
        number = int(spot.text.replace("_", "")) if spot.number is not None else None
    except ValueError:
        number = int(spot.number) if spot.number is not None and spot.number.is_integer() else None
    if number is None:
        faults.add(spot, f"{name} is {spot.shown()}, but must be a whole number ({means})")
    elif not low <= number <= high:
        faults.add(spot, f"{name} is {number}, but must lie within {low}..{high} ({means})")
    else:
        return number
    return None


def _own_attributes(spot: Spot | None, faults: Faults) -> tuple[str, ...]:
    """Columns of the user's own table that conditions may name."""
    if spot is None:
        return ()
    names = []
    for item in spot.items if spot.items is not None else (spot,):
        if isinstance(item.value, str) and item.value.isidentifier() and not keyword.iskeyword(item.value):
            names.append(item.value)
        else:
            faults.add(item, f"attributes has {item.shown()}, but must list names made of letters, digits and '_'")
    return tuple(names)


def _edits(entries: Mapping[str, Spot], own: tuple[str, ...], faults: Faults) -> dict[str, Asked]:
    """All edits of a recipe."""
    spot = entries.get("edits")
    if spot is None:
        faults.add(
            1 if any(entry.line for entry in entries.values()) else 0, "edits is missing; write 'edits: {}' for none"
        )
        return {}
    if spot.entries is None:
        faults.add(
            spot, f"edits is {spot.kind}, but must be a mapping of edits to their settings, as in 'freckles: {{}}'"
        )
        return {}
    known = known_edits()
    found: dict[str, Asked] = {}
    for key, value in spot.entries:
        if key.text not in known:
            faults.add(key, unknown_edit(key.text))
        elif value.entries is None:
            need = f"but must be a mapping of its settings; write '{key.text}: {{}}' for its usual ranges"
            faults.add(key if value.value is None else value, f"{key.text} is {value.shown()}, {need}")
        else:
            found[key.text] = _asked(known[key.text], value, own, faults)
    return dict(sorted(found.items()))


def _asked(edit: Edit, spot: Spot, own: tuple[str, ...], faults: Faults) -> Asked:
    """What is asked of one edit."""
    chance, when = 1.0, None
    alike: Mapping[str, float | str] = {}
    laws: dict[str, Law] = {}
    for key, value in spot.entries or ():
        if key.text == "chance":
            chance = _chance(edit.name, value, faults)
        elif key.text == "when":
            when = _when(edit.name, value, own, faults)
        elif key.text == LIKE:
            alike = settings_like(edit, value, faults)
        elif key.text not in edit.settings:
            near = did_you_mean(key.text, [*edit.settings, *RESERVED])
            reserved = f"{edit.name} has no setting {key.text!r}; did you mean {near!r}?"
            faults.add(key, reserved if near in RESERVED else _unknown_setting(edit, key.text))
        else:
            law = read_law(edit.name, edit.settings[key.text], value, faults)
            if law is not None:
                laws[key.text] = law
    given = {name: Fixed(value) for name, value in alike.items()} | laws
    for what in [*at_odds(edit, alike, laws), *edit.disagreements(given)]:
        faults.add(spot, what)
    return Asked(chance, when, given)


def _unknown_setting(edit: Edit, name: str) -> str:
    """Word the fault of a setting that does not exist; list all of them where none is near."""
    said = unknown_setting(edit, name)
    return said if "did you mean" in said else f"{said}; it has {', '.join(edit.settings)}"


def _chance(edit: str, spot: Spot, faults: Faults) -> float:
    """Share of the pictures that get an edit."""
    number = spot.number
    if number is None:
        faults.add(spot, f"{edit}.chance is {spot.shown()}, but must be a number within 0..1 (share of the pictures)")
    elif not 0 <= number <= 1:
        faults.add(spot, f"{edit}.chance is {number:g}, but must lie within 0..1 (share of the pictures)")
    else:
        return number
    return 1.0


def _when(edit: str, spot: Spot, own: tuple[str, ...], faults: Faults) -> Condition | None:
    """Condition on the photograph."""
    if not isinstance(spot.value, str) or not spot.value.strip():
        faults.add(spot, f'{edit}.when is {spot.shown()}, but must be a condition in quotes, as in "yaw > -20"')
        return None
    wrong = condition_faults(spot.value, own)
    for what in wrong:
        faults.add(spot, f"{edit}.when: {what}")
    return None if wrong else Condition(" ".join(spot.value.split()))
