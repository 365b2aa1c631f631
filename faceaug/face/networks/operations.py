"""The operations that the converted networks are made of, as torch functions on (B, C, H, W).

Pictures are channel first; tables of points are (B, points, 2 or 3) and matrices (B, 4, 4), as in the source graph.
Source of the three point operations: MediaPipe's custom operations of the same meaning (Apache-2.0), whose results
``tests/face/test_networks.py`` compares with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

Step = Callable[..., Tensor]
Fields = Mapping[str, Any]
Weights = Mapping[str, Tensor]

# Channels times pixels times pixels of the result up to which a convolution channel by channel is written out.
_TINY = 65_536


def activation(fields: Fields, weights: Weights) -> Callable[[Tensor], Tensor] | None:
    """The activation fused into a node, working in place where it can; None where there is none."""
    kind = fields.get("act")
    if kind is None:
        return None
    if kind == "prelu":
        slope = weights[fields["slope"]]
        return lambda picture: functional.prelu(picture, slope)
    return {"relu": torch.relu_, "hard_swish": lambda picture: functional.hardswish(picture, inplace=True)}[kind]


def convolution(fields: Fields, weights: Weights) -> Step:
    """A convolution with its border (left, right, top, bottom), bias and activation.

    A border with one pixel more to the right and bottom is made even by a kernel with zeros to the left and top, which
    spares a copy of the picture.
    """
    weight, bias = weights[fields["weight"]], weights[fields["bias"]]
    left, right, top, bottom = fields["pad"]
    if (left, top) != (right, bottom):
        weight = functional.pad(weight, (right - left, 0, bottom - top, 0)).contiguous(
            memory_format=torch.channels_last
        )
    padding, stride, groups, act = (bottom, right), fields["stride"], fields["groups"], activation(fields, weights)

    def convolved(picture: Tensor, offset: Tensor | None = bias) -> Tensor:
        return functional.conv2d(picture, weight, offset, stride, padding, 1, groups)

    made_of = written_out(convolved, bias, stride) if groups == len(weight) > 1 else convolved

    def step(picture: Tensor) -> Tensor:
        made = made_of(picture)
        return made if act is None else act(made)

    return step


def written_out(convolved: Callable[..., Tensor], bias: Tensor, stride: int) -> Step:
    """A convolution of every channel with its own kernel, on a CPU by one product where a picture is tiny.

    However small the picture, such a convolution takes 80 microseconds there to begin with. Up to `_TINY` products take
    half of that or less; what each pixel of the result takes from each of the picture is a table ``(result's pixels,
    pixels, channels)``.
    """
    tables: dict[tuple[int, ...], tuple[Tensor, tuple[int, int]]] = {}

    def table(size: tuple[int, ...]) -> tuple[Tensor, tuple[int, int]]:
        channels, high, wide = size
        spots = torch.eye(high * wide).reshape(-1, 1, high, wide).expand(-1, channels, -1, -1)
        made = convolved(spots.contiguous(memory_format=torch.channels_last), None)
        return made.permute(2, 3, 0, 1).reshape(-1, high * wide, channels).contiguous(), (made.shape[2], made.shape[3])

    def step(picture: Tensor) -> Tensor:
        batch, *size = picture.shape
        pixels = size[1] * size[2]
        if batch > 1 or not picture.is_cpu or size[0] * pixels * pixels > _TINY * stride * stride:
            return convolved(picture)
        if (key := tuple(size)) not in tables:
            tables[key] = table(key)
        taken, (high, wide) = tables[key]
        flat = picture.permute(0, 2, 3, 1).reshape(1, pixels, size[0])
        made = (taken * flat).sum(dim=1).add_(bias)
        return made.reshape(1, high, wide, size[0]).permute(0, 3, 1, 2)

    return step


def transposed(fields: Fields, weights: Weights) -> Step:
    """A transposed convolution whose stride is its kernel's size."""
    weight, bias = weights[fields["weight"]], weights[fields["bias"]]
    return lambda picture: functional.conv_transpose2d(picture, weight, bias, stride=weight.shape[-1])


def addition(fields: Fields, weights: Weights) -> Step:
    """The sum of two pictures; where the first has fewer channels, the missing ones count as zero."""
    act = activation(fields, weights)
    fewer = fields.get("fewer", False)

    def step(first: Tensor, second: Tensor) -> Tensor:
        if fewer:
            made = second.clone(memory_format=torch.preserve_format)
            made[:, : first.shape[1]] += first
        else:
            made = first + second
        return made if act is None else act(made)

    return step


def reshaped(fields: Fields, _weights: Weights) -> Step:
    """Rearrange as the source graph does, whose pictures have their channels last."""
    shape = fields["shape"]

    def step(values: Tensor) -> Tensor:
        if values.ndim == 4:
            values = values.permute(0, 2, 3, 1)
        return values.reshape(values.shape[0], *shape)

    return step


