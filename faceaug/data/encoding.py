"""From pixels to the bytes of a file that says, in its XMP packet, how the picture came to be."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

import numpy as np
import numpy.typing as npt
from PIL import Image, PngImagePlugin

import faceaug
from faceaug.data.origin import MADE
from faceaug.errors import PhotoError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faceaug.data.compression import Jpeg

__all__ = ["FORMATS", "SOURCE_TYPES", "encode", "marked", "read_provenance", "read_source_type"]

FORMATS: Final = ("jpg", "png", "webp")
"""What `encode` can write; also the file extensions."""

QUALITIES: Final = range(1, 101)
"""What libjpeg and libwebp understand."""

USUAL: Final = 95
"""Quality where nothing else is said."""

SOURCE_TYPES: Final = ("digitalCapture", "humanEdits", *MADE)
"""Names from the IPTC NewsCodes scheme `digitalsourcetype` that can apply to a photograph or a rendering of one."""

SCHEME: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"
"""IPTC NewsCodes scheme; the property holds the whole address of a code."""

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
IPTC: Final = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
XMP: Final = "http://ns.adobe.com/xap/1.0/"
OWN: Final = "urn:faceaug:xmp:1.0/"
"""Namespaces: RDF; IPTC Photo Metadata Standard, Extension schema; XMP basic (XMP specification part 1); our own."""

PNG_XMP: Final = "XML:com.adobe.xmp"
"""Keyword of the PNG text chunk that holds XMP (XMP specification part 3, 1.1.5)."""

BEGIN: Final = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
"""Start of every XMP packet; the id is the one that the XMP specification prescribes."""


def encode(
    pixels: npt.NDArray[np.uint8],
    format: str = "jpg",  # noqa: A002 - the word that everybody would look for
    *,
    quality: int | None = None,
    like: Jpeg | None = None,
    source_type: str | None = None,
    provenance: Mapping[str, Any] | None = None,
) -> bytes:
    """Encode a picture; the same input gives the same bytes.

    Args:
        pixels: (H, W, 3) uint8 sRGB.
        format: jpg, png or webp. JPEG of a given quality keeps colour at full resolution (4:4:4): face colour is what
            gets measured.
        quality: 1..100, of JPEG and WebP; None for `USUAL`, or what `like` says.
        like: how a JPEG shall be compressed where no quality is given.
        source_type: how the picture came to be, one of `SOURCE_TYPES`; None writes none.
        provenance: a few JSON values (record id, recipe digest) to carry inside the file.

    Raises:
        ValueError: for pixels of another shape or type, an unknown format or source type, or a quality out of range.
    """
    if pixels.dtype != np.uint8 or pixels.shape[2:] != (3,) or pixels.size == 0:
        msg = f"pixels must be (H, W, 3) uint8, not {pixels.shape} {pixels.dtype}"
        raise ValueError(msg)
    if format not in FORMATS:
        msg = f"format must be one of {', '.join(FORMATS)}, not {format!r}"
        raise ValueError(msg)
    if quality is not None and quality not in QUALITIES:
        msg = f"quality must lie within 1..100, not {quality}"
        raise ValueError(msg)
    packet = _packet(source_type, provenance)
    image = Image.fromarray(np.ascontiguousarray(pixels))
    file = io.BytesIO()
    if format == "jpg" and like is not None and quality is None:
        image.save(file, "JPEG", xmp=packet, **like.saving())
    elif format == "jpg":
        image.save(file, "JPEG", quality=quality or USUAL, subsampling=0, xmp=packet)
    elif format == "webp":
        image.save(file, "WEBP", quality=quality or USUAL, method=4, xmp=packet)
    else:
        image.save(file, "PNG", pnginfo=_in_png(packet))
    return file.getvalue()


def marked(source_type: str) -> PngImagePlugin.PngInfo:
    """What Pillow is given to write a PNG that says how it came to be.

    Args:
        source_type: one of `SOURCE_TYPES`.

    Raises:
        ValueError: for another one.
    """
    return _in_png(_packet(source_type, None))


def _in_png(packet: bytes) -> PngImagePlugin.PngInfo:
    """An XMP packet as PNG holds it."""
    text = PngImagePlugin.PngInfo()
    text.add_itxt(PNG_XMP, packet.decode())
    return text


def _packet(source_type: str | None, provenance: Mapping[str, Any] | None) -> bytes:
    """The XMP packet of one picture."""
    fields = [("xmp:CreatorTool", f"faceaug {faceaug.__version__}")]
    if source_type is not None:
        if source_type not in SOURCE_TYPES:
            msg = f"source type must be one of {', '.join(SOURCE_TYPES)}, not {source_type!r}"
            raise ValueError(msg)
        fields.append(("Iptc4xmpExt:DigitalSourceType", SCHEME + source_type))
    if provenance:
        fields.append(("faceaug:provenance", json.dumps(dict(provenance), sort_keys=True, ensure_ascii=True)))
    lines = "\n".join(f"   {name}={quoteattr(value)}" for name, value in fields)
    return (
        f'{BEGIN}\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n <rdf:RDF xmlns:rdf="{RDF}">\n'
        '  <rdf:Description rdf:about=""\n'
        f'   xmlns:xmp="{XMP}"\n   xmlns:Iptc4xmpExt="{IPTC}"\n   xmlns:faceaug="{OWN}"\n{lines}/>\n'
        ' </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="w"?>'
    ).encode()


def read_source_type(path: str | Path) -> str | None:
    """How the picture in a file came to be: the name of its IPTC digital source type, or None if the file does not say.

    Raises:
        PhotoError: unreadable, if the file cannot be opened as a picture.
    """
    value = _property(Path(path), f"{{{IPTC}}}DigitalSourceType")
    return value.rstrip("/").rsplit("/", 1)[-1] if value else None


def read_provenance(path: str | Path) -> dict[str, Any] | None:
    """What `encode` was given as provenance, or None if the file carries none.

    Raises:
        PhotoError: unreadable, if the file cannot be opened as a picture.
    """
    value = _property(Path(path), f"{{{OWN}}}provenance")
    try:
        found = json.loads(value) if value else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _property(path: Path, name: str) -> str | None:
    """One XMP property, whether written as attribute, as text or as a reference."""
    try:
        with Image.open(path) as image:
            packet = image.info.get("xmp") or image.info.get(PNG_XMP)
    except (OSError, SyntaxError, ValueError) as error:
        raise PhotoError("unreadable", f"{path} cannot be opened: {error}") from error
    if not packet:
        return None
    text = packet.decode("utf-8", "replace") if isinstance(packet, bytes) else str(packet)
    try:
        tree = ET.fromstring(text.strip("\0 \n"))  # expat bounds what entities may expand to since 2.4.1
    except ET.ParseError:
        return None
    for description in tree.iter(f"{{{RDF}}}Description"):
        if (value := description.get(name)) is not None:
            return value
        for child in description.findall(name):
            return child.get(f"{{{RDF}}}resource") or (child.text or "").strip() or None
    return None
