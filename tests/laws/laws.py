"""The laws of every edit, as functions that raise AssertionError where one is broken.

Each takes an edit and a decomposed face. Nothing here knows a particular edit: what an edit cannot keep, it declares
itself (`Edit.lawful`), with a reason.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor

from faceaug.data.attributes import VOCABULARY
from faceaug.data.photos import Photo
from faceaug.data.record import Record
from faceaug.edit import By, Edit, Settings
from faceaug.face.decompose import decompose
from faceaug.face.decomposition import Decomposition
from faceaug.render import Rendering, render
from faceaug.scene import Scene

Pixels = npt.NDArray[np.uint8]
Law = Callable[[Edit, Decomposition], None]


def drawn(edit: Edit, face: Decomposition, *, seed: int = 0, variants: Sequence[int] = (0,), **given: Any) -> Scene:
    """The scene of one face after an edit; settings that are not given are drawn."""
    return edit(Scene.of(face, seed=seed, variants=tuple(variants)), **given)


def picture(edit: Edit, face: Decomposition, **given: Any) -> Pixels:
    return render(drawn(edit, face, **given)).pixels[0]


def same(one: Pixels, other: Pixels) -> bool:
    return one.shape == other.shape and bool((one == other).all())


def photo_of(face: Decomposition) -> Pixels:
    return face.photos[0].pixels


def tensors(part: object, name: str = "") -> Iterator[tuple[str, Tensor]]:
    """Every tensor in a dataclass or mapping, however deep, with its place."""
    if isinstance(part, Tensor):
        yield name, part
    elif is_dataclass(part) and not isinstance(part, type):
        for item in fields(part):
            yield from tensors(getattr(part, item.name), f"{name}.{item.name}")
    elif isinstance(part, Mapping):
        for key, value in part.items():
            yield from tensors(value, f"{name}[{key}]")


def digest(face: Decomposition) -> str:
    """A hash of all that a decomposition holds."""
    total = hashlib.sha256()
    for photo in face.photos:
        total.update(photo.pixels.tobytes())
    for name, tensor in tensors(face):
        total.update(name.encode() + tensor.detach().cpu().contiguous().numpy().tobytes())
    return total.hexdigest()


def sound(rendering: Rendering, face: Decomposition) -> None:
    """A rendering that can be handed out."""
    for pixels in rendering.pixels:
        assert pixels.dtype == np.uint8, f"pixels are {pixels.dtype}"
        assert pixels.shape == photo_of(face).shape, f"{photo_of(face).shape} became {pixels.shape}"
    assert rendering.points.shape[-2:] == (478, 3)
    assert np.isfinite(np.asarray(rendering.points)).all(), "carried landmarks are not finite"
    for name, masks in rendering.masks.items():
        for mask in masks:
            assert mask.dtype == np.uint8, f"mask {name} is {mask.dtype}"
            assert mask.shape == photo_of(face).shape[:2], f"mask {name} has the shape {mask.shape}"
    assert all(0 <= share <= 1 for share in rendering.touched)


def kept(edit: Edit, face: Decomposition) -> None:
    """Law 1: shape, type and device are kept; every number is finite."""
    scene = drawn(edit, face)
    for name, tensor in tensors(scene):
        if tensor.is_floating_point():
            assert torch.isfinite(tensor).all(), f"{name} is not finite"
            assert tensor.dtype == torch.float32, f"{name} is {tensor.dtype}"
    for channel in (scene.pigment, scene.light, scene.sensor):
        for name, tensor in tensors(channel):
            assert tensor.device == face.linear.device, f"{name} moved to {tensor.device}"
    sound(render(scene), face)


def untouched(edit: Edit, face: Decomposition) -> None:
    """Law 2: what goes in is not written to."""
    before = digest(face)
    picture(edit, face)
    assert digest(face) == before, "the edit or its rendering wrote into the decomposition"


def neutral(edit: Edit, face: Decomposition) -> None:
    """Law 3: at its neutral settings an edit changes not one bit, whatever its other settings are."""
    assert edit.neutral, "an edit must say at which settings it does nothing"
    for variant in range(3):
        rendering = render(drawn(edit, face, variants=(variant,), **dict[str, Any](edit.neutral)))
        assert same(rendering.pixels[0], photo_of(face)), f"{dict(edit.neutral)} changed the photograph"
        assert rendering.source_types == (None,), "an untouched photograph is said to be synthetic"


def confined(edit: Edit, face: Decomposition) -> None:
    """Law 4: outside the edit's own mask not one bit changes; light stays on the person, a camera is everywhere."""
    for variant in range(2):
        rendering = render(drawn(edit, face, variants=(variant,)))
        changed = (rendering.pixels[0] != photo_of(face)).any(axis=2)
        if edit.name in rendering.masks:
            mask = rendering.masks[edit.name][0] > 0
        else:
            assert edit.channel in {"light", "sensor"}, f"an edit of {edit.channel} must tell its mask"
            mask = _whole(face.regions.person, face) if edit.channel == "light" else np.ones_like(changed)
        assert not (changed & ~mask).any(), f"{int((changed & ~mask).sum())} pixels outside the mask changed"


