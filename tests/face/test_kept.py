"""What follows from the photograph alone is made once a face, and made anew of anything else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
import torch
from torch import Tensor

from faceaug.edit import get_edit
from faceaug.face.bare import bare_skin
from faceaug.face.decomposition import Decomposition, stack_rows
from faceaug.face.kept import Kept, kept
from faceaug.render import render
from faceaug.scene import Scene
from faceaug.stages.layers import Layers, layers_of
from tests.portraits import collins

KEPT: tuple[Callable[[Decomposition], Tensor], ...] = (bare_skin, lambda face: together(layers_of(face)))


def together(layers: Layers) -> Tensor:
    """All planes in one tensor."""
    return torch.cat([layers.own, layers.clear, layers.behind], dim=1)


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


@pytest.mark.parametrize("make", KEPT, ids=["bare skin", "layers"])
def test_it_is_made_anew_of_anything_that_matters(make: Callable[[Decomposition], Tensor]) -> None:
    face = fresh(collins())
    matters = set()
    for name, other in others(face):
        wanted = make(fresh(other))
        make(face)
        assert torch.equal(make(other), wanted), name
        matters |= set() if torch.equal(wanted, make(face)) else {name}
    assert matters & {"linear", "regions.person", "regions.foreground"}


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
    assert torch.equal(together(layers_of(face.repeated(2)))[1:], together(layers))


def test_variants_leave_it_as_it_is_and_know_nothing_of_each_other() -> None:
    face = fresh(collins())

    def variant(of: Decomposition, number: int) -> Any:
        scene = get_edit("skin_tone")(Scene.of(of, variants=[number]), None, ita=20.0 - 30 * number)
        scene = get_edit("pose")(scene, None, yaw=20.0 - 35 * number)
        return render(get_edit("lighting")(scene, None)).pixels[0]

    before = [make(face).clone() for make in KEPT]
    pictures = [variant(face, number) for number in (0, 1, 0)]
    assert all(torch.equal(make(face), was) for make, was in zip(KEPT, before, strict=True))
    for number, picture in zip((0, 1, 0), pictures, strict=True):
        assert (picture == variant(fresh(collins()), number)).all()
