"""Check: every attribute that was planned for is what the picture shows, and every other one what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faceaug.coverage.axes import UNKNOWN
from faceaug.data.attributes import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from faceaug.coverage.axes import Axis
    from faceaug.data.attributes import Scalar, Value

__all__ = ["excused", "missed"]


def missed(
    axes: Sequence[Axis],
    expected: Mapping[str, str],
    labels: Mapping[str, Value],
    found: Mapping[str, Value],
    was: Mapping[str, Value],
) -> list[str]:
    """Say which attributes are not as planned; nothing if all are.

    The label that the picture will carry has to be in its class, and so has what is measured on the picture, wherever
    it can be measured. An attribute that was told and that no edit touched is compared with what was measured on the
    photograph: where measuring and telling differ there, only staying the same can be asked. So it is with attributes
    that nobody planned for: a word that the picture inherits must not be contradicted by what is measured on it.

    Args:
        axes: The attributes and their classes.
        expected: Attribute -> class that the plan counts on.
        labels: What the picture's record will say.
        found: What was measured on the picture.
        was: What was measured on the photograph.

    Returns:
        A sentence an attribute.
    """
    faults = []
    for axis in axes:
        wanted = expected.get(axis.name)
        if wanted is None:
            continue
        label = labels.get(axis.name)
        said = _class(axis, label)
        if said != wanted:
            faults.append(f"{axis.name} is labelled {said or 'unknown'}, not {wanted}")
            continue
        seen = _class(axis, found.get(axis.name))
        if seen is None or label is None:
            continue
        before = _class(axis, was.get(axis.name))
        goal = before if label.how == "inherited" and before is not None else wanted
        if seen != goal:
            faults.append(f"{axis.name} is measured as {seen}, not {goal}")
    planned = {axis.name for axis in axes}
    return faults + [
        f"{name} is measured as {found[name].value}, and no longer {label.value}"
        for name, label in sorted(labels.items())
        if name not in planned and _contradicted(name, label, found.get(name), was.get(name))
    ]


def _contradicted(name: str, label: Value, seen: Value | None, before: Value | None) -> bool:
    """Whether a word that is inherited is measured as another one, although the photograph does not say so too."""
    if label.how != "inherited" or name not in VOCABULARY or label.value not in VOCABULARY[name].values:
        return False
    if seen is None or not seen.known or seen.value == label.value:
        return False
    return not excused(label, before.value if before is not None and before.known else None)


def excused(label: Value, before: Scalar | None) -> bool:
    """Whether a picture is not to blame for a label, since it was inherited and the photograph contradicts it too.

    Args:
        label: of the picture.
        before: what was measured on the photograph, reliably enough to be counted, or None.
    """
    return label.how == "inherited" and before is not None and before != label.value


def _class(axis: Axis, value: Value | None) -> str | None:
    """The class of a value, or None where it is not known well enough to be counted."""
    code = axis.code(value.value) if value is not None and value.known else UNKNOWN
    return axis.values[code] if code != UNKNOWN else None
