"""Lenses of some power: what lies farther behind them is moved farther, temples are not, most people need some."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from faceaug.edit import get_edit
from faceaug.image.noise import Noise
from faceaug.stages.eyewear import put_on
from faceaug.stages.eyewear.fitting import Fitting
from faceaug.stages.eyewear.power import bent
from tests.spectacles import fitting


def moved(fit: Fitting, deeper: float = 0.0) -> torch.Tensor:
    """How far aside of where it is (pixels, outward) each place of the front's box shows what it shows ``(h, w)``."""
    surface = fit.scene.source.surface
    source = replace(fit.scene.source, surface=replace(surface, depth=surface.depth - deeper))
    fit = replace(fit, scene=replace(fit.scene, source=source))
    below = torch.zeros_like(fit.whole.of(fit.scene.source.linear)) + torch.arange(
        float(fit.whole.right - fit.whole.left)
    )
    inner = fit.small.within(fit.whole)
    lens = torch.ones_like(inner.of(below)[:, :1])
    return (inner.of(bent(below, fit, lens)[0]) - inner.of(below))[0, 0]


@pytest.mark.parametrize(("power", "sign"), [(-4.0, 1.0), (3.0, -1.0)])
def test_what_lies_farther_behind_a_lens_is_moved_farther(power: float, sign: float) -> None:
    fit = fitting(power=power)
    near, far = moved(fit), moved(fit, 20.0)
    inner, middle = fit.small.within(fit.whole), fit.frame.middle
    for side in (-1.0, 1.0):
        u = side * (middle + 0.4 * fit.frame.lens)
        x, y = fit.pixel(fit.worn.camera(torch.tensor([[u, float(fit.worn.pupils[1, 1]), 0.0]]))[0].tolist())
        row, column = int(y - fit.whole.top - inner.top), int(x - fit.whole.left - inner.left)
        one, other = (sign * side * float(shift[row, column]) for shift in (near, far))
        from_centre = abs(u - float(fit.worn.pupils[int(side > 0), 0])) * fit.scale
        assert one > 0, "it moves the wrong way"
        assert other - one == pytest.approx(0.020 * abs(power) * from_centre, rel=0.15)


def test_the_cheeks_side_is_moved_more_than_the_eye() -> None:
    fit = fitting(power=-4.0)
    shift, inner = moved(fit), fit.small.within(fit.whole)
    zoom = []
    for out in (4.0, 22.0):
        u = float(fit.worn.pupils[1, 0]) + out
        x, y = fit.pixel(fit.worn.camera(torch.tensor([[u, float(fit.worn.pupils[1, 1]), 0.0]]))[0].tolist())
        found = float(shift[int(y - fit.whole.top - inner.top), int(x - fit.whole.left - inner.left)])
        zoom.append(found / (out * fit.scale))
    assert zoom[1] > 1.2 * zoom[0] > 0


def test_a_temple_seen_through_a_lens_stays_at_its_hinge(monkeypatch: pytest.MonkeyPatch) -> None:
    """Temples, here stripes all over, lie over what the lens has moved."""
    seen = []

    def stripes(below: torch.Tensor, fit: Fitting) -> tuple[torch.Tensor, torch.Tensor, tuple[float, float]]:
        del fit
        drawn = torch.zeros_like(below) + (torch.arange(below.shape[-1]) // 3 % 2)
        return drawn, torch.ones_like(drawn[:, :1]), (1.0, 1.0)

    monkeypatch.setattr(put_on, "temples", stripes)
    for power in (-6.0, 0.0):
        scene = fitting(power=power).scene
        seen.append(put_on.put_on_glasses(scene.source.linear, scene)[0])
    assert torch.equal(*seen)


def test_most_people_need_lenses_of_some_power_and_few_against_the_sun() -> None:
    noise = Noise.of(0, ["c" * 64] * 400, range(400), "glasses")
    clear, dark = (get_edit("glasses").complete(noise, {"lens": word})["power"] for word in ("clear", "tinted"))
    assert isinstance(clear, torch.Tensor)
    assert isinstance(dark, torch.Tensor)
    assert float((clear.abs() >= 0.75).float().mean()) == 1.0
    assert 0.5 < float((clear < 0).float().mean()) < 0.75
    assert -1.3 < float(clear.mean()) < -0.4
    assert float((dark == 0).float().mean()) > 0.5
