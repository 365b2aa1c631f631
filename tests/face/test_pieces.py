"""Pieces of a mask: which of them belong."""

from __future__ import annotations

import torch

from faceaug.face.pieces import pieces_apart


def drawn(*rows: str) -> torch.Tensor:
    return torch.tensor([[letter != "." for letter in row] for row in rows])


def test_only_what_has_no_root_is_apart() -> None:
    mask = drawn("####...###", "####...###", "####...###", "..........", "...###....")
    roots = torch.zeros_like(mask)
    roots[1, 1] = True
    apart = pieces_apart(mask, roots, 0)
    assert apart[:, :5].sum() == 2
    assert torch.equal(apart[:, 5:], mask[:, 5:])
    assert not pieces_apart(mask, torch.ones_like(mask), 0).any()
    assert torch.equal(pieces_apart(mask, torch.zeros_like(mask), 0), mask)


def test_a_thin_bridge_does_not_join_but_belongs_to_the_rooted_side() -> None:
    mask = drawn("#####......#####", "#####......#####", "################", "#####......#####", "#####......#####")
    roots = torch.zeros_like(mask)
    roots[2, 2] = True
    assert not pieces_apart(mask, roots, 0).any()
    apart = pieces_apart(mask, roots, 1)
    assert apart[:, 11:].all()
    assert not apart[:, :6].any()
