"""The places of everything in the courtyard. The stage is round the origin; the hall is toward +Y."""

from __future__ import annotations

import math

import numpy as np

from tools.sets.courtyard.gallery import BRICK_M, court_wall, gallery
from tools.sets.courtyard.ornaments import STONE_M, brazier, lantern, lion, rope, stone_lamp, vat
from tools.sets.courtyard.palace import CARVED_M, PLASTER_M, Hall, balustrade, pagoda, steps, terrace
from tools.sets.courtyard.places import (
    BAYS,
    COLUMNS_X_M,
    GALLERY_Y_M,
    HALL_Y_M,
    LANTERN_ROPES_Y_M,
    LANTERNS_X_M,
    TERRACE_Z_M,
    WIDE_X_M,
)
from tools.sets.courtyard.roofs import HipRoof
from tools.sets.lamps import Lamp
from tools.sets.mesh import Part, Placement
from tools.sets.solids import box, sheet, textured
from tools.sets.terrain import ridged, smooth_step
from tools.sets.trees import pine, plum

HALL = Hall(
    (10.5, 6.5), (9, 4), TERRACE_Z_M, 4.6,
    (HipRoof((12.9, 8.9), (8.9, 4.9), 6.5, 2.2, 0.75, (16, 5)),
     HipRoof((11.1, 7.1), (5.6, 0.0), 10.1, 4.1, 0.85, (16, 6))),
)  # fmt: skip
GATE = Hall((6.3, 2.4), (5, 2), 0.35, 4.0, (HipRoof((8.0, 4.1), (4.2, 0.0), 4.6, 2.6, 0.6),), porch_m=1.4)
PAVILION = Hall(
    (2.0, 2.0), (1, 1), 0.7, 3.0, (HipRoof((3.3, 3.3), (0.0, 0.0), 3.9, 2.4, 0.55, (8, 4), beasts=False),), walls=False
)
TOWER = Hall(
    (6.0, 4.5), (5, 3), 9.0, 3.6,
    (HipRoof((7.8, 6.3), (5.2, 3.7), 12.6, 1.6, 0.5, (8, 3), beasts=False),
     HipRoof((7.0, 5.5), (3.2, 0.0), 15.8, 3.2, 0.6, (8, 4), beasts=False)),
)  # fmt: skip

TREES = (
    ("pine", -12.5, 27.5, 20.0, 1.0), ("pine", 12.0, 29.0, 20.0, 0.9), ("pine", -17.5, 35.0, 40.0, 1.2),
    ("pine", 17.3, 38.0, 60.0, 1.25), ("pine", -17.8, 47.0, 0.0, 1.1), ("pine", 18.0, 50.0, 40.0, 1.0),
    ("plum", -5.5, 9.3, 0.0, 1.0), ("plum", 5.7, 13.2, 150.0, 0.9), ("plum", -5.9, -6.0, 20.0, 1.0),
    ("plum", 5.8, -9.0, 180.0, 1.05), ("plum", -6.0, 19.0, 330.0, 0.9),
)  # fmt: skip
"""Kind, x, y, pan in degrees, size."""
Standing = tuple[str, list[Part], list[Placement]]
"""A name, its parts and its placements."""


def built_groups() -> dict[str, list[Part]]:
    """Everything that is built, except the floors."""
    right = [part.placed(Placement((COLUMNS_X_M, GALLERY_Y_M[0], 0.0))) for part in gallery(BAYS)]
    return {
        "hall": _hall(),
        "gallery_right": right,
        "gallery_left": [Part(part.material, part.mesh.mirrored()) for part in right],
        "gate": _gate(),
        "far_buildings": _far_buildings(),
        "court": _court_things(),
    }


