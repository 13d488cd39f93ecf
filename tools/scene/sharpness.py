"""Whether a set's pictures are fine enough for a wall: texels a wall pixel, as seen from the stage. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from render.layers.mesh.mesh_data import MeshData, MeshPart
from stage.maths.arrays import Floats
from stage.maths.pose import Vector

EYE_M: Vector = (0.0, -3.0, 1.5)
"""A camera three metres before the wall."""
WALL_PIXEL_RAD = 0.004 / 3.0
"""A LED pitch of 4 mm from there."""
MOST_FINE = 0.95


@dataclass(frozen=True, slots=True)
class Sharpness:
    """Texels that one wall pixel shows along one side: of half of what is seen at least `median`, of 95 % at least
    `most`. `plain_share`: the part of what is seen that has no picture and needs none."""

    median: float
    most: float
    plain_share: float

    def text(self) -> str:
        """For people."""
        return (
            f"{self.median:.1f} texels a wall pixel of 4 mm from 3 m (median), {self.most:.1f} or more over "
            f"95 % of what is seen; {100.0 * self.plain_share:.0f} % has no picture"
        )


def sharpness_of(meshes: MeshData, eye_m: Vector = EYE_M, pixel_rad: float = WALL_PIXEL_RAD) -> Sharpness | None:
    """Over all triangles before the eye that face it, each weighed by the angle it fills (what hides what is left out).
    None where nothing has a picture."""
    rows = [_rows(meshes, number, np.array(eye_m), pixel_rad) for number in range(len(meshes.instance_part))]
    seen, fine = (np.concatenate([row[part] for row in rows]) if rows else np.zeros(0) for part in (0, 1))
    pictured = np.isfinite(fine)
    if not (seen[pictured] > 0.0).any():
        return None
    order = np.argsort(fine[pictured])
    share = np.cumsum(seen[pictured][order])
    values = fine[pictured][order]
    at = np.searchsorted(share / share[-1], (0.5, 1.0 - MOST_FINE))
    return Sharpness(float(values[at[0]]), float(values[at[1]]), max(0.0, float(1.0 - share[-1] / seen.sum())))


def _rows(meshes: MeshData, instance: int, eye_m: Floats, pixel_rad: float) -> tuple[Floats, Floats]:
    """Per triangle: the solid angle it fills, and its texels a wall pixel (infinite without a picture)."""
    part: MeshPart = meshes.parts[meshes.instance_part[instance]]
    material = meshes.materials[part.material]
    place = meshes.stage_from_instance[instance]
    position = part.vertices[:, :3] @ place[:3, :3].T + place[:3, 3]
    a, b, c = (position[part.triangles[:, corner]] for corner in range(3))
    facing, way = np.cross(b - a, c - a), eye_m - (a + b + c) / 3.0
    away_m = np.linalg.norm(way, axis=1)
    toward = np.einsum("nk,nk->n", facing, way) / np.maximum(away_m, 1e-6) * np.sign(np.linalg.det(place[:3, :3]))
    toward = np.abs(toward) if material.double_sided else np.maximum(toward, 0.0)
    seen = np.where(way[:, 1] < 0.0, 0.5 * toward / np.maximum(away_m, 0.5) ** 2, 0.0)
    if material.picture is None:
        return seen, np.full(len(seen), np.inf)
    height, width = meshes.pictures[material.picture].rgba.shape[:2]
    uv = part.vertices[:, 6:8].astype(np.float64) * (width, height)
    u, v = uv[part.triangles[:, 1]] - uv[part.triangles[:, 0]], uv[part.triangles[:, 2]] - uv[part.triangles[:, 0]]
    texels = np.abs(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])
    per_m = np.sqrt(texels / np.maximum(np.linalg.norm(facing, axis=1), 1e-12))
    return seen, np.asarray(per_m * away_m * pixel_rad)
