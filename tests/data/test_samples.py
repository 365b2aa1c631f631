"""Downloads are resumed, verified, unpacked safely, and say what to do without a network."""

from __future__ import annotations

import hashlib
import io
import json
import re
import socket
import threading
import zipfile
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, cast

import pytest

from faceaug.data import samples, transfer
from faceaug.data.samples import SETS, download
from faceaug.errors import FaceaugError, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONDON = SETS["london"]


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def noise(size: int) -> bytes:
    return b"".join(hashlib.sha256(bytes([i % 256, i // 256])).digest() for i in range(size // 32))


@dataclass
class Shop:
    """A pretended figshare: what it has, how it misbehaves, what it was asked."""

    files: dict[int, bytes]
    listing: list[dict[str, object]] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    ranges: bool = True
    listed: bool = True
    status: int | None = None
    asked: list[str] = field(default_factory=list)
    address: str = ""

    def list_all(self) -> None:
        names = {file.number: file.name for file in LONDON.files}
        self.listing = [
            {"name": names[number], "size": len(data), "computed_md5": hashlib.md5(data).hexdigest(), "id": number}
            for number, data in self.files.items()
        ]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        shop = cast("Shop", self.server.shop)  # type: ignore[attr-defined]
        asked = self.headers.get("Range", "")
        shop.asked.append(f"{self.path} {asked}".strip())
        if self.path == f"/v2/articles/{LONDON.article}/files":
            body = json.dumps(shop.listing).encode()
            self.answer(200 if shop.listed else 404, body, {})
        elif shop.status:
            self.answer(shop.status, b"", {})
        else:
            self.give(shop, shop.files[int(self.path.rsplit("/", 1)[1])], asked)

    def give(self, shop: Shop, data: bytes, asked: str) -> None:
        start = int(re.findall(r"\d+", asked)[0]) if asked and shop.ranges else 0
        if start >= len(data):
            self.answer(416, b"", {})
        elif start:
            body = data[start:]
            self.answer(206, body, {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"})
        else:
            self.answer(200, data, {})

    def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        shop = cast("Shop", self.server.shop)  # type: ignore[attr-defined]
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        is_file = self.path.startswith("/files/")
        body = body[: shop.breaks.pop(0)] if is_file and shop.breaks else body
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setattr(transfer, "PAUSE", 0.0)
    monkeypatch.setenv("no_proxy", "*")
    front, smiling, info = (file.number for file in LONDON.files)
    shop = Shop(
        {
            front: zipped({"neutral_front/": b"", "neutral_front/001_03.jpg": noise(70_000), "__MACOSX/x.jpg": b"x"}),
            smiling: zipped({"001_08.jpg": b"smile", ".DS_Store": b"x"}),
            info: b"face_id,face_age\nX001,30\n",
        }
    )
    shop.list_all()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.shop = shop  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    shop.address = f"http://127.0.0.1:{server.server_address[1]}"
    yield shop
    server.shutdown()
    thread.join()
    server.server_close()


def test_downloads_verifies_and_unpacks(tmp_path: Path, shop: Shop) -> None:
    seen: list[tuple[str, int, int | None]] = []
    paths = download("london", tmp_path, base_url=shop.address, progress=lambda *news: seen.append(news))
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == [
        "neutral_front/001_03.jpg",
        "smiling_front/001_08.jpg",
        "london_faces_info.csv",
        "SOURCES.md",
    ]
    assert paths[0].read_bytes() == noise(70_000)
    assert not list(tmp_path.rglob("*.part"))
    sources = paths[-1].read_text()
    for word in ("CC BY 4.0", "DeBruine", LONDON.doi, "agree with", hashlib.sha256(shop.files[8541961]).hexdigest()):
        assert word in sources
    size = len(shop.files[8541961])
    assert ("neutral_front.zip", size, size) in seen


def test_a_second_call_downloads_nothing(tmp_path: Path, shop: Shop) -> None:
    download("london", tmp_path, base_url=shop.address)
    shop.asked.clear()
    download("london", tmp_path, base_url=shop.address)
    assert [line for line in shop.asked if "/files/" in line] == []


def test_broken_transfers_are_resumed(tmp_path: Path, shop: Shop) -> None:
    shop.breaks = [20_000, 30_000, 0, 2_000, 2_000, 2_000, 2_000, 2_000, 0, 0]
    download("london", tmp_path, base_url=shop.address)
    assert (tmp_path / "neutral_front/001_03.jpg").read_bytes() == noise(70_000)
    assert shop.asked[1:4] == ["/files/8541961", "/files/8541961 bytes=20000-", "/files/8541961 bytes=50000-"]


def test_a_part_of_an_earlier_run_is_continued(tmp_path: Path, shop: Shop) -> None:
    (tmp_path / "neutral_front.zip.part").write_bytes(shop.files[8541961][:40_000])
    download("london", tmp_path, base_url=shop.address)
    assert shop.asked[1] == "/files/8541961 bytes=40000-"


def test_a_server_that_cannot_resume_starts_again(tmp_path: Path, shop: Shop) -> None:
    shop.ranges, shop.breaks = False, [20_000]
    download("london", tmp_path, base_url=shop.address)
    assert (tmp_path / "neutral_front/001_03.jpg").read_bytes() == noise(70_000)


def test_a_complete_part_of_unknown_size_is_fetched_again(tmp_path: Path, shop: Shop) -> None:
    shop.listed = False
    (tmp_path / "neutral_front.zip.part").write_bytes(shop.files[8541961])
    download("london", tmp_path, base_url=shop.address)
    assert (tmp_path / "neutral_front.zip").read_bytes() == shop.files[8541961]


def test_a_wrong_part_and_a_wrong_file_are_thrown_away(tmp_path: Path, shop: Shop) -> None:
    part = tmp_path / "neutral_front.zip.part"
    part.write_bytes(b"?" * 40_000)
    with pytest.raises(FaceaugError, match=r"not the MD5 .* thrown away, run this again"):
        download("london", tmp_path, base_url=shop.address)
    assert not part.exists()
    assert not (tmp_path / "neutral_front.zip").exists()
    (tmp_path / "neutral_front.zip").write_bytes(b"?" * len(shop.files[8541961]))
    download("london", tmp_path, base_url=shop.address)
    assert (tmp_path / "neutral_front.zip").read_bytes() == shop.files[8541961]


def test_wrong_size_is_told(tmp_path: Path, shop: Shop) -> None:
    shop.listing[0]["size"] = 10**9
    shop.listing[0]["computed_md5"] = None
    with pytest.raises(FaceaugError, match=r"broke off|instead of 1,000,000,000"):
        download("london", tmp_path, base_url=shop.address)


def test_a_server_that_always_breaks_off(tmp_path: Path, shop: Shop) -> None:
    shop.breaks = [1000] + [0] * 20
    with pytest.raises(FaceaugError, match="broke off 5 times at byte 1,000; run this again"):
        download("london", tmp_path, base_url=shop.address)
    assert (tmp_path / "neutral_front.zip.part").stat().st_size == 1000


@pytest.mark.parametrize("status", [403, 404, 202])
def test_a_server_that_refuses(tmp_path: Path, shop: Shop, status: int) -> None:
    shop.status = status
    with pytest.raises(FaceaugError, match=f"answers {status}"):
        download("london", tmp_path, base_url=shop.address)


def test_without_the_list_nothing_is_claimed(tmp_path: Path, shop: Shop) -> None:
    shop.listed = False
    paths = download("london", tmp_path, base_url=shop.address)
    assert "could not be compared" in paths[-1].read_text()


def nowhere() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def test_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with pytest.raises(FaceaugError) as caught:
        download("london", tmp_path, base_url=nowhere())
    text = str(caught.value)
    for word in (
        "cannot be reached",
        f"https://doi.org/{LONDON.doi}",
        "neutral_front.zip",
        str(tmp_path),
        "run this again",
    ):
        assert word in text


def test_files_downloaded_by_hand_need_no_network(tmp_path: Path, shop: Shop) -> None:
    for file in LONDON.files:
        (tmp_path / file.name).write_bytes(shop.files[file.number])
    paths = download("london", tmp_path, base_url=nowhere())
    assert (tmp_path / "neutral_front/001_03.jpg") in paths


@pytest.mark.parametrize(
    "name", ["../evil.jpg", "/evil.jpg", "a/../../evil.jpg", "neutral_front\\..\\..\\evil.jpg", "c:/evil.jpg"]
)
def test_archives_cannot_write_elsewhere(tmp_path: Path, shop: Shop, name: str) -> None:
    shop.files[8541961] = zipped({"neutral_front/good.jpg": b"", name: b"evil"})
    shop.list_all()
    folder = tmp_path / "in" / "side"
    with pytest.raises(FaceaugError, match="points out of its folder; nothing was unpacked"):
        download("london", folder, base_url=shop.address)
    assert not [path for path in tmp_path.rglob("*") if path.suffix == ".jpg"]


def test_links_and_bombs(tmp_path: Path, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    link = zipfile.ZipInfo("neutral_front/link.jpg")
    link.external_attr = 0o120777 << 16
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    shop.files[8541961] = file.getvalue()
    shop.list_all()
    with pytest.raises(FaceaugError, match="points out"):
        download("london", tmp_path, base_url=shop.address)
    shop.files[8541961] = zipped({"neutral_front/a.jpg": b"1234"})
    shop.list_all()
    monkeypatch.setattr(samples, "LARGEST", 3)
    with pytest.raises(FaceaugError, match="would unpack to"):
        download("london", tmp_path, base_url=shop.address)


def test_a_file_that_is_no_archive(tmp_path: Path, shop: Shop) -> None:
    shop.files[8541961] = b"<html>please wait</html>"
    shop.list_all()
    with pytest.raises(FaceaugError, match="not a whole zip archive"):
        download("london", tmp_path, base_url=shop.address)


def test_unknown_sets(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="did you mean 'london'"):
        download("lodnon", tmp_path)
    with pytest.raises(RequestError, match="there is london"):
        download("paris", tmp_path)


def test_every_set_states_its_terms() -> None:
    for name, one in SETS.items():
        assert one.name == name
        assert one.licence
        assert one.citation
        assert one.doi in one.citation
        assert all(file.md5 is None or re.fullmatch("[0-9a-f]{32}", file.md5) for file in one.files)
