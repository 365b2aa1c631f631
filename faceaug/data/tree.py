"""The text of a recipe or a vocabulary as a tree that remembers the line of every value, to find faults at once.

YAML is read for its structure only. Plain words are turned into numbers, truth values or null here, by rules without
surprises: `1e3` is a number, `1:30` and `0o17` are words, and a word such as `off` keeps its own spelling for settings
    that are words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import yaml

from faceaug.errors import Fault, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Faults", "Scalar", "Spot", "tree_of_text", "tree_of_value"]

Scalar = str | float | bool | None

NUMBER: Final = re.compile(r"[-+]?(\d+(_\d+)*(\.\d*)?|\.\d+)(e[-+]?\d+)?", re.IGNORECASE)
"""What counts as a number: decimal, with optional exponent and digit groups. Infinities and not-a-number do not."""

CONSTANTS: Final[Mapping[str, bool | None]] = {
    **dict.fromkeys(("true", "yes", "on"), True),
    **dict.fromkeys(("false", "no", "off"), False),
    **dict.fromkeys(("null", "~", ""), None),
}
"""Plain words that are not strings, in lower case (YAML 1.1, without its one-letter forms)."""

STANDARD_TAGS: Final = frozenset(
    f"tag:yaml.org,2002:{kind}"
    for kind in ("str", "int", "float", "bool", "null", "seq", "map", "timestamp", "merge", "value")
)
"""Tags that YAML gives by itself (YAML 1.1 section 10.1, and its type repository)."""


@dataclass(frozen=True)
class Spot:
    """A value and where it is written.

    Attributes:
        value: the scalar; None for lists and mappings.
        line: counted from 1; 0 where there is no file.
        text: a scalar as it was written, without quotes.
        items: what a list holds, or None.
        entries: what a mapping holds, in order, or None.
    """

    value: Scalar = None
    line: int = 0
    text: str = ""
    items: tuple[Spot, ...] | None = None
    entries: tuple[tuple[Spot, Spot], ...] | None = None

    @property
    def kind(self) -> str:
        """What it is, in words."""
        if self.entries is not None:
            return "a mapping"
        if self.items is not None:
            return "a list"
        if self.value is None:
            return "empty"
        return {bool: "a truth value", str: "text"}.get(type(self.value), "a number")

    def shown(self) -> str:
        """The value, short, as a person would write it."""
        if self.items is not None:
            return f"[{', '.join(item.shown() for item in self.items[:4])}{', ...' if len(self.items) > 4 else ''}]"
        if self.entries is not None:
            return "{...}" if self.entries else "{}"
        if self.value is None:
            return "empty"
        return repr(self.value) if isinstance(self.value, str) else (self.text or f"{self.value:g}")

    @property
    def number(self) -> float | None:
        """The value as a number, or None if it is not one."""
        return float(self.value) if isinstance(self.value, int | float) and not isinstance(self.value, bool) else None


class Faults:
    """Everything that is wrong with one file, gathered so that all of it can be shown together.

    Args:
        name: the file's path, or what to call it if it is none.
        kind: what it should be, in a word.
        outcome: what does not happen because of the faults.
    """

    def __init__(self, name: str, kind: str = "recipe", outcome: str = "nothing was rendered") -> None:
        """Start with none."""
        self.name = name
        self.kind = kind
        self.outcome = outcome
        self._found: dict[tuple[int, str], None] = {}

    def add(self, spot: Spot | int, what: str) -> None:
        """Note one fault at a value (or a line)."""
        self._found[(spot if isinstance(spot, int) else spot.line, what)] = None

    def __len__(self) -> int:
        """How many there are."""
        return len(self._found)

    def raise_any(self) -> None:
        """Raise all of them, in reading order.

        Raises:
            RequestError: if there are any.
        """
        if len(self):
            ordered = sorted(self._found, key=lambda found: found[0])
            places = [Fault(f"{self.name}:{line}" if line else self.name, what) for line, what in ordered]
            raise RequestError(places, self.outcome)


def tree_of_text(text: str, faults: Faults) -> Spot | None:
    """Read YAML.

    Args:
        text: the whole file.
        faults: where broken YAML, duplicate keys and the like are noted.

    Returns:
        The tree, or None if the text could not be read at all.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        faults.add(
            mark.line + 1 if mark else 1, _broken(error, text.splitlines(), mark.line if mark else 0, faults.kind)
        )
        return None
    except yaml.YAMLError as error:
        faults.add(_line_of(error, text), f"is not YAML text: {str(error).splitlines()[0]}")
        return None
    except RecursionError:
        faults.add(1, f"is nested too deeply to be a {faults.kind}")
        return None
    return Spot(line=1) if node is None else _Reader(faults).spot(node)


