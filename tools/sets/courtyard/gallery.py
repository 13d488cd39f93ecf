"""The covered gallery along a side of the court, and the wall and gate that close it."""

from __future__ import annotations

import numpy as np

from tools.sets.courtyard.palace import BEAM_M, CARVED_M, PLASTER_M, WINDOW_M, colonnade
from tools.sets.courtyard.roofs import gable_roof
from tools.sets.mesh import Part, Placement, merged
from tools.sets.solids import box, quad, textured

BRICK_M = 1.28
BAY_M = 3.0
DEPTH_M = 3.2
FLOOR_Z_M = 0.35
COLUMN_M = 3.5
WINDOW_Z_M = FLOOR_Z_M + 0.95


def gallery(bays: int) -> list[Part]:
    """A gallery along +Y from the origin; its row of columns stands at x = 0 and opens toward -X, its wall at
    x = DEPTH_M. The court provides the floor."""
    length = bays * BAY_M
    top = FLOOR_Z_M + COLUMN_M
    places = [(0.0, bay * BAY_M) for bay in range(bays + 1)]
    roof = gable_roof(DEPTH_M / 2 + 1.15, length + 1.6, top + 0.05, 1.8, BAY_M, rolls=True)
    return [
        *colonnade(places, FLOOR_Z_M, COLUMN_M, 0.19),
        *_timber(bays, top),
        *_wall(length, top),
        Part("carved", textured(box((-0.75, -0.7, 0.0), (-0.70, length + 0.7, FLOOR_Z_M), "ur", BAY_M), CARVED_M)),
        *(Part(part.material, part.mesh.moved(DEPTH_M / 2, -0.8)) for part in roof),
    ]


def _timber(bays: int, top_z_m: float) -> list[Part]:
    """Beam, tie beam, hanging frieze and corner pieces of every bay; a seat between most columns."""
    length = bays * BAY_M
    beam = textured(box((-0.14, -0.5, top_z_m - 0.48), (0.14, length + 0.5, top_z_m - 0.02), "", BAY_M), *BEAM_M)
    bay = [
        box((-0.04, 0.19, top_z_m - 0.98), (0.04, BAY_M - 0.19, top_z_m - 0.92), "fb"),
        *(box((-0.03, y - 0.02, top_z_m - 0.92), (0.03, y + 0.02, top_z_m - 0.48), "ut")
          for y in np.linspace(0.35, BAY_M - 0.35, 9).tolist()),
    ]  # fmt: skip
    seat = [
        box((-0.2, 0.19, FLOOR_Z_M + 0.42), (0.2, BAY_M - 0.19, FLOOR_Z_M + 0.48), "fb"),
        box((-0.03, 0.19, FLOOR_Z_M + 0.05), (0.03, BAY_M - 0.19, FLOOR_Z_M + 0.12), "fb"),
        *(box((-0.025, y - 0.03, FLOOR_Z_M + 0.12), (0.025, y + 0.03, FLOOR_Z_M + 0.42), "ut")
          for y in np.linspace(0.5, BAY_M - 0.5, 6).tolist()),
    ]  # fmt: skip
    hung = merged(merged(bay).moved(y_m=index * BAY_M) for index in range(bays))
    seats = merged(merged(seat).moved(y_m=index * BAY_M) for index in range(bays) if index % 4 != 2)
    cross = merged(
        box((0.0, index * BAY_M - 0.09, top_z_m - 0.42), (DEPTH_M, index * BAY_M + 0.09, top_z_m - 0.10), "lr")
        for index in range(bays + 1)
    )
    return [Part("beams", beam), Part("green", hung), Part("red", merged([seats, cross]))]


def _wall(length_m: float, top_z_m: float) -> list[Part]:
    """The rear wall seen from outside, and a lattice window in each bay. The court provides its inner face,
    with the columns' shadows."""
    outside = box((DEPTH_M, -0.3, 0.0), (DEPTH_M + 0.35, length_m + 0.3, top_z_m + 0.5), "ul", 4.0)
    windows = [
        quad((DEPTH_M - 0.09, y + 2.2, WINDOW_Z_M), (0, -1.4, 0), (0, 0, 1.4))
        for y in np.arange(0.0, length_m - 1.0, BAY_M).tolist()
    ]
    return [
        Part("plaster", textured(outside, PLASTER_M)),
        Part("window", textured(merged(windows), WINDOW_M)),
    ]


def court_wall(length_m: float, height_m: float) -> list[Part]:
    """A red wall along +X from the origin, half a metre thick, under its own small tiled roof."""
    body = textured(box((0, -0.25, 0), (length_m, 0.25, height_m), "ut", 4.0), PLASTER_M)
    foot = textured(box((0, -0.30, 0), (length_m, 0.30, 0.8), "u", 4.0), BRICK_M)
    roof = [part.placed(Placement((0.0, 0.0, 0.0), -90.0)) for part in gable_roof(0.75, length_m, height_m, 0.65, 4.0)]
    return [Part("plaster", body), Part("brick", foot), *roof]
