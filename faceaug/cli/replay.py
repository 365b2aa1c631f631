"""`faceaug replay`: a picture of a run, made again from its record."""

from __future__ import annotations

from pathlib import Path

import click

from faceaug.cli.files import FILE, GIVEN, Careful, spare

__all__ = ["command"]

DIFFERENT = 1
"""Exit code where the bytes differ from those on record, as for every check that found a difference."""


@click.command("replay", cls=Careful)
@click.argument("manifest", type=click.Path(path_type=Path))
@click.argument("name", metavar="ID")
@click.option("-o", "--out", type=FILE, required=True, help="File for the picture.")
@click.option("--photos", type=GIVEN, help="Where the photographs are now, if they have moved.")
@click.option("--json", "machine", is_flag=True, help="One JSON document instead of the picture's path.")
def command(manifest: Path, name: str, *, out: Path, photos: Path | None, machine: bool) -> int:
    """Make the picture ID of MANIFEST, or of the folder of a run, again, from its record alone.

    Exit code 1 if its bytes differ from those on record; it is written all the same, so that you can compare.
    """
    import hashlib

    from faceaug.cli.answer import as_json
    from faceaug.data.manifest import read_manifest
    from faceaug.data.photos import write_atomic
    from faceaug.errors import Fault, RequestError
    from faceaug.recipe.provenance import replay

    if manifest.is_dir() and (manifest / "manifest.jsonl").is_file():
        manifest /= "manifest.jsonl"  # the folder of a run
    records = read_manifest(manifest, check_files=False)
    record = next((record for record in records if record.id == name), None)
    if record is not None and out.suffix.lower() != Path(record.photo).suffix:
        raise RequestError(
            [Fault("--out", f"is {out}, but must end in {Path(record.photo).suffix}: that is its format")]
        )
    roots = [manifest.parent] if photos is None else [manifest.parent, photos]
    spare(out, (other.located(root) for other in records if other is not record for root in roots))
    data = replay(manifest, name, photos_root=photos, check=False)
    write_atomic(out, data)
    digest = hashlib.sha256(data).hexdigest()
    recorded = record.sha256 if record is not None and record.sha256 else None
    if machine:
        as_json({"picture": str(out), "id": name, "sha256": digest, "identical": recorded and digest == recorded})
    else:
        click.echo(out)
    if recorded and digest != recorded:
        click.echo(f"{name} was made again, but its bytes differ from those on record", err=True)
        return DIFFERENT
    return 0
