"""Numbers in tables: how they are spelt, and which columns hold them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from faceaug.data.attributes import Scalar

__all__ = ["about_odd", "alike", "holds_numbers", "number_in", "odd_cells", "quantity_in", "spelt"]

NUMBER: Final = re.compile(r"-?(0|[1-9]\d{0,14})(?P<fraction>\.\d+)?(?P<power>[eE][+-]\d{1,2})?")
"""How numbers are spelt in tables; 15 digits are what a double holds exactly. Powers of ten have a sign, as programs
write them: `1e5` may be a code."""

CODE: Final = re.compile(r"-?\d+(\.\d+)?")
"""Digits: what is no NUMBER among them has zeros in front or is very long, and is a code or a name."""


THOUSANDS: Final = re.compile(r"-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
"""Digits in threes with commas between."""


def number_in(value: object) -> Scalar | None:
    """The number that a cell spells, if it is one; codes such as `007` and very long digits stay words."""
    if not isinstance(value, str):
        return value if isinstance(value, int | float) else None
    found = NUMBER.fullmatch(value.strip())
    return (float(value) if found["fraction"] or found["power"] else int(value)) if found else None


def quantity_in(value: Scalar) -> float | None:
    """The number that a value is where it must be one, codes included; None for words and truth values."""
    if isinstance(value, bool):
        return None
    number = number_in(value)
    if number is None and isinstance(value, str) and CODE.fullmatch(value.strip()):
        return float(value)
    return None if number is None else float(number)


def spelt(value: Scalar) -> str:
    """A value as a word: 1.0 as 1, truth values in small letters. Equal numbers are spelt alike, others never are."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if math.isfinite(value) and value.is_integer() else repr(value)
    return str(value)


def odd_cells(values: Sequence[Any], often: Collection[int]) -> list[int]:
    """The cells that are no numbers, of a column that holds numbers otherwise.

    Args:
        values: the different cells of a column.
        often: in how many rows each of them stands.

    Returns:
        Their places; none where most rows spell no number, or one is a code, such as `007`, so that all may be.
    """
    numbers = [number_in(value) for value in values]
    odd = [place for place, number in enumerate(numbers) if number is None]
    rest = sum(count for number, count in zip(numbers, often, strict=True) if number is None)
    codes = any(isinstance(values[place], str) and CODE.fullmatch(values[place].strip()) for place in odd)
    if codes or 2 * rest >= sum(often) or any(isinstance(value, bool) for value in values):
        return []
    return odd


def alike(values: Sequence[Any], odd: Sequence[int]) -> list[list[int]]:
    """Odd cells that one sentence is enough for: all numbers with a comma together, each other one by itself.

    Args:
        values: the different cells of a column.
        odd: places of those that are no numbers.
    """
    commas = [place for place in odd if _without_comma(values[place])]
    rest = [[place] for place in odd if place not in set(commas)]
    return sorted([*rest, commas]) if commas else rest


def about_odd(name: str, value: object, others: int = 0) -> str:
    """What to say of a cell that is no number, in a column of numbers, and of how many other values the same holds."""
    meant = _without_comma(value)
    hint = f"; write it {meant}" if meant else ""
    more = f" (so are {others:,} other values with a comma)" if others else ""
    what = f"{name} is {value!r}, and most other cells are numbers; where it must be one it counts as unknown"
    return f"{what}{more}{hint}"


def _without_comma(value: object) -> str:
    """How a number with commas is to be written; '' for what is none."""
    word = str(value).strip()
    whole = number_in(word.replace(",", "")) if THOUSANDS.fullmatch(word) else None
    broken = number_in(word.replace(",", ".", 1)) if "," in word else None
    if whole is not None and broken is not None:
        return f"as {whole} or as {broken}, whichever is meant"
    if whole is not None:
        return f"without commas, as {whole}"
    return "" if broken is None else f"with a point, as {broken}"


def holds_numbers(values: Sequence[Any], often: Collection[int]) -> bool:
    """Whether the cells of a column that spell numbers are numbers: all are, or all but some odd ones.

    Beside odd cells, cells that would become equal stay words: 1.1 and 1.10 are two versions beside 2.0b.

    Args:
        values: the different cells of a column.
        often: in how many rows each of them stands.
    """
    numbers = [number for number in map(number_in, values) if number is not None]
    if len(numbers) == len(values):
        return bool(values)
    return len(set(numbers)) == len(numbers) and bool(odd_cells(values, often))
