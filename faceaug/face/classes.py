"""Skin, hair or anything else: what each pixel of the person is, by its colour, its place on the head, its neighbours.

The colours of the three are learnt anew on each photograph, in turns with the classes themselves (expectation and
maximisation), so no tone and no cut of clothes is assumed. What is known beforehand is how often each of them lies at
a place on the head: an atlas, averaged over photographs by ``tools/make_head_atlas.py``.

Source:
    Histograms of colour with an atlas as prior and neighbours that agree: K. Van Leemput et al., "Automated
    model-based tissue classification of MR images of the brain", IEEE Transactions on Medical Imaging 18, 1999.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import torch
from safetensors.torch import load
from torch import Tensor

from faceaug.face.colours import COUNT, bins, frequencies
from faceaug.face.flanks import crown, flanks_of, zone
from faceaug.face.throat import bare_shoulders, bleached, neck_colour
from faceaug.face.typical import Typical, typical_of
from faceaug.image.filter import enlarge, gaussian, reduce
from faceaug.image.picked import median
from faceaug.image.shade import smooth_step
from faceaug.image.warp import sampled

SKIN, HAIR, OTHER = range(3)
"""The classes, in their order along the first axis."""

ATLAS_X, ATLAS_Y, ATLAS_STEP = (-136.0, 136.0), (-264.0, 144.0), 8.0
"""The atlas's columns and rows on the mean face, mm to the right and up, and the distance between them."""

# Pixels a millimetre, about, of the picture on which colours are learnt.
_LEARNT_AT = 0.4
# Core skin on the mean face, where hair hardly ever grows; a strip of hair above; and where clothes lie, mm.
_CORE_X, _CORE_LOW, _CORE_HIGH = 48.0, -42.0, 40.0
_HAIR_X, _HAIR_LOW = 70.0, 82.0
_CLOTH_X, _CLOTH_HIGH = 70.0, -150.0
# Log odds in favour of skin below the chin that the neck tells.
_TOLD_ODDS = 5.0
# Pixels that are enough to teach a colour, and how often the core itself counts.
_FEWEST, _CORE_WEIGHT = 40.0, 2.0
# Squared distances from the face's skin between which a colour is less and less like it.
_LIKE = (3.0, 9.0)
# And those from which skin elsewhere (a neck in shade, a shoulder in the light) teaches less and less.
_STRANGE = (6.0, 16.0)
# Share of the skin's model that comes from the core's spread, not from counting; of hair and of anything else, that may
# have any colour. A class has any colour with the frequency of this many bins over all. The least frequency of skin's.
_BROAD, _HAIR_ANY, _OTHER_ANY, _ANY, _SKIN_ANY = 0.2, 0.15, 0.8, 6.0, 0.002
_ROUNDS = 2  # of learning
# How far the atlas is trusted: its power, and the least chance it gives to any class outside and inside the face
# (fringes are rarer there than they are long).
_TRUST, _LEAST_OUT, _LEAST_IN = 0.8, 0.005, 0.3
# The throat lies in the shade of the chin, as dark as hair: odds in favour of skin there (mm outward and up).
_THROAT_ODDS, _THROAT_X, _THROAT_Y = 4.0, (30.0, 48.0), (-135.0, -122.0, -108.0, -98.0)
# The middle of the face is skin, however deep a fold is: odds in favour, in the dark of a beard less (mm out and up).
_MIDDLE_ODDS, _MIDDLE_X, _MIDDLE_Y = 5.0, (30.0, 62.0), (-75.0, -35.0, 12.0, 26.0)
# Ears end 104 mm from the middle: what is farther out, above the shoulders, is hardly ever skin (mm out and up).
_FAR_ODDS, _FAR_X, _FAR_Y = 6.0, (104.0, 118.0), (-75.0, -55.0)
# Neighbours within this distance (mm) agree in this many rounds: their share of a class, to the power 1.5, counts.
_NEAR_MM, _AGREE_ROUNDS = 1.2, 2
_LEAST_REACH = 0.3  # pixels; less is no neighbour
# Hair is rough (detail below 1.5 mm, blurred over as much, log): least spread of it within skin and hair, the largest
# log odds that it gives for hair, and how far those are trusted.
_DETAIL_MM, _EVEN, _ROUGH_MOST, _ROUGH_TRUST = 1.5, 0.35, 4.0, 0.5
# A bald crown: share of the strip that is like skin in shade; its roughness (detail below 1.5 mm) times its darkness,
# over those of the face; and how much less red it may be than the face (grey and fair hair is, by 9 per cent and more,
# as `unshaded` has it; seen on 40 heads). Log odds that pass from hair to skin there; squared distance that is alike.
_BALD_SHARE, _BALD_ROUGH, _BALD_RED = (0.45, 0.65), (1.85, 2.1), (-8.0, -4.5)
_BALD_ODDS, _ALIKE = 3.0, 6.0


