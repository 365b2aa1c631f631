"""Convert the face networks of a MediaPipe wheel into the safetensors files of ``faceaug/weights``.

    pip install tflite numpy safetensors
    pip download --no-deps --only-binary=:all: --python-version 3.11 mediapipe==0.10.21
    python tools/convert_weights.py mediapipe-0.10.21-*.whl

Each file holds the weights (half floats stay half floats) and, in its metadata, the list of operations as JSON: the
graph with constants folded, activations fused and explicit zero borders merged into the convolutions that follow.
``faceaug/face/networks`` runs that list. ``tools/record_references.py`` makes the outputs that the tests compare with.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import tflite
from flatbuffers import flexbuffers
from safetensors.numpy import save

if TYPE_CHECKING:
    from collections.abc import Callable

WEIGHTS = Path(__file__).resolve().parents[1] / "faceaug" / "weights"
SOURCES = {
    "landmarks": "mediapipe/modules/face_landmark/face_landmark_with_attention.tflite",
    "faces_near": "mediapipe/modules/face_detection/face_detection_short_range.tflite",
    "faces_far": "mediapipe/modules/face_detection/face_detection_full_range_sparse.tflite",
    "person": "mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite",
}
BUILTIN = {value: name for name, value in vars(tflite.BuiltinOperator).items() if isinstance(value, int)}
OPTIONS = {value: name for name, value in vars(tflite.BuiltinOptions).items() if isinstance(value, int)}
DTYPES = {0: np.float32, 1: np.float16, 2: np.int32, 4: np.int64}
SAME = 0
ACTIVATIONS = {0: None, 1: "relu"}

Node = dict[str, Any]


def dense(tensor: Any, raw: np.ndarray) -> np.ndarray:
    """Unpack a tensor that is sparse along its last axis (the only kind that these files have)."""
    sparsity = tensor.Sparsity()
    shape = tensor.ShapeAsNumpy()
    formats = [sparsity.DimMetadata(k).Format() for k in range(len(shape))]
    if formats != [0] * (len(shape) - 1) + [1] or list(sparsity.TraversalOrderAsNumpy()) != list(range(len(shape))):
        raise ValueError(f"sparse layout {formats} of {tensor.Name()!r} is not supported")
    metadata = sparsity.DimMetadata(len(shape) - 1)
    segments, indices = (vector(metadata, part) for part in ("ArraySegments", "ArrayIndices"))
    flat = np.zeros((int(np.prod(shape[:-1])), int(shape[-1])), raw.dtype)
    for row in range(len(flat)):
        span = slice(segments[row], segments[row + 1])
        flat[row, indices[span]] = raw[span]
    return flat.reshape(shape)


def vector(metadata: Any, part: str) -> np.ndarray:
    """Read one index vector (8, 16 or 32 bits wide) of a sparse axis."""
    kinds = {1: tflite.Int32Vector, 2: tflite.Uint16Vector, 3: tflite.Uint8Vector}
    reader = kinds[getattr(metadata, f"{part}Type")()]()
    table = getattr(metadata, part)()
    reader.Init(table.Bytes, table.Pos)
    return np.asarray(reader.ValuesAsNumpy())


class Graph:
    """One tflite file: constants by tensor number, and its operations in order."""

    def __init__(self, content: bytes) -> None:
        self.model = tflite.Model.GetRootAsModel(content, 0)
        self.graph = self.model.Subgraphs(0)
        self.constants: dict[int, np.ndarray] = {}
        for number in range(self.graph.TensorsLength()):
            tensor = self.graph.Tensors(number)
            buffer = self.model.Buffers(tensor.Buffer())
            if buffer.DataLength():
                raw = buffer.DataAsNumpy().view(DTYPES[tensor.Type()])
                sparse = tensor.Sparsity() is not None
                self.constants[number] = dense(tensor, raw) if sparse else raw.reshape(self.shape(number))

    def shape(self, number: int) -> list[int]:
        """The stored shape of a tensor (N, H, W, C for pictures)."""
        tensor = self.graph.Tensors(number)
        return [int(size) for size in tensor.ShapeAsNumpy()] if tensor.ShapeLength() else []

    def operations(self) -> list[tuple[str, list[int], list[int], Any]]:
        """(name, inputs, outputs, options) of every operation."""
        found = []
        for index in range(self.graph.OperatorsLength()):
            operator = self.graph.Operators(index)
            code = self.model.OperatorCodes(operator.OpcodeIndex())
            name, options = BUILTIN[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())], None
            if name == "CUSTOM":
                name = code.CustomCode().decode()
                options = (
                    flexbuffers.Loads(bytes(operator.CustomOptionsAsNumpy())) if name.startswith("Landmarks") else None
                )
            elif OPTIONS[operator.BuiltinOptionsType()] != "NONE":
                options = getattr(tflite, OPTIONS[operator.BuiltinOptionsType()])()
                table = operator.BuiltinOptions()
                options.Init(table.Bytes, table.Pos)
            found.append((name, operator.InputsAsNumpy().tolist(), operator.OutputsAsNumpy().tolist(), options))
        return found


def same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """TensorFlow's "SAME": as many outputs as ceil(size / stride); the odd pixel goes right and bottom."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


