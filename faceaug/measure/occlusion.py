"""What hides parts of the face: hair, beard, lenses, hands, shade so deep that no skin shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from faceaug.measure.reading import number, word

if TYPE_CHECKING:
    from faceaug.data.attributes import Value
    from faceaug.face.decomposition import Decomposition

# Parts of the mean face, mm: |x| between, y between.
_PARTS = {
    "forehead": (0.0, 45.0, 26.0, 60.0),
    "eyes": (10.0, 50.0, -16.0, 12.0),
    "cheeks": (20.0, 60.0, -62.0, -16.0),
    "mouth": (0.0, 30.0, -104.0, -46.0),
}
# Share of a part that has to be hidden before it is named, and pixels that a part must have.
COVERED: Final = 0.4
_FEWEST = 12
# Skin is known by the colour of the middle of the face, so a mask that covers it passes for skin: with so little skin
# on the cheeks, or without colour, nothing is counted; and at best it is told by colour alone.
_SURE, _GREY, _SURE_TO, _LOST_AT, _BARE = 0.65, 0.2, 30.0, 60.0, 0.15


def measure_occlusion(face: Decomposition) -> dict[str, Value]:
    """Measure the share of the face that something hides, and name the part that is hidden most."""
    every = max(1, int(face.pose.scale[0] * 1.5))
    part = (0, 0, slice(None, None, every), slice(None, None, every))
    regions = face.regions
    features = (regions.lips[part] + regions.eyes[part] + regions.brows[part] + regions.mouth[part]).clamp(max=1.0)
    own = (face.surface.face[part] > 0.9) & (features < 0.1)
    if int(own.sum()) < _FEWEST:
        return {}
    hidden = (1 - regions.skin[part] / (1 - features).clamp(min=0.1)).clamp(0, 1)
    x, y = face.surface.position[0, 0][part[2:]].abs(), face.surface.position[0, 1][part[2:]]
    shares = {"none": COVERED}
    for name, (near, far, low, high) in _PARTS.items():
        chosen = own & (x >= near) & (x < far) & (y > low) & (y < high)
        if int(chosen.sum()) >= _FEWEST:
            shares[name] = float(hidden[chosen].mean())
    reliability, note = _reliability(face)
    return {
        "occlusion": number(float(hidden[own].mean()), reliability, digits=3, spread=0.08, note=note),
        "covered_part": word(max(shares, key=lambda name: shares[name]), reliability, note=note),
    }


def _reliability(face: Decomposition) -> tuple[float, str]:
    turned = min(max((abs(float(face.pose.angles[0, 0])) - _SURE_TO) / (_LOST_AT - _SURE_TO), 0.0), 1.0)
    if bool(face.grey[0]):
        return _GREY, "without colour, skin is told by its brightness alone"
    if float(face.skin.reliable[0]) < _BARE:
        return _GREY, "too little skin shows to know its colour"
    return _SURE * float(face.presence[0]) * (1 - turned), "half of the face is turned away" if turned > 0 else ""
