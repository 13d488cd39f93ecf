"""The shapes sets are built of: boxes, sheets, turned and swept bodies, ellipsoids. Sizes in metres.

Texture coordinates are in metres of surface unless stated otherwise, so a material's texture repeats every metre;
`textured` scales them to the size of the picture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from stage.maths.arrays import Floats
from stage.maths.pose import Vector
from tools.sets.mesh import Integers, Mesh, face_normals, merged, smooth_normals, unit


def textured(mesh: Mesh, width_m: float, height_m: float | None = None) -> Mesh:
    """Texture coordinates in metres become those of a picture that covers width_m x height_m (default square)."""
    return replace(mesh, uv=mesh.uv / np.array([width_m, height_m if height_m is not None else width_m]))


def sheet(points_m: Floats, uv: Floats | None = None) -> Mesh:
    """A smooth surface through a (rows, columns, 3) net; outward is (next column - this) x (next row - this).

    Texture coordinates (rows, columns, 2) default to the mean length along columns and along rows, in metres.
    """
    rows, columns = points_m.shape[:2]
    position = points_m.reshape(-1, 3)
    triangles = _with_area(position, _net_triangles(rows, columns))
    coordinates = _net_lengths(points_m) if uv is None else uv
    return Mesh(
        position,
        smooth_normals(position, triangles),
        coordinates.reshape(-1, 2),
        np.ones_like(position),
        triangles,
    )


def quad(corner_m: Vector, along_m: Vector, up_m: Vector, steps: tuple[int, int] = (1, 1)) -> Mesh:
    """A flat parallelogram from its lower left corner seen from outside, cut into steps along and up.

    Texture coordinates: u from the left, v down from the upper edge, in metres.
    """
    u, v = np.meshgrid(np.linspace(0, 1, steps[0] + 1), np.linspace(0, 1, steps[1] + 1))
    along, up = np.array(along_m), np.array(up_m)
    points = np.array(corner_m) + u[..., None] * along + v[..., None] * up
    lengths = np.array([np.linalg.norm(along), np.linalg.norm(up)])
    return sheet(points, np.stack([u, 1.0 - v], axis=-1) * lengths)


def box(low_m: Vector, high_m: Vector, without: str = "", step_m: float = math.inf) -> Mesh:
    """A box between two corners. `without` omits sides: l(eft) r(ight) f(ront, -Y) b(ack) t(op) u(nderside).

    Sides longer than `step_m` are cut, to give baked light enough vertices.
    """
    (x0, y0, z0), (x1, y1, z1) = low_m, high_m
    dx, dy, dz = x1 - x0, y1 - y0, z1 - z0
    nx, ny, nz = (max(1, math.ceil(size / step_m - 1e-9)) if step_m < math.inf else 1 for size in (dx, dy, dz))
    sides = {
        "f": ((x0, y0, z0), (dx, 0, 0), (0, 0, dz), (nx, nz)),
        "b": ((x1, y1, z0), (-dx, 0, 0), (0, 0, dz), (nx, nz)),
        "l": ((x0, y1, z0), (0, -dy, 0), (0, 0, dz), (ny, nz)),
        "r": ((x1, y0, z0), (0, dy, 0), (0, 0, dz), (ny, nz)),
        "t": ((x0, y0, z1), (dx, 0, 0), (0, dy, 0), (nx, ny)),
        "u": ((x0, y1, z0), (dx, 0, 0), (0, -dy, 0), (nx, ny)),
    }
    return merged(quad(*side) for name, side in sides.items() if name not in without)


def lathe(profile_m: Sequence[tuple[float, float]], sides: int, flat: bool = False) -> Mesh:
    """A body of revolution about Z: (radius, height) from the bottom up. Its edges along the profile stay sharp where
    it bends by more than about 40 degrees; `flat` keeps the sides flat as well (a post with edges)."""
    return merged(_lathe_band(list(run), sides, flat) for run in _smooth_runs(profile_m))


def curved(profile_m: Sequence[tuple[float, float]], steps: int) -> list[tuple[float, float]]:
    """A profile made round through its points, `steps` pieces between two of them (a centripetal spline would bulge
    less, a Catmull-Rom one is enough for turned bodies)."""
    points = np.array([profile_m[0], *profile_m, profile_m[-1]])
    share = np.arange(steps)[:, None] / steps
    rows = []
    for a, b, c, d in zip(points, points[1:], points[2:], points[3:], strict=False):
        rows.append(0.5 * (2 * b + (c - a) * share + (2 * a - 5 * b + 4 * c - d) * share**2
                           + (3 * b - a - 3 * c + d) * share**3))  # fmt: skip
    line = np.concatenate([*rows, points[-1:]])
    return [(max(float(radius), 0.0), float(height)) for radius, height in line]


def column(radius_m: float, height_m: float, sides: int, rings: int = 1) -> Mesh:
    """A round shaft from z = 0, open at both ends, cut into rings."""
    heights = np.linspace(0.0, height_m, rings + 1)
    return _lathe_band([(radius_m, float(z)) for z in heights], sides, flat=False)


def ellipsoid(centre_m: Vector, radius_m: Vector, sides: int, rings: int) -> Mesh:
    """A closed ellipsoid with its poles along Z."""
    turn = np.linspace(0.0, 2 * math.pi, sides + 1)
    rise = np.linspace(-math.pi / 2, math.pi / 2, rings + 1)
    directions = np.stack(
        [
            np.cos(rise)[:, None] * np.cos(turn),
            np.cos(rise)[:, None] * np.sin(turn),
            np.broadcast_to(np.sin(rise)[:, None], (rings + 1, sides + 1)),
        ],
        axis=-1,
    )
    body = sheet(np.array(centre_m) + directions * np.array(radius_m))
    outward = unit(directions.reshape(-1, 3) / np.array(radius_m))
    return replace(body, normal=outward)


def tube(path_m: Floats, radius_m: Sequence[float], sides: int) -> Mesh:
    """A round body swept along a path (N, 3) with a radius at each point; open at both ends."""
    ahead = unit(np.gradient(path_m, axis=0))
    reference = np.array([0.0, 0.0, 1.0]) if np.abs(ahead[:, 2]).max() < 0.95 else np.array([1.0, 0.31, 0.0])
    right = unit(np.cross(ahead, reference))
    up = np.cross(right, ahead)
    turn = np.linspace(0.0, 2 * math.pi, sides + 1)
    ring = np.cos(turn)[None, :, None] * right[:, None] - np.sin(turn)[None, :, None] * up[:, None]
    body = sheet(path_m[:, None] + ring * np.asarray(radius_m)[:, None, None])
    return replace(body, normal=ring.reshape(-1, 3))


def _net_triangles(rows: int, columns: int) -> Integers:
    row, column_ = np.meshgrid(np.arange(rows - 1), np.arange(columns - 1), indexing="ij")
    corner = (row * columns + column_).reshape(-1, 1)
    offsets = np.array([0, 1, columns + 1, 0, columns + 1, columns])
    return np.asarray(corner + offsets, dtype=np.int64).reshape(-1, 3)


def _with_area(position_m: Floats, triangles: Integers) -> Integers:
    """Remove triangles without area (at poles, where a row of the net is one point)."""
    area = np.linalg.norm(face_normals(position_m, triangles), axis=1)
    return np.asarray(triangles[area > 1e-9])


def _net_lengths(points_m: Floats) -> Floats:
    """(rows, columns, 2): u = way along the longest row, v = way down from the last row, both in metres."""
    along = np.linalg.norm(np.diff(points_m, axis=1), axis=2).max(axis=0)
    across = np.linalg.norm(np.diff(points_m, axis=0), axis=2).max(axis=1)
    u = np.concatenate([[0.0], np.cumsum(along)])
    v = across.sum() - np.concatenate([[0.0], np.cumsum(across)])
    return np.stack(np.meshgrid(u, v), axis=-1)


def _smooth_runs(profile_m: Sequence[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    """The profile cut where it bends sharply."""
    points = [np.array(point) for point in profile_m]
    runs = [[profile_m[0], profile_m[1]]]
    for before, here, after, point in zip(points, points[1:], points[2:], profile_m[2:], strict=False):
        into, out = here - before, after - here
        bend = float(into @ out) / max(float(np.linalg.norm(into) * np.linalg.norm(out)), 1e-12)
        if bend < math.cos(math.radians(40.0)):
            runs.append([runs[-1][-1]])
        runs[-1].append(point)
    return runs


def _lathe_band(profile_m: Sequence[tuple[float, float]], sides: int, flat: bool) -> Mesh:
    profile = np.array(profile_m)
    turn = np.linspace(0.0, 2 * math.pi, sides + 1)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=-1)
    ground = profile[:, None, :1] * circle
    points = np.concatenate([ground, np.broadcast_to(profile[:, None, 1:], (*ground.shape[:2], 1))], axis=-1)
    if flat:
        bands = [sheet(points[:, side : side + 2]) for side in range(sides)]
        return merged(bands)
    tangent = unit(np.gradient(profile, axis=0))
    slope = np.stack([tangent[:, 1], -tangent[:, 0]], axis=-1)
    outward = np.concatenate(
        [slope[:, None, :1] * circle, np.broadcast_to(slope[:, None, 1:], (*ground.shape[:2], 1))], axis=-1
    )
    return replace(sheet(points), normal=outward.reshape(-1, 3))
