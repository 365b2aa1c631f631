"""`like: photo.jpg`: another photograph's tone or light as settings."""

from pathlib import Path

import pytest
from PIL import Image

from faceaug.errors import RequestError
from faceaug.face.decompose import decompose
from faceaug.recipe.schema import Recipe

SAMPLES = Path(__file__).parents[2] / "sample_data"
HOPPER = SAMPLES / "grace_hopper.jpg"


def test_the_tone_of_another_photograph_is_met() -> None:
    like = decompose(HOPPER).skin.tone[0]
    recipe = Recipe.parse({"about": "as she is", "edits": {"skin_tone": {"like": str(HOPPER)}}})
    made = recipe(image=decompose(SAMPLES / "eileen_collins.png").photos[0].pixels)
    again = decompose(made["image"]).skin.tone[0]
    assert float(again[0]) == pytest.approx(float(like[0]), abs=2)
    before = decompose(SAMPLES / "eileen_collins.png").skin.tone[0]
    assert abs(float(before[0] - like[0])) > 4, "the two photographs differ, or nothing is shown here"


def test_what_was_measured_takes_the_place_of_the_path(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(HOPPER.read_bytes())
    (tmp_path / "r.yaml").write_text("about: x\nedits:\n  skin_tone: {like: a.jpg, hue: 50}\n")
    asked = Recipe.load(tmp_path / "r.yaml").edits["skin_tone"].plain()
    assert asked["hue"] == 50
    assert asked["target"] == "lightness_hue"
    assert "like" not in asked


def test_what_cannot_be_like_is_said_at_its_line(tmp_path: Path) -> None:
    Image.new("RGB", (300, 300), (90, 90, 90)).save(tmp_path / "wall.png")
    text = "about: x\nedits:\n  freckles: {like: wall.png}\n  skin_tone: {like: wall.png}\n  lighting: {like: no.png}\n"
    (tmp_path / "r.yaml").write_text(text)
    with pytest.raises(RequestError) as caught:
        Recipe.load(tmp_path / "r.yaml")
    said = str(caught.value)
    assert "r.yaml:3" in said
    assert "freckles cannot be like another photograph" in said
    assert "r.yaml:4" in said
    assert "r.yaml:5" in said
    assert "no.png" in said


@pytest.mark.parametrize(
    ("beside", "named"),
    [
        ("monk: 3", "monk"),
        ("ita: [-30, 20]", "ita"),
        ("step: 5, hue: 50", "step"),
        ("target: monk, monk: 3", "target"),
        ("target: [step, ita, monk]", "target"),
        ("hue: 50", ""),
        ("target: lightness", ""),
        ("strength: 0.5", ""),
    ],
)
def test_another_tone_beside_the_one_of_a_photograph_is_a_fault_that_names_both(
    tmp_path: Path, beside: str, named: str
) -> None:
    (tmp_path / "a.jpg").write_bytes(HOPPER.read_bytes())
    (tmp_path / "r.yaml").write_text(f"about: x\nedits:\n  skin_tone: {{like: a.jpg, {beside}}}\n")
    if not named:
        assert "like" not in Recipe.load(tmp_path / "r.yaml").edits["skin_tone"].plain()
        return
    with pytest.raises(RequestError, match=rf"r.yaml:3 +skin_tone.like and skin_tone.{named} do not count together"):
        Recipe.load(tmp_path / "r.yaml")
