"""What `faceaug stress` says of photographs that it compared with nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.cli.conftest import Command


def test_photographs_that_an_edit_declines_are_counted(
    faceaug: Command, photos: Path, samples: Path, tmp_path: Path
) -> None:
    shutil.copy(samples / "grace_hopper.jpg", photos)  # she wears glasses
    recipe = tmp_path / "eyewear.yaml"
    recipe.write_text("about: Glasses\nedits:\n  glasses: {lens: clear}\n")
    done = faceaug("stress", recipe, photos, "--model", "cat", "-o", tmp_path / "out")
    skipped = tmp_path / "out" / "glasses" / "skipped.jsonl"
    assert f"declined  glasses on 1 photograph (see {skipped})\n" in done.stderr
    assert (done.exit_code, skipped.is_file()) == (0, True)
    assert "1 pair of 1 photograph" in done.stdout
