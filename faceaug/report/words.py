"""Words that every form of a report uses: what the law calls a section, limits of a share, what a report is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LAW", "OUTLOOK", "gap_count", "integrity_words", "interval_words", "leak_words", "method_words"]

LAW: Final = {
    "gaps": "AI Act, Article 10(2)(h): data gaps, and how they can be addressed",
    "values": "AI Act, Article 10(3): relevant and sufficiently representative for the persons concerned",
    "intersections": "AI Act, Article 10(2)(f): examination in view of possible biases",
    "labels": "AI Act, Article 10(3): to the best extent possible, free of errors and complete",
    "errors": "AI Act, Article 10(2)(f) and (g): possible biases, and measures to detect, prevent and mitigate them",
}
"""Section -> the letter of Article 10 of Regulation (EU) 2024/1689 that it speaks to."""

OUTLOOK: Final = (
    "Renderings can fill a training set; they are no evidence about people. A darker rendering of a person is an "
    "appearance variant, not a member of another group.",
    "Headed by letters of Article 10 of Regulation (EU) 2024/1689 for orientation; this is not legal advice.",
)
"""What every report says at its end."""


def interval_words(interval: Mapping[str, float | None] | None) -> str:
    """A share with its 95 % limits, in per cent; `unknown` where nothing was counted."""
    if interval is None:
        return "unknown"
    value, low, high = (interval[name] for name in ("value", "low", "high"))
    if value is None or low is None or high is None:
        return "unknown"
    return f"{100 * value:.1f} % ({100 * low:.1f}..{100 * high:.1f})"


def method_words(document: Mapping[str, Any]) -> tuple[str, ...]:
    """How an audit was made, and what it is not."""
    form = document.get("labels_read_as")
    labels = {"": "", "folder": "No labels were given; all that is known was measured."}
    first = labels.get(form, f"Labels were read as: {form}.") if form is not None else ""
    return (*([first] if first else []), *document["method"], *OUTLOOK)


def integrity_words(found: Mapping[str, Any]) -> list[str]:
    """What spoils the counts, in sentences; where no file has a digest nobody looked for duplicates."""
    said = "No picture has a digest, so duplicates were not looked for."
    if found["digests"]:
        often, many = found["duplicate_files"], found["superfluous_pictures"]
        said = f"Files that are there more than once: {often:,} ({many:,} pictures too many)" if often else ""
        said = said or "No file is there more than once"
        across = found["duplicates_across_splits"]
        said += f", {across:,} of them in more than one split" if across else ""
        said += f"; {found['digests']:,} pictures have a digest to tell by."
    return [
        said,
        f"People in more than one split: {found['leaking_people']:,}.",
        f"Renderings in splits that measure: {found['renderings_held_out']:,}.",
    ]


def gap_count(gap: Mapping[str, Any]) -> str:
    """How many photographs a gap counts, and how many that are by the labels of a person, where there are some."""
    corrected = f", corrected {gap['corrected']['value']:.0f}" if gap.get("corrected") else ""
    return f"{gap['photographed']:,}{corrected}"


def leak_words(entry: Mapping[str, Any]) -> str:
    """A person who is in several splits, and with how many pictures."""
    return f"{entry['person']}: {', '.join(f'{name} {count}' for name, count in entry['splits'].items())}"
