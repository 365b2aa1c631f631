"""The parts of the benchmarks that can be wrong without anybody seeing it: mapping, statistics, recounts, tables."""

from __future__ import annotations

import json
import math
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from benchmarks import freckles, landmarks, light, pose, quality, report, sample, sensor, speed, work
from benchmarks.faces import find_set, read_set, spread_out
from benchmarks.opponents import albumentations_steps
from benchmarks.stopwatch import clocked, take_turns
from faceaug.face.topology import face_model
from faceaug.image.filter import reduce
from faceaug.image.shade import smooth_step


def flat_face(scale: float = 2.0) -> np.ndarray:
    """The mean face from the front ``(478, 2)``, pixels."""
    return np.asarray(face_model().points[:, :2] * [scale, -scale] + [400, 400], dtype=np.float64)


def marked_like(mesh: np.ndarray) -> np.ndarray:
    """Manual points ``(189, 2)`` that lie exactly where the mapping says, on the middles of outline segments."""
    manual = np.full((189, 2), 1e4)
    for lines in landmarks.CURVES.values():
        for marked, line in lines:
            for count, number in enumerate(marked):
                step = count * (len(line) - 1) // len(marked)
                manual[number] = (mesh[line[step]] + mesh[line[step + 1]]) / 2
    for pairs in landmarks.PAIRS.values():
        for number, ours in pairs:
            manual[number] = mesh[ours]
    return manual


class TestLandmarkMapping:
    def test_points_where_they_belong_have_no_error(self) -> None:
        mesh = flat_face()
        found = landmarks.errors(marked_like(mesh), mesh)
        assert all(values.max() < 1e-9 for group, values in found.items() if group in landmarks.PAIRS)
        # Points that are in a pair and on an outline lie on a corner of the outline, or very near it.
        assert all(values.max() < 6 for values in found.values())
        assert found["lids"].max() < 1e-9

    def test_errors_are_per_cent_of_the_pupils_distance(self) -> None:
        mesh = flat_face()
        manual = marked_like(mesh)
        unit = np.linalg.norm(manual[1] - manual[0])
        manual[129] += (0, 0.05 * unit)
        assert landmarks.errors(manual, mesh)["chin"] == pytest.approx([5.0])

    def test_scale_and_turn_change_nothing(self) -> None:
        mesh = flat_face()
        manual = marked_like(mesh) + np.sin(np.arange(378)).reshape(189, 2)
        turn = np.array([[0.8, -0.6], [0.6, 0.8]]) * 1.7
        before, after = landmarks.errors(manual, mesh), landmarks.errors(manual @ turn.T, mesh @ turn.T)
        for group, values in before.items():
            assert after[group] == pytest.approx(values)

    def test_left_and_right_are_mapped_alike(self) -> None:
        """Mirrored pairs: the two manual points of a pair of sides map to mirror images on the mesh."""
        mirror = face_model().mirror
        for group in ("pupils", "outer eye corners", "inner eye corners", "wings of the nose", "corners of the mouth"):
            (_, left), (_, right) = landmarks.PAIRS[group]
            assert mirror[left] == right, group
        for group in ("lids", "outline of the nose", "brows (not in the goal)"):
            (_, left_line), (_, right_line) = landmarks.CURVES[group]
            assert {int(mirror[k]) for k in left_line} == set(right_line), group
        for group in ("outline of the lips", "opening of the lips", "chin and jaw"):
            ((_, line),) = landmarks.CURVES[group]
            assert {int(mirror[k]) for k in line} == set(line), group

    def test_no_manual_point_is_used_twice_in_a_group(self) -> None:
        for lines in landmarks.CURVES.values():
            numbers = [number for marked, _ in lines for number in marked]
            assert len(numbers) == len(set(numbers))
            assert all(0 <= number < 189 for number in numbers)

    def test_sides_are_not_swapped(self) -> None:
        """Manual points known to lie left and right in the picture (the scheme's own contours) map to that side."""
        x = flat_face()[:, 0] - 400
        sides = {0: -1, 1: 1, 18: -1, 22: -1, 23: 1, 27: 1, 63: -1, 68: 1, 87: -1, 93: 1, 89: -1, 91: 1}
        pairs = {marked: ours for group in landmarks.PAIRS.values() for marked, ours in group}
        assert {marked: np.sign(x[pairs[marked]]) for marked in sides} == sides
        assert x[pairs[22]] < x[pairs[23]] < x[pairs[27]]
        left = {"lids": 19, "outline of the nose": 63, "brows (not in the goal)": 71}
        for group, number in left.items():
            marked, line = landmarks.CURVES[group][0]
            assert number in marked
            assert x[list(line)].mean() < 0, group

    def test_lines_run_along_their_outline(self) -> None:
        """A line turns sharply at its two ends only (corners of eyes and mouth); a wrong order turns it back."""
        mesh = flat_face()
        for group, lines in landmarks.CURVES.items():
            for _, line in lines:
                steps = np.diff(mesh[list(line)], axis=0)
                following = np.roll(steps, -1, axis=0) if line[0] == line[-1] else steps[1:]
                steps = steps[: len(following)]
                assert int(((steps * following).sum(axis=1) < 0).sum()) <= 2, group

    def test_distance_to_a_line(self) -> None:
        line = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]])
        points = np.array([[5.0, 3.0], [12.0, 5.0], [-3.0, -4.0], [10.0, 0.0]])
        assert landmarks.to_line(points, line) == pytest.approx([3, 2, 5, 0])


