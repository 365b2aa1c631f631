"""Skin at the sides of a face that is as dark as hair or redder than the cheeks; found on portraits painted over."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import torch
from torch import Tensor

from faceaug.face import classes, flanks
from faceaug.face.bare import head_of
from faceaug.face.classes import HAIR, SKIN, Head, find_classes
from faceaug.face.decompose import decompose
from tests.face.painting import own, painted
from tests.portraits import collins

if TYPE_CHECKING:
    from pathlib import Path

    from faceaug.face.decomposition import Decomposition

# What curves of a camera make of shade: exponents of red, green and blue.
STEEP = torch.tensor([0.85, 1.1, 1.25])[:, None]


def unaware(found: flanks.Flanks) -> flanks.Flanks:
    """The same without sides."""
    return replace(found, places=found.places * torch.tensor([0.0, 1.0])[:, None, None])


def jaw_as_hair(face: Decomposition) -> tuple[Head, Tensor]:
    """A head with one side of its jaw in deep shade, and hair of that very colour; where the jaw is."""
    x, y = face.surface.position[0, 0], face.surface.position[0, 1]
    jaw = (x > 40) & (y < -5) & (y > -95) & (face.surface.face[0, 0] > 0.5)
    hair = (y > 70) & (face.surface.face[0, 0] < 0.1) & (face.regions.person[0, 0] > 0.5)
    head = painted(face, jaw | hair, own(face) * 0.16**STEEP)
    x, y = head.position[0], head.position[1]
    return head, (x > 44) & (y < -12) & (y > -85) & (head.face > 0.9)


def test_a_jaw_in_deep_shade_is_skin_even_of_the_colour_of_the_hair(monkeypatch: pytest.MonkeyPatch) -> None:
    head, jaw = jaw_as_hair(collins())
    assert float(find_classes(head)[SKIN][jaw].mean()) > 0.9
    monkeypatch.setattr(classes, "flanks_of", lambda *parts: unaware(flanks.flanks_of(*parts)))
    assert float(find_classes(head)[SKIN][jaw].mean()) < 0.6, "by colours alone it is hair"


def test_a_flushed_ear_is_skin(faces: Path) -> None:
    head = head_of(decompose(faces / "congress225" / "B001282.jpg"))
    x, y = head.position[0], head.position[1]
    ear = (x > 68) & (x < 90) & (y > -50) & (y < 10) & (head.person > 0.9) & (head.face < 0.1)
    red = ear & (head.colour[1] > 30)
    assert int(red.sum()) > 60
    assert float(find_classes(head)[SKIN][red].mean()) > 0.9


@pytest.mark.parametrize(("name", "least"), [("B001242", 0.7), ("L000553", 0.6)])
def test_a_beard_is_hair_be_it_of_the_colour_of_shade(faces: Path, name: str, least: float) -> None:
    head = head_of(decompose(faces / "congress225" / f"{name}.jpg"))
    x, y = head.position[0].abs(), head.position[1]
    chin = (x < 40) & (y < -75) & (y > -108) & (head.face > 0.8) & (head.features < 0.05)
    assert float(find_classes(head)[HAIR][chin].mean()) > least


@pytest.mark.parametrize("name", ["L000287", "A000022"])
def test_a_bare_crown_in_shade_is_skin(faces: Path, name: str) -> None:
    head = head_of(decompose(faces / "congress225" / f"{name}.jpg"))
    crown = (head.person > 0.95) & (head.position[1] > 70) & (head.position[1] < 105) & (head.position[0].abs() < 30)
    assert float(find_classes(head)[SKIN][crown].mean()) > 0.9
