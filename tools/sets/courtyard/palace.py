"""Timber halls on stone: columns, painted beams, brackets, lattice doors, roofs, and the terrace under them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tools.sets.courtyard.roofs import HipRoof
from tools.sets.mesh import Mesh, Part, Placement, merged
from tools.sets.solids import box, column, lathe, quad, textured

BEAM_M = (2.4, 0.5)
FRIEZE_M = (1.2, 0.6)
DOOR_M = (1.1, 3.0)
PAPER_OF_DOOR = (1.9 / 3.0, 0.22 / 3.0)
"""Lower and upper edge of a door leaf's paper, from the top, as shares of the leaf."""
WINDOW_M = 1.4
"""Side of a lattice window, and of the picture of one."""
CARVED_M = 1.6
PLASTER_M = 6.0

Ring = tuple[float, float]
"""Half sizes (x, y) of a rectangle about the origin."""


@dataclass(frozen=True, slots=True)
class Hall:
    """A hall about the origin: the rectangle of its outer columns, its bays, and its roofs from the lowest up.

    The wall stands `porch_m` inside the columns. Each upper storey is a low band of beams under its own roof.
    """

    columns_m: Ring
    bays: tuple[int, int]
    floor_z_m: float
    column_height_m: float
    roofs: tuple[HipRoof, ...]
    porch_m: float = 1.8
    column_radius_m: float = 0.26
    walls: bool = True

    def parts(self) -> list[Part]:
        """Everything above the terrace."""
        top = self.floor_z_m + self.column_height_m
        storeys = [part for lower, upper in zip(self.roofs, self.roofs[1:], strict=False)
                   for part in _storey(lower, upper)]  # fmt: skip
        return [
            *colonnade(self._column_places(), self.floor_z_m, self.column_height_m, self.column_radius_m),
            *beams(self.columns_m, top - 1.0, top - 0.35),
            *frieze(self.columns_m, top - 0.35, self.roofs[0].eave_z_m + 0.45),
            *(self._walls() if self.walls else ()),
            *storeys,
            *(part for roof in self.roofs for part in roof.parts()),
        ]

    def _column_places(self) -> list[tuple[float, float]]:
        (half_x, half_y), (across, deep) = self.columns_m, self.bays
        xs, ys = np.linspace(-half_x, half_x, across + 1), np.linspace(-half_y, half_y, deep + 1)
        front_and_back = [(x, y) for x in xs.tolist() for y in (-half_y, half_y)]
        return front_and_back + [(x, y) for y in ys.tolist()[1:-1] for x in (-half_x, half_x)]

    def _walls(self) -> list[Part]:
        half = (self.columns_m[0] - self.porch_m, self.columns_m[1] - self.porch_m)
        low, high = self.floor_z_m, self.floor_z_m + self.column_height_m
        leaves_end = min(low + 3.4, high - 1.2)
        bays = [textured(_fitted(side, self.bays), 1.0) for side in ring_walls(half, low, leaves_end, 1.0)]
        above = [textured(side, *BEAM_M) for side in ring_walls(half, leaves_end, high, 2.5)]
        sill, lintel = (leaves_end - (leaves_end - low) * share for share in PAPER_OF_DOOR)
        panes = [textured(side, WINDOW_M / 2) for side in ring_walls(_grown(half), sill, lintel, 2.0)]
        return [Part("doors", merged(bays)), Part("window", merged(panes)), Part("beams", merged(above))]


def _grown(half_m: Ring) -> Ring:
    return (half_m[0] + 0.03, half_m[1] + 0.03)


def _fitted(side: Mesh, bays: tuple[int, int]) -> Mesh:
    """The wall with texture coordinates that fit a whole number of door leaves."""
    length, height = side.uv.max(axis=0)
    leaves = max(bays[0], round(length / DOOR_M[0]))
    return textured(side, length / leaves, height)


def _storey(lower: HipRoof, upper: HipRoof) -> list[Part]:
    """The band between two roofs: beams and brackets."""
    half = lower.top_m
    base, top = lower.eave_z_m + lower.rise_m, upper.eave_z_m
    return [
        *beams(half, base - 0.3, top - 0.35),
        *frieze(half, top - 0.35, top + 0.45),
    ]