class TestStatistics:
    def test_a_rank_correlation_with_ties(self) -> None:
        # Published example without ties: 1 - 6 * 194 / (10 * 99).
        iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110]
        television = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]
        assert report.spearman(iq, television) == pytest.approx(-29 / 165)
        ties = [1, 2, 2, 2, 5, 3], [2, 2, 7, 1, 8, 8]
        assert report.spearman(*ties) == pytest.approx(float(spearmanr(*ties).statistic))
        assert math.isnan(report.spearman([1, 2, 3], [5, 5, 5]))

    def test_what_is_no_number_is_left_out(self) -> None:
        values = [1.0, None, float("nan"), 3.0]
        assert report.median(values) == 2
        assert report.mean(values) == 2
        assert report.quantile(values, 1.0) == 3
        assert math.isnan(report.median([None]))

    def test_evenly_spread(self) -> None:
        assert spread_out(range(10), 4) == [0, 3, 6, 9]
        assert spread_out(range(3), 5) == [0, 1, 2]
        assert spread_out(range(5), 1) == [0]

    def test_quotas_are_even_where_they_can_be(self) -> None:
        assert sample.quotas([10, 2, 10], 9) == [4, 2, 3]
        assert sample.quotas([1, 1], 5) == [1, 1]
        assert sample.quotas([], 5) == []

    def test_angles_wrap(self) -> None:
        assert pose.wrapped(350) == -10
        assert pose.residuals((10, 5, 179), (-12, 4, 179)) == pytest.approx((2, 1, 2))
        assert pose.roll_of_pupils(np.array([[0.0, 0.0], [10.0, 10.0]])) == pytest.approx(45)

    def test_angle_between_lamps(self) -> None:
        assert light.between((0, 0), (90, 0)) == pytest.approx(90)
        assert light.between((-90, 60), (90, 60)) == pytest.approx(60)
        assert light.between((30, 10), (30, 10)) == pytest.approx(0, abs=1e-5)


