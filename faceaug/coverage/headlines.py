"""What matters most in an audit, in plain words and in the order of its weight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from faceaug.coverage.intervals import share

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["headlines"]

STRONG: Final = 0.3
"""Cramer's V from which an association is a headline: medium and more, J. Cohen (1988)."""

SURELY: Final = 0.01
"""Probability by chance, over all pairs together, up to which an association is a headline."""

UNKNOWN_FROM: Final = 0.05
"""Share of photographs from which missing labels are a headline."""

PHOTOS: Final = ("photograph", "photographs")


def headlines(document: Mapping[str, Any]) -> list[str]:
    """The headlines of an audit that is complete but for these."""
    return [
        _size(document),
        _depth(document),
        *_skipped(document.get("skipped")),
        *_missing(document["gaps"]),
        *_model(document.get("errors")),
        *_target(document.get("target")),
        *_changed(document.get("compare")),
        *_together(document["pairs"]),
        *_spoilt(document["integrity"]),
        *_unknown(document),
        *_strange(document),
        *(
            f"{len(rows):,} pictures show what a rule calls impossible: {rule}."
            for rule, rows in document["contradictions"].items()
        ),
    ]


def _strange(document: Mapping[str, Any]) -> Iterator[str]:
    """What is doubtful about an attribute as a whole."""
    for fault in document.get("faults", []):
        if fault["where"] in document["attributes"]:
            yield f"{fault['where']} {fault['what']}."


def _size(document: Mapping[str, Any]) -> str:
    """How many pictures and people."""
    people, drawn = document["people_named"], document["renderings"]
    who = _many(people, "named person", "named people") if people else "nobody named, so people are not counted"
    apart = _many(drawn, "rendering stands apart and is", "renderings stand apart and are")
    return f"{_many(document['photographs'], *PHOTOS)}, {who}{f'; {apart} not counted' if drawn else ''}."


def _depth(document: Mapping[str, Any]) -> str:
    """How deep the data set is covered."""
    deep, at_least, gaps = document["covered_level"], document["at_least"], document["gaps"]
    if deep < 0:
        return f"That is fewer than {at_least:,} photographs in all."
    if not gaps:
        level = document["level"]
        every = "Every single value" if level == 1 else f"Every combination of up to {level} attributes"
        return f"{every} has {_many(at_least, *PHOTOS)} or more."
    many = {0: "not every single value", 1: "every single value, but not every pair of them"}
    what = many.get(deep, f"every combination of {deep} attributes, but not of more")
    sure = sum(gap["state"] == "uncovered" for gap in gaps)
    open_ = f", and {len(gaps) - sure:,} undecided" if len(gaps) > sure else ""
    return f"{what[0].upper()}{what[1:]} has {_many(at_least, *PHOTOS)} or more: {_many(sure, 'gap', 'gaps')}{open_}."


def _skipped(skipped: Mapping[str, Any] | None) -> Iterator[str]:
    """Photographs that nothing was read off."""
    if skipped:
        why = ", ".join(f"{reason} {count:,}" for reason, count in skipped["reasons"].items())
        yield f"{_many(skipped['photographs'], *PHOTOS)} could not be measured: {why}."


