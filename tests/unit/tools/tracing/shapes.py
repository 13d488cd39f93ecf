"""Little worlds for the path tracer, and a camera on them."""

from __future__ import annotations

import numpy as np

from render.layers.mesh.mesh_data import MeshMaterial, PunctualLight
from render.pictures.picture import Picture
from stage.maths.arrays import Floats
from stage.maths.pose import Vector
from tools.scene.drawing import StillPose, view_of
from tools.tracing.tracing import Camera
from tools.tracing.world import Singles, Surface, World

SIZE_PX = (48, 48)


def pane(corner: Vector, along: Vector, up: Vector, material: MeshMaterial) -> Surface:
    """A parallelogram seen from the side from which `along` runs right and `up` runs up; v runs down, as in glTF."""
    a, right, high = np.array(corner), np.array(along), np.array(up)
    normal = np.cross(right, high)
    return Surface(
        material=material,
        position_m=np.array([a, a + right, a + right + high, a + high], np.float32),
        normal=np.tile(normal / np.linalg.norm(normal), (4, 1)).astype(np.float32),
        uv=np.array([[0, 1], [1, 1], [1, 0], [0, 0]], np.float32),
        second_uv=None,
        colour=np.ones((4, 4), np.float32),
        triangles=np.array([[0, 1, 2], [0, 2, 3]], np.uint32),
        instance=np.zeros(2, np.int32),
    )


def ball(radius_m: float, material: MeshMaterial) -> Surface:
    """A sphere round the origin."""
    turn, rise = np.meshgrid(np.linspace(0, 2 * np.pi, 129), np.linspace(-np.pi / 2, np.pi / 2, 65))
    normal = np.stack([np.cos(turn) * np.cos(rise), np.sin(turn) * np.cos(rise), np.sin(rise)], axis=2).reshape(-1, 3)
    row, column = np.meshgrid(np.arange(64), np.arange(128), indexing="ij")
    here = (row * 129 + column).ravel()
    quads = np.stack([here, here + 1, here + 130, here, here + 130, here + 129], axis=1).reshape(-1, 3)
    return Surface(
        material=material,
        position_m=(normal * radius_m).astype(np.float32),
        normal=normal.astype(np.float32),
        uv=np.zeros((len(normal), 2), np.float32),
        second_uv=None,
        colour=np.ones((len(normal), 4), np.float32),
        triangles=quads.astype(np.uint32),
        instance=np.zeros(len(quads), np.int32),
    )


def world(*surfaces: Surface, pictures: tuple[Picture, ...] = (), lights: tuple[PunctualLight, ...] = ()) -> World:
    """A world of surfaces."""
    return World(surfaces, pictures, lights)


def camera(x: float, y: float, z: float, pan_deg: float = 0.0, tilt_deg: float = 0.0, fov_deg: float = 30.0) -> Camera:
    """A small square picture."""
    return Camera(view_of(StillPose("here", (x, y, z), pan_deg, tilt_deg), fov_deg, SIZE_PX), SIZE_PX)


def middle(picture: Singles) -> Floats:
    """The mean of the middle eighth."""
    height, width = picture.shape[:2]
    inner = picture[height * 7 // 16 : height * 9 // 16, width * 7 // 16 : width * 9 // 16]
    return np.asarray(inner.reshape(-1, picture.shape[2]).mean(axis=0), np.float64)