class TestTables:
    def test_markdown(self) -> None:
        table = report.Table(("a", "b"), ((1, 0.12345), ("x|y", None)), "Title.")
        assert table.markdown() == "Title.\n\n| a | b |\n| --- | --- |\n| 1 | 0.123 |\n| x\\|y | - |"

    @pytest.mark.parametrize(
        ("cell", "text"),
        [
            (0.0, "0"),
            (0.012345, "0.0123"),
            (12.345, "12.3"),
            (1234.5, "1234"),
            (-0.5, "-0.500"),
            (float("nan"), "-"),
            (7, "7"),
        ],
    )
    def test_cells(self, cell: report.Cell, text: str) -> None:
        assert report.written(cell) == text

    def test_a_ragged_row_is_refused(self) -> None:
        with pytest.raises(ValueError, match="2 columns, but a row of 1"):
            report.Table(("a", "b"), ((1,),))

    def test_a_section_replaces_itself_and_nothing_else(self, tmp_path: Path) -> None:
        path = tmp_path / "doc" / "b.md"
        first = report.Section("one", "One", "About.", (report.Table(("n",), ((1,),)),), ("a remark",))
        report.write_sections(path, [first, report.Section("two", "Two", "Other.", ())])
        path.write_text(path.read_text().replace("# Benchmarks", "# Benchmarks\n\nBy hand."))
        before = path.read_text()
        report.write_sections(path, [first])
        assert path.read_text() == before
        report.write_sections(path, [report.Section("one", "One", "Changed.", ())])
        after = path.read_text()
        assert "Changed." in after
        assert "a remark" not in after
        assert "By hand." in after
        assert after[after.index("<!-- begin two") :] == before[before.index("<!-- begin two") :]

    def test_a_broken_document_is_not_eaten(self) -> None:
        with pytest.raises(ValueError, match="but not '<!-- end one -->'"):
            report.placed("<!-- begin one -->\nprecious", report.Section("one", "One", "", ()))


class TestRecounts:
    def spots(self) -> np.ndarray:
        return np.array([[30.0, 30.0, 3.0], [80.0, 40.0, 2.0], [50.0, 90.0, 4.0]])

    def picture(self, spots: np.ndarray) -> np.ndarray:
        y, x = np.mgrid[:120, :120] + 0.5
        total = np.zeros((120, 120))
        for column, row, radius in spots:
            total += 0.3 * np.exp(-0.7 * (np.hypot(x - column, y - row) / radius) ** 2.4)
        return total

    def test_every_blob_is_found_and_no_other(self) -> None:
        spots = self.spots()
        y, x = np.mgrid[:120, :120]
        ripple = 0.004 * np.sin(x * 0.9) * np.sin(y * 0.9)
        blobs = freckles.find_blobs(self.picture(spots) + ripple, spots[:, 2])
        assert len(blobs) == 3
        assert freckles.matched(spots, blobs) == 3

    def test_a_spot_that_is_not_there_is_missed(self) -> None:
        spots = self.spots()
        blobs = freckles.find_blobs(self.picture(spots[:2]), spots[:, 2])
        assert freckles.matched(spots, blobs) == 2

    def test_nothing_gives_nothing(self) -> None:
        assert len(freckles.find_blobs(np.zeros((50, 50)), np.array([2.0]))) == 0
        assert freckles.matched(np.empty((0, 3)), np.empty((0, 2))) == 0

    def test_touching_spots_do_not_stand_alone(self) -> None:
        spots = np.array([[10.0, 10.0, 3.0], [14.0, 10.0, 2.0], [40.0, 40.0, 2.0]])
        assert freckles.standing_alone(spots, spots).tolist() == [False, False, True]


class TestPictures:
    def wall(self) -> np.ndarray:
        y, x = np.mgrid[:200, :200]
        return np.repeat((200 - 0.1 * x - 0.05 * y)[..., None], 3, axis=2).astype(np.uint8)

    def test_the_wall_is_found_beside_the_person(self) -> None:
        pixels = self.wall()
        pixels[60:, 70:130] = (180, 120, 90)
        mask = sample.backdrop_of(pixels, 150)
        assert mask[:50].all()
        assert not mask[58:, 68:132].any()
        assert not mask[151:].any()

    def test_clipping(self) -> None:
        pixels = np.full((4, 4, 3), 128, np.uint8)
        pixels[0, 0, 1], pixels[1, 1] = 255, 0
        assert sample.clipped(pixels, np.ones((4, 4), bool)) == pytest.approx(2 / 16)

    def test_texture_is_blind_to_smooth_light(self) -> None:
        y, x = np.mgrid[:100, :100]
        plain = 120 + 20 * np.sin(x * 1.3) * np.cos(y * 1.7)
        lit = plain * (0.6 + 0.004 * x)
        mask = np.zeros((100, 100), bool)
        mask[10:90, 10:90] = True
        before, after = (
            sample.fine_texture(np.repeat(p[..., None], 3, 2).astype(np.uint8), mask) for p in (plain, lit)
        )
        assert report.pearson(before, after) > 0.97
        assert abs(report.pearson(before, before[::-1])) < 0.5

    def test_predicted_noise_grows_with_light_and_iso(self) -> None:
        assert sensor.predicted(100, 60) < sensor.predicted(100, 200) < sensor.predicted(1600, 200)
        # By hand: shot 0.012, read exp(2.18 ln 0.012 + 1.2), light of sRGB 118 = 0.1812, slope of the curve there.
        assert sensor.predicted(12800, 118) == pytest.approx(math.sqrt(0.1812 * 0.012 + 0.000215), rel=2e-3)

    def test_the_targets_are_where_they_are_measured(self) -> None:
        photo = sensor.with_targets(np.full((400, 400, 3), 222, np.uint8))
        for index in range(len(sensor.GREYS)):
            assert sensor.patch_noise(photo.pixels, index) == pytest.approx(0, abs=1e-12)
        # A square of n pixels has the variance (n2 - 1) / 12 on its grid.
        assert sensor.dot_variance(photo.pixels) == pytest.approx((sensor.DOT**2 - 1) / 12)