def _missing(gaps: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Who or what is missing, and what is undecided."""
    sure = [gap for gap in gaps if gap["state"] == "uncovered"]
    single = [gap for gap in sure if len(gap["where"]) == 1]
    if single:
        yield f"Under-represented in this data set, whatever else they show: {_first(single, 6)}."
    more = [gap for gap in sure if len(gap["where"]) > 1]
    if more:
        none = sum(gap["photographed"] == 0 for gap in more)
        without = f"; {none:,} without any photograph" if none else ""
        yield f"Too few although each part of it is there: {_first(more, 3)}{without}."
    open_ = [gap for gap in gaps if gap["state"] == "undecided"]
    few = [gap for gap in open_ if gap["missing"]]
    if few:
        yield f"Too few, though photographs that are not known well enough may be of these groups: {_first(few, 3)}."
    doubt = [gap for gap in open_ if not gap["missing"]]
    if doubt:
        yield f"Enough only if every measurement is right: {_first(doubt, 3)}."
    if open_:
        yield f"{_many(len(open_), 'group is', 'groups are')} undecided; labels for a sample settle that (--sample)."


def _first(gaps: Sequence[Mapping[str, Any]], most: int) -> str:
    """Some gaps with their counts, and how many more there are."""
    words = ", ".join(f"{gap['words']} ({_count(gap)})" for gap in gaps[:most])
    return words + (f" and {len(gaps) - most:,} more" if len(gaps) > most else "")


def _count(gap: Mapping[str, Any]) -> str:
    """How many photographs a group has, as measured and, where a person labelled some, as corrected."""
    corrected = gap.get("corrected")
    return (
        f"{gap['photographed']} as measured, {corrected['value']:.0f} as corrected"
        if corrected
        else str(gap["photographed"])
    )


def _together(pairs: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Attributes that hang together, the strongest three."""
    sure = [pair for pair in pairs if pair["p"] is not None and pair["p"] * len(pairs) <= SURELY]
    known = [pair for pair in sure if pair["cramers_v_corrected"] >= STRONG]
    for pair in sorted(known, key=lambda pair: -pair["cramers_v_corrected"])[:3]:
        first, second = pair["by"]
        yield (
            f"{first} and {second} hang together (Cramer's V {pair['cramers_v_corrected']:.2f}): a model can learn the "
            "one in place of the other."
        )


def _spoilt(found: Mapping[str, Any] | None) -> Iterator[str]:
    """Duplicates and leaks."""
    if found is None:
        return
    if found["duplicate_files"]:
        across = found["duplicates_across_splits"]
        also = f", {across:,} of them in more than one split" if across else ""
        files = _many(found["duplicate_files"], "file is", "files are")
        yield f"{files} there more than once{also}; each copy was counted."
    if found["leaking_people"]:
        who = _many(found["leaking_people"], "person is", "people are")
        yield f"{who} in more than one split: a test of them tests what was learnt."
    if found["renderings_held_out"]:
        what = _many(found["renderings_held_out"], "rendering is", "renderings are")
        yield f"{what} in splits that measure; those take photographs only."


def _unknown(document: Mapping[str, Any]) -> Iterator[str]:
    """What nobody knows."""
    for name, entry in document["attributes"].items():
        part = share(entry["unknown"], document["photographs"])
        if entry["unknown"] and part.value >= UNKNOWN_FROM:
            why = (
                f", {entry['unreliable']:,} of them since it could not be measured reliably"
                if entry["unreliable"]
                else ""
            )
            yield f"{name} is unknown for {part.value:.0%} of the photographs{why}."


def _model(errors: Mapping[str, Any] | None) -> Iterator[str]:
    """Where a model errs most."""
    if errors is None:
        return
    for name, count in errors.get("set_aside_without", {}).items():
        what = _many(count, "prediction has", "predictions have")
        yield f"{what} no {name}, and {'was' if count == 1 else 'were'} set aside."
    slices = [item for family in errors["families"] for item in family["slices"]]
    if not errors["tested"]:
        yield "No group has answers enough to tell whether the model errs there by more than chance."
    elif not slices:
        yield f"No group of {errors['tested']:,} stands out in the model's errors by more than chance."
    for item in slices[:3]:
        yield (
            f"The model errs most on {item['words']}: {item['kind']} {100 * item['error']['value']:.0f} % "
            f"({item['errors']} of {item['n']}), {100 * item['elsewhere']:.1f} % elsewhere."
        )


def _target(target: Mapping[str, Any] | None) -> Iterator[str]:
    """How far the target is."""
    if target is None:
        return
    lacking = [demand for demand in target["demands"] if demand["missing"]]
    if not lacking:
        yield f"The target is met: {target['policy']}."
        return
    first = sorted(lacking, key=lambda demand: -demand["missing"])[:3]
    words = ", ".join(f"{demand['words']} ({demand['have']:,} of {demand['need']:,})" for demand in first)
    short = _many(len(lacking), "group is", "groups are")
    yield f"Furthest from the target, {target['policy']}: {words}; {short} short of it."


def _changed(compared: Mapping[str, Any] | None) -> Iterator[str]:
    """What an older audit had."""
    if compared is not None:
        closed, opened, still = (len(compared[name]) for name in ("closed", "opened", "still"))
        gaps = _many(closed, "gap", "gaps")
        yield f"Since {compared['old']}: {gaps} closed, {opened:,} opened, {still:,} still there."


def _many(count: int, one: str, more: str) -> str:
    """A number with its noun."""
    return f"{count:,} {one if count == 1 else more}"
