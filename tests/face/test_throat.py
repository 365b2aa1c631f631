"""Skin beside white cloth, bleached by its light, is skin; what lies beside cloth of other colours may be cloth."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from faceaug.face import classes
from faceaug.face.classes import OTHER, SKIN, Head, find_classes
from faceaug.face.throat import bleached, neck_colour
from faceaug.face.typical import typical_of
from faceaug.image.shade import above
from tests.face.painting import own, painted
from tests.portraits import collins

WHITE, CREAM, COAT = (0.88, 0.88, 0.88), (0.88, 0.80, 0.70), (0.05, 0.05, 0.06)


def at_the_collar(cloth: tuple[float, float, float], own_share: float = 0.7) -> tuple[Head, Tensor, Tensor]:
    """A neck, beside it skin in white light, and cloth: the head, that skin and the cloth ``(h, w)``."""
    face = collins()
    x, y = face.surface.position[0, :2]
    body = (y < -118) & (face.surface.face[0, 0] < 0.1) & (face.regions.person[0, 0] > 0.5)
    out, colours = x.abs()[body], torch.tensor(cloth)[:, None].repeat(1, int(body.sum()))
    colours = torch.where(out < 62, own_share * own(face) + 0.68 - 0.4 * own_share, colours)
    head = painted(face, body, torch.where(out < 42, 0.9 * own(face), colours))
    x, y = head.position[0].abs(), head.position[1]
    low = (y < -132) & (y > -165) & (head.person > 0.95)
    return head, low & (x > 46) & (x < 58), low & (x > 68)


def found(head: Head) -> Tensor:
    core = (head.face > 0.9) & (head.position[1] < 40) & (head.position[0].abs() < 48)
    neck = neck_colour(head, typical_of(head.colour.flatten(1), core.flatten(), 40.0))
    assert neck is not None
    cloth = (head.person > 0.9) & (head.position[0].abs() > 70) & (head.position[1] < -150)
    return bleached(head, neck, cloth)


def test_what_white_cloth_bleaches_is_skin() -> None:
    head, pale, cloth = at_the_collar(WHITE)
    share = found(head)
    assert float(share[pale].mean()) > 0.9
    assert float(share[cloth].max()) == 0.0
    assert float(share[head.position[1] > -112].max()) == 0.0, "what is light in a face is known without it"


@pytest.mark.parametrize("cloth", [CREAM, COAT])
def test_what_is_pale_beside_other_cloth_may_be_a_blouse_or_a_tie(cloth: tuple[float, float, float]) -> None:
    assert float(found(at_the_collar(cloth)[0]).max()) == 0.0


def test_a_tie_of_the_skins_colour_on_a_white_shirt_in_a_dark_coat_is_cloth() -> None:
    head, _, _ = at_the_collar(WHITE)
    coat = above(head.position[0].abs(), 71.0) * above(-head.position[1], 118.0)
    head.colour[:] *= 1 - 0.8 * coat
    assert float(found(head).max()) == 0.0


def test_cloth_of_every_paleness_is_no_skin() -> None:
    """A blouse in warm shade goes from white to the colour of skin without a gap."""
    head, _, _ = at_the_collar(WHITE)
    fold = torch.sin(head.position[1] * 0.7) * 0.5 + 0.5
    warm = torch.stack([torch.zeros_like(fold), 5 * fold, 10 * fold])
    head.colour[:] += warm * above(head.position[0].abs(), 66.0) * above(-head.position[1], 118.0)
    assert float(found(head).max()) == 0.0


def test_the_classes_believe_it(monkeypatch: pytest.MonkeyPatch) -> None:
    head, pale, _ = at_the_collar(WHITE, own_share=0.35)
    assert float(find_classes(head)[OTHER][pale].mean()) > 0.9, "too pale for skin"

    def everywhere(head: Head, *_: Tensor) -> Tensor:
        return above(-head.position[1], 118) * above(-head.position[0].abs(), -62)

    monkeypatch.setattr(classes, "bleached", everywhere)
    assert float(find_classes(head)[SKIN][pale].mean()) > 0.9
