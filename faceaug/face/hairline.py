"""Where bare skin passes into hair: each pixel's own share of skin, by where its light lies between the two.

Hair grows thin over some millimetres. Classes end somewhere in between, and what they call skin there is darker than
skin, what they call hair is lighter than hair: along the hairline of a face made dark a rim would go, as of a mask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.image.color import luminance
from faceaug.image.filter import coarseness, enlarge, fill_outside, gaussian, reduce, smallest
from faceaug.image.shade import smooth_step

if TYPE_CHECKING:
    from faceaug.face.classes import Head

# Half of the width over which hair grows thin, mm; so many mm from the other, skin and hair are each alone.
_PASSAGE_MM, _ALONE_MM = 2.0, 3.0
# Shares of skin, and of hair, around a pixel that is nothing else; and of hair around one that may be a mixture.
_SURE_SKIN, _SURE_HAIR, _NO_SKIN, _BESIDE = (0.8, 0.95), (0.8, 0.95), (0.01, 0.1), (0.02, 0.2)
# Natural logarithm of the ratio of luminance between skin and hair from which a pixel's own tells its share.
_CONTRAST = (0.4, 0.8)
# Heights on the mean face between which hair begins to grow thin, mm: lower down jaw and neck end before hair behind
# them, at an edge, and are in shade there.
_LOWEST = (-35.0, -15.0)
# What a pixel says itself, over what it says with those beside it: by itself alone strands and pores would vanish, with
# those beside it alone they would be as rough on dark skin as on light (looked at on four heads).
_ALONE = 0.6
# Hair is as dark as it is anywhere so many mm around, over so many mm: roots lie in the shade of the hair above, and if
# hair were told by its gloss, roots with skin between them would be hair alone, a pale band beside a face made dark.
_ROOTS_MM, _STRAND_MM = 3.0, 0.5


def thinned(share: Tensor, hair: Tensor, settled: Tensor, linear: Tensor, head: Head) -> Tensor:
    """Settle the share of bare skin where it passes into darker hair ``(1, 1, h, w)``, 0..1.

    Args:
        share: Share of bare skin found so far ``(1, 1, h, w)``.
        hair: Probability of hair ``(1, 1, h / factor, w / factor)``.
        settled: What is neither or is known already (eyes, lips, brows), of the same size.
        linear: Colours of the person ``(1, 3, h, w)``, linear.
        head: What the classes were found by.
    """
    size = (share.shape[-2], share.shape[-1])
    factor, free = coarseness(size), 1 - settled
    hair, skin, bright = hair * head.person, reduce(share, factor), luminance(reduce(linear, factor))
    near, around = gaussian(skin, _PASSAGE_MM * head.scale), gaussian(skin, _ALONE_MM * head.scale)
    bare = smooth_step(*_SURE_SKIN, around) * skin * free
    strands = smooth_step(*_SURE_HAIR, hair) * (1 - smooth_step(*_NO_SKIN, around))
    ours, theirs = (fill_outside(bright, sure, 5).clamp(min=1e-3) for sure in (bare, strands))
    roots = smallest(gaussian(bright, _STRAND_MM * head.scale), round(_ROOTS_MM * head.scale))
    theirs = torch.minimum(theirs, roots.clamp(min=1e-3))
    trust = (4 * near * (1 - near)).clamp(0, 1).sqrt() * smooth_step(*_CONTRAST, torch.log(ours / theirs))
    trust = trust * smooth_step(*_BESIDE, gaussian(hair, _PASSAGE_MM * head.scale))
    trust = trust * free * smooth_step(*_LOWEST, head.position[None, 1:2])
    planes = torch.cat([ours, theirs, _between(bright, ours, theirs), trust], dim=1)
    ours, theirs, beside, trust = enlarge(planes, size, factor).chunk(4, dim=1)
    own = torch.lerp(beside, _between(luminance(linear), ours, theirs), _ALONE)
    return torch.lerp(share, own, trust.clamp(0, 1))


def _between(bright: Tensor, skin: Tensor, hair: Tensor) -> Tensor:
    """Where a luminance lies between that of hair (0) and that of skin (1)."""
    return ((bright - hair) / (skin - hair).clamp(min=1e-4)).clamp(0, 1)
