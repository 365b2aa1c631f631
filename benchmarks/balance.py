"""Run the whole loop on the big set of photographs and write before, after and acceptance into the documentation.

python -m benchmarks.balance --out DIR                   balance, and fill in docs/benchmarks.md
python -m benchmarks.balance --out DIR --sheets DIR      contact sheets of kept and rejected pictures besides
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

from benchmarks.faces import ROOT, find_set
from benchmarks.report import Cell, Section, Table, write_sections
from faceaug.data.versions import Versions
from faceaug.plan.augment.augment import Augmented, AugmentOptions
from faceaug.plan.balance import Balanced, balance
from faceaug.plan.limits import Limits
from faceaug.plan.making import Goal

if TYPE_CHECKING:
    from collections.abc import Sequence

BY: Final = ("skin_tone", "glasses", "pose")
AT_LEAST: Final = 20
LEVEL: Final = 2

WORDS: Final = """\
columns: {photo: path, subject: identity}
attributes:
  glasses: {values: [none, clear, tinted], synonyms: {none: [0], clear: [1]}}
"""
"""What the set's own labels mean: 1 is worn, and nobody in it wears tinted ones."""

SEEN: Final[tuple[str, ...]] = (
    "Looked at: the first 48 kept and 24 rejected pictures of the sheets, small beside their photographs, "
    "once. Most of the kept ones would pass for photographs at that size.",
    "Seen among the kept: a face in warm light whose very light skin looks chalky; one translucent frame and one "
    "orange lens that stand out beyond a turned head; portraits in warm light whose class of tone is that of their "
    "light.",
    "Seen among the rejected: about one in three, by impression, shows a fault that anybody would see (cheeks drawn "
    "out, lenses off the eyes, skin blown out). The others look right and were rejected for what was measured on "
    "them: tone in the neighbouring class or too uncertain, landmarks farther off than the bound.",
)
"""What was seen on the contact sheets, by eye."""

KEPT, REJECTED, SIDE, COLUMNS = 48, 24, 200, 6
"""Pictures on the sheets, pixels along each, and pairs in a row."""


def main(argv: Sequence[str] | None = None) -> int:
    """Balance, report."""
    options = _options(argv)
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    words = out / "words.yaml"
    words.write_text(WORDS)
    clock = _Clock()
    done = balance(
        find_set(options.faces),
        out / "set",
        Goal(BY, AT_LEAST, LEVEL),
        limits=Limits(spares=2.0),
        options=AugmentOptions(workers=options.workers, keep_rejected=True),
        vocabulary=words,
        cache=options.cache,
        progress=clock,
    )
    made = section(done, clock.seconds("made"), options.workers)
    print(made.markdown())
    write_sections(ROOT / "docs" / "benchmarks.md", [made])
    if options.sheets:
        write_sheets(Path(options.sheets), done)
    return 0


