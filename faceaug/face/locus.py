"""Where the colours of real skin lie: which a* and b* go with a lightness, and which of them a target asks for."""

from __future__ import annotations

import math
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from faceaug.image.color import hue_difference, lab_to_linear, linear_to_lab, luminance

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Cheeks of real faces in one even studio light, CIELAB under D65: lightness, then the a* and b* that go with it.
# Our own running medians over the 102 photographs of the Face Research Lab London Set (L. DeBruine and B. Jones, 2017,
# doi:10.6084/m9.figshare.5047666), 33..78 L*, smoothed by hand; beyond them both fall evenly toward black and white.
# A model of melanin alone turns purple in dark tones, where these stay near 50 degrees of hue.
LOCUS = (
    (8.0, 2.4, 2.5),
    (20.0, 5.4, 6.0),
    (28.0, 7.5, 8.6),
    (33.4, 8.8, 10.4),
    (39.0, 9.7, 13.2),
    (45.0, 10.7, 16.6),
    (51.0, 12.2, 18.8),
    (57.0, 13.5, 18.6),
    (62.0, 13.0, 16.0),
    (67.0, 12.0, 12.9),
    (71.0, 10.8, 10.6),
    (75.0, 9.6, 9.2),
    (80.0, 7.3, 7.6),
    (86.0, 5.0, 5.6),
    (92.0, 2.5, 3.4),
)
# Typology angle asked for by each Monk tone, degrees. Tones 5 to 8 are the angles of E. Monk's published swatches
# (skintone.google, 2022); those of 1-4, 9 and 10 (83, 80, 72, 65, -78, -84) lie outside lit faces and are
# drawn into the range of photographed ones, in their order.
MONK = (76.0, 72.0, 67.0, 61.0, 50.0, 11.0, -20.0, -52.0, -61.0, -68.0)
# Density up to which a difference counts as personal, the share of it that is lost far along, and how many L* away that
# is (chosen by looking): yellowish skin would else turn green when lightened.
_PERSONAL, _FORGOTTEN, _FAR = 0.16, 0.7, 18.0
# Degrees of hue up to which a face differs from the locus by itself (nine of ten London faces, all in one light, lie
# within 11 to 12), and the share of that which is lost far lighter: hue spreads by 7 degrees (robust) over London faces
# of one lightness and by 8 over 279 portraits in as many lights, so of a difference within persons' spread half, or
# more, is the person's, and says little about skin of another tone.
_OWN_HUE, _HUE_LOST = 12.0, 0.5
# Chroma over that of real skin as light: in one studio's light 1.0 at every tone, in 279 portraits by other cameras 1.5
# to 1.8 at every tone (our own medians over seven classes), so it is the camera's contrast and stays. No less and no
# more than this counts, and toward dark this share of it is kept: 1.6 at 20 to 41 degrees of ITA, 1.5 to 1.6 below.
_SATURATION, _SATURATED = (0.5, 1.6), 0.9
# Less than that of real skin is no camera's but the person's: in London's one light chroma over real skin's varies by
# 0.12 to 0.15 (one in ten below 0.84 to 0.91) on light faces, by 0.07 on dark ones, so of pallor this share stays.
_PALE = 0.5
# Exponent over one of the channels' ratios for each unit of chroma over one (slope of that for the locus, 30..70 L*).
_STEEP = 0.92
# Share of the difference between cheeks and the rest of the face (blush above all) that is lost far along: cheeks are
# 4 to 5 degrees redder than the whole face on light faces, 1 to 2 on dark ones (``stages/shades``), and hue spreads
# over dark London faces by 2 degrees, over light ones by 7.
_BLUSH_LOST = 0.8
# Degrees of hue by which dark skin may be yellower than that of real faces before it looks olive, and the share of what
# is above that stays far along (chosen by looking at portraits in warm light).
_OLIVE, _OLIVE_KEPT = 4.0, 0.3
# Lightness beyond which highlights and pores would clip.
_LIGHTEST = 81.0
# Lightness searched for a target, and the finest step of it.
_LIGHTNESS = np.linspace(8.0, 92.0, 841)


def expected(lightness: Tensor) -> Tensor:
    """Return the CIELAB ``(B, 3)`` of real skin of this ``lightness`` ``(B,)``."""
    table = np.asarray(LOCUS)
    level = lightness.double().cpu().numpy()
    columns = [level.clip(table[0, 0], table[-1, 0]), *(np.interp(level, table[:, 0], table[:, k]) for k in (1, 2))]
    return torch.from_numpy(np.stack(columns, axis=1)).to(lightness)


