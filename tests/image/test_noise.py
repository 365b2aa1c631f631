from __future__ import annotations

import hashlib
import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from torch import Tensor

from faceaug.image import noise as noise_of
from faceaug.image.noise import Noise, smooth_noise

SHAS = ["aa" * 32, "bb" * 32, "cc" * 32]
MANY = 20_000
PINNED = [0.0005066990852355957, 0.9794360995292664, 0.4362490773200989, 0.6028419137001038]


def batch(*variants: int) -> Noise:
    return Noise.of(7, [SHAS[v % 3] for v in variants], variants, "toy")


def scrambled(x: int) -> int:
    """The lowbias32 hash, as its author publishes it, on one plain integer."""
    x ^= x >> 16
    x = x * 0x7FEB352D % 2**32
    x ^= x >> 15
    x = x * 0x846CA68B % 2**32
    return x ^ (x >> 16)


def expected_field(row: str, name: str, cell: tuple[int, ...]) -> float:
    """What `Noise.field` draws, one plain integer after the other."""
    state = int.from_bytes(hashlib.blake2b(f"{row}\x1f{name}".encode(), digest_size=4).digest(), "big")
    for number in cell:
        state = scrambled((number % 2**32) ^ state)
    return ((state >> 9) + 0.5) / 2**23


def test_numbers_are_the_same_on_every_machine_and_in_every_release() -> None:
    """Recipes are replayed years later: these numbers may never change."""
    drawn = Noise.of(1, [SHAS[0]], [0], "toy").uniform("size", 4)[0].tolist()
    assert drawn == PINNED


@settings(deadline=None)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=5), st.integers(1, 40))
def test_a_row_knows_nothing_of_its_batch(variants: list[int], count: int) -> None:
    noise = batch(*variants)
    together = noise.uniform("size", count)
    grids = noise.normal_grid("grain", (2, 3, count))
    for index, variant in enumerate(variants):
        alone = batch(variant)
        assert noise.row(index) == alone
        assert torch.equal(alone.uniform("size", count)[0], together[index])
        assert torch.equal(alone.normal_grid("grain", (2, 3, count))[0], grids[index])


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(1, 60))
def test_more_numbers_begin_with_the_same_ones(few: int, more: int) -> None:
    low, high = sorted((few, more))
    noise = batch(0, 1)
    assert torch.equal(noise.uniform("size", high)[:, :low], noise.uniform("size", low))


def test_every_part_of_the_key_matters() -> None:
    parts = itertools.product([1, 2], SHAS[:2], [0, 1], ["toy", "ball"], ["size", "depth"])
    drawn = {float(Noise.of(seed, [sha], [v], edit).uniform(name)) for seed, sha, v, edit, name in parts}
    assert len(drawn) == 32


def test_sha_and_variant_counts_must_agree() -> None:
    with pytest.raises(ValueError, match="zip"):
        Noise.of(0, SHAS, [0], "toy")


def test_uniform_numbers_are_uniform() -> None:
    drawn = batch(0).uniform("size", MANY)[0]
    assert drawn.dtype == torch.float32
    assert float(drawn.min()) > 0
    assert float(drawn.max()) < 1
    assert stats.kstest(drawn.double().numpy(), "uniform").pvalue > 0.01
    assert len(set(drawn.tolist())) > MANY * 0.99


def uniform_over_keys() -> Tensor:
    """The first number of many variants: what a run over a data set sees."""
    return Noise.of(3, [SHAS[0]] * 5000, range(5000), "toy").uniform("size")[:, 0]


def test_numbers_are_uniform_over_variants() -> None:
    assert stats.kstest(uniform_over_keys().double().numpy(), "uniform").pvalue > 0.01


@pytest.mark.parametrize("lag", [1, 2, 17])
def test_neighbours_are_independent(lag: int) -> None:
    """Pairs of numbers fill the square evenly (chi-squared over 16 x 16 cells)."""
    for drawn in (batch(0).uniform("size", MANY)[0], uniform_over_keys()):
        assert even(drawn[:-lag], drawn[lag:]) > 0.001


@pytest.mark.parametrize(("one", "other"), [("size", "depth"), ("u", "v"), ("lean x", "lean y")])
def test_names_are_independent(one: str, other: str) -> None:
    noise = batch(0)
    assert even(noise.uniform(one, MANY)[0], noise.uniform(other, MANY)[0]) > 0.001


def even(x: Tensor, y: Tensor) -> float:
    """How probable it is that pairs which fill the square evenly look less even than these."""
    counts = torch.histogramdd(torch.stack([x, y], dim=1).double(), bins=[16, 16], range=[0.0, 1.0, 0.0, 1.0])[0]
    return float(stats.chisquare(counts.reshape(-1).numpy()).pvalue)