def depth_to_space(fields: Fields, _weights: Weights) -> Step:
    """Spread channels over blocks of pixels: channel = (row in block, column in block, output channel)."""
    block = fields["block"]

    def step(picture: Tensor) -> Tensor:
        batch, channels, high, wide = picture.shape
        split = picture.reshape(batch, block, block, channels // block**2, high, wide)
        return split.permute(0, 3, 4, 1, 5, 2).reshape(batch, -1, high * block, wide * block)

    return step


def frame(fields: Fields, weights: Weights) -> Step:
    """The matrix from an upright small picture to the turned box around some of the points.

    The points (B, N, 3) in the listed order are turned until the two rotation points are level; the box around them,
    enlarged by the two scales, is laid over ``output_width`` x ``output_height`` pixels.
    """
    subset = weights[fields["subset"]]
    left, right, target = fields["left_rotation_idx"], fields["right_rotation_idx"], fields["target_rotation_radians"]
    wide, high = fields["output_width"], fields["output_height"]
    scale = (fields["scale_x"] / wide, fields["scale_y"] / high)

    def step(points: Tensor) -> Tensor:
        across = points[:, right] - points[:, left]
        angle = target - torch.atan2(across[:, 1], across[:, 0])
        cosine, sine = torch.cos(angle), torch.sin(angle)
        turn = torch.stack([cosine, -sine, sine, cosine], -1).reshape(-1, 2, 2)
        level = points[:, subset, :2] @ turn.transpose(1, 2)
        low, top = level.amin(1), level.amax(1)
        matrix = torch.zeros(len(points), 4, 4, dtype=points.dtype, device=points.device)
        stretch = (top - low) * points.new_tensor(scale)
        matrix[:, :2, :2] = turn.transpose(1, 2) * stretch[:, None, :]
        centre = (turn.transpose(1, 2) @ ((low + top) / 2)[:, :, None])[:, :, 0]
        matrix[:, :2, 3] = centre - matrix[:, :2, 0] * (wide / 2) - matrix[:, :2, 1] * (high / 2)
        matrix[:, 2, 2] = matrix[:, 3, 3] = 1
        return matrix

    return step


def sample(fields: Fields, _weights: Weights) -> Step:
    """Look a picture up at matrix x (pixel centres of the small picture), bilinear, zero outside."""
    high, wide = fields["size"]
    rows, columns = torch.meshgrid(torch.arange(high) + 0.5, torch.arange(wide) + 0.5, indexing="ij")
    centres = torch.stack([columns, rows], -1).reshape(-1, 2)

    def step(picture: Tensor, matrix: Tensor) -> Tensor:
        where = place(centres.to(matrix).expand(len(matrix), -1, -1), matrix)
        size = where.new_tensor([picture.shape[3], picture.shape[2]])
        grid = (where * 2 / size - 1).reshape(-1, high, wide, 2)
        return functional.grid_sample(picture, grid, mode="bilinear", padding_mode="zeros", align_corners=False)

    return step


def place(points: Tensor, matrix: Tensor) -> Tensor:
    """Move points (B, N, 2) by the plane part of matrices (B, 4, 4)."""
    return points @ matrix[:, :2, :2].transpose(1, 2) + matrix[:, None, :2, 3]


def scaled(fields: Fields, weights: Weights) -> Step:
    """Multiply a table or matrix by constants."""
    factor = weights[fields["by"]]
    return lambda values: values * factor


def plain(function: Callable[..., Tensor]) -> Callable[[Fields, Weights], Step]:
    """An operation without settings."""
    return lambda _fields, _weights: function


MAKERS: dict[str, Callable[[Fields, Weights], Step]] = {
    "add": addition,
    "concat": lambda fields, _weights: lambda *parts: torch.cat(parts, fields["axis"]),
    "conv": convolution,
    "conv_transpose": transposed,
    "depth_to_space": depth_to_space,
    "hard_swish": plain(functional.hardswish),
    "matrix": frame,
    "max_pool": lambda fields, _weights: (
        lambda picture: functional.max_pool2d(picture, fields["size"], fields["stride"])
    ),
    "mean": plain(lambda picture: picture.mean((2, 3), keepdim=True)),
    "mul": plain(torch.mul),
    "place": plain(place),
    "prelu": lambda fields, weights: lambda picture: functional.prelu(picture, weights[fields["slope"]]),
    "relu": plain(torch.relu),
    "reshape": reshaped,
    "resize": lambda fields, _weights: (
        lambda picture: functional.interpolate(picture, fields["size"], mode="bilinear", align_corners=False)
    ),
    "sample": sample,
    "scale": scaled,
    "sigmoid": plain(torch.sigmoid),
}
