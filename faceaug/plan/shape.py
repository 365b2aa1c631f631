"""The shape of a JSON document: every field is looked at, and everything that is wrong with one is noted by place."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from faceaug.data.files import why_missing, why_unreadable
from faceaug.errors import Fault, RequestError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

__all__ = ["Shape"]

T = TypeVar("T")

MOST_FAULTS: Final = 20
"""More than so many faults of one document are only counted."""

KINDS: Final[Mapping[type, str]] = {
    dict: "an object",
    list: "a list",
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
}
"""What JSON values are called."""

LARGEST: Final = 2**63
"""Whole numbers stay below this, so that every table format can hold them."""


@dataclass
class Shape:
    """An object somewhere in a document, being read.

    Attributes:
        file: name of the document.
        place: of the object in it, such as `entries[3]`, or '' for the whole.
        values: the object.
        faults: where everything that is wrong is noted; shared by all places of a document.
    """

    file: str
    place: str
    values: Mapping[str, Any]
    faults: list[Fault] = field(default_factory=list)

    @classmethod
    def of_file(cls, path: Path, what: str, outcome: str) -> Shape:
        """The object in a file.

        Args:
            path: of the file.
            what: it must be, as in `a plan`.
            outcome: what does not happen if it is not.

        Raises:
            RequestError: for a file that cannot be read, or that is no JSON object.
        """
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise RequestError([Fault(str(path), _why_none(path, what, error))], outcome) from error
        except ValueError as error:  # of the text's encoding, or of JSON
            line = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
            told = error.msg if isinstance(error, json.JSONDecodeError) else "it is not UTF-8 text"
            raise RequestError([Fault(f"{path}{line}", f"is not {what}: not JSON, {told}")], outcome) from error
        if not isinstance(values, dict):
            kind = KINDS.get(type(values), type(values).__name__)
            raise RequestError([Fault(str(path), f"is not {what}, but {kind}")], outcome)
        return cls(str(path), "", values)

    def raise_any(self, outcome: str) -> None:
        """Raise all faults of the document, if there are any.

        Raises:
            RequestError: with all of them.
        """
        if self.faults:
            rest = len(self.faults) - MOST_FAULTS
            more = [Fault("", f"... and {rest} more like these")] if rest > 0 else []
            raise RequestError([*self.faults[:MOST_FAULTS], *more], outcome)

    def fault(self, name: str, what: str) -> None:
        """Note a fault of a field, or of the object itself."""
        where = f"{self.place}.{name}" if self.place and name else self.place or name
        self.faults.append(Fault(f"{self.file}: {where}" if where else self.file, what))

    def only(self, names: Sequence[str]) -> None:
        """Note every field that there is no such thing as."""
        for name in self.values:
            if name not in names:
                near = did_you_mean(name, names)
                hint = f"did you mean {near!r}?" if near else f"known are {', '.join(names)}"
                self.fault(name, f"is not a field that is known; {hint}")

    def _get(self, name: str, kind: type | tuple[type, ...], must: str, default: T) -> Any | T:
        """A field of a kind; the default, and a fault, where it is missing or of another kind."""
        if name not in self.values:
            self.fault(name, f"is missing; it must be {must}")
            return default
        value = self.values[name]
        if (isinstance(value, bool) and kind is not bool) or not isinstance(value, kind):
            self.fault(name, f"is {KINDS.get(type(value), type(value).__name__)}, but must be {must}")
            return default
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """A text; what is missing is the default, if there is one."""
        if default is not None and name not in self.values:
            return default
        return str(self._get(name, str, "text", default or ""))

    def whole(self, name: str, least: int = 0) -> int:
        """A whole number from `least`."""
        must = f"a whole number from {least}"
        value = self._get(name, int, must, least)
        if not least <= value < LARGEST:
            self.fault(name, f"is {value}, but must be {must}, and below 2^63")
        return int(value)

    def number(self, name: str, *, optional: bool = False) -> float | None:
        """A finite number; None is one too, if it is optional."""
        if optional and self.values.get(name) is None:
            return None
        value = float(self._get(name, (int, float), "a number", 0.0))
        if not math.isfinite(value):
            self.fault(name, f"is {value}, but must be a finite number")
            return 0.0
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false."""
        return bool(self._get(name, bool, "true or false", default)) if name in self.values else default

    def object(self, name: str) -> Shape:
        """An object inside this one."""
        inside: dict[str, Any] = self._get(name, dict, "an object", {})
        return Shape(self.file, f"{self.place}.{name}" if self.place else name, inside, self.faults)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        values: list[Any] = self._get(name, list, "a list of texts", [])
        if not all(isinstance(value, str) for value in values):
            self.fault(name, "must hold texts only")
            return ()
        return tuple(values)

    def numbers(self, name: str) -> tuple[float, ...]:
        """A list of finite numbers."""
        values: list[Any] = self._get(name, list, "a list of numbers", [])
        if not all(isinstance(value, int | float) and math.isfinite(value) for value in values):
            self.fault(name, "must hold finite numbers only")
            return ()
        return tuple(float(value) for value in values)

    def words(self, name: str) -> dict[str, str]:
        """An object of texts."""
        values: dict[str, Any] = self._get(name, dict, "an object of texts", {})
        if not all(isinstance(value, str) for value in values.values()):
            self.fault(name, "must hold texts only")
            return {}
        return dict(values)

    def each(self, name: str, read: Callable[[Shape], T]) -> tuple[T, ...]:
        """A list of objects, each of them read."""
        found = []
        for number, value in enumerate(self._get(name, list, "a list", [])):
            place = f"{self.place}.{name}[{number}]" if self.place else f"{name}[{number}]"
            if isinstance(value, dict):
                found.append(read(Shape(self.file, place, value, self.faults)))
            else:
                kind = KINDS.get(type(value), type(value).__name__)
                self.faults.append(Fault(f"{self.file}: {place}", f"is {kind}, but must be an object"))
        return tuple(found)


def _why_none(path: Path, what: str, error: OSError) -> str:
    """Say why there is no such file."""
    if path.is_dir():
        return f"is a folder; {what} is a JSON file"
    return why_missing(path) if isinstance(error, FileNotFoundError) else why_unreadable(path, error)
