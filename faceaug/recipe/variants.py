"""Variants of one decomposed photograph: draw, ask conditions and edits, render in batches of one set of edits."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from torch import Tensor

from faceaug.data.brief import Brief, picture_png
from faceaug.edit import Settings, get_edit
from faceaug.errors import Refusal
from faceaug.recipe.draw import Drawn, draw
from faceaug.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from faceaug.data.attributes import Scalar, Value
    from faceaug.data.record import Record
    from faceaug.face.decomposition import Decomposition
    from faceaug.recipe.schema import Recipe

__all__ = ["Variant", "keyed_by_face", "variants"]


@dataclass(frozen=True, eq=False, repr=False)
class Variant(Brief):
    """One rendered picture.

    Attributes:
        number: number of the variant.
        pixels: (H, W, 3) uint8 sRGB, of the photograph's size.
        points: (478, 3) float32 landmarks, pixels of the picture.
        masks: name -> (H, W) uint8.
        drawn: edit -> setting -> value, of the edits that were made.
        applied: the same as the edits themselves report it.
        refused: edit -> reason why it was not made.
        flagged: edit -> reason why the picture is to be doubted, of the edits that were made.
        idle: edits among them that draw nothing: at their neutral settings, or nowhere in this picture. They say
            nothing about it.
        touched: share of the pixels that differ from the photograph, 0..1.
        source_type: name of the IPTC digital source type, or None if nothing was changed; its file says so of itself
            all the same (`recipe.provenance.encoded`).
    """

    number: int
    pixels: npt.NDArray[np.uint8]
    points: npt.NDArray[np.float32]
    masks: Mapping[str, npt.NDArray[np.uint8]]
    drawn: Drawn
    applied: Drawn
    refused: Mapping[str, str]
    touched: float
    source_type: str | None
    flagged: Mapping[str, str] = field(default_factory=dict)
    idle: frozenset[str] = frozenset()

    def _repr_png_(self) -> bytes:
        """What a notebook shows."""
        return picture_png(self.pixels)

    @property
    def declined(self) -> str:
        """Why this is the photograph unchanged although edits were asked for; '' where one was made, or none fell due.

        >>> # "vitiligo: the photograph is grey"
        """
        return "" if self.drawn else "; ".join(f"{name}: {why}" for name, why in sorted(self.refused.items()))


@dataclass
class _Row:
    """A picture on its way."""

    number: int
    drawn: Drawn
    refused: dict[str, str]

    def refuse(self, edit: str, reason: str) -> None:
        """Leave an edit out, and remember why."""
        self.drawn.pop(edit, None)
        self.refused[edit] = reason


def variants(
    recipe: Recipe,
    decomposition: Decomposition,
    numbers: Sequence[int],
    *,
    record: Record | None = None,
    batch: int = 16,
) -> list[Variant]:
    """Render variants of one photograph; rows that an edit refuses keep the other edits.

    Args:
        recipe: what is asked for.
        decomposition: a single row, on the device that shall compute.
        numbers: of the variants.
        record: what is known about the photograph, for conditions; what the recipe needs besides is measured.
        batch: most pictures rendered at once. It does not change the pictures.

    Returns:
        One variant a number, in the order of the numbers.
    """
    face = keyed_by_face(decomposition)
    sha256 = face.photos[0].sha256
    rows = [_Row(n, d, {}) for n, d in zip(numbers, draw(recipe, sha256, numbers), strict=True)]
    _ask_conditions(recipe, face, record, rows)
    _ask_edits(recipe, face, rows)
    groups: dict[tuple[str, ...], list[_Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row.drawn), []).append(row)
    done: dict[int, Variant] = {}
    for members in groups.values():
        for start in range(0, len(members), max(batch, 1)):
            chunk = members[start : start + max(batch, 1)]
            done.update({id(row): made for row, made in zip(chunk, _rendered(recipe, face, chunk), strict=True)})
    return [done[id(row)] for row in rows]


def keyed_by_face(face: Decomposition) -> Decomposition:
    """Give every further face of a photograph randomness of its own; the largest keeps the photograph's key."""
    if face.face[0] == 0:
        return face
    photo = face.photos[0]
    return replace(face, photos=(replace(photo, sha256=f"{photo.sha256}:face{face.face[0]}"),))


