"""Stress tests: pairs of a photograph and itself, a model's answers, and the requirements that follow."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from PIL import Image

from faceaug.cli import main
from faceaug.data.versions.gathering import gather
from faceaug.errors import FaceaugError, RequestError
from faceaug.plan.stress.answers import model_of
from faceaug.plan.stress.pairs import Pair, make_pairs
from faceaug.plan.stress.stress import Q, Truth, stress
from faceaug.plan.stress.truth import read_truth
from faceaug.recipe import Recipe
from faceaug.recipe.options import RunOptions
from faceaug.report.stress import stress_lines

RECIPE = """\
about: A cheap camera, many times
seed: 3
copies: 2
edits:
  sensor: {chance: 0.5, quality: [20, 40]}
"""


def pairs(count: int = 40) -> list[Pair]:
    """Each photograph with clear and with tinted glasses, and in dim light."""
    found = []
    for n in range(count):
        photo, name = Path(f"p{n}.jpg"), f"p{n}"
        lens = "tinted" if n % 2 else "clear"
        found.append(Pair("glasses", photo, Path(f"glasses/{n}_{lens}.jpg"), name, {"glasses": lens}))
        found.append(Pair("dim", photo, Path(f"dim/{n}.jpg"), name, {}))
    return found


def blind_to_tinted(paths: Sequence[Path]) -> list[str]:
    """A model that says no where lenses are tinted."""
    return ["no" if "tinted" in path.name else "yes" for path in paths]


def truth(count: int = 40) -> Truth:
    return Truth({f"p{n}": "yes" for n in range(count)}, "yes")


def test_the_edit_that_hurts_is_named_with_what_it_shows() -> None:
    found = stress(pairs(), blind_to_tinted, truth(), name="m")
    tests = {(row["edit"], row["where"]): row for row in found["tests"]}
    assert tests["glasses", "glasses=tinted"]["significant"]
    assert tests["glasses", "glasses=tinted"]["change"]["value"] == 1
    assert tests["glasses", ""]["change"]["value"] == 0.5
    assert not tests["glasses", "glasses=clear"]["significant"]
    assert not tests["dim", ""]["significant"]
    assert found["requirements"]["requirements"][0]["where"] == {"glasses": "tinted"}
    assert "errors 0.0 % as photographed, 100.0 % with glasses" in found["requirements"]["requirements"][0]["why"]
    json.dumps(found, allow_nan=False)


def test_copies_of_one_photograph_are_one_observation() -> None:
    """Two photographs of fifteen in all their six copies: as likely as two coins that fall alike."""
    copies = [
        Pair("dim", Path(f"p{n}.jpg"), Path(f"dim/{n}_{copy}.jpg"), f"p{n}", {}) for n in range(15) for copy in range(6)
    ]

    def flips_on_two(paths: Sequence[Path]) -> list[str]:
        return ["no" if path.name.startswith(("3_", "8_")) else "yes" for path in paths]

    [row] = stress(copies, flips_on_two, truth())["tests"]
    assert (row["pairs"], row["photographs"], row["gained"]) == (90, 15, 12)
    assert row["p"] == pytest.approx(0.5)
    assert not row["significant"]
    assert row["change"]["low"] < 0 < row["change"]["high"]
    [moved] = stress(copies, lambda paths: [0.9 - 0.1 * ("_" in path.name) for path in paths])["tests"]
    assert (moved["before"], moved["after"]) == (pytest.approx(0.9), pytest.approx(0.8))
    [few] = stress(copies[:54], flips_on_two, truth())["tests"]
    assert few["note"] == "insufficient evidence: 9 of 10 photographs"


def test_one_in_twenty_by_chance_is_no_finding_among_many() -> None:
    """Benjamini and Hochberg: what passes alone does not among twelve tests, and what is far below does."""
    many = [
        Pair(f"edit{e}", Path(f"p{n}.jpg"), Path(f"edit{e}/{n}.jpg"), f"p{n}", {}) for e in range(12) for n in range(40)
    ]

    def model(paths: Sequence[Path]) -> list[str]:
        lost = {"edit0": 6, "edit1": 12, "edit2": 8}  # p is 2 / 2^lost; the bounds Q / 12, 2 Q / 12, 3 Q / 12
        return [
            "no" if path.suffix and int(path.stem.strip("p")) < lost.get(path.parent.name, 0) else "yes"
            for path in paths
        ]

    tests = {row["edit"]: row for row in stress(many, model, truth())["tests"]}
    assert tests["edit1"]["p"] < Q / 12
    assert Q / 12 < tests["edit2"]["p"] < 2 * Q / 12
    assert 3 * Q / 12 < tests["edit0"]["p"] < Q
    assert [edit for edit, row in tests.items() if row["significant"]] == ["edit1", "edit2"]


def test_a_stress_test_asks_for_photographs_to_measure_and_never_for_renderings() -> None:
    [asked] = stress(pairs(), blind_to_tinted, truth())["requirements"]["requirements"][:1]
    assert "need" not in asked
    assert asked["photographs_to_measure"] > 0


def test_scores_are_compared_by_rank_and_with_labels_by_threshold() -> None:
    def scores(paths: Sequence[Path]) -> list[float]:
        return [0.9 - 0.3 * ("tinted" in path.name) + 0.001 * (len(path.name) % 3) for path in paths]

    found = stress(pairs(), scores)
    tests = {(row["edit"], row["where"]): row for row in found["tests"]}
    assert tests["glasses", "glasses=tinted"]["compared"] == "scores"
    assert tests["glasses", "glasses=tinted"]["change"]["value"] == pytest.approx(-0.3, abs=0.01)
    assert found["requirements"]["requirements"] == []
    labelled = stress(pairs(), scores, Truth(truth().labels, "yes", 0.7))
    assert labelled["tests"][0]["compared"] == "errors"
    with pytest.raises(RequestError, match="--positive"):
        stress(pairs(), scores, Truth(truth().labels))


def test_answers_without_labels_are_compared_as_they_are() -> None:
    found = stress(pairs(), blind_to_tinted)
    row = next(row for row in found["tests"] if row["where"] == "glasses=tinted")
    assert (row["compared"], row["before"], row["after"]) == ("answers", 1.0, 0.0)
    assert row["significant"]
    many = stress(pairs(), lambda paths: [path.name for path in paths])
    assert {row["p"] for row in many["tests"]} == {None}
    said = " ".join(stress_lines(many))
    assert "of the answers changed; nobody says which were right" in said
    assert "Nothing changes" not in said


def test_few_pairs_are_insufficient_evidence_and_stay() -> None:
    found = stress(pairs(6), blind_to_tinted, truth(6))
    assert {row["note"] for row in found["tests"]} == {"insufficient evidence: 6 of 10 photographs"}
    assert stress_lines(found)[1:] == ["Too few photographs to tell: glasses, dim."], (
        "which is not that nothing changes"
    )
    with pytest.raises(RequestError, match="labelled photograph"):
        stress(pairs(6), blind_to_tinted, Truth({}))
    with pytest.raises(RequestError, match="no photograph could be edited"):
        stress([], blind_to_tinted)


def test_models_by_name_and_by_command(tmp_path: Path) -> None:
    paths = [Path("a.jpg"), Path("bb.jpg")]
    assert model_of("python:os.path:basename")([*paths[:1]][:0]) == []
    code = "import sys; [print(len(line.strip())) for line in sys.stdin]"
    assert model_of(f"{sys.executable} -c {code!r}")(paths) == [5.0, 6.0]
    (tmp_path / "m.py").write_text("def answer(paths):\n    return ['x' for _ in paths]\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "names neither"),
        ("python:os", "must look like python:module:function"),
        ("python:no_such_module:f", "cannot be imported"),
        ("python:json:dumpz", "has no function 'dumpz'; it has"),
        ("no-such-program-anywhere", "cannot be started"),
    ],
)
def test_models_that_are_none(text: str, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        model_of(text)([Path("a.jpg")])


def test_a_function_that_fails_is_not_our_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "failing_model.py").write_text("def ask(paths):\n    raise KeyError('weights')\n")
    (tmp_path / "broken_model.py").write_text("raise OSError('no weights')\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(
        FaceaugError, match=r"failing_model:ask failed: KeyError: 'weights' \(.*failing_model.py, line 2"
    ):
        model_of("python:failing_model:ask")([Path("a.jpg")])
    with pytest.raises(RequestError, match="cannot be imported: no weights"):
        model_of("python:broken_model:ask")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import sys; sys.exit('out of memory')", "exit code 1: out of memory"),
        ("print(1)", "was asked about 2 pictures and gave 1 answers"),
        ("print(1); print('cat')", "numbers and words"),
        ("print(1); print('nan')", "must be finite"),
    ],
)
def test_models_that_answer_wrongly(code: str, words: str) -> None:
    with pytest.raises(FaceaugError, match=words):
        model_of(f"{sys.executable} -c {code!r}")([Path("a.jpg"), Path("b.jpg")])


def test_labels_are_found_by_id_and_by_name(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("photo,label\nset/p0.jpg,yes\np1.png,no\nq.jpg,no\n")
    assert read_truth(path, pairs(3)).labels == {"p0": "yes", "p1": "no"}
    path.write_text("photo,lable\np0.jpg,yes\n")
    with pytest.raises(RequestError, match="is 'lable' meant"):
        read_truth(path, pairs(3))
    path.write_text("photo,label\nz.jpg,yes\n")
    with pytest.raises(RequestError, match="names none of the photographs"):
        read_truth(path, pairs(3))
    path.write_text("photo,label\np0.jpg,yes\n")
    with pytest.raises(RequestError, match="did you mean 'yes'"):
        read_truth(path, pairs(3), positive="yess")


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (["anna/1.jpg,yes", "carl/1.jpg,no", "dora/2.jpg,no"], {"anna/1": "yes"}),
        (["carl/1.jpg,no", "anna/1.jpg,yes"], {"anna/1": "yes"}),
        (["carl/1.jpg,no"], {}),
        (["1.jpg,yes", "set/berta/2.jpg,no"], {"anna/1": "yes", "berta/2": "no"}),
        (["1.jpg,yes", "anna/1.jpg,no"], {"anna/1": "no"}),
        (["1.jpg,yes", "set/anna/1.jpg,no"], {}),
        (["anna/1.jpg,1.0", "berta/2.jpg,0"], {"anna/1": "1", "berta/2": "0"}),
        (["anna/1.jpg,nan", "berta/2.jpg,no"], {"berta/2": "no"}),
    ],
)
def test_no_photograph_gets_the_label_of_another_one(tmp_path: Path, rows: list[str], found: dict[str, str]) -> None:
    two = [
        Pair("dim", Path(f"/data/set/{name}.jpg"), Path(f"dim/{name}.jpg"), name, {}) for name in ("anna/1", "berta/2")
    ]
    path = tmp_path / "labels.csv"
    path.write_text("\n".join(["photo,label", *rows]))
    if found:
        assert read_truth(path, two).labels == found
        return
    with pytest.raises(RequestError, match="names none of the photographs"):
        read_truth(path, two)


def test_equal_numbers_are_the_same_label() -> None:
    told = Truth({"p": "1"}, "1")
    assert told.right("p", "1.0")
    assert not told.right("p", "0")
    assert told.right("p", 0.5)


def test_from_the_command_line(tmp_path: Path, samples: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    picture = Image.open(samples / "eileen_collins.png").convert("RGB")
    for side in range(300, 320, 2):
        picture.resize((side, side)).save(photos / f"{side}.png")
    recipe, labels, out = tmp_path / "r.yaml", tmp_path / "labels.csv", tmp_path / "out"
    recipe.write_text(RECIPE)
    labels.write_text("photo,label\n" + "".join(f"{side}.png,face\n" for side in range(300, 320, 2)))
    code = "import sys; [print('face' if line.strip().endswith('.png') else 'nothing') for line in sys.stdin]"
    words = ["stress", recipe, photos, "--model", f"{sys.executable} -c {code!r}", "--labels", labels, "-o", out]
    done = CliRunner().invoke(main, [str(word) for word in (*words, "--fail-on-worse")])
    assert done.exit_code == 1, done.output
    assert "20 pairs of 10 photographs;" in done.stdout
    assert "sensor: errors 0.0 % as photographed, 100.0 % edited, change +100.0 points" in done.stdout
    told = json.loads((out / "stress.json").read_text())
    assert (told["tests"][0]["gained"], told["tests"][0]["p"]) == (20, pytest.approx(2 / 2**10))
    assert "requirements" in yaml.safe_load((out / "requirements.yaml").read_text())
    assert "Method and limits" in (out / "stress.md").read_text()
    wrong = CliRunner().invoke(main, [str(word) for word in (*words[:4], "python:json:dumpz", "-o", out)])
    assert wrong.exit_code == 2


def test_photographs_of_one_person_are_one_observation() -> None:
    """Three people of fifteen in all their four photographs: as likely as three coins that fall alike."""
    known = [
        Pair("dim", Path(f"p{n}_{k}.jpg"), Path(f"dim/{n}_{k}.jpg"), f"p{n}", {}, f"person {n}")
        for n in range(15)
        for k in range(4)
    ]

    def flips_on_three(paths: Sequence[Path]) -> list[str]:
        return ["no" if path.name.startswith(("3_", "8_", "9_")) else "yes" for path in paths]

    [row] = stress(known, flips_on_three, truth())["tests"]
    assert (row["pairs"], row["photographs"], row["people"], row["gained"]) == (60, 60, 15, 12)
    assert row["p"] == pytest.approx(0.25)
    [few] = stress(known[:36], flips_on_three, truth())["tests"]
    assert few["note"] == "insufficient evidence: 9 of 10 persons"
    assert len({replace(known[0], who="", name=name).person for name in ("p0", "p1")}) == 2, "nobody says who it is"


def test_pairs_know_whom_the_manifest_names(tmp_path: Path, samples: Path) -> None:
    recipe = Recipe.parse("about: x\nedits: {sensor: {quality: 20}}")
    found = gather(samples)
    named = [replace(record, subject="eileen") for record in found.records if "eileen" in record.photo]
    [pair] = make_pairs(recipe, named, tmp_path, RunOptions(measure=False), root=found.root)
    assert (pair.who, pair.person) == ("eileen", "eileen")


def test_a_photograph_that_two_edits_change_is_one_photograph(tmp_path: Path, samples: Path) -> None:
    recipe = Recipe.parse("about: x\nedits: {sensor: {quality: 20}, freckles: {density: 6}}")
    made = make_pairs(recipe, [samples / "eileen_collins.png"], tmp_path, RunOptions(measure=False))
    assert {pair.edit for pair in made} == {"sensor", "freckles"}
    asked: list[Path] = []

    def model(paths: Sequence[Path]) -> list[float]:
        asked.extend(paths)
        return [0.5] * len(paths)

    assert stress(made, model)["photographs"] == 1
    assert len(asked) == 3, "a photograph is asked about once"


def test_photographs_that_could_not_be_used_are_told(tmp_path: Path, samples: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    Image.open(samples / "eileen_collins.png").save(photos / "eileen.png")
    (photos / "empty.jpg").write_bytes(b"")
    recipe = tmp_path / "r.yaml"
    recipe.write_text("about: x\nedits: {sensor: {quality: 20}, freckles: {density: 6}}")
    words = ["stress", recipe, photos, "--model", f"{sys.executable} -c 'import sys; [print(1) for _ in sys.stdin]'"]
    done = CliRunner().invoke(main, [str(word) for word in (*words, "-o", tmp_path / "out", "--json")])
    assert done.exit_code == 3, done.output
    assert done.stderr.count("empty.jpg is empty (0 bytes)") == 1
    (skip,) = json.loads(done.stdout)["skipped"]
    assert (skip["photo"], skip["reason"]) == (str(photos / "empty.jpg"), "empty")


def test_answers_that_are_no_labels_are_no_errors_of_a_model() -> None:
    with pytest.raises(RequestError, match=r"no answer is one of the labels: a\.txt are answered, yes are true"):
        stress(pairs(), lambda paths: ["a.txt"] * len(paths), truth())
    loud = stress(pairs(), lambda paths: ["YES"] * len(paths), truth())
    assert {row["before"] for row in loud["tests"]} == {0.0}, "a label but for capitals is that label"
