"""Reading a vocabulary, with every fault and its line."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

from faceaug.data.files import undecoded, why_unreadable
from faceaug.data.labels.vocabulary import ROLES, Term, Vocabulary
from faceaug.data.tree import Faults, tree_of_text
from faceaug.errors import Fault, RequestError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from faceaug.data.tree import Spot

__all__ = ["read_vocabulary"]

OUTCOME: Final = "nothing was read"

SECTIONS: Final = ("about", "columns", "unknown", "attributes")
COLUMNS: Final = (*ROLES, "sensitive", "ignore")
TERM: Final = ("column", "values", "cuts", "synonyms", "ordered", "means")
"""What can be said at the top, under `columns`, and about an attribute."""


def read_vocabulary(path: str | Path) -> Vocabulary:
    """Read a vocabulary.

    Args:
        path: of a YAML file, see `faceaug.data.labels.vocabulary`.

    Raises:
        RequestError: all faults together, with their lines.
    """
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise RequestError([Fault(str(path), why_unreadable(path, error))], OUTCOME) from error
    except UnicodeDecodeError as error:
        raise RequestError([undecoded(path, error)], OUTCOME) from error
    faults = Faults(str(path), "vocabulary", OUTCOME)
    tree = tree_of_text(text, faults)
    made = _vocabulary(tree, faults) if tree is not None else Vocabulary(str(path))
    faults.raise_any()
    return made


def _vocabulary(tree: Spot, faults: Faults) -> Vocabulary:
    """The whole file."""
    sections = _entries(tree, SECTIONS, "a vocabulary", faults)
    terms: dict[str, Term] = {}
    roles: dict[str, str] = {}
    lists: dict[str, tuple[str, ...]] = {"sensitive": (), "ignore": (), "unknown": ()}
    lines: dict[str, int] = {}
    if "columns" in sections:
        for key, said in _entries(sections["columns"], COLUMNS, "columns", faults).items():
            lines[key] = said.line
            if key in ROLES:
                roles[key] = _word(said, key, faults)
            else:
                lists[key] = tuple(_words(said, key, faults))
    if "unknown" in sections:
        lists["unknown"] = tuple(word.lower() for word in _words(sections["unknown"], "unknown", faults))
    for name, spot in _named(sections.get("attributes"), "attributes", faults):
        terms[name.text] = _term(name, spot, faults)
    if not terms and not lines and not lists["unknown"]:
        faults.add(1, f"says nothing; it needs {', '.join(SECTIONS[1:-1])} or {SECTIONS[-1]}")
    return Vocabulary(
        faults.name, terms, roles, lists["sensitive"], lists["ignore"], frozenset(lists["unknown"]), lines
    )


def _term(key: Spot, spot: Spot, faults: Faults) -> Term:
    """One attribute: a mapping, or its values alone."""
    name = key.text
    if spot.items is not None:
        return Term(name, name, tuple(_words(spot, name, faults)), line=key.line)
    said = _entries(spot, TERM, name, faults)
    values = tuple(_words(said["values"], f"{name}.values", faults)) if "values" in said else ()
    for word in {value for value in values if values.count(value) > 1}:
        faults.add(said["values"], f"{name}.values has {word!r} twice")
    return Term(
        name,
        _word(said["column"], f"{name}.column", faults) if "column" in said else name,
        values,
        _cuts(said.get("cuts"), name, values, faults),
        _synonyms(said.get("synonyms"), name, values, faults),
        _truth(said.get("ordered"), f"{name}.ordered", faults),
        _word(said["means"], f"{name}.means", faults) if "means" in said else "",
        key.line,
        "column" in said,
    )


def _cuts(spot: Spot | None, name: str, values: Sequence[str], faults: Faults) -> tuple[float, ...]:
    """Ascending numbers, one fewer than there are values."""
    if spot is None:
        return ()
    numbers = [item.number for item in spot.items or ()]
    known = [number for number in numbers if number is not None]
    if not known or len(known) < len(numbers) or any(a >= b for a, b in pairwise(known)):
        faults.add(spot, f"{name}.cuts is {spot.shown()}, but must be a list of ascending numbers, such as [18, 65]")
        return ()
    if len(values) != len(known) + 1:
        what = f"{name} has {len(known)} cuts and therefore needs {len(known) + 1} values, not {len(values)}"
        faults.add(spot, what)
    return tuple(known)


def _synonyms(spot: Spot | None, name: str, values: Sequence[str], faults: Faults) -> dict[str, str]:
    """Words for a class -> the class."""
    found: dict[str, str] = {}
    for key, words in _named(spot, f"{name}.synonyms", faults):
        if key.text not in values:
            near = did_you_mean(key.text, values)
            hint = f"did you mean {near!r}?" if near else f"there is {', '.join(values) or 'none'}"
            faults.add(key, f"{name} has no value {key.text!r}; {hint}")
        for word in _words(words, f"{name}.synonyms.{key.text}", faults):
            if found.setdefault(word.lower(), key.text) != key.text:
                faults.add(words, f"{name}: {word!r} stands for both {found[word.lower()]!r} and {key.text!r}")
    return found


def _entries(spot: Spot, known: Iterable[str], where: str, faults: Faults) -> dict[str, Spot]:
    """The entries of a mapping whose keys are known; others are faults."""
    known = tuple(known)
    found = {}
    for key, value in _named(spot, where, faults):
        if key.text in known:
            found[key.text] = value
        else:
            near = did_you_mean(key.text, known)
            hint = f"did you mean {near!r}?" if near else f"there is {', '.join(known)}"
            faults.add(key, f"{where} has no entry {key.text!r}; {hint}")
    return found


def _named(spot: Spot | None, where: str, faults: Faults) -> Iterator[tuple[Spot, Spot]]:
    """The entries of a mapping."""
    if spot is None:
        return
    if spot.entries is None:
        faults.add(spot, f"{where} must be a mapping (name: ...), not {spot.kind}")
        return
    yield from spot.entries


def _words(spot: Spot, where: str, faults: Faults) -> Iterator[str]:
    """A list of words, or one word; numbers and truth values are taken as they are written."""
    for item in (spot,) if spot.items is None else spot.items:
        word = _word(item, where, faults)
        if word:
            yield word


def _word(spot: Spot, where: str, faults: Faults) -> str:
    """One word, as it is written."""
    if spot.items is not None or spot.entries is not None or not spot.text.strip():
        faults.add(spot, f"{where} must be a word, not {spot.kind}")
        return ""
    return spot.text.strip()


def _truth(spot: Spot | None, where: str, faults: Faults) -> bool:
    """A truth value; no where nothing is said."""
    if spot is None or isinstance(spot.value, bool):
        return spot is not None and bool(spot.value)
    faults.add(spot, f"{where} is {spot.shown()}, but must be yes or no")
    return False
