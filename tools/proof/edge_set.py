"""A set of slanted edges for the figure of sharpness: one on each wall, at its own distance behind the wall."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.mesh_data import MeshData, MeshMaterial, MeshPart, instance_boxes
from render.scene.scene_data import SceneData
from stage.maths.arrays import Floats
from stage.maths.projection import camera_axes, camera_slopes
from stage.messages.frames import CameraState
from stage.walls.surface import Surface
from tools.proof.walls.parallax import wall_positions

SLANT_DEG = 5.0
DARK, BRIGHT = 0.6, 6.0
"""60 and 600 nits."""
BEHIND = 1.8
"""The edge's distance from the pupil, as a multiple of the wall's."""
SHOWN = 0.8
"""Only this share of the camera's picture, round its middle, counts as visible."""
LEAST_PX = 28
MOST_PX = 40


@dataclass(frozen=True, slots=True)
class EdgePlace:
    """An edge on a wall's canvas: rows and columns of a square that contains nothing else; `seen`: the rows and columns
    that contain all the camera sees of the wall."""

    wall: str
    rows: slice
    columns: slice
    seen: tuple[slice, slice]


def edge_set(surfaces: dict[str, Surface], camera: CameraState) -> tuple[SceneData, tuple[EdgePlace, ...]]:
    """The set, and the places of its edges; walls of which the camera sees too little have none."""
    places, parts = [], []
    for name, surface in surfaces.items():
        positions = wall_positions(surface)
        seen = _seen(positions, camera)
        found = _widest(seen)
        if found is None:
            continue
        (column, row), half = found
        square = slice(row - half, row + half), slice(column - half, column + half)
        places.append(EdgePlace(name, *square, (_span(seen, axis=1), _span(seen, axis=0))))
        parts += _edge(positions, column, row, half, np.asarray(camera.position_m))
    return _scene(parts), tuple(places)


def _seen(positions: Floats, camera: CameraState) -> NDArray[np.bool_]:
    """(h, w): the wall's pixels well inside the camera's picture."""
    lens = camera.lens
    left, right, lower, upper = camera_slopes(camera.sensor_mm, lens.focal_length_mm, lens.projection_offset_mm)
    offset = positions - np.asarray(camera.position_m)
    across, ahead, up = (offset @ np.asarray(axis) for axis in camera_axes(camera.orientation))
    with np.errstate(invalid="ignore", divide="ignore"):
        x, y = across / ahead, up / ahead
        inside = (x > SHOWN * left) & (x < SHOWN * right) & (y > SHOWN * lower) & (y < SHOWN * upper)
    return np.asarray(inside & (ahead > 0))


def _span(held: NDArray[np.bool_], axis: int) -> slice:
    numbers = np.flatnonzero(np.asarray(held.any(axis=axis)))
    return slice(int(numbers[0]), int(numbers[-1]) + 1)


def _widest(seen: NDArray[np.bool_]) -> tuple[tuple[int, int], int] | None:
    """(column, row) and half the side of the largest fully visible square, at most MOST_PX."""
    framed = np.pad(seen, 1)
    distance = cv2.distanceTransform(framed.astype(np.uint8), cv2.DIST_C, 3)[1:-1, 1:-1]
    row, column = np.unravel_index(int(distance.argmax()), distance.shape)
    half = min(int(distance[row, column]) - 1, MOST_PX)
    return ((int(column), int(row)), half) if half >= LEAST_PX else None


def _edge(positions: Floats, column: int, row: int, half: int, eye_m: Floats) -> list[tuple[Floats, float]]:
    """Two quads that meet in the edge: (4, 3) corners counter-clockwise seen from the eye, and their light."""
    middle = positions[row, column] - eye_m
    distance_m = float(np.linalg.norm(middle))
    toward = middle / distance_m
    down = positions[row + 4, column] - positions[row - 4, column]
    down -= toward * (down @ toward)
    down /= np.linalg.norm(down)
    right = np.cross(down, toward)
    slant = np.radians(SLANT_DEG)
    along, beside = np.cos(slant) * down + np.sin(slant) * right, np.cos(slant) * right - np.sin(slant) * down
    corner = positions[row - half, column - half] - positions[row, column]
    reach = 1.7 * BEHIND * float(np.linalg.norm(corner))
    centre = eye_m + toward * distance_m * BEHIND
    quads = []
    for side, light in ((-1.0, DARK), (1.0, BRIGHT)):
        near, far = centre, centre + side * reach * beside
        corners = np.array([near - reach * along, near + reach * along, far + reach * along, far - reach * along])
        quads.append((corners if side > 0 else corners[::-1], light))
    return quads


def _scene(quads: list[tuple[Floats, float]]) -> SceneData:
    parts = []
    for number, (corners, _) in enumerate(quads):
        vertices = np.zeros((4, 12), np.float32)
        vertices[:, :3], vertices[:, 5], vertices[:, 8:] = corners, 1.0, 1.0
        parts.append(MeshPart(vertices, np.array([[0, 1, 2], [0, 2, 3]], np.uint32), number))
    materials = tuple(MeshMaterial((light, light, light, 1.0), double_sided=True, unlit=True) for _, light in quads)
    numbers = np.arange(len(parts), dtype=np.int32)
    matrices = np.repeat(np.eye(4)[None], len(parts), axis=0)
    low, high = instance_boxes(tuple(parts), numbers, matrices)
    meshes = MeshData(
        parts=tuple(parts),
        materials=materials,
        instance_part=numbers,
        stage_from_instance=matrices,
        instance_low_m=low,
        instance_high_m=high,
    )
    return SceneData("slanted edges", meshes)
