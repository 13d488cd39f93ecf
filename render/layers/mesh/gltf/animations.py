"""The animations and skins of a glTF (sections 3.11 and 3.7.3)."""

from __future__ import annotations

import re
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.animation import Clip, Interpolation, Property, Track
from render.layers.mesh.gltf.accessors import element_count, read_floats
from render.layers.mesh.gltf.document.motion import AnimationChannel, AnimationSampler
from render.layers.mesh.gltf.file import GltfFile
from render.layers.mesh.gltf.nodes import FARTHEST
from stage.maths.arrays import Floats

MOST_KEYS = 10_000_000
_WIDTHS = {"translation": 3, "rotation": 4, "scale": 3}
_NODE_POINTER = re.compile(r"/nodes/(\d{1,9})/(translation|rotation|scale|weights)")
_Key = tuple[Property, int, Interpolation]


class GltfSkin(NamedTuple):
    """`rows` (J,) of the joints in the rig, `joint_from_mesh` (J, 4, 4)."""

    rows: NDArray[np.int64]
    joint_from_mesh: Floats


def clip_names(file: GltfFile) -> tuple[str, ...]:
    """The animations' names, or numbers for those without one."""
    return tuple(one.name or str(number) for number, one in enumerate(file.document.animations))


def read_clip(file: GltfFile, name: str, order: list[int]) -> Clip:
    """The animation of that name, for nodes in the rows of `order`. Raises InputError: none of that name, or
    invalid."""
    names = clip_names(file)
    if name not in names:
        raise file.error("animations", f"has no {name!r}", f"Its animations: {', '.join(names) or 'none'}")
    number = names.index(name)
    place = f"animations[{number}]"
    animation = file.document.animations[number]
    row_of = {node: row for row, node in enumerate(order)}
    together: dict[_Key, list[tuple[int, NDArray[np.float64], NDArray[np.float64]]]] = {}
    for count, channel in enumerate(animation.channels):
        field = f"{place}.channels[{count}]"
        row = _target_row(file, channel, row_of, field)
        if row is None:
            continue
        sampler = file.item(animation.samplers, channel.sampler, "samplers", f"{field}.sampler")
        path = cast(Property, _target(channel)[1])
        times, values = _keys(file, sampler, path, f"{place}.samplers[{channel.sampler}]")
        together.setdefault((path, sampler.input, sampler.interpolation), []).append((row, times, values))
    return Clip(name, tuple(_track(key, rows) for key, rows in together.items()))


def read_skin(file: GltfFile, index: int, order: list[int], field: str) -> GltfSkin:
    """Skin `index`. Raises InputError: missing, joints outside the scene, too few matrices."""
    skin = file.item(file.document.skins, index, "skins", field)
    row_of = {node: row for row, node in enumerate(order)}
    for joint in skin.joints:
        if joint not in row_of:
            raise file.error(f"skins[{index}].joints", f"names nodes[{joint}], which is not in the scene")
    count = len(skin.joints)
    matrices = np.tile(np.eye(4), (count, 1, 1))
    if skin.inverse_bind_matrices is not None:
        place = f"skins[{index}].inverseBindMatrices"
        columns = read_floats(file, skin.inverse_bind_matrices, (16,), np.arange(count), place)
        matrices = columns.astype(np.float64).reshape(-1, 4, 4).transpose(0, 2, 1)
        _check_bounds(file, matrices, place)
        matrices[:, 3] = (0.0, 0.0, 0.0, 1.0)
    return GltfSkin(np.array([row_of[joint] for joint in skin.joints], dtype=np.int64), matrices)


def _target_row(file: GltfFile, channel: AnimationChannel, row_of: dict[int, int], field: str) -> int | None:
    """The row of the node it moves; None if that is not shown."""
    node, path = _target(channel)
    if path == "pointer":
        pointer = channel.target.extensions.pointer
        asks = f"KHR_animation_pointer to {pointer.pointer[:80] if pointer else 'nothing'}"
        file.lost(asks, "it stays as it is at rest: only places of nodes move", "Bake it into nodes")
        return None
    if node is None:
        return None
    chosen = file.item(file.document.nodes, node, "nodes", f"{field}.target.node")
    if path == "weights":
        file.lost("animated morph targets", "meshes keep the shape they have at rest", "Bake it into joints or nodes")
        return None
    if path not in _WIDTHS:
        raise file.error(f"{field}.target.path", f"is {path!r}, not translation, rotation, scale or weights")
    if chosen.matrix is not None:
        raise file.error(f"nodes[{node}].matrix", "is given for a node that is animated (3.5.2)")
    return row_of.get(node)


def _target(channel: AnimationChannel) -> tuple[int | None, str]:
    """The node and the property that move; a pointer to a node's property is the same as naming both."""
    pointer = channel.target.extensions.pointer
    found = _NODE_POINTER.fullmatch(pointer.pointer) if pointer is not None else None
    if found is None:
        return channel.target.node, channel.target.path
    return int(found[1]), found[2]


def _keys(file: GltfFile, sampler: AnimationSampler, path: Property, place: str) -> tuple[Floats, Floats]:
    """Times (K,) and values (K, W), or (K, 3, W) of a cubic spline."""
    count = element_count(file, sampler.input, (1,), f"{place}.input")
    if count > MOST_KEYS:
        raise file.error(f"{place}.input", f"has more than {MOST_KEYS} keyframes")
    times = read_floats(file, sampler.input, (1,), np.arange(count), f"{place}.input")[:, 0].astype(np.float64)
    if times[0] < 0.0 or (np.diff(times) <= 0.0).any():
        raise file.error(f"{place}.input", "has times that do not increase from 0")
    cubic = sampler.interpolation == "CUBICSPLINE"
    wanted = np.arange(count * (3 if cubic else 1))
    values = read_floats(file, sampler.output, (_WIDTHS[path],), wanted, f"{place}.output").astype(np.float64)
    _check_bounds(file, values, f"{place}.output")
    if cubic:
        values = values.reshape(count, 3, -1)
    if path == "rotation":
        _check_rotations(file, values[:, 1] if cubic else values, f"{place}.output")
    return times, values


def _check_rotations(file: GltfFile, values: Floats, field: str) -> None:
    length = np.linalg.norm(values, axis=-1, keepdims=True)
    if (length < 1e-6).any():
        raise file.error(field, "has a rotation of length zero")
    values /= length


def _check_bounds(file: GltfFile, values: Floats, field: str) -> None:
    if np.abs(values).max(initial=0.0) > FARTHEST:
        raise file.error(field, "has numbers out of range", "Check its scale and position")


def _track(key: _Key, rows: list[tuple[int, Floats, Floats]]) -> Track:
    path, _, interpolation = key
    values = np.stack([values for _, _, values in rows], axis=-2)
    numbers = np.array([row for row, _, _ in rows], dtype=np.int64)
    return Track(path, interpolation, numbers, rows[0][1], values)
