"""Sets of face photographs that may be downloaded: who made them, on what terms, and where they are."""

from __future__ import annotations

import hashlib
import json
import stat
import urllib.error
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from faceaug.data.files import write_atomic
from faceaug.data.transfer import Unreachable, fetch, get, is_whole
from faceaug.errors import FaceaugError, Fault, RequestError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["SETS", "SampleFile", "SampleSet", "download"]

API: Final = "https://api.figshare.com"
STORE: Final = "https://ndownloader.figshare.com"
"""Where figshare lists the files of an article (with sizes and MD5), and where it hands them out."""

LARGEST: Final = 4_000_000_000
"""Bytes that an archive may unpack to; the whole London set is far smaller."""


@dataclass(frozen=True)
class SampleFile:
    """One file of a set.

    Attributes:
        name: of the file.
        number: figshare's id of it.
        size: bytes, or None where we could not verify it; figshare is asked when downloading.
        md5: hexadecimal digest, or None likewise.
    """

    name: str
    number: int
    size: int | None = None
    md5: str | None = None


@dataclass(frozen=True)
class SampleSet:
    """A set of photographs whose licence allows to download and use it.

    Attributes:
        name: what to call it on the command line.
        title: its own title.
        about: what is in it.
        article: figshare's id.
        doi: digital object identifier.
        licence: name of the licence.
        licence_address: where the licence stands.
        citation: how its makers want to be named.
        files: what is downloaded.
    """

    name: str
    title: str
    about: str
    article: int
    doi: str
    licence: str
    licence_address: str
    citation: str
    files: tuple[SampleFile, ...]


SETS: Final = {
    "london": SampleSet(
        name="london",
        title="Face Research Lab London Set",
        about=(
            "102 adults, front view, neutral and smiling, 1350 x 1350 pixels, even studio light; self-reported age, "
            "gender and ethnicity; 189 landmarks. All gave signed consent for use in lab-based and web-based studies "
            "in original or altered form and to illustrate research."
        ),
        article=5047666,
        doi="10.6084/m9.figshare.5047666",
        licence="CC BY 4.0",
        licence_address="https://creativecommons.org/licenses/by/4.0/",
        citation=(
            "DeBruine, L. & Jones, B. (2017). Face Research Lab London Set. figshare. "
            "https://doi.org/10.6084/m9.figshare.5047666"
        ),
        files=(
            SampleFile("neutral_front.zip", 8541961),
            SampleFile("smiling_front.zip", 8541964),
            SampleFile("london_faces_info.csv", 27397184),
        ),
    )
}
"""The sets that `download` knows. File ids: webmorphR (the makers' own R package) and its help page `london_info`."""


def download(
    name: str,
    folder: str | Path,
    *,
    base_url: str | None = None,
    progress: Callable[[str, int, int | None], None] | None = None,
) -> list[Path]:
    """Download a set of photographs, verify and unpack it, and write down where it is from.

    Transfers that broke off are continued. Files that are there already (downloaded by hand, for instance) are verified
    and taken; then no network is needed.

    Args:
        name: of the set, see `SETS`.
        folder: where to put it.
        base_url: another server with figshare's paths (`/v2/articles/<id>/files`, `/files/<id>`); a mirror, or a test.
        progress: called with a file's name, the bytes that are there, and how many there will be (or None).

    Returns:
        Every file that is now there, archives aside.

    Raises:
        RequestError: for a set that is not known.
        FaceaugError: without a network, saying what to do; when the server refuses; when what arrives is not what
            was announced.
    """
    if name not in SETS:
        near = did_you_mean(name, SETS)
        hint = f"; did you mean {near!r}?" if near else f"; there is {', '.join(SETS)}"
        raise RequestError([Fault("", f"there is no sample set {name!r}{hint}")], "nothing was downloaded")
    chosen, folder = SETS[name], Path(folder)
    files, verified = _announced(chosen, base_url)
    for file in files:
        if is_whole(folder / file.name, file.size, file.md5):
            continue
        try:
            address = f"{base_url or STORE}/files/{file.number}"
            fetch(address, folder / file.name, size=file.size, md5=file.md5, progress=progress)
        except Unreachable as error:
            raise _by_hand(chosen, folder, error) from error
    paths = []
    for file in files:
        path = folder / file.name
        paths += _unpack(path, folder) if path.suffix == ".zip" else [path]
    paths.append(_write_sources(chosen, files, folder, verified=verified))
    return paths


