"""What an edit is: a function that declares its settings, labels and limits once, in its own signature."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin, get_type_hints

import torch
from torch import Tensor

from faceaug.errors import Fault, RequestError, did_you_mean
from faceaug.labelling import By, Faint, Labels, by
from faceaug.setting import Setting, choice, number, pick, signature_of

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition
    from faceaug.image.noise import Noise
    from faceaug.scene import Scene

__all__ = [
    "FLAG",
    "By",
    "Edit",
    "Faint",
    "Labels",
    "Refuses",
    "Setting",
    "Settings",
    "by",
    "choice",
    "edit",
    "edits",
    "get_edit",
    "number",
    "unknown_edit",
    "unknown_setting",
]

FLAG = "flag"
"""Stands beside the settings of an edit in a record's `applied`, and says why the picture is to be doubted."""

Settings = Mapping[str, "Tensor | tuple[str, ...]"]
Refuses = Callable[["Scene", Settings], Sequence["str | None"]]
Likeness = Callable[["Decomposition"], Mapping[str, "float | str"]]


@dataclass(frozen=True, repr=False)
class Edit:
    """One registered edit; call it as ``edit(scene, noise, setting=value, ...)``.

    Attributes:
        name: Name, also of its file.
        function: The edit's own body, which takes every setting as a ``(B,)`` tensor or B words.
        settings: Declared settings by name.
        labels: What happens to attributes.
        needs: Parts of the scene without which it cannot work (``surface``, ``skin``, ``light``, ``colour``).
        channel: Renderer channel it writes to; decides the digital source type of the file.
        neutral: Settings at which nothing may change, to the bit.
        main: The setting of which more must show as more.
        lawful: Law number to the reason why it cannot hold.
        refuses: Tells, per row, why the edit declines.
        like: Settings at which a picture looks like a given face (a batch of one) in what the edit changes, or None
            where it cannot be told; it raises `Refusal` for a face that does not show it.
        flags: Tells, per row, why a picture that it makes is to be doubted.
    """

    name: str
    function: Callable[..., Scene]
    settings: Mapping[str, Setting]
    labels: Labels
    needs: frozenset[str]
    channel: str
    neutral: Mapping[str, float | str]
    main: str
    lawful: Mapping[int, str]
    refuses: Refuses | None
    like: Likeness | None = None
    flags: Refuses | None = None

    def __post_init__(self) -> None:
        """Show the edit's own documentation and settings where somebody asks for help on it."""
        object.__setattr__(self, "__doc__", inspect.getdoc(self.function))
        object.__setattr__(self, "__name__", self.name)
        object.__setattr__(self, "__signature__", signature_of(self.settings))

    def __repr__(self) -> str:
        """Its name and settings."""
        return f"<edit {self.name}: {', '.join(self.settings)}>"

    @property
    def summary(self) -> str:
        """The first line of the docstring: what the viewer sees."""
        return (inspect.getdoc(self.function) or "").split("\n", 1)[0]

    def complete(self, noise: Noise, given: Mapping[str, object]) -> dict[str, Tensor | tuple[str, ...]]:
        """Check the given values and draw those that are missing.

        Args:
            noise: Keys of the rows; a missing setting is drawn from its usual range by (key, setting).
            given: Values for all rows (a number, a word) or per row (a sequence or tensor of B).

        Returns:
            Every setting as a float32 ``(B,)`` tensor, or as a tuple of B words.

        Raises:
            RequestError: Unknown settings and values out of bounds, all together.
        """
        faults = [Fault(self.name, unknown_setting(self, name)) for name in given if name not in self.settings]
        faults += [Fault(self.name, what) for what in self.disagreements(given)]
        given = {**self.called(given), **given}
        words: dict[str, tuple[str, ...]] = {}
        numbers: dict[str, list[float]] = {}
        for name, setting in self.settings.items():
            values = _rows(given[name], len(noise.rows)) if name in given else self._drawn(setting, noise, words)
            wrong = next((w for w in map(setting.fault, values) if w), None)
            if wrong:
                faults.append(Fault(self.name, f"{self.name}.{name} {wrong}"))
            elif setting.kind == "choice":
                words[name] = tuple(str(v) for v in values)
            else:
                numbers[name] = [float(typing.cast("float", v)) for v in values]
        if faults:
            raise RequestError(faults)
        told = dict(zip(numbers, torch.tensor([*numbers.values()], dtype=torch.float32).unbind(), strict=True))
        return {name: words[name] if name in words else told[name] for name in self.settings}

    def _drawn(self, setting: Setting, noise: Noise, words: Mapping[str, tuple[str, ...]]) -> list[object]:
        """Values of a setting that nobody asked for: what a word chosen before implies, else as usual."""
        values: list[object] = []
        for row, unit in enumerate(noise.first(setting.name)):
            said = self.implied(setting, unit, {name: chosen[row] for name, chosen in words.items()})
            values.append(setting.at(unit) if said is None else said)
        return values

    def implied(self, setting: Setting, unit: float, chosen: Mapping[str, object]) -> float | str | None:
        """Return what a word in ``chosen`` implies for ``setting``, drawn at ``unit`` (0..1), or None.

        Of several that imply something the one chosen last counts.
        """
        for other in reversed(self._implying):
            if setting.name in (said := other.implies.get(str(chosen.get(other.name)), {})):
                return pick(said[setting.name], unit)
        return None

    def called(self, given: Collection[str]) -> dict[str, str]:
        """Return the words of choices that are not ``given``, by choice, with which all numbers count that are."""
        return {name: words[0] for name, words in self._called_for(given).items() if words}

    def disagreements(self, given: Collection[str]) -> list[str]:
        """Say which ``given`` numbers do not count together, with any word of a choice that is not given."""
        told = []
        for name, words in self._called_for(given).items():
            if not words:
                *first, last = (f"{self.name}.{other}" for other in self.settings[name].called_by if other in given)
                told.append(f"{', '.join(first)} and {last} do not count together; give {self.name}.{name} too")
        return told

    def _called_for(self, given: Collection[str]) -> dict[str, tuple[str, ...]]:
        """The words of each choice that is not ``given`` with which all given numbers count that ask for it."""
        wished = {
            name: [words for other, words in setting.called_by.items() if other in given]
            for name, setting in self.settings.items()
            if name not in given
        }
        return {
            name: tuple(word for word in each[0] if all(word in other for other in each))
            for name, each in wished.items()
            if each
        }

    @cached_property
    def _implying(self) -> tuple[Setting, ...]:
        """The settings of which a word implies others: few edits have any."""
        return tuple(setting for setting in self.settings.values() if setting.implies)

    @torch.inference_mode()
    def __call__(self, scene: Scene, noise: Noise | None = None, **given: object) -> Scene:
        """Apply the edit: check and complete the settings, refuse what it must, change the scene's channel.

        Raises:
            RequestError: A setting is unknown or out of bounds.
            Refusal: A row of the scene cannot take this edit.
            TypeError: It is no scene.
        """
        if not hasattr(scene, "noise"):
            msg = f"{self.name} edits a Scene, not a {type(scene).__name__}; make one by faceaug.Scene.of(face)"
            raise TypeError(msg)
        noise = noise if noise is not None else scene.noise(self.name)
        settings = self.complete(noise, given)
        self.check(scene, settings)
        device = scene.device
        moved = {k: v.to(device) if isinstance(v, Tensor) else v for k, v in settings.items()}
        return self.function(scene, noise, **moved).noting(self.name, settings)

    def check(self, scene: Scene, settings: Settings) -> None:
        """Raise the first row's Refusal, if any row declines."""
        from faceaug.errors import Refusal

        for reason in self.refusals(scene, settings):
            if reason:
                raise Refusal(self.name, reason)

    def refusals(self, scene: Scene, settings: Settings) -> list[str | None]:
        """Return for each row why the edit declines it, or None."""
        reasons = scene.lacking(self.needs)
        if self.refuses is None:
            return reasons
        own = self.refuses(scene, settings)
        return [first or second for first, second in zip(reasons, own, strict=True)]

    def flagged(self, scene: Scene, settings: Settings) -> list[str | None]:
        """Return for each row why the result is to be doubted although the edit makes it, or None; also if it is idle.

        Args:
            scene: With what the edit asked for.
            settings: Every setting, as `complete` returns them.
        """
        if self.flags is None:
            return [None] * len(scene)
        told = [{n: v[row] for n, v in settings.items()} for row in range(len(scene))]
        return [None if self.idle(used) else why for used, why in zip(told, self.flags(scene, settings), strict=True)]

    def idle(self, used: Mapping[str, object]) -> bool:
        """Whether the settings of one row are those at which the edit does nothing."""
        return bool(self.neutral) and all(used[name] == value for name, value in self.neutral.items())


