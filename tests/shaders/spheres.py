"""Spheres, boards and backgrounds for tests of light: every normal is known."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.mesh_data import MeshMaterial, MeshPart, PunctualLight
from render.pictures.picture import Background, Picture
from render.scene.scene_data import SceneData
from render.view.view import View
from stage.maths.arrays import Floats
from stage.model.scene import Ambient, Haze, Sun
from tests.shaders.scene_drawing import SIZE_PX, rays, scene_of

DARK = (Sun(radiance=(0.0, 0.0, 0.0)), Ambient(up=(0.0, 0.0, 0.0), down=(0.0, 0.0, 0.0)), Haze())
"""No light but lamps."""
CENTRE_M, RADIUS_M = np.array([0.0, 4.0, 0.0]), 1.5


def sphere(material: int = 0, rings: int = 96) -> MeshPart:
    """A unit sphere round the origin; texture coordinates run once round it."""
    theta, phi = np.meshgrid(np.linspace(0, np.pi, rings + 1), np.linspace(0, 2 * np.pi, 2 * rings + 1), indexing="ij")
    normal = np.stack([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)], axis=-1)
    vertices = np.ones((normal[..., 0].size, 12), dtype=np.float32)
    vertices[:, 0:3] = vertices[:, 3:6] = normal.reshape(-1, 3)
    vertices[:, 6], vertices[:, 7] = phi.ravel() / (2 * np.pi), theta.ravel() / np.pi
    i, j = (part.ravel() for part in np.meshgrid(np.arange(rings), np.arange(2 * rings), indexing="ij"))
    a = i * (2 * rings + 1) + j
    b, c = a + 1, a + 2 * rings + 1
    triangles = np.concatenate([np.stack([a, c, b], axis=1), np.stack([b, c, c + 1], axis=1)])
    return MeshPart(vertices, triangles.astype(np.uint32), material)


def board(material: int = 0, half_m: float = 2.0, y_m: float = 4.0) -> MeshPart:
    """A square upright board that faces -Y; u runs to the right, v down, from 0 to 1."""
    vertices = np.ones((4, 12), dtype=np.float32)
    corners = [(-half_m, y_m, -half_m), (half_m, y_m, -half_m), (half_m, y_m, half_m), (-half_m, y_m, half_m)]
    vertices[:, 0:3], vertices[:, 3:6] = corners, (0.0, -1.0, 0.0)
    vertices[:, 6:8] = [(0, 1), (1, 1), (1, 0), (0, 0)]
    return MeshPart(vertices, np.array([[0, 1, 2], [0, 2, 3]], dtype=np.uint32), material)


def ground(material: int = 0, half_m: float = 30.0) -> MeshPart:
    """A level square at height 0."""
    vertices = np.ones((4, 12), dtype=np.float32)
    vertices[:, 0:3] = [(-half_m, -half_m, 0), (half_m, -half_m, 0), (half_m, half_m, 0), (-half_m, half_m, 0)]
    vertices[:, 3:6] = (0.0, 0.0, 1.0)
    return MeshPart(vertices, np.array([[0, 1, 2], [0, 2, 3]], dtype=np.uint32), material)


def ball_at(place_m: Floats, radius_m: float) -> Floats:
    """The transform of a unit sphere."""
    matrix = np.diag([radius_m, radius_m, radius_m, 1.0])
    matrix[:3, 3] = place_m
    return np.asarray(matrix)


def ball_scene(
    material: MeshMaterial,
    background: Background,
    light: tuple[Sun, Ambient, Haze],
    pictures: tuple[Picture, ...] = (),
) -> SceneData:
    """One ball before a background."""
    return scene_of((sphere(),), (material,), [(0, ball_at(CENTRE_M, RADIUS_M))], pictures, background, light)


def board_scene(
    material: MeshMaterial, pictures: tuple[Picture, ...] = (), lights: tuple[PunctualLight, ...] = (),
    light: tuple[Sun, Ambient, Haze] = DARK, part: MeshPart | None = None,
) -> SceneData:  # fmt: skip
    """One board; black behind."""
    black = Background(np.zeros((4, 8, 3), np.float16))
    one = scene_of((part or board(),), (material,), [(0, np.eye(4))], pictures, black, light)
    return replace(one, meshes=replace(one.meshes, lights=lights))


class Seen(NamedTuple):
    """Per pixel (h, w, 3) of the ball: its normal and the direction to the eye; `clear` away from its rim."""

    normal: Floats
    toward_eye: Floats
    clear: NDArray[np.bool_]


def seen_ball(view: View, size_px: tuple[int, int] = SIZE_PX, least: float = 0.15) -> Seen:
    """Where the ball of `ball_scene` is seen, by ray and sphere."""
    ray = rays(view, size_px)
    to_eye = np.asarray(view.eye_m) - CENTRE_M
    along = ray @ to_eye
    square = along**2 - (to_eye @ to_eye - RADIUS_M**2)
    distance = -along - np.sqrt(np.maximum(square, 0.0))
    normal = (to_eye + distance[..., None] * ray) / RADIUS_M
    facing = -(normal * ray).sum(-1)
    return Seen(normal, -ray, (square > 0.0) & (facing > least))


def background_of(radiance: Floats) -> Background:
    """(h, w, 3) as an equirect; its middle column lies toward +Y."""
    return Background(radiance.astype(np.float16))


def equirect_directions(height: int) -> Floats:
    """(h, 2h, 3) stage directions of an equirect's pixels: middle column +Y, to the right +X, row 0 up."""
    down = (np.arange(height) + 0.5) / height * np.pi
    across = ((np.arange(2 * height) + 0.5) / (2 * height) - 0.5) * 2 * np.pi
    down, across = np.meshgrid(down, across, indexing="ij")
    return np.stack([np.sin(down) * np.sin(across), np.sin(down) * np.cos(across), np.cos(down)], axis=-1)
