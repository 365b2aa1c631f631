"""A run that is killed, at whatever write, and started again ends with the same bytes."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from faceaug.recipe import Recipe
from faceaug.recipe.run import run
from tests.recipe.runs import TEXT, contents

SCRIPT = textwrap.dedent("""
    import os, signal, sys
    from pathlib import Path
    import importlib.util
    spec = importlib.util.spec_from_file_location("faceaug_toy", sys.argv[1])
    toy = importlib.util.module_from_spec(spec)
    sys.modules["faceaug_toy"] = toy
    spec.loader.exec_module(toy)
    toy.install()
    from faceaug.data import files
    from faceaug.recipe import Recipe, folder, jobs
    from faceaug.recipe.run import run
    left = int(sys.argv[4])
    real = files.write_atomic

    def counted(path, data):
        global left
        left -= 1
        if left == 0:  # half-way through a file: its hidden neighbour is there, the file is not
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).with_name(f".{Path(path).name}.part").write_bytes(data[: len(data) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return real(path, data)

    jobs.write_atomic = folder.write_atomic = counted
    run(Recipe.parse(Path(sys.argv[3]).read_text()), sorted(Path(sys.argv[2]).glob("*.png")), sys.argv[5])
""")


@pytest.mark.parametrize("killed_at", [(2,), (9, 4), (14, 9)])
def test_killed_runs_end_with_the_same_bytes(
    recipe: Recipe, photos: list[Path], tmp_path: Path, killed_at: tuple[int, ...]
) -> None:
    (tmp_path / "recipe.yaml").write_text(TEXT)
    run(recipe, photos, tmp_path / "whole")
    toy = Path(__file__).with_name("toy.py")
    out = tmp_path / "killed"
    for writes in killed_at:
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, toy, photos[0].parent, tmp_path / "recipe.yaml", str(writes), out],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert list(out.rglob("*.part")), "the kill must have left something behind"
        with (out / "progress.jsonl").open("ab") as file:
            file.write(b'{"key": "face_0", "given": "cut o')
    assert not (out / "manifest.csv").exists()
    run(recipe, photos, out)
    assert contents(out) == contents(tmp_path / "whole")
