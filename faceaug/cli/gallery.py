"""`faceaug gallery`: a picture of every edit; the documentation, and the golden pictures of the tests."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from faceaug.cli.files import FOLDER, GIVEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from faceaug.edit import Edit
    from faceaug.face.decomposition import Decomposition

    Pixels = npt.NDArray[np.uint8]

__all__ = ["OVERVIEW", "command", "overview", "page"]

HEIGHT: Final = 224
"""Of a picture in the gallery, pixels: a page of two photographs then stays about a megabyte."""

TYPICAL: Final = 0.75
"""Where in its usual range a setting stands that does not move: off the middle, so that left differs from right."""

OVERVIEW: Final = "overview"
"""Name of the page that shows all edits, one by one and together."""

COLUMNS: Final = 6
"""Pictures in a line of the overview."""


@click.command("gallery")
@click.argument("names", nargs=-1, metavar="[EDIT]...")
@click.option("-o", "--out", type=FOLDER, default=Path("docs/gallery"), show_default=True)
@click.option("--photos", type=GIVEN, default=Path("sample_data"), show_default=True, help="Shown on these.")
@click.option("--json", "machine", is_flag=True, help="The pages as one JSON document.")
def command(names: tuple[str, ...], *, out: Path, photos: Path, machine: bool) -> None:
    """Draw a page for every edit (or those named): its main setting over its usual range."""
    from faceaug.cli.answer import about, as_json
    from faceaug.cli.draw import png
    from faceaug.data.photos import find_photos, write_atomic
    from faceaug.edit import edits, get_edit
    from faceaug.face.decompose import decompose
    from faceaug.recipe.threads import one_thread

    chosen = [get_edit(name) for name in names] or list(edits().values())
    pages: list[Path] = []
    with one_thread():
        faces = []
        for path in find_photos([photos]):
            with about(path):
                faces.append(decompose(path))
        for edit in [*chosen, *([] if names else [None])]:
            drawn = overview(chosen, faces) if edit is None else page(edit, faces)
            pages.append(write_atomic(out / f"{OVERVIEW if edit is None else edit.name}.png", png(drawn)))
            if not machine:
                click.echo(pages[-1])
    if machine:
        as_json({"pages": [str(path) for path in pages]})


def page(edit: Edit, faces: Sequence[Decomposition]) -> Pixels:
    """The gallery page of an edit, a row for each face.

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

    others = {name: value for name, value in typical(edit).items() if name != edit.main}
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


def overview(chosen: Sequence[Edit], faces: Sequence[Decomposition]) -> Pixels:
    """All edits on each face: the photograph, and each edit at typical settings.

    Args:
        chosen: the edits, in alphabetical order.
        faces: one decomposition a photograph.

    Returns:
        (H, W, 3) uint8.
    """
    from faceaug.cli.draw import Tile, strip
    from faceaug.cli.head import head

    rows = []
    for face in faces:
        tiles = [Tile(head(face, face.photos[0].pixels), "photograph")]
        tiles += [Tile(head(face, together([edit], face)), edit.name) for edit in chosen]
        rows += [tiles[start : start + COLUMNS] for start in range(0, len(tiles), COLUMNS)]
    return strip(rows, height=HEIGHT)


def together(chosen: Sequence[Edit], face: Decomposition) -> Pixels:
    """A face after some edits at their typical settings; an edit that declines it is left out."""
    from faceaug.errors import Refusal
    from faceaug.render import render
    from faceaug.scene import Scene

    scene = Scene.of(face)
    for edit in chosen:
        with suppress(Refusal):
            scene = edit(scene, **typical(edit))
    return render(scene).pixels[0]


def typical(edit: Edit) -> dict[str, Any]:
    """A value for every setting: its default, or three quarters up its usual range."""
    values: dict[str, Any] = {}
    for name, setting in edit.settings.items():
        low, high = setting.usual
        if setting.default is not None:
            values[name] = setting.default
        elif setting.kind == "choice":
            values[name] = setting.values[int(TYPICAL * len(setting.values))]
        else:
            values[name] = low + TYPICAL * (high - low)
    return values
