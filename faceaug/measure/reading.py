"""How a reading is written down: rounded, with its interval, its reliability, and why that is low."""

from __future__ import annotations

from faceaug.data.attributes import Value

__all__ = ["number", "word"]


def number(
    value: float,
    reliability: float,
    *,
    digits: int = 2,
    spread: float | None = None,
    between: tuple[float, float] | None = None,
    note: str = "",
) -> Value:
    """A number that was measured.

    Args:
        value: what was read.
        reliability: 0..1; clamped.
        digits: decimals that are kept.
        spread: half the width of its 95 % interval, or None where nobody knows or `between` says it.
        between: both ends of its 95 % interval, where it is lopsided; moved apart where they do not hold the value.
        note: what it rests on, or why it is unreliable.
    """
    kept = round(value, digits)
    low, high = (None, None) if spread is None else (round(kept - spread, digits), round(kept + spread, digits))
    if between is not None:
        low, high = min(round(between[0], digits), kept), max(round(between[1], digits), kept)
    return Value(kept, "measured", _share(reliability), low, high, note)


def word(value: str, reliability: float, *, note: str = "") -> Value:
    """A word that was measured."""
    return Value(value, "measured", _share(reliability), note=note)


def _share(reliability: float) -> float:
    return round(min(max(reliability, 0.0), 1.0), 3)