@dataclass(frozen=True)
class Head:
    """Maps of one head, all of one size ``(h, w)``; also what `reduced` makes of them.

    Attributes:
        colour: `unshaded` colours ``(3, h, w)``.
        position: Place on the mean face ``(3, h, w)``, mm.
        face: Coverage of the face's outline.
        person: Matte.
        features: Lips, eyes, brows and mouth.
        scale: Pixels per millimetre.
    """

    colour: Tensor
    position: Tensor
    face: Tensor
    person: Tensor
    features: Tensor
    scale: float

    def reduced(self, factor: int) -> Head:
        """Return the head at a smaller size."""
        if factor == 1:
            return self
        maps = [self.colour, self.position, self.face[None], self.person[None], self.features[None]]
        small = reduce(torch.cat(maps)[None], factor)[0]
        return Head(small[:3], small[3:6], small[6], small[7], small[8], self.scale / factor)


@torch.inference_mode()
def find_classes(head: Head) -> Tensor:
    """Return the probability of skin, hair and anything else ``(3, h, w)``; they sum to 1 everywhere.

    The wall has a class too, which means nothing. Eyes, brows, lips and mouth count as what is around them.
    """
    small = head.reduced(max(1, round(head.scale / _LEARNT_AT)))
    core, strip, cloth = _places(small)
    typical = typical_of(small.colour.flatten(1), core.flatten(), _FEWEST)
    far = typical.distance(small.colour)
    unlike = ((far - _LIKE[0]) / (_LIKE[1] - _LIKE[0])).clamp(0, 1)
    learnable = 1 - smooth_step(*_STRANGE, far)
    prior, rough, fine, bald = _prior(small), torch.zeros_like(far), _detail(small), 0.0
    if int(strip.sum()) >= _FEWEST and int(core.sum()) >= _FEWEST:
        rough = _roughness(fine, small.scale, core, strip)
        bald = _baldness(small, fine, typical, core, strip)
        bare = bald * _BALD_ODDS * crown(small)
        prior[SKIN] += bare
        prior[HAIR] -= bare
    flanks = flanks_of(small, typical, fine, bald)
    as_skin, as_hair = flanks.taught()
    bared = _told_by_neck(small, typical, cloth)
    learnable = torch.maximum(torch.maximum(learnable, as_skin), bared)
    prior[SKIN] += _TOLD_ODDS * bared
    prior[HAIR] += _ROUGH_TRUST * rough - flanks.against_hair(_ROUGH_TRUST * rough)
    unlike = torch.maximum(unlike, torch.tanh(rough.clamp(min=0)))
    index = bins(small.colour)
    weight = small.person * (1 - small.features)
    of_skin = core * (1 - unlike)
    counted = torch.stack([of_skin, strip * unlike, cloth * unlike * (1 - bared)])
    broad = typical.frequencies()
    for _ in range(_ROUNDS):
        tables = _models(index, counted, broad)
        odds = _of_bins(tables, index, flanks.tables, flanks.places)
        found = _settled(odds + prior, small.person, small.scale)
        counted = found * weight
        counted[HAIR] *= as_hair
        counted[OTHER] *= 1 - bared
        counted[SKIN] = counted[SKIN] * learnable + _CORE_WEIGHT * of_skin
    tables = _models(index, counted, broad)
    size = (head.face.shape[0], head.face.shape[1])
    whole = enlarge(torch.cat([prior, flanks.places])[None], size, round(head.scale / small.scale))[0]
    index = index if small is head else bins(head.colour)
    odds = _of_bins(tables, index, flanks.tables, whole[3:])
    return _settled(odds + whole[:3], head.person, head.scale)


def _places(head: Head) -> tuple[Tensor, Tensor, Tensor]:
    """Where only skin, mostly hair, and mostly clothes are ``(h, w)``, bool."""
    out, y = head.position[0].abs(), head.position[1]
    core = (head.face > 0.9) & (head.features < 0.05) & (out < _CORE_X) & (y > _CORE_LOW) & (y < _CORE_HIGH)
    sure = head.person > 0.9
    strip = sure & (head.face < 0.05) & (y > _HAIR_LOW) & (out < _HAIR_X)
    return core, strip, sure & (out > _CLOTH_X) & (y < _CLOTH_HIGH)


def _told_by_neck(head: Head, typical: Typical, cloth: Tensor) -> Tensor:
    """How far pixels below the chin are skin that the neck tells ``(h, w)``, 0..1."""
    neck = neck_colour(head, typical)
    if neck is None:
        return torch.zeros_like(head.face)
    return torch.maximum(bare_shoulders(head, neck, cloth), bleached(head, neck, cloth))


def _prior(head: Head) -> Tensor:
    """Log odds of the three classes before one looks at colours ``(3, h, w)``."""
    x, y = head.position[0], head.position[1]
    outside, inside = (_looked_up(part, x, y) for part in atlas(x.device))
    prior = _TRUST * torch.lerp(outside, inside, head.face)
    prior[SKIN] += _THROAT_ODDS * zone(x, y, _THROAT_X, _THROAT_Y)
    prior[SKIN] += _MIDDLE_ODDS * zone(x, y, _MIDDLE_X, _MIDDLE_Y) * head.face
    prior[SKIN] -= _FAR_ODDS * smooth_step(*_FAR_X, x.abs()) * smooth_step(*_FAR_Y, y)
    return prior


