"""The converted networks against the reference runtime, as recorded by tools/record_references.py."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from faceaug.errors import FaceaugError
from faceaug.face import networks
from faceaug.face.networks import WEIGHTS, load
from faceaug.face.networks.operations import Step, convolution

DATA = Path(__file__).parent / "data"
INPUTS = {"landmarks": (192, 0.0), "faces_near": (128, -1.0), "faces_far": (192, -1.0), "person": (256, 0.0)}
CLOSE = 2e-4
"""In the networks' own units (input pixels, logits, probability); the largest difference seen is 0.9e-4, of a logit."""


def picture(name: str) -> torch.Tensor:
    side, low = INPUTS[name]
    stored = cv2.imread(str(DATA / "networks.png"))
    assert stored is not None
    cut = stored[:, :, ::-1]
    pixels = {
        192: cut,
        128: cut[32:160, 32:160],
        256: np.pad(cut, ((32, 32), (32, 32), (0, 0)), mode="edge"),
    }[side]
    values = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float() / 255
    return values * (1 - low) + low


@pytest.mark.parametrize("name", INPUTS)
def test_outputs_are_the_reference_runtimes(name: str, recorded: dict[str, NDArray[np.float32]]) -> None:
    with torch.inference_mode():
        made = [value.numpy() for value in load(name)(picture(name)).values()]
    if name == "person":
        made[0] = made[0].reshape(256, 256)[::4, ::4]
    elif name.startswith("faces"):
        made[0] = made[0].reshape(-1, 16)[recorded[f"{name}/rows"]]
    for number, ours in enumerate(made):
        theirs = recorded[f"{name}/{number}"]
        np.testing.assert_allclose(ours.reshape(theirs.shape), theirs, rtol=0, atol=CLOSE)


@pytest.mark.parametrize("name", INPUTS)
def test_a_batch_is_its_rows(name: str) -> None:
    one = picture(name)
    batch = torch.cat([one, one.flip(3), one * 0.5])
    with torch.inference_mode():
        together = load(name)(batch)
        for row in range(len(batch)):
            alone = load(name)(batch[row : row + 1])
            for output, value in alone.items():
                torch.testing.assert_close(together[output][row : row + 1], value, rtol=0, atol=5e-4)


def test_runs_repeat_bit_for_bit() -> None:
    with torch.inference_mode():
        first, second = (load("landmarks")(picture("landmarks")) for _ in range(2))
    assert all(torch.equal(first[name], second[name]) for name in first)


@pytest.mark.parametrize("name", INPUTS)
def test_a_part_of_the_outputs_is_the_same_and_takes_fewer_steps(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    network = load(name)
    whole = network(picture(name))
    for output in whole:
        calls: list[int] = []
        counted = [(_counted(step, calls), inputs, out) for step, inputs, out in network._nodes]
        with monkeypatch.context() as patch:
            patch.setattr(network, "_nodes", counted)
            patch.setattr(network, "_steps", {})
            part = network(picture(name), (output,))
        assert list(part) == [output]
        assert torch.equal(part[output], whole[output])
        assert len(calls) < len(network._nodes) or len(whole) == 1
    assert list(network(picture(name))) == list(whole), "asked for all again, it gives all"


def _counted(step: Step, calls: list[int]) -> Step:
    def counted(*values: torch.Tensor) -> torch.Tensor:
        calls.append(1)
        return step(*values)

    return counted


@pytest.mark.parametrize("size", [(2, 2), (4, 4), (3, 5), (48, 48)])
@pytest.mark.parametrize(
    ("kernel", "stride", "pad"), [(3, 1, (1, 1, 1, 1)), (4, 2, (1, 1, 1, 1)), (3, 2, (0, 1, 0, 1))]
)
def test_a_tiny_picture_is_convolved_as_any(
    size: tuple[int, int], kernel: int, stride: int, pad: tuple[int, int, int, int]
) -> None:
    def uneven(*shape: int) -> torch.Tensor:
        return (torch.arange(float(np.prod(shape))).reshape(shape) * 1.7).sin()

    weights = {"w": uneven(32, 1, kernel, kernel), "b": uneven(32)}
    step = convolution({"weight": "w", "bias": "b", "pad": pad, "stride": stride, "groups": 32}, weights)
    for given in (uneven(1, 32, *size), uneven(1, 32, *size).flip(1)):
        wide = torch.nn.functional.pad(given, pad)
        expected = torch.nn.functional.conv2d(wide, weights["w"], weights["b"], stride, 0, 1, 32)
        made = step(given.contiguous(memory_format=torch.channels_last))
        torch.testing.assert_close(made, expected, rtol=0, atol=1e-5)


def test_recorded_hashes_are_those_of_the_files() -> None:
    known = json.loads((WEIGHTS / "hashes.json").read_text())["networks"]
    assert set(known) == set(INPUTS)
    for name, hashes in known.items():
        assert hashlib.sha256((WEIGHTS / f"{name}.safetensors").read_bytes()).hexdigest() == hashes["sha256"]


def test_damaged_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "weights"
    shutil.copytree(WEIGHTS, copy)
    content = bytearray((copy / "person.safetensors").read_bytes())
    content[-5] ^= 1
    (copy / "person.safetensors").write_bytes(bytes(content))
    monkeypatch.setattr(networks, "WEIGHTS", copy)
    with pytest.raises(FaceaugError, match=r"person\.safetensors.*damaged"):
        load.__wrapped__("person")
    load.__wrapped__("faces_near")


def test_an_unknown_network_is_named() -> None:
    with pytest.raises(FaceaugError, match="faces_far, faces_near, landmarks, person"):
        load("hands")
