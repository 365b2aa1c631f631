"""A model's answers: read by line, joined to the pictures, and turned into rates and requirements."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from faceaug.coverage.axes import Axis
from faceaug.coverage.counts import table_of
from faceaug.coverage.model import errors_of
from faceaug.coverage.predictions import read_predictions
from faceaug.coverage.requirements import read_requirements, write_requirements
from faceaug.errors import RequestError

IDS = [f"p{n}" for n in range(6)]
PHOTOS = [f"{name}.jpg" for name in IDS]


def write(path: Path, text: str) -> Path:
    file = path / "predictions.csv"
    file.write_text(text)
    return file


def test_predictions_and_scores_say_the_same(tmp_path: Path) -> None:
    said = read_predictions(write(tmp_path, "id,label,prediction\np3,yes,no\np1,no,no\np0,no,yes\n"), IDS, PHOTOS)
    assert said.rows.tolist() == [0, 1, 3]
    assert said.wrong.tolist() == [True, False, True]
    assert said.label is not None
    assert said.label.tolist() == [False, False, True]
    path = write(tmp_path, "photo,label,score\np3.jpg,yes,0.2\np1.jpg,no,0.4\np0.jpg,no,0.6\n")
    scored = read_predictions(path, IDS, PHOTOS)
    assert scored.wrong.tolist() == said.wrong.tolist()
    assert read_predictions(path, IDS, PHOTOS, threshold=0.7).wrong.tolist() == [False, False, True]


@pytest.mark.parametrize(("yes", "no"), [("1.0", "0.0"), (" 1", "0 "), ("1", "-0")])
def test_equal_numbers_are_the_same_answer(tmp_path: Path, yes: str, no: str) -> None:
    """A table that another program wrote: labels are 0 and 1, predictions 0.0 and 1.0."""
    text = "".join(f"p{n},{label},{answer}\n" for n, (label, answer) in enumerate(((1, yes), (0, no), (0, yes))))
    for head in ("id,label,prediction\n", "id,prediction,label\n"):
        said = read_predictions(write(tmp_path, head + text), IDS, PHOTOS, positive="1.0")
        assert said.wrong.tolist() == [False, False, True]
        assert said.label is not None
        assert said.label.tolist() == ([True, False, False] if head.startswith("id,label") else [True, False, True])


def test_a_prediction_is_a_label_but_for_capitals(tmp_path: Path) -> None:
    said = read_predictions(write(tmp_path, "id,label,prediction\np0,yes,Yes\np1,no,YES\np2,no,No\n"), IDS, PHOTOS)
    assert said.wrong.tolist() == [False, True, False]
    exact = read_predictions(write(tmp_path, "id,label,prediction\np0,a,A\np1,A,A\np2,a,a\n"), IDS, PHOTOS)
    assert exact.wrong.tolist() == [True, False, False], "where both are labels, they are two"


def test_predictions_in_other_words_are_no_errors(tmp_path: Path) -> None:
    text = "id,label,prediction\np0,1,female\np1,0,male\n"
    with pytest.raises(RequestError, match="no prediction is one of the labels: female, male are predicted, 0, 1 are"):
        read_predictions(write(tmp_path, text), IDS, PHOTOS)


@pytest.mark.parametrize("blank", ["", " ", "NA", "nan"])
def test_rows_without_a_label_or_an_answer_are_set_aside_and_told(tmp_path: Path, blank: str) -> None:
    rows = ["p0,yes,no", f"p1,{blank},no", "p2,no,no", f"p3,no,{blank}", f"p4,{blank},yes", f"p5,{blank},{blank}"]
    said = read_predictions(write(tmp_path, "\n".join(["id,label,prediction", *rows])), IDS, PHOTOS)
    assert said.rows.tolist() == [0, 2]
    assert said.wrong.tolist() == [True, False]
    assert said.label is not None
    assert said.label.tolist() == [True, False]
    assert said.without == {"label": 3, "prediction": 2}
    file = tmp_path / "predictions.csv"
    assert [f"{fault['where']}  {fault['what']}" for fault in said.faults] == [
        f"{file}:3  label is empty (also at lines 6, 7); 3 rows are set aside",
        f"{file}:5  prediction is empty (also at line 7); 2 rows are set aside",
    ]
    table = table_of([Axis("glasses", ("none",))], np.zeros((6, 1), int))
    section, _ = errors_of(table, said)
    assert (section["overall"]["n"], section["set_aside_without"]) == (2, {"label": 3, "prediction": 2})
    scored = read_predictions(write(tmp_path, f"id,label,score\np0,yes,0.5\np1,no,{blank}\n"), IDS, PHOTOS)
    assert (scored.rows.tolist(), scored.without) == ([0], {"label": 0, "score": 1})
    with pytest.raises(RequestError, match="has no row with both a label and a prediction"):
        read_predictions(write(tmp_path, f"id,label,prediction\np0,{blank},no\n"), IDS, PHOTOS)


def test_from_the_threshold_on_the_answer_is_yes(tmp_path: Path) -> None:
    path = write(tmp_path, "id,label,score\np0,yes,0.5\np1,no,0.5\np2,yes,0.49\n")
    assert read_predictions(path, IDS, PHOTOS).wrong.tolist() == [False, True, True]
    assert read_predictions(path, IDS, PHOTOS, threshold=0.49).wrong.tolist() == [False, True, False]


def test_several_classes_have_errors_but_no_false_positives(tmp_path: Path) -> None:
    said = read_predictions(write(tmp_path, "id,label,prediction\np0,a,a\np1,b,c\np2,c,c\n"), IDS, PHOTOS)
    assert said.label is None
    assert said.wrong.tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no prediction"),
        ("id,lable,prediction\np0,a,b\n", "is 'lable' meant"),
        ("name,label,prediction\np0,a,b\n", "needs a column id or photo"),
        ("id,label\np0,a\n", "needs a column prediction or score"),
        ("id,label,prediction\npp0,a,b\n", r"predictions.csv:2  'pp0' is not in the data set; did you mean 'p0'"),
        ("id,label,prediction\np0,a,b\np0,a,b\n", "predictions.csv:3  p0 was there before"),
        ("id,label,prediction\np0,a\n", "more or fewer cells"),
        ("id,label,score\np0,yes,high\n", "predictions.csv:2  score must be a number, not 'high'"),
        ("id,label,score\np0,cat,0.3\np1,dog,0.2\n", "say which label they are for: --positive cat or dog"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        read_predictions(write(tmp_path, text), IDS, PHOTOS)


@pytest.mark.parametrize("mark", [";", "\t"])
def test_what_stands_between_the_cells_is_told(tmp_path: Path, mark: str) -> None:
    text = "id,label,prediction\np0,yes,no\np1,no,no\n"
    told = read_predictions(write(tmp_path, text), IDS, PHOTOS)
    other = read_predictions(write(tmp_path, text.replace(",", mark)), IDS, PHOTOS)
    assert (other.rows.tolist(), other.wrong.tolist()) == (told.rows.tolist(), told.wrong.tolist())


def test_a_wrong_positive_and_a_missing_file_are_said(tmp_path: Path) -> None:
    path = write(tmp_path, "id,label,prediction\np0,yes,no\n")
    with pytest.raises(RequestError, match="did you mean 'yes'"):
        read_predictions(path, IDS, PHOTOS, positive="yess")
    with pytest.raises(RequestError, match=r"did you mean 'predictions.csv'"):
        read_predictions(tmp_path / "prediction.csv", IDS, PHOTOS)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RequestError, match="is not UTF-8"):
        read_predictions(path, IDS, PHOTOS)


def test_rates_and_slices_of_photographs_alone(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)  # noqa: TID251 - a simulation
    count = 2000
    codes = rng.integers(0, 3, (count, 2))
    yes = rng.random(count) < 0.5
    bad = rng.random(count) < np.where((codes[:, 0] == 2) & ~yes, 0.4, 0.05)
    drawn = np.arange(count) >= count - 100
    axes = [Axis("tone", ("light", "tan", "dark")), Axis("glasses", ("none", "clear", "tinted"))]
    table = table_of(axes, codes, rendered=drawn)
    answers = [
        f"{n},{'yes' if y else 'no'},{'yes' if y != b else 'no'}" for n, (y, b) in enumerate(zip(yes, bad, strict=True))
    ]
    path = write(tmp_path, "\n".join(["id,label,prediction", *answers]))
    names = [str(n) for n in range(count)]
    section, asked = errors_of(table, read_predictions(path, names, names))
    assert section["renderings_set_aside"] == 100
    assert section["overall"]["n"] == 1900
    found = {family["kind"]: [item["where"] for item in family["slices"]] for family in section["families"]}
    assert found["false positives"][0] == {"tone": "dark"}
    assert found["false negatives"] == []
    dark = next(group for group in section["groups"] if group["where"] == {"tone": "dark"})
    kept = ~drawn & (codes[:, 0] == 2)
    assert dark["n"] == kept.sum()
    assert dark["positives"] + dark["negatives"] == dark["n"]
    assert dark["fpr"]["value"] == pytest.approx((bad & kept & ~yes).sum() / (kept & ~yes).sum())
    assert sum(group["n"] for group in section["groups"] if set(group["where"]) == {"tone"}) == 1900
    assert asked["requirements"][0]["where"] == {"tone": "dark"}
    assert asked["requirements"][0]["need"] > 0


def test_requirements_of_false_answers_ask_for_something_when_they_are_read_back(tmp_path: Path) -> None:
    """Half of the photographs have the other label, and of a third the model was not asked."""
    rng = np.random.default_rng(3)  # noqa: TID251 - a simulation
    count = 3000
    codes = rng.integers(0, 2, (count, 1))
    yes = rng.random(count) < 0.5
    bad = rng.random(count) < np.where((codes[:, 0] == 1) & ~yes, 0.3, 0.1)
    table = table_of([Axis("gender", ("male", "female"))], codes, rendered=np.arange(count) < 200)
    rows = [
        f"{n},{'yes' if y else 'no'},{'yes' if y != b else 'no'}" for n, (y, b) in enumerate(zip(yes, bad, strict=True))
    ]
    names = [str(n) for n in range(count)]
    path = write(tmp_path, "\n".join(["id,label,prediction", *rows[:2000]]))
    _, asked = errors_of(table, read_predictions(path, names, names))
    assert {entry["what"] for entry in asked["requirements"]} == {"error", "false positives"}
    write_requirements(tmp_path / "r.yaml", asked)
    women = int(((codes[:, 0] == 1) & ~table.rendered).sum())
    for entry, demand in zip(asked["requirements"], read_requirements(tmp_path / "r.yaml", table), strict=True):
        assert entry["where"] == {"gender": "female"}
        assert (demand.have, demand.need, demand.missing) == (women, entry["need"], entry["add_at_least"])
        assert demand.missing > women / 2, "three times as many, of which twice are certain"
    part = table.only(np.arange(count) >= 1000)
    some = int((codes[1000:, 0] == 1).sum())
    for whole, demand in zip(asked["requirements"], read_requirements(tmp_path / "r.yaml", part), strict=True):
        assert (demand.have, demand.missing) == (some, whole["add_at_least"]), "a split lacks no more than all"


def test_a_small_group_is_insufficient_evidence_and_stays(tmp_path: Path) -> None:
    table = table_of([Axis("glasses", ("none", "clear", "tinted"))], np.array([[0], [0], [1]]))
    path = write(tmp_path, "id,label,prediction\np0,yes,no\np1,no,no\np2,no,no\n")
    section, _ = errors_of(table, read_predictions(path, IDS, PHOTOS))
    assert {group["words"]: group["n"] for group in section["groups"]} == {
        "glasses=none": 2,
        "glasses=clear": 1,
        "glasses=tinted": 0,
    }
    assert all(group["state"].startswith("insufficient evidence") for group in section["groups"])
    assert section["groups"][2]["error"]["value"] is None


def test_a_table_of_hugging_face_names_its_files(tmp_path: Path) -> None:
    """Whatever names the file in a table of labels names it in one of predictions."""
    text = f"file_name,label,prediction\n{PHOTOS[0]},a,a\n{PHOTOS[1]},a,b\n"
    assert read_predictions(write(tmp_path, text), IDS, PHOTOS).wrong.tolist() == [False, True]
