"""Make ``faceaug/weights/face_model.safetensors``: the mean face, its mesh and its symmetry.

    python tools/make_face_model.py MEDIAPIPE_WHEEL MANIFEST

MEDIAPIPE_WHEEL is the mediapipe 0.10.21 wheel (Apache-2.0), read for the mesh's connections alone. MANIFEST lists
photographs (columns ``path``, ``dataset``, ``expression``, ``glasses``); those of neutral expression, frontal and
without glasses are measured. The mean face is the mean of their meshes after a similarity alignment (generalised
Procrustes), made symmetrical, scaled to 63 mm between the pupils, and turned so that the mean frontal photograph has
no pitch. No picture enters the file, only 478 mean positions.
"""

from __future__ import annotations

import csv
import re
import sys
import zipfile
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from scipy.optimize import linear_sum_assignment

from faceaug.data.photos import read_photo
from faceaug.face.detect import detect
from faceaug.face.landmarks import find_landmarks
from faceaug.face.topology import LEFT_EYE, LIPS_INNER, RIGHT_EYE, SURFACE_POINTS

PUPIL_DISTANCE = 63.0
CONNECTIONS = "mediapipe/python/solutions/face_mesh_connections.py"
OUTPUT = Path(__file__).parent.parent / "faceaug" / "weights" / "face_model.safetensors"


def triangles_of(wheel: Path) -> np.ndarray:
    """Read the mesh's triangles: its connections are listed three by three; eyes and mouth are then closed."""
    source = zipfile.ZipFile(wheel).read(CONNECTIONS).decode()
    block = source[source.index("FACEMESH_TESSELATION") :]
    edges = np.array([[int(a), int(b)] for a, b in re.findall(r"\((\d+),\s*(\d+)\)", block)])
    assert len(edges) == 2556
    triples = edges.reshape(-1, 3, 2)
    assert (triples[:, 0, 1] == triples[:, 1, 0]).all()
    assert (triples[:, 2, 1] == triples[:, 0, 0]).all()
    closed = [zipper(loop) for loop in (RIGHT_EYE, LEFT_EYE, LIPS_INNER)]
    return np.concatenate([triples[:, :, 0], *closed])


def zipper(loop: tuple[int, ...]) -> np.ndarray:
    """Close a loop of even length by strips between its first half and its second half run backward."""
    half = len(loop) // 2
    one, other = loop[: half + 1], (loop[0], *loop[: half - 1 : -1])
    strips = []
    for k in range(half):
        strips += [(one[k], one[k + 1], other[k + 1]), (one[k], other[k + 1], other[k])]
    return np.array([t for t in strips if len(set(t)) == 3])


def measured(manifest: Path) -> np.ndarray:
    """Find the meshes ``(N, 478, 3)`` (right, up, toward the camera, pixels) of the suitable photographs."""
    meshes = []
    with manifest.open() as rows:
        for row in csv.DictReader(rows):
            if row["dataset"] in ("london", "canada") and row["expression"] == "neutral" and row["glasses"] == "0":
                photo = read_photo(manifest.parent / row["path"])
                points = find_landmarks(photo.pixels, detect(photo.pixels)[0]).points
                meshes.append(points * np.array([1, -1, -1]))
    return np.stack(meshes)


def align(mesh: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bring ``mesh`` onto ``target`` by the best similarity; return it and its rotation."""
    here, there = mesh - mesh.mean(axis=0), target - target.mean(axis=0)
    u, s, vt = np.linalg.svd(there.T @ here)
    sign = np.diag([1, 1, np.sign(np.linalg.det(u @ vt))])
    rotation = u @ sign @ vt
    scale = (s * np.diag(sign)).sum() / (here**2).sum()
    return scale * here @ rotation.T, rotation


def mirror_of(mean: np.ndarray) -> np.ndarray:
    """Pair each point with its mirror image: the assignment of the mean face to its reflection of least distance."""
    reflected = mean * np.array([-1, 1, 1])
    for _ in range(5):
        distance = np.linalg.norm(mean[:, None] - reflected[None], axis=2)
        pairs: np.ndarray = linear_sum_assignment(distance**2)[1]
        aligned, _ = align(reflected[pairs], mean)
        reflected = aligned[np.argsort(pairs)] + mean.mean(axis=0)
    assert (pairs[pairs] == np.arange(len(pairs))).all(), "the mirror is not an involution"
    return pairs


def main() -> None:
    """Measure, average, symmetrise, write."""
    wheel, manifest = Path(sys.argv[1]), Path(sys.argv[2])
    triangles = triangles_of(wheel)
    meshes = measured(manifest)
    centred = meshes - meshes.mean(axis=1, keepdims=True)
    mean = (centred / np.linalg.norm(centred, axis=(1, 2), keepdims=True)).mean(axis=0)
    pairs = mirror_of(mean)
    for _ in range(5):
        both = np.concatenate([meshes, meshes[:, pairs] * np.array([-1, 1, 1])])
        aligned = np.stack([align(mesh, mean)[0] for mesh in both])
        mean = aligned.mean(axis=0)
        mean *= PUPIL_DISTANCE / np.linalg.norm(mean[468] - mean[473])
    # Frontal photographs define zero pitch: turn the mean by the mean pitch it has in them.
    rotations = np.stack([align(mean, mesh)[1] for mesh in meshes])
    u, _, vt = np.linalg.svd(rotations.mean(axis=0))
    pitch = np.arctan2((u @ vt)[1, 2], (u @ vt)[2, 2])
    turn = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    mean = mean @ turn.T
    mean = (mean + mean[pairs] * np.array([-1, 1, 1])) / 2
    mean -= (mean[33] + mean[133] + mean[362] + mean[263]) / 4
    aligned = np.stack([align(mesh, mean)[0] for mesh in meshes])
    spread = np.sqrt(((aligned - aligned.mean(axis=0)) ** 2).sum(axis=2).mean(axis=0))
    rigid = 1 / np.maximum(spread, np.percentile(spread, 10)) ** 2
    rigid[[*RIGHT_EYE, *LEFT_EYE, *range(SURFACE_POINTS, 478)]] *= 0.5
    mouth = mean[:, 1] < mean[2, 1]
    rigid[mouth] *= 0.2
    rigid = (rigid + rigid[pairs]) / 2
    corners = mean[triangles]
    normal_z = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])[:, 2]
    triangles[normal_z < 0] = triangles[normal_z < 0][:, [0, 2, 1]]
    save_file(
        {
            "points": mean.astype(np.float32),
            "triangles": triangles.astype(np.int32),
            "mirror": pairs.astype(np.int32),
            "rigid": (rigid / rigid.sum()).astype(np.float32),
        },
        OUTPUT,
        metadata={"made_by": "tools/make_face_model.py", "photographs": str(len(meshes))},
    )
    print(f"{len(meshes)} photographs, {len(triangles)} triangles; pitch turned by {np.degrees(pitch):.2f} degrees")
    print("width x height x depth, mm:", np.ptp(mean, axis=0).round(1))


if __name__ == "__main__":
    main()