def _announced(chosen: SampleSet, base_url: str | None) -> tuple[tuple[SampleFile, ...], bool]:
    """Ask figshare for sizes and digests; the table as it is where figshare does not answer."""
    try:
        with get(f"{base_url or API}/v2/articles/{chosen.article}/files") as answer:
            listed = {item["name"]: item for item in json.loads(answer.read())}
        files = tuple(_completed(file, listed.get(file.name)) for file in chosen.files)
    except (Unreachable, urllib.error.HTTPError, OSError, ValueError, KeyError, TypeError):
        return chosen.files, False
    return files, all(file.md5 for file in files)


def _completed(file: SampleFile, listed: dict[str, object] | None) -> SampleFile:
    """Fill in what our table does not know; what it does know stands."""
    if not listed:
        return file
    size, md5 = listed.get("size"), listed.get("computed_md5") or listed.get("supplied_md5")
    return replace(
        file,
        size=file.size or (size if isinstance(size, int) else None),
        md5=file.md5 or (md5 if isinstance(md5, str) else None),
    )


def _by_hand(chosen: SampleSet, folder: Path, error: Unreachable) -> FaceaugError:
    """Say how to go on without a network."""
    missing = [file.name for file in chosen.files if not (folder / file.name).is_file()]
    return FaceaugError(
        f"{error}\n"
        f"The {chosen.title} was not downloaded. On a machine with a network, open https://doi.org/{chosen.doi} "
        f"in a browser, download {', '.join(missing)}, put {'it' if len(missing) == 1 else 'them'} into {folder} as "
        f"{'it is' if len(missing) == 1 else 'they are'}, and run this again: it will unpack what it finds there."
    )


def _unpack(archive: Path, folder: Path) -> list[Path]:
    """Unpack a zip archive below a folder, and nowhere else.

    Raises:
        FaceaugError: for a broken archive, members that point elsewhere, and one that would fill the disk.
    """
    try:
        with zipfile.ZipFile(archive) as zipped:
            members = [member for member in zipped.infolist() if _wanted(member)]
            _check_members(members, archive)
            inside = all(PurePosixPath(member.filename).parts[0] == archive.stem for member in members)
            target = folder if inside else folder / archive.stem
            return [write_atomic(target / member.filename, zipped.read(member)) for member in members]
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        msg = f"{archive} is not a whole zip archive ({error}); delete it and run this again"
        raise FaceaugError(msg) from error


def _wanted(member: zipfile.ZipInfo) -> bool:
    """Whether a member is a file of the set, and not a folder or a leftover of some desktop."""
    parts = PurePosixPath(member.filename).parts
    return not member.is_dir() and "__MACOSX" not in parts and not PurePosixPath(member.filename).name.startswith(".")


def _check_members(members: Sequence[zipfile.ZipInfo], archive: Path) -> None:
    """Refuse an archive that would write elsewhere, or too much."""
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        link = stat.S_ISLNK(member.external_attr >> 16)
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0] or link:
            msg = f"{archive} holds {member.filename!r}, which points out of its folder; nothing was unpacked"
            raise FaceaugError(msg)
    total = sum(member.file_size for member in members)
    if total > LARGEST:
        msg = f"{archive} would unpack to {total / 1e9:.1f} GB, more than any sample set; nothing was unpacked"
        raise FaceaugError(msg)


def _write_sources(chosen: SampleSet, files: Sequence[SampleFile], folder: Path, *, verified: bool) -> Path:
    """Write `SOURCES.md`: licence, citation, and digests of what was downloaded."""
    rows = []
    for file in files:
        with (folder / file.name).open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        rows.append(f"| `{file.name}` | {(folder / file.name).stat().st_size} | `{digest}` |")
    agree = "agree with" if verified else "could not be compared with"
    text = f"""# {chosen.title}

{chosen.about}

- Licence: {chosen.licence} ({chosen.licence_address}). Name the makers, link the licence, and say what you changed.
- Cite: {chosen.citation}
- From: https://doi.org/{chosen.doi}

| file | bytes | SHA-256 |
| --- | --- | --- |
{chr(10).join(rows)}

Sizes and MD5 {agree} figshare's list.

The photographs show real people. Use them as they consented to, and not to suggest that they endorse anything.
"""
    return write_atomic(folder / "SOURCES.md", text.encode())