def standing() -> list[Standing]:
    """Objects that stand or hang in several places; separate for the two sides of the court, which differ in light."""
    spots: dict[str, list[Placement]] = {"pine_left": [], "pine_right": [], "plum_left": [], "plum_right": []}
    for kind, x, y, pan, size in TREES:
        spots[f"{kind}_{'left' if x < 0.0 else 'right'}"].append(Placement((x, y, 0.0), pan, size))
    kinds = {"pine": pine(3, 6.0), "plum": plum(12, 4.2)}
    ropes, hung = zip(*(rope((-6.9, y, 4.0), (6.9, y, 4.0), 0.45, 4) for y in LANTERN_ROPES_Y_M), strict=True)
    bays = {name: [Placement((side * LANTERNS_X_M, y, 3.85), 0.0, 0.9) for y in _bay_middles()]
            for name, side in (("left", -1.0), ("right", 1.0))}  # fmt: skip
    return [
        *((name, kinds[name.split("_")[0]], places) for name, places in spots.items()),
        *((f"lantern_{name}", lantern(12, 5), places) for name, places in bays.items()),
        ("lantern_court", lantern(), [place for places in hung for place in places]),
        ("ropes", list(ropes), [Placement()]),
    ]


def lamps() -> list[Lamp]:
    """The flames in lanterns and stone lamps, the braziers' coals, lamplight behind the hall's doors: the
    candela of film lanterns with a bulb in them."""
    over_court = [
        place.position_m for y in LANTERN_ROPES_Y_M for place in rope((-6.9, y, 4.0), (6.9, y, 4.0), 0.45, 4)[1]
    ]
    along = [(side * LANTERNS_X_M, y, 3.85) for side in (-1.0, 1.0) for y in _bay_middles()]
    flame = (1.0, 0.44, 0.13)
    return [
        *(Lamp(f"lantern_court_{n}", (x, y, z - 0.5), _candela(700.0, flame))
          for n, (x, y, z) in enumerate(over_court)),
        *(Lamp(f"lantern_gallery_{n}", (x, y, z - 0.45), _candela(450.0, flame)) for n, (x, y, z) in enumerate(along)),
        *(Lamp(f"lamp_stone_{n}", (x, y, 1.12), _candela(90.0, (1.0, 0.55, 0.2)))
          for n, (x, y) in enumerate(stone_lamp_places())),
        *(Lamp(f"lamp_hall_{n}", (x, HALL_Y_M - 5.6, TERRACE_Z_M + 2.6), _candela(900.0, flame))
          for n, x in enumerate((-6.0, 0.0, 6.0))),
        *(Lamp(f"fire_{n}", (x, 28.8, TERRACE_Z_M + 1.75), _candela(900.0, (1.0, 0.36, 0.07)))
          for n, x in enumerate((-5.2, 5.2))),
    ]  # fmt: skip


def _candela(most: float, colour: tuple[float, float, float]) -> tuple[float, float, float]:
    return (most * colour[0], most * colour[1], most * colour[2])


def land() -> list[Part]:
    """The country outside: level near the walls, wooded hills behind, mountains at the end of sight."""
    turn = np.linspace(0.0, -2 * math.pi, 97)[None, :]
    radius = np.geomspace(26.0, 2850.0, 28)[:, None]
    x, y = radius * np.cos(turn), radius * np.sin(turn)
    hills = 150.0 * ridged(x / 520.0, y / 520.0, 41, 6) * smooth_step(130.0, 620.0, radius)
    peaks = 720.0 * ridged(x / 1300.0, y / 1300.0, 44, 7) ** 1.3 * smooth_step(900.0, 2600.0, radius)
    points = np.stack([x, y, hills + peaks - 0.06], axis=-1)
    return [Part("hill", textured(sheet(points, np.stack([x, y], axis=-1)), 60.0))]


def _hall() -> list[Part]:
    """The hall on its terrace, the platform and steps in front of it, the balustrades, braziers on the platform."""
    house = [part.placed(Placement((0.0, HALL_Y_M, 0.0))) for part in HALL.parts()]
    stone = [*terrace((-14.0, 31.0), (14.0, 54.0), TERRACE_Z_M), *terrace((-8.0, 27.0), (8.0, 31.2), TERRACE_Z_M)]
    stairs = [part.placed(Placement((0.0, 26.9, 0.0))) for part in steps(6.4, TERRACE_Z_M, 10, 0.30)]
    z = TERRACE_Z_M
    rails = [
        *balustrade((-7.9, 27.1), (-3.35, 27.1), z), *balustrade((3.35, 27.1), (7.9, 27.1), z),
        *balustrade((-7.9, 31.1), (-7.9, 27.1), z), *balustrade((7.9, 27.1), (7.9, 31.1), z),
        *balustrade((-13.9, 31.1), (-7.9, 31.1), z), *balustrade((7.9, 31.1), (13.9, 31.1), z),
        *balustrade((-13.9, 53.9), (-13.9, 31.1), z, 2.4), *balustrade((13.9, 31.1), (13.9, 53.9), z, 2.4),
    ]  # fmt: skip
    fires = [part.placed(Placement((x, 28.8, z))) for x in (-5.2, 5.2) for part in brazier()]
    return [*house, *stone, *stairs, *rails, *fires]


