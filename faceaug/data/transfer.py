"""Download one file: resume what broke off, verify what arrived."""

from __future__ import annotations

import hashlib
import http.client
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Final

import faceaug
from faceaug.data.files import explain
from faceaug.errors import FaceaugError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Unreachable", "fetch", "get", "is_whole"]


ATTEMPTS: Final = 5
"""Transfers in a row that bring not a single byte before giving up."""

PAUSE = 1.0
"""Seconds to wait after such a transfer, times how many there were."""

PATIENCE: Final = 60.0
"""Seconds without a byte after which a connection counts as broken."""

CHUNK: Final = 1 << 18
"""Bytes between two reports of progress."""

FULL, PART, NOT_SATISFIABLE, SERVER = 200, 206, 416, 500
"""HTTP status codes (RFC 9110)."""


class Unreachable(FaceaugError):  # noqa: N818 - says what the network is
    """There is no way to the server."""


def get(address: str, start: int = 0) -> http.client.HTTPResponse:
    """Ask for an address, from a byte on.

    Raises:
        Unreachable: without a network, and when the server is not there.
        urllib.error.HTTPError: when the server says no.
    """
    headers = {"User-Agent": f"faceaug/{faceaug.__version__}"} | ({"Range": f"bytes={start}-"} if start else {})
    try:
        answer = urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=PATIENCE)
    except urllib.error.HTTPError:
        raise
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        msg = f"{address} cannot be reached ({reason})"
        raise Unreachable(msg) from error
    if not isinstance(answer, http.client.HTTPResponse):
        msg = f"{address} is not an http address"
        raise Unreachable(msg)
    return answer


def is_whole(path: Path, size: int | None, md5: str | None) -> bool:
    """Whether a file is there and agrees with whatever is known about it."""
    if not path.is_file() or (size is not None and path.stat().st_size != size):
        return False
    if md5 is None:
        return True
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest() == md5.lower()


def fetch(
    address: str,
    path: Path,
    *,
    size: int | None = None,
    md5: str | None = None,
    progress: Callable[[str, int, int | None], None] | None = None,
) -> Path:
    """Download a file to a path, by way of `<path>.part`; a part that is there already is continued.

    Args:
        address: http or https.
        path: where the file shall be.
        size: bytes that it must have, if known.
        md5: hexadecimal digest that it must have, if known.
        progress: called now and then.

    Raises:
        Unreachable: without a network.
        FaceaugError: if the server refuses, breaks off for good, or sends something else than expected.
    """
    part = path.with_name(path.name + ".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    idle = 0
    while True:
        before = part.stat().st_size if part.exists() else 0
        if size is not None and before > size:
            part.unlink()
            continue
        if before == size or _transfer(address, part, before, size, progress):
            break
        idle = 0 if part.stat().st_size > before else idle + 1
        if idle >= ATTEMPTS:
            msg = f"{address} broke off {ATTEMPTS} times at byte {before:,}; run this again to go on from there"
            raise FaceaugError(msg)
        time.sleep(PAUSE * idle)
    if not is_whole(part, size, md5):
        got = part.stat().st_size
        part.unlink()
        what = f"{got:,} bytes instead of {size:,}" if size not in {None, got} else f"not the MD5 {md5}"
        msg = f"{address} sent something else than announced ({what}); it was thrown away, run this again"
        raise FaceaugError(msg)
    part.replace(path)
    return path


def _transfer(
    address: str,
    part: Path,
    start: int,
    size: int | None,
    progress: Callable[[str, int, int | None], None] | None,
) -> bool:
    """Bring as much as one connection gives; True when the file is complete."""
    try:
        answer = get(address, start)
    except urllib.error.HTTPError as error:
        if error.code == NOT_SATISFIABLE and start:
            part.write_bytes(b"")
            return False
        if error.code >= SERVER:
            part.touch()
            return False
        msg = f"{address} answers {error.code} {error.reason}"
        raise FaceaugError(msg) from error
    with answer:
        if answer.status not in {FULL, PART}:
            msg = f"{address} answers {answer.status} {answer.reason} instead of a file"
            raise FaceaugError(msg)
        start = start if answer.status == PART and _starts_at(answer, start) else 0
        length = answer.headers.get("Content-Length")
        total = start + int(length) if length and length.isdigit() else size
        done = start
        try:
            with part.open("ab" if start else "wb") as file:
                while block := _block(answer):
                    file.write(block)
                    done += len(block)
                    if progress:
                        progress(part.name.removesuffix(".part"), done, total)
        except OSError as error:
            raise explain(part, error) from error
    return done > start and (total is None or done >= total)


def _block(answer: http.client.HTTPResponse) -> bytes:
    """The next bytes, or none when the connection broke."""
    try:
        return answer.read(CHUNK)
    except (OSError, http.client.HTTPException):
        return b""


def _starts_at(answer: http.client.HTTPResponse, start: int) -> bool:
    """Whether a partial answer begins where it was asked to."""
    return (answer.headers.get("Content-Range") or "").startswith(f"bytes {start}-")