class Lowering:
    """Turns operations into nodes ``{op, in, out, ...}`` over NCHW pictures and plain (N, points, 2|3) tables."""

    def __init__(self, source: Graph) -> None:
        self.source = source
        self.weights: dict[str, np.ndarray] = {}
        self.nodes: list[Node] = []
        self.same: dict[int, int] = {}

    def keep(self, array: np.ndarray) -> str:
        """Store a weight and return its name."""
        name = f"w{len(self.weights):03d}"
        self.weights[name] = np.ascontiguousarray(array)
        return name

    def node(self, op: str, inputs: list[int], out: int, **fields: Any) -> None:
        """Append a node, following aliases of its inputs."""
        self.nodes.append({"op": op, "in": [self.same.get(i, i) for i in inputs], "out": out} | fields)

    def lower(self, name: str, inputs: list[int], outputs: list[int], options: Any) -> None:
        """Append the node(s) of one operation."""
        constants, out = self.source.constants, outputs[0]
        if name in ("DEQUANTIZE", "DENSIFY"):
            constants[out] = constants[inputs[0]]
        elif name == "STRIDED_SLICE":
            if self.source.shape(inputs[0]) != self.source.shape(out):
                raise ValueError("a slice that cuts something off is not supported")
            self.same[out] = self.same.get(inputs[0], inputs[0])
        elif name in ("CONV_2D", "DEPTHWISE_CONV_2D"):
            self.convolution(name, inputs, out, options)
        elif name == "PAD":
            self.padding(inputs, out)
        else:
            self.plain(name, inputs, out, options)

    def convolution(self, name: str, inputs: list[int], out: int, options: Any) -> None:
        """Both kinds of convolution; weights become (out, in / groups, kernel height, kernel width)."""
        weight, bias = (self.source.constants[i] for i in inputs[1:3])
        deep = name.startswith("DEPTH")
        weight = weight.transpose((3, 0, 1, 2) if deep else (0, 3, 1, 2))
        _, high, wide, _ = self.source.shape(inputs[0])
        step = options.StrideH()
        if step != options.StrideW() or options.DilationHFactor() != 1 or options.DilationWFactor() != 1:
            raise ValueError("uneven strides or dilation are not supported")
        top, bottom = same_padding(high, weight.shape[2], step) if options.Padding() == SAME else (0, 0)
        left, right = same_padding(wide, weight.shape[3], step) if options.Padding() == SAME else (0, 0)
        fields = {
            "weight": self.keep(weight),
            "bias": self.keep(bias),
            "stride": step,
            "pad": [left, right, top, bottom],
        }
        fields["groups"] = weight.shape[0] if deep else 1
        self.node("conv", inputs[:1], out, **fields, act=ACTIVATIONS[options.FusedActivationFunction()])

    def padding(self, inputs: list[int], out: int) -> None:
        """Zeros around a picture, or further channels of zeros."""
        batch, rows, columns, channels = self.source.constants[inputs[1]].tolist()
        if batch != [0, 0] or (channels != [0, 0] and rows + columns != [0] * 4) or channels[0]:
            raise ValueError("this padding is not supported")
        if channels[1]:
            self.node("channels", inputs[:1], out)
        else:
            self.node("border", inputs[:1], out, pad=[*columns, *rows])

    def plain(self, name: str, inputs: list[int], out: int, options: Any) -> None:
        """Every operation that needs no rearranging."""
        shape, constants = self.source.shape, self.source.constants

        def weight(number: int) -> np.ndarray:
            return constants[inputs[number]]

        makers: dict[str, Callable[[], tuple[str, dict[str, Any]]]] = {
            "ADD": lambda: ("add", {"act": ACTIVATIONS[options.FusedActivationFunction()]}),
            "CONCATENATION": lambda: ("concat", {"axis": options.Axis()}),
            "Convolution2DTransposeBias": lambda: (
                "conv_transpose",
                {"weight": self.keep(weight(1).transpose(3, 0, 1, 2)), "bias": self.keep(weight(2))},
            ),
            "DEPTH_TO_SPACE": lambda: ("depth_to_space", {"block": options.BlockSize()}),
            "HARD_SWISH": lambda: ("hard_swish", {}),
            "LOGISTIC": lambda: ("sigmoid", {}),
            "Landmarks2TransformMatrix": lambda: (
                "matrix",
                {"subset": self.keep(np.asarray(options.pop("subset_idxs"), np.int64))} | options,
            ),
            "MAX_POOL_2D": lambda: ("max_pool", {"size": options.FilterHeight(), "stride": options.StrideH()}),
            "MUL": lambda: ("scale", {"by": self.keep(weight(1).astype(np.float32))}),
            "PRELU": lambda: ("prelu", {"slope": self.keep(weight(1).reshape(-1))}),
            "RELU": lambda: ("relu", {}),
            "RESHAPE": lambda: ("reshape", {"shape": shape(out)[1:]}),
            "RESIZE_BILINEAR": lambda: ("resize", {"size": shape(out)[1:3]}),
            "TransformLandmarks": lambda: ("place", {}),
            "TransformTensorBilinear": lambda: ("sample", {"size": shape(out)[1:3]}),
        }
        no_fields: dict[str, Any] = {}
        inner = [number for number in inputs if number not in constants]
        if name == "MUL" and len(inner) == len(inputs):
            op, fields = "mul", no_fields
        elif name == "AVERAGE_POOL_2D" and shape(out)[1:3] == [1, 1]:
            op, fields = "mean", no_fields
        elif name in makers:
            op, fields = makers[name]()
        else:
            raise ValueError(f"operation {name} is not supported")
        self.node(op, inner, out, **fields)