def ring_walls(half_m: Ring, low_z_m: float, high_z_m: float, step_m: float) -> list[Mesh]:
    """Four upright sides of a rectangle about the origin that face outward."""
    x, y = half_m
    height = high_z_m - low_z_m
    steps = [(max(1, math.ceil(2 * size / step_m)), max(1, math.ceil(height / step_m))) for size in (x, y)]
    return [
        quad((-x, -y, low_z_m), (2 * x, 0, 0), (0, 0, height), steps[0]),
        quad((x, -y, low_z_m), (0, 2 * y, 0), (0, 0, height), steps[1]),
        quad((x, y, low_z_m), (-2 * x, 0, 0), (0, 0, height), steps[0]),
        quad((-x, y, low_z_m), (0, -2 * y, 0), (0, 0, height), steps[1]),
    ]


def beams(half_m: Ring, low_z_m: float, high_z_m: float) -> list[Part]:
    """A painted beam round a rectangle, slightly thicker than the columns' line, with its underside."""
    outer = (half_m[0] + 0.14, half_m[1] + 0.14)
    scale = high_z_m - low_z_m
    sides = [textured(side, BEAM_M[0] * scale / BEAM_M[1], scale) for side in ring_walls(outer, low_z_m, high_z_m, 2.5)]
    x, y = outer
    under = quad((-x, y, low_z_m), (2 * x, 0, 0), (0, -2 * y, 0), (3, 1))
    return [Part("beams", merged(sides)), Part("red", under)]


def frieze(half_m: Ring, low_z_m: float, high_z_m: float, tiers: int = 3) -> list[Part]:
    """Brackets under an eave: bands that step outward."""
    height = (high_z_m - low_z_m) / tiers
    bands: list[Mesh] = []
    undersides: list[Mesh] = []
    for tier in range(tiers):
        half = (half_m[0] + 0.12 + 0.22 * tier, half_m[1] + 0.12 + 0.22 * tier)
        low = low_z_m + height * tier
        bands.extend(textured(side, *FRIEZE_M) for side in ring_walls(half, low, low + height, 3.0))
        x, y = half
        undersides.append(quad((-x, y, low), (2 * x, 0, 0), (0, -2 * y, 0)))
    return [Part("brackets", merged(bands)), Part("red", merged(undersides))]


def colonnade(
    places_m: Iterable[tuple[float, float]], floor_z_m: float, height_m: float, radius_m: float
) -> list[Part]:
    """Red columns on stone drums, with a gold ring below the beam. The thick ones stand far away."""
    sides = 10 if radius_m > 0.2 else 16
    shaft = column(radius_m, height_m, sides, 1)
    profile = [(radius_m * 1.6, 0.0), (radius_m * 1.74, 0.10), (radius_m * 1.2, 0.22), (radius_m, 0.225)]
    drum = textured(lathe(profile, sides), CARVED_M)
    ring = lathe([(radius_m * 1.05, 0.0), (radius_m * 1.05, 0.16)], sides)
    ring = ring.moved(z_m=height_m - 1.2)
    spots = list(places_m)
    return [
        Part(name, merged(mesh.moved(x, y, floor_z_m) for x, y in spots))
        for name, mesh in (("red", shaft), ("stone", drum), ("gold", ring))
    ]


def pagoda(storeys: int, half_m: float, storey_m: float) -> list[Part]:
    """A square tower about the origin: each storey narrower than the one below it, with its own roof."""
    parts: list[Part] = []
    z = 0.0
    for storey in range(storeys):
        half, height = half_m * (1.0 - 0.11 * storey), storey_m * (1.0 - 0.07 * storey)
        last = storey == storeys - 1
        inner = 0.0 if last else half * 0.86
        roof = HipRoof(
            (half + 1.5, half + 1.5), (inner, inner), z + height, 2.9 if last else 1.0, 0.45, (6, 3), beasts=False
        )
        walls = [textured(side, *DOOR_M) for side in ring_walls((half, half), z, z + height - 0.9, 4.0)]
        parts += [Part("doors", merged(walls)), *beams((half, half), z + height - 0.9, z + height - 0.5)]
        parts += [*frieze((half, half), z + height - 0.5, z + height + 0.3, 2), *roof.parts()]
        z += height + 0.9
    return parts


