"""Edit: a scar."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.edit import choice, edit, number
from faceaug.face.fields import facial_skin, free_of_features, mottle, spread_of
from faceaug.face.lay import laid
from faceaug.face.scatter import scatter_seen
from faceaug.face.skin import MELANIN
from faceaug.image.color import luminance
from faceaug.image.filter import gaussian
from faceaug.image.noise import Noise
from faceaug.image.shade import smooth_step
from faceaug.scene import Scene
from faceaug.stages.visible import hardly_seen

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# Where: centre (x, y), spread (x, y) on the mean face in mm, weight, both sides alike: cheeks, forehead, brow, chin.
_WHERE = (
    (42.0, -34.0, 14.0, 20.0, 1.0),
    (20.0, 46.0, 22.0, 10.0, 0.9),
    (0.0, -97.0, 14.0, 6.0, 0.5),
    (40.0, 34.0, 8.0, 6.0, 0.7),
)
# Melanin, haemoglobin and height (mm) of each kind at prominence 1: a raised scar is pink, an old one flat and pale,
# with few vessels, which is what is seen of it on skin that has no melanin to lose.
_KINDS = {"raised": (-0.25, 0.95, 0.90), "sunken": (-0.15, 0.50, -0.90), "flat": (-0.65, -0.2, -0.45)}
# Bend over the length, wiggle in widths, and patches along which the width changes, mm.
_BEND, _WIGGLE, _WIDTH_VARIES, _PATCH_MM = 0.22, 0.5, 0.35, 4.0
# Detail finer than this (mm) is smoothed by this share: scars have no pores.
_PORES_MM, _SMOOTHED = 0.9, 0.75
# The strip ends over this share of its length, and is only drawn this near its plane, mm.
_TAPER, _NEAR = 0.22, 18.0
_TRIES = 48


@edit(
    main="prominence",
    channel="pigment",
    neutral={"prominence": 0.0},
    needs={"skin"},
    sets={"scar": "present"},
    flags=hardly_seen("scar"),
    lawful={11: "the scar lies where the photograph's own hash puts it; a mirrored photograph gets another"},
)
def scar(
    scene: Scene,
    noise: Noise,
    *,
    prominence: Annotated[Tensor, number(0.6, 1.2, within=(0, 1.5), means="how far it differs from the skin")],
    length: Annotated[Tensor, number(14, 42, unit="mm", within=(8, 60), means="length of the scar")],
    width: Annotated[Tensor, number(1.4, 3.0, unit="mm", within=(0.8, 4), means="width of the scar")],
    kind: Annotated[tuple[str, ...], choice("flat", "raised", "sunken", means="how the wound healed")],
) -> Scene:
    """Draw one scar over cheek, forehead, brow or chin.

    A slightly bent strip of uneven width without pores, paler or pinker than the skin, flat, raised or sunken; the
    light in force shades it.

    Source:
        T. Mustoe et al., "International clinical recommendations on scar management", Plast. Reconstr. Surg. 110
        (2002): kinds; colour by comparison with photographs.
    """

    def draw(source: Decomposition, noise: Noise, row: int) -> Tensor:
        device = source.linear.device
        bare = facial_skin(source)
        share = torch.from_numpy(spread_of(_WHERE) * free_of_features(eyes=9.0, lips=5.0)).to(device)
        centre, _, exists = scatter_seen(source, noise, torch.ones(1, device=device), share[None], bare, tries=_TRIES)
        middle = (centre * exists[..., None]).sum(dim=1)
        strip = _strip(source, noise, middle, float(length[row]), float(width[row])) * exists.any() * bare
        strength = prominence[row]
        looks = _KINDS[kind[row]]
        fine = _fine_texture(source) * (_SMOOTHED * strength.clamp(max=1.0)) / MELANIN[1]
        mottled = 1 + 0.3 * mottle(source, noise, "mottled", 3.0)
        melanin = strip * (strength * looks[0] * mottled + fine)
        blood = strip * strength * looks[1] * mottled
        height = strip * strength * looks[2] * (width[row] / 2).clamp(max=1.0)
        return torch.cat([melanin, blood, height], dim=1)

    return scene.with_condition("scar", *laid(scene.source, noise, draw))


def _strip(source: Decomposition, noise: Noise, middle: Tensor, length: float, width: float) -> Tensor:
    """Cover of the scar ``(1, 1, h, w)``, 0..1, around ``middle`` ``(1, 3)`` on the mean face."""
    device = source.linear.device
    away = source.surface.position - middle[:, :, None, None]
    # The cheek's surface there, roughly: it falls off sideways and downward.
    outward = F.normalize(middle * middle.new_tensor([0.9, 0.25, 0.0]) + middle.new_tensor([0.0, 0.0, 55.0]), dim=1)
    turn = noise.uniform("turn", 1, device)[:, 0].double() * math.pi
    along = torch.stack([torch.cos(turn), torch.sin(turn), torch.zeros_like(turn)], dim=1).to(middle)
    along = F.normalize(along - (along * outward).sum(dim=1, keepdim=True) * outward, dim=1)
    beside = torch.linalg.cross(outward, along)
    u, v, n = ((away * axis[:, :, None, None]).sum(dim=1, keepdim=True) for axis in (along, beside, outward))
    half, wide = length / 2, width / 2
    t = u / half
    bend = ((noise.uniform("bend", 1, device)[:, 0] * 2 - 1) * _BEND)[:, None, None, None]
    crooked = bend * half * (t * t - 0.3) + _WIGGLE * wide * mottle(source, noise, "wiggle", 7.0)
    taper = (1 - smooth_step(1 - 2 * _TAPER, 1.05, t.abs())).clamp(min=0)
    own = wide * (1 + _WIDTH_VARIES * mottle(source, noise, "width", _PATCH_MM)) * (0.35 + 0.65 * taper)
    blur = 0.45 / source.pose.scale[:, None, None, None]
    soft = torch.sqrt(own**2 + 2 * blur**2)
    across = (v - crooked).abs() / soft
    cover = torch.exp(-0.7 * across.clamp(max=6.0) ** 3) * (own / soft)
    return cover * (1 - smooth_step(0.85, 1.0, t.abs())) * taper.sqrt() * (n.abs() < _NEAR)


def _fine_texture(source: Decomposition) -> Tensor:
    """Optical density ``(1, 1, h, w)`` that evens out pores and fine hair."""
    bright = torch.log(luminance(source.linear).clamp(min=0.004))
    return (bright - gaussian(bright, _PORES_MM * float(source.pose.scale[0]))).clamp(-0.4, 0.4)