def monk_ita(tone: Tensor) -> Tensor:
    """Return the typology angle ``(B,)``, degrees, of Monk tones ``(B,)``, 1..10; between tones linearly."""
    angle = np.interp(tone.double().cpu().numpy(), np.arange(1, 11), MONK)
    return torch.from_numpy(angle).to(tone)


def along(
    tone: Tensor, kept: float = 1.0, whole: Tensor | None = None, *, lighter: bool = False
) -> NDArray[np.float64]:
    """Return the CIELAB ``(N, 3)`` of one face's cheeks at each lightness of real skin, dark to light.

    How the face differs from the locus now (its light, its camera, its blood) is kept as a constant optical density.
    Far along, persons differ in other ways than here: of what lies within the spread of persons, less is kept.

    Args:
        tone: CIELAB of the cheeks now ``(3,)``.
        kept: Share of that density which stays, 0..1.
        whole: CIELAB of the whole face's skin now ``(3,)``; that of the cheeks unless given. Toward dark it follows
            the locus while pinker cheeks stay pinker. Toward light the cheeks do, and what only they have of a hue is
            a blush, which stays.
        lighter: Which way it goes; the other half of the path then means nothing.
    """
    rest = tone if whole is None else whole
    cheeks, face = (lab.double()[None].cpu() for lab in (tone, rest))
    now = cheeks if lighter else face
    blush = _density(now, cheeks)
    level = torch.from_numpy(_LIGHTNESS)
    way = ((level - now[0, 0]).abs() / _FAR).clamp(max=1)[:, None]
    own = _density(expected(now[:, 0]) if lighter else _shown(now[:, 0], _contrast(now)), now)
    own = own - own.clamp(-_PERSONAL, _PERSONAL) * (_FORGOTTEN * way)
    own = own * torch.lerp(torch.ones_like(way), torch.full_like(way, kept), way)
    own = own + blush * (1 - _BLUSH_LOST * way)
    if lighter:
        real, light = _real()
    else:
        more = _contrast(cheeks) - 1
        real = _shown(level, 1 + (_SATURATED if float(more) > 0 else _PALE) * kept * more)
        light = lab_to_linear(real).clamp(min=1e-5)
    path = linear_to_lab(light * torch.exp(own))
    own_hue = torch.stack([hue_difference(lab, expected(lab[:, 0]))[0] for lab in (face, cheeks)])
    return np.asarray(_turned_back(path, real, way[:, 0] * torch.sign(level - now[0, 0]), own_hue).numpy())


@cache
def _real() -> tuple[Tensor, Tensor]:
    """Real skin at every lightness that is searched ``(N, 3)``: CIELAB, and linear sRGB. Neither may be changed."""
    lab = expected(torch.from_numpy(_LIGHTNESS))
    return lab, lab_to_linear(lab).clamp(min=1e-5)


def _density(first: Tensor, second: Tensor) -> Tensor:
    """Logarithm of the linear colour ``(N, 3)`` of the ``second`` of two CIELAB colours over that of the ``first``."""
    return torch.log(lab_to_linear(second).clamp(min=1e-4) / lab_to_linear(first).clamp(min=1e-4))


def _contrast(tone: Tensor) -> Tensor:
    """Chroma of a tone ``(1, 3)`` as a multiple of real skin's as light ``(1,)``: how steep the camera's curves are."""
    real = expected(tone[:, 0])
    return (torch.hypot(tone[:, 1], tone[:, 2]) / torch.hypot(real[:, 1], real[:, 2])).clamp(*_SATURATION)


def _shown(level: Tensor, contrast: Tensor) -> Tensor:
    """Return the CIELAB ``(N, 3)`` of real skin at levels of lightness ``(N,)``, as a camera of a contrast shows it.

    Curves of the three channels that are steeper than light make colours more saturated and, of dark skin, redder.
    """
    real = lab_to_linear(expected(level)).clamp(min=1e-5)
    steep = real ** (1 + _STEEP * (contrast - 1))
    return linear_to_lab(steep * (luminance(real) / luminance(steep)))


