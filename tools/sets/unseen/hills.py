"""Two places in the open: the edge of a wood, and a small town on a hill."""

from __future__ import annotations

import numpy as np

from stage.maths.arrays import Floats
from stage.model.scene import Scene
from tools.sets.glb import Thing
from tools.sets.materials import Material
from tools.sets.mesh import Mesh, Placement, merged
from tools.sets.solids import box, column, ellipsoid, quad, sheet
from tools.sets.unseen.house_of import files, lamps

SEED = 7


def forest_edge() -> dict[str, bytes | Scene]:
    """A meadow before a wood of trunks with crowns of many loose leaves."""
    random = np.random.default_rng(SEED)
    crowns = [_leaves(random, 160) for _ in range(3)]
    trunk = merged([column(0.22, 4.5, 10, 3), ellipsoid((0.0, 0.0, 4.5), (0.22, 0.22, 0.2), 10, 4)])
    places = []
    for column_x in np.arange(-18.0, 19.0, 3.6):
        for row_y in np.arange(7.0, 26.0, 3.8):
            x, y = float(column_x + random.uniform(-1, 1)), float(row_y + random.uniform(-1, 1))
            pan_deg, scale = random.uniform(0.0, 360.0), random.uniform(0.8, 1.3)
            places.append(Placement((x, y, float(_meadow(x, y))), pan_deg, scale))
    things = [Thing("meadow", {"meadow": _ground(_meadow, 60.0, 41)}), Thing("trunks", {"bark": trunk}, places)]
    things += [Thing(f"crowns-{n}", {"leaf": crown}, places[n::3]) for n, crown in enumerate(crowns)]
    things.append(lamps([(-2.0, 5.0, 1.6), (3.0, 6.5, 1.8)]))
    return files("forest_edge", "A meadow at the edge of a wood, two lamps", things, [
        Material("meadow", (0.16, 0.24, 0.07)), Material("bark", (0.2, 0.14, 0.1)),
        Material("leaf", (0.1, 0.26, 0.05), double_sided=True),
    ])  # fmt: skip


def hill_town() -> dict[str, bytes | Scene]:
    """White and yellow houses with red roofs up a slope, a stair between them."""
    random = np.random.default_rng(SEED + 1)
    houses: dict[str, list[Mesh]] = {"white": [], "yellow": [], "roof": []}
    for row, y in enumerate(np.arange(6.0, 40.0, 6.5)):
        for x in (-13.0, -7.5, -2.8, 3.0, 8.0, 13.5):
            across, deep, tall = random.uniform(3.2, 4.4), random.uniform(3.2, 4.6), random.uniform(3.0, 6.5)
            x0, y0 = x + random.uniform(-0.4, 0.4) - across / 2, float(y) + random.uniform(-0.6, 0.6)
            z0 = float(_slope(x, y)) - 1.0
            colour = "yellow" if (row + int(x)) % 3 == 0 else "white"
            houses[colour].append(box((x0, y0, z0), (x0 + across, y0 + deep, z0 + tall), without="u"))
            houses["roof"].append(_gable((x0, y0, z0 + tall), across, deep))
    steps = [4.0 + 0.6 * number for number in range(40)]
    stairs = [box((-0.9, y, -0.2), (0.9, y + 0.6, float(_slope(0.0, y + 0.3)) + 0.15), without="u") for y in steps]
    things = [Thing(name, {name: merged(meshes)}) for name, meshes in houses.items()]
    things += [Thing("slope", {"earth": _ground(_slope, 80.0, 61)}), Thing("stairs", {"stone": merged(stairs)})]
    things.append(lamps([(1.1, y, float(_slope(1.1, y)) + 2.4) for y in (5.0, 11.0, 17.0, 23.0)]))
    return files("hill_town", "A small town up a slope, four lamps", things, [
        Material("white", (0.8, 0.78, 0.73)), Material("yellow", (0.72, 0.55, 0.25)),
        Material("roof", (0.5, 0.18, 0.1)), Material("earth", (0.3, 0.25, 0.16)),
        Material("stone", (0.45, 0.43, 0.4)),
    ])  # fmt: skip


def _meadow(x: Floats | float, y: Floats | float) -> Floats:
    return np.asarray(0.25 * np.sin(0.21 * np.asarray(x)) + 0.2 * np.cos(0.17 * np.asarray(y)) - 0.2)


def _slope(x: Floats | float, y: Floats | float) -> Floats:
    return np.asarray(0.28 * np.maximum(np.asarray(y) - 3.0, 0.0) + 0.15 * np.sin(0.3 * np.asarray(x)))


def _ground(height: object, reach_m: float, count: int) -> Mesh:
    x, y = np.meshgrid(np.linspace(-reach_m, reach_m, count), np.linspace(-reach_m, reach_m, count))
    assert callable(height)
    return sheet(np.stack([x, y, height(x, y)], axis=2))


def _gable(corner: tuple[float, float, float], across: float, deep: float) -> Mesh:
    """A roof with its ridge along Y, open below."""
    (x, y, z), rise, over = corner, across * 0.35, 0.25
    left, right, middle = x - over, x + across + over, x + across / 2
    front, back = y - over, y + deep + over
    slopes = [
        quad((left, back, z), (0.0, front - back, 0.0), (middle - left, 0.0, rise)),
        quad((right, front, z), (0.0, back - front, 0.0), (middle - right, 0.0, rise)),
    ]
    return merged(slopes)


def _leaves(random: np.random.Generator, count: int) -> Mesh:
    """Loose leaves in a ball on top of a trunk."""
    leaves = []
    for _ in range(count):
        way = random.normal(size=3)
        place = np.array([0.0, 0.0, 5.0]) + way / np.linalg.norm(way) * 1.9 * random.uniform(0.4, 1.0) ** 0.5
        along = random.normal(size=3)
        along *= 0.45 / np.linalg.norm(along)
        up = np.cross(along, random.normal(size=3))
        up *= 0.4 / np.linalg.norm(up)
        low, right, high = (tuple(float(v) for v in vector) for vector in (place, along, up))
        leaves.append(quad(low, right, high))  # type: ignore[arg-type]
    return merged(leaves)
