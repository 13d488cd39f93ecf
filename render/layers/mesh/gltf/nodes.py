"""The places of a glTF's nodes (glTF 2.0 specification, section 3.5). Axes as in the file: y up."""

from __future__ import annotations

import numpy as np

from render.layers.mesh.gltf.document.document import Node
from render.layers.mesh.gltf.file import GltfFile
from render.layers.mesh.node_rig import NodeRig, turns
from stage.maths.arrays import Floats

FARTHEST = 1e9
"""The largest number allowed in a node's place."""


def node_places(file: GltfFile) -> tuple[list[int], Floats]:
    """The nodes of the file's scene (N) and their `root_from_node` (N, 4, 4), parents before children.

    Raises InputError for a node that is missing, has two parents, contains itself, or has no finite place.
    """
    nodes = file.document.nodes
    places = _local_places(file, nodes)
    order: list[int] = []
    seen = bytearray(len(nodes))
    level, parents = _roots(file), [-1]
    while level:
        _check_new(file, level, seen)
        order += level
        if parents[0] >= 0:
            with np.errstate(over="ignore", invalid="ignore"):
                places[level] = places[parents] @ places[level]
        pairs = [(child, node) for node in level for child in nodes[node].children]
        level, parents = [child for child, _ in pairs], [node for _, node in pairs]
    placed = places[order]
    _check_finite(file, order, placed)
    return order, placed


def hidden_nodes(file: GltfFile, order: list[int]) -> frozenset[int]:
    """Those of `order` (parents first) that are not shown: made invisible, or below one that is
    (KHR_node_visibility)."""
    nodes = file.document.nodes
    hidden: set[int] = set()
    for number in order:
        if number in hidden or not nodes[number].extensions.visibility.visible:
            hidden.add(number)
            hidden.update(nodes[number].children)
    return frozenset(hidden)


def node_rig(file: GltfFile, order: list[int]) -> NodeRig:
    """The nodes of `node_places`, in that order, as a rig."""
    nodes = file.document.nodes
    row_of = {number: row for row, number in enumerate(order)}
    parents = np.full(len(order), -1, dtype=np.int64)
    for row, number in enumerate(order):
        parents[[row_of[child] for child in nodes[number].children]] = row
    depth = np.zeros(len(order), dtype=np.int64)
    for row in range(len(order)):
        if parents[row] >= 0:
            depth[row] = depth[parents[row]] + 1
    chosen = [nodes[number] for number in order]
    rotation = np.array([node.rotation for node in chosen]).reshape(-1, 4)
    return NodeRig(
        parents,
        np.array([node.translation for node in chosen]).reshape(-1, 3),
        rotation / np.linalg.norm(rotation, axis=1, keepdims=True),
        np.array([node.scale for node in chosen]).reshape(-1, 3),
        _local_places(file, nodes)[order],
        tuple(np.flatnonzero(depth == level) for level in range(int(depth.max(initial=0)) + 1)),
    )


def _roots(file: GltfFile) -> list[int]:
    document = file.document
    if document.scenes:
        field = "scene"
        chosen = document.scene or 0
        return list(file.item(document.scenes, chosen, "scenes", field).nodes)
    children = {child for node in document.nodes for child in node.children}
    return [number for number in range(len(document.nodes)) if number not in children]


def _check_new(file: GltfFile, level: list[int], seen: bytearray) -> None:
    for node in level:
        if node >= len(seen):
            raise file.error("nodes", f"nodes[{node}] is named, but there are only {len(seen)}")
        if seen[node]:
            raise file.error(f"nodes[{node}]", "has two parents, or contains itself")
        seen[node] = 1


def _local_places(file: GltfFile, nodes: tuple[Node, ...]) -> Floats:
    """`parent_from_node` (N, 4, 4) of all nodes."""
    if not nodes:
        return np.zeros((0, 4, 4))
    places = np.zeros((len(nodes), 4, 4))
    with np.errstate(over="ignore", invalid="ignore"):
        places[:, :3, :3] = _turns(file, nodes) * np.array([node.scale for node in nodes])[:, None, :]
    places[:, :3, 3] = [node.translation for node in nodes]
    places[:, 3, 3] = 1.0
    given = [number for number, node in enumerate(nodes) if node.matrix is not None]
    if given:
        columns = np.array([nodes[number].matrix for number in given], dtype=np.float64)
        places[given] = columns.reshape(-1, 4, 4).transpose(0, 2, 1)
        places[given, 3] = (0.0, 0.0, 0.0, 1.0)
    return places


def _turns(file: GltfFile, nodes: tuple[Node, ...]) -> Floats:
    """Rotation matrices (N, 3, 3) of the quaternions (x, y, z, w), their length made 1."""
    quaternions = np.array([node.rotation for node in nodes])
    largest = np.abs(quaternions).max(axis=1, keepdims=True)
    if (largest < 1e-12).any():
        number = int(np.argmin(largest))
        raise file.error(f"nodes[{number}].rotation", "has length zero")
    quaternions = quaternions / largest
    return turns(quaternions / np.linalg.norm(quaternions, axis=1, keepdims=True))


def _check_finite(file: GltfFile, order: list[int], placed: Floats) -> None:
    with np.errstate(invalid="ignore"):
        far = ~(np.abs(placed) <= FARTHEST).all(axis=(1, 2))
    if far.any():
        raise file.error(
            f"nodes[{order[int(np.argmax(far))]}]", "has no finite position", "Check its scale and position"
        )
