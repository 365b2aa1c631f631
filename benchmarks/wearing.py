"""Benchmark: do glasses sit on the face, and are they seen as glasses? Beside a flat picture of a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.cases import asked
from benchmarks.looks import before
from benchmarks.report import Cell, Section, Table, median, quantile
from benchmarks.sample import stratified, told_worst
from benchmarks.tone import TONES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.survey import Seen

Worn = tuple["Seen", bool, dict[str, Any]]


def wearing(seen: Sequence[Seen]) -> Section:
    """Put two drawn pairs on each face, clear and tinted."""
    chosen = stratified(seen)
    bare = [one for one in chosen if not one.face.glasses]
    made: list[Worn] = [(one, case.way == "glasses", now) for one, case, now in asked(seen, "glasses", "flat")]
    ours, flat = ([m for m in made if m[1] == mine and m[0] in bare] for mine in (True, False))
    rows = [_row(name, [m for m in ours if m[0].tone == name]) for name in TONES]
    rows += [_row("all", ours), _row("flat glasses by eye distance (baseline)", flat)]
    worn = [m for m in made if m[1] and m[0].face.glasses]
    kept = sum("refused" in m[2] for m in worn)
    spare = sum(before(one.face)["values"].get("glasses") == "none" for one in bare)
    declined = sorted({m[2]["refused"] for m in ours if "refused" in m[2]})
    return Section(
        "wearing",
        "Glasses",
        f"{len(bare)} faces of all tones without glasses, each with two drawn pairs, one clear, one tinted. "
        "*Pupils inside*: carried pupils that lie in a lens. *Roll*: of the line between the two lenses against the "
        "head's own horizontal. *Seen*: taken apart anew, the picture is said to show glasses (a classifier trained on "
        "real wearers and on renderings). *Outside*: pixels changed outside the mask. The flat baseline follows the "
        "line of the pupils by construction. Goals: all pupils inside, roll within 2 degrees, identity at most 0.45.",
        (Table(HEAD, tuple(rows)),),
        (
            *told_worst("identity with glasses", {str(row[0]): row[7] for row in rows[: len(TONES)]}),
            f"Of {len(worn)} attempts on {len(worn) // 2} wearers {kept} were declined, as they should be.",
            f"Of the {len(bare)} untouched faces without glasses {spare} are said to wear none.",
            *(
                f"Declined on bare faces: {reason} ({sum(m[2].get('refused') == reason for m in ours)} of {len(ours)})."
                for reason in declined
            ),
        ),
    )


HEAD = ("apparent tone", "pictures", "declined", "pupils inside, %", "roll: median abs.", "p90", "seen, %",
        "identity: median", "p90", "drift of landmarks: median", "outside: most pixels")  # fmt: skip


def _row(name: str, made: Sequence[Worn]) -> tuple[Cell, ...]:
    drawn = [look for _, _, look in made if "refused" not in look]
    inside = [look["inside"] / 2 for look in drawn if "inside" in look]
    roll = [abs(look["roll"]) for look in drawn if "roll" in look]
    seen = [look["values"].get("glasses", "none") != "none" for look in drawn if not look["lost"]]
    apart = [look.get("identity") for look in drawn]
    return (
        name, len(drawn), len(made) - len(drawn), 100 * sum(inside) / len(inside) if inside else None, median(roll),
        quantile(roll, 0.9), 100 * sum(seen) / len(seen) if seen else None, median(apart), quantile(apart, 0.9),
        median(look.get("drift") for look in drawn), max((look.get("outside_mask", 0) for look in drawn), default=None),
    )  # fmt: skip
