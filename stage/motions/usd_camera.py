"""A camera of a USD layer and where it is at each of its time samples. Pure.

Transforms as `UsdGeomXformable` has them: the ops of `xformOpOrder` from left to right are multiplied onto the parent,
a matrix is written for row vectors, rotations are in degrees, and `rotateXYZ` turns about x first. Values between time
samples are linear. A prim's scale changes where its children are, not how the camera turns.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stage.errors import InputError
from stage.maths.pose import Quaternion, quaternion_normalised, rotation_matrix, slerp
from stage.motions.kinds import RawPose
from stage.motions.usda import Layer, Prim

Matrix = NDArray[np.float64]
ROTATIONS = {f"rotate{order}": order for order in ("X", "Y", "Z", "XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX")}
RESET = "!resetXformStack!"
INVERT = "!invert!"


def camera_path(layer: Layer, wanted: str | None, where: str) -> list[Prim]:
    """The camera prim and its parents, outermost first.

    The only camera, the only one that moves, or the one whose name or path is `wanted`. Raises InputError.
    """
    cameras = [path for root in layer.roots for path in _cameras([root])]
    if not cameras:
        problem = "has no Camera prim"
        if any(_composed(root) for root in layer.roots) or "subLayers" in layer.metadata:
            problem += " of its own: it brings in other files"
        raise InputError(where, "", problem, "Export the camera alone, flattened, as .usda")
    if wanted is not None:
        named = [path for path in cameras if wanted in (path[-1].name, _path_of(path), _path_of(path).lstrip("/"))]
        if len(named) != 1:
            raise InputError(where, wanted, "is not one of its cameras", f"Cameras: {_names(cameras)}")
        return named[0]
    moving = [path for path in cameras if _times(path)]
    chosen = cameras if len(cameras) == 1 else moving
    if len(chosen) != 1:
        raise InputError(where, "", f"has {len(cameras)} cameras", f"Say which with --usd-camera: {_names(cameras)}")
    return chosen[0]


def camera_poses(path: list[Prim], where: str) -> Iterator[RawPose]:
    """Where the camera is at each of its time samples, in the file's unit, axes and time codes."""
    times = _times(path)
    if len(times) < 2:
        problem = f"the camera {_path_of(path)} does not move: {len(times)} time samples of its transform"
        raise InputError(where, "", problem, "Export it with its animation (a key on each frame)")
    for time in times:
        world_from_camera = np.eye(4)
        for prim in path:
            world_from_camera = _onto(world_from_camera, prim, time, where)
        x, y, z = (float(value) for value in world_from_camera[:3, 3])
        yield RawPose(0, time, (x, y, z), _orientation(world_from_camera[:3, :3], where))


def _cameras(path: list[Prim]) -> Iterator[list[Prim]]:
    if path[-1].type == "Camera":
        yield path
    for child in path[-1].children:
        yield from _cameras([*path, child])


def _composed(prim: Prim) -> bool:
    return prim.composed or any(_composed(child) for child in prim.children)


def _path_of(path: list[Prim]) -> str:
    return "/" + "/".join(prim.name for prim in path)


def _names(cameras: list[list[Prim]]) -> str:
    shown = [_path_of(path) for path in cameras[:8]]
    return ", ".join(shown) + (", ..." if len(cameras) > len(shown) else "")


def _times(path: list[Prim]) -> list[float]:
    """The time codes at which something on the way to the camera has a sample."""
    times: set[float] = set()
    for prim in path:
        for op in _ops(prim):
            times.update(prim.samples.get(op.removeprefix(INVERT), ()))
    return sorted(times)


def _ops(prim: Prim) -> list[str]:
    order = prim.values.get("xformOpOrder", [])
    return [str(op) for op in order] if isinstance(order, list) else []


def _onto(world_from_parent: Matrix, prim: Prim, time: float, where: str) -> Matrix:
    """The prim's own transform behind its parent's."""
    result = world_from_parent
    for op in _ops(prim):
        if op == RESET:
            result = np.eye(4)
            continue
        name = op.removeprefix(INVERT)
        value = _value_at(prim, name, time)
        if value is None:
            continue
        try:
            matrix = _matrix_of(name.split(":")[1], value)
            result = result @ (np.linalg.inv(matrix) if op.startswith(INVERT) else matrix)
        except (ValueError, TypeError, IndexError, KeyError, np.linalg.LinAlgError):
            problem = f"{name} of {prim.name} is not understood: {str(value)[:60]}"
            raise InputError(where, "", problem, "Export the camera with baked transforms") from None
    return result


