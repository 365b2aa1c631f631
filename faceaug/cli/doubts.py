"""What a person should look at, a line each on stderr: labels that are doubtful, photographs that were passed over."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from faceaug.data.files import straight
from faceaug.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from faceaug.report.opening import Opened

__all__ = ["MOST_LINES", "from_here", "in_a_line", "named", "skipped_in", "skipped_of", "tell", "tell_opened"]

MOST_LINES: Final = 20
"""Of each kind that get a line of their own."""


def tell(what: str, lines: Sequence[str], *, count: int = 0, rest: str = "see --json") -> None:
    """A line on stderr for each, the first ones at least.

    Args:
        what: they are, in a word.
        lines: sentences.
        count: how many there are, if there are more than lines.
        rest: where the others stand.
    """
    for line in lines[:MOST_LINES]:
        click.echo(f"{what}  {in_a_line(line)}", err=True)
    more = max(count, len(lines)) - len(lines[:MOST_LINES])
    if more > 0:
        click.echo(f"{what}  {more:,} more, {rest}", err=True)


def in_a_line(text: str) -> str:
    """A text with everything escaped that no letter stands for, line breaks in the names of files above all."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def tell_opened(opened: Opened) -> None:
    """Say what is doubtful about the labels of a data set, and which photographs could not be measured."""
    tell("doubtful", [str(Fault(fault["where"], fault["what"])) for fault in opened.doubtful])
    found = opened.skipped or {"listed": (), "photographs": 0}
    skips = [{**skip, "photo": from_here(opened.root / skip["photo"])} for skip in found["listed"]]
    tell("skipped", skipped_of(skips), count=found["photographs"])


def skipped_of(skips: Sequence[Mapping[str, str]]) -> list[str]:
    """Sentences about photographs that were passed over."""
    return [named(skip["photo"], skip["sentence"]) for skip in skips]


def skipped_in(folder: Path) -> list[dict[str, str]]:
    """What a run passed over, as its `skipped.jsonl` says, with paths as they are seen from here."""
    file = folder / "skipped.jsonl"
    skips = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []
    for skip in skips:
        skip["photo"] = from_here(folder / skip["photo"])
        if "picture" in skip:
            skip["sentence"] = f"{skip['picture']} was not made: {skip['sentence']}"
    return skips


def from_here(path: Path) -> str:
    """A path as one would type it: relative to where the command was started if it lies below, else whole."""
    whole = straight(path)
    short = os.path.relpath(whole)
    return str(whole) if short.startswith("..") else short


def named(photo: str, sentence: str) -> str:
    """A sentence that names its photograph."""
    return sentence if Path(photo).name in sentence else f"{photo}  {sentence}"
