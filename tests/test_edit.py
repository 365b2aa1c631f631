"""The registry of edits: what an edit declares, and what it says about a wrong request."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import numpy as np
import pytest
import torch
from torch import Tensor

from faceaug import edit as registry
from faceaug.edit import Edit, Setting, choice, edits, get_edit, number, unknown_edit, unknown_setting
from faceaug.errors import Refusal, RequestError
from faceaug.image.noise import Noise
from faceaug.scene import Scene
from tests.portraits import collins

ROWS = Noise.of(1, ["ab"] * 4, range(4), "toy")
GREATEST = 2.0


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Edit:
    """An edit that only this test knows."""
    monkeypatch.setattr(registry, "_REGISTRY", {})

    def toy(
        scene: Scene,
        noise: Noise,
        *,
        size: Annotated[Tensor, number(1, 2, unit="mm", within=(0, 4), means="how large it is")],
        shape: Annotated[tuple[str, ...], choice("round", "square", means="its outline")],
        gain: Annotated[Tensor, number(0, 1, within=(-1, 1), mirror="negate", means="a ratio")] = 0.25,  # type: ignore[assignment]
    ) -> Scene:
        """Put a toy into the picture.

        Source: none.
        """
        del noise, size, shape, gain
        return scene

    toy.__annotations__ = {
        "size": Annotated[Tensor, number(1, 2, unit="mm", within=(0, 4), means="how large it is")],
        "shape": Annotated[tuple[str, ...], choice("round", "square", means="its outline")],
        "gain": Annotated[Tensor, number(0, 1, within=(-1, 1), mirror="negate", means="a ratio")],
    }

    def unwell(scene: Scene, settings: Any) -> list[str | None]:
        assert len(scene) == len(settings["size"])
        return ["too large a toy" if size > GREATEST else None for size in settings["size"].tolist()]

    decorate = registry.edit(main="size", channel="light", neutral={"size": 0.0}, needs={"colour"}, refuses=unwell)
    return decorate(toy)


def faults(toy: Edit, **given: object) -> list[str]:
    with pytest.raises(RequestError) as caught:
        toy.complete(ROWS, given)
    return [fault.what for fault in caught.value.faults]


def test_settings_are_read_off_the_signature(toy: Edit) -> None:
    assert list(toy.settings) == ["size", "shape", "gain"]
    assert toy.settings["size"] == Setting("size", "number", "how large it is", "mm", (1, 2), (0, 4))
    assert toy.settings["shape"].values == ("round", "square")
    assert toy.settings["gain"].default == 0.25
    assert toy.settings["gain"].mirror == "negate"
    assert toy.summary == "Put a toy into the picture."


def test_an_unknown_setting_is_named_with_the_nearest_one(toy: Edit) -> None:
    assert faults(toy, sise=1.0) == ["toy has no setting 'sise'; did you mean 'size'?"]
    assert faults(toy, zzz=1.0) == ["toy has no setting 'zzz'"]
    assert unknown_setting(toy, "sahpe") == "toy has no setting 'sahpe'; did you mean 'shape'?"


@pytest.mark.parametrize("value", [-0.1, 4.001, 1e9, torch.tensor([1.0, 2.0, 3.0, 9.0]), [0.0, 0.0, 0.0, -5]])
def test_a_number_out_of_bounds_is_named_with_bounds_unit_and_meaning(toy: Edit, value: object) -> None:
    (what,) = faults(toy, size=value)
    assert what.startswith("toy.size is ")
    assert "must lie within 0..4 mm (how large it is)" in what


@pytest.mark.parametrize("value", ["large", True, None, float("nan"), float("inf"), {"low": 1}])
def test_what_is_no_number_is_named(toy: Edit, value: object) -> None:
    (what,) = faults(toy, size=value)
    assert what == f"toy.size is {value!r}, but must be a number in mm"


def test_a_choice_must_be_one_of_its_words(toy: Edit) -> None:
    assert faults(toy, shape="roud") == ["toy.shape is 'roud', but must be one of round, square; did you mean 'round'?"]
    assert faults(toy, shape=3) == ["toy.shape is 3, but must be one of round, square"]


def test_all_faults_are_told_together(toy: Edit) -> None:
    assert len(faults(toy, size=9.0, shape="oval", gain="x", wrong=1)) == 4


def test_bounds_themselves_are_allowed(toy: Edit) -> None:
    for end in (0.0, 4.0, 0, 4):
        assert toy.complete(ROWS, {"size": end})["size"].tolist() == [end] * 4  # type: ignore[union-attr]


@pytest.mark.parametrize("value", [np.float32(1.5), np.float64(1.5), np.int64(2), np.array([1.0, 1.5, 2.0, 0.5])])
def test_numbers_of_numpy_are_numbers(toy: Edit, value: object) -> None:
    size = toy.complete(ROWS, {"size": value})["size"]
    assert size.tolist() == np.broadcast_to(value, 4).tolist()  # type: ignore[union-attr, call-overload]


def test_values_are_for_all_rows_or_one_a_row(toy: Edit) -> None:
    done = toy.complete(ROWS, {"size": [0.5, 1, 1.5, 2], "shape": "square", "gain": torch.tensor(0.75)})
    assert done["size"].tolist() == [0.5, 1, 1.5, 2]  # type: ignore[union-attr]
    assert done["shape"] == ("square",) * 4
    assert done["gain"].tolist() == [0.75] * 4  # type: ignore[union-attr]
    assert done["size"].dtype == torch.float32  # type: ignore[union-attr]
    with pytest.raises((ValueError, RequestError), match="3"):
        toy.complete(ROWS, {"size": [1.0, 2.0, 3.0]})


def test_a_setting_that_nobody_gives_is_drawn(toy: Edit) -> None:
    done = toy.complete(ROWS, {})
    assert done["gain"].tolist() == [0.25] * 4, "a default is a default"  # type: ignore[union-attr]
    size = done["size"]
    assert isinstance(size, Tensor)
    expected = 1 + ROWS.uniform("size")[:, 0].double()
    assert torch.allclose(size.double(), expected, atol=1e-6), "the same number as `size: [1, 2]` written out"
    words = done["shape"]
    halves = ["round" if u < 0.5 else "square" for u in ROWS.uniform("shape")[:, 0].tolist()]
    assert list(words) == halves
    assert toy.complete(ROWS, {"gain": 0.0})["size"].tolist() == size.tolist(), "other settings do not matter"  # type: ignore[union-attr]


def test_drawn_settings_are_within_what_is_usual() -> None:
    many = Noise.of(2, ["cd"] * 200, range(200), "all")
    for one in edits().values():
        for name, values in one.complete(many, {}).items():
            setting = one.settings[name]
            if setting.default is None and isinstance(values, Tensor):
                low, high = setting.usual
                assert low <= float(values.min()) < low + 0.1 * (high - low)
                assert high - 0.1 * (high - low) < float(values.max()) <= high


def test_an_edit_declines_by_row(toy: Edit) -> None:
    scene = Scene.of(collins(), variants=(0, 1))
    settings = toy.complete(Noise(("a", "b")), {"size": [1.0, 3.0]})
    assert toy.refusals(scene, settings) == [None, "too large a toy"]
    with pytest.raises(Refusal, match="toy: too large a toy"):
        toy.check(scene, settings)
    with pytest.raises(Refusal):
        toy(scene, size=[1.0, 3.0])
    grey = replace(collins(), grey=torch.tensor([True]))
    assert toy.refusals(Scene.of(grey), toy.complete(Noise(("a",)), {"size": 3.0})) == ["the photograph is grey"]


def test_an_edit_flags_by_row(toy: Edit) -> None:
    scene = Scene.of(collins(), variants=(0, 1))
    settings = toy.complete(Noise(("a", "b")), {"size": [1.0, 2.0]})
    assert toy.flagged(scene, settings) == [None, None], "an edit without doubts has none"
    careful = replace(toy, flags=lambda _, used: ["large" if float(size) > 1.5 else None for size in used["size"]])
    assert careful.flagged(scene, settings) == [None, "large"]


def test_no_setting_is_called_like_the_flag_in_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_REGISTRY", {})

    def wrong(scene: Scene, noise: Noise, *, flag: Annotated[Tensor, number(0, 1, within=(0, 1), means="x")]) -> Scene:
        del noise, flag
        return scene

    with pytest.raises(TypeError, match="cannot be called 'flag'"):
        registry.edit(main="flag", channel="light", neutral={"flag": 0.0})(wrong)


def test_calling_an_edit_notes_its_settings(toy: Edit) -> None:
    scene = Scene.of(collins(), variants=(0, 1))
    after = toy(scene, size=1.5, shape="round")
    noted = after.applied["toy"]
    assert noted["size"].tolist() == [1.5, 1.5]  # type: ignore[union-attr]
    assert noted["gain"].tolist() == [0.25, 0.25]  # type: ignore[union-attr]
    assert dict(scene.applied) == {}
    drawn = toy(scene).applied["toy"]["size"]
    assert torch.equal(drawn, toy(scene, scene.noise("toy")).applied["toy"]["size"])  # type: ignore[arg-type]


def test_the_registry_knows_every_edit_by_name() -> None:
    known = edits()
    assert list(known) == sorted(known)
    assert all(name == one.name for name, one in known.items())
    assert get_edit("lighting") is known["lighting"]


@pytest.mark.parametrize("name", ["lightning", "Freckles", "sensr"])
def test_an_unknown_edit_is_named_with_the_nearest_one(name: str) -> None:
    with pytest.raises(RequestError, match=f"there is no edit '{name}'; did you mean"):
        get_edit(name)


def test_a_word_like_no_edit_gets_the_list() -> None:
    assert all(name in unknown_edit("qqqq") for name in edits())


def test_a_setting_without_declaration_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_REGISTRY", {})

    def bare(scene: Scene, noise: Noise, *, size: Tensor) -> Scene:
        del noise, size
        return scene

    bare.__annotations__ = {"size": Tensor}
    with pytest.raises(TypeError, match="'size' of bare needs one"):
        registry.edit(main="size", channel="light", neutral={})(bare)


def test_an_edit_lives_in_a_file_of_its_name() -> None:
    def stray(scene: Scene, noise: Noise) -> Scene:
        del noise
        return scene

    stray.__module__ = "faceaug.edits.other"
    stray.__annotations__ = {}
    with pytest.raises(TypeError, match="file of its own name"):
        registry.edit(main="size", channel="light", neutral={})(stray)