def _whole(region: Tensor, face: Decomposition) -> npt.NDArray[np.bool_]:
    """Where in the photograph a region of the window is more than nothing."""
    where = np.zeros(photo_of(face).shape[:2], bool)
    left, top = face.corners[0]
    height, width = region.shape[-2:]
    where[top : top + height, left : left + width] = region[0, 0].numpy(force=True) > 0
    return where


def batched(edit: Edit, face: Decomposition) -> None:
    """Law 5: a batch is its rows, one by one."""
    variants = tuple(range(6))
    together = render(drawn(edit, face, variants=variants)).pixels
    for variant, pixels in zip(variants, together, strict=True):
        alone = render(drawn(edit, face, variants=(variant,))).pixels[0]
        assert same(pixels, alone), f"row {variant} depends on its neighbours"


def unordered(edit: Edit, face: Decomposition) -> None:
    """Law 6: the order of records does not matter."""
    forward = render(drawn(edit, face, variants=(0, 1, 2))).pixels
    backward = render(drawn(edit, face, variants=(2, 1, 0))).pixels
    for one, other in zip(forward, reversed(backward), strict=True):
        assert same(one, other), "a row depends on its place in the batch"


def commuting(edit: Edit, face: Decomposition, others: Mapping[str, Edit]) -> None:
    """Law 6: the order of edits does not matter."""
    for other in others.values():
        if other.name == edit.name:
            continue
        scene = Scene.of(face, variants=(0,))
        one, two = render(edit(other(scene))).pixels[0], render(other(edit(scene))).pixels[0]
        assert same(one, two), f"before or after {other.name} makes a difference"


def seeded(edit: Edit, face: Decomposition) -> None:
    """Law 7: the same seed gives the same bits, another seed or variant other bits."""
    first = picture(edit, face, seed=1)
    assert same(first, picture(edit, face, seed=1)), "the same seed gave another picture"
    assert not same(first, picture(edit, face, seed=2)), "another seed gave the same picture"
    assert not same(first, picture(edit, face, seed=1, variants=(1,))), "another variant gave the same picture"


def as_given(settings: Settings) -> dict[str, Any]:
    """What a record keeps of the settings, through JSON and back."""
    plain = {name: list(v) if isinstance(v, tuple) else v.tolist() for name, v in settings.items()}
    given: dict[str, Any] = json.loads(json.dumps(plain))
    return given


def replayed(edit: Edit, face: Decomposition) -> None:
    """Law 8: the settings that a record keeps give the same bits again."""
    scene = drawn(edit, face, seed=3)
    again = drawn(edit, face, seed=3, **as_given(scene.applied[edit.name]))
    assert same(render(scene).pixels[0], render(again).pixels[0]), "the recorded settings gave another picture"


