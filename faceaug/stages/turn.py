"""Stage: another head pose. Head and background are separate layers; everything is sampled from the photograph once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F

from faceaug.face.aim import aimed
from faceaug.face.decomposition import REGIONS, Decomposition, Regions
from faceaug.face.gaze import iris_shift, slid_eyes
from faceaug.face.geometry import fit_pose, head_triangles, head_vertices
from faceaug.face.light import source_shading
from faceaug.face.rotate import turned_points, turned_vertices
from faceaug.face.surface import find_surface, outline_coverage
from faceaug.image.filter import enlarge, fill_outside, gaussian, reduce, separable
from faceaug.image.raster import interpolate, triangle_ids
from faceaug.image.shade import smooth_step
from faceaug.image.warp import sampled

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.scene import Scene

# A pixel that moves less than this stays as it is, to the bit.
_STILL = 0.02
# From jumps of this many source pixels between neighbours on, an edge is softened, with these taps.
_JUMP, _EDGE = 3.0, (0.25, 0.5, 0.25)
# Where the photograph is drawn out to this many times its width or more, streaks show: they are blurred away, mm.
_DRAWN_OUT, _TORN, _STREAK_MM = 2.2, 4.5, 0.9
# Between these movements, in pixels, the layers of person and wall come apart; beside the face, within about this
# distance, slits of up to twice this width are closed.
_NEAR, _BESIDE_MM, _SLIT_MM = (0.5, 3.0), 8.0, 3.0
# The light on the turned skin is corrected at most by this factor either way.
_CORRECTION = 1.6


def turn(linear: Tensor, scene: Scene) -> tuple[Tensor, Scene]:
    """Turn the head.

    Args:
        linear: Window ``(B, 3, h, w)``, linear sRGB.
        scene: Its ``turn`` channel is used. The scene returned has the turned head as its source, so that every later
            stage sees skin, regions, normals and landmarks where they now are.
    """
    if scene.turn is None or torch.equal(scene.turn.angles, scene.source.pose.angles):
        return linear, scene
    source = scene.source
    size = (linear.shape[-2], linear.shape[-1])
    angles = aimed(source, linear, scene.turn.angles)
    corner = torch.tensor(source.corners, dtype=torch.float32, device=linear.device)
    place = _correspondence(source, angles, corner, size)
    points = turned_points(source.points, source.pose, angles)
    shift = iris_shift(source, angles) * scene.turn.gaze[:, None]
    if bool((shift != 0).any()):
        place, points = slid_eyes(place, points, corner, shift, float(source.pose.scale.mean()))
    moved = _moved(linear, scene, place, outline_coverage(points, corner, size))
    pose = fit_pose(points)
    person = moved.source.regions.person
    surface = find_surface(points, pose, corner, size, person)
    there = replace(moved.source, points=points, pose=pose, surface=surface)
    stays = ((person == source.regions.person) & (_distance(place, size) < _STILL)) | (
        person + source.regions.person == 0
    )
    picture = _relit(there.linear, there, sampled(source.surface.normal, place))
    picture = torch.lerp(picture, linear, stays.to(linear))
    turned = replace(moved, source=replace(there, linear=picture))
    return picture, turned.with_mask("pose", 1 - stays.to(linear))


def _correspondence(source: Decomposition, angles: Tensor, corner: Tensor, size: tuple[int, int]) -> Tensor:
    """Where in the window each pixel of the turned picture comes from ``(B, 2, h, w)``, pixels."""
    vertices, _ = head_vertices(source.points, source.pose, corner, size)
    target = turned_vertices(vertices, source.pose, corner, angles)
    triangles = torch.from_numpy(head_triangles()).to(vertices.device)
    return interpolate(triangle_ids(target, triangles, size), target, triangles, vertices[..., :2])


def _distance(place: Tensor, size: tuple[int, int]) -> Tensor:
    """How far each pixel's source lies from it ``(B, 1, h, w)``, pixels."""
    ys = torch.arange(size[0], device=place.device)[:, None] + 0.5
    xs = torch.arange(size[1], device=place.device)[None, :] + 0.5
    return torch.maximum((place[:, :1] - xs).abs(), (place[:, 1:] - ys).abs())


