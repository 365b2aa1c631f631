"""Stage: another head pose. Head and background are separate layers; everything is sampled from the photograph once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from faceaug.face.aim import aimed
from faceaug.face.bare import bare_skin
from faceaug.face.decomposition import REGIONS, Decomposition, Regions
from faceaug.face.gaze import iris_shift, slid_eyes
from faceaug.face.geometry import fit_pose
from faceaug.face.kept import Kept
from faceaug.face.light import source_shading
from faceaug.face.rotate import turned_points
from faceaug.face.surface import find_surface
from faceaug.image.extent import Box, extent
from faceaug.image.filter import gaussian
from faceaug.image.shade import above, at_least, smooth_step, without
from faceaug.image.warp import At, sampled
from faceaug.stages.layers import Layers, layers_of
from faceaug.stages.turning.along import LAID, own_colour, sharply, taken_along
from faceaug.stages.turning.complete import carried_along
from faceaug.stages.turning.correspondence import correspondence
from faceaug.stages.turning.ears.colour import beside_cheeks
from faceaug.stages.turning.ears.laid import put_on, with_ears
from faceaug.stages.turning.ears.modelled import modelled_ears
from faceaug.stages.turning.far_side import shaded_far_side
from faceaug.stages.turning.jaw import shaded_jaw
from faceaug.stages.turning.near_side import shaded_near_side
from faceaug.stages.turning.necks.neck import Neck, neck_of, tilted
from faceaug.stages.turning.necks.over import Lies, apart_from_neck, over_neck
from faceaug.stages.turning.seams import shut_beside, soften
from faceaug.stages.turning.stood import own_shading
from faceaug.stages.turning.swing import Swung, before_wall, swung
from faceaug.stages.turning.unseen import Sight, look_up, spread
from faceaug.stages.turning.worn.front import front_of, without_front
from faceaug.stages.turning.worn.laid import glasses_laid, uncovered

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from faceaug.scene import Scene
    from faceaug.stages.turning.ears.ear import Ear

# A pixel that moves less than this stays as it is, to the bit.
_STILL = 0.02
# Between these movements, in pixels, the layers of person and wall come apart.
_NEAR = (0.5, 3.0)
# From 0 on the first ring to 1 on the face: what counts as the face.
_OF_FACE = (0.85, 1.0)
# The light on the turned skin is corrected at most by this factor either way.
_CORRECTION = 1.6
# Where there is so little skin nothing is corrected: no level of 255 would be.
_HARDLY = 0.01
# That is smoothed by this, mm: the mesh's facets are no shades.
_LIGHT_MM = 4.0
# Off the face light follows what has moved by such distances, mm: what stays keeps its light.
_STAYS_MM = (0.0, 4.0)


def turn(linear: Tensor, scene: Scene) -> tuple[Tensor, Scene]:
    """Turn the head.

    Args:
        linear: Window ``(B, 3, h, w)``, linear sRGB.
        scene: Its ``turn`` channel is used. The scene returned has the turned head as its source, so that every later
            stage sees skin, regions, normals and landmarks where they now are. Which point of the face a pixel shows
            none of them asks: of its surface that has no channel.
    """
    asked, source = scene.turn, scene.source
    if asked is None or torch.equal(asked.angles, source.pose.angles):
        return linear, scene
    angles = aimed(source, linear, asked.angles)
    front = front_of(source, angles)
    source = without_front(source, front)
    scene = replace(scene, source=source)
    later = (scene.tone, scene.light, scene.eyewear, scene.shade)
    if any(channel is not None for channel in later):  # told in the photograph, where nothing had to be grown
        scene = replace(scene, bare=bare_skin(source))
    size = (linear.shape[-2], linear.shape[-1])
    corner = torch.tensor(source.corners, dtype=torch.float32, device=linear.device)
    scale = float(source.pose.scale.mean())
    found = correspondence(source, angles)
    place = found.place
    points = turned_points(source.points, source.pose, angles)
    shift = iris_shift(source, angles) * asked.gaze[:, None]
    if bool((shift != 0).any()):
        place, points = slid_eyes(place, points, corner, shift, scale)
    face = smooth_step(*_OF_FACE, found.near)
    place, aside = swung(place, source, face, angles)
    # Nothing beside the face is taken from the other half: an ear is lit and turned otherwise there.
    sight = look_up(place, found.visible, found.mirror, face, scale)
    layers = layers_of(source)
    neck, ears = tilted(neck_of(source), source, angles), modelled_ears(source, found.mesh.vertices, angles)
    moved, bared = _moved(scene, layers, neck, sight, (face, aside), ears=ears, on=found.position)
    pose = fit_pose(points)
    person = moved.source.regions.person
    surface = find_surface(points, pose, corner, size, person, seen=(found.mesh, found.ids), placed=False)
    regions = replace(moved.source.regions, person=person.clone())
    there = replace(moved.source, points=points, pose=pose, surface=surface, regions=regions)
    soften([there.linear, regions.person], sight.jump, face, found.behind, scale)
    there_before = (person + source.regions.person).add_(layers.clear)
    moves = at_least(sight.away, _STILL)
    torch.maximum(moves, torch.ne(person, source.regions.person, out=torch.empty_like(person)), out=moves)
    torch.minimum(moves, above(there_before, 0), out=moves)
    moves *= 1 - aside.stays
    picture = _relit(there.linear, there, own_shading(source), sight, face)
    picture = shaded_near_side(picture, there, source, sight, face)
    picture = shaded_far_side(picture, there, source, sight, face)
    picture = shaded_jaw(picture, there, source, sight, (face, bared))
    picture = beside_cheeks(picture, ears, there, source)
    picture, cover = glasses_laid(picture, there, front, scene, sight, mesh=found.mesh.vertices, moves=moves)
    torch.lerp(linear, picture, moves, out=picture)
    regions, bare = uncovered(there.regions, moved.bare, cover)
    regions = replace(regions, body=regions.body + bared)
    turned = replace(moved, bare=bare, source=replace(there, linear=picture, regions=regions))
    return picture, turned.with_mask("pose", moves)


def _moved(
    scene: Scene,
    layers: Layers,
    neck: Neck,
    sight: Sight,
    faces: tuple[Tensor, Swung],
    *,
    ears: list[Ear],
    on: Callable[[Box], Tensor],
) -> tuple[Scene, Tensor]:
    """The scene with every map moved, its picture over neck and wall; ``faces``: where one is, and what it left.

    Also the neck that came into sight ``(B, 1, h, w)``, 0..1, which no light of the turned head shall touch.
    """
    source, place, (face, aside) = scene.source, sight.place, faces
    size = (place.shape[-2], place.shape[-1])
    far = apart_from_neck(smooth_step(*_NEAR, sight.away), neck, sight.away, source)
    along, colour = taken_along(source, sight, far), layers.own.clone()
    box = extent(far)
    if box is not None:
        part = (..., *box)
        colour[part] = sharply(own_colour(source), At(place[part], size))
    colour, carried = carried_along(colour, scene, layers.clear, sight, face, on=on)
    put_on(ears, colour, carried, sight, faces=(face, far), source=source)
    person = torch.lerp(
        carried["person"], shut_beside(face, carried["clear"], carried["hair"], sight.dense, sight.scale), far
    )
    # What hardly moves takes its own background along: a matte that errs on dark cloth must not show there.
    lies = Lies(face, with_ears(face, ears), far, aside, sight, source)
    neck, head, bared = over_neck(colour, person, carried, neck, lies)
    if box is not None:
        behind = _laid_over(layers.behind[part].clone(), neck.colour[part], neck.cover[part])
        along[part] = torch.lerp(along[part], behind.lerp_(colour[part], head[part]), far[part])
    cover = neck.cover * far
    aside = before_wall(aside, cover)
    behind_head = without(cover, head)
    bared = without(bared + behind_head, aside.stays)
    person = torch.lerp(head + behind_head, source.regions.person, aside.stays)
    stays = extent(aside.stays)
    if stays is not None:
        there = (..., *stays)
        share = aside.stays[there]
        for name in REGIONS:
            carried[name][there].lerp_(getattr(source.regions, name)[there], share)
    moved = replace(
        source,
        linear=_laid_over(_laid_over(along, aside.colour, aside.stays), source.linear, aside.rim),
        regions=Regions(
            **{**{name: carried[name] for name in REGIONS}, "person": person},
            foreground=_laid_over(colour, neck.colour, bared),
        ),
        skin=replace(source.skin, specular=carried["specular"]),
        kept=tuple(Kept() for _ in source.kept),
    )
    masks = {name: carried[f"mask {name}"] for name in scene.masks}
    if "bare" in carried:
        carried["bare"] = torch.maximum(carried["bare"], bared)
    pigment, relief, bare = (carried.get(name) for name in LAID)
    return replace(scene, source=moved, masks=masks, pigment=pigment, relief=relief, bare=bare), bared


def _laid_over(under: Tensor, over: Tensor, share: Tensor) -> Tensor:
    """``under``, and in place ``over`` by such a share ``(B, 1, h, w)``, where that is not 0."""
    box = extent(share)
    if box is not None:
        part = (..., *box)
        under[part].lerp_(over[part], share[part])
    return under


def _relit(picture: Tensor, there: Decomposition, shading: Tensor, sight: Sight, face: Tensor) -> Tensor:
    """Keep the light in the room: skin that turned toward it brightens, skin that turned away darkens.

    Args:
        picture: The turned head ``(B, 3, h, w)``, linear; changed in place.
        there: Its parts.
        shading: That of the head as it was ``(B, 1, h, w)``.
        sight: Where its pixels were seen.
        face: Where the turned face is ``(B, 1, h, w)``, 0..1.
    """
    skin = gaussian((there.regions.skin + there.regions.body).add_(there.regions.lips).clamp_(max=1), 1.0)
    box = extent(skin, over=_HARDLY)
    if box is None:
        return picture
    part = (..., *box)
    moved = smooth_step(*_STAYS_MM, sight.away[part] / sight.scale)
    skin[part] *= torch.maximum(moved, face[part])
    box = extent(skin, over=_HARDLY)
    if box is None:
        return picture
    part = (..., *box)
    was = sampled(shading, sight.place[part], (shading.shape[-2], shading.shape[-1]))
    ratio = source_shading(there.light, there.surface.normal[part]) / was
    # What was grown was grown in the light of what it grew from.
    ratio = gaussian(spread(ratio.clamp(1 / _CORRECTION, _CORRECTION), sight.seen[part]), _LIGHT_MM * sight.scale)
    picture[part] *= torch.lerp(torch.ones_like(ratio), ratio, skin[part])
    return picture
