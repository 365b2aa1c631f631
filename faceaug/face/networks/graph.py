"""Run a converted network: a list of operations over numbered values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import torch
from safetensors import safe_open
from torch import Tensor, nn

from faceaug.face.networks.operations import MAKERS, Step

if TYPE_CHECKING:
    from pathlib import Path

Ordered = tuple[Step, list[int], int, list[int]]
"""A function, its inputs, its output, and the values not needed afterwards, by number."""


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
        ready = {name: self._ready(weight) for name, weight in weights.items()}
        self._nodes = [(MAKERS[node["op"]](node, ready), node["in"], node["out"]) for node in plan["nodes"]]
        self._steps = {tuple(self._outputs): self._ordered(tuple(self._outputs))}

    def _ready(self, weight: Tensor) -> Tensor:
        weight = weight.to(self._device)
        if weight.is_floating_point():
            weight = weight.float()
        return weight.contiguous(memory_format=torch.channels_last) if weight.ndim == 4 else weight

    def _ordered(self, outputs: tuple[str, ...]) -> list[Ordered]:
        """The nodes that these outputs need, each with the values that are not needed after it."""
        kept = {self._outputs[name] for name in outputs}
        needed, chosen = set(kept), []
        for node in reversed(self._nodes):
            if node[2] in needed:
                chosen.append(node)
                needed |= set(node[1])
        steps: list[Ordered] = []
        used: set[int] = set(kept)
        for step, inputs, out in chosen:
            steps.append((step, inputs, out, [number for number in set(inputs) if number not in used]))
            used |= set(inputs)
        return steps[::-1]

    def forward(self, picture: Tensor, outputs: tuple[str, ...] = ()) -> dict[str, Tensor]:
        """Run the network.

        Args:
            picture: ``(B, C, H, W)`` float32.
            outputs: Those that are wanted, or all; what they do not need is not computed.

        Returns:
            The outputs, in the source graph's names and layout.
        """
        wanted = outputs or tuple(self._outputs)
        if wanted not in self._steps:
            self._steps[wanted] = self._ordered(wanted)
        values = {self._input: picture.contiguous(memory_format=torch.channels_last)}
        for step, inputs, out, done in self._steps[wanted]:
            values[out] = step(*[values[number] for number in inputs])
            for number in done:
                del values[number]
        return {name: values[self._outputs[name]] for name in wanted}