def _value_at(prim: Prim, name: str, time: float) -> Any:
    """An attribute's value at a time code: linear between its samples, held before and after them."""
    samples = prim.samples.get(name)
    if not samples:
        return prim.values.get(name)
    times = sorted(samples)
    after = bisect_right(times, time)
    if after == 0 or after == len(times) or times[after - 1] == time:
        return samples[times[max(after - 1, 0)]]
    before_t, after_t = times[after - 1], times[after]
    part = (time - before_t) / (after_t - before_t)
    a, b = samples[before_t], samples[after_t]
    if "orient" in name:
        return list(slerp(_quaternion(a), _quaternion(b), part))
    return ((1.0 - part) * np.asarray(a, dtype=np.float64) + part * np.asarray(b, dtype=np.float64)).tolist()


def _matrix_of(kind: str, value: Any) -> Matrix:
    """One op as a matrix for column vectors. Raises KeyError for an unknown op."""
    matrix = np.eye(4)
    if kind == "translate":
        matrix[:3, 3] = np.asarray(value, dtype=np.float64).reshape(3)
    elif kind == "scale":
        matrix[:3, :3] = np.diag(np.asarray(value, dtype=np.float64).reshape(3))
    elif kind == "transform":
        matrix = np.asarray(value, dtype=np.float64).reshape(4, 4).T
    elif kind == "orient":
        matrix[:3, :3] = rotation_matrix(_quaternion(value))
    else:
        matrix[:3, :3] = _rotated(ROTATIONS[kind], np.atleast_1d(np.asarray(value, dtype=np.float64)))
    if not np.isfinite(matrix).all():
        raise ValueError(kind)
    return matrix


def _rotated(order: str, degrees: NDArray[np.float64]) -> Matrix:
    """Turns about the axes in the order of their letters; the three numbers are always about x, y, z."""
    if len(degrees) != (1 if len(order) == 1 else 3):
        raise ValueError(order)
    matrix = np.eye(3)
    for letter in order:
        angle = math.radians(float(degrees[0] if len(order) == 1 else degrees["XYZ".index(letter)]))
        a, b = {"X": (1, 2), "Y": (2, 0), "Z": (0, 1)}[letter]
        turn = np.eye(3)
        turn[a, a] = turn[b, b] = math.cos(angle)
        turn[b, a], turn[a, b] = math.sin(angle), -math.sin(angle)
        matrix = turn @ matrix
    return matrix


def _quaternion(value: Any) -> Quaternion:
    w, x, y, z = (float(part) for part in value)
    return quaternion_normalised((w, x, y, z))


def _orientation(matrix: Matrix, where: str) -> Quaternion:
    """The rotation in a matrix that may also scale: its nearest rotation (polar decomposition)."""
    u, sizes, v = np.linalg.svd(matrix)
    if sizes[-1] < 1e-9 * max(sizes[0], 1e-12) or np.linalg.det(matrix) < 0.0:
        raise InputError(where, "", "the camera's transform is flat or mirrored", "Export it with baked transforms")
    return quaternion_of_matrix(u @ v)


def quaternion_of_matrix(m: Matrix) -> Quaternion:
    """The unit quaternion of a rotation matrix (Shepperd's method: divides by the largest part)."""
    trace = float(np.trace(m))
    parts = [trace, float(m[0, 0]), float(m[1, 1]), float(m[2, 2])]
    largest = max(range(4), key=lambda index: parts[index])
    size = 0.5 * math.sqrt(max(0.0, 1.0 + 2.0 * parts[largest] - trace))
    if largest == 0:
        w, f = size, 0.25 / size
        return (w, float(m[2, 1] - m[1, 2]) * f, float(m[0, 2] - m[2, 0]) * f, float(m[1, 0] - m[0, 1]) * f)
    i = largest - 1
    j, k = (i + 1) % 3, (i + 2) % 3
    f = 0.25 / size
    vector = [0.0, 0.0, 0.0]
    vector[i] = size
    vector[j], vector[k] = float(m[j, i] + m[i, j]) * f, float(m[k, i] + m[i, k]) * f
    return quaternion_normalised((float(m[k, j] - m[j, k]) * f, vector[0], vector[1], vector[2]))