class _Clock:
    """When each part of the work began and ended."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {}

    def __call__(self, what: str, there: int, total: int) -> None:
        self.times.setdefault(what, []).append(time.monotonic())
        if there == total or there % 20 == 0:
            print(f"{what} {there} of {total}", flush=True)

    def seconds(self, what: str) -> float:
        """From the first report to the last one."""
        return self.times[what][-1] - self.times[what][0]


def _new(done: Balanced) -> Augmented:
    """What was made just now: nothing can be timed that was made before."""
    if not isinstance(done.augmented, Augmented):
        raise SystemExit(f"{done.augmented.folder} was made before; name another folder with --out")
    return done.augmented


def section(done: Balanced, seconds: float, workers: int) -> Section:
    """The tables."""
    told, groups = _new(done).outcome.as_dict(), _new(done).groups
    attempts = told["attempts"]
    about = (
        f"`faceaug balance` on the {_new(done).photographs} photographs by {', '.join(BY)}: at least {AT_LEAST} "
        f"pictures of every combination of up to {LEVEL} attributes, at most half of all rendered, three of one "
        "photograph and six of one person. Attributes are measured; glasses are as the set's labels have them."
    )
    return Section(
        "balance",
        "Filling the gaps",
        about,
        (_summary(done, told, seconds, workers), _by_edit(done), _reasons(told), _before_and_after(groups)),
        (
            f"{told['made']} of {attempts} attempts were accepted. An attempt can fail for several reasons.",
            *(
                f"Missing: {one['planned'] - one['made']} of {one['planned']} with {_words(one['where'])}."
                for one in told["shortfall"]
            ),
            *SEEN,
        ),
    )


def _summary(done: Balanced, told: dict[str, Any], seconds: float, workers: int) -> Table:
    """How it went, in numbers."""
    groups = _new(done).groups
    small = [group for group in groups if group.before < group.need]
    rows: list[tuple[Cell, ...]] = [
        ("groups that were too small", len(small)),
        ("of these, filled according to the plan", sum(group.predicted >= group.need for group in small)),
        ("of these, filled as counted again", sum(not group.missing for group in small)),
        ("groups with as many pictures as predicted", f"{sum(g.now == g.predicted for g in groups)} of {len(groups)}"),
        ("pictures planned", told["planned"]),
        ("pictures made", told["made"]),
        ("of these, of another photograph than planned", told["replaced"]),
        ("attempts", told["attempts"]),
        ("accepted attempts", f"{told['made'] / max(told['attempts'], 1):.0%}"),
        ("planned pictures made in the end", f"{told['made'] / max(told['planned'], 1):.0%}"),
        (f"seconds for making and judging, {workers or 1} processes", seconds),
        ("attempts per second", told["attempts"] / seconds),
        ("accepted pictures per second", told["made"] / seconds),
    ]
    return Table(("what", "number"), tuple(rows))


def _by_edit(done: Balanced) -> Table:
    """Attempts and acceptance, by what was edited."""
    kept: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for chain in _new(done).outcome.chains:
        for entry, made in zip(chain.entries, chain.made, strict=True):
            kept[" + ".join(sorted(entry.edits))] += made.record is not None
            lost[" + ".join(sorted(entry.edits))] += len(made.rejected)
    rows: list[tuple[Cell, ...]] = []
    for name in sorted(kept, key=lambda name: -kept[name] - lost[name]):
        tried = kept[name] + lost[name]
        rows.append((name, tried, kept[name], f"{kept[name] / tried:.0%}" if tried else "-"))
    return Table(("edited", "attempts", "accepted", "share"), tuple(rows))


def _reasons(told: dict[str, Any]) -> Table:
    """Why attempts were rejected."""
    rows = sorted(told["reasons"].items(), key=lambda pair: -pair[1])
    return Table(("check that was not passed", "attempts"), tuple(rows))


def _before_and_after(groups: Sequence[Any]) -> Table:
    """Every group that was too small."""
    short = [group for group in groups if group.before < group.need]
    rows = [
        (_words(g.where), g.need, g.before, g.predicted, g.photographed, g.rendered, g.now, g.missing)
        for g in sorted(short, key=lambda g: (len(g.where), -(g.need - g.before)))
    ]
    head = ("group", "asked for", "before", "predicted", "photographs", "renderings", "now", "still missing")
    return Table(head, tuple(rows), "Groups that were too small, before and after.")


def _words(where: Any) -> str:
    """A group in words."""
    return " & ".join(f"{k}={v if isinstance(v, str) else '|'.join(v)}" for k, v in where.items())


def write_sheets(folder: Path, done: Balanced) -> None:
    """Kept and rejected pictures beside their photographs, as chance (a hash) picks them; never committed."""
    folder.mkdir(parents=True, exist_ok=True)
    versions = Versions.open(done.augmented.folder)
    root = versions.manifest().parent
    records = {record.id: record for record in versions.records()}
    drawn = [record for record in records.values() if record.origin == "rendered"]
    pairs = [(records[str(one.parent)].located(root), one.located(root), _kept_words(one)) for one in drawn]
    _write(folder, "kept", _picked(pairs, KEPT))
    lost = [json.loads(line) for line in versions.document("rejected.jsonl").decode().splitlines()]
    pairs = [
        (records[one["record"]["parent"]].located(root), root / one["kept"], "; ".join(one["reasons"]))
        for one in lost
        if one["kept"]
    ]
    _write(folder, "rejected", _picked(pairs, REJECTED))


def _kept_words(record: Any) -> str:
    return " ".join(f"{edit}" for edit in record.drawn) + " " + " ".join(record.requested["expected"].values())


def _picked(pairs: list[tuple[Path, Path, str]], count: int) -> list[tuple[Path, Path, str]]:
    """Some of the pairs, by the hashes of the pictures' names."""
    return sorted(pairs, key=lambda pair: hashlib.sha256(pair[1].name.encode()).digest())[:count]


def _write(folder: Path, name: str, pairs: list[tuple[Path, Path, str]]) -> None:
    """Sheets of twenty-four pairs each."""
    tiles = [_tile(*pair) for pair in pairs]
    for start in range(0, len(tiles), 4 * COLUMNS):
        part = tiles[start : start + 4 * COLUMNS]
        part += [np.zeros_like(part[0])] * (-len(part) % COLUMNS)
        lines = [np.concatenate(part[k : k + COLUMNS], axis=1) for k in range(0, len(part), COLUMNS)]
        cv2.imwrite(str(folder / f"{name}_{start // (4 * COLUMNS) + 1}.png"), np.concatenate(lines))


def _tile(before: Path, after: Path, words: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """A photograph beside its picture, with words under both."""
    both = [cv2.imread(str(path)) for path in (before, after)]
    sized = [cv2.resize(np.asarray(one), (SIDE, round(1.2 * SIDE)), interpolation=cv2.INTER_AREA) for one in both]
    tile = np.concatenate(sized, axis=1)
    for line, start in enumerate(range(0, min(len(words), 180), 60)):
        place = (3, tile.shape[0] - 34 + 12 * line)
        cv2.putText(tile, words[start : start + 60], place, cv2.FONT_HERSHEY_SIMPLEX, 0.33, (0, 0, 0), 3, cv2.LINE_AA)
        cv2.putText(tile, words[start : start + 60], place, cv2.FONT_HERSHEY_SIMPLEX, 0.33, (255,) * 3, 1, cv2.LINE_AA)
    return np.asarray(tile, np.uint8)


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.balance", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--out", required=True, metavar="DIR", help="where the data set is made")
    parser.add_argument(
        "--faces", metavar="DIR", help="the set of photographs (default: FACEAUG_FACES, ../shared/faces)"
    )
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="processes (default 2)")
    parser.add_argument("--cache", metavar="DIR", help="where measurements are kept")
    parser.add_argument("--sheets", metavar="DIR", help="contact sheets, to be looked at")
    return parser.parse_args(argv)


if __name__ == "__main__":
    raise SystemExit(main())
