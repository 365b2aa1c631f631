"""The gate: every picture is taken apart again, and kept only if it is what was planned and shows no fault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from faceaug.edit import get_edit
from faceaug.plan.gate.borders import graininess, seam, spill
from faceaug.plan.gate.bounds import BOUNDS
from faceaug.plan.gate.check import Check
from faceaug.plan.gate.clipping import newly_clipped
from faceaug.plan.gate.features import drift, exchange
from faceaug.plan.gate.frame import aligned
from faceaug.plan.gate.labels import missed
from faceaug.plan.gate.seat import misplacement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from faceaug.coverage.axes import Axis
    from faceaug.data.attributes import Value
    from faceaug.face.decomposition import Decomposition
    from faceaug.plan.gate.frame import Aligned
    from faceaug.plan.gate.identity import Recogniser
    from faceaug.recipe.variants import Variant

__all__ = ["BOUNDS", "Check", "Expectation", "Verdict", "judge"]

CONTAINED: Final = frozenset({"turn", "tone", "pigment", "relief", "eyewear"})
"""Channels that change face and skin alone; an edit of another one may change what lies around them."""

OUTLINED: Final = frozenset({"pigment", "relief"})
"""Channels that draw marks with outlines of their own on the skin, which are no seams."""

GRAINY: Final = frozenset({"sensor"})
"""Channels that are meant to change the picture's noise."""

EYES: Final = frozenset({"eye_colour", "gaze"})
"""Attributes that are no longer known where the eyes are hidden, and then the eyes are not compared."""


@dataclass(frozen=True)
class Expectation:
    """What a picture has to show.

    Attributes:
        axes: The attributes that were planned for, and their classes.
        classes: Attribute -> class.
        labels: What the picture's record will say.
        found: What was measured on the picture.
        was: What was measured on the photograph.
    """

    axes: Sequence[Axis] = ()
    classes: Mapping[str, str] | None = None
    labels: Mapping[str, Value] | None = None
    found: Mapping[str, Value] | None = None
    was: Mapping[str, Value] | None = None


@dataclass(frozen=True)
class Verdict:
    """What the gate says of one picture.

    Attributes:
        checks: What was looked at; what does not apply to the picture is not among them.
    """

    checks: tuple[Check, ...]

    @property
    def accepted(self) -> bool:
        """Whether every check was passed."""
        return all(check.passed for check in self.checks)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Sentences of the checks that failed."""
        return tuple(check.sentence for check in self.checks if not check.passed)

    def as_dict(self) -> dict[str, Any]:
        """JSON values: check -> score, bound, sentence."""
        return {check.name: check.as_dict() for check in self.checks}


def judge(
    before: Decomposition,
    after: Decomposition | None,
    variant: Variant,
    expectation: Expectation,
    recogniser: Recogniser | None = None,
) -> Verdict:
    """Look at one picture.

    Args:
        before: The photograph taken apart, one face.
        after: The picture taken apart anew, or None where no face was found on it.
        variant: The picture, as it was rendered.
        expectation: What it has to show.
        recogniser: Tells people apart; None where none is installed, and then nobody looks.
    """
    if after is None:
        return Verdict((Check("face", 1.0, BOUNDS["face"], "no face is found on it any more"),))
    pair = aligned(before, after, variant.points, variant.masks)
    checks = [_faces(before, after), *_labels(expectation), *_measures(before, after, variant, pair)]
    if recogniser is not None:
        checks.append(_identity(before, after, recogniser))
    return Verdict(tuple(checks))


def _faces(before: Decomposition, after: Decomposition) -> Check:
    now, was = after.faces_found[0], before.faces_found[0]
    return Check("face", float(abs(now - was)), BOUNDS["face"], f"{now} faces are found, {was} on the photograph")


def _labels(expectation: Expectation) -> Iterator[Check]:
    if expectation.classes is None:
        return
    faults = missed(
        expectation.axes,
        expectation.classes,
        expectation.labels or {},
        expectation.found or {},
        expectation.was or {},
    )
    told = "; ".join(faults) or "every planned attribute is there"
    yield Check("labels", float(len(faults)), BOUNDS["labels"], told)


def _measures(before: Decomposition, after: Decomposition, variant: Variant, pair: Aligned) -> Iterator[Check]:
    """Everything that is a number."""
    channels = {get_edit(name).channel for name in variant.drawn}
    gap = drift(after, variant.points)
    yield _check("landmarks", gap, f"landmarks found again lie {gap:.1%} of the eyes' distance from the labels")
    if not EYES & {name for edit in variant.drawn for name in _dropped(edit, variant)}:
        alike = exchange(pair)
        yield _check("eyes", alike, f"the eyes are exchanged or changed: {alike:.2f} (0 as they were, 1 unlike)")
    seat = misplacement(pair, float(after.pose.angles[0, 0]))
    if seat is not None:
        yield _check("glasses", seat, f"lenses are {seat:.1%} of the eyes' distance away from the eyes")
    lost = newly_clipped(before, after)
    yield _check("clipping", lost, f"{lost:.1%} of the skin have become white or black")
    if channels <= CONTAINED - OUTLINED:
        step = seam(pair)
        yield _check("seam", step, f"there are new edges of {step:.1f} levels a pixel on bare skin")
    if channels <= CONTAINED:
        over = spill(pair)
        yield _check("spill", over, f"what lies around the skin has changed by {over:.1f} (CIELAB)")
    if not channels & GRAINY:
        noise = graininess(before, after)
        yield _check("grain", noise, f"noise on the skin differs by a factor of {2**noise:.1f} from the photograph")


def _dropped(edit: str, variant: Variant) -> frozenset[str]:
    """Attributes that are unknown after an edit."""
    return frozenset() if edit in variant.idle else get_edit(edit).labels.decided(variant.applied[edit])[1]


def _check(name: str, score: float, sentence: str) -> Check:
    return Check(name, score, BOUNDS[name], sentence)


def _identity(before: Decomposition, after: Decomposition, recogniser: Recogniser) -> Check:
    """How far the picture is from the photograph to a face recogniser."""
    was, now = (recogniser(face.photos[0].pixels, face.points[0].double().cpu().numpy()) for face in (before, after))
    gap = float(((was - now) ** 2).sum() ** 0.5)
    told = f"the face recogniser's distance to the photograph is {gap:.2f}; one person is below {recogniser.same:.2f}"
    return Check("identity", gap, min(recogniser.same, BOUNDS["identity"]), told)
