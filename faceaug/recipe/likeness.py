"""`like: photo.jpg` in a recipe: the settings at which a picture looks like the face of another photograph."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from faceaug.errors import FaceaugError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faceaug.data.tree import Faults, Spot
    from faceaug.edit import Edit
    from faceaug.recipe.distributions import Law

__all__ = ["LIKE", "at_odds", "settings_like", "settings_of"]

LIKE = "like"
"""The key, beside the settings of an edit; settings that are given win over it."""


def settings_of(edit: Edit, photo: Path) -> Mapping[str, float | str]:
    """Measure the largest face of a photograph, as settings of an edit.

    Args:
        edit: one that can be like another face (`Edit.like`).
        photo: where the photograph is.

    Raises:
        FaceaugError: it cannot be read, holds no face, or does not show what the edit changes.
        ValueError: the edit cannot be like another face.
    """
    from faceaug.face.decompose import decompose

    if edit.like is None:
        msg = f"{edit.name} cannot be like another face"
        raise ValueError(msg)
    return edit.like(decompose(photo))


def at_odds(edit: Edit, alike: Mapping[str, float | str], laws: Mapping[str, Law]) -> list[str]:
    """Say which settings do not count together with those of another photograph, so that one of the two is left aside.

    Args:
        edit: that can be like another face.
        alike: what was measured.
        laws: what is given beside it.
    """
    told = []
    for name, setting in edit.settings.items():
        asked = set(setting.called_by) & (set(alike) | set(laws))
        if name not in alike or not asked:
            continue
        if name in laws:
            words = getattr(laws[name], "values", (getattr(laws[name], "value", ""),))
            used = any(word in setting.called_by[other] for word in words for other in asked & set(alike))
            told += [] if used else [name]
        else:
            told += [other for other in asked & set(laws) if alike[name] not in setting.called_by[other]]
    return [
        f"{edit.name}.{LIKE} and {edit.name}.{other} do not count together; leave one of them out"
        for other in sorted(told)
    ]


def settings_like(edit: Edit, spot: Spot, faults: Faults) -> Mapping[str, float | str]:
    """Read `like: photo.jpg`; a relative path starts at the recipe's folder.

    What was measured takes the place of the path in the recipe, so that replays do not need the photograph.
    """
    if edit.like is None:
        faults.add(spot, f"{edit.name} cannot be like another photograph; say its settings")
    elif not isinstance(spot.value, str) or not spot.value.strip():
        faults.add(spot, f"{edit.name}.{LIKE} is {spot.shown()}, but must be the path of a photograph")
    else:
        path = Path(faults.name).parent / spot.value.strip()
        try:
            return settings_of(edit, path)
        except FaceaugError as error:
            said = str(error).strip()
            faults.add(spot, f"{edit.name}.{LIKE}: {said if spot.value.strip() in said else f'{path} {said}'}")
    return {}
