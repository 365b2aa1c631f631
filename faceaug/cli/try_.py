"""`faceaug try`: one edit on one photograph, original and results side by side."""

from __future__ import annotations

from pathlib import Path

import click

from faceaug.cli.files import DRAWING, PHOTO, Careful
from faceaug.cli.words import DEVICE, SEED

__all__ = ["command"]


def _no_file(_: click.Context, __: click.Parameter, edit: str) -> str:
    """The name of an edit; arguments the other way round are told as that."""
    if Path(edit).is_file():
        raise click.BadParameter(f"{edit} is a file: first the edit, then the photograph")
    return edit


@click.command("try", cls=Careful)
@click.argument("edit", callback=_no_file)
@click.argument("photo", type=PHOTO)
@click.option("--set", "texts", multiple=True, metavar="NAME=VALUE", help="A setting; NAME=LOW..HIGH sweeps it.")
@click.option(
    "--like",
    type=PHOTO,
    help="Settings as the face in this photograph shows them.",
)
@click.option("-o", "--out", type=DRAWING, default=Path("strip.png"), show_default=True)
@click.option("--seed", type=SEED, default=0, show_default=True, help="Of the settings that are not set.")
@DEVICE
@click.option("--height", type=click.IntRange(64, 4096), default=320, show_default=True, help="Of a picture, pixels.")
@click.option("--json", "machine", is_flag=True, help="One JSON document instead of the strip's path.")
def command(
    edit: str,
    photo: Path,
    *,
    texts: tuple[str, ...],
    like: Path | None,
    out: Path,
    seed: int,
    device: str,
    height: int,
    machine: bool,
) -> None:
    """Try EDIT on PHOTO: the original and the results side by side.

    Without --set or --like, the edit's main setting moves over its usual range. Settings that are not set are drawn, as
    in a recipe, and are the same in all pictures of the strip. Values that the edit declines and pictures that are to
    be doubted are named, with the reason, on stderr and below the strip.
    """
    from faceaug.cli.answer import about, as_json
    from faceaug.cli.draw import Tile, png, strip
    from faceaug.cli.head import head
    from faceaug.cli.sweep import asked, caption, doubts, kept
    from faceaug.data.photos import write_atomic
    from faceaug.edit import get_edit
    from faceaug.face.decompose import decompose

    spec = get_edit(edit)
    sweep = asked(spec, texts, like)
    with about(photo):
        face = decompose(photo, device=device)
    sweep, pictures, left_out = kept(spec, face, sweep, seed)
    labels = [caption(spec, sweep.setting, value) for value in sweep.values] or [spec.name]
    original = Tile(head(face, face.photos[0].pixels), "photograph")
    tiles = [original, *(Tile(head(face, picture), label) for picture, label in zip(pictures, labels, strict=True))]
    flagged = doubts(spec, face, sweep, seed)
    fixed = ", ".join(caption(spec, name, value) for name, value in sweep.fixed.items())
    note = ". ".join(
        [
            *([fixed] if fixed else []),
            *(f"Declined: {why}" for why in left_out),
            *(f"Flagged: {why}" for why in flagged),
        ]
    )
    write_atomic(out, png(strip([tiles], title=f"{spec.name}: {spec.summary}", footnote=note, height=height)))
    for why in left_out:
        click.echo(f"declined  {why}", err=True)
    for why in flagged:
        click.echo(f"flagged  {why}", err=True)
    if machine:
        moves = {"setting": sweep.setting or None, "values": list(sweep.values), "fixed": dict(sweep.fixed)}
        as_json(
            {
                "strip": str(out),
                "edit": spec.name,
                "photo": str(photo),
                **moves,
                "seed": seed,
                "declined": left_out,
                "flagged": flagged,
            }
        )
    else:
        click.echo(out)