class TestWork:
    def test_planes_are_counted_and_views_are_not(self) -> None:
        plane, few = torch.zeros(1, 1, 200, 200), torch.zeros(4)
        with work.counted() as done:
            smooth_step(0.0, 1.0, plane[..., 1:, :].expand(2, -1, -1, -1))
            smooth_step(0.0, 1.0, few)
            reduce(plane, 2)
        step = "image/shade:smooth_step"
        assert done.planes[step] == done.small[step] == 5
        assert done.moved[step] == 12 * 2 * 199 * 200 * plane.itemsize
        assert done.moved["image/planes:reduced"] == 1.25 * plane.numel() * plane.itemsize
        assert done.moved["all"] == done.moved[step] + done.moved["image/planes:reduced"]


class TestCommands:
    def test_turns_are_timed_without_the_warm_up(self) -> None:
        calls: list[str] = []
        times = take_turns({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, rounds=3, warm_up=1)
        assert calls == ["a", "b"] * 4
        assert {name: len(values) for name, values in times.items()} == {"a": 3, "b": 3}

    def test_a_clock_is_put_in_and_taken_out(self) -> None:
        module = ModuleType("stages")
        vars(module)["stage"] = kept = lambda value: value + 1
        with clocked(module, ("stage", "renamed")) as times:
            assert vars(module)["stage"](1) == 2
        assert vars(module)["stage"] is kept
        assert {name: len(values) for name, values in times.items()} == {"stage": 1}

    def test_stages_exist(self) -> None:
        from importlib import import_module

        module = vars(import_module("faceaug.face.decompose"))
        assert [name for name in speed.STAGES if name not in module] == []

    def test_the_opposition_runs(self) -> None:
        pixels = np.full((64, 64, 3), 120, np.uint8)
        for name, step in albumentations_steps().items():
            assert step(pixels).shape == pixels.shape, name

    def test_a_missing_set_is_said_so(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit, match=r"holds no manifest\.csv"):
            quality.main(["--faces", str(tmp_path)])
        with pytest.raises(SystemExit):
            quality.main(["--only", "beauty"])
        assert "invalid choice" in capsys.readouterr().err

    @pytest.mark.faces
    def test_the_quick_run_on_the_real_set(
        self, faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(quality, "QUICK", 1)
        out, docs = tmp_path / "tables.json", tmp_path / "b.md"
        wanted = ["--only", "found", "landmarks", "pose", "tone"]
        assert quality.main(["--faces", str(faces), "--quick", *wanted, "--json", str(out), "--docs", str(docs)]) == 0
        assert "| pupils |" in capsys.readouterr().out
        assert [section["name"] for section in json.loads(out.read_text())] == wanted[1:]
        assert not docs.exists()

    @pytest.mark.faces
    def test_the_set_is_read(self, faces: Path) -> None:
        rows = read_set(find_set(str(faces)))
        marked = [row for row in rows if row.scheme == 189]
        assert marked
        assert marked[0].points().shape == (189, 2)
