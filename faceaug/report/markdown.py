"""The audit as Markdown: the same facts as the page, for a repository or a data card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from faceaug.report.words import LAW, gap_count, integrity_words, interval_words, leak_words, method_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["as_markdown"]

LISTED: Final = 50
"""Rows of a table that a person reads; the JSON document holds them all."""

Lines = list[str]


def as_markdown(document: Mapping[str, Any], title: str) -> str:
    """The document of an audit for a person: headlines, gaps, counts, method.

    Args:
        document: what `coverage.report.audit` made.
        title: what was audited.
    """
    lines = [f"# Audit of {title}", "", *(f"- {line}" for line in document["headlines"]), ""]
    for part in (_gaps, _values, _pairs, _ranges, _target, _errors, _compare, _integrity, _method):
        lines += part(document)
    return "\n".join(lines)


def _gaps(document: Mapping[str, Any]) -> Lines:
    """Who is missing."""
    lines = [f"## Gaps ({LAW['gaps']})", ""]
    gaps = document["gaps"]
    if not gaps:
        level = document["level"]
        every = "Every single value" if level == 1 else f"Every combination of up to {level} attributes"
        lines += [f"{every} has enough photographs.", ""]
    else:
        rows = [[g["words"], gap_count(g), *(str(g[n]) for n in ("missing", "might_be", "state"))] for g in gaps]
        lines += _table(["who or what is missing", "photographs", "missing", "might be", "state"], rows)
    if document["levels"]:
        rows = [[str(e[n]) for n in ("level", "possible", "covered")] for e in document["levels"]]
        lines += _table(["attributes together", "combinations that can be", "covered"], rows, left=0)
    if document.get("settled"):
        rows = [
            [
                row["words"],
                str(row["naive"]),
                f"{row['estimate']:.0f} ({row['low']:.0f}..{row['high']:.0f})",
                row["state"],
            ]
            for row in document["settled"]["groups"]
        ]
        lines += ["Settled by hand-labelled photographs:", ""]
        lines += _table(["group", "as measured", "corrected (95 %)", "state"], rows)
    return lines


def _values(document: Mapping[str, Any]) -> Lines:
    """Who and what is here."""
    lines = [f"## Values ({LAW['values']})", ""]
    for name, entry in document["attributes"].items():
        rows = [_value(value, row, document["at_least"]) for value, row in entry["values"].items()]
        rows.append(["*unknown*", str(entry["unknown"]), "", "", str(entry["unknown_rendered"])])
        lines += [f"### {name}", ""]
        lines += _table(["value", "photographs", "share (95 %)", "people", "rendered"], rows, cut=False)
        if entry["effective_groups"] is not None:
            lines += [
                f"As diverse as {entry['effective_groups']:.1f} groups of the same size of {len(entry['values'])}; "
                f"evenness {entry['evenness']:.2f} of 1; the largest is {_times(entry['imbalance'])} the smallest.",
                "",
            ]
    return lines


def _times(ratio: float | None) -> str:
    """How many times larger; the smallest group may be empty."""
    return "endless times" if ratio is None else f"{ratio:.1f} times"


def _value(value: str, row: Mapping[str, Any], at_least: int) -> list[str]:
    """A line of the table of an attribute; small groups are marked, and never left out."""
    few = "" if row["photographed"] >= at_least else ", too few"
    return [
        value,
        str(row["photographed"]),
        interval_words(row["share"]) + few,
        str(row["people"]),
        str(row["rendered"]),
    ]


def _pairs(document: Mapping[str, Any]) -> Lines:
    """Which attributes go together."""
    known = [pair for pair in document["pairs"] if pair["cramers_v"] is not None]
    if not known:
        return []
    known.sort(key=lambda pair: -pair["cramers_v_corrected"])
    rows = [
        [" and ".join(pair["by"]), str(pair["n"]), *(f"{pair[n]:.2f}" for n in ("cramers_v", "cramers_v_corrected"))]
        for pair in known
    ]
    head = ["attributes", "photographs", "Cramer's V", "less what chance makes"]
    return [f"## Taken together ({LAW['intersections']})", "", *_table(head, rows)]


def _ranges(document: Mapping[str, Any]) -> Lines:
    """Continuous coverage."""
    if not document["continuous"]:
        return []
    rows = []
    for entry in document["continuous"]:
        names = " and ".join(side["name"] for side in entry["dimensions"])
        balls = "; ".join(", ".join(f"{n} {v:.0f}" for n, v in ball["centre"].items()) for ball in entry["balls"][:3])
        rows.append([names, str(entry["photographs"]), interval_words(entry["uncovered"]), balls])
    head = ["range", "photographs", "uncovered (95 %)", "emptiest around"]
    return ["## Continuous ranges", "", *_table(head, rows)]


def _target(document: Mapping[str, Any]) -> Lines:
    """The target."""
    target = document.get("target")
    if not target:
        return []
    rows = [[d["words"], str(d["have"]), str(d["need"]), str(d["missing"]), _ratio(d)] for d in target["demands"]]
    apart = target.get("total_variation")
    lines = [f"## Against the target: {target['policy']}", ""]
    lines += [f"Total variation from it: {apart:.3f} of 1.", ""] if apart is not None else []
    return lines + _table(["group", "photographs", "wanted", "missing", "share over share wanted"], rows)


def _ratio(demand: Mapping[str, Any]) -> str:
    """A representation ratio."""
    return "" if demand.get("ratio") is None else f"{demand['ratio']:.2f}"


def _errors(document: Mapping[str, Any]) -> Lines:
    """The errors of a model."""
    errors = document.get("errors")
    if not errors:
        return []
    lines = [f"## Errors of a model ({LAW['errors']})", ""]
    rate, many = interval_words(errors["overall"]["error"]), errors["overall"]["n"]
    said = f"{rate} of {many} predictions in {errors['model']} are wrong"
    aside = errors["renderings_set_aside"]
    lines += [
        f"{said}{' (' + errors['positive'] + ' counts as yes)' if errors['positive'] else ''}. "
        f"{errors['tested']:,} groups were tested and {errors['significant']:,} differ by more than chance, "
        f"with at most {100 * errors['q']:.0f} % false discoveries for each kind of error."
        f"{f' {aside:,} predictions on renderings were set aside.' if aside else ''}",
        "",
    ]
    rows = [
        [
            s["words"],
            s["kind"],
            f"{s['errors']} of {s['n']}",
            interval_words(s["error"]),
            f"{100 * s['elsewhere']:.1f} %",
        ]
        for family in errors["families"]
        for s in family["slices"]
    ]
    if rows:
        lines += _table(["group that stands out", "what", "wrong", "rate (95 %)", "elsewhere"], rows)
    groups = [
        [g["words"], str(g["n"]), *(interval_words(g[name]) for name in ("error", "fpr", "fnr")), g["state"]]
        for g in errors["groups"]
        if len(g["where"]) == 1
    ]
    return lines + _table(["group", "photographs", "error", "false positives", "false negatives", "evidence"], groups)


def _compare(document: Mapping[str, Any]) -> Lines:
    """Before and after."""
    found = document.get("compare")
    if not found:
        return []
    counts = f"{found['photographs'][0]} photographs before, {found['photographs'][1]} now."
    lines = ["## Before and after", "", f"Before: {found['old']}. {counts}", ""]
    for name in ("closed", "opened", "still"):
        more = len(found[name]) - LISTED
        rest = f" and {more:,} more" if more > 0 else ""
        lines += [f"- {name} ({len(found[name])}): {', '.join(found[name][:LISTED]) or 'none'}{rest}"]
    if found.get("only_new"):
        lines += [f"- looked at for the first time, and not compared: {', '.join(found['only_new'])}"]
    return [*lines, ""]


def _integrity(document: Mapping[str, Any]) -> Lines:
    """Duplicates, leaks and faults of the labels."""
    lines: Lines = []
    found = document["integrity"]
    if found is not None:
        lines += [*(f"- {line}" for line in integrity_words(found)), ""]
        rows = [[name, str(n["photographed"]), str(n["rendered"])] for name, n in found["splits"].items()]
        lines += _table(["split", "photographs", "rendered"], rows)
        lines += _listed("the same file", [", ".join(e["ids"]) for e in found["duplicates"]], found["duplicate_files"])
        lines += _listed("in more than one split", list(map(leak_words, found["leaks"])), found["leaking_people"])
    skipped = document.get("skipped") or {"listed": (), "photographs": 0}
    sentences = [f"{skip['photo']}  {skip['sentence']}" for skip in skipped["listed"]]
    lines += _listed("not measured", sentences, skipped["photographs"])
    faults = document.get("faults") or ()
    lines += _listed("labels", [f"{fault['where']}  {fault['what']}" for fault in faults], len(faults))
    return [f"## Duplicates, splits and labels ({LAW['labels']})", "", *lines] if lines else []


def _listed(what: str, lines: Sequence[str], count: int) -> Lines:
    """The first of some lines, and how many there are beside them."""
    shown = [f"- {what}: {line}" for line in lines[:LISTED]]
    more = count - len(shown)
    return [*shown, *([f"- {what}: {more:,} more"] if more else []), ""] if shown else []


def _method(document: Mapping[str, Any]) -> Lines:
    """Method and limits."""
    return ["## Method and limits", "", *(f"- {line}" for line in method_words(document)), ""]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1, cut: bool = True) -> Lines:
    """A table; the first columns are aligned to the left, and long ones say that they are cut."""
    marks = ["---" if place < left else "---:" for place in range(len(head))]
    shown = rows[:LISTED] if cut else rows
    lines = [f"| {' | '.join(map(_cell, cells))} |" for cells in (head, marks, *shown)]
    more = len(rows) - len(shown)
    return [*lines, "", *([f"... and {more:,} more, all of them in the JSON.", ""] if more else [])]


def _cell(text: str) -> str:
    """Words that do not break a table."""
    return text.replace("|", "\\|").replace("\n", " ")
