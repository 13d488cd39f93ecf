"""The triangles of a set that hold and throw light, as plain arrays in stage space. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.mesh_data import MeshData, MeshMaterial
from render.pictures.picture import Picture
from render.transport.tessellation import standing
from stage.maths.arrays import Floats

Singles = NDArray[np.float32]
Numbers = NDArray[np.int64]
_CORNERS = np.array([(a, b, 6 - a - b) for a in range(7) for b in range(7 - a)]) / 6.0
_INSIDE = (_CORNERS * 0.9 + 0.1 / 3.0).astype(np.float32)
"""(28, 3) places within a triangle at which pictures are looked up."""


@dataclass(frozen=True, slots=True)
class Ground:
    """`corners_m` (T, 3, 3); `facing` (T, 3) unit, outward; `area_m2` (T,); `instance`, `material` (T,); `two_sided`
    (T,); `solid` (T,): the share of light it stops; `albedo` (T, 3) without the material's factor, black where
    unlit; a metal counts as if it were matt. Vertices: `vertex_m`, `normal` (V, 3), in the order of `instances` and
    their parts, `runs` (I + 1,): where each instance's begin; `vertex_of` (T, 3)."""

    corners_m: Singles
    facing: Singles
    area_m2: Singles
    instance: Numbers
    material: Numbers
    two_sided: NDArray[np.bool_]
    solid: Singles
    albedo: Singles
    vertex_m: Singles
    normal: Singles
    vertex_of: Numbers
    instances: Numbers
    runs: Numbers

    def some(self, triangles: NDArray[np.bool_]) -> Ground:
        """Some of the triangles (T,), among all of the vertices."""
        names = ("corners_m", "facing", "area_m2", "instance", "material", "two_sided", "solid", "albedo", "vertex_of")
        return replace(self, **{name: getattr(self, name)[triangles] for name in names})


def ground_of(meshes: MeshData) -> Ground:
    """The standing instances of tessellated meshes."""
    instances = np.flatnonzero(standing(meshes))
    position: list[Singles] = [np.zeros((0, 3), np.float32)]
    normal: list[Singles] = [np.zeros((0, 3), np.float32)]
    vertex_of: list[Numbers] = [np.zeros((0, 3), np.int64)]
    albedo: list[Singles] = [np.zeros((0, 3), np.float32)]
    solid: list[Singles] = [np.zeros(0, np.float32)]
    known: dict[int, tuple[Singles, Singles]] = {}
    runs, counts = [0], []
    for instance in instances.tolist():
        number = int(meshes.instance_part[instance])
        part, place = meshes.parts[number], meshes.stage_from_instance[instance]
        points, turned, mirrored = _placed(part.vertices, place)
        triangles = part.triangles.astype(np.int64)
        position.append(points)
        normal.append(turned)
        vertex_of.append((triangles[:, ::-1] if mirrored else triangles) + runs[-1])
        if number not in known:
            known[number] = _colours(part.vertices, part.triangles, meshes.materials[part.material], meshes.pictures)
        albedo.append(known[number][0])
        solid.append(known[number][1])
        runs.append(runs[-1] + len(points))
        counts.append(len(triangles))
    vertex_m, corners = np.concatenate(position), np.concatenate(vertex_of)
    across = np.cross(
        vertex_m[corners[:, 1]] - vertex_m[corners[:, 0]], vertex_m[corners[:, 2]] - vertex_m[corners[:, 0]]
    )
    double = np.linalg.norm(across, axis=1)
    of = np.repeat(instances, np.array(counts, np.int64)) if counts else np.zeros(0, np.int64)
    material = np.array([part.material for part in meshes.parts] or [0])[meshes.instance_part[of]]
    sides = np.array([one.double_sided for one in meshes.materials] or [False])
    return Ground(
        corners_m=vertex_m[corners],
        facing=(across / np.maximum(double, 1e-20)[:, None]).astype(np.float32),
        area_m2=(double / 2.0).astype(np.float32),
        instance=of,
        material=np.asarray(material, np.int64),
        two_sided=sides[material],
        solid=np.concatenate(solid),
        albedo=np.concatenate(albedo),
        vertex_m=vertex_m,
        normal=np.concatenate(normal),
        vertex_of=corners,
        instances=instances,
        runs=np.array(runs, np.int64),
    )


def _placed(vertices: Singles, place: Floats) -> tuple[Singles, Singles, bool]:
    """Positions and unit normals (V, 3) in stage space, and whether the placement mirrors."""
    turn = place[:3, :3]
    x, y, z = turn
    cofactors = np.stack([np.cross(y, z), np.cross(z, x), np.cross(x, y)])
    mirrored = bool(np.linalg.det(turn) < 0.0)
    normal = vertices[:, 3:6].astype(np.float64) @ cofactors.T * (-1.0 if mirrored else 1.0)
    length = np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-20)
    points = vertices[:, :3].astype(np.float64) @ turn.T + place[:3, 3]
    return points.astype(np.float32), (normal / length).astype(np.float32), mirrored


def _colours(
    vertices: Singles, triangles: NDArray[np.uint32], material: MeshMaterial, pictures: tuple[Picture, ...]
) -> tuple[Singles, Singles]:
    """(T, 3) what each triangle reflects without its material's factor, and (T,) the share of light it stops."""
    at = vertices[triangles][:, :, 6:12]
    colour = np.einsum("sc,tcv->tsv", _INSIDE, at)
    rgba = colour[:, :, 2:].copy()
    if material.picture is not None:
        rgba *= _looked_up(pictures[material.picture], colour[:, :, :2])
    alpha = rgba[:, :, 3] * material.base_colour[3]
    shown = alpha >= material.alpha_cutoff
    solid = shown.mean(axis=1) if material.alpha_cutoff > 0.0 else np.ones(len(triangles))
    weight = np.maximum(shown, 1e-3)[:, :, None] if material.alpha_cutoff > 0.0 else np.ones_like(rgba[:, :, :1])
    mean = (rgba[:, :, :3] * weight).sum(axis=1) / weight.sum(axis=1)
    if material.unlit:
        mean = np.zeros_like(mean)
    return np.asarray(mean, np.float32), np.asarray(solid, np.float32)


def _looked_up(picture: Picture, uv: Singles) -> Singles:
    """(..., 4) linear colours at texture coordinates (..., 2)."""
    height, width = picture.rgba.shape[:2]
    place = uv - np.floor(uv) if picture.repeat_x else np.clip(uv, 0.0, 1.0)
    column = np.minimum((np.nan_to_num(place[..., 0]) * width).astype(np.int64), width - 1)
    row = np.minimum((np.nan_to_num(place[..., 1]) * height).astype(np.int64), height - 1)
    code = picture.rgba[row, column].astype(np.float32) / 255.0
    if not picture.linear:
        rgb = code[..., :3]
        code[..., :3] = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.asarray(code, np.float32)
