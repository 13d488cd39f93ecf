"""Two interiors: a room lit by one window, and a hall with a polished floor."""

from __future__ import annotations

from dataclasses import replace

from stage.model.scene import Scene
from tools.sets.glb import Thing
from tools.sets.materials import Material
from tools.sets.mesh import Mesh, Placement, merged
from tools.sets.solids import box, column
from tools.sets.unseen.house_of import files, lamps

THICK_M = 0.2
PLASTER, BRICK, BOARDS, CLOTH = "plaster", "brick", "boards", "cloth"


def one_window() -> dict[str, bytes | Scene]:
    """A room of 6 x 8 m, a window of 1.6 x 1.4 m in its left wall, a table and a red curtain."""
    low, high, top = (-3.0, -2.0), (3.0, 6.0), 3.0
    left = low[0]
    walls = [
        box((left - THICK_M, low[1], 0.0), (left, high[1], 0.9)),
        box((left - THICK_M, low[1], 2.3), (left, high[1], top)),
        box((left - THICK_M, low[1], 0.9), (left, 2.2, 2.3)),
        box((left - THICK_M, 3.8, 0.9), (left, high[1], 2.3)),
        box((left, high[1], 0.0), (high[0], high[1] + THICK_M, top)),
        box((left, low[1] - 3.0, 0.0), (high[0], low[1] - 2.8, top)),
        box((left - THICK_M, low[1] - 3.0, 0.0), (left, low[1], top)),
        box((left, low[1] - 3.0, top), (high[0], high[1], top + THICK_M)),
    ]
    right = box((high[0], low[1] - 3.0, 0.0), (high[0] + THICK_M, high[1], top))
    floor = box((left, low[1] - 3.0, -THICK_M), (high[0], high[1], 0.0))
    table = merged([
        box((-0.6, 3.2, 0.72), (0.9, 4.0, 0.78)),
        *(box((x, y, 0.0), (x + 0.06, y + 0.06, 0.72)) for x in (-0.55, 0.8) for y in (3.25, 3.9)),
    ])  # fmt: skip
    curtain = box((left + 0.05, 1.9, 0.2), (left + 0.12, 2.2, 2.6))
    things = [
        Thing("walls", {PLASTER: merged(walls)}),
        Thing("right", {BRICK: right}),
        Thing("floor", {BOARDS: merged([floor, table])}),
        Thing("curtain", {CLOTH: curtain}),
        Thing("outside", {"grass": box((-60.0, -60.0, -1.0), (60.0, 60.0, -0.4), without="u")}),
        lamps([(0.2, 3.6, 1.1), (2.2, 5.2, 2.0)]),
    ]
    return files("one_window", "A room lit by one window, two lamps", things, [
        Material(PLASTER, (0.75, 0.72, 0.66)), Material(BRICK, (0.5, 0.2, 0.14)), Material(BOARDS, (0.34, 0.22, 0.13)),
        Material(CLOTH, (0.6, 0.05, 0.06)), Material("grass", (0.12, 0.2, 0.06)),
    ])  # fmt: skip


def glossy_hall() -> dict[str, bytes | Scene]:
    """A hall of columns open to one side, its floor polished stone, brass round the columns' feet."""
    floor = box((-8.0, -8.0, -0.2), (8.0, 24.0, 0.0))
    shell = merged([
        box((-8.2, -8.0, 0.0), (-8.0, 24.0, 6.0)),
        box((-8.0, 24.0, 0.0), (8.0, 24.2, 6.0)),
        box((-8.2, -8.0, 6.0), (8.2, 24.2, 6.3)),
    ])  # fmt: skip
    shaft, foot = column(0.4, 6.0, 24, 4), _foot()
    feet = [Placement((x, y, 0.0)) for x in (-4.0, 4.0) for y in (2.0, 8.0, 14.0, 20.0)]
    things = [
        Thing("floor", {"stone": floor}),
        Thing("shell", {PLASTER: shell}),
        Thing("shafts", {"marble": shaft}, feet),
        Thing("feet", {"brass": foot}, feet),
        Thing("banner", {CLOTH: box((-7.95, 6.0, 1.0), (-7.9, 10.0, 5.0))}),
        Thing("outside", {"grass": box((-80.0, -80.0, -1.0), (80.0, 80.0, -0.25), without="u")}),
        lamps([(-6.5, 4.0, 3.2), (-6.5, 12.0, 3.2), (0.0, 22.0, 3.5)]),
    ]
    return files("glossy_hall", "A hall with a polished floor, open to one side, three lamps", things, [
        Material("stone", (0.2, 0.19, 0.18), roughness=0.15), Material(PLASTER, (0.72, 0.7, 0.66)),
        Material("marble", (0.65, 0.62, 0.58), roughness=0.35),
        Material("brass", (0.89, 0.62, 0.26), metallic=1.0, roughness=0.3),
        Material(CLOTH, (0.08, 0.12, 0.45)), Material("grass", (0.12, 0.2, 0.06)),
    ])  # fmt: skip


def _foot() -> Mesh:
    ring = column(0.46, 0.5, 24)
    lid = box((-0.46, -0.46, 0.5), (0.46, 0.46, 0.52))
    return merged([ring, replace(lid)])
