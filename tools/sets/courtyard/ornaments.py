"""What stands and hangs in the court: lanterns and their ropes, stone lamps, vats, braziers, lions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from stage.maths.arrays import Floats
from stage.maths.pose import Vector
from tools.sets.mesh import Mesh, Part, Placement, merged
from tools.sets.solids import box, column, curved, ellipsoid, lathe, textured, tube

STONE_M = 1.6
"""The surface that the picture of carved stone covers."""


def lantern(sides: int = 16, bands: int = 7) -> list[Part]:
    """A silk lantern 0.62 m wide, hanging by its top from the origin, with gold caps and a tassel. It is open below,
    and its light falls on the ground."""
    half, middle = 0.31, -0.50
    turn = np.linspace(-1.15, 1.15, bands + 1).tolist()
    body = lathe([(half * math.cos(t), middle + 0.27 * math.sin(t)) for t in turn], sides)
    silk = replace(body, uv=body.uv / body.uv.max(axis=0))
    caps = [
        lathe([(0.13, middle + 0.24), (0.14, middle + 0.30), (0.012, middle + 0.34)], sides // 2),
        tube(np.array([[0.0, 0.0, middle + 0.33], [0.0, 0.0, 0.0]]), [0.008, 0.008], 4),
        lathe([(0.115, middle - 0.31), (0.13, middle - 0.30), (0.13, middle - 0.24)], sides // 2),
    ]
    base = lathe([(0.0, middle - 0.30), (0.12, middle - 0.30)], sides // 2)
    silk = merged([silk, replace(base, uv=np.full_like(base.uv, 0.5))])
    tassel = lathe([(0.045, middle - 0.85), (0.012, middle - 0.33)], 5)
    return [Part("silk", silk), Part("gold", merged(caps)), Part("tassel", tassel)]


def rope(start_m: Vector, end_m: Vector, sag_m: float, count: int) -> tuple[Part, list[Placement]]:
    """A rope between two points, and the places of `count` lanterns on it, evenly spaced."""
    share = np.linspace(0.0, 1.0, 25)
    path = _hanging(start_m, end_m, sag_m, share)
    spots = _hanging(start_m, end_m, sag_m, (np.arange(count) + 0.5) / count)
    pans = (np.arange(count) * 37.0 % 90.0).tolist()
    places = [Placement((x, y, z), pan) for (x, y, z), pan in zip(np.round(spots, 4).tolist(), pans, strict=True)]
    return Part("rope", tube(path, [0.011] * len(share), 4)), places


def stone_lamp() -> list[Part]:
    """A six-sided stone lamp of 1.9 m: stepped foot, shaft, a chamber with a flame behind paper, a pagoda roof."""
    foot = lathe([(0.34, 0.0), (0.34, 0.14), (0.26, 0.18), (0.24, 0.28), (0.13, 0.34), (0.11, 0.95), (0.25, 1.06),
                  (0.27, 1.14), (0.0, 1.14)], 6, flat=True)  # fmt: skip
    roof = lathe([(0.20, 1.46), (0.43, 1.46), (0.45, 1.52), (0.24, 1.62), (0.10, 1.74), (0.0, 1.76)], 6, flat=True)
    bud = lathe([(0.06, 1.72), (0.10, 1.80), (0.0, 1.95)], 6)
    posts = [
        box((-0.03, -0.03, 1.14), (0.03, 0.03, 1.48), "ut").moved(0.2 * math.cos(t), 0.2 * math.sin(t))
        for t in (np.arange(6) * math.pi / 3).tolist()
    ]
    paper = lathe([(0.165, 1.14), (0.165, 1.48)], 6, flat=True)
    return [Part("stone", textured(merged([foot, roof, bud, *posts]), STONE_M)), Part("flame", paper)]


def vat() -> list[Part]:
    """A gilt bronze water vat of 1.1 m on a stone ring."""
    profile = [
        (0.42, 0.16),
        (0.62, 0.40),
        (0.66, 0.66),
        (0.56, 0.92),
        (0.64, 1.0),
        (0.64, 1.06),
        (0.54, 1.06),
        (0.5, 0.9),
    ]
    water = lathe([(0.52, 0.95), (0.0, 0.95)], 32)
    ring = textured(lathe([(0.58, 0.0), (0.58, 0.14), (0.46, 0.18)], 40), STONE_M)
    return [Part("bronze", lathe(curved(profile, 2), 28)), Part("water", water), Part("stone", ring)]


def brazier() -> list[Part]:
    """A bronze tripod of 1.9 m with ears and glowing coals."""
    bowl = [(0.0, 0.62), (0.40, 0.68), (0.56, 0.92), (0.52, 1.22), (0.62, 1.32), (0.62, 1.40), (0.50, 1.38)]
    body = lathe(curved(bowl, 2), 18)
    coals = lathe([(0.50, 1.33), (0.30, 1.40), (0.0, 1.44)], 16)
    angles = (np.arange(3) * 2 * math.pi / 3 + math.pi / 2).tolist()
    legs = [
        tube(_leg(t), [0.12, 0.10, 0.075, 0.10], 6)
        for t in angles
    ]  # fmt: skip
    ears = [box((side * 0.58 - 0.05, -0.16, 1.36), (side * 0.58 + 0.05, 0.16, 1.78), "u") for side in (-1.0, 1.0)]
    base = merged(
        [box((-0.75, -0.75, 0.0), (0.75, 0.75, 0.12), "u"), box((-0.62, -0.62, 0.12), (0.62, 0.62, 0.26), "u")]
    )
    return [Part("bronze", merged([body, *legs, *ears])), Part("coals", coals), Part("stone", textured(base, STONE_M))]


def lion() -> list[Part]:
    """A sitting stone lion that faces -Y, 2.3 m with its pedestal; its head is turned slightly to +X. For 15 m on."""
    body = [
        ellipsoid((0.0, 0.28, 1.25), (0.36, 0.42, 0.36), 11, 6),
        ellipsoid((0.0, 0.02, 1.50), (0.33, 0.30, 0.44), 11, 7),
        *(ellipsoid((side * 0.30, 0.22, 1.12), (0.15, 0.32, 0.26), 9, 5) for side in (-1.0, 1.0)),
        *(_foreleg(side * 0.22) for side in (-1.0, 1.0)),
        tube(np.array([[0.0, 0.62, 1.1], [0.0, 0.78, 1.35], [0.0, 0.66, 1.68]]), [0.09, 0.13, 0.04], 10),
    ]
    pedestal = [
        box((-0.62, -0.75, 0.0), (0.62, 0.75, 0.18), "u"),
        box((-0.50, -0.62, 0.18), (0.50, 0.62, 0.74), "ut"),
        box((-0.60, -0.72, 0.74), (0.60, 0.72, 0.92)),
    ]
    return [Part("stone", textured(merged([*body, *_head(), *pedestal]), STONE_M))]


def _head() -> list[Mesh]:
    """Skull, muzzle, brows and three rings of curls, turned toward +X."""
    curls = [
        ellipsoid((r * math.cos(t), y, r * math.sin(t) + 0.02), (0.11, 0.10, 0.11), 5, 3)
        for r, y, count in ((0.31, 0.0, 9), (0.36, 0.14, 10), (0.24, 0.26, 7))
        for t in (np.arange(count) * 2 * math.pi / count + r).tolist()
    ]
    skull = [
        ellipsoid((0.0, 0.0, 0.0), (0.29, 0.29, 0.29), 10, 6),
        box((-0.16, -0.42, -0.17), (0.16, -0.18, 0.02)),
        ellipsoid((0.0, -0.42, 0.02), (0.10, 0.07, 0.06), 5, 3),
        *(ellipsoid((side * 0.13, -0.26, 0.11), (0.08, 0.07, 0.06), 4, 3) for side in (-1.0, 1.0)),
    ]
    return [mesh.turned(18.0).moved(0.0, -0.12, 1.98) for mesh in [*skull, *curls]]


def _foreleg(x_m: float) -> Mesh:
    paw = ellipsoid((x_m, -0.38, 0.99), (0.12, 0.17, 0.09), 7, 4)
    return merged([column(0.115, 0.55, 8).moved(x_m, -0.27, 0.93), paw])


def _leg(turn: float) -> Floats:
    """The path of a bowed leg from the belly to the base, (4, 3)."""
    radius, height = np.array([0.38, 0.52, 0.46, 0.50]), np.array([0.85, 0.65, 0.42, 0.26])
    return np.stack([radius * math.cos(turn), radius * math.sin(turn), height], axis=1)


def _hanging(start_m: Vector, end_m: Vector, sag_m: float, share: Floats | Sequence[float]) -> Floats:
    """Points on a rope (a parabola, close to the catenary for a small sag), (N, 3)."""
    way = np.asarray(share, dtype=np.float64)[:, None]
    path = np.array(start_m) * (1 - way) + np.array(end_m) * way
    path[:, 2:] -= sag_m * 4.0 * way * (1 - way)
    return path
