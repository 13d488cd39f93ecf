"""The meshes of a set at one moment as plain arrays in stage space: what a path tracer works on. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.mesh_data import MeshData, MeshMaterial, MeshPart, PunctualLight
from render.pictures.picture import Picture
from stage.maths.arrays import Floats

Numbers = NDArray[np.uint32]
Singles = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Surface:
    """All triangles of one material, every instance in its place. `position_m`, `normal` (V, 3) stage space, the
    normals unit length; `uv`, `second_uv` (V, 2) with v downward as in glTF; `colour` (V, 4) scene-linear;
    `triangles` (T, 3) counter-clockwise seen from outside; `instance` (T,): the instance of MeshData each is of."""

    material: MeshMaterial
    position_m: Singles
    normal: Singles
    uv: Singles
    second_uv: Singles | None
    colour: Singles
    triangles: Numbers
    instance: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class World:
    """Everything of a set that light falls on or comes from, but the sky and the sun."""

    surfaces: tuple[Surface, ...]
    pictures: tuple[Picture, ...]
    lights: tuple[PunctualLight, ...]

    def reach_m(self) -> float:
        """The largest distance of a vertex from the stage's origin; 1 for an empty world."""
        far = [float(np.linalg.norm(one.position_m, axis=1).max()) for one in self.surfaces if len(one.position_m)]
        return max([1.0, *far])


def world_of(meshes: MeshData, time_s: float) -> World:
    """The world at scene time `time_s`, seconds: instances in their places, skins bent."""
    places, palettes = _places(meshes, time_s)
    pieces: dict[int, list[tuple[MeshPart, Singles, Singles, bool, int]]] = {}
    for number, part_number in enumerate(meshes.instance_part):
        part = meshes.parts[part_number]
        position, normal, mirrored = _placed(part, places[number], palettes.get(number))
        pieces.setdefault(part.material, []).append((part, position, normal, mirrored, number))
    surfaces = tuple(_surface(meshes.materials[material], pieces[material]) for material in sorted(pieces))
    return World(surfaces, meshes.pictures, meshes.lights)


def _places(meshes: MeshData, time_s: float) -> tuple[Floats, dict[int, Floats]]:
    """`stage_from_instance` (N, 4, 4), and the palettes (J, 3, 4) of instances that are bent."""
    places = meshes.stage_from_instance.copy()
    palettes: dict[int, Floats] = {}
    for moving in meshes.moving:
        pose = moving.pose(time_s)
        places[moving.instances] = pose.stage_from_instance
        for skin, palette in zip(moving.skins, pose.palettes, strict=True):
            palettes[int(moving.instances[skin.member])] = palette
    return places, palettes


def _placed(part: MeshPart, place: Floats, palette: Floats | None) -> tuple[Singles, Singles, bool]:
    """Positions and unit normals (V, 3) in stage space, and whether the placement mirrors. Bent vertices: glTF 2.0,
    3.7.3.3, the sum of their joints' matrices; normals by the cofactor matrix."""
    position, normal = part.vertices[:, :3].astype(np.float64), part.vertices[:, 3:6].astype(np.float64)
    mirrored = bool(np.linalg.det(place[:3, :3]) < 0.0)
    if palette is not None and part.skin is not None:
        rows = np.einsum("vj,vjrc->vrc", part.skin.weights.astype(np.float64), palette[part.skin.joints])
        position = np.einsum("vrc,vc->vr", rows[:, :, :3], position) + rows[:, :, 3]
        normal = np.einsum("vrc,vc->vr", _cofactors(rows[:, :, :3]), normal)
    position = position @ place[:3, :3].T + place[:3, 3]
    normal = normal @ _cofactors(place[None, :3, :3])[0].T
    length = np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-30)
    return position.astype(np.float32), (normal / length).astype(np.float32), mirrored


def _cofactors(turn: Floats) -> Floats:
    """(N, 3, 3) what turns normals: the cofactor matrices, outward also where mirrored."""
    x, y, z = turn[:, 0], turn[:, 1], turn[:, 2]
    rows = np.stack([np.cross(y, z), np.cross(z, x), np.cross(x, y)], axis=1)
    side = np.where(np.einsum("ni,ni->n", x, rows[:, 0]) < 0.0, -1.0, 1.0)
    return np.asarray(rows * side[:, None, None])


def _surface(material: MeshMaterial, pieces: list[tuple[MeshPart, Singles, Singles, bool, int]]) -> Surface:
    first, triangles, numbers = 0, [], []
    for part, _, _, mirrored, number in pieces:
        own = part.triangles[:, ::-1] if mirrored else part.triangles
        triangles.append(own.astype(np.uint32) + np.uint32(first))
        numbers.append(np.full(len(own), number, np.int32))
        first += len(part.vertices)
    vertices = np.concatenate([part.vertices for part, *_ in pieces])
    return Surface(
        material=material,
        position_m=np.concatenate([position for _, position, _, _, _ in pieces]),
        normal=np.concatenate([normal for _, _, normal, _, _ in pieces]),
        uv=vertices[:, 6:8],
        second_uv=_second_uv([part for part, *_ in pieces]),
        colour=vertices[:, 8:12],
        triangles=np.concatenate(triangles),
        instance=np.concatenate(numbers),
    )


def _second_uv(parts: list[MeshPart]) -> Singles | None:
    if all(part.second_uv is None for part in parts):
        return None
    nothing = [np.zeros((len(part.vertices), 2), np.float32) for part in parts]
    return np.concatenate(
        [part.second_uv if part.second_uv is not None else none for part, none in zip(parts, nothing, strict=True)]
    )
