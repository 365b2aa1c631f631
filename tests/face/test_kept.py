"""What follows from the photograph alone is made once a face, and made anew of anything else."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
import torch
from torch import Tensor

from faceaug.edit import get_edit
from faceaug.face import bare
from faceaug.face import fields as fields_of
from faceaug.face.bare import bare_skin
from faceaug.face.brightness import brightness
from faceaug.face.classes import Head, find_classes
from faceaug.face.decomposition import Decomposition, stack_rows
from faceaug.face.kept import Kept, kept
from faceaug.face.lay import _maps_cut
from faceaug.face.lids import lid_margins
from faceaug.face.rotate import _at_rest, head_mesh
from faceaug.face.skin import _cheeks, _face_tone
from faceaug.face.worn import _eyes
from faceaug.render import render
from faceaug.scene import Scene
from faceaug.stages.eyewear.lenses import rough_picture
from faceaug.stages.layers import layers_of
from faceaug.stages.relight import whole_in_skin
from faceaug.stages.turning.along import own_colour
from faceaug.stages.turning.ears.colour import own_hue
from faceaug.stages.turning.ears.modelled import cheeks, grain
from faceaug.stages.turning.ears.pinna import pinnae
from faceaug.stages.turning.jaw import own_shade
from faceaug.stages.turning.near_side import own_fall
from faceaug.stages.turning.necks.neck import neck_of
from faceaug.stages.turning.stood import _surface, own_shading
from faceaug.stages.turning.swing import ground_of
from tests.portraits import collins


def cut(face: Decomposition) -> Tensor:
    """All maps of the face's own rectangle, on which conditions are laid."""
    part = _maps_cut(face).face
    maps = [getattr(each, item.name) for each in (part.surface, part.regions) for item in fields(each)]
    return torch.cat([each.flatten() for each in (part.linear, part.skin.specular, *maps)])


KEPT: dict[str, Callable[[Decomposition], Any]] = {
    "cut": cut,
    "bare skin": bare_skin,
    "margins of lids": lid_margins,
    "where conditions lie": fields_of.facial_skin,
    "layers": layers_of,
    "rough picture": rough_picture,
    "neck": neck_of,
    "mesh": head_mesh,
    "mesh at rest": _at_rest,
    "shading": own_shading,
    "surface": _surface,
    "brightness": brightness,
    "fall into shade": own_fall,
    "shade of the jaw": own_shade,
    "shoulders": ground_of,
    "ears": pinnae,
    "hue of ears": own_hue,
    "colour of cheeks": cheeks,
    "grain": grain,
    "own colour": own_colour,
    "matte": whole_in_skin,
    "cheeks": _cheeks,
    "tone": _face_tone,
    "eyes": _eyes,
}


def together(made: Any) -> Tensor:
    """All numbers in one row."""
    if is_dataclass(made):
        return torch.cat([together(getattr(made, item.name)) for item in fields(made)])
    return torch.as_tensor(made, dtype=torch.float64).flatten()


def alike(one: Any, other: Any) -> bool:
    """Whether the same was made, to the bit; what is no number is like itself."""
    first, second = together(one), together(other)
    return first.shape == second.shape and bool(((first == second) | (first.isnan() & second.isnan())).all())


def fresh(face: Decomposition) -> Decomposition:
    """The same face, of which nothing is kept."""
    return replace(face, kept=tuple(Kept() for _ in face.kept))


def others(part: Any) -> Iterator[tuple[str, Any]]:
    """Copies of a dataclass with one tensor each become another, and its name."""
    for item in fields(part):
        value = getattr(part, item.name)
        if is_dataclass(value):
            yield from ((f"{item.name}.{name}", replace(part, **{item.name: other})) for name, other in others(value))
        elif isinstance(value, Tensor) and value.is_floating_point():
            yield item.name, replace(part, **{item.name: value * 0.7})


@pytest.mark.parametrize("what", KEPT)
def test_it_is_made_anew_of_anything_that_matters(what: str) -> None:
    make, face = KEPT[what], fresh(collins())
    matters = set()
    for name, other in others(face):
        wanted = make(fresh(other))
        make(face)
        assert alike(make(other), wanted), name
        matters |= set() if alike(wanted, make(face)) else {name}
    assert matters, "nothing that it reads was changed"


def test_it_is_made_once_a_face() -> None:
    asked = []

    @kept("linear")
    def doubled(source: Decomposition) -> Tensor:
        asked.append(source)
        return source.linear * 2

    face, other = fresh(collins()), fresh(collins())
    first = doubled(face)
    assert doubled(face) is first
    for row in face.repeated(3), replace(face, points=face.points + 1), face.repeated(2).row(1), Scene.of(face).source:
        assert torch.equal(doubled(row)[:1], first)
    assert len(asked) == 1
    assert torch.equal(doubled(stack_rows([face, other])), torch.cat([first, first]))
    assert len(asked) == 3, "stacked rows lie elsewhere"
    assert torch.equal(doubled(replace(face, linear=face.linear + 1)), first + 2)
    assert torch.equal(doubled(face), first)
    layers = layers_of(face)
    assert layers_of(face) is layers
    assert torch.equal(layers_of(face.repeated(2)).behind[1:], layers.behind)


def test_a_face_is_let_go_with_all_that_was_kept_of_it() -> None:
    """At once: megabytes that wait for the collector of garbage, which counts objects, are too many."""
    face = fresh(collins())
    for name in ("freckles", "pose", "skin_tone", "glasses", "lighting"):
        render(get_edit(name)(Scene.of(face), None))
    held = weakref.ref(face.kept[0])
    gc.disable()
    try:
        del face
        assert held() is None
    finally:
        gc.enable()


def test_variants_leave_it_as_it_is_and_know_nothing_of_each_other() -> None:
    face = fresh(collins())

    def variant(of: Decomposition, number: int) -> Any:
        scene = get_edit("skin_tone")(Scene.of(of, variants=[number]), None, ita=20.0 - 30 * number)
        scene = get_edit("pose")(scene, None, yaw=20.0 - 35 * number)
        return render(get_edit("lighting")(scene, None)).pixels[0]

    before = [together(make(face)) for make in KEPT.values()]
    pictures = [variant(face, number) for number in (0, 1, 0)]
    for (what, make), was in zip(KEPT.items(), before, strict=True):
        assert torch.equal(together(make(face)), was), what
    for number, picture in zip((0, 1, 0), pictures, strict=True):
        assert (picture == variant(fresh(collins()), number)).all()


@pytest.mark.parametrize(
    "names", [("skin_tone", "glasses", "lighting", "freckles"), ("lighting",), ("foreign_shadow",)]
)
def test_skin_is_looked_for_once_a_face_however_its_head_is_turned(
    names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Head] = []

    def find(head: Head) -> Tensor:
        asked.append(head)
        return find_classes(head)

    monkeypatch.setattr(bare, "find_classes", find)
    face = fresh(collins())
    for variant, yaw in enumerate((15.0, -12.0)):
        scene = Scene.of(face, variants=[variant])
        scene = get_edit("pose")(scene, yaw=yaw, pitch=0.0, roll=0.0)
        for name in names[variant:] or names:  # the second without another tone
            scene = get_edit(name)(scene)
        render(scene)
    assert len(asked) == 1