@cache
def atlas(device: torch.device) -> Tensor:
    """Return the log of how often each class lies outside and inside the face ``(2, 3, rows, columns)``, kept."""
    shares = load((files("faceaug") / "weights" / "head_atlas.safetensors").read_bytes())["shares"].to(device)
    least = shares.new_tensor([_LEAST_OUT, _LEAST_IN])[:, None, None, None]
    return torch.log(torch.maximum(shares, least))


def _looked_up(part: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """The atlas ``(3, rows, columns)`` at places on the mean face ``(h, w)``."""
    place = torch.stack([(x - ATLAS_X[0]) / ATLAS_STEP + 0.5, (y - ATLAS_Y[0]) / ATLAS_STEP + 0.5])
    return sampled(part[None], place[None])[0]


def _detail(head: Head) -> Tensor:
    """Lightness less what is broader than a millimetre or two ``(h, w)``, as a share of it."""
    lightness = head.colour[0]
    return (lightness - gaussian(lightness[None, None], _DETAIL_MM * head.scale)[0, 0]) / (lightness + 16)


def _baldness(head: Head, fine: Tensor, typical: Typical, core: Tensor, strip: Tensor) -> float:
    """How surely the crown is bare, 0..1: where hair would be it is of the face's colour in shade, and as smooth."""
    rough = median(fine[strip].abs_()) / median(fine[core].abs_()).clamp(min=1e-4)
    darker = (median(head.colour[0][core]) + 16) / (median(head.colour[0][strip]) + 16)
    like = (typical.shaded(head.colour[:, strip]) < _ALIKE).to(fine).mean()
    redder = median(head.colour[1][strip]) - median(head.colour[1][core])
    smooth = 1 - smooth_step(*_BALD_ROUGH, rough * darker)
    return float(smooth_step(*_BALD_SHARE, like) * smooth * smooth_step(*_BALD_RED, redder))


def _roughness(fine: Tensor, scale: float, core: Tensor, strip: Tensor) -> Tensor:
    """Log odds of hair against skin by fine detail ``(h, w)``, as far as this head's hair is rougher than its face."""
    detail = 0.5 * torch.log(gaussian((fine * fine)[None, None], _DETAIL_MM * scale)[0, 0].clamp(min=1e-7))
    (smooth, even), (rough, uneven) = (
        (float(part.mean()), max(float(part.std()), _EVEN)) for part in (detail[core], detail[strip])
    )
    if rough <= smooth:
        return torch.zeros_like(fine)
    odds = 0.5 * ((detail - smooth) / even) ** 2 - 0.5 * ((detail - rough) / uneven) ** 2 + math.log(even / uneven)
    return odds.clamp(-_ROUGH_MOST, _ROUGH_MOST)


def _models(index: Tensor, counted: Tensor, broad: Tensor) -> Tensor:
    """Log frequency of every bin in each class ``(3, COUNT)``, from the pixels ``(3, h, w)`` that count so far."""
    enough = (counted.flatten(1).sum(dim=1, keepdim=True) >= _FEWEST).to(counted)
    known = frequencies(index.flatten(), counted.flatten(1)) * enough
    anything = _ANY / COUNT
    any_colour = known.new_tensor([_BROAD, _HAIR_ANY, _OTHER_ANY])[:, None]
    mixed = (1 - any_colour) * known
    mixed[SKIN] += _BROAD * broad + _SKIN_ANY * anything
    mixed[HAIR:] += any_colour[HAIR:] * anything
    return torch.log(mixed + 1e-12)


def _of_bins(tables: Tensor, index: Tensor, more: Tensor, places: Tensor) -> Tensor:
    """What tables of log frequencies ``(3, COUNT)`` say of pixels in these bins ``(h, w)``: ``(3, h, w)``.

    Where shares ``(K, h, w)`` of the skin look otherwise, as in ``more`` tables of frequencies ``(K, COUNT)``.
    """
    size, flat = index.shape, index.flatten()
    odds = tables.index_select(1, flat).reshape(len(tables), *size)
    other = (more.index_select(1, flat).reshape(len(more), *size) * places).sum(dim=0)
    odds[SKIN] = odds[SKIN].exp_().add_(other).log_()
    return odds


def _settled(odds: Tensor, person: Tensor, scale: float) -> Tensor:
    """The classes ``(3, h, w)`` by these log odds, once neighbours agree; the wall has no say."""
    own = found = torch.softmax(odds, dim=0)
    reach = _NEAR_MM * scale
    if reach < _LEAST_REACH:
        return found
    weight = person.clamp(min=0.02)[None, None]
    around = gaussian(weight, reach)
    for _ in range(_AGREE_ROUNDS):
        near = (gaussian(found[None] * weight, reach) / around)[0].clamp_(min=1e-3)
        found = near.sqrt().mul_(near).mul_(own)
        found /= found.sum(dim=0)
    return found