def _gate() -> list[Part]:
    """The gate behind the stage and the walls on both sides of it."""
    house = [part.placed(Placement((0.0, -19.5, 0.0))) for part in GATE.parts()]
    foot = Part("stone", textured(box((-8.0, -23.5, 0.0), (8.0, -16.2, 0.33), "u", 2.0), STONE_M))
    walls = [part.placed(Placement((x, -17.0, 0.0))) for x in (-12.4, 6.4) for part in court_wall(6.0, 3.8)]
    return [*house, foot, *walls]


def _far_buildings() -> list[Part]:
    """Walls of the wide court, pavilions, and what rises above them: a pagoda, a tower, another hall."""
    side = [part.placed(Placement((0.0, 22.0, 0.0), 90.0)) for part in court_wall(44.0, 4.2)]
    base = textured(box((-8.0, -6.5, 0.0), (8.0, 6.5, 9.0), "u", 4.0), PLASTER_M)
    foot = textured(box((-8.1, -6.6, 0.0), (8.1, 6.6, 1.5), "u", 4.0), BRICK_M)
    tower = [Part("plaster", base), Part("brick", foot), *TOWER.parts()]
    return [
        *(part.placed(Placement((x, 0.0, 0.0))) for x in (-WIDE_X_M, WIDE_X_M) for part in side),
        *(part.placed(Placement((-WIDE_X_M, 64.0, 0.0))) for part in court_wall(2 * WIDE_X_M, 4.2)),
        *(part.placed(Placement((x, 27.0, 0.0))) for x in (-15.8, 15.8) for part in _pavilion()),
        *(part.placed(Placement((-37.0, 82.0, 0.0), 20.0)) for part in pagoda(6, 5.2, 4.6)),
        *(part.placed(Placement((33.0, 72.0, 0.0), -18.0)) for part in tower),
    ]


def _pavilion() -> list[Part]:
    foot = Part("carved", textured(box((-2.9, -2.9, 0.0), (2.9, 2.9, 0.7), "u", 1.5), CARVED_M))
    return [foot, *PAVILION.parts()]


def _court_things() -> list[Part]:
    """Stone lamps along the way, vats, and the lions at the foot of the steps (the left one mirrored)."""
    guard = lion()
    other = [Part(part.material, part.mesh.mirrored()) for part in guard]
    return [
        *(part.placed(Placement((x, y, 0.0), 0.0, 0.85)) for x, y in stone_lamp_places() for part in stone_lamp()),
        *(part.placed(Placement((x, y, 0.0))) for x, y in vat_places() for part in vat()),
        *(part.placed(Placement((4.5, 23.0, 0.0), 0.0, 1.15)) for part in other),
        *(part.placed(Placement((-4.5, 23.0, 0.0), 0.0, 1.15)) for part in guard),
    ]


def stone_lamp_places() -> list[tuple[float, float]]:
    """(x, y) of every stone lamp."""
    return [(side * 2.75, y) for y in (7.2, 12.2, 17.2, -5.0) for side in (-1.0, 1.0)]


def vat_places() -> list[tuple[float, float]]:
    """(x, y) of every vat."""
    return [(side * 5.6, y) for y in (6.0, 16.5, -11.5) for side in (-1.0, 1.0)]


def _bay_middles() -> list[float]:
    pitch = (GALLERY_Y_M[1] - GALLERY_Y_M[0]) / BAYS
    return [GALLERY_Y_M[0] + pitch * (bay + 0.5) for bay in range(BAYS)]
