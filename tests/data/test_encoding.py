"""Written pictures decode to what was asked for, and say how they came to be."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

import faceaug
from faceaug.data.photos import FORMATS, SOURCE_TYPES, encode, read_photo, read_provenance, read_source_type
from faceaug.errors import PhotoError
from tests.data.pictures import gradient

if TYPE_CHECKING:
    from pathlib import Path

PROVENANCE = {"id": "a<b>&\"c'\u00e9\u4e2d", "recipe": "0f" * 32, "variant": 3}


@pytest.mark.parametrize("kind", FORMATS)
def test_metadata_come_back(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    path.write_bytes(encode(gradient(), kind, source_type="compositeSynthetic", provenance=PROVENANCE))
    assert read_source_type(path) == "compositeSynthetic"
    assert read_provenance(path) == PROVENANCE
    photo = read_photo(path)
    assert photo.notes == ()
    worst = np.abs(photo.pixels.astype(int) - gradient().astype(int)).max()
    assert worst <= {"png": 0, "jpg": 6, "webp": 16}[kind]


@pytest.mark.parametrize("kind", FORMATS)
def test_packet_is_standard_xmp(kind: str) -> None:
    data = encode(gradient(), kind, source_type="algorithmicallyEnhanced")
    info = Image.open(io.BytesIO(data)).info
    packet = info.get("xmp") or info["XML:com.adobe.xmp"].encode()
    assert packet.startswith(b"<?xpacket begin=")
    description = next(ET.fromstring(packet).iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description"))
    found = description.get("{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType")
    assert found == "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicallyEnhanced"
    assert description.get("{http://ns.adobe.com/xap/1.0/}CreatorTool") == f"faceaug {faceaug.__version__}"


@pytest.mark.parametrize("kind", FORMATS)
def test_same_input_same_bytes(kind: str) -> None:
    forward = encode(gradient(), kind, provenance={"a": 1, "b": 2})
    assert forward == encode(gradient().copy(), kind, provenance={"b": 2, "a": 1})
    assert forward != encode(gradient(), kind, provenance={"a": 1, "b": 3})


def test_jpeg_keeps_colour_at_full_resolution() -> None:
    stripes = np.zeros((32, 32, 3), np.uint8)
    stripes[:, ::2], stripes[:, 1::2] = (255, 0, 0), (0, 0, 255)
    decoded = np.asarray(Image.open(io.BytesIO(encode(stripes))))
    assert np.abs(decoded.astype(int) - stripes).mean() < 3


def test_untouched_files_say_nothing(tmp_path: Path, samples: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(encode(gradient(), "png"))
    assert read_source_type(path) is None
    assert read_provenance(path) is None
    assert read_source_type(samples / "grace_hopper.jpg") is None


@pytest.mark.parametrize(
    "body",
    [
        "<i:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/humanEdits</i:DigitalSourceType>",
        '<i:DigitalSourceType r:resource="http://cv.iptc.org/newscodes/digitalsourcetype/humanEdits"/>',
    ],
)
def test_other_spellings_are_understood(tmp_path: Path, body: str) -> None:
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<r:Description xmlns:i="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">{body}</r:Description></r:RDF></x:xmpmeta>'
    )
    path = tmp_path / "a.jpg"
    Image.fromarray(gradient()).save(path, xmp=packet.encode())
    assert read_source_type(path) == "humanEdits"


def test_broken_packets_and_files(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.fromarray(gradient()).save(path, xmp=b"<x:xmpmeta")
    assert read_source_type(path) is None
    path.write_bytes(b"no picture")
    with pytest.raises(PhotoError, match=r"a\.jpg cannot be opened"):
        read_source_type(path)


def test_wrong_requests() -> None:
    with pytest.raises(ValueError, match="jpg, png, webp"):
        encode(gradient(), "bmp")
    with pytest.raises(ValueError, match=r"1\.\.100"):
        encode(gradient(), quality=0)
    with pytest.raises(ValueError, match="compositeSynthetic"):
        encode(gradient(), source_type="compositesynthetic")
    with pytest.raises(ValueError, match="float64"):
        encode(gradient().astype(float))
    with pytest.raises(ValueError, match="uint8"):
        encode(gradient()[:, :, 0])
    assert len(set(SOURCE_TYPES)) == len(SOURCE_TYPES)