def unknown_setting(spec: Edit, name: str) -> str:
    """Word the fault of a setting that ``spec`` does not have."""
    near = did_you_mean(name, spec.settings)
    return f"{spec.name} has no setting {name!r}" + (f"; did you mean {near!r}?" if near else "")


def _rows(value: object, count: int) -> list[object]:
    """Spread one value over all rows, or check that there is one a row."""
    if hasattr(value, "tolist"):  # tensors, and arrays and numbers of NumPy
        value = value.tolist()
    if isinstance(value, str) or not isinstance(value, Sequence):
        return [value] * count
    if len(value) != count:
        msg = f"got {len(value)} values for a batch of {count}"
        raise ValueError(msg)
    return list(value)


_REGISTRY: dict[str, Edit] = {}


def edit(
    *,
    main: str,
    channel: str,
    neutral: Mapping[str, float | str],
    needs: frozenset[str] | set[str] = frozenset(),
    sets: Mapping[str, str | By] | None = None,
    measures: set[str] | None = None,
    drops: set[str] | None = None,
    lawful: Mapping[int, str] | None = None,
    refuses: Refuses | None = None,
    like: Likeness | None = None,
    flags: Refuses | None = None,
) -> Callable[[Callable[..., Scene]], Edit]:
    """Register the decorated function as an edit under its own name.

    Raises:
        TypeError: A keyword without a declared ``number`` or ``choice``, or a name that is not the file's.
    """

    def register(function: Callable[..., Scene]) -> Edit:
        name = function.__name__
        if function.__module__.rsplit(".", 1)[-1] != name and function.__module__.startswith("faceaug.edits."):
            msg = f"edit {name!r} must live in a file of its own name, not in {function.__module__}"
            raise TypeError(msg)
        labels = Labels(sets or {}, frozenset(measures or ()), frozenset(drops or ()))
        settings, laws = _settings(function), lawful or {}
        _REGISTRY[name] = Edit(
            name, function, settings, labels, frozenset(needs), channel, neutral, main, laws, refuses, like, flags
        )
        return _REGISTRY[name]

    return register


