"""Light baked into vertex colours: the light of sun, sky and nearby lamps that reaches each vertex.

The renderer draws `base colour * vertex colour * (sun * max(N.L, 0) + ambient)` without shadows. The vertex colour
is therefore the ratio of the true light to the light the renderer assumes, per colour channel.
Visibility comes from depth maps: the occluding surfaces, as a cloud of points, seen along many directions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from stage.maths.arrays import Floats
from stage.maths.pose import Vector
from tools.sets.mesh import Mesh, Placement, face_normals

BRIGHTEST = 2.5
LAMP_SIZE_M2 = 0.8
"""Softens a nearby lamp: it is a glowing body, not a point."""
MARGIN_M = 0.12
"""Vertices are lifted this far off their surface, so a surface does not hide itself."""


@dataclass(frozen=True, slots=True)
class Daylight:
    """The light the scene file states, and the light between surfaces."""

    sun_direction: Floats
    sun: Vector
    above: Vector
    below: Vector
    bounce: Vector

    def assumed(self, normal: Floats) -> Floats:
        """(N, 3) light of the renderer's formula."""
        share = (0.5 + 0.5 * normal[:, 2])[:, None]
        facing = np.clip(normal @ self.sun_direction, 0.0, 1.0)[:, None]
        return np.asarray(facing * self.sun + np.array(self.below) * (1 - share) + np.array(self.above) * share)


@dataclass(frozen=True, slots=True)
class Lamp:
    """A small warm light: irradiance at 1 m when faced."""

    position_m: Vector
    strength: Vector


@dataclass(frozen=True, slots=True)
class DepthMap:
    """The points nearest to a far light, on a grid across its direction."""

    direction: Floats
    across: Floats
    origin: Floats
    texel_m: float
    depth_m: Floats
    softness: int
    """Half the width of a shadow's edge in texels."""

    def seen(self, position_m: Floats) -> Floats:
        """(N,) share 0..1 of the light that reaches each point."""
        place = position_m @ self.across.T
        depth = position_m @ self.direction
        scaled = (place - self.origin) / self.texel_m - 0.5
        low = np.floor(scaled).astype(int)
        share = scaled - low
        total = np.zeros(len(position_m))
        rows, columns = self.depth_m.shape
        taps = range(1 - self.softness, self.softness + 1)
        for dx in taps:
            for dy in taps:
                x, y = np.clip(low[:, 0] + dx, 0, columns - 1), np.clip(low[:, 1] + dy, 0, rows - 1)
                weight = _tent(share[:, 0] - dx, self.softness) * _tent(share[:, 1] - dy, self.softness)
                total += weight * (depth >= self.depth_m[y, x])
        return total


def surface_points(meshes: Iterable[Mesh], spacing_m: float) -> Floats:
    """(N, 3) points on all triangles, about one per square of the spacing, evenly spread and always the same."""
    corners = np.concatenate([mesh.position_m[mesh.triangles] for mesh in meshes])
    side, other = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = 0.5 * np.linalg.norm(np.cross(side, other), axis=1)
    count = np.ceil(area / spacing_m**2).astype(int) + 1
    owner = np.repeat(np.arange(len(corners)), count)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    # The R2 sequence (M. Roberts, 2018), folded from the square into the triangle.
    u, v = (0.5 + 0.7548776662466927 * number) % 1.0, (0.5 + 0.5698402909980532 * number) % 1.0
    folded = u + v > 1.0
    u, v = np.where(folded, 1.0 - u, u), np.where(folded, 1.0 - v, v)
    return np.asarray(corners[owner, 0] + u[:, None] * side[owner] + v[:, None] * other[owner])


def facing(mesh: Mesh, direction: Floats) -> Mesh:
    """Only the triangles lit by a far light in that direction: for closed bodies they cast the whole shadow."""
    return replace(mesh, triangles=mesh.triangles[face_normals(mesh.position_m, mesh.triangles) @ direction > 0.0])