def terrace(low_m: tuple[float, float], high_m: tuple[float, float], top_z_m: float, step_m: float = 2.5) -> list[Part]:
    """A stone terrace between two ground corners: foot, waist and cap of a Sumeru base. Its top is left to
    the floor laid on it."""
    (x0, y0), (x1, y1) = low_m, high_m
    foot, cap = 0.22 * top_z_m, 0.82 * top_z_m
    rings = [
        box((x0 - 0.18, y0 - 0.18, 0.0), (x1 + 0.18, y1 + 0.18, foot), "u", step_m),
        box((x0 - 0.02, y0 - 0.02, foot), (x1 + 0.02, y1 + 0.02, cap), "ut", step_m),
        box((x0 - 0.16, y0 - 0.16, cap), (x1 + 0.16, y1 + 0.16, top_z_m - 0.02), "", step_m),
    ]
    return [Part("carved", textured(merged(rings), CARVED_M))]


def steps(width_m: float, top_z_m: float, count: int, tread_m: float) -> list[Part]:
    """A flight of steps that ends at the origin, going down toward -Y, with a carved slope in its middle and side
    slopes."""
    rise = top_z_m / count
    treads = [
        box((-width_m / 2, -tread_m * (count - index), 0.0),
            (width_m / 2, -tread_m * (count - index - 1), rise * (index + 1)), "ublr", 1.6)
        for index in range(count)
    ]  # fmt: skip
    run = tread_m * count
    slopes = [_slope(x, w, run, top_z_m) for x, w in ((-width_m / 2, 0.35), (0.0, width_m * 0.3), (width_m / 2, 0.35))]
    return [Part("carved", textured(merged([*treads, *slopes]), CARVED_M))]


def _slope(x_m: float, width_m: float, run_m: float, rise_m: float) -> Mesh:
    """A stone wedge lying on the steps."""
    left, right, over = x_m - width_m / 2, x_m + width_m / 2, 0.16
    length, height = run_m + 0.2, rise_m + over
    top = quad((left, -length, over), (width_m, 0, 0), (0, length, rise_m), (1, 6))
    front = quad((left, -length, 0.0), (width_m, 0, 0), (0, 0, over))
    cheek = quad((right, -length, over - height), (0, length, rise_m), (0, 0, height), (6, 1))
    other = quad((left, 0.0, 0.0), (0, -length, -rise_m), (0, 0, height), (6, 1))
    return merged([top, front, cheek, other])


def balustrade(
    start_m: tuple[float, float], end_m: tuple[float, float], floor_z_m: float, gap_m: float = 1.35
) -> list[Part]:
    """Posts with lotus buds and panels with rails, along a straight line on a floor."""
    (x0, y0), (x1, y1) = start_m, end_m
    length = math.hypot(x1 - x0, y1 - y0)
    pan_deg = math.degrees(math.atan2(y1 - y0, x1 - x0))
    count = max(1, round(length / gap_m))
    pitch = length / count
    post = merged([box((-0.1, -0.1, 0), (0.1, 0.1, 0.95), "ut"), _BUD])
    panel = box((0.1, -0.055, 0.10), (pitch - 0.1, 0.055, 0.48), "ulr")
    rail = box((0.1, -0.075, 0.62), (pitch - 0.1, 0.075, 0.74), "lr")
    stub = box((pitch / 2 - 0.09, -0.05, 0.48), (pitch / 2 + 0.09, 0.05, 0.62), "ut")
    bay = merged([panel, rail, stub])
    whole = merged([*(post.moved(pitch * n) for n in range(count + 1)), *(bay.moved(pitch * n) for n in range(count))])
    return [Part("carved", textured(whole, CARVED_M)).placed(Placement((x0, y0, floor_z_m), pan_deg))]


_BUD = lathe([(0.08, 0.95), (0.12, 1.08), (0.0, 1.30)], 4)
