"""GLB sets that move, made in the test: a strip bent by two joints, a tetrahedron on a moving node."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stage.maths.arrays import Floats
from tests.sets.tiny_glb import Glb, Json


def matrices(glb: Glb, columns: Floats) -> int:
    """An accessor of (N, 4, 4) matrices."""
    data = columns.transpose(0, 2, 1).astype(np.float32)
    accessor = {"bufferView": glb.view(data.tobytes()), "componentType": 5126, "count": len(data), "type": "MAT4"}
    glb.document["accessors"].append(accessor)
    return len(glb.document["accessors"]) - 1


def clip(glb: Glb, name: str, channels: list[tuple[int, str, Floats, Floats, str]]) -> None:
    """An animation of (node, path, times (K,), values, interpolation)."""
    made: list[Json] = []
    samplers: list[Json] = []
    for node, path, times, values, interpolation in channels:
        ends = {"min": [float(times[0])], "max": [float(times[-1])]}
        keys = glb.numbers(times.astype(np.float32), **ends)
        value = glb.numbers(values.astype(np.float32).reshape(-1, values.shape[-1]))
        samplers.append({"input": keys, "output": value, "interpolation": interpolation})
        made.append({"sampler": len(samplers) - 1, "target": {"node": node, "path": path}})
    glb.add("animations", {"name": name, "channels": made, "samplers": samplers})


def bent_strip() -> tuple[Glb, Floats, NDArray[np.int64], Floats]:
    """A strip of 2 x 9 corners up y, joints at its foot and at its middle, clip "wave" of 2 s turning the upper one.

    With the rest positions (V, 3), joints (V, 4) and weights (V, 4).
    """
    glb = Glb()
    height = np.repeat(np.linspace(0.0, 2.0, 9), 2)
    position = np.stack([np.tile([-0.3, 0.3], 9), height, np.zeros(18)], axis=1)
    upper = np.clip(height - 0.5, 0.0, 1.0)
    weights = np.stack([1.0 - upper, upper, np.zeros(18), np.zeros(18)], axis=1)
    joints = np.tile([0, 1, 0, 0], (18, 1)).astype(np.uint8)
    first = np.arange(0, 16, 2)[:, None]
    triangles = (first[:, :, None] + np.array([[[0, 1, 2], [1, 3, 2]]])).reshape(-1).astype(np.uint16)
    attributes = {
        "POSITION": glb.numbers(position.astype(np.float32)),
        "NORMAL": glb.numbers(np.tile([0.0, 0.0, 1.0], (18, 1)).astype(np.float32)),
        "JOINTS_0": glb.numbers(joints),
        "WEIGHTS_0": glb.numbers(weights.astype(np.float32)),
    }
    mesh = glb.mesh(attributes, indices=glb.numbers(triangles), material=0)
    glb.document["materials"] = [{"doubleSided": True, "pbrMetallicRoughness": {"metallicFactor": 0}}]
    glb.add("nodes", {"children": [1], "translation": [0.5, 0.0, 0.0]})
    glb.add("nodes", {"translation": [0.0, 1.0, 0.0]})
    glb.add("nodes", {"mesh": mesh, "skin": 0, "translation": [9.0, 9.0, 9.0]})
    inverse = np.tile(np.eye(4), (2, 1, 1))
    inverse[1, 1, 3] = -1.0
    glb.add("skins", {"joints": [0, 1], "inverseBindMatrices": matrices(glb, inverse)})
    half = np.sin(np.pi / 6.0)
    turns = np.array([[0.0, 0.0, 0.0, 1.0], [0.0, 0.0, half, np.cos(np.pi / 6.0)], [0.0, 0.0, 0.0, 1.0]])
    clip(glb, "wave", [(1, "rotation", np.array([0.0, 1.0, 2.0]), turns, "LINEAR")])
    return glb, position, joints.astype(np.int64), weights
