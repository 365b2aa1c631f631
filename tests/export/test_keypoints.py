"""Points of the face in exports, read back by readers that are not ours where those are installed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from faceaug.data.keypoints import KEYPOINTS, POINTS
from faceaug.data.versions.opening import Pictures
from tests.export.exporting import exported


def test_coco_keypoints_are_in_pixels_with_their_visibility(pictures: Pictures, tmp_path: Path) -> None:
    unmeasured = [replace(record, measured={**record.measured, KEYPOINTS: {}}) for record in pictures.records[:1]]
    listed = replace(pictures, records=[*unmeasured, *pictures.records[1:]])
    out = exported(listed, tmp_path / "out", "coco")
    document = json.loads((out / "annotations/train.json").read_text())
    [category] = document["categories"]
    assert category["keypoints"] == list(POINTS)
    assert min(min(edge) for edge in category["skeleton"]) == 1
    assert [[category["keypoints"][place - 1] for place in edge] for edge in category["skeleton"]][-1] == [
        "left_ear",
        "forehead",
    ]
    lenses = {image["id"]: image["attributes"].get("glasses") for image in document["images"]}
    for annotation in document["annotations"]:
        assert len(annotation["keypoints"]) == 3 * len(POINTS)
        dots = dict(zip(POINTS, zip(*[iter(annotation["keypoints"])] * 3, strict=True), strict=True))
        if annotation is document["annotations"][0]:
            assert annotation["num_keypoints"] == 0 == max(annotation["keypoints"])
            continue
        assert annotation["num_keypoints"] == len(POINTS) - 1
        assert dots["chin"] == (0, 0, 0)
        assert dots["right_ear"] == (7.5, 20.0, 1)
        assert dots["right_brow_middle"] == (15.0, 0.4, 2)
        assert dots["left_pupil"][2] == (1 if lenses[annotation["image_id"]] == "tinted" else 2)
    assert "tinted" in lenses.values()


def test_coco_is_read_by_its_own_reader(pictures: Pictures, tmp_path: Path) -> None:
    coco = pytest.importorskip("pycocotools.coco")
    out = exported(pictures, tmp_path / "out", "coco")
    data = coco.COCO(out / "annotations/train.json")
    [category] = data.loadCats(data.getCatIds())
    assert len(category["keypoints"]) == len(POINTS)
    found = data.loadAnns(data.getAnnIds())
    assert len(found) == 6
    answer = data.loadRes([{**one, "score": 1.0} for one in found])
    judge = pytest.importorskip("pycocotools.cocoeval").COCOeval(data, answer, "keypoints")
    judge.params.kpt_oks_sigmas = np.full(len(POINTS), 0.05)
    judge.evaluate()
    judge.accumulate()
    judge.summarize()
    assert judge.stats[0] == pytest.approx(1.0), "a perfect answer is perfect"


def test_fiftyone_keypoints_are_shares_of_the_picture(pictures: Pictures, tmp_path: Path) -> None:
    out = exported(pictures, tmp_path / "out", "fiftyone")
    for split in ("train", "test"):
        document = json.loads((out / split / "keypoints.json").read_text())
        assert document["labels"] == list(POINTS)
        assert {place for edge in document["edges"] for place in edge} < set(range(len(POINTS)))
        assert set(document["keypoints"]) == {path.stem for path in (out / split / "data").iterdir()}
        for found in document["keypoints"].values():
            dots = dict(zip(POINTS, found["points"], strict=True))
            assert dots["chin"] is None
            assert all(0 <= number <= 1 for dot in found["points"] if dot is not None for number in dot)
            assert dots["right_ear"] == [0.25, 0.5]
            seen = dict(zip(POINTS, found["seen"], strict=True))
            assert not seen["chin"]
            assert not seen["right_ear"]
            assert seen["nose_tip"]


def test_fiftyone_takes_the_points_as_its_card_says(pictures: Pictures, tmp_path: Path) -> None:
    fiftyone = pytest.importorskip("fiftyone")
    out = exported(pictures, tmp_path / "out", "fiftyone")
    face = json.loads((out / "train/keypoints.json").read_text())
    skeleton = fiftyone.KeypointSkeleton(labels=face["labels"], edges=face["edges"])
    skeleton.validate()
    for found in face["keypoints"].values():
        nowhere = [float("nan"), float("nan")]
        dots = fiftyone.Keypoint(label="face", points=[one or nowhere for one in found["points"]], seen=found["seen"])
        dots.validate()
        assert len(dots.points) == len(skeleton.labels)