def _settings(function: Callable[..., Any]) -> dict[str, Setting]:
    """Read the declared settings off the signature."""
    namespace = {"Tensor": Tensor, "Annotated": Annotated, "number": number, "choice": choice, "Scene": object}
    hints = get_type_hints(function, localns=namespace | {"Noise": object}, include_extras=True)
    found: dict[str, Setting] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            continue
        hint = hints[name]
        declared = [extra for extra in get_args(hint)[1:] if isinstance(extra, Setting)]
        if name == FLAG:
            msg = f"a setting of {function.__name__} cannot be called {FLAG!r}: in a record that says what to doubt"
            raise TypeError(msg)
        if get_origin(hint) is not Annotated or len(declared) != 1:
            msg = f"setting {name!r} of {function.__name__} needs one number(...) or choice(...)"
            raise TypeError(msg)
        default = None if parameter.default is inspect.Parameter.empty else parameter.default
        found[name] = Setting(**{**declared[0].__dict__, "name": name, "default": default})
    return found


@cache
def _load_all() -> None:
    """Import every file of ``faceaug.edits`` once, so that each registers its edit."""
    package = import_module("faceaug.edits")
    for module in iter_modules(package.__path__):
        import_module(f"faceaug.edits.{module.name}")


def edits() -> dict[str, Edit]:
    """Return every registered edit by name, in alphabetical order."""
    _load_all()
    return dict(sorted(_REGISTRY.items()))


def get_edit(name: str) -> Edit:
    """Return the edit called ``name``.

    Raises:
        RequestError: No such edit; names the nearest one.
    """
    known = edits()
    if name in known:
        return known[name]
    raise RequestError([Fault("edits", unknown_edit(name))])


def unknown_edit(name: str) -> str:
    """Word the fault of an edit that does not exist."""
    known = edits()
    near = did_you_mean(re.sub(r"[^a-z_]", "", name.lower()), known)
    hint = f"did you mean {near!r}?" if near else f"known edits: {', '.join(known)}"
    return f"there is no edit {name!r}; {hint}"
