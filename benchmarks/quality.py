"""Measure how good the package is, on a big set of real photographs, and write the tables into the documentation.

python -m benchmarks.quality                  everything, into docs/benchmarks.md
python -m benchmarks.quality --quick          a small sample, printed only
python -m benchmarks.quality --only light     one section (see --help)
python -m benchmarks.quality --sheets out/q   contact sheets to look at besides

What was measured before is kept in out/benchmarks and used again as long as no code that it depends on has changed.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.bare import bare
from benchmarks.cases import SWEEPS, fill
from benchmarks.conditions import conditions, shadows
from benchmarks.faces import ROOT, Face, find_set, read_set, spread_out
from benchmarks.found import found
from benchmarks.freckles import freckles
from benchmarks.identity import identity
from benchmarks.landmarks import landmarks
from benchmarks.light import light
from benchmarks.pose import pose
from benchmarks.realism import realism
from benchmarks.report import Section, write_sections
from benchmarks.sensor import sensor
from benchmarks.survey import Seen, survey
from benchmarks.tone import tone
from benchmarks.toning import toning
from benchmarks.turning import turning
from benchmarks.wearing import wearing

Benchmark = Callable[[Sequence[Seen]], Section]

READERS: dict[str, Benchmark] = {"found": found, "landmarks": landmarks, "pose": pose, "tone": tone, "bare": bare}
"""Sections that read the survey alone."""

MAKERS: dict[str, Benchmark] = {
    "turning": turning,
    "toning": toning,
    "wearing": wearing,
    "light": light,
    "shadows": shadows,
    "freckles": freckles,
    "conditions": conditions,
    "sensor": sensor,
    "identity": identity,
    "realism": realism,
}
"""Sections that make pictures."""

NEEDED = {
    "turning": ("pose", "warp"),
    "toning": ("tone", "transfer"),
    "wearing": ("glasses", "flat"),
    "shadows": ("shadow",),
    "conditions": ("conditions",),
    "identity": tuple(SWEEPS),
}
"""Sweeps that a section reads."""

QUICK = 4
"""Photographs of each data set in a quick run."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmarks."""
    options = _options(argv)
    import cv2
    import torch

    torch.set_num_threads(options.threads)
    cv2.setNumThreads(options.threads)
    begun = time.monotonic()
    chosen = options.only or [*READERS, *MAKERS]
    faces = read_set(find_set(options.faces))
    if options.quick:
        faces = _few(faces)
    print(f"surveying {len(faces)} photographs", file=sys.stderr)
    seen = survey(faces)
    sweeps = [name for name in SWEEPS if any(name in NEEDED.get(section, ()) for section in chosen)]
    if options.workers > 1:
        fill(seen, sweeps, options.workers)
    sections = []
    for name, benchmark in (READERS | MAKERS).items():
        if name in chosen:
            print(f"{name} ...", file=sys.stderr, flush=True)
            sections.append(benchmark(seen))
    print("\n\n".join(section.markdown() for section in sections))
    if options.sheets:
        from benchmarks.sheets import write_sheets

        write_sheets(Path(options.sheets), seen)
    if options.json:
        Path(options.json).write_text(json.dumps([section.plain() for section in sections], indent=1) + "\n")
    if not options.quick:
        write_sections(Path(options.docs), sections)
    print(f"{time.monotonic() - begun:.0f} s", file=sys.stderr)
    return 0


def _few(faces: Sequence[Face]) -> list[Face]:
    """A few photographs of each data set, neutral ones where there is a choice."""
    chosen = []
    for name in sorted({face.dataset for face in faces}):
        own = [face for face in faces if face.dataset == name and face.expression in ("neutral", "")]
        chosen += spread_out(own, QUICK)
    return chosen


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument(
        "--faces", metavar="DIR", help="the set of photographs (default: FACEAUG_FACES, ../shared/faces)"
    )
    parser.add_argument(
        "--only", nargs="+", choices=[*READERS, *MAKERS], metavar="SECTION", help=", ".join(READERS | MAKERS)
    )
    parser.add_argument(
        "--quick", action="store_true", help="a few photographs of each data set; prints, writes nothing"
    )
    parser.add_argument("--sheets", metavar="DIR", help="also write contact sheets there, to be looked at")
    parser.add_argument("--json", metavar="FILE", help="also write the tables there")
    parser.add_argument(
        "--docs", default=str(ROOT / "docs" / "benchmarks.md"), metavar="FILE", help="document to fill in"
    )
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes that make pictures (default 1)")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="threads of torch and cv2 (default 1)")
    return parser.parse_args(argv)


if __name__ == "__main__":
    raise SystemExit(main())
