"""`faceaug info`: what is found in a photograph, as numbers and as a drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from faceaug.cli.files import DRAWING, PHOTO, Careful
from faceaug.cli.words import DEVICE

if TYPE_CHECKING:
    from pathlib import Path

    from faceaug.data.photos import Photo
    from faceaug.face.decomposition import Decomposition

__all__ = ["command"]


@click.command("info", cls=Careful)
@click.argument("path", metavar="PHOTO", type=PHOTO)
@click.option(
    "-o",
    "--out",
    type=DRAWING,
    help="Draw landmarks, pose, regions, light and tone.",
)
@click.option("--json", "machine", is_flag=True, help="One JSON document instead of a table.")
@DEVICE
def command(path: Path, *, out: Path | None, machine: bool, device: str) -> None:
    """Tell what is found in PHOTO: every face, its pose, light and apparent skin tone."""
    from faceaug.cli.answer import about, as_json
    from faceaug.data.photos import read_photo, write_atomic
    from faceaug.face.decompose import decompose_all

    photo = read_photo(path)
    with about(path):
        faces = decompose_all(photo, device=device)
    if out is not None:
        from faceaug.cli.chart import chart
        from faceaug.cli.draw import png

        write_atomic(out, png(chart(faces)))
    documents = [_face(face) for face in faces]
    if machine:
        as_json({**_photo(photo), "drawn": str(out) if out else None, "faces": documents})
    else:
        click.echo(_page(photo, documents))
        if out is not None:
            click.echo(f"\ndrawn in {out}")


def _photo(photo: Photo) -> dict[str, Any]:
    """The file, as data."""
    return {
        "photo": str(photo.path),
        "sha256": photo.sha256,
        "width": photo.width,
        "height": photo.height,
        "mode": photo.mode,
        "notes": list(photo.notes),
        "grey": photo.is_grey,
    }


def _face(face: Decomposition) -> dict[str, Any]:
    """One face, as data."""
    from faceaug.data.attributes import VOCABULARY
    from faceaug.measure import measure

    left, top = face.corners[0]
    height, width = face.linear.shape[-2:]
    values = {
        name: {
            "value": value.value,
            "unit": VOCABULARY[name].unit if name in VOCABULARY else "",
            "reliability": value.reliability,
        }
        for name, value in measure(face).items()
    }
    return {
        "face": face.face[0],
        "window": [left, top, left + width, top + height],
        "pixels_per_mm": float(face.pose.scale[0]),
        "presence": float(face.presence[0]),
        "measured": values,
        "landmarks": face.points[0].tolist(),
    }


def _page(photo: Photo, faces: list[dict[str, Any]]) -> str:
    """The same for a person."""
    from faceaug.cli.answer import as_table

    made = f" ({', '.join(photo.notes)})" if photo.notes else ""
    count = f"{len(faces)} {'face' if len(faces) == 1 else 'faces'}"
    lines = [f"{photo.path}  {photo.width} x {photo.height}  {photo.mode}{made}  {count}"]
    for face in faces:
        lines += ["", f"face {face['face']}, {face['pixels_per_mm']:.2f} pixels per mm"]
        lines.append(as_table([_row(name, entry) for name, entry in face["measured"].items()], indent="  "))
    return "\n".join(lines)


def _row(name: str, entry: dict[str, Any]) -> tuple[str, str, str]:
    """One measured value: name, value with unit, how sure."""
    value = entry["value"]
    shown = f"{value:.3g}" if isinstance(value, float) else str(value)
    reliability = entry["reliability"]
    sure = "" if reliability is None else f"reliability {reliability:.2f}"
    return name, f"{shown} {entry['unit']}".rstrip(), sure
