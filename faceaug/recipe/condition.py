"""`when`: an expression over what is known about a photograph, such as `yaw > -20 and glasses == 'none'`.

Only comparisons, `and`, `or`, `not`, `in`, numbers, texts and names of attributes are allowed; nothing is ever
executed. An attribute that is not known for a photograph makes its comparison neither true nor false (Kleene's
three-valued logic), so that `glasses != 'none'` does not hold for a person of whom nobody has said anything.
"""

from __future__ import annotations

import ast
import operator
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from faceaug.data.attributes import VOCABULARY, Scalar
from faceaug.data.numeric import number_in
from faceaug.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

__all__ = ["Condition", "condition_faults"]

LONGEST: Final = 1000
"""Characters in an expression; longer ones are not written by people (our own limit)."""

COMPARE: Final[Mapping[type[ast.cmpop], Callable[[object, object], bool]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,  # type: ignore[dict-item]  # both sides are of one kind, see `_compare`
    ast.LtE: operator.le,  # type: ignore[dict-item]  # same reason
    ast.Gt: operator.gt,  # type: ignore[dict-item]  # same reason
    ast.GtE: operator.ge,  # type: ignore[dict-item]  # same reason
}
"""Comparisons of two values."""

ALLOWED: Final = "comparisons, and, or, not, in, numbers, 'texts' and names of attributes"
SINGLE_EQUALS: Final = re.compile(r"(?<![=!<>])=(?!=)")


@dataclass(frozen=True)
class Condition:
    """An expression that has no faults (see `condition_faults`).

    Attributes:
        text: as written in the recipe.
    """

    text: str

    @cached_property
    def _tree(self) -> ast.expr:
        return ast.parse(self.text.strip(), mode="eval").body

    @property
    def names(self) -> tuple[str, ...]:
        """The attributes it asks for, in order of appearance."""
        return tuple(dict.fromkeys(node.id for node in ast.walk(self._tree) if isinstance(node, ast.Name)))

    def holds(self, known: Mapping[str, Scalar]) -> bool | None:
        """Whether it is true of a photograph; None if that depends on an attribute that is not known.

        >>> Condition("yaw > -20 and glasses == 'none'").holds({"yaw": 3.0, "glasses": "none"})
        True
        """
        return _truth(self._tree, known)

    def odd(self, known: Mapping[str, Scalar]) -> list[str]:
        """What it compares by size and what is known as a word that is no number."""
        sizes = [node for node in ast.walk(self._tree) if isinstance(node, ast.Compare) and _by_size(node)]
        sides = [side.id for node in sizes for side in (node.left, *node.comparators) if isinstance(side, ast.Name)]
        words = {name: known.get(name) for name in sides}
        return [
            f"{name} as a number, not {value!r}"
            for name, value in words.items()
            if isinstance(value, str) and number_in(value) is None
        ]

    def unknown(self, known: Mapping[str, Scalar]) -> list[str]:
        """The attributes that it asks for and that are not known."""
        return [name for name in self.names if name not in known]


def _by_size(node: ast.Compare) -> bool:
    """Whether a comparison asks which side is larger."""
    return any(isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in node.ops)


def _truth(node: ast.expr, known: Mapping[str, Scalar]) -> bool | None:
    """Truth of a condition, None where unknown."""
    if isinstance(node, ast.BoolOp):
        parts = [_truth(part, known) for part in node.values]
        decides = isinstance(node.op, ast.Or)
        if decides in parts:
            return decides
        return None if None in parts else not decides
    if isinstance(node, ast.UnaryOp):
        inner = _truth(node.operand, known)
        return None if inner is None else not inner
    if not isinstance(node, ast.Compare):
        msg = f"{ast.unparse(node)!r} is not a condition"
        raise TypeError(msg)
    sides = [node.left, *node.comparators]
    parts = [_compare(left, op, right, known) for left, op, right in zip(sides, node.ops, sides[1:], strict=False)]
    if False in parts:
        return False
    return None if None in parts else True


def _compare(left: ast.expr, op: ast.cmpop, right: ast.expr, known: Mapping[str, Scalar]) -> bool | None:
    """Truth of one comparison; None where a side is unknown or the sides cannot be ordered."""
    a = _value(left, known)
    if isinstance(op, ast.In | ast.NotIn):
        if a is None or not isinstance(right, ast.Tuple | ast.List | ast.Set):
            return None
        return (a in [_value(item, known) for item in right.elts]) is isinstance(op, ast.In)
    b = _value(right, known)
    if a is None or b is None:
        return None
    if isinstance(a, str) != isinstance(b, str):
        first, second = number_in(a), number_in(b)
        if first is not None and second is not None:
            return COMPARE[type(op)](first, second)
        if not isinstance(op, ast.Eq | ast.NotEq):
            return None
    return COMPARE[type(op)](a, b)


def _value(node: ast.expr, known: Mapping[str, Scalar]) -> Scalar | None:
    """Value of one side of a comparison."""
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.UnaryOp):
        inner = _value(node.operand, known)
        return -inner if isinstance(inner, int | float) else None
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float) else None


