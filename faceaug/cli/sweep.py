"""One edit tried on one face at several values of one setting."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from faceaug.errors import Fault, RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from faceaug.edit import Edit, Setting
    from faceaug.face.decomposition import Decomposition

__all__ = ["Sweep", "asked", "caption", "doubts", "kept", "swept", "usual"]

Pixels = npt.NDArray[np.uint8]
Value = float | str

STEPS: Final = 5
"""How many values of a range are shown: enough to see a trend, few enough for one line."""


@dataclass(frozen=True)
class Sweep:
    """What is tried.

    Attributes:
        setting: the setting that moves, or '' if nothing does.
        values: its values, in order.
        fixed: other settings and their values; what is not named is drawn as a recipe would.
    """

    setting: str
    values: tuple[Value, ...]
    fixed: Mapping[str, Value]

    def rows(self) -> int:
        """How many pictures it makes."""
        return max(1, len(self.values))

    def given(self) -> dict[str, Any]:
        """The settings as an edit takes them."""
        return {**self.fixed, **({self.setting: list(self.values)} if self.setting else {})}


def asked(edit: Edit, texts: Sequence[str], like: Path | None = None) -> Sweep:
    """Read `name=value` and `name=low..high`.

    Args:
        edit: whose settings they are.
        texts: as typed. Without any, the main setting moves over its usual range.
        like: a photograph whose face the picture shall be like; what is typed wins.

    Raises:
        RequestError: all that is wrong with them.
    """
    faults: list[Fault] = []
    fixed: dict[str, Value] = {}
    moving: dict[str, tuple[Value, ...]] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        fault = _read(edit, name, value if equals else None, fixed, moving)
        if fault:
            faults.append(Fault(f"--set {text}", fault))
    if len(moving) > 1:
        faults.append(Fault("--set", f"only one setting can move, not {' and '.join(moving)}"))
    if like is not None and edit.like is None:
        faults.append(Fault("--like", f"{edit.name} cannot be like another photograph; use --set"))
    if faults:
        raise RequestError(faults)
    if like is not None:
        fixed = {name: value for name, value in _alike(edit, like).items() if name not in moving} | fixed
    elif not texts:
        moving[edit.main] = usual(edit.settings[edit.main])
    setting = next(iter(moving), "")
    return Sweep(setting, moving.get(setting, ()), fixed)


def _alike(edit: Edit, like: Path) -> Mapping[str, Value]:
    """Settings read off another photograph."""
    from faceaug.cli.answer import about
    from faceaug.recipe.likeness import settings_of

    with about(like):
        return settings_of(edit, like)


def _read(
    edit: Edit, name: str, value: str | None, fixed: dict[str, Value], moving: dict[str, tuple[Value, ...]]
) -> str | None:
    """Put one `name=value` where it belongs, or say what is wrong with it."""
    from faceaug.edit import unknown_setting

    if value is None or not value:
        return "is not of the form name=value or name=low..high"
    if name not in edit.settings:
        return unknown_setting(edit, name)
    setting = edit.settings[name]
    ends = [_value(setting, end) for end in value.split("..")]
    wrong = next((fault for fault in map(setting.fault, ends) if fault), None)
    if wrong:
        return f"{edit.name}.{name} {wrong}"
    if len(ends) == 1:
        fixed[name] = ends[0]
    elif len(ends) == 2 and setting.kind == "number":
        moving[name] = tuple(float(step) for step in np.linspace(float(ends[0]), float(ends[1]), STEPS))
    else:
        return "is not of the form name=low..high"
    return None


def _value(setting: Setting, text: str) -> Value:
    """A typed word as the setting's own kind; what is no number stays a word, and is a fault."""
    if setting.kind == "choice":
        return text
    try:
        return float(text)
    except ValueError:
        return text


def usual(setting: Setting) -> tuple[Value, ...]:
    """The values that show a setting: its words, or steps over its usual range."""
    if setting.kind == "choice":
        return setting.values
    return tuple(float(step) for step in np.linspace(*setting.usual, STEPS))


def kept(edit: Edit, face: Decomposition, sweep: Sweep, seed: int = 0) -> tuple[Sweep, list[Pixels], list[str]]:
    """Render a sweep without those of its values that the edit declines.

    Returns:
        The sweep of the other values, their pictures as `swept` makes them, and a sentence for each that is left out.

    Raises:
        Refusal: if it declines them all, or nothing moves.
    """
    from faceaug.errors import Refusal

    try:
        return sweep, swept(edit, face, sweep, seed), []
    except Refusal:
        if len(sweep.values) < 2:
            raise
    good, reasons = [], []
    for value in sweep.values:
        try:
            swept(edit, face, replace(sweep, values=(value,)), seed)
        except Refusal as refusal:
            reasons.append(f"{caption(edit, sweep.setting, value)}: {refusal.reason}")
        else:
            good.append(value)
    rest = replace(sweep, values=tuple(good)) if good else sweep
    return rest, swept(edit, face, rest, seed), reasons


def swept(edit: Edit, face: Decomposition, sweep: Sweep, seed: int = 0) -> list[Pixels]:
    """Render a face once for each value.

    Args:
        edit: what is tried.
        face: one face.
        sweep: the values.
        seed: of the settings that were not asked for; they are the same in all pictures.

    Returns:
        Whole photographs, (H, W, 3) uint8.

    Raises:
        Refusal: if the edit declines this face.
    """
    from faceaug.render import render
    from faceaug.scene import Scene

    scene = Scene.of(face, seed=seed, variants=(0,) * sweep.rows())
    return list(render(edit(scene, **sweep.given())).pixels)


def doubts(edit: Edit, face: Decomposition, sweep: Sweep, seed: int = 0) -> list[str]:
    """Say which of the pictures that `swept` makes are to be doubted, and why: a sentence for each of them."""
    from faceaug.scene import Scene

    scene = Scene.of(face, seed=seed, variants=(0,) * sweep.rows())
    done = edit(scene, **sweep.given())
    reasons = edit.flagged(done, done.applied[edit.name])
    names = [caption(edit, sweep.setting, value) for value in sweep.values] or [edit.name]
    return [f"{name}: {why}" for name, why in zip(names, reasons, strict=True) if why]


def caption(edit: Edit, name: str, value: Value) -> str:
    """A value with its unit: `density 4 spots/cm2`."""
    if isinstance(value, str):
        return f"{name} {value}"
    unit = edit.settings[name].unit
    shown = f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{name} {shown}" if unit.lower() in {"", name.lower()} else f"{name} {shown} {unit}"