def portable(edit: Edit, face: Decomposition) -> None:
    """Law 9: a GPU draws what the CPU draws, within 2 levels of 255."""
    cpu = picture(edit, face).astype(int)
    gpu = picture(edit, face.to("cuda")).astype(int)
    assert np.abs(cpu - gpu).max() <= 2, f"they differ by {np.abs(cpu - gpu).max()} levels"


def physical(edit: Edit, face: Decomposition) -> None:
    """Law 10: an edit of twice the pixels, halved, is the edit: its units are of the face, not of the picture."""
    double = remade(face, _resized(photo_of(face), 2))
    halves = remade(face, _resized(double.photos[0].pixels, 0.5))
    scene = drawn(edit, halves)
    given = as_given(scene.applied[edit.name])
    small = _effect(render(scene).pixels[0], halves)
    large = picture(edit, double, **given)
    big = _resized(large, 0.5).astype(np.float64) - _resized(photo_of(double), 0.5).astype(np.float64)
    _alike(small, big, "twice the pixels, then halved")


def mirrored(edit: Edit, face: Decomposition) -> None:
    """Law 11: the mirrored edit of the mirrored face is the mirror of the edit."""
    scene = drawn(edit, face)
    given = as_given(scene.applied[edit.name])
    for name, setting in edit.settings.items():
        if setting.mirror == "negate":
            given[name] = [-value for value in _numbers(given[name])]
    flipped = remade(face, np.ascontiguousarray(photo_of(face)[:, ::-1]))
    other = _effect(picture(edit, flipped, **given), flipped)
    _alike(_effect(render(scene).pixels[0], face), other[:, ::-1], "mirrored")


def rising(edit: Edit, face: Decomposition) -> None:
    """Law 12: the farther the main setting moves, the more the picture changes."""
    setting = edit.settings[edit.main]
    if setting.kind == "choice":
        shown = [picture(edit, face, **{edit.main: word}) for word in setting.values]
        assert not any(same(one, two) for one, two in itertools.combinations(shown, 2)), "two words, one picture"
        return
    steps = [float(step) for step in np.linspace(*setting.usual, 4)]
    first, *further = (picture(edit, face, **{edit.main: step}).astype(int) for step in steps)
    moved = [float(np.abs(pixels - first).mean()) for pixels in further]
    assert all(low < high for low, high in itertools.pairwise([0.0, *moved])), f"{edit.main} {steps} changed by {moved}"


def labelled(edit: Edit, before: Record, after: Record) -> None:
    """Law 13: labels change exactly as declared; all others are inherited."""
    labels = edit.labels
    used = after.applied.get(edit.name, {})
    used = used if isinstance(used, Mapping) else {}
    idle = bool(used) and edit.idle(used)
    sets, drops = ({}, frozenset()) if idle else labels.decided(used)
    for name, value in before.attributes.items():
        now = after.attributes.get(name)
        if name in sets:
            assert now is not None, f"{name} is not set"
            assert (now.value, now.how) == (sets[name], "rendered"), f"{name} is {now}"
        elif name in labels.measures and not idle:
            assert now is None or now.how == "measured", f"{name} was not measured again: {now}"
        elif name in drops:
            assert now is None, f"{name} is not known any more, but says {now}"
        else:
            assert now is not None, f"{name} was lost"
            assert (now.value, now.how) == (value.value, "inherited"), f"{name} became {now}"
    assert after.attributes.keys() <= before.attributes.keys() | sets.keys() | labels.measures, "a label from nowhere"
    assert (after.subject, after.split) == (before.subject, before.split), "a rendering left its person or split"
    assert (after.origin, after.parent) == ("rendered", before.id)