def condition_faults(text: str, own: Collection[str] = ()) -> list[str]:
    """Say everything that is wrong with an expression.

    Args:
        text: the expression.
        own: attributes of the user's own table, known besides the vocabulary.
    """
    if len(text) > LONGEST:
        return [f"has {len(text)} characters, but at most {LONGEST} are read"]
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if SINGLE_EQUALS.search(text):
            return [f"{text!r} has a single '='; equality is written '=='"]
        why = error.msg if isinstance(error, SyntaxError) else "it is nested too deeply"
        return [f"{text!r} cannot be read: {why}"]
    return list(dict.fromkeys(_condition_faults(tree, own)))


def _condition_faults(node: ast.expr, own: Collection[str]) -> Iterator[str]:
    """Faults of something that must be true or false."""
    if isinstance(node, ast.BoolOp):
        for part in node.values:
            yield from _condition_faults(part, own)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield from _condition_faults(node.operand, own)
    elif isinstance(node, ast.Compare):
        yield from _comparison_faults(node, own)
    elif isinstance(node, ast.Name):
        yield from _name_faults(node, own)
        yield f'{node.id!r} alone is neither true nor false; compare it, as in "{_example(node.id)}"'
    else:
        yield f"{ast.unparse(node)!r} is not allowed; a condition is made of {ALLOWED}"


def _comparison_faults(node: ast.Compare, own: Collection[str]) -> Iterator[str]:
    """Faults of one comparison or a chain of them."""
    sides = [node.left, *node.comparators]
    for op, right in zip(node.ops, node.comparators, strict=True):
        if isinstance(op, ast.In | ast.NotIn):
            if not isinstance(right, ast.Tuple | ast.List | ast.Set):
                yield f"{ast.unparse(right)!r} must be a list, as in \"glasses in ['none', 'clear']\""
                continue
        elif type(op) not in COMPARE:
            yield "'is' is not allowed; equality is written '=='"
    for side in sides:
        items = side.elts if isinstance(side, ast.Tuple | ast.List | ast.Set) else [side]
        for item in items:
            yield from _side_faults(item, own)
    yield from _word_faults(sides)


def _side_faults(node: ast.expr, own: Collection[str]) -> Iterator[str]:
    """Faults of something that must be a value."""
    if isinstance(node, ast.Name):
        yield from _name_faults(node, own)
        return
    inner = node.operand if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else node
    if not isinstance(inner, ast.Constant) or not isinstance(inner.value, str | int | float):
        yield f"{ast.unparse(node)!r} is not allowed; a condition is made of {ALLOWED}"


def _name_faults(node: ast.Name, own: Collection[str]) -> Iterator[str]:
    """Whether an attribute of that name exists."""
    if node.id in VOCABULARY or node.id in own:
        return
    if any(node.id in attribute.values for attribute in VOCABULARY.values()):
        yield f"{node.id} is a value and stands in quotes: '{node.id}'"
        return
    near = did_you_mean(node.id, [*VOCABULARY, *own])
    hint = f"did you mean {near!r}?" if near else f"known are {', '.join([*VOCABULARY, *own])}"
    yield f"there is no attribute {node.id!r}; {hint} (columns of your own table go into 'attributes:')"


def _word_faults(sides: list[ast.expr]) -> Iterator[str]:
    """Whether words that an attribute is compared with are among its values."""
    for name in (side.id for side in sides if isinstance(side, ast.Name)):
        attribute = VOCABULARY.get(name)
        for node in (inner for side in sides for inner in ast.walk(side) if isinstance(inner, ast.Constant)):
            if attribute is None or node.value in attribute.values:
                continue
            if attribute.values:
                near = did_you_mean(str(node.value), attribute.values)
                hint = f"; did you mean {near!r}?" if near else ""
                yield f"{name} is one of {', '.join(attribute.values)}, never {node.value!r}{hint}"
            elif isinstance(node.value, str):
                yield f"{name} is a number, but is compared with {node.value!r}"


def _example(name: str) -> str:
    """How a comparison of this attribute could look."""
    values = VOCABULARY[name].values if name in VOCABULARY else ()
    return f"{name} == '{values[0]}'" if values else f"{name} > 0"
