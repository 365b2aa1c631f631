"""Requirements: what the errors of a model ask for, in a file that a person and a plan can read."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import yaml

from faceaug.coverage.intervals import wilson
from faceaug.coverage.targets import Demand, power_size
from faceaug.data.files import why_unreadable, write_atomic
from faceaug.data.numeric import spelt
from faceaug.errors import Fault, RequestError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from faceaug.coverage.counts import Table
    from faceaug.coverage.errors import Slice, Slices

__all__ = ["read_requirements", "requirements", "write_requirements"]

MOST_TIMES: Final = 10.0
"""A slice is asked for this many times over at most; more of one kind would outweigh all the rest."""

ABOUT: Final = "What to add, by the errors of a model; what is least likely by chance stands first"


def requirements(
    found: Mapping[str, Slices],
    *,
    model: str = "",
    more: Sequence[Mapping[str, Any]] = (),
    table: Table | None = None,
) -> dict[str, Any]:
    """What the worst slices ask for, as plain values.

    Args:
        found: what was counted (error, false positives, ...) -> the slices in which there is too much of it.
        model: whose errors they are.
        more: requirements from elsewhere, such as a stress test; each with `where`, `why` and `need`, or with
            `photographs_to_measure` alone, which no rendering fills.
        table: the data set, of which the group's photographs are counted, whatever their label and whether the model
            was asked about them: as `read_requirements` counts them again, and as a plan can add to them. Without it
            those are counted that the model was asked about.

    Returns:
        How many slices were tested, and for each that was found where it is, why, how many photographs there are, how
        many a training set needs and how many a test set. For training, a slice that errs f times as often needs f
        times as many, so that its weight is that of its errors; f is what is certain at 95 % (lower limit here over
        upper limit elsewhere), and at most MOST_TIMES. Whether that is enough only a new measurement tells. The test
        set needs photographs, since renderings are no evidence: so many that the rate is told from that elsewhere
        with 80 % power (`power_size`; elsewhere there are assumed to be as many).
    """
    head: dict[str, Any] = {"about": ABOUT}
    head |= {"model": model} if model else {}
    if found:
        head["slices_tested"] = sum(slices.tested for slices in found.values())
        head["significant"] = sum(slices.significant for slices in found.values())
        head["false_discoveries_at_most"] = max(slices.q for slices in found.values())
    entries = [_entry(kind, item, table) for kind, slices in found.items() for item in slices.slices]
    entries.sort(key=lambda entry: float(entry["p"]))
    return head | {"requirements": entries + [dict(entry) for entry in more]}


def write_requirements(path: str | Path, document: Mapping[str, Any]) -> None:
    """Write what `requirements` gave as YAML."""
    text = yaml.safe_dump(dict(document), sort_keys=False, allow_unicode=True, width=120)
    write_atomic(path, text.encode())


def read_requirements(path: Path, table: Table) -> tuple[Demand, ...]:
    """Read requirements back as demands on a table.

    Args:
        path: a YAML file with a list `requirements`, each with `where` (attribute -> value or values) and `need`, or
            `photographs_to_measure` where that is all that is asked for.
        table: the pictures; photographs are counted. Where a group has fewer of them than when the file was written, as
            in a training split, no more is asked for than was to be added then (`add_at_least`).

    Raises:
        RequestError: for a file that is not understood, and for attributes and values that the table does not have.
    """
    try:
        text = path.read_text(encoding="utf-8")
        document = yaml.safe_load(text)
    except OSError as error:
        raise _request([Fault(str(path), why_unreadable(path, error))]) from error
    except UnicodeDecodeError as error:
        raise _request([Fault(str(path), f"cannot be read: {error}")]) from error
    except yaml.YAMLError as error:
        raise _request([Fault(str(path), f"is not YAML: {' '.join(str(error).split())}")]) from error
    entries = document.get("requirements") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise _request([Fault(str(path), "needs a list `requirements`, each with `where` and `need`")])
    faults: list[Fault] = []
    demands = [_demand(f"{path}  requirement {place}", entry, table, faults) for place, entry in enumerate(entries, 1)]
    if faults:
        raise _request(faults)
    return tuple(demand for demand in demands if demand is not None)


def _demand(place: str, entry: object, table: Table, faults: list[Fault]) -> Demand | None:
    """One demand, or faults."""
    asked = entry if isinstance(entry, dict) else {}
    to_measure = "need" not in asked and "photographs_to_measure" in asked
    where, need = asked.get("where"), asked.get("photographs_to_measure" if to_measure else "need")
    if not isinstance(where, dict) or isinstance(need, bool) or not isinstance(need, int) or need < 0:
        name = "photographs_to_measure" if to_measure else "need"
        faults.append(Fault(place, f"must have `where` (attribute: value) and `{name}` (a whole number from 0)"))
        return None
    axes = {axis.name: (number, axis) for number, axis in enumerate(table.axes)}
    hit = ~table.rendered
    values: dict[str, tuple[str, ...]] = {}
    for name, given in where.items():
        if name not in axes:
            near = did_you_mean(str(name), axes)
            faults.append(
                Fault(
                    place,
                    f"{name!r} is not looked at; "
                    + (f"did you mean {near!r}?" if near else f"--by has {', '.join(axes)}"),
                )
            )
            continue
        number, axis = axes[name]
        words = [
            spelt(word) if isinstance(word, int | float) else str(word)
            for word in (given if isinstance(given, list) else [given])
        ]
        wrong = [word for word in words if word not in axis.values]
        faults += [Fault(place, f"{name} is never {word!r}; it has {', '.join(axis.values)}") for word in wrong]
        codes = [axis.values.index(word) for word in words if word in axis.values]
        hit = hit & np.isin(table.codes[:, number], codes)
        values[name] = tuple(words)
    return Demand(values, int(hit.sum()), need if to_measure else _of_part(asked, int(hit.sum()), need), to_measure)


def _of_part(asked: Mapping[str, Any], have: int, need: int) -> int:
    """What a part of the data set needs, such as its training split: what is to be added, beside what the part has."""
    more = asked.get("add_at_least")
    return min(need, have + more) if isinstance(more, int) else need


def _entry(kind: str, item: Slice, table: Table | None) -> dict[str, Any]:
    """One requirement."""
    have = item.count
    if table is not None:
        have = int((table.within({name: [word] for name, word in item.where.items()}) & ~table.rendered).sum())
    _, ceiling = wilson(item.elsewhere * item.others, item.others)
    times = max(1.0, item.rate.low / float(ceiling))
    need = math.ceil(have * min(times, MOST_TIMES))
    rate = f"{item.errors} of {item.count} wrong: {item.rate}, against {100 * item.elsewhere:.1f} % elsewhere"
    return {
        "where": dict(item.where),
        "what": kind,
        "why": rate,
        "have": have,
        "need": need,
        "add_at_least": need - have,
        "photographs_to_measure": power_size(item.rate.value, item.elsewhere),
        "p": float(f"{item.p:.3g}"),
    }


def _request(faults: list[Fault]) -> RequestError:
    """All that is wrong with a file of requirements."""
    return RequestError(faults, "nothing was counted")
