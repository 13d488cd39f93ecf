"""Curved tiled roofs with upturned corners, their ridges and the beasts on them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stage.maths.arrays import Floats
from tools.sets.mesh import Mesh, Part, merged
from tools.sets.solids import box, ellipsoid, lathe, sheet, textured, tube

TILES_M = (1.6, 1.2)
"""The surface the roof tile texture covers."""
THICKNESS_M = 0.16
RAFTERS_M = 0.8
ROLLS = 5
"""Rolls of tiles across that surface."""
ROLL_M = 0.085


@dataclass(frozen=True, slots=True)
class HipRoof:
    """A roof about the origin, from an eave rectangle up to a smaller one (a ridge when its depth is 0).

    Half sizes (x, y) of eave and top, height of the eave, rise to the top, and the upturn of the corners.
    """

    eave_m: tuple[float, float]
    top_m: tuple[float, float]
    eave_z_m: float
    rise_m: float
    lift_m: float = 0.5
    steps: tuple[int, int] = (12, 5)
    beasts: bool = True

    def height_m(self, share: Floats | float) -> Floats:
        """The height above the eave, for a share of the way from eave to top: flat below, steep above."""
        way = np.asarray(share, dtype=np.float64)
        return self.rise_m * (0.42 * way + 0.58 * way**2)

    def parts(self) -> list[Part]:
        """Tiles, soffits, edges, and the ridges with their beasts."""
        slopes = [self._slope(side) for side in range(4)]
        tiles = [textured(self._surface(slope), *TILES_M) for slope in slopes]
        return [
            Part("tiles", merged(tiles)),
            Part("rafters", merged(textured(self._soffit(slope), RAFTERS_M) for slope in slopes)),
            Part("eave", merged(_edge(slope[0]) for slope in slopes)),
            *self._ridges(),
        ]

    def _slope(self, side: int) -> Floats:
        """(rows, columns, 3): side 0 faces -Y, then counter-clockwise; from the eave up, left to right seen from
        outside."""
        across, up = self.steps
        u = np.sin(np.linspace(-math.pi / 2, math.pi / 2, across + 1))[None, :] * 0.35
        u = u + np.linspace(-1, 1, across + 1)[None, :] * 0.65
        v = np.linspace(0.0, 1.0, up + 1)[:, None]
        turn = np.abs(u) ** 5 * (1.0 - v) ** 2
        half = [self.eave_m[axis] * (1 - v) + self.top_m[axis] * v + 0.35 * self.lift_m * turn for axis in (0, 1)]
        z = self.eave_z_m + self.height_m(v) + self.lift_m * turn
        lateral, out = (half[0], half[1]) if side % 2 == 0 else (half[1], half[0])
        x, y = lateral * u, -out
        for _ in range(side):
            x, y = -y, x
        return np.stack(np.broadcast_arrays(x, y, z), axis=-1)

    def _surface(self, slope: Floats) -> Mesh:
        """Texture columns run straight down the slope: u runs along the eave."""
        along = slope[0, -1] - slope[0, 0]
        u = slope @ (along / np.linalg.norm(along))
        down = np.linalg.norm(np.diff(slope, axis=0), axis=2).mean(axis=1)
        v = np.broadcast_to((down.sum() - np.concatenate([[0.0], np.cumsum(down)]))[:, None], u.shape)
        return sheet(slope, np.stack([u, v], axis=-1))

    def _soffit(self, slope: Floats) -> Mesh:
        """The underside of the outer part; the rest is inside the house."""
        rows = slope[: max(2, len(slope) // 2 + 1)] - np.array([0.0, 0.0, THICKNESS_M])
        return self._surface(rows).flipped()

    def _ridges(self) -> list[Part]:
        hips = []
        for side in range(4):
            path = self._slope(side)[:, 0] + np.array([0.0, 0.0, 0.08])
            hips.append(tube(path, [0.15] * len(path), 4))
            hips.extend(_beasts(path) if self.beasts else ())
        if self.top_m[1] > 0.0:
            return [Part("ridge", merged(hips))]
        z, half = self.eave_z_m + self.rise_m, self.top_m[0]
        if half == 0.0:
            return [Part("ridge", merged(hips)), Part("gold", _FINIAL.moved(z_m=z))]
        return [Part("ridge", merged([*hips, *_main_ridge(half, z)]))]


def gable_roof(
    half_width_m: float, length_m: float, eave_z_m: float, rise_m: float, step_m: float, *, rolls: bool = False
) -> list[Part]:
    """A roof along +Y from the origin with its ridge in the middle; both ends turn up a little. `rolls` shapes every
    row of tiles of the slope toward -X, which is then seen from near."""
    v = np.linspace(0.0, 1.0, 6)[:, None]
    along = np.linspace(0.0, length_m, max(2, math.ceil(length_m / step_m) + 1))
    right = _gable_slope(half_width_m, along, eave_z_m, rise_m, v)
    left = right * np.array([-1.0, 1.0, 1.0])
    left = left[:, ::-1]
    slopes = [right, left]
    uv = [
        np.stack([slope[..., 1], 1.3 * half_width_m * np.broadcast_to(1.0 - v, slope.shape[:2])], -1)
        for slope in slopes
    ]
    drop = np.array([0.0, 0.0, THICKNESS_M])
    soffits = [
        textured(sheet(slope - drop, place).flipped(), RAFTERS_M) for slope, place in zip(slopes, uv, strict=True)
    ]
    ridge = box((-0.16, 0.0, eave_z_m + rise_m - 0.1), (0.16, length_m, eave_z_m + rise_m + 0.28), "u", 3.0)
    parts = [
        Part("tiles", textured(sheet(right, uv[0]), *TILES_M)),
        Part("rafters", merged(soffits)),
        Part("ridge", ridge),
    ]
    if not rolls:
        edges = merged([*(_edge(slope[0]) for slope in slopes), *_gables(right, left)])
        return [*parts, Part("tiles", textured(sheet(left, uv[1]), *TILES_M)), Part("eave", edges)]
    shaped, place = _rolled(half_width_m, length_m, eave_z_m, rise_m)
    edges = merged([_edge(right[0]), *_gables(right, left)])
    ends = sheet(np.stack([shaped[0] * [1.0, 1.0, 0.0] + [0.0, 0.0, 1.0] * (left[0].min(axis=0) - drop), shaped[0]]))
    return [*parts, Part("rolls", textured(sheet(shaped, place), *TILES_M)), Part("eave", merged([edges, ends]))]


def _gable_slope(half_width_m: float, along_m: Floats, eave_z_m: float, rise_m: float, share: Floats) -> Floats:
    """(rows, columns, 3) of the slope toward +X, from the eave up, along +Y."""
    length = along_m.max()
    ends = np.exp(-along_m / 1.2) + np.exp(-(length - along_m) / 1.2)
    z = eave_z_m + rise_m * (0.45 * share + 0.55 * share**2) + 0.30 * ends * (1 - share) ** 2
    return np.stack(np.broadcast_arrays(half_width_m * (1.0 - share), along_m[None], z), axis=-1)


def _rolled(half_width_m: float, length_m: float, eave_z_m: float, rise_m: float) -> tuple[Floats, Floats]:
    """The slope toward -X with its rolls: a net (rows, columns, 3) and its texture coordinates in metres."""
    pitch = TILES_M[0] / ROLLS
    profile = np.array([0.0, 0.225, 0.36, 0.5, 0.64, 0.775])
    height = ROLL_M * np.sqrt(np.clip(1.0 - ((profile - 0.5) / 0.277) ** 2, 0.0, 1.0))
    count = int(length_m / pitch)
    along = np.append(((np.arange(count)[:, None] + profile) * pitch).reshape(-1), length_m)
    out = np.append(np.tile(height, count), 0.0)
    share = np.linspace(0.0, 1.0, 4)[:, None]
    net = _gable_slope(half_width_m, along, eave_z_m, rise_m, share)
    net = net + out[None, :, None] * np.array([0.45, 0.0, 0.9])
    place = np.stack([net[..., 1], 1.3 * half_width_m * np.broadcast_to(1.0 - share, net.shape[:2])], axis=-1)
    return (net * np.array([-1.0, 1.0, 1.0]))[:, ::-1], place[:, ::-1]


def _edge(eave_m: Floats) -> Mesh:
    """The edge of the tiles along an eave (columns, 3), standing upright."""
    lower = eave_m - np.array([0.0, 0.0, THICKNESS_M])
    return sheet(np.stack([lower, eave_m]))


def _gables(right: Floats, left: Floats) -> list[Mesh]:
    """The closed triangles at both ends of a gable roof: the near one faces -Y, the far one +Y."""
    near = np.concatenate([left[:, -1], right[::-1, 0]])
    far = np.concatenate([left[:, 0], right[::-1, -1]])
    return [_down_to_eave(near), _down_to_eave(far).flipped()]


def _down_to_eave(line_m: Floats) -> Mesh:
    base = line_m.copy()
    base[:, 2] = line_m[:, 2].min() - THICKNESS_M
    return sheet(np.stack([base, line_m]))


def _main_ridge(half_m: float, z_m: float) -> list[Mesh]:
    bar = box((-half_m - 0.1, -0.2, z_m - 0.15), (half_m + 0.1, 0.2, z_m + 0.5), "u", 3.0)
    tail = _ridge_tail()
    return [bar, tail.moved(half_m, 0.0, z_m), tail.turned(180.0).moved(-half_m, 0.0, z_m)]


def _ridge_tail() -> Mesh:
    """The beast at the end of the ridge: a thick body whose tail curls up and back inward, toward -X."""
    turn = np.linspace(0.0, 1.0, 9)
    path = np.stack([0.15 + 0.35 * np.sin(turn * 3.6), np.zeros(9), 0.1 + 1.55 * turn], axis=1)
    return tube(path, list(0.42 - 0.34 * turn), 6)


def _beasts(hip_m: Floats) -> list[Mesh]:
    """Small figures sitting on the lower third of a hip ridge, and the corner's own head."""
    ways = np.array([0.05, 0.12, 0.19, 0.26])
    places = np.stack([np.interp(ways, np.linspace(0, 1, len(hip_m)), hip_m[:, axis]) for axis in range(3)], axis=1)
    figure = lathe([(0.13, 0.08), (0.10, 0.30), (0.07, 0.40), (0.09, 0.50), (0.0, 0.60)], 4)
    x, y, z = hip_m[0].tolist()
    return [*(figure.moved(*place) for place in places.tolist()), ellipsoid((x, y, z), (0.2, 0.2, 0.16), 5, 3)]


_FINIAL = lathe([(0.32, -0.1), (0.22, 0.15), (0.36, 0.45), (0.30, 0.7), (0.10, 0.9), (0.16, 1.05), (0.0, 1.5)], 6)