def _turned_back(path: Tensor, real: Tensor, way: Tensor, own: Tensor) -> Tensor:
    """Turn the hue of colours ``(N, 3)`` toward that of ``real`` skin ``(N, 3)``; lightness and chroma stay.

    Toward light half of what may be the person's own gives way: in optical density alone, a tint that is faint on tan
    skin turns pale skin, which has less colour of its own, yellow or lilac. Toward dark most of what looks olive does.

    Args:
        path: Colours at each lightness.
        real: Those of real skin there.
        way: How far along ``(N,)``, from -1, far darker, to 1, far lighter.
        own: By how much the hues of the whole face and of its cheeks are off ``(2,)``, radians: no more than the first
            is a tint, the rest a blush, and far lighter cheeks are no farther off than now.
    """
    chroma, off = torch.hypot(path[:, 1], path[:, 2]), hue_difference(path, real)
    (face, cheeks), lighter = own.abs(), way.clamp(min=0)
    off = torch.lerp(off, torch.maximum(torch.minimum(off, cheeks), -cheeks), lighter)
    most = face.clamp(max=math.radians(_OWN_HUE))
    tint = torch.minimum(off.abs(), most) * torch.sign(off) * (off * own[0] > 0)
    off = off - _HUE_LOST * lighter * tint
    off = off - (1 - _OLIVE_KEPT) * (-way).clamp(min=0) * (off - math.radians(_OLIVE)).clamp(min=0)
    turned = torch.atan2(real[:, 2], real[:, 1]) + off
    return torch.stack([path[:, 0], chroma * torch.cos(turned), chroma * torch.sin(turned)], dim=1)


def at_ita(tone: Tensor, ita: float, whole: Tensor | None = None) -> Tensor:
    """Return the CIELAB ``(3,)`` of the face whose cheeks are ``tone`` ``(3,)``, at another typology angle, degrees.

    In warm light a pale tone would need more lightness than the picture has: there the light's colour gives way. Toward
    dark the skin of the `whole` face follows real colours: were it the cheeks alone, the jaw of a blushing face would
    turn green. Toward light the cheeks do, but their blush stays.
    """
    rest = None if whole is None else tuple(whole.tolist())
    return torch.tensor(_at_ita(tuple(tone.tolist()), float(ita), rest), dtype=torch.float64).to(tone)


@lru_cache(maxsize=256)  # an edit asks for the same when it weighs whether to decline, and when it draws
def _at_ita(now: tuple[float, ...], ita: float, rest: tuple[float, ...] | None) -> list[float]:
    lighter = ita >= math.degrees(math.atan2(now[0] - 50, now[2]))
    for kept in np.linspace(1.0, 0.0, 11):
        path = _along(now, rest, float(kept), lighter=lighter)
        angle = np.maximum.accumulate(np.degrees(np.arctan2(path[:, 0] - 50, path[:, 2])))
        found = _interpolated(path, angle, ita)
        if float(found[0]) <= max(_LIGHTEST, now[0]):
            break
    return [float(part) for part in found]


@lru_cache(maxsize=64)  # it does not depend on what is asked: all variants of a face follow it
def _along(
    now: tuple[float, ...], rest: tuple[float, ...] | None, kept: float, *, lighter: bool
) -> NDArray[np.float64]:
    """`along` a tone told in numbers; the result must not be changed."""
    whole = None if rest is None else torch.tensor(rest, dtype=torch.float64)
    return along(torch.tensor(now, dtype=torch.float64), kept, whole, lighter=lighter)


def at_lightness(tone: Tensor, lightness: float, whole: Tensor | None = None) -> Tensor:
    """Return the CIELAB ``(3,)`` of the face whose cheeks are ``tone`` ``(3,)``, at another lightness.

    Toward dark the skin of the `whole` face follows real colours, as for `at_ita`.
    """
    rest = None if whole is None else tuple(whole.tolist())
    path = _along(tuple(tone.tolist()), rest, 1.0, lighter=lightness >= float(tone[0]))
    return _interpolated(path, path[:, 0], lightness).to(tone)


def at_lightness_and_hue(lightness: float, hue: float, like: Tensor) -> Tensor:
    """Return the CIELAB ``(3,)`` of that lightness and hue (degrees), with the chroma that real skin has there."""
    real = expected(torch.tensor([lightness], dtype=torch.float64))[0]
    chroma = torch.hypot(real[1], real[2])
    turn = torch.deg2rad(torch.tensor(hue, dtype=torch.float64))
    return torch.stack([real[0], chroma * torch.cos(turn), chroma * torch.sin(turn)]).to(like)


def _interpolated(path: NDArray[np.float64], key: NDArray[np.float64], value: float) -> Tensor:
    return torch.from_numpy(np.array([np.interp(value, key, path[:, k]) for k in range(3)]))