def depth_map(points_m: Floats, direction: Floats, texel_m: float, softness: int = 1) -> DepthMap:
    """The points as seen from a far light in that direction (unit, toward the light)."""
    reference = np.array([0.0, 0.0, 1.0]) if abs(direction[2]) < 0.9 else np.array([1.0, 0.0, 0.0])
    first = np.cross(reference, direction)
    first /= np.linalg.norm(first)
    across = np.stack([first, np.cross(direction, first)])
    place = points_m @ across.T
    origin = place.min(axis=0) - 2 * texel_m
    cell = ((place - origin) / texel_m).astype(int)
    columns, rows = (cell.max(axis=0) + 3).tolist()
    nearest = np.full(rows * columns, -math.inf)
    np.maximum.at(nearest, cell[:, 1] * columns + cell[:, 0], points_m @ direction)
    return DepthMap(direction, across, origin, texel_m, nearest.reshape(rows, columns), softness)


def lifted(mesh: Mesh, direction: Floats) -> Floats:
    """(N, 3) vertices moved off their surface and slightly toward a light."""
    return np.asarray(mesh.position_m + mesh.normal * MARGIN_M + direction * 0.5 * MARGIN_M)


def sphere_directions(count: int) -> Floats:
    """(count, 3) directions all over the sphere (Fibonacci lattice)."""
    number = np.arange(count) + 0.5
    z = 1.0 - 2.0 * number / count
    turn = number * math.pi * (3.0 - math.sqrt(5.0))
    level = np.sqrt(1.0 - z * z)
    return np.stack([level * np.cos(turn), level * np.sin(turn), z], axis=1)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything that determines the light on a surface."""

    daylight: Daylight
    sun_map: DepthMap
    sky_maps: Sequence[DepthMap]
    lamps: Sequence[Lamp]

    def bake(self, mesh: Mesh, placements: Sequence[Placement] = (Placement(),)) -> Mesh:
        """The mesh with colours scaled so that the renderer's formula gives the arriving light, up to `BRIGHTEST` times
        the formula. A mesh with several placements gets their mean."""
        total = np.zeros_like(mesh.position_m)
        for placement in placements:
            placed = placement.place(mesh)
            total += self.arriving(placed) / self.daylight.assumed(placed.normal)
        return mesh.tinted(np.clip(total / len(placements), 0.0, BRIGHTEST))

    def arriving(self, mesh: Mesh) -> Floats:
        """(N, 3) light that reaches each vertex: sun, sky and ground as far as visible, bounce, lamps."""
        daylight = self.daylight
        cosine = np.clip(mesh.normal @ daylight.sun_direction, 0.0, 1.0)
        seen = self.sun_map.seen(lifted(mesh, daylight.sun_direction))
        return np.asarray((cosine * seen)[:, None] * np.array(daylight.sun) + self.soft(mesh))

    def soft(self, mesh: Mesh) -> Floats:
        """(N, 3) the same without the sun."""
        daylight = self.daylight
        above, below = self._open(mesh)
        light = above[:, None] * np.array(daylight.above) + below[:, None] * np.array(daylight.below)
        light = light + np.clip(1.0 - above - below, 0.0, 1.0)[:, None] * np.array(daylight.bounce)
        for lamp in self.lamps:
            light = light + _lamp_light(mesh, lamp)
        return np.asarray(light)

    def _open(self, mesh: Mesh) -> tuple[Floats, Floats]:
        """(N,) shares of each vertex's half space that are open sky, and open ground."""
        total, above, below = (np.zeros(len(mesh.position_m)) for _ in range(3))
        for sky_map in self.sky_maps:
            weight = np.clip(mesh.normal @ sky_map.direction, 0.0, 1.0)
            seen = weight * sky_map.seen(lifted(mesh, sky_map.direction))
            total += weight
            above, below = (above + seen, below) if sky_map.direction[2] > 0.0 else (above, below + seen)
        return above / total, below / total


def _lamp_light(mesh: Mesh, lamp: Lamp) -> Floats:
    toward = np.array(lamp.position_m) - mesh.position_m
    distance = np.linalg.norm(toward, axis=1)
    facing = np.clip(np.einsum("nk,nk->n", toward, mesh.normal) / np.maximum(distance, 1e-6), 0.0, 1.0)
    strength = facing / (distance**2 + LAMP_SIZE_M2) * np.clip(1.0 - distance / 6.0, 0.0, 1.0)
    return np.asarray(strength[:, None] * np.array(lamp.strength))


def _tent(distance: Floats, reach: int) -> Floats:
    """Weights of a filter `reach` texels wide on each side; they sum to 1 over the grid."""
    return np.asarray(np.maximum(reach - np.abs(distance), 0.0) / reach**2)