def _line_of(error: yaml.YAMLError, text: str) -> int:
    """The line of a character that YAML does not allow."""
    position = getattr(error, "position", 0)
    return text.count("\n", 0, position) + 1 if isinstance(position, int) else 1


def _broken(error: yaml.MarkedYAMLError, lines: Sequence[str], line: int, kind: str) -> str:
    """Word what is wrong with the YAML itself."""
    problem = error.problem or "it cannot be read"
    here = lines[line] if line < len(lines) else ""
    if "\\t" in problem or re.match(r" *\t", here):
        return "a tab is used for indentation, but YAML needs spaces"
    if "mapping values are not allowed" in problem:
        return "is not YAML: a ':' stands where no key can be; is the indentation right, or are quotes missing?"
    if "single document" in str(error):
        return f"is not one {kind}: '---' starts a second document"
    return f"is not YAML: {problem}"


class _Reader:
    """Turns YAML nodes into a tree; a node that is referred to twice is read once."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.done: dict[int, Spot] = {}
        self.open: set[int] = set()

    def spot(self, node: yaml.Node) -> Spot:
        """The tree below one node."""
        line = node.start_mark.line + 1
        if id(node) in self.done:
            return self.done[id(node)]
        if id(node) in self.open:
            self.faults.add(line, "refers to itself")
            return Spot(line=line)
        if node.tag not in STANDARD_TAGS and node.tag != "!":
            self.faults.add(line, f"has the tag {node.tag!r}, but a {self.faults.kind} has no tags")
        self.open.add(id(node))
        if isinstance(node, yaml.MappingNode):
            found = Spot(line=line, entries=tuple(self.pairs(node)))
        elif isinstance(node, yaml.SequenceNode):
            found = Spot(line=line, items=tuple(self.spot(child) for child in node.value))
        else:
            plain = isinstance(node, yaml.ScalarNode) and node.style is None
            found = Spot(_scalar(node.value) if plain else node.value, line, node.value)
        self.open.discard(id(node))
        self.done[id(node)] = found
        return found

    def pairs(self, node: yaml.MappingNode) -> Iterator[tuple[Spot, Spot]]:
        """The entries of a mapping; a key that is written twice counts once and is a fault."""
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            key, value = self.spot(key_node), self.spot(value_node)
            if key.items is not None or key.entries is not None:
                self.faults.add(key, f"{key.kind} cannot be a key")
            elif key.text in first:
                self.faults.add(key, f"{key.text!r} is written twice, first in line {first[key.text]}")
            else:
                first[key.text] = key.line
                yield key, value


def _scalar(text: str) -> Scalar:
    """What a word without quotes means."""
    if text.lower() in CONSTANTS:
        return CONSTANTS[text.lower()]
    return float(text) if NUMBER.fullmatch(text) else text


def tree_of_value(value: object) -> Spot:
    """The tree of a mapping that is in memory (from JSON or from Python); it has no lines.

    Raises:
        TypeError: for values that YAML cannot hold.
    """
    if isinstance(value, Mapping):
        return Spot(entries=tuple((_key(key), tree_of_value(item)) for key, item in value.items()))
    if isinstance(value, bool) or value is None:
        return Spot(value, text="" if value is None else str(value).lower())
    if isinstance(value, int | float):
        return Spot(float(value), text=f"{value!r}")
    if isinstance(value, str):
        return Spot(value, text=value)
    if isinstance(value, Sequence):
        return Spot(items=tuple(tree_of_value(item) for item in value))
    msg = f"a recipe cannot hold {type(value).__name__} ({value!r})"
    raise TypeError(msg)


def _key(key: object) -> Spot:
    """A key of a mapping in memory; JSON has numbers as text, so that what looks like a number is one."""
    return Spot(_scalar(key), text=key) if isinstance(key, str) else tree_of_value(key)
