"""Which version a word means: HEAD, HEAD~2, 0003, 3, a tag, a pin, or the start of a digest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from faceaug.errors import Fault, RequestError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from faceaug.data.versions.version import Version

__all__ = ["HEAD", "find_version", "tag_fault"]

HEAD: Final = "HEAD"

BACK: Final = re.compile(r"HEAD(?:~(\d+))?")
PIN: Final = re.compile(r"(\d+)@([0-9a-f]{8,64})")
DIGEST: Final = re.compile(r"(?:sha256:)?([0-9a-f]{8,64})")
"""Eight hexadecimal digits are the fewest that are taken for a digest: numbers of versions are shorter."""

SHOWN: Final = 12
"""Digits of a digest that tell versions apart where they are talked about."""

TAG: Final = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,63}")
"""How a tag may be called; it is a file's name on every system."""


def find_version(word: str, log: Sequence[Version], tags: Mapping[str, str], where: str) -> Version:
    """Find the version that a word means.

    Args:
        word: what the user wrote.
        log: all versions, oldest first; at least one.
        tags: tag -> pin.
        where: the data set, for messages.

    Raises:
        RequestError: there is none, or its content is not the one that a pin or tag names.
    """
    if word in tags:
        return find_version(tags[word], log, {}, f"{where}: tag {word!r}")
    if pin := PIN.fullmatch(word):
        return _pinned(pin[1], pin[2], log, where)
    back = BACK.fullmatch(word)
    if back and int(back[1] or 0) < len(log):
        return log[-1 - int(back[1] or 0)]
    if back:
        has = "1 version" if len(log) == 1 else f"{len(log)} versions"
        raise _unknown(where, f"has {has}, so {word!r} goes back too far")
    names = {version.name: version for version in log}
    if word.isdigit() and _full(word) in names:
        return names[_full(word)]
    digest = DIGEST.fullmatch(word)
    found = [version for version in log if digest and version.digest.startswith(digest[1])]
    if len(found) == 1:
        return found[0]
    near = did_you_mean(word, [*tags, HEAD])
    known = f"did you mean {near!r}?" if near else f"it has {log[0].name} to {log[-1].name}{_told(tags)}"
    raise _unknown(where, f"has no version {word!r}; {known}")


def tag_fault(label: str) -> str | None:
    """Why a tag cannot be called so, or None."""
    if not TAG.fullmatch(label) or BACK.fullmatch(label.upper()):
        return f"{label!r} cannot be a tag: use a letter, then letters, digits, '.', '_' and '-'; not HEAD"
    if DIGEST.fullmatch(label):
        return f"{label!r} cannot be a tag: it looks like a digest"
    return None


def _pinned(name: str, digest: str, log: Sequence[Version], where: str) -> Version:
    """The version of a pin, if its content is still the one that was pinned."""
    version = next((version for version in log if version.name == _full(name)), None)
    if version is not None and version.digest.startswith(digest):
        return version
    shown = (
        SHOWN if version is None or version.digest[:SHOWN] != digest[:SHOWN] else None
    )  # all, where they begin alike
    found = f"is {version.digest[:shown]}" if version else "does not exist"
    raise _unknown(where, f"{name} must be {digest[:shown]}, but {found}: this is not the data that was pinned")


def _full(word: str) -> str:
    """3 -> 0003."""
    return word.lstrip("0").rjust(4, "0")


def _told(tags: Mapping[str, str]) -> str:
    return f", and the tags {', '.join(sorted(tags))}" if tags else ""


def _unknown(where: str, what: str) -> RequestError:
    return RequestError([Fault(where, what)], "nothing was done")
