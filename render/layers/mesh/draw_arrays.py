"""The arrays of meshes that go to the graphics card once: vertices, triangles, instance records. Numpy only.

All parts share one vertex and one index array. Instances of the same part are one indirect draw; draws that share
a picture and state are one group.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from render.gl.indirect import COMMAND_WORDS
from render.layers.mesh.mesh_data import VERTEX_FLOATS, MeshData, MeshMaterial
from stage.maths.arrays import Floats

RECORD_FLOATS = 23
"""Per instance drawn: three rows of rotation and scale (9), its origin from the eye (3), base colour (4), emissive and
unlit (4), alpha cutoff, 1 for a practical, and where its baked light begins, less the number of its first vertex."""
NO_LIGHT_RUN = -(1 << 23)
"""Of an instance without baked light; single precision holds it exactly."""

MASK_SLACK = 1.0 - 1e-5
"""What is exactly at the cutoff is no hole (glTF 2.0, 3.9.4), and interpolation rounds."""

EXTRA_FLOATS = 6
"""Per vertex, if a surface needs them: tangent (4), second texture coordinates (2)."""

Draw = tuple[int, bool]
"""A part's number, and whether it is drawn mirrored."""


class DrawGroup(NamedTuple):
    """What determines OpenGL state: the picture (None = none), holes, both sides; the number of a material that is not
    plain (None = plain), whether the part has tangents, and whether it shines by itself, so no light is worked out."""

    picture: int | None
    masked: bool
    double_sided: bool
    material: int | None = None
    tangents: bool = False
    unlit: bool = False

    @property
    def order(self) -> tuple[int, ...]:
        """The sort key of groups: those without a picture, and plain ones, come first."""
        return tuple(-1 if value is None else int(value) for value in self)


def drawn_instances(meshes: MeshData, blended: bool) -> NDArray[np.bool_]:
    """(N,) the instances with a see-through material, or those with an opaque one."""
    see_through = np.array([meshes.materials[part.material].blend for part in meshes.parts] or [False])
    return np.asarray(see_through[meshes.instance_part] == blended)


def kept(meshes: MeshData, keep: NDArray[np.bool_]) -> MeshData:
    """The meshes with only the instances in `keep`."""
    if keep.all():
        return meshes
    return replace(
        meshes,
        instance_part=meshes.instance_part[keep],
        stage_from_instance=meshes.stage_from_instance[keep],
        instance_low_m=meshes.instance_low_m[keep],
        instance_high_m=meshes.instance_high_m[keep],
        instance_casts=None if meshes.instance_casts is None else meshes.instance_casts[keep],
        light_first=None if meshes.light_first is None else meshes.light_first[keep],
    )


def group_of(meshes: MeshData, part: int) -> DrawGroup:
    """The group that a part is drawn in."""
    own = meshes.parts[part]
    material = meshes.materials[own.material]
    plain = DrawGroup(material.picture, material.alpha_cutoff > 0.0, material.double_sided, unlit=material.unlit)
    if material.plain:
        return plain
    return plain._replace(material=own.material, tangents=material.normal is not None and own.tangents is not None)


def extras_of(meshes: MeshData, draws: list[Draw]) -> NDArray[np.float32] | None:
    """(V, 6) beside the vertices; None if no part has any."""
    used = [meshes.parts[part] for part in sorted({part for part, _ in draws})]
    if all(part.tangents is None and part.second_uv is None for part in used):
        return None
    extras = np.zeros((sum(len(part.vertices) for part in used), EXTRA_FLOATS), dtype=np.float32)
    first = 0
    for part in used:
        last = first + len(part.vertices)
        if part.tangents is not None:
            extras[first:last, :4] = part.tangents
        if part.second_uv is not None:
            extras[first:last, 4:] = part.second_uv
        first = last
    return extras


def are_mirrored(stage_from_instance: Floats) -> NDArray[np.bool_]:
    """(N,) whether a transform swaps left and right, which turns its triangles inside out."""
    if not len(stage_from_instance):
        return np.zeros(0, dtype=np.bool_)
    return np.asarray(np.linalg.det(stage_from_instance[:, :3, :3]) < 0.0)


def geometry_of(
    meshes: MeshData, draws: list[Draw]
) -> tuple[NDArray[np.float32], NDArray[np.uint32], NDArray[np.uint32]]:
    """All vertices, all triangles (reversed for mirrored draws), and the commands without their instances."""
    used = sorted({part for part, _ in draws})
    starts = np.cumsum([0] + [len(meshes.parts[part].vertices) for part in used])
    base_vertex = dict(zip(used, starts[:-1].tolist(), strict=True))
    commands = np.zeros((len(draws), COMMAND_WORDS), dtype=np.uint32)
    triangles: list[NDArray[np.uint32]] = [np.zeros((0, 3), dtype=np.uint32)]
    first = 0
    for row, (part, flip) in enumerate(draws):
        own = meshes.parts[part].triangles
        triangles.append(own[:, ::-1] if flip else own)
        commands[row] = (own.size, 0, first, base_vertex[part], 0)
        first += own.size
    vertices = [np.zeros((0, VERTEX_FLOATS), dtype=np.float32)] + [meshes.parts[part].vertices for part in used]
    return np.concatenate(vertices), np.concatenate(triangles), commands


def records_of(meshes: MeshData) -> NDArray[np.float32]:
    """(N, 23) of all instances, without their origins, which depend on the eye, and without baked light."""
    records = np.zeros((len(meshes.instance_part), RECORD_FLOATS), dtype=np.float32)
    records[:, :9] = meshes.stage_from_instance[:, :3, :3].reshape(-1, 9)
    looks = [_material_floats(material) for material in meshes.materials]
    if len(records):
        material_of_part = np.array([part.material for part in meshes.parts])
        records[:, 12:22] = np.array(looks, dtype=np.float32)[material_of_part[meshes.instance_part]]
    return records


def _material_floats(material: MeshMaterial) -> tuple[float, ...]:
    return (
        *material.base_colour,
        *material.emissive,
        float(material.unlit),
        material.alpha_cutoff * MASK_SLACK,
        float(material.practical),
    )
