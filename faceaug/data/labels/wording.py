"""From a table as it was read to labels: each column in the words of a vocabulary, and what did not fit."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from faceaug.data.attributes import VOCABULARY
from faceaug.data.labels.columns import Columns, empty, names_of, paths_of
from faceaug.data.labels.findings import Finding, grouped, same_ids
from faceaug.data.labels.sheet import NOTHING, Column
from faceaug.data.labels.slips import slips
from faceaug.data.numeric import about_odd, alike, holds_numbers, number_in, odd_cells, spelt
from faceaug.data.origin import origin_columns, told_origins
from faceaug.data.splits import one_spelling
from faceaug.data.told import no_file, no_photo_column, trimmed
from faceaug.errors import Fault, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from faceaug.data.labels.sheet import Place, Sheet
    from faceaug.data.labels.vocabulary import Term, Vocabulary

__all__ = ["no_numbers", "worded"]

VOCABULARY_TELLS: Final = "a vocabulary can say so (--vocabulary, columns: {photo: NAME})"
"""What to do with a table whose columns have other names."""

MANY: Final = 8
"""Values that are named where there are more."""

NOT_KNOWN: Final = frozenset({"unknown", "n/a", "na", "?", "-", "--", "unspecified", "missing", "not known"})
"""Words that mostly mean that nothing is known, and that may be somebody's class all the same."""

UNNAMED: Final = ""
"""The name of columns without one, as programs write them that number the rows, or that end each with a comma."""

MOST_ODD: Final = 50
"""Different words of one attribute that are compared with those that there are."""


def worded(sheet: Sheet, vocabulary: Vocabulary, faults: list[Fault]) -> tuple[Columns | None, Column, list[Finding]]:
    """Say a sheet in the words of a vocabulary.

    A column that the vocabulary does not name is an attribute of its own name; if most of its cells are numbers, it
    holds numbers, and each cell that is none is a finding.

    Args:
        sheet: the table, with the roles that its columns' names or its format tell.
        vocabulary: what the columns mean; its roles come first.
        faults: where whatever makes the table useless is noted.

    Returns:
        The labels, or None where there are faults; the photographs as a column; values that are none of an
        attribute's, and attributes that no column tells.
    """
    roles = {**sheet.roles, **{role: name for role, name in vocabulary.roles.items() if name in sheet.columns}}
    origins, findings = _origins(sheet, vocabulary, faults)
    faults += _wrong_columns(sheet, vocabulary)
    if "photo" not in roles:
        named = "" if vocabulary.roles.get("photo") else f"; {VOCABULARY_TELLS}"
        faults.append(Fault(_file(sheet), no_photo_column(list(sheet.columns)) + named))
    if faults:
        return None, empty(0), []
    photos = paths_of(sheet.columns[roles["photo"]])
    faults += [
        Fault(sheet.place(row), f"{roles['photo']} {no_file(None if code == NOTHING else photos.values[code])}")
        for code in [NOTHING, *(code for code, value in enumerate(photos.values) if no_file(value))]
        for row in np.flatnonzero(photos.codes == code).tolist()
    ]
    if faults:
        return None, empty(0), []
    attributes, doubts = _attributes(sheet, vocabulary, {*roles.values(), *origins, UNNAMED})
    told = {role: _merged(column, [str(value) for value in column.values]) for role, column in _roles(sheet, roles)}
    if "split" in told:
        told["split"] = _merged(told["split"], list(one_spelling(told["split"].values).values()))
    nobody = empty(len(sheet))
    columns = Columns(
        names_of(photos, told.get("id")),
        photos.texts(),
        told.get("subject", nobody),
        told.get("split", nobody),
        told.get("sha256", nobody),
        _either(list(origins.values())) if origins else nobody,
        attributes,
        sheet.place,
    )
    shared = same_ids(told["id"], photos, sheet.place) if "id" in told else []
    return columns, photos, [*findings, *doubts, *shared]


