"""Is everything there that was planned, itself or a spare in its place, and does it show what the plan expected?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from faceaug.plan.augment.outcome import cell
from faceaug.plan.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from faceaug.data.record import Record
    from faceaug.data.versions.opening import Pictures

__all__ = ["planned"]


def planned(pictures: Pictures) -> dict[str, Any] | None:
    """Compare pictures with the plan that lies beside them.

    A spare stands for a picture of the same classes that could not be made.

    Args:
        pictures: of one version.

    Raises:
        RequestError: the plan is damaged.

    Returns:
        JSON values: `entries` (how many pictures were planned), `replaced` (by spares), `missing` (ids without one in
        their place), `other` (labels that are not what the plan expected); None where there was no plan.
    """
    path = pictures.root / "plan.json"
    if not path.is_file():
        return None
    plan = Shape.of_file(path, "a plan", "nothing was verified; see `faceaug versions check`").values
    entries, spares = plan.get("entries", []), plan.get("spares", [])
    there = {record.id: record for record in pictures.records}
    standing = Counter(cell(one["expected"]) for one in spares if one["id"] in there)
    missing, replaced = [], 0
    for entry in entries:
        if entry["id"] in there:
            continue
        if standing[cell(entry["expected"])]:
            standing[cell(entry["expected"])] -= 1
            replaced += 1
        else:
            missing.append(entry["id"])
    other = _other([*entries, *spares], there)
    return {"entries": len(entries), "replaced": replaced, "missing": missing, "other": other}


def _other(asked: Sequence[Mapping[str, Any]], there: Mapping[str, Record]) -> list[dict[str, Any]]:
    """Labels that say something else than was planned."""
    found = []
    for entry in asked:
        record = there.get(entry["id"])
        for name, word in entry["expected"].items() if record is not None else ():
            value = record.attributes.get(name) if record is not None else None
            if value is not None and isinstance(value.value, str) and value.value != word:
                found.append({"id": entry["id"], "attribute": name, "expected": word, "label": value.value})
    return found
