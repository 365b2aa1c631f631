"""The documentation: links and paths lead somewhere, commands can be typed, every page can be found from the README."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from faceaug.cli import main
from faceaug.data.skip import DECLINED, INTERNAL

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
BLOCK = re.compile(r"^```(sh|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(faceaug [^`\n]+)`")
PLACE = re.compile(r"`((?:stages|face|image|edits|recipe|coverage|plan|benchmarks|tests|tools|recipes)/[\w/.-]*)`")

INVENTED = {"faceaug/edits/sunburn.py", "edits/sunburn.py"}
"""The edit that CONTRIBUTING shows how to write."""


def links(text: str) -> Iterator[tuple[str, str]]:
    """Links to files of our own: file and heading."""
    for target in LINK.findall(text):
        if not re.match(r"\w+:", target):
            file, _, heading = target.partition("#")
            yield file, heading


def headings(text: str) -> set[str]:
    """Headings as they are linked to."""
    found = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in found}


def typed(text: str) -> Iterator[list[str]]:
    """The commands of ours that a page shows, as words."""
    blocks = [(kind == "console", line) for kind, block in BLOCK.findall(text) for line in block.splitlines()]
    lines = [line.removeprefix("$ ") for shown, line in blocks if not shown or line.startswith("$ ")]
    lines = [line.partition("  #")[0] for line in lines]
    for line in [*lines, *(line for line in INLINE.findall(text) if not re.search(r"[A-Z]{3}|\.\.\.| / |\|", line))]:
        for part in line.split("&&"):
            words = shlex.split(part.partition(" | ")[0])
            if words[:1] == ["faceaug"]:
                yield words[1:]


def wrong(words: list[str]) -> str:
    """Why a command cannot be typed, or ''."""
    command: click.Command = main
    with click.Context(main) as context:
        rest = [word for word in words if word != "--debug"]
        while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
            inner = command.get_command(context, rest[0])
            if inner is None:
                return f"there is no command {rest[0]}"
            command, rest = inner, rest[1:]
        try:
            with command.make_context("faceaug", list(rest), resilient_parsing=True) as asked:
                return f"{asked.args} is taken by nothing" if asked.args else ""
        except click.ClickException as error:
            return error.format_message()


@pytest.mark.parametrize("page", PAGES)
def test_links_and_paths_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text()
    for file, heading in links(text):
        path = Path(os.path.normpath((ROOT / page).parent / file)) if file else ROOT / page
        assert path.exists(), f"{page} links to {file}"
        assert not heading or heading in headings(path.read_text()), f"{page} links to {file}#{heading}"
    for place in set(PLACE.findall(text)) - INVENTED:
        spelt = [ROOT / place, ROOT / f"{place}.py", ROOT / "faceaug" / place, ROOT / "faceaug" / f"{place}.py"]
        assert any(path.exists() for path in spelt), f"{page} names {place}"


@pytest.mark.parametrize("page", PAGES)
def test_commands_can_be_typed(page: str) -> None:
    found = {" ".join(words): wrong(words) for words in typed((ROOT / page).read_text())}
    assert not {words: why for words, why in found.items() if why}


def test_every_page_is_found_from_the_readme() -> None:
    seen, new = set[str](), {"README.md"}
    while new:
        seen |= new
        told = {
            os.path.normpath(Path(page).parent / f) for page in new for f, _ in links((ROOT / page).read_text()) if f
        }
        folders = {one.relative_to(ROOT).as_posix() for name in told for one in (ROOT / name).glob("*.md")}
        new = ({name for name in told if name.endswith(".md")} | folders) - seen
    assert set(PAGES) <= seen


def test_every_reason_for_a_skip_is_explained() -> None:
    sources = "".join(path.read_text() for path in (ROOT / "faceaug").rglob("*.py"))
    reasons = {*re.findall(r"PhotoError\(\s*\"([a-z_]+)\"", sources), DECLINED, INTERNAL}
    told = (ROOT / "docs/howto.md").read_text()
    assert len(reasons) > 12
    assert not {reason for reason in reasons if f"`{reason}`" not in told}


def test_what_cannot_be_typed_is_seen() -> None:
    assert wrong(["audit", "photos", "--bye", "glasses"])
    assert wrong(["adit", "photos"])
    assert wrong(["edits", "freckles", "moles"])
    assert not wrong(["versions", "show", "dataset", "HEAD~1", "--pin"])
    assert list(typed("```sh\nfaceaug run a b -o c   # so\n```\nSee `faceaug edits moles`.")) == [
        ["run", "a", "b", "-o", "c"],
        ["edits", "moles"],
    ]