def _origins(sheet: Sheet, vocabulary: Vocabulary, faults: list[Fault]) -> tuple[dict[str, Column], list[Finding]]:
    """The columns that say which pictures are rendered, in the words of `Origin`, and a finding for each that does not.

    A column for which the vocabulary has another use is none of them.
    """
    taken = {*vocabulary.ignored, *vocabulary.roles.values(), *(term.column for term in vocabulary.terms.values())}
    found: dict[str, Column] = {}
    findings: list[Finding] = []
    for kind, name in origin_columns(name for name in sheet.columns if name not in taken).items():
        column = _known(sheet.columns[name], vocabulary)
        told = told_origins(kind, name, column.values)
        if told.own:
            findings.append(Finding("own_column", told.own, np.empty(0, np.int64), sheet.place, _file(sheet)))
        for code, rows in grouped(column.codes, np.array([*told.strange], np.int32)):
            faults.append(Fault(sheet.place(int(rows[0])), told.strange[code]))
        if told.origins is not None:
            words = list(dict.fromkeys(word for word in told.origins if word))
            places = [NOTHING if word is None else words.index(word) for word in told.origins]
            found[name] = column.mapped(places, words)
    return found, findings


def _either(columns: Sequence[Column]) -> Column:
    """What several columns say together: a rendering where one of them says so."""
    drawn = np.logical_or.reduce([np.array([*(v == "rendered" for v in c.values), False])[c.codes] for c in columns])
    return Column(["camera", "rendered"], drawn.astype(np.int32))


def _file(sheet: Sheet) -> str:
    """The file of a sheet."""
    return sheet.place(0).rpartition(":")[0]


def _roles(sheet: Sheet, roles: Mapping[str, str]) -> Iterator[tuple[str, Column]]:
    """The columns that are no attributes."""
    yield from ((role, sheet.columns[name]) for role, name in roles.items() if role != "photo")


def _wrong_columns(sheet: Sheet, vocabulary: Vocabulary) -> Iterator[Fault]:
    """Columns that the vocabulary names and the table does not have."""
    named = {role: name for role, name in vocabulary.roles.items() if vocabulary.lines.get(role)}
    named |= {term.name: term.column for term in vocabulary.terms.values() if term.explicit}
    for key, name in named.items():
        if name not in sheet.columns:
            yield Fault(vocabulary.place(key), f"the table has no column {name!r}; {_hint(name, sheet)}")
    for key, names in (("ignore", vocabulary.ignored), ("sensitive", vocabulary.sensitive)):
        for name in names:
            if vocabulary.lines.get(key) and name not in sheet.columns and name not in vocabulary.terms:
                yield Fault(vocabulary.place(key), f"the table has no column {name!r}; {_hint(name, sheet)}")


def _hint(name: str, sheet: Sheet) -> str:
    """The column that was probably meant, or those that there are."""
    near = did_you_mean(name, sheet.columns)
    return f"did you mean {near!r}?" if near else f"it has {', '.join(list(sheet.columns)[:12])}"


def _attributes(sheet: Sheet, vocabulary: Vocabulary, taken: set[str]) -> tuple[dict[str, Column], list[Finding]]:
    """Every attribute that the table tells: those of the vocabulary first, in its order."""
    found: dict[str, Column] = {}
    findings: list[Finding] = []
    for name, term in vocabulary.terms.items():
        if term.column in sheet.columns:
            column = _known(sheet.columns[term.column], vocabulary)
            found[name] = _classes(column, term, sheet, findings) if term.values else _scalars(column)
            findings += [] if term.values else no_numbers(name, column, sheet.place)
        elif term.line:
            what = f"{name} is told by no column; {_hint(name, sheet)}"
            findings.append(Finding("unused_term", what, np.empty(0, np.int64), sheet.place, vocabulary.place(name)))
    taken = taken | set(vocabulary.ignored) | {term.column for term in vocabulary.terms.values()}
    rest = {name: column for name, column in sheet.columns.items() if name not in taken and name not in found}
    plain = {name: _known(column, vocabulary) for name, column in rest.items()}
    told = {name: _scalars(column) for name, column in plain.items()}
    findings += [doubt for name, column in told.items() for doubt in _misspelt(name, column, sheet)]
    findings += [doubt for name, column in told.items() for doubt in _unsaid(name, column, sheet)]
    findings += [doubt for name, column in plain.items() for doubt in no_numbers(name, column, sheet.place)]
    return found | told, findings


