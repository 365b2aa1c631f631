"""Run a converted network: a list of operations over numbered values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import torch
from safetensors import safe_open
from torch import Tensor, nn

from faceaug.face.networks.operations import MAKERS, Step

if TYPE_CHECKING:
    from pathlib import Path


class Graph(nn.Module):
    """A network read from a safetensors file whose metadata lists its operations.

    Called with a float picture (B, C, H, W) in the value range that the network was trained with, returns its outputs
    by name. Weights are held as float32. Nothing is trained here: every tensor is a constant.
    """

    def __init__(self, path: Path, device: str | torch.device = "cpu") -> None:
        """Read the file.

        Args:
            path: A file made by ``tools/convert_weights.py``.
            device: Where weights and computation live.
        """
        super().__init__()
        with safe_open(str(path), framework="pt", device="cpu") as file:
            plan = json.loads(file.metadata()["graph"])
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
        self.shape: tuple[int, int, int] = tuple(plan["shape"])
        self._input: int = plan["input"]
        self._outputs: dict[str, int] = plan["outputs"]
        self._device = torch.device(device)
        self._steps = self._compile(plan["nodes"], {name: self._ready(weight) for name, weight in weights.items()})

    def _ready(self, weight: Tensor) -> Tensor:
        weight = weight.to(self._device)
        if weight.is_floating_point():
            weight = weight.float()
        return weight.contiguous(memory_format=torch.channels_last) if weight.ndim == 4 else weight

    def _compile(
        self, nodes: list[dict[str, Any]], weights: dict[str, Tensor]
    ) -> list[tuple[Step, list[int], int, list[int]]]:
        """(function, its inputs, its output, values not needed afterwards) of every node."""
        last: dict[int, int] = {}
        for position, node in enumerate(nodes):
            last |= dict.fromkeys(node["in"], position)
        kept = set(self._outputs.values())
        steps = []
        for position, node in enumerate(nodes):
            done = [number for number in set(node["in"]) if last[number] == position and number not in kept]
            steps.append((MAKERS[node["op"]](node, weights), node["in"], node["out"], done))
        return steps

    def forward(self, picture: Tensor) -> dict[str, Tensor]:
        """Run the network on (B, C, H, W) float32; the outputs keep the source graph's names and layout."""
        values = {self._input: picture.contiguous(memory_format=torch.channels_last)}
        for step, inputs, out, done in self._steps:
            values[out] = step(*[values[number] for number in inputs])
            for number in done:
                del values[number]
        return {name: values[number] for name, number in self._outputs.items()}
