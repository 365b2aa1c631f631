"""Record what the reference runtime answers, for ``tests/face/test_networks.py`` to compare with.

    pip install mediapipe==0.10.21            # in an environment of its own: it wants numpy < 2
    python tools/record_references.py sample_data/eileen_collins.png sample_data/grace_hopper.jpg

The networks run inside MediaPipe's own graph, with its own custom operations, on a 192 x 192 cut of the portrait that
is written beside the answers without any resampling (and its 128 x 128 middle, and its 256 x 256 continuation). Of both
portraits the points that MediaPipe's whole face mesh solution finds are recorded as well.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import mediapipe
import numpy as np

DATA = Path(__file__).resolve().parents[1] / "tests" / "face" / "data"
LEFT, TOP, SIDE = 130, 20, 192
"""The cut of scikit-image's portrait of Eileen Collins in which her face fills two thirds."""

GRAPH = """
input_stream: "image"
node {{
  calculator: "TfLiteCustomOpResolverCalculator"
  output_side_packet: "OP_RESOLVER:resolver"
  options {{ [mediapipe.TfLiteCustomOpResolverCalculatorOptions.ext] {{ use_gpu: false }} }}
}}
node {{
  calculator: "ImageToTensorCalculator"
  input_stream: "IMAGE:image"
  output_stream: "TENSORS:before"
  options {{ [mediapipe.ImageToTensorCalculatorOptions.ext] {{
    output_tensor_width: {side} output_tensor_height: {side} keep_aspect_ratio: false
    output_tensor_float_range {{ min: {low} max: 1.0 }} }} }}
}}
node {{
  calculator: "InferenceCalculator"
  input_stream: "TENSORS:before"
  output_stream: "TENSORS:after"
  input_side_packet: "OP_RESOLVER:resolver"
  options {{ [mediapipe.InferenceCalculatorOptions.ext] {{ model_path: "{model}" delegate {{ tflite {{}} }} }} }}
}}
node {{
  calculator: "SplitTensorVectorCalculator"
  input_stream: "after"
  {streams}
  options {{ [mediapipe.SplitVectorCalculatorOptions.ext] {{ {ranges} }} }}
}}
{floats}
"""
MODULES = Path(mediapipe.__file__).parent / "modules"
NETWORKS = {
    "landmarks": (f"{MODULES}/face_landmark/face_landmark_with_attention.tflite", 192, 0, 7),
    "faces_near": (f"{MODULES}/face_detection/face_detection_short_range.tflite", 128, -1, 2),
    "faces_far": (f"{MODULES}/face_detection/face_detection_full_range_sparse.tflite", 192, -1, 2),
    "person": (f"{MODULES}/selfie_segmentation/selfie_segmentation.tflite", 256, 0, 1),
}


def run(model: str, picture: np.ndarray, low: float, outputs: int) -> list[np.ndarray]:
    """Every output of a network, flattened, in the file's order."""
    names = range(outputs)
    text = GRAPH.format(
        side=len(picture),
        low=low,
        model=model,
        streams="\n".join(f'output_stream: "part{k}"' for k in names),
        ranges=" ".join(f"ranges {{ begin: {k} end: {k + 1} }}" for k in names),
        floats="\n".join(
            f'node {{ calculator: "TensorsToFloatsCalculator" input_stream: "TENSORS:part{k}" '
            f'output_stream: "FLOATS:floats{k}" }}'
            for k in names
        ),
    )
    graph = mediapipe.CalculatorGraph(graph_config=text)
    found: dict[str, np.ndarray] = {}
    for k in names:
        graph.observe_output_stream(
            f"floats{k}", lambda name, packet: found.update({name: mediapipe.packet_getter.get_float_list(packet)})
        )
    graph.start_run()
    frame = mediapipe.ImageFrame(image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(picture))
    graph.add_packet_to_input_stream("image", mediapipe.packet_creator.create_image_frame(frame).at(0))
    graph.close_all_packet_sources()
    graph.wait_until_done()
    return [np.asarray(found[f"floats{k}"], np.float32) for k in names]


def pixels_of(portrait: Path) -> np.ndarray:
    """A photograph as ``(H, W, 3)`` RGB."""
    pixels = cv2.imread(str(portrait))
    if pixels is None:
        sys.exit(f"{portrait} cannot be read")
    return pixels[:, :, ::-1]


def mesh(portrait: Path) -> np.ndarray:
    """The 478 points ``(478, 3)`` that the face mesh solution finds, in pixels (z in the scale of x)."""
    pixels = pixels_of(portrait)
    high, wide = pixels.shape[:2]
    with mediapipe.solutions.face_mesh.FaceMesh(static_image_mode=True, refine_landmarks=True) as solution:
        found = solution.process(np.ascontiguousarray(pixels)).multi_face_landmarks[0].landmark
    return np.array([[point.x * wide, point.y * high, point.z * wide] for point in found], np.float32)


def main(portraits: list[Path]) -> None:
    """Write ``networks.png`` and ``networks.npz``."""
    cut = pixels_of(portraits[0])[TOP : TOP + SIDE, LEFT : LEFT + SIDE]
    pictures = {192: cut, 128: cut[32:160, 32:160], 256: np.pad(cut, ((32, 32), (32, 32), (0, 0)), mode="edge")}
    recorded = {f"mesh/{portrait.stem}": mesh(portrait) for portrait in portraits}
    for name, (model, side, low, outputs) in NETWORKS.items():
        for number, values in enumerate(run(model, pictures[side], low, outputs)):
            recorded[f"{name}/{number}"] = values
    near = recorded["faces_near/1"].argsort()[-32:]
    far = recorded["faces_far/1"].argsort()[-32:]
    for name, rows in (("faces_near", near), ("faces_far", far)):
        recorded[f"{name}/rows"] = rows.astype(np.int32)
        recorded[f"{name}/0"] = recorded[f"{name}/0"].reshape(-1, 16)[rows]
    recorded["person/0"] = recorded["person/0"].reshape(256, 256)[::4, ::4]
    DATA.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(DATA / "networks.png"), cut[:, :, ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])
    np.savez_compressed(DATA / "networks.npz", **recorded)  # type: ignore[arg-type]  # none is called allow_pickle


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