def test_normal_numbers_are_normal() -> None:
    grid = batch(0, 1).normal_grid("grain", (3, 80, 90))
    assert grid.shape == (2, 3, 80, 90)
    for row in grid:
        flat = row.reshape(-1).double().numpy()
        assert abs(flat.mean()) < 0.03
        assert flat.std() == pytest.approx(1.0, abs=0.02)
        assert abs(stats.skew(flat)) < 0.06
        assert abs(stats.kurtosis(flat)) < 0.12
        assert stats.kstest(flat, "norm").pvalue > 0.01


def test_normal_numbers_have_no_pattern() -> None:
    grid = batch(0).normal_grid("grain", (3, 100, 100))[0].double()
    grid = grid - grid.mean()
    neighbours = [(grid[:, 1:], grid[:, :-1]), (grid[:, :, 1:], grid[:, :, :-1]), (grid[1:], grid[:-1])]
    for one, other in neighbours:
        assert abs(float((one * other).mean())) < 4 / one.numel() ** 0.5


@settings(deadline=None)
@given(st.lists(st.tuples(*[st.integers(-(2**20), 2**20)] * 3), min_size=1, max_size=6))
def test_a_lattice_point_has_its_number(cells: list[tuple[int, int, int]]) -> None:
    noise = batch(0, 5)
    where = torch.tensor(cells).T[None].expand(2, 3, -1)
    drawn = noise.field("blotch", where)
    for row in range(2):
        expected = [expected_field(noise.rows[row], "blotch", cell) for cell in cells]
        assert drawn[row].tolist() == expected


def test_lattice_numbers_are_uniform_and_axes_differ() -> None:
    axis = torch.arange(-70, 70)
    cells = torch.stack(torch.meshgrid(axis, axis, indexing="ij"))[None]
    drawn = batch(0).field("blotch", cells)[0]
    assert stats.kstest(drawn.double().reshape(-1).numpy(), "uniform").pvalue > 0.01
    assert even(drawn[1:].reshape(-1), drawn[:-1].reshape(-1)) > 0.001
    assert even(drawn[:, 1:].reshape(-1), drawn[:, :-1].reshape(-1)) > 0.001
    assert float((drawn == drawn.T).float().mean()) < 0.02


def test_smooth_noise_meets_the_lattice_and_is_smooth() -> None:
    noise = batch(0)
    cells = torch.tensor([[-3, 0, 4], [2, -5, 1]])[None]
    at = smooth_noise(noise, "blotch", cells.float() * 2.5, 2.5)
    assert torch.allclose(at, noise.field("blotch", cells) * 2 - 1, atol=1e-5)
    line = torch.stack([torch.linspace(-20, 20, 4001), torch.full((4001,), 0.7)])[None]
    wave = smooth_noise(noise, "blotch", line, 2.5)[0]
    assert float(wave.abs().max()) <= 1
    assert float(wave.diff().abs().max()) <= 2 * 1.875 * 0.01 / 2.5 * 1.05, (
        "the quintic blend's steepest slope is 1.875"
    )
    assert 0.15 < float(wave.std()) < 0.7


def test_one_number_is_the_first_of_many() -> None:
    """Settings are drawn one at a time, by whole numbers; whatever draws more at once has to agree to the bit."""
    for variant in range(200):
        noise = batch(variant, variant + 1)
        for name in ("size", "a longer name", "\u00e9"):
            assert torch.equal(noise.uniform(name), noise.uniform(name, 3)[:, :1])
            assert noise.uniform(name).dtype == torch.float32


def test_a_part_of_a_grid_is_that_part_of_the_whole() -> None:
    noise = batch(0, 1)
    whole = noise.normal_grid("grain", (3, 40, 50))
    for part in ((slice(7, 21), slice(3, 44)), (slice(None), slice(49, 50)), (slice(0, 0), slice(None))):
        assert torch.equal(noise.normal_grid("grain", (3, 40, 50), part=part), whole[(..., *part)])


def test_few_numbers_and_many_are_scrambled_alike() -> None:
    """What is kept of few numbers, and what is worked out for many, or on another device, are the same numbers."""
    noise, many = batch(0, 1), noise_of._FEW + 3
    assert torch.equal(noise.uniform("size", many)[:, : many - 3], noise.uniform("size", many - 3))
    counted = torch.arange(-5, 5000, dtype=torch.int32) * 77_777_777
    assert noise_of._mix(counted).tolist() == noise_of._mix(counted.numpy()).tolist()


def test_corners_are_those_of_the_lattice() -> None:
    noise, cells = batch(0, 3), torch.tensor([[-3, 0], [2, 7], [1, -1]])[None].expand(2, -1, -1)
    corners = noise.corners("blotch", cells)
    assert corners.shape == (8, 2, 2)
    for number, step in enumerate(itertools.product((0, 1), repeat=3)):
        assert torch.equal(corners[number], noise.field("blotch", cells + torch.tensor(step[::-1])[:, None]))