def declared(edit: Edit, measured: Collection[str]) -> None:
    """Law 13: what an edit sets and drops is in the vocabulary, and what it leaves to measurement is measured."""
    labels = edit.labels
    for name in (*labels.sets, *labels.drops):
        assert name in VOCABULARY, f"{name} is no attribute that we know"
    for name in labels.measures:
        assert name in measured, f"{name} is never measured, so that it would always be lost"
    for name, value in labels.sets.items():
        if isinstance(value, By):
            assert set(value.words) <= set(edit.settings[value.setting].values), f"{value.setting} has no such word"
        for word in value.words.values() if isinstance(value, By) else (value,):
            assert word is None or word in VOCABULARY[name].values, f"{name} cannot be {word}"
    assert not (labels.sets.keys() & labels.drops), "an attribute is set and dropped"
    assert not (labels.measures & labels.drops), "an attribute is measured and dropped"


def ranged(edit: Edit, face: Decomposition) -> None:
    """Law 14: both ends of every range render, and every setting says what it means."""
    for name, setting in edit.settings.items():
        assert setting.means, f"{name} does not say what it means"
        for end in setting.values if setting.kind == "choice" else setting.within:
            sound(render(drawn(edit, face, **dict[str, Any]({name: end}))), face)
    if all(setting.kind == "number" for setting in edit.settings.values()):
        for side in (0, 1):
            sound(
                render(drawn(edit, face, **dict[str, Any]({n: s.within[side] for n, s in edit.settings.items()}))), face
            )


def documented(edit: Edit) -> None:
    """Law 14: the docstring says what the viewer sees, and where the model comes from."""
    text = edit.function.__doc__ or ""
    assert edit.summary.endswith("."), "the first line is not a sentence"
    assert "Source" in text, "the docstring names no source"
    assert edit.main in edit.settings, f"the main setting {edit.main!r} does not exist"
    assert set(edit.neutral) <= set(edit.settings), "a neutral setting does not exist"
    for name, value in edit.neutral.items():
        assert edit.settings[name].fault(value) is None, f"the neutral {name} is out of bounds"


def carried(rendering: Rendering) -> None:
    """Law 15: the landmarks that a rendering carries are found again on it."""
    again = decompose(rendering.pixels[0]).points[0].numpy(force=True)
    told = np.asarray(rendering.points[0])
    eyes = float(np.linalg.norm(told[468, :2] - told[473, :2]))
    error = float(np.median(np.linalg.norm(again[:, :2] - told[:, :2], axis=1))) / eyes
    assert error <= 0.03, f"the landmarks are off by {error:.1%} of the eye distance"


def colourless(edit: Edit, grey: Decomposition) -> None:
    """Law 16: a photograph without colour stays without, at both ends of every range and for every word."""
    for name, setting in edit.settings.items():
        for end in setting.values if setting.kind == "choice" else setting.within:
            spread = np.ptp(picture(edit, grey, **dict[str, Any]({name: end})).astype(int), axis=2)
            assert spread.max() == 0, f"{name} {end} gives it colour: channels differ by {spread.max()}"


def remade(face: Decomposition, pixels: Pixels) -> Decomposition:
    """Decompose other pixels under the same hash, so that the same numbers are drawn for them."""
    photo = replace(Photo.from_array(pixels), sha256=face.photos[0].sha256)
    return decompose(photo)


def _numbers(value: object) -> list[float]:
    assert isinstance(value, list)
    return value


def _resized(pixels: Pixels, factor: float) -> Pixels:
    image = Image.fromarray(pixels)
    size = (round(image.width * factor), round(image.height * factor))
    return np.asarray(image.resize(size, Image.Resampling.BICUBIC if factor > 1 else Image.Resampling.BOX))


def _effect(pixels: Pixels, face: Decomposition) -> npt.NDArray[np.float64]:
    return pixels.astype(float) - photo_of(face)


def _alike(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64], what: str) -> None:
    """Two effects agree: what differs is less than half of what there is, or invisible.

    Half, because the landmarks of the two pictures differ by a fraction of a pixel, and small spots with them.
    """
    there = float(np.sqrt(np.mean(one**2)))
    differs = float(np.sqrt(np.mean((one - other) ** 2)))
    assert differs <= max(0.5 * there, 0.5), f"{what}: differs by {differs:.2f} levels where the effect is {there:.2f}"
