"""Pixels that skin and hair share, when the skin becomes darker."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from faceaug.channels import Tone
from faceaug.image.color import linear_to_lab, luminance
from faceaug.scene import Scene
from faceaug.stages.passage import darkened
from faceaug.stages.tone import change_tone
from tests.portraits import collins

SKIN, DARK, HAIR = (0.50, 0.35, 0.28), (0.09, 0.05, 0.035), (0.022, 0.020, 0.020)


def line(*colours: Tensor) -> Tensor:
    """Pixels ``(1, 3, N)`` of these colours ``(3,)``."""
    return torch.stack(colours, dim=1)[None]


def passage(steps: int = 21, rooted: float = 0.0, share: float = 1.0) -> tuple[Tensor, Tensor]:
    """From hair to skin, as a photograph shows it and made darker: pixels ``(1, 3, N)``."""
    skin, dark, hair = (torch.tensor(colour) for colour in (SKIN, DARK, HAIR))
    own = line(*(torch.lerp(hair, skin, way / (steps - 1)) for way in range(steps)))
    light = torch.cat([luminance(own[:, :, None])[:, 0], torch.full((1, 1, steps), 0.0204)], dim=1)
    full = [line(*[colour] * steps) for colour in (skin, dark)]
    plane = torch.ones(1, 1, steps)
    return own, darkened((own, full[0], full[1]), share * plane, light, rooted * plane)


def test_between_hair_and_dark_skin_nothing_is_darker_than_both() -> None:
    """An outline as of a mask would go around face and brows, where the share of skin is told too high."""
    seen = luminance(passage()[1][:, :, None])[0, 0, 0]
    assert (seen[1:] >= seen[:-1] - 1e-6).all()
    assert float(seen[0]) == pytest.approx(0.0204, rel=0.05)
    assert float(seen[-1]) == pytest.approx(0.2126 * 0.09 + 0.7152 * 0.05 + 0.0722 * 0.035, rel=0.05)


def test_what_is_left_of_a_mixed_pixel_without_its_skin_is_as_light_as_hair() -> None:
    """Fringes turned red and light: what pigment takes from a pixel with some skin, it took from its hair too."""
    made, way, dark = passage()[1], torch.linspace(0, 1, 21)[:16], torch.tensor(DARK)[:, None]
    hair = (made[0, :, :16] - way * dark) / (1 - way)
    light, usual = (luminance(each[None, :, None])[0, 0, 0] for each in (hair, torch.tensor(HAIR)[:, None]))
    assert light.numpy() == pytest.approx(usual.expand(16).numpy(), rel=0.1)


def test_a_pixel_as_dark_as_the_hair_around_keeps_its_colour() -> None:
    own, made = passage()
    assert made[..., 0].numpy() == pytest.approx(own[..., 0].numpy(), rel=0.02)


def test_brows_are_darker_on_darker_people() -> None:
    free, brow = (luminance(passage(rooted=rooted)[1][:, :, None])[0, 0, 0] for rooted in (0.0, 1.0))
    assert float(brow[0]) < 0.4 * float(free[0])
    assert float(brow[-1]) == pytest.approx(float(free[-1]), rel=0.05)
    assert (brow[1:] > brow[:-1]).all(), "and no darker at their edge than within"


def test_what_lies_past_the_outline_says_nothing() -> None:
    """The colour that is carried there is not toned: edges of a darkened face took their hue from it."""
    face = collins()
    off = (face.regions.person == 0).expand(-1, 3, -1, -1)
    green = torch.tensor([0.1, 0.8, 0.1]).reshape(1, 3, 1, 1).expand_as(face.linear)
    painted = replace(face, regions=replace(face.regions, foreground=torch.where(off, green, face.regions.foreground)))
    tone = Tone(torch.tensor([[36.0, 9.0, 11.0]]), torch.ones(1), torch.zeros(1))
    seen = [
        change_tone(each.linear.clone(), replace(Scene.of(each), tone=tone, bare=torch.ones_like(face.linear[:, :1])))[
            0
        ]
        for each in (face, painted)
    ]
    assert float((linear_to_lab(seen[0]) - linear_to_lab(seen[1])).abs().max()) < 0.5
