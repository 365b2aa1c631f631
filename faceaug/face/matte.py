"""How much of every pixel is person: a network's coarse matte, sharpened along the photograph's own edges.

The network (MediaPipe's selfie segmentation, 256 x 256) knows where the person is; hair and shoulders come from a
guided filter with a colour guide (He, Sun & Tang, "Guided Image Filtering", 2010), computed on a small copy and applied
at full size (He & Sun, "Fast Guided Filter", 2015).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch

from faceaug.face.landmarks import Landmarks
from faceaug.face.networks import load
from faceaug.face.region import Pixels, Plane, Region, crop
from faceaug.face.shoulders import with_shoulders

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE = 256
"""Pixels along the network's square input."""

HEAD_AND_SHOULDERS = 4.0
"""Side of the square around a small face, over the long side of its points' box."""

SMALL = 0.8
"""A face is small if that square is smaller than this fraction of the photograph's long side."""

RADIUS = 6 / 256
"""Half width of the guided filter's window over the square's side: about the error of the network's outline."""

EPSILON = 1e-4
"""Variance (sRGB 0..1, squared) below which the guide counts as flat: a contrast of 0.01, fine strands of hair."""

GUIDE = 256
"""Long side of the copy on which the filter's coefficients are found; finer ones did not change what is seen."""

FLOOR = 0.04
"""Haze and gaps of this much are clipped away on both ends."""

HOLE = 0.005
"""Gaps smaller than this fraction of the square are errors; larger ones may be the view under an arm."""

HOLE_LEVELS = (0.5, 0.8, 0.95)
"""A gap is what lies below such a value of the matte and is surrounded by what lies above it."""

SKIN, AROUND = (1.21, 0.93, 0.72), (1.03, 0.99, 0.95)
"""What the face of a grey photograph, and what is around it, are multiplied by before the network sees them, which
learnt from photographs in colour. Of 21 grey portraits 9 % of pixels then are neither person nor wall (before 11.6),
in the worst 21 % (29); of 44 others made grey the matte errs by 0.0118 (0.0123), in a tenth by 0.019 or more (0.024).
"""

SKIN_EDGE = 12 / 256
"""Softness of the edge between both, standard deviation over the square's side."""

FEATHER = 0.1
"""Width over which a small face's own matte goes over into that of the whole photograph, over the square's side."""


def person_matte(
    pixels: Pixels, landmarks: Landmarks | None = None, *, grey: bool = False, device: str = "cpu"
) -> Plane:
    """The fraction of every pixel that the person covers.

    Args:
        pixels: ``(H, W, 3)`` uint8 sRGB.
        landmarks: The face, which is person by definition and, where it is small, gets a closer look.
        grey: Whether the photograph has no colour.
        device: A torch device, as text.

    Returns:
        ``(H, W)`` float32, 0..1. Other people in the photograph count as person as well.
    """
    pixels = np.ascontiguousarray(pixels)
    high, wide = pixels.shape[:2]
    whole = Region(wide / 2, high / 2, float(max(high, wide)))
    matte = look(pixels, whole, landmarks, grey=grey, device=device)
    near = None if landmarks is None else close_up(landmarks, high, wide)
    if near is not None:
        x, y, side = round(near.x - near.side / 2), round(near.y - near.side / 2), round(near.side)
        rows, columns = slice(y, y + side), slice(x, x + side)
        there = Region(side / 2, side / 2, side)
        finer = look(pixels[rows, columns], there, moved(landmarks, x, y), grey=grey, device=device)
        weight = feather(high, wide, rows, columns, FEATHER * side)
        matte[rows, columns] += weight * (finer - matte[rows, columns])
    return matte


def close_up(landmarks: Landmarks, high: int, wide: int) -> Region | None:
    """The square inside the photograph around the head and shoulders of a small face; None where it is not small."""
    flat = landmarks.points[:, :2]
    low, top = flat.min(0), flat.max(0)
    side = HEAD_AND_SHOULDERS * float((top - low).max())
    if side >= SMALL * max(high, wide):
        return None
    side = float(min(round(side), high, wide))
    x, y = (low + top) / 2
    half = side / 2
    return Region(float(np.clip(x, half, wide - half)), float(np.clip(y + side * 0.05, half, high - half)), side)


