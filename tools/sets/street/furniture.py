"""What stands on the pavement: street lamps, bollards, bins, benches, signals, trees in their pits."""

from __future__ import annotations

import math

import numpy as np

from tools.sets.mesh import Mesh, Part, Placement, merged
from tools.sets.solids import box, curved, ellipsoid, lathe, tube

LAMP_Z_M = 6.2
REACH_M = 1.5


def street_lamp() -> list[Part]:
    """A slender mast with an arm toward +X and a flat head; its light comes from the glass below."""
    bend = np.linspace(0.0, math.pi / 2, 8)
    arm = np.stack([0.7 * (1 - np.cos(bend)), np.zeros(8), LAMP_Z_M - 0.5 + 0.6 * np.sin(bend)], axis=1)
    path = np.concatenate([[[0.0, 0.0, 0.1], [0.0, 0.0, LAMP_Z_M - 1.2]], arm, [[REACH_M, 0.0, LAMP_Z_M + 0.12]]])
    mast = tube(path, np.linspace(0.075, 0.035, len(path)).tolist(), 10)
    foot = lathe(curved([(0.15, 0.0), (0.15, 0.35), (0.10, 0.55), (0.08, 0.9), (0.075, 0.95)], 2), 14)
    head = box((REACH_M - 0.25, -0.13, LAMP_Z_M + 0.05), (REACH_M + 0.45, 0.13, LAMP_Z_M + 0.17))
    glass = box((REACH_M - 0.20, -0.10, LAMP_Z_M + 0.02), (REACH_M + 0.40, 0.10, LAMP_Z_M + 0.05), "t")
    return [Part("metal", merged([mast, foot, head])), Part("lamp_head", glass)]


def bollard() -> list[Part]:
    """A cast iron post of 0.9 m."""
    profile = [(0.08, 0.0), (0.08, 0.12), (0.055, 0.18), (0.05, 0.72), (0.075, 0.76), (0.06, 0.86), (0.0, 0.92)]
    return [Part("cast_iron", lathe(curved(profile, 2), 14))]


def bin_() -> list[Part]:
    """A litter bin with a hood."""
    body = lathe([(0.22, 0.08), (0.24, 0.82), (0.25, 0.84), (0.0, 0.84)], 20)
    hood = lathe(curved([(0.26, 1.02), (0.22, 1.12), (0.0, 1.16)], 3), 20)
    posts = [box((x - 0.015, -0.015, 0.0), (x + 0.015, 0.015, 1.03), "tu") for x in (-0.23, 0.23)]
    return [Part("cast_iron", merged([body, hood, *posts]))]


def bench() -> list[Part]:
    """Slats on iron legs, facing -X, 1.8 m long."""
    seat = [box((x, -0.9, 0.44), (x + 0.09, 0.9, 0.48)) for x in (-0.24, -0.13, -0.02, 0.09)]
    back = [box((0.20, -0.9, z), (0.235, 0.9, z + 0.09)) for z in (0.60, 0.72, 0.84)]
    legs = [
        mesh
        for y in (-0.7, 0.7)
        for mesh in (
            box((-0.24, y - 0.03, 0.0), (-0.19, y + 0.03, 0.44), "tu"),
            box((0.19, y - 0.03, 0.0), (0.25, y + 0.03, 0.94), "u"),
            box((-0.24, y - 0.03, 0.40), (0.19, y + 0.03, 0.44), "lr"),
        )
    ]
    return [Part("wood", merged([*seat, *back])), Part("cast_iron", merged(legs))]


def signal() -> list[Part]:
    """A traffic signal on its post, facing -Y, dark."""
    post = lathe([(0.06, 0.0), (0.06, 3.3), (0.0, 3.32)], 12)
    case = box((-0.17, -0.16, 2.35), (0.17, 0.10, 3.35))
    hoods: list[Mesh] = []
    for z in (2.52, 2.84, 3.16):
        hoods.append(ellipsoid((0.0, -0.17, z), (0.105, 0.03, 0.105), 16, 8))
        hoods.append(box((-0.12, -0.34, z + 0.10), (0.12, -0.16, z + 0.125)))
    return [Part("cast_iron", merged([post, case, *hoods]))]


def tree_pit() -> list[Part]:
    """Earth in an iron rim, 1.3 m square, a little above the pavement."""
    rim = [
        box((-0.65, -0.65, 0.0), (0.65, -0.60, 0.05), "u"),
        box((-0.65, 0.60, 0.0), (0.65, 0.65, 0.05), "u"),
        box((-0.65, -0.60, 0.0), (-0.60, 0.60, 0.05), "fbu"),
        box((0.60, -0.60, 0.0), (0.65, 0.60, 0.05), "fbu"),
    ]
    return [Part("cast_iron", merged(rim)), Part("earth", box((-0.60, -0.60, 0.0), (0.60, 0.60, 0.03), "ufblr"))]


def facing(side: float, x_m: float, y_m: float, z_m: float) -> Placement:
    """A place on one side of the street (-1 left, +1 right), turned so that its +X points to the street's middle."""
    return Placement((side * x_m, y_m, z_m), 180.0 if side > 0 else 0.0)
