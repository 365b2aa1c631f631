"""A journal: one line of JSON for everything that is finished, on disk as soon as it is written."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from faceaug.data.files import explain, write_atomic

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["append_line", "read_lines"]


def append_line(path: Path, line: str) -> None:
    """Add a line, and make sure that it is on disk.

    Args:
        path: of the journal; made if it is not there.
        line: JSON without a line break.

    Raises:
        FaceaugError: if it cannot be written; a part of it that may be there is passed over by `read_lines`.
    """
    try:
        with path.open("ab") as file:
            file.write(f"{line}\n".encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise explain(path, error) from error


def read_lines(path: Path) -> Iterator[tuple[str, Any]]:
    """Read a journal; a last line that was cut off, by a kill or a full disk, is taken away first.

    Yields:
        Where a line stands (`path:number`), and its value; the error instead of a value for a line that is no JSON.

    Raises:
        FaceaugError: if what was cut off cannot be taken away.
    """
    data = b""
    with suppress(FileNotFoundError):
        data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if whole != data:
        write_atomic(path, whole)
    for number, line in enumerate(whole.decode("utf-8", "replace").split("\n")[:-1], 1):
        try:
            value = json.loads(line)
        except ValueError as error:
            value = error
        yield f"{path}:{number}", value