def moved(landmarks: Landmarks | None, x: int, y: int) -> Landmarks | None:
    """The points as seen from a cut that starts at (x, y)."""
    if landmarks is None:
        return None
    points = landmarks.points - np.array([x, y, 0], np.float32)
    return Landmarks(points, landmarks.presence, landmarks.drift, landmarks.roll)


def feather(high: int, wide: int, rows: slice, columns: slice, width: float) -> Plane:
    """One inside a cut, falling to zero at those of its edges that are not edges of the photograph."""

    def ramp(span: slice, length: int) -> Plane:
        place = np.arange(span.start, span.stop, dtype=np.float32) + 0.5
        begin = np.inf if span.start <= 0 else place - span.start
        end = np.inf if span.stop >= length else span.stop - place
        return np.asarray(np.clip(np.minimum(begin, end) / width, 0, 1) * np.ones_like(place), np.float32)

    return np.asarray(np.minimum.outer(ramp(rows, high), ramp(columns, wide)), np.float32)


def look(pixels: Pixels, region: Region, landmarks: Landmarks | None, *, grey: bool, device: str) -> Plane:
    """The matte of a photograph from one look of the network at an upright square around all of it."""
    seen = crop(pixels, region, SIDE, border=cv2.BORDER_CONSTANT)
    corner = np.array([region.x, region.y]) - region.side / 2
    flat = None if landmarks is None else (landmarks.points[:, :2] - corner) * (SIDE / region.side)
    face = np.zeros((SIDE, SIDE), np.float32) if flat is None else face_inside(flat)
    with torch.inference_mode():
        shown = torch.from_numpy(seen if not grey else tinted(seen, face))
        picture = shown.to(device).permute(2, 0, 1)[None].float() / 255
        coarse = load("person", device)(picture)["activation_10"][0, 0].float().cpu().numpy()
    if flat is not None:
        middle = float(flat[:, 1].min() + flat[:, 1].max()) / 2
        coarse = with_shoulders(seen, np.maximum(coarse, face), inside(pixels, corner, region.side), middle)
    return refine(pixels, close_holes(coarse), corner, region.side)


def tinted(seen: Pixels, face: Plane) -> Pixels:
    """A grey picture ``(S, S, 3)`` in which the face ``(S, S)``, 0..1, has a colour of skin."""
    soft = cv2.GaussianBlur(face, (0, 0), SKIN_EDGE * len(face))[:, :, None]
    skin, around = (np.array(colour, np.float32) for colour in (SKIN, AROUND))
    return np.asarray(np.round(seen * (around + soft * (skin - around))).clip(0, 255), np.uint8)


def inside(pixels: Pixels, corner: NDArray[np.float64], side: float) -> NDArray[np.bool_]:
    """Where the network's square ``(SIDE, SIDE)`` lies in the photograph."""
    x, y = corner[:, None] + (np.arange(SIDE) + 0.5) * (side / SIDE)
    high, wide = pixels.shape[:2]
    return np.asarray(np.logical_and.outer((y > 0) & (y < high), (x > 0) & (x < wide)))


def face_inside(flat: NDArray[np.floating]) -> Plane:
    """The inside of the face's outline in network pixels, soft, a little smaller than the outline."""
    hull = cv2.convexHull(flat.astype(np.float32))[:, 0]
    centre = hull.mean(0)
    inner = np.round((centre + 0.85 * (hull - centre) - 0.5) * 16).astype(np.int32)
    mask = np.zeros((SIDE, SIDE), np.uint8)
    cv2.fillConvexPoly(mask, inner, 255, cv2.LINE_AA, 4)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 1.5), np.float32) * np.float32(1 / 255)


