"""The record of one picture: what it shows, where it comes from, and how to make it again."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final, Literal, Self, cast, get_args

import faceaug
from faceaug.data.attributes import Value
from faceaug.data.brief import Brief
from faceaug.errors import did_you_mean

__all__ = ["Origin", "Record"]

Origin = Literal["camera", "rendered"]
"""Photographed, or drawn by an edit; a rendering is never counted as a photograph."""

MAPPINGS: Final = ("drawn", "requested", "applied", "measured", "refused")
"""Fields that hold JSON objects."""

NUMBERS: Final = ("variant", "seed", "face")
"""Fields that hold whole numbers."""

TEXTS: Final = ("id", "photo", "sha256", "subject", "split", "version")
"""Fields that hold text."""

LARGEST: Final = 2**63
"""Whole numbers in a record stay below this, so that every table format can hold them."""


@dataclass(frozen=True, repr=False)
class Record(Brief):
    """What is known about one picture. Mappings are copied into plain JSON values.

    Attributes:
        id: unique within a manifest.
        photo: path of the file, relative to the manifest's folder, with forward slashes.
        sha256: digest of that file, or '' where nobody has computed it.
        subject: who is shown, or '' if unknown. Renderings keep it, so that a person never leaks into another split.
        split: train, test, ... or ''.
        attributes: what is known about it, by name.
        origin: camera or rendered.
        parent: id of the record that was edited, or None.
        recipe: digest of the recipe, or None.
        variant: number of the copy, from 0.
        seed: of the recipe.
        face: which face of the photograph, largest first, from 0.
        drawn: edit -> setting -> value that was drawn.
        requested: what was asked for.
        applied: what was done: edit -> setting -> value, and under `flag` why the picture is to be doubted, if it is.
        measured: what was read back from the result, and the face's keypoints (see `faceaug.data.keypoints`).
        refused: edit -> reason why it declined.
        version: of faceaug.

    Raises:
        ValueError: for a value that JSON cannot hold exactly, or a field of the wrong kind.
    """

    id: str
    photo: str
    sha256: str = ""
    subject: str = ""
    split: str = ""
    attributes: Mapping[str, Value] = field(default_factory=dict)
    origin: Origin = "camera"
    parent: str | None = None
    recipe: str | None = None
    variant: int = 0
    seed: int = 0
    face: int = 0
    drawn: Mapping[str, Any] = field(default_factory=dict)
    requested: Mapping[str, Any] = field(default_factory=dict)
    applied: Mapping[str, Any] = field(default_factory=dict)
    measured: Mapping[str, Any] = field(default_factory=dict)
    refused: Mapping[str, Any] = field(default_factory=dict)
    version: str = ""

    def __post_init__(self) -> None:
        """Bring every field into the one form that survives all file formats."""
        if self.origin not in get_args(Origin):
            msg = f"origin must be camera or rendered, not {self.origin!r}"
            raise ValueError(msg)
        for name in (*TEXTS, "parent", "recipe"):
            text = getattr(self, name)
            if not isinstance(text, str) and (name in TEXTS or text is not None):
                msg = f"{name} must be text, not {text!r}"
                raise ValueError(msg)
        for name in NUMBERS:
            number = getattr(self, name)
            if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < LARGEST:
                msg = f"{name} must be a whole number within 0..2^63-1, not {number!r}"
                raise ValueError(msg)
        for name in MAPPINGS:
            object.__setattr__(self, name, _plain(getattr(self, name), name))
        object.__setattr__(self, "attributes", dict(self.attributes))

    def located(self, folder: str | Path) -> Path:
        """The file of the picture, given the folder of its manifest."""
        return Path(folder) / PurePosixPath(self.photo)

    def child(
        self,
        id: str,  # noqa: A002 - the field's own name
        photo: str,
        *,
        recipe: str | None,
        sha256: str = "",
        variant: int = 0,
        seed: int = 0,
        face: int = 0,
        attributes: Mapping[str, Value] | None = None,
        dropped: Iterable[str] = (),
        drawn: Mapping[str, Any] | None = None,
        requested: Mapping[str, Any] | None = None,
        applied: Mapping[str, Any] | None = None,
        measured: Mapping[str, Any] | None = None,
        refused: Mapping[str, Any] | None = None,
    ) -> Record:
        """The record of a rendering of this picture: same subject, same split, attributes inherited.

        Args:
            id: of the new record.
            photo: file of the new picture.
            recipe: digest of the recipe.
            sha256: digest of the new file.
            variant: number of the copy.
            seed: of the recipe.
            face: which face was edited.
            attributes: those that the edits set or that were measured again; they replace inherited ones.
            dropped: names of attributes that are no longer known.
            drawn: edit -> setting -> value.
            requested: what was asked for.
            applied: what was done.
            measured: what was read back.
            refused: edit -> reason.
        """
        gone = set(dropped)
        inherited = {
            name: replace(value, how="inherited") for name, value in self.attributes.items() if name not in gone
        }
        return Record(
            id=id,
            photo=photo,
            sha256=sha256,
            subject=self.subject,
            split=self.split,
            attributes=inherited | dict(attributes or {}),
            origin="rendered",
            parent=self.id,
            recipe=recipe,
            variant=variant,
            seed=seed,
            face=face,
            drawn=drawn or {},
            requested=requested or {},
            applied=applied or {},
            measured=measured or {},
            refused=refused or {},
            version=faceaug.__version__,
        )

    def as_dict(self) -> dict[str, Any]:
        """The record as JSON values, in the order of the fields."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        values["attributes"] = {name: value.plain() for name, value in self.attributes.items()}
        return values

    def to_json(self) -> str:
        """The record as one line of JSON; floats are written so that they read back the same."""
        return json.dumps(self.as_dict(), ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, given: str | Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote.

        Raises:
            ValueError: for broken JSON, unknown or missing fields, or fields of the wrong kind.
        """
        values = json.loads(given) if isinstance(given, str) else dict(given)
        if not isinstance(values, dict):
            msg = f"a record must be a JSON object, not {type(values).__name__}"
            raise ValueError(msg)  # noqa: TRY004 - one exception for everything that is wrong with a line
        names = [item.name for item in fields(cls)]
        for name in values:
            if name not in names:
                near = did_you_mean(name, names)
                msg = f"a record has no field {name!r}" + (f"; did you mean {near!r}?" if near else "")
                raise ValueError(msg)
        missing = [name for name in ("id", "photo") if not isinstance(values.get(name), str)]
        if missing:
            msg = f"a record needs the text {' and '.join(missing)}"
            raise ValueError(msg)
        try:
            known = {name: Value(**value) for name, value in values.get("attributes", {}).items()}
        except (TypeError, AttributeError) as error:
            msg = 'attributes must look like {"glasses": {"value": "none", "how": "told", "reliability": null}}'
            raise ValueError(msg) from error
        return cls(**{**values, "attributes": known})


def _plain(given: object, where: str) -> Any:
    """Copy a value into plain JSON types, numbers of array libraries included.

    Raises:
        ValueError: for what JSON cannot hold exactly.
    """
    if isinstance(given, Mapping):
        return {str(name): _plain(value, f"{where}.{name}") for name, value in given.items()}
    if isinstance(given, list | tuple):
        return [_plain(value, where) for value in given]
    if given is None or isinstance(given, str | bool | int):
        return given
    if isinstance(given, float):
        if not math.isfinite(given):
            msg = f"{where} is {given}, but must be finite"
            raise ValueError(msg)
        return float(given)
    if hasattr(given, "tolist"):
        return _plain(cast("Any", given).tolist(), where)
    msg = f"{where} is a {type(given).__name__}, which JSON cannot hold"
    raise ValueError(msg)