def _ask_conditions(recipe: Recipe, face: Decomposition, record: Record | None, rows: list[_Row]) -> None:
    """Leave out edits whose `when` is false of the photograph; refuse those for which that is not known."""
    asking = {name: asked.when for name, asked in recipe.edits.items() if asked.when is not None}
    if not asking:
        return
    known = _known(record.attributes if record else {})
    if any(condition.unknown(known) for condition in asking.values()):
        from faceaug.measure import measure

        known = _known(measure(face)) | known
    for name, condition in asking.items():
        holds = condition.holds(known)
        if holds:
            continue
        missing = ", ".join(condition.unknown(known) or condition.odd(known)) or "how words and numbers compare"
        for row in rows:
            if holds is None and name in row.drawn:
                row.refuse(name, f"its condition asks for {missing}, which is not known of this photograph")
            row.drawn.pop(name, None)


def _known(attributes: Mapping[str, Value]) -> dict[str, Scalar]:
    """Attributes that are reliable enough to be counted; of all others a condition says that they are not known."""
    return {name: value.value for name, value in attributes.items() if value.known}


def _ask_edits(recipe: Recipe, face: Decomposition, rows: list[_Row]) -> None:
    """Ask every edit which rows it declines."""
    for name in sorted(recipe.edits):
        wanting = [row for row in rows if name in row.drawn]
        if not wanting:
            continue
        edit = get_edit(name)
        scene = Scene.of(face, seed=recipe.seed, variants=[row.number for row in wanting])
        settings = edit.complete(scene.noise(name), _given(wanting, name))
        for row, reason in zip(wanting, edit.refusals(scene, settings), strict=True):
            if reason:
                row.refuse(name, reason)


def _given(rows: Sequence[_Row], edit: str) -> dict[str, object]:
    """Settings of one edit, a list with one value a row."""
    return {setting: [row.drawn[edit][setting] for row in rows] for setting in rows[0].drawn[edit]}


def _rendered(recipe: Recipe, face: Decomposition, rows: list[_Row]) -> list[Variant]:
    """Render rows that have the same edits; an edit that declines late is left out of its own row only."""
    from faceaug.render import render

    scene = Scene.of(face, seed=recipe.seed, variants=[row.number for row in rows])
    try:
        for name in rows[0].drawn:
            scene = get_edit(name)(scene, None, **_given(rows, name))
    except Refusal as refusal:
        if len(rows) > 1:
            return [_rendered(recipe, face, [row])[0] for row in rows]
        rows[0].refuse(refusal.edit if refusal.edit in rows[0].drawn else name, refusal.reason)
        return _rendered(recipe, face, rows)
    picture = render(scene)
    doubts = {name: get_edit(name).flagged(scene, scene.applied[name]) for name in rows[0].drawn}
    applied = [{name: _row_of(scene.applied[name], index) for name in row.drawn} for index, row in enumerate(rows)]
    return [
        Variant(
            number=row.number,
            pixels=picture.pixels[index],
            points=picture.points[index],
            masks={name: mask[index] for name, mask in picture.masks.items()},
            drawn=row.drawn,
            applied=applied[index],
            refused=row.refused,
            touched=float(picture.touched[index]),
            source_type=picture.source_types[index],
            flagged={name: why for name in row.drawn if (why := doubts[name][index])},
            idle=frozenset(
                name
                for name, used in applied[index].items()
                if not picture.touched[index] or get_edit(name).idle(used) or scene.bare_of(name, index)
            ),
        )
        for index, row in enumerate(rows)
    ]


def _row_of(settings: Settings, index: int) -> dict[str, Any]:
    """One row's settings, numbers to the seven digits that float32 holds."""
    return {
        name: float(f"{float(values[index]):.7g}") if isinstance(values, Tensor) else values[index]
        for name, values in settings.items()
    }