def close_holes(coarse: Plane) -> Plane:
    """Fill small gaps that the person surrounds, faint ones as well."""
    for level in HOLE_LEVELS:
        enclosed = _enclosed((coarse < level).view(np.uint8))
        left, top, wide, high = cv2.boundingRect(enclosed)
        if not high:
            continue
        part = slice(top - 1, top + high + 1), slice(left - 1, left + wide + 1)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(enclosed[part], connectivity=4)
        gap = stats[:, cv2.CC_STAT_AREA] < HOLE * SIDE * SIDE
        gap[0] = False
        filled = cv2.dilate(gap[labels].astype(np.uint8), np.ones((3, 3), np.uint8))
        coarse = coarse.copy()
        np.maximum(coarse[part], filled, out=coarse[part])
    return coarse


def _enclosed(low: Pixels) -> Pixels:
    """Those of a picture's ones ``(S, S)`` that zeros cut off from its border; none of them lies there."""
    rest = cv2.copyMakeBorder(low, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    cv2.floodFill(rest, None, (0, 0), 0, flags=4)
    return np.asarray(rest[1:-1, 1:-1], np.uint8)


def refine(pixels: Pixels, coarse: Plane, corner: NDArray[np.float64], side: float) -> Plane:
    """The coarse matte of a square, brought to the photograph's size and edges."""
    high, wide = pixels.shape[:2]
    shrink = min(1.0, GUIDE / max(high, wide))
    size = (max(round(wide * shrink), 1), max(round(high * shrink), 1))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.float32) * np.float32(1 / 255)
    scale = np.array([SIDE / side * wide / size[0], SIDE / side * high / size[1]])
    shift = (0.5 * scale - 0.5) - corner * (SIDE / side)
    matrix = np.array([[scale[0], 0, shift[0]], [0, scale[1], shift[1]]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    start = np.asarray(cv2.warpAffine(coarse, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32)
    planes = coefficients(small, start, max(round(RADIUS * side * size[0] / wide), 1))
    *slopes, made = (
        np.asarray(cv2.resize(plane, (wide, high), interpolation=cv2.INTER_LINEAR), np.float32) for plane in planes
    )
    for slope, guide in zip(slopes, cv2.split(pixels), strict=True):
        made += np.multiply(slope, guide * np.float32(1 / 255), out=slope)
    made -= FLOOR
    made /= 1 - 2 * FLOOR
    return np.asarray(np.clip(made, 0, 1, out=made), np.float32)


def coefficients(guide: Plane, matte: Plane, radius: int) -> tuple[Plane, Plane, Plane, Plane]:
    """The guided filter's planes ``(H, W)``: three slopes and an offset, so that matte = slopes . guide + offset."""

    def mean(plane: Plane) -> Plane:
        window = (2 * radius + 1, 2 * radius + 1)
        return np.asarray(cv2.boxFilter(plane, -1, window, borderType=cv2.BORDER_REFLECT_101), np.float32)

    red, green, blue = (np.ascontiguousarray(guide[:, :, channel]) for channel in range(3))
    r, g, b, m = mean(red), mean(green), mean(blue), mean(matte)
    mr, mg, mb = mean(matte * red) - m * r, mean(matte * green) - m * g, mean(matte * blue) - m * b
    rr, rg, rb = mean(red * red) - r * r + EPSILON, mean(red * green) - r * g, mean(red * blue) - r * b
    gg, gb, bb = mean(green * green) - g * g + EPSILON, mean(green * blue) - g * b, mean(blue * blue) - b * b + EPSILON
    irr, irg, irb = gg * bb - gb * gb, gb * rb - rg * bb, rg * gb - gg * rb
    igg, igb, ibb = rr * bb - rb * rb, rb * rg - rr * gb, rr * gg - rg * rg
    scale = 1 / np.maximum(irr * rr + irg * rg + irb * rb, 1e-20)
    ar = (irr * mr + irg * mg + irb * mb) * scale
    ag = (irg * mr + igg * mg + igb * mb) * scale
    ab = (irb * mr + igb * mg + ibb * mb) * scale
    return mean(ar), mean(ag), mean(ab), mean(m - ar * r - ag * g - ab * b)
