"""The Markdown says what the page says: the same sentences, and how much is left out of a list."""

from __future__ import annotations

import html
import re
from typing import Any

import numpy as np
import pytest

from faceaug.coverage.axes import Axis
from faceaug.coverage.counts import table_of
from faceaug.coverage.report import audit
from faceaug.report.markdown import as_markdown
from faceaug.report.page import as_page
from faceaug.report.words import integrity_words

PEOPLE = 230
"""More than any list of the page or of the Markdown shows."""


def document(digests: int = 0) -> dict[str, Any]:
    """As many people in two splits each, and so many files that are there twice."""
    table = table_of([Axis("glasses", ("none", "clear"))], np.zeros((2 * PEOPLE, 1), int))
    told = audit(table, 8)
    leaks = [{"person": f"s{n}", "splits": {"train": 2, "test": 1}} for n in range(200)]
    copies = [{"sha256": f"{n:064x}", "ids": [f"a{n}", f"b{n}"]} for n in range(min(digests, 200))]
    told["integrity"] = {
        "digests": 2 * digests,
        "duplicates": copies,
        "duplicate_files": digests,
        "superfluous_pictures": digests,
        "duplicates_across_splits": 0,
        "leaks": leaks,
        "leaking_people": PEOPLE,
        "renderings_held_out": 3,
        "splits": {"train": {"photographed": 300, "rendered": 40}, "test": {"photographed": 157, "rendered": 3}},
    }
    told["skipped"] = {
        "photographs": PEOPLE,
        "reasons": {"no_face": PEOPLE},
        "listed": [{"photo": f"{n}.jpg", "reason": "no_face", "sentence": "no face"} for n in range(100)],
    }
    told["faults"] = [{"where": f"t.csv:{n}", "what": "odd"} for n in range(PEOPLE)]
    return told


@pytest.mark.parametrize("digests", [0, PEOPLE])
def test_page_and_markdown_say_alike_what_spoils_the_counts(digests: int) -> None:
    told = document(digests)
    page, words = html.unescape(as_page(told, "t")), as_markdown(told, "t")
    for sentence in integrity_words(told["integrity"]):
        assert sentence in page
        assert f"- {sentence}" in words
    assert ("so duplicates were not looked for" in words) == (digests == 0)
    assert "| train | 300 | 40 |" in words
    assert "| test | 157 | 3 |" in words
    assert "s7: train 2, test 1" in page
    assert "- in more than one split: s7: train 2, test 1" in words


def test_lists_that_are_cut_say_how_much_is_left_out() -> None:
    told = document(PEOPLE)
    page, words = as_page(told, "t"), as_markdown(told, "t")
    assert page.startswith("<!doctype html>")
    assert sorted(map(int, re.findall(r"\.\.\. and (\d+) more\.", page))) == [30, 30, 30, 130]
    assert re.findall(r"^- ([a-z ]+): (\d+) more$", words, re.MULTILINE) == [
        (name, "180") for name in ("the same file", "in more than one split", "not measured", "labels")
    ]


def test_markdown_lists_what_could_not_be_measured_of_a_set_without_splits() -> None:
    told = document() | {"integrity": None}
    assert "- not measured: 0.jpg  no face" in as_markdown(told, "t")


def test_a_gap_that_a_person_settled_shows_both_counts() -> None:
    told = document()
    corrected = {"corrected": {"value": 4.4, "low": 3.0, "high": 7.1}, "photographed": 1800, "missing": 4}
    told["gaps"] = [{**told["gaps"][0], **corrected}]
    assert "| 1,800, corrected 4 | 4 |" in as_markdown(told, "t")
    assert '<td class="n">1,800, corrected 4</td>' in as_page(told, "t")
