"""A census that knows of people whom no photograph shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from faceaug.errors import RequestError
from faceaug.plan.limits import Limits
from faceaug.plan.making import Goal, make_plan
from faceaug.report.making import Wishes, make_audit
from faceaug.report.opening import Opened, open_data


@pytest.fixture
def women(tmp_path: Path) -> Opened:
    """Twelve women, and nobody else."""
    (tmp_path / "t.csv").write_text("photo,gender\n" + "".join(f"{n}.jpg,female\n" for n in range(12)))
    return open_data(tmp_path / "t.csv")


def census(tmp_path: Path, text: str) -> str:
    (tmp_path / "census.csv").write_text(f"gender,share\n{text}")
    return str(tmp_path / "census.csv")


def test_who_is_missing_altogether_is_a_group_of_none(women: Opened, tmp_path: Path) -> None:
    target = census(tmp_path, "female,0.5\nmale,0.4\nnon-binary,0.1\n")
    document = make_audit(women, Wishes(["gender"], at_least=5, target=target)).document
    have = {demand["words"]: demand["have"] for demand in document["target"]["demands"]}
    assert have == {"gender=female": 12, "gender=male": 0, "gender=non-binary": 0}
    assert all(demand["missing"] for demand in document["target"]["demands"] if not demand["have"])
    assert {gap["words"] for gap in document["gaps"]} >= {"gender=male", "gender=non-binary"}
    plan = make_plan(women, Goal(["gender"], target=target), Limits())
    assert {group.where["gender"] for group in plan.unfillable} == {("male",), ("non-binary",)}


@pytest.mark.parametrize("word", ["femle", "Female", "female "])
def test_a_slip_of_the_pen_is_no_group(word: str, women: Opened, tmp_path: Path) -> None:
    target = census(tmp_path, f"{word},0.5\nmale,0.5\n")
    if word.strip() == "female":
        assert make_audit(women, Wishes(["gender"], target=target)).document["target"]["demands"][0]["have"] == 12
        return
    with pytest.raises(RequestError, match="did you mean 'female'"):
        make_audit(women, Wishes(["gender"], target=target))


@pytest.mark.parametrize("mark", [",", ";", "\t", "|", ", "])
def test_a_census_of_fewer_attributes_than_are_counted(mark: str, tmp_path: Path) -> None:
    """Whatever stands between its cells, it is about the attributes that it has columns for."""
    (tmp_path / "t.csv").write_text(
        "photo,gender,hat,age\n" + "".join(f"{n}.jpg,{'fm'[n % 3 > 1]},no,old\n" for n in range(9))
    )
    (tmp_path / "census.csv").write_text(
        mark.join(["age", "gender", "share"]) + "\nold,f,0.5\nold,m,0.5\n".replace(",", mark.strip(" "))
    )
    wishes = Wishes(["gender", "hat", "age"], target=str(tmp_path / "census.csv"))
    document = make_audit(open_data(tmp_path / "t.csv"), wishes).document
    assert {demand["words"]: (demand["have"], demand["need"]) for demand in document["target"]["demands"]} == {
        "gender=f & age=old": (6, 6),
        "gender=m & age=old": (3, 6),
    }
