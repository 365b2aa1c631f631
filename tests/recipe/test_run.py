# ruff: noqa: ARG001  # fixtures prepare without being used
"""Running recipes on disk: resuming, skipping, records, replay."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from faceaug.data.attributes import Value
from faceaug.data.manifest import read_manifest
from faceaug.data.photos import read_provenance, read_source_type
from faceaug.data.record import Record
from faceaug.data.versions import Versions
from faceaug.errors import FaceaugError, PhotoError, RequestError
from faceaug.recipe import Recipe
from faceaug.recipe.jobs import jobs_of
from faceaug.recipe.options import RunOptions
from faceaug.recipe.provenance import replay
from faceaug.recipe.run import Progress, run
from tests.recipe.runs import contents


def test_a_run_writes_everything(recipe: Recipe, photos: list[Path], tmp_path: Path) -> None:
    seen: list[Progress] = []
    summary = run(recipe, photos, tmp_path / "out", RunOptions(masks=True), seen.append)
    assert (summary.photographs, summary.pictures, summary.skipped, summary.exit_code) == (4, 9, 1, 3)
    assert [p.done for p in seen] == [0, 1, 2, 3, 4]
    assert seen[-1].pictures == 9
    names = contents(tmp_path / "out")
    assert {"manifest.csv", "manifest.jsonl", "manifest.parquet", "recipe.yaml", "contact_sheet.png"} <= names.keys()
    for kind, suffix in (("pictures", ".jpg"), ("landmarks", ".json"), ("masks", "_dots.png")):
        expected = {f"{kind}/face_{i}_v{v}{suffix}" for i in range(3) for v in range(3)}
        assert {name for name in names if name.startswith(kind)} == expected
    assert len(json.loads(names["landmarks/face_0_v0.json"])["points"]) == 478
    skipped = [json.loads(line) for line in names["skipped.jsonl"].splitlines()]
    assert skipped == [{"photo": "../photos/face_3.png", "reason": "no_face", "sentence": "no face was found"}]
    assert not [name for name in names if name.endswith(".part")]
    assert Recipe.load(tmp_path / "out" / "recipe.yaml") == recipe


def test_records_say_what_was_done(recipe: Recipe, photos: list[Path], tmp_path: Path) -> None:
    source = Record(
        id="anna",
        photo="photos/face_0.png",
        subject="anna",
        split="train",
        attributes={"glasses": Value("none"), "hue": Value(20.0), "freckles": Value("none")},
    )
    out = tmp_path / "out"
    run(recipe, [source], out, root=tmp_path)
    parent, *children = read_manifest(out / "manifest.jsonl")
    assert parent.id == "anna"
    assert parent.origin == "camera"
    assert parent.located(out).samefile(photos[0])
    assert parent.measured["faces_found"] == 1
    assert parent.attributes["lightness"].how == "measured"
    assert [child.id for child in children] == ["anna_v0", "anna_v1", "anna_v2"]
    assert {len(child.drawn) for child in children} == {1, 2}, "the seed must show both chances"
    for child in children:
        assert (child.subject, child.split, child.parent, child.origin) == ("anna", "train", "anna", "rendered")
        assert child.requested["spots"] == {"chance": 0.6}
        assert child.recipe == recipe.digest
        assert child.attributes["glasses"] == Value("none", "inherited")
        assert "hue" not in child.attributes, "glow drops it"
        spotted = "spots" in child.drawn
        assert child.attributes["freckles"] == (Value("present", "rendered") if spotted else Value("none", "inherited"))
        assert child.attributes["light_azimuth"] == Value(5.0, "measured")
        own = float(np.asarray(Image.open(child.located(out))).mean())
        assert abs(float(child.attributes["lightness"].value) - own) < 2, "measured on the picture, not inherited"
        assert child.applied["glow"]["azimuth"] == pytest.approx(child.drawn["glow"]["azimuth"], rel=1e-6)
        kind = "compositeSynthetic" if spotted else "algorithmicallyEnhanced"
        assert read_source_type(child.located(out)) == kind
        assert read_provenance(child.located(out)) == {"id": child.id, "recipe": recipe.digest}


def test_a_rendering_that_is_edited_again_is_no_photograph(recipe: Recipe, photos: list[Path], tmp_path: Path) -> None:
    first = run(recipe, photos[:1], tmp_path / "a")
    given = [*sorted((tmp_path / "a/pictures").iterdir()), tmp_path / "a/contact_sheet.png", photos[1]]
    again = run(recipe, given, tmp_path / "b")
    assert (first.again, again.again) == (0, 4), "three pictures and the sheet"
    origins = Counter(record.origin for record in read_manifest(tmp_path / "b/manifest.jsonl") if not record.parent)
    assert origins == {"rendered": 4, "camera": 1}
    dataset = Versions.open(tmp_path / "set")
    records = read_manifest(tmp_path / "b/manifest.jsonl")
    version = dataset.commit(records, root=tmp_path / "b")
    assert (version.photographed, version.rendered) == (1, len(records) - 1)


def test_order_batch_and_company_change_nothing(recipe: Recipe, photos: list[Path], tmp_path: Path) -> None:
    run(recipe, photos, tmp_path / "a", RunOptions(batch=16))
    run(recipe, photos[::-1], tmp_path / "b", RunOptions(batch=1))
    run(recipe, photos[1:2], tmp_path / "c")
    a, b, c = (contents(tmp_path / name) for name in "abc")
    pictures = [name for name in a if name.startswith(("pictures", "landmarks"))]
    assert len(pictures) == 18
    assert all(a[name] == b[name] for name in pictures)
    assert all(a[name] == c[name] for name in c if name.startswith("pictures"))


def test_a_second_run_makes_nothing_and_changes_nothing(recipe: Recipe, photos: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(recipe, photos, out)
    before = contents(out)
    summary = run(recipe, photos, out)
    assert (summary.rendered, summary.pictures) == (0, 9)
    assert contents(out) == before


def test_damaged_and_missing_pictures_are_made_again(recipe: Recipe, photos: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(recipe, photos, out)
    before = contents(out)
    (out / "pictures" / "face_0_v1.jpg").write_bytes(b"damaged")
    (out / "landmarks" / "face_2_v0.json").unlink()
    assert run(recipe, photos, out).rendered == 6
    assert contents(out) == before


def test_a_photograph_that_changes_is_done_again(recipe: Recipe, photos: list[Path], tmp_path: Path) -> None:
    run(recipe, photos, tmp_path / "a")
    Image.fromarray(np.full((20, 20, 3), 77, np.uint8)).save(photos[3])
    run(recipe, photos, tmp_path / "a")
    run(recipe, photos, tmp_path / "b")
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert (tmp_path / "a" / "pictures" / "face_3_v0.jpg").exists()


def test_a_photograph_of_which_more_is_told_is_done_again(recipe: Recipe, photos: list[Path], tmp_path: Path) -> None:
    before = Record("anna", "photos/face_0.png")
    after = replace(before, subject="Anna")
    run(recipe, [before, Record("b", "photos/face_1.png")], tmp_path / "a", root=tmp_path)
    summary = run(recipe, [after, Record("b", "photos/face_1.png")], tmp_path / "a", root=tmp_path)
    assert summary.rendered == 3, "the other photograph is finished"
    run(recipe, [after, Record("b", "photos/face_1.png")], tmp_path / "b", root=tmp_path)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_another_run_is_not_mixed_in(recipe: Recipe, photos: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(recipe, photos, out)
    (out / "notes.txt").write_text("mine")
    other = recipe.with_options(seed=6)
    with pytest.raises(RequestError, match="another recipe"):
        run(other, photos, out)
    with pytest.raises(RequestError, match="format jpg, not png"):
        run(recipe, photos, out, RunOptions(format="png"))
    with pytest.raises(RequestError, match="2 photographs that are not among"):
        run(recipe, photos[:1], out)
    run(other, photos, out, RunOptions(resume=False, format="png"))
    run(other, photos, tmp_path / "fresh", RunOptions(format="png"))
    after = contents(out)
    assert after.pop("notes.txt") == b"mine"
    assert after == contents(tmp_path / "fresh")


def test_what_could_not_be_read_is_no_picture_of_another_run(
    recipe: Recipe, photos: list[Path], tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.png"
    wrong.write_text("no picture")
    assert run(recipe, [wrong], tmp_path / "out").pictures == 0
    made = run(recipe, photos, tmp_path / "out")
    assert made.photographs == len(photos)
    run(recipe, photos, tmp_path / "fresh")
    assert contents(tmp_path / "out") == contents(tmp_path / "fresh")


def test_two_runs_cannot_write_into_one_folder(recipe: Recipe, photos: list[Path], tmp_path: Path) -> None:
    pytest.importorskip("fcntl", reason="this system has no file locks")

    def again(_: Progress) -> None:
        with pytest.raises(RequestError, match="another run is writing there"):
            run(recipe, photos, tmp_path / "out")

    run(recipe, photos, tmp_path / "out", None, again)


def test_files_of_others_are_not_overwritten(recipe: Recipe, photos: list[Path], tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("photo\nx.jpg\n")
    with pytest.raises(RequestError, match=r"holds manifest.csv"):
        run(recipe, photos, tmp_path)
    assert not (tmp_path / "run.json").exists()


def test_our_own_faults_are_not_silent(recipe: Recipe, photos: list[Path], tmp_path: Path) -> None:
    pixels = np.full((20, 20, 3), 50, np.uint8)
    pixels[0, 0] = (0, 0, 1)
    Image.fromarray(pixels).save(photos[1])
    summary = run(recipe, photos, tmp_path / "out")
    assert summary.failed == 1
    assert summary.exit_code == 3
    assert summary.reasons == {"internal_error": 1, "no_face": 1}
    text = (tmp_path / "out" / "skipped.jsonl").read_text()
    assert "ZeroDivisionError: planted" in text
    assert "face_1.png" in text


def test_a_full_disk_stops_the_run(
    recipe: Recipe, photos: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from faceaug.recipe import jobs

    def full(*_: object) -> Path:
        msg = "the disk is full"
        raise FaceaugError(msg)

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "write_atomic", full)
        with pytest.raises(FaceaugError, match="full"):
            run(recipe, photos, tmp_path / "a")
    run(recipe, photos, tmp_path / "a")
    run(recipe, photos, tmp_path / "b")
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_every_face_gets_a_picture_of_its_own(recipe: Recipe, photos: list[Path], tmp_path: Path) -> None:
    pixels = np.full((48, 40, 3), 90, np.uint8)
    pixels[0, 0] = 255
    Image.fromarray(pixels).save(photos[0])
    out = tmp_path / "out"
    run(recipe, photos[:1], out, RunOptions(faces="all"))
    _, *children = read_manifest(out / "manifest.jsonl")
    assert [c.id for c in children] == [f"face_0{f}_v{v}" for f in ("", "_f1") for v in range(3)]
    assert [c.face for c in children] == [0] * 3 + [1] * 3
    assert children[0].drawn != children[3].drawn, "faces of one photograph draw for themselves"
    assert replay(out / "manifest.jsonl", "face_0_f1_v2") == (out / "pictures" / "face_0_f1_v2.jpg").read_bytes()


def test_refusals_leave_the_other_edits(toy: ModuleType, photos: list[Path], tmp_path: Path) -> None:
    text = "about: x\ncopies: 24\nedits: {glow: {}, spots: {density: [70, 100]}}"
    run(Recipe.parse(text), photos[:1], tmp_path / "a")
    run(Recipe.parse(text), photos[:1], tmp_path / "b", RunOptions(batch=1))
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    _, *children = read_manifest(tmp_path / "a" / "manifest.jsonl")
    kinds = {child.refused.get("spots") for child in children}
    assert kinds == {None, "too dense here", "declined late"}
    for child in children:
        assert "glow" in child.drawn
        assert ("spots" in child.drawn) == ("spots" not in child.refused)
        assert ("freckles" in child.attributes) == ("spots" in child.drawn)


def test_conditions_choose_photographs(toy: ModuleType, photos: list[Path], tmp_path: Path) -> None:
    recipe = Recipe.parse(
        "about: x\nattributes: [site]\nedits: {glow: {when: \"site == 'north'\"}, spots: {when: lightness > 75}}"
    )
    sources = [
        Record("a", "photos/face_0.png", attributes={"site": Value("north")}),
        Record("b", "photos/face_1.png", attributes={"site": Value("south")}),
        Record("c", "photos/face_2.png"),
    ]
    run(recipe, sources, tmp_path / "out", root=tmp_path)
    children = {r.id: r for r in read_manifest(tmp_path / "out" / "manifest.csv") if r.parent}
    assert {name: list(r.drawn) for name, r in children.items()} == {
        "a_v0": ["glow"],
        "b_v0": ["spots"],
        "c_v0": ["spots"],
    }
    assert "site" in children["c_v0"].refused["glow"]
    assert not children["b_v0"].refused


def test_a_run_into_a_folder_behind_a_link_can_be_used(recipe: Recipe, photos: list[Path], tmp_path: Path) -> None:
    (tmp_path / "disk/deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to("disk/deep")
    out = tmp_path / "link" / "out"
    run(recipe, photos[:1], out)
    records = read_manifest(out / "manifest.csv")
    assert all(record.located(out).is_file() for record in records)
    assert replay(out / "manifest.csv", "face_0_v0") == (out / "pictures/face_0_v0.jpg").read_bytes()
    again = run(recipe, [records[0]], tmp_path / "again", root=out)
    assert again.pictures == 3
    assert all(record.located(tmp_path / "again").is_file() for record in read_manifest(again.manifests[0]))


def test_replay_makes_the_same_bytes(recipe: Recipe, photos: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(recipe, photos, out, RunOptions(quality=80))
    for kind in ("csv", "jsonl", "parquet"):
        for name in ("face_0_v0", "face_2_v2"):
            assert replay(out / f"manifest.{kind}", name) == (out / "pictures" / f"{name}.jpg").read_bytes()
    with pytest.raises(RequestError, match="did you mean 'face_0_v0'"):
        replay(out / "manifest.csv", "fase_0_v0")
    with pytest.raises(RequestError, match="is a photograph"):
        replay(out / "manifest.csv", "face_0")


def test_replay_finds_photographs_that_moved(recipe: Recipe, photos: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(recipe, photos, out)
    (tmp_path / "moved" / "deep").mkdir(parents=True)
    photos[0].rename(tmp_path / "moved" / "deep" / "face_0.png")
    with pytest.raises(PhotoError, match=r"where the photographs are now \(--photos, photos_root\)"):
        replay(out / "manifest.csv", "face_0_v0")
    data = replay(out / "manifest.csv", "face_0_v0", photos_root=tmp_path / "moved")
    assert data == (out / "pictures" / "face_0_v0.jpg").read_bytes()
    photos[1].write_bytes(photos[2].read_bytes())
    with pytest.raises(PhotoError, match="has changed since"):
        replay(out / "manifest.csv", "face_1_v0")


def test_names_are_unique_and_do_not_depend_on_order(tmp_path: Path) -> None:
    paths = []
    for folder, name in (("x", "a"), ("y", "A"), ("x", "b c"), ("x", "d_v1"), ("y", "e")):
        (tmp_path / folder).mkdir(exist_ok=True)
        paths.append(tmp_path / folder / f"{name}.jpg")
        paths[-1].write_bytes(f"{folder}{name}".encode())
    keys = {job.path: job.key for job in jobs_of(paths, tmp_path)}
    assert keys == {job.path: job.key for job in jobs_of(paths[::-1], tmp_path)}
    assert len({key.casefold() for key in keys.values()}) == 5
    assert keys[paths[2]] == "b_c"
    assert keys[paths[4]] == "e"
    assert keys[paths[0]].startswith("a-")
    assert keys[paths[1]].startswith("A-")
    assert keys[paths[3]].startswith("d_v1-")
    twice = jobs_of([paths[0], paths[0]], tmp_path)
    assert twice[0].key != twice[1].key


def test_options_are_checked_together() -> None:
    with pytest.raises(RequestError) as caught:
        RunOptions(format="jgp", quality=0, faces="al", batch=0)  # type: ignore[arg-type]
    assert len(caught.value.faults) == 4
    assert "did you mean 'jpg'" in str(caught.value)
