"""`faceaug gallery`: a picture of every edit; the documentation, and the golden pictures of the tests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    import numpy.typing as npt

    from faceaug.edit import Edit
    from faceaug.face.decomposition import Decomposition

__all__ = ["command", "page"]

HEIGHT: Final = 208
"""Of a picture in the gallery, pixels: a page of two photographs then stays below a megabyte."""

SEED_WORD: Final = "gallery"
"""Stands in for the photograph when the other settings are drawn, so that both photographs get the same ones."""


@click.command("gallery")
@click.argument("names", nargs=-1, metavar="[EDIT]...")
@click.option("-o", "--out", type=click.Path(path_type=Path), default=Path("docs/gallery"), show_default=True)
@click.option(
    "--photos", type=click.Path(path_type=Path), default=Path("sample_data"), show_default=True, help="Shown on these."
)
def command(names: tuple[str, ...], out: Path, photos: Path) -> None:
    """Draw a page for every edit (or those named): its main setting over its usual range."""
    from faceaug.cli.draw import png
    from faceaug.data.photos import find_photos, write_atomic
    from faceaug.edit import edits, get_edit
    from faceaug.face.decompose import decompose

    chosen = [get_edit(name) for name in names] or list(edits().values())
    faces = [decompose(path) for path in find_photos([photos])]
    for edit in chosen:
        click.echo(write_atomic(out / f"{edit.name}.png", png(page(edit, faces))))


def page(edit: Edit, faces: Sequence[Decomposition]) -> npt.NDArray[np.uint8]:
    """The gallery page of an edit, a row for each face that takes it.

    Args:
        edit: which.
        faces: one decomposition a photograph.

    Returns:
        (H, W, 3) uint8.
    """
    from faceaug.cli.draw import Tile, strip
    from faceaug.cli.head import head
    from faceaug.cli.sweep import Sweep, caption, swept, usual
    from faceaug.errors import Refusal

    others = dict(_others(edit))
    sweep = Sweep(edit.main, usual(edit.settings[edit.main]), others)
    rows = []
    for face in faces:
        original = Tile(head(face, face.photos[0].pixels), "photograph")
        try:
            pictures = swept(edit, face, sweep)
        except Refusal as refusal:
            rows.append([original, Tile(original.pixels, f"declined: {refusal.reason}")])
            continue
        labels = (caption(edit, edit.main, value) for value in sweep.values)
        rows.append([original, *(Tile(head(face, p), label) for p, label in zip(pictures, labels, strict=True))])
    note = "with " + ", ".join(caption(edit, name, value) for name, value in others.items()) if others else ""
    return strip(rows, title=f"{edit.name}: {edit.summary}", footnote=note, height=HEIGHT)


def _others(edit: Edit) -> Iterator[tuple[str, float | str]]:
    """The settings that do not move: their defaults, or drawn once for the gallery."""
    from faceaug.image.noise import Noise

    drawn = edit.complete(Noise.of(0, [SEED_WORD], [0], edit.name), {})
    for name, values in drawn.items():
        if name != edit.main:
            yield name, values[0] if isinstance(values, tuple) else float(values[0])