def fuse(nodes: list[Node], outputs: list[int]) -> list[Node]:
    """Merge borders into the convolution that follows, added channels into the sum, activations into what precedes."""
    uses = dict.fromkeys(outputs, 1)
    for node in nodes:
        for number in node["in"]:
            uses[number] = uses.get(number, 0) + 1
    maker: dict[int, Node] = {}
    kept: list[Node] = []
    for node in nodes:
        before = maker.get(node["in"][0])
        if node["op"] == "conv" and before is not None and before["op"] == "border":
            node["in"] = before["in"]
            node["pad"] = [a + b for a, b in zip(node["pad"], before["pad"], strict=True)]
            before["dead"] = True
        elif node["op"] == "add" and before is not None and before["op"] == "channels":
            node["in"] = [before["in"][0], node["in"][1]]
            before["dead"] = node["fewer"] = True
        elif (
            node["op"] in ("relu", "prelu", "hard_swish")
            and before is not None
            and uses[before["out"]] == 1
            and before["op"] in ("conv", "add")
            and not before["act"]
        ):
            before |= {"act": node["op"], "out": node["out"]} | ({"slope": node["slope"]} if "slope" in node else {})
            maker[node["out"]] = before
            continue
        maker[node["out"]] = node
        kept.append(node)
    return [node for node in kept if not node.pop("dead", False)]


def convert(content: bytes) -> bytes:
    """The safetensors file of one tflite file."""
    source = Graph(content)
    lowering = Lowering(source)
    for operation in source.operations():
        lowering.lower(*operation)
    graph = source.graph
    outputs = {}
    for number in graph.OutputsAsNumpy().tolist():
        outputs[graph.Tensors(number).Name().decode()] = lowering.same.get(number, number)
    nodes = fuse(lowering.nodes, list(outputs.values()))
    _, high, wide, channels = source.shape(graph.Inputs(0))
    plan = {"input": graph.Inputs(0), "shape": [channels, high, wide], "outputs": outputs, "nodes": nodes}
    return bytes(save(lowering.weights, {"graph": json.dumps(plan, separators=(",", ":"))}))


def main(wheel: Path) -> None:
    """Write every network and ``hashes.json``."""
    WEIGHTS.mkdir(parents=True, exist_ok=True)
    hashes = {}
    with zipfile.ZipFile(wheel) as archive:
        for name, member in SOURCES.items():
            content = archive.read(member)
            made = convert(content)
            (WEIGHTS / f"{name}.safetensors").write_bytes(made)
            hashes[name] = {
                "source": member,
                "source_sha256": hashlib.sha256(content).hexdigest(),
                "sha256": hashlib.sha256(made).hexdigest(),
            }
            print(f"{name}: {len(content)} -> {len(made)} bytes")
    (WEIGHTS / "hashes.json").write_text(json.dumps({"wheel": wheel.name, "networks": hashes}, indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
