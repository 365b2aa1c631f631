"""Hair that falls over glasses lets them through between its strands, those that are seen and those that are not."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from faceaug.stages.eyewear import hair as eyewear_hair
from faceaug.stages.eyewear.fitting import Fitting
from tests.spectacles import fitting


def hidden(fit: Fitting, falls: float, light: Tensor) -> Tensor:
    """How much of a piece of hair, as bright as told, hides what lies in it ``(h, w)``."""
    source = replace(fit.scene.source, linear=light.expand_as(fit.scene.source.linear).contiguous())
    fit = replace(fit, scene=replace(fit.scene, source=source))
    everywhere = torch.ones_like(fit.whole.of(source.linear)[:, :1])
    return eyewear_hair.under_hair(fit, fit.whole, falls, everywhere)[0, 0]


def test_hair_without_a_strand_to_be_seen_falls_in_strands_all_the_same() -> None:
    flat, seeds = torch.full((1, 1, 1, 1), 0.05), [fitting(seed) for seed in range(4)]
    for fit in seeds:
        part = hidden(fit, 0.5, flat)
        assert float(part.std()) > 0.2
        assert float(part.diff(dim=1).abs().mean()) > 1.5 * float(part.diff(dim=0).abs().mean()), "they lie level"
    first, second = (hidden(fit, 0.5, flat) for fit in seeds[:2])
    assert float((first - second).abs().mean()) > 0.1, "the same strands on every head"


@pytest.mark.parametrize(("falls", "least", "most"), [(0.0, 0.0, 0.0), (1.0, 1.0, 1.0)])
def test_where_no_hair_falls_or_all_of_it_there_are_no_strands(falls: float, least: float, most: float) -> None:
    part = hidden(fitting(), falls, torch.full((1, 1, 1, 1), 0.05))
    assert (float(part.min()), float(part.max())) == (least, most)


def test_bright_strands_that_are_seen_lie_before_it() -> None:
    fit = fitting()
    columns = torch.arange(fit.scene.source.linear.shape[-1])
    bright = (columns // 2 % 2).float()[None, None, None]
    part = hidden(fit, 0.5, 0.05 + 0.3 * bright)
    seen = fit.whole.of(bright.expand_as(fit.scene.source.linear[:, :1]))[0, 0] > 0.5
    assert float(part[seen].mean()) > float(part[~seen].mean()) + 0.3
