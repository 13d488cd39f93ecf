"""The set `boxes` with its light in the colours of its vertices, for programs that know neither sun nor haze.

Others get it as triangles of code values: the walls' signal is a power, so the code of a product is the product of the
codes, and a plain program that multiplies picture and vertex colour shows what a lit and encoded picture shows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.animation import Clip, Track
from render.layers.mesh.mesh_data import MeshData, MeshMaterial, MeshPart, instance_boxes
from render.layers.mesh.node_rig import MovingSet, NodeRig
from render.scene.loading import load_scene_data
from render.scene.scene_data import SceneData
from stage.files.loading import find_scene, load_scene
from stage.maths.arrays import Floats
from stage.maths.colour_transfer import srgb_linear
from stage.model.scene import Ambient, Haze, Sun
from tools.bench.peers.cases import PEAK_NITS
from tools.bench.peers.dome import dome

GAMMA = 2.4
UNIT_NITS = 100.0


@dataclass(frozen=True, slots=True)
class Triangles:
    """What a plain program draws with one picture: `positions` (3 T, 3) stage space, `uv` (3 T, 2) with v from the
    picture's first row, `light` (3 T, 3) of the vertices and `picture` (h, w, 3) that multiplies it (None = white),
    both as shares of the walls' peak."""

    positions: NDArray[np.float32]
    uv: NDArray[np.float32]
    light: NDArray[np.float32]
    picture: NDArray[np.float32] | None

    def colours(self) -> NDArray[np.uint8]:
        """(3 T, 4) code values of the vertices."""
        return with_alpha(codes_of(self.light))

    def rgba(self) -> NDArray[np.uint8] | None:
        """(h, w, 4) code values of the picture."""
        return None if self.picture is None else with_alpha(codes_of(self.picture))


def with_alpha(codes: NDArray[np.float64]) -> NDArray[np.uint8]:
    """(..., 3) shares of the largest code as (..., 4) bytes, opaque."""
    return np.rint(255.0 * np.concatenate([codes, np.ones((*codes.shape[:-1], 1))], axis=-1)).astype(np.uint8)


def codes_of(share: NDArray[np.floating]) -> NDArray[np.float64]:
    """Shares of the largest code for shares of the peak."""
    return np.asarray(np.clip(share, 0.0, 1.0) ** (1.0 / GAMMA), np.float64)


def bundled() -> SceneData:
    """The set as it comes, without its haze."""
    path = find_scene("boxes", Path())
    return replace(load_scene_data(load_scene(path), path.parent), haze=Haze())


def lit_set(moving: bool) -> SceneData:
    """The set lit by its own sun; `moving`: as `baked_set`."""
    scene = bundled()
    return replace(scene, meshes=_moving(scene.meshes)) if moving else scene


def baked_set(moving: bool) -> SceneData:
    """The set as unlit surfaces, a part for each instance. `moving`: a clip plays that leaves everything where it is,
    so the product must treat each moment as another picture."""
    scene = bundled()
    meshes = scene.meshes
    materials = tuple(MeshMaterial(picture=own.picture, unlit=True) for own in meshes.materials)
    parts = tuple(_lit_part(meshes, number, scene.sun, scene.ambient) for number in range(len(meshes.instance_part)))
    order = np.arange(len(parts), dtype=np.int32)
    low, high = instance_boxes(parts, order, meshes.stage_from_instance)
    baked = replace(
        meshes, parts=parts, materials=materials, instance_part=order, instance_low_m=low, instance_high_m=high
    )
    return replace(scene, meshes=_moving(baked) if moving else baked)


def triangles() -> list[Triangles]:
    """The set for plain programs: everything without a picture, the ground, and the sky as a dome."""
    scene = baked_set(moving=False)
    meshes = scene.meshes
    peak = PEAK_NITS / UNIT_NITS
    found = []
    for picture in (None, *range(len(meshes.pictures))):
        of_picture = [n for n, p in enumerate(meshes.parts) if meshes.materials[p.material].picture == picture]
        placed = np.concatenate([_placed(meshes, number) for number in of_picture])
        light = None if picture is None else srgb_linear(meshes.pictures[picture].rgba[..., :3] / 255.0)
        found.append(_triangles(placed[:, :3], placed[:, 6:8], placed[:, 8:11] / peak, light))
    assert scene.background is not None
    positions, uv = dome(math.radians(scene.background.pan_deg))
    sky = scene.background.radiance.astype(np.float64) * (scene.background.gain / peak)
    return [*found, _triangles(positions, uv, np.ones((len(positions), 3)), sky)]


def _triangles(
    positions: NDArray[np.float32], uv: NDArray[np.float32], light: Floats, picture: Floats | None
) -> Triangles:
    shown = None if picture is None else picture.astype(np.float32)
    return Triangles(positions.copy(), uv.copy(), light.astype(np.float32), shown)


def _lit_part(meshes: MeshData, number: int, sun: Sun, ambient: Ambient) -> MeshPart:
    """An instance's part with sun and sky in its vertices' colours."""
    part = meshes.parts[int(meshes.instance_part[number])]
    vertices = part.vertices.copy()
    normal = vertices[:, 3:6] @ np.linalg.inv(meshes.stage_from_instance[number, :3, :3])
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    pan, height = math.radians(sun.pan_deg), math.radians(sun.elevation_deg)
    toward = np.array([-math.sin(pan) * math.cos(height), math.cos(pan) * math.cos(height), math.sin(height)])
    above, below = np.array(ambient.up), np.array(ambient.down)
    share = normal[:, 2:] * 0.5 + 0.5
    light = np.array(sun.radiance) * np.maximum(normal @ toward, 0.0)[:, None] + below + (above - below) * share
    vertices[:, 8:11] *= np.array(meshes.materials[part.material].base_colour[:3]) * light
    return replace(part, vertices=vertices.astype(np.float32))


def _placed(meshes: MeshData, number: int) -> NDArray[np.float32]:
    """(3 T, 12): the vertices of an instance's triangles in stage space."""
    part = meshes.parts[int(meshes.instance_part[number])]
    vertices = part.vertices[part.triangles.ravel()].copy()
    turn = meshes.stage_from_instance[number]
    vertices[:, :3] = vertices[:, :3] @ turn[:3, :3].T + turn[:3, 3]
    return vertices


def _moving(meshes: MeshData) -> MeshData:
    """The first instance hangs on a node that a clip moves from where it is to where it is."""
    place = meshes.stage_from_instance[:1]
    low, high = meshes.parts[int(meshes.instance_part[0])].corners()
    still = np.zeros((1, 3))
    rig = NodeRig(
        np.array([-1]), still, np.array([[0.0, 0.0, 0.0, 1.0]]), np.ones((1, 3)), np.eye(4)[None], (np.array([0]),)
    )
    track = Track("translation", "LINEAR", np.array([0]), np.array([0.0, 10.0]), np.zeros((2, 1, 3)))
    own = MovingSet(
        rig=rig,
        clip=Clip("still", (track,)),
        speed=1.0,
        stage_from_root=np.eye(4),
        instances=np.array([0]),
        rows=np.array([0]),
        node_from_instance=place,
        middle=((low + high) / 2.0)[None],
        half=((high - low) / 2.0)[None],
    )
    return replace(meshes, moving=(own,))