def _moved(linear: Tensor, scene: Scene, place: Tensor, face: Tensor) -> Scene:
    """The scene with every map moved, its picture composed over the filled wall; ``face`` covers the turned face."""
    source, regions = scene.source, scene.source.regions
    maps = {name: getattr(regions, name) for name in REGIONS} | {"specular": source.skin.specular}
    maps |= {f"mask {name}": mask for name, mask in scene.masks.items()}
    maps |= {name: getattr(scene, name) for name in ("pigment", "relief") if getattr(scene, name) is not None}
    moved_maps = sampled(torch.cat(list(maps.values()), dim=1), place)
    pieces = torch.split(moved_maps, [part.shape[1] for part in maps.values()], dim=1)
    carried = dict(zip(maps, pieces, strict=True))
    scale = float(source.pose.scale.mean())
    far = smooth_step(*_NEAR, _distance(place, (linear.shape[-2], linear.shape[-1])))
    beside = smooth_step(0.02, 0.2, gaussian(face, _BESIDE_MM * scale)) * (1 - gaussian(carried["hair"], scale))
    person = torch.lerp(carried["person"], _closed(carried["person"], scale), far * beside.clamp(min=0))
    colour = sampled(_own_colour(linear, regions), place, mode="bicubic").clamp(min=0)
    colour = _without_streaks(colour, place, scale)
    # What hardly moves takes its own background along: a matte that errs on dark cloth must not show there.
    along = sampled(linear, place, mode="bicubic").clamp(min=0)
    picture = torch.lerp(along, torch.lerp(_background(linear, regions.person), colour, person), far)
    moved = replace(
        source,
        linear=_softened(picture, place),
        regions=Regions(**{**{name: carried[name] for name in REGIONS}, "person": person}, foreground=colour),
        skin=replace(source.skin, specular=carried["specular"]),
    )
    masks = {name: carried[f"mask {name}"] for name in scene.masks}
    return replace(scene, source=moved, masks=masks, pigment=carried.get("pigment"), relief=carried.get("relief"))


def _closed(person: Tensor, scale: float) -> Tensor:
    """Close slits in the matte: the wedge of wall between jaw and ear is covered by the cheek when a head turns."""
    factor = 2 if min(person.shape[-2:]) >= 192 else 1
    radius = max(1, round(_SLIT_MM * scale / factor))
    small = reduce(person, factor)
    wide = F.max_pool2d(small, 2 * radius + 1, stride=1, padding=radius)
    shut = -F.max_pool2d(-wide, 2 * radius + 1, stride=1, padding=radius)
    return torch.maximum(person, enlarge(shut, (person.shape[-2], person.shape[-1]), factor))


def _steps(place: Tensor) -> Tensor:
    """How far the sources of neighbouring pixels lie apart, right and down ``(B, 2, h, w)``, pixels."""
    right = F.pad(place[..., :, 1:] - place[..., :, :-1], (0, 1, 0, 0), mode="replicate")
    down = F.pad(place[..., 1:, :] - place[..., :-1, :], (0, 0, 0, 1), mode="replicate")
    return torch.cat([torch.hypot(right[:, :1], right[:, 1:]), torch.hypot(down[:, :1], down[:, 1:])], dim=1)


def _softened(picture: Tensor, place: Tensor) -> Tensor:
    """Soften the step where a nearer part of the head ends before a farther one: one pixel, as a lens would."""
    jump = _steps(place).amax(dim=1, keepdim=True)
    near = separable((jump > _JUMP).to(picture), torch.tensor(_EDGE))
    return torch.lerp(picture, separable(picture, torch.tensor(_EDGE)), (near * 2).clamp(max=1))


def _without_streaks(colour: Tensor, place: Tensor, scale: float) -> Tensor:
    """Blur what was drawn out so far that single pixels became lines."""
    least = gaussian(_steps(place).amin(dim=1, keepdim=True).clamp(max=1), _STREAK_MM * scale)
    drawn = smooth_step(_DRAWN_OUT, _TORN, 1 / least.clamp(min=0.05))
    return torch.lerp(colour, gaussian(colour, _STREAK_MM * scale), drawn)


def _own_colour(linear: Tensor, regions: Regions) -> Tensor:
    """The person without the background that shows through at soft edges."""
    return torch.lerp(regions.foreground, linear, (regions.person >= 0.999).to(linear))


def _background(linear: Tensor, person: Tensor) -> Tensor:
    """The wall behind the person: itself where it was seen, filled from around where the person stood."""
    factor = 4 if min(linear.shape[-2:]) >= 192 else 1
    seen = 1 - smooth_step(0.0, 0.05, gaussian(person, 1.0))
    trust = reduce(seen, factor)
    known = reduce(linear * seen, factor) / trust.clamp(min=1e-4)
    filled = fill_outside(known, smooth_step(0.3, 1.0, trust), levels=7)
    return torch.lerp(enlarge(filled, (linear.shape[-2], linear.shape[-1]), factor), linear, seen)


def _relit(picture: Tensor, there: Decomposition, was: Tensor) -> Tensor:
    """Keep the light in the room: skin that turned toward it brightens, skin that turned away darkens."""
    ratio = source_shading(there.light, there.surface.normal) / source_shading(there.light, was)
    skin = (there.regions.skin + there.regions.body + there.regions.lips).clamp(max=1)
    return torch.lerp(picture, picture * ratio.clamp(1 / _CORRECTION, _CORRECTION), gaussian(skin, 1.0))