def _misspelt(name: str, column: Column, sheet: Sheet) -> Iterator[Finding]:
    """Words that are none of faceaug's own for an attribute but nearly one, or nearly a much commoner word of it."""
    words = VOCABULARY[name].values if name in VOCABULARY else ()
    odd = [code for code, value in enumerate(column.values) if isinstance(value, str) and value not in words]
    near = {code: did_you_mean(column.values[code], words) for code in odd[:MOST_ODD]} if words else slips(column)
    for code, rows in grouped(column.codes, np.array([code for code, word in near.items() if word], np.int32)):
        what = f"{name} is {column.values[code]!r}; did you mean {near[code]!r}? It counts as a value of its own"
        yield Finding("odd_word", what, rows, sheet.place)


def _unsaid(name: str, column: Column, sheet: Sheet) -> Iterator[Finding]:
    """Words that most people write where nothing is known, in a column of words."""
    if holds_numbers(column.values, _often(column)):
        return
    codes = [code for code, value in enumerate(column.values) if str(value).strip().lower() in NOT_KNOWN]
    for code, rows in grouped(column.codes, np.array(codes, np.int32)):
        word = column.values[code]
        what = (
            f"{name} is {word!r}, which counts as a value of its own; if it means that nothing is known, a vocabulary"
        )
        yield Finding("odd_word", f"{what} says so (--vocabulary, unknown: [{str(word).strip()!r}])", rows, sheet.place)


def _known(column: Column, vocabulary: Vocabulary) -> Column:
    """A column without the cells that mean that nothing is known."""
    if not vocabulary.unknown:
        return column
    kept = [value for value in column.values if spelt(value).strip().lower() not in vocabulary.unknown]
    if len(kept) == len(column.values):
        return column
    new = {id(value): place for place, value in enumerate(kept)}
    return column.mapped([new.get(id(value), NOTHING) for value in column.values], kept)


def _scalars(column: Column) -> Column:
    """Numbers where nearly every cell is one, else words; codes such as `007` stay words."""
    numeric = holds_numbers(column.values, _often(column))
    numbers = [number_in(value) if numeric else None for value in column.values]
    words = [trimmed(value) if isinstance(value, str | int | float) else str(value) for value in column.values]
    return _merged(column, [word if number is None else number for word, number in zip(words, numbers, strict=True)])


def _often(column: Column) -> list[int]:
    """In how many rows each value stands."""
    known = column.codes[column.codes != NOTHING]
    return list(map(int, np.bincount(known, minlength=len(column.values))))


def no_numbers(name: str, column: Column, place: Place) -> Iterator[Finding]:
    """Cells that are no numbers, in a column of numbers."""
    sets = alike(column.values, odd_cells(column.values, _often(column)))
    first = {codes[0]: codes for codes in sets}
    merged = np.full(len(column.values) + 1, NOTHING, np.int32)
    for codes in sets:
        merged[codes] = codes[0]
    for code, rows in grouped(merged[column.codes], np.array(list(first), np.int32)):
        shown = column.values[column.codes[rows[0]]]
        yield Finding("no_number", about_odd(name, shown, len(first[code]) - 1), rows, place)


def _merged(column: Column, values: list[Any]) -> Column:
    """The same rows with other values, equal ones as one."""
    if values == column.values and all(map(isinstance, values, repeat(str))):
        return column
    seen: dict[tuple[type, Any], int] = {}
    places = [seen.setdefault((type(value), value), len(seen)) for value in values]
    if len(seen) == len(values):
        return Column(values, column.codes)
    return column.mapped(places, [value for _, value in seen])


def _classes(column: Column, term: Term, sheet: Sheet, findings: list[Finding]) -> Column:
    """A column in the classes of a term; what is none of them is unknown, and a finding with all its lines."""
    places = [term.place(value) for value in column.values]
    strange = np.flatnonzero(np.array(places) == NOTHING)
    findings += [
        Finding("unknown_value", _strange(column.values[code], term), rows, sheet.place)
        for code, rows in grouped(column.codes, strange)
    ]
    return column.mapped(places, term.values)


def _strange(value: Any, term: Term) -> str:
    """What to say of a value that is none of a term's."""
    word = spelt(value)
    words = {**{other: other for other in term.synonyms}, **{name: name for name in term.values}}
    near = did_you_mean(word, words)
    names = ", ".join(term.values[:MANY]) + (", ..." if len(term.values) > MANY else "")
    also = ", a number, or a range within one of them" if term.cuts else ""
    hint = f"; did you mean {near!r}?" if near else ""
    return f"{term.column} is {word!r}, but must be {names}{also}{hint}; it counts as unknown"
