"""A plan is carried out: what is rejected is tried again, then replaced, then reported; what is killed goes on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from faceaug.data.manifest import read_manifest
from faceaug.data.photos import encode, read_photo, read_provenance
from faceaug.data.versions import Versions
from faceaug.errors import RequestError
from faceaug.plan.augment import attempt, milder
from faceaug.plan.augment.augment import AugmentOptions, Progress, augment
from faceaug.plan.donors.dials import Dial
from faceaug.plan.gate import Verdict
from faceaug.plan.gate.check import Check
from faceaug.plan.plan import Plan, read_plan
from faceaug.plan.verify.replaying import chosen, replayed
from faceaug.recipe.options import RunOptions
from tests.plan.toys import carried_out, entry, records_of, toy_plan
from tests.recipe.runs import contents


def test_photographs_and_pictures_make_one_version(plan: Plan, tmp_path: Path) -> None:
    made = carried_out(plan, tmp_path / "set")
    assert made.version == "0001"
    assert made.exit_code == 0
    records = Versions.open(tmp_path / "set").records()
    assert [record.id for record in records[:4]] == ["face_0", "face_1", "face_2", "face_3"]
    drawn = records[4:]
    assert len(drawn) == len(plan.entries)
    parents = {record.id: record for record in records[:4]}
    for record in drawn:
        assert record.origin == "rendered"
        assert record.parent is not None
        assert (record.subject, record.split) == (parents[record.parent].subject, "train")
        assert record.attributes["freckles"].value == "present"
        assert record.requested["expected"] == {"freckles": "present"}
    assert not list((tmp_path / "set").glob(".*")), "nothing of the work is left"
    assert read_plan(tmp_path / "set" / "versions" / "0001" / "plan.json").entries == plan.entries
    file = records[-1].located(tmp_path / "set" / "versions" / "0001")
    assert read_provenance(file) == {"id": records[-1].id, "recipe": records[-1].recipe}


def test_pictures_of_any_quality_can_be_made_again(plan: Plan, tmp_path: Path) -> None:
    carried_out(plan, tmp_path / "set", making=RunOptions(quality=70))
    dataset = Versions.open(tmp_path / "set")
    found = replayed(chosen(dataset.records(), 3), dataset.records(), dataset.manifest().parent)
    assert (found["asked"], found["identical"]) == (3, 3)


def test_what_is_rejected_is_drawn_again_and_kept_on_record(plan: Plan, tmp_path: Path) -> None:
    made = carried_out(plan, tmp_path / "set", attempts=20)
    assert len(made.outcome.records) == 8
    assert made.outcome.replaced == 0
    again = [record for record in made.outcome.records if record.variant >= attempt.AGAIN]
    assert again, "the toy gate rejects a third of all pictures"
    lines = (tmp_path / "set" / "versions" / "0001" / "rejected.jsonl").read_text().splitlines()
    rejected = [json.loads(line) for line in lines]
    assert len(rejected) == len(made.outcome.rejected) >= len(again)
    for one in rejected:
        assert one["reasons"] == ["the toy gate does not like it"]
        assert one["record"]["drawn"]["spots"]["density"]
        assert one["kept"] == ""
    assert made.as_dict()["reasons"] == {"toy": len(rejected)}
    assert len({one["record"]["drawn"]["spots"]["density"] for one in rejected}) == len(rejected)


def test_every_further_attempt_asks_for_less(plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dial = Dial("spots", "density", turns=True, margin=0.0, farthest=99.0, span=(0.0, 99.0))
    monkeypatch.setattr(milder, "DIALS", {"density": dial})
    monkeypatch.setattr(attempt, "judge", lambda *_: Verdict((Check("seam", 3.0, 1.0, ""),)))
    asked = replace(plan, entries=(replace(plan.entries[0], edits={"spots": {"density": [10.0, 60.0]}}),), spares=())
    made = carried_out(asked, tmp_path / "set", attempts=3)
    drawn = [one.record["drawn"]["spots"]["density"] for one in made.outcome.rejected]
    assert len(drawn) == 3
    assert drawn[1] <= 35.0, "the nearer half"
    assert drawn[2] <= 20.0, "the nearest fifth"


def test_what_stays_rejected_is_replaced_by_spares(plan: Plan, tmp_path: Path) -> None:
    made = carried_out(plan, tmp_path / "set", attempts=1)
    assert made.outcome.replaced > 0
    spares = [record for record in made.outcome.records if record.id.startswith("s")]
    assert len(spares) == made.outcome.replaced
    failed = [chain for chain in made.outcome.chains if len(chain.made) > 1]
    assert all(chain.made[0].record is None for chain in failed)


def test_rejected_pictures_are_kept_where_that_is_asked(plan: Plan, tmp_path: Path) -> None:
    made = carried_out(plan, tmp_path / "set", keep_rejected=True)
    kept = sorted((tmp_path / "set" / "versions" / "0001" / "rejected").iterdir())
    assert len(kept) == len(made.outcome.rejected) > 0
    assert Versions.open(tmp_path / "set").check() == []


def test_the_shortfall_is_told_with_its_reasons(plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = Verdict((Check("seam", 3.0, 1.0, "there is a seam"), Check("face", 0.0, 0.0, "")))
    monkeypatch.setattr(attempt, "judge", lambda *_: bad)
    made = carried_out(plan, tmp_path / "set", attempts=2)
    [short] = made.outcome.shortfalls()
    assert (short.where, short.planned, short.made, short.missing) == ({"freckles": "present"}, 8, 0, 8)
    assert short.reasons == {"seam": 24}, "eight pictures and four spares, two attempts each"
    assert made.exit_code == 3
    assert made.version == "0001", "the photographs still make a version"


def test_an_edit_that_declines_is_a_rejection(plan: Plan, tmp_path: Path) -> None:
    dense = {"spots": {"density": [92, 99]}}
    asked = replace(plan, entries=(replace(plan.entries[0], edits=dense),), spares=())
    made = carried_out(asked, tmp_path / "set", attempts=2)
    [short] = made.outcome.shortfalls()
    assert short.reasons == {"refused": 2}
    assert made.outcome.rejected[0].reasons == ("spots: too dense here",)


def test_a_photograph_that_cannot_be_used_is_replaced_and_named(plan: Plan, photos: list[Path], tmp_path: Path) -> None:
    records = records_of(plan.root)
    no_face = entry(50, records[3])
    asked = replace(plan, entries=(*plan.entries[:2], no_face))
    photos[0].write_bytes(b"broken")
    made = augment(asked, tmp_path / "set", records, AugmentOptions(attempts=20), root=plan.root)
    assert made.exit_code == 3, "a photograph is left out of the version"
    assert "is not the file" in made.left_out["face_0"]
    assert set(made.outcome.skipped) == {"face_0.png", "face_3.png"}
    assert "no face" in made.outcome.skipped["face_3.png"]
    assert len(made.outcome.records) == 3, "spares of other photographs took their place"
    assert {record.parent for record in made.outcome.records} <= {"face_1", "face_2"}
    assert [record.id for record in Versions.open(tmp_path / "set").records()][:3] == ["face_1", "face_2", "face_3"]


def test_a_missing_photograph_is_no_crash(plan: Plan, photos: list[Path], tmp_path: Path) -> None:
    records = records_of(plan.root)
    photos[1].unlink()
    made = augment(plan, tmp_path / "set", records, AugmentOptions(attempts=20), root=plan.root)
    assert "cannot be read" in made.left_out["face_1"]
    assert {record.parent for record in made.outcome.records} == {"face_0", "face_2"}
    assert made.exit_code == 3


def test_a_file_that_says_that_it_is_a_rendering_is_counted_as_one(
    plan: Plan, photos: list[Path], tmp_path: Path
) -> None:
    photos[3].write_bytes(encode(read_photo(photos[3]).pixels, "png", source_type="compositeSynthetic"))
    made = carried_out(plan, tmp_path / "set")
    assert made.photographs == Versions.open(tmp_path / "set").version().photographed == 3
    audited = json.loads((tmp_path / "set/versions/0001/audit.json").read_text())
    assert audited["photographs"] == 3


def test_where_it_is_made_changes_nothing(plan: Plan, tmp_path: Path) -> None:
    carried_out(plan, tmp_path / "a")
    carried_out(plan, tmp_path / "b")
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_the_same_plan_again_makes_no_further_version(plan: Plan, tmp_path: Path) -> None:
    carried_out(plan, tmp_path / "set")
    before = contents(tmp_path / "set")
    assert carried_out(plan, tmp_path / "set").version == "0001"
    assert contents(tmp_path / "set") == before


def test_a_second_plan_makes_a_second_version(plan: Plan, tmp_path: Path) -> None:
    carried_out(plan, tmp_path / "set")
    versions = Versions.open(tmp_path / "set")
    more = replace(plan, entries=tuple(replace(one, id=f"q{one.id}", seed=8) for one in plan.entries), spares=())
    made = augment(
        more, tmp_path / "set", versions.records(), AugmentOptions(attempts=9), root=versions.manifest().parent
    )
    assert made.version == "0002"
    assert len(versions.records()) == 4 + 8 + 8
    assert versions.diff().as_dict()["kept"] == 12


def test_progress_counts_up_to_everything(plan: Plan, tmp_path: Path) -> None:
    told: list[Progress] = []
    augment(plan, tmp_path / "set", records_of(plan.root), None, told.append, root=plan.root)
    assert told[0].done == 0
    assert told[-1].done == told[-1].total
    assert told[-1].kept == 8
    assert [one.done for one in told] == sorted(one.done for one in told)


class TestRefusals:
    def test_photographs_that_nobody_gave(self, plan: Plan, tmp_path: Path) -> None:
        with pytest.raises(RequestError, match="2 photographs of the plan are not among those given: face_0, face_2"):
            augment(plan, tmp_path / "set", records_of(plan.root)[1:2], root=plan.root)
        assert not (tmp_path / "set").exists()

    def test_no_attempt(self) -> None:
        with pytest.raises(RequestError, match="attempts is 0"):
            AugmentOptions(attempts=0)

    def test_unfinished_work_of_another_plan(self, plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def stop(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr("faceaug.plan.augment.augment.Versions.commit", stop)
            with pytest.raises(KeyboardInterrupt):
                carried_out(plan, tmp_path / "set")
        with pytest.raises(RequestError, match=r"unfinished work with another plan.*--no-resume"):
            carried_out(replace(plan, entries=plan.entries[:2]), tmp_path / "set")
        with pytest.raises(RequestError, match="unfinished work with another options"):
            carried_out(plan, tmp_path / "set", attempts=9)
        assert carried_out(plan, tmp_path / "set", attempts=9, resume=False).version == "0001"

    def test_damaged_work(self, plan: Plan, tmp_path: Path) -> None:
        (tmp_path / "set" / ".work").mkdir(parents=True)
        (tmp_path / "set" / ".work" / "run.json").write_text("{")
        with pytest.raises(RequestError, match=r"run\.json.*is damaged"):
            carried_out(plan, tmp_path / "set")


def test_an_internal_fault_costs_one_photograph(plan: Plan, photos: list[Path], tmp_path: Path) -> None:
    from PIL import Image

    pixels = Image.open(photos[2])
    pixels.putpixel((0, 0), (0, 0, 1))
    pixels.save(photos[2])
    made = carried_out(toy_plan(plan.root), tmp_path / "set", attempts=20)
    assert "ZeroDivisionError: planted" in made.outcome.skipped["face_2.png"]
    assert len(read_manifest(Versions.open(tmp_path / "set").manifest(), check_files=False)) > 4
