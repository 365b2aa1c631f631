"""Laws that were fitted to photographs: `{fitted: priors.yaml#yaw}`, as `faceaug fit` writes them.

Settings of one recipe that are fitted from one file depend on each other as the attributes do on the photographs, by a
Gaussian copula: each is still drawn from its own law, and every number is still a function of its key alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from faceaug.data.files import why_unreadable
from faceaug.data.tree import Faults, Spot, tree_of_text
from faceaug.errors import RequestError, did_you_mean

if TYPE_CHECKING:
    from faceaug.edit import Setting
    from faceaug.recipe.distributions import Law

__all__ = ["FORMAT", "Fitted", "read_fitted"]

FORMAT: Final = "faceaug priors 1"
"""What a file of fitted laws calls itself."""

NEEDS: Final = ("attribute", "group", "relations", "law")
"""What stands in a fitted law that carries everything in it."""

Read = Callable[[Spot, Faults], "Law | None"]


@dataclass(frozen=True)
class Fitted:
    """A law that was fitted to an attribute.

    Attributes:
        law: for the setting; conditioned on what the setting can be.
        attribute: that it was fitted to.
        group: which file it is from; laws of one group depend on each other.
        relations: other attribute of the group -> correlation in the copula, -1..1.
    """

    law: Law
    attribute: str
    group: str
    relations: Mapping[str, float] = field(default_factory=dict)

    def draw(self, u: float) -> float | str:
        """The value at `u`, which the recipe makes dependent on those of the other settings of the group."""
        return self.law.draw(u)

    def plain(self) -> dict[str, Any]:
        """As it is written in a recipe that needs no other file."""
        relations = {name: self.relations[name] for name in sorted(self.relations)}
        values = {"attribute": self.attribute, "group": self.group, "relations": relations, "law": self.law.plain()}
        return {"fitted": values}


def read_fitted(name: str, setting: Setting, spot: Spot, faults: Faults, read: Read) -> Fitted | None:
    """Read `fitted: file#attribute`, or the same with all that it needs.

    Args:
        name: of the setting, in messages.
        setting: its declaration.
        spot: what the recipe says.
        faults: where everything that is wrong is noted.
        read: reads a law of this setting.
    """
    if spot.entries is not None:
        return _whole(name, setting, spot, faults, read)
    file, mark, attribute = spot.text.partition("#")
    if spot.items is not None or not mark or not file or not attribute:
        say = "must name a file and an attribute in it, as in priors.yaml#yaw"
        faults.add(spot, f"{name}: fitted is {spot.shown()}, but {say}")
        return None
    path = Path(faults.name).parent / file
    try:
        law, group, relations = _from_file(path, attribute, setting, read)
    except RequestError as error:
        for fault in error.faults:
            faults.add(spot, f"{name}: {fault.where}  {fault.what}")
        return None
    return Fitted(law, attribute, group, relations)


def _from_file(path: Path, attribute: str, setting: Setting, read: Read) -> tuple[Law, str, dict[str, float]]:
    """The law of an attribute in a file, the file's own name among groups, and what the attribute depends on.

    Raises:
        RequestError: for a file that is none of fitted laws, or that has no such attribute.
    """
    faults = Faults(path.as_posix(), "file of fitted laws")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        faults.add(0, why_unreadable(path, error) if isinstance(error, OSError) else f"cannot be read: {error}")
        faults.raise_any()
        raise
    tree = tree_of_text(text, faults)
    faults.raise_any()
    entries = _entries(tree)
    if "format" not in entries or entries["format"].text != FORMAT or "attributes" not in entries:
        faults.add(1, f"is no file of fitted laws, which `faceaug fit` writes and which begins with 'format: {FORMAT}'")
        faults.raise_any()
    known = _entries(entries["attributes"])
    if attribute not in known:
        near = did_you_mean(attribute, known)
        hint = f"did you mean {near!r}?" if near else f"it has {', '.join(known)}"
        faults.add(entries["attributes"], f"has no attribute {attribute!r}; {hint}")
        faults.raise_any()
    spot = _entries(known[attribute]).get("law")
    if spot is None:
        faults.add(known[attribute], f"{attribute} has no law")
    law = _law(spot, setting, faults, read) if spot is not None else None
    relations = _relations(attribute, entries.get("dependence"), faults)
    faults.raise_any()
    assert law is not None, "whatever is wrong with a law is a fault"
    values = yaml.safe_load(text)
    shared = json.dumps([values["attributes"], values.get("dependence")], sort_keys=True, default=str)
    return law, hashlib.sha256(shared.encode()).hexdigest()[:12], relations


def _law(spot: Spot, setting: Setting, faults: Faults, read: Read) -> Law | None:
    """A law for a setting; of words, those that the setting can be."""
    chosen = _entries(spot).get("choice")
    if setting.kind != "choice" or chosen is None or chosen.entries is None:
        return read(spot, faults)
    kept = tuple((key, weight) for key, weight in chosen.entries if key.text in setting.values)
    if not kept:
        words = ", ".join(key.text for key, _ in chosen.entries)
        faults.add(spot, f"has {words}, but {setting.name} can be {', '.join(setting.values)}")
        return None
    names = tuple((key, Spot(line=spot.line, entries=kept)) for key, _ in spot.entries or ())
    return read(Spot(line=spot.line, entries=names), faults)


def _relations(attribute: str, spot: Spot | None, faults: Faults) -> dict[str, float]:
    """What an attribute depends on."""
    found: dict[str, float] = {}
    for name, other in _entries(_entries(spot).get(attribute)).items():
        number = other.number
        if number is None or not -1 <= number <= 1:
            faults.add(other, f"the dependence of {attribute} on {name} is {other.shown()}, but must lie within -1..1")
        else:
            found[name] = number
    return found


def _whole(name: str, setting: Setting, spot: Spot, faults: Faults, read: Read) -> Fitted | None:
    """A fitted law that carries everything in it."""
    entries = _entries(spot)
    missing = [key for key in NEEDS if key not in entries]
    strange = [key for key in entries if key not in NEEDS]
    if missing or strange:
        what = f"needs {', '.join(missing)}" if missing else f"has no {strange[0]!r}; it has {', '.join(NEEDS)}"
        faults.add(spot, f"{name}: fitted {what}")
        return None
    attribute = entries["attribute"].text
    depends = Spot(line=spot.line, entries=((Spot(attribute, text=attribute), entries["relations"]),))
    before = len(faults)
    law = _law(entries["law"], setting, faults, read)
    relations = _relations(attribute, depends, faults)
    return (
        Fitted(law, attribute, entries["group"].text, relations) if law is not None and len(faults) == before else None
    )


def _entries(spot: Spot | None) -> dict[str, Spot]:
    """The entries of a mapping; none of anything else."""
    return {key.text: value for key, value in spot.entries or ()} if spot is not None else {}
