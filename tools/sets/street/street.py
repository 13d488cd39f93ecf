"""The set `street`: a city street of the present day, any hour and weather: brick and plaster houses, shops, planes."""

from __future__ import annotations

import numpy as np

from stage.model.layers import GltfLayer, SkyLayer
from stage.model.place import Place
from stage.model.scene import Haze, Scene, Sun
from tools.sets.glb import Thing, glb_bytes
from tools.sets.laid import Slabs
from tools.sets.lamps import Lamp
from tools.sets.mesh import Mesh, Part, Placement, by_material, merged
from tools.sets.seen import in_cells
from tools.sets.solids import box, quad, textured
from tools.sets.street.facade import STONE_M, House
from tools.sets.street.furniture import (
    LAMP_Z_M,
    REACH_M,
    bench,
    bin_,
    bollard,
    facing,
    signal,
    street_lamp,
    tree_pit,
)
from tools.sets.street.surfaces import MATERIALS, PRACTICALS, pictures
from tools.sets.trees import plane_tree

ROAD_X_M, WALL_X_M, KERB_M = 3.6, 7.6, 0.14
Y_M = (-22.0, 70.0)
CROSSING_Y_M = (8.2, 11.4)
CELL_M = 18.0
LAMPS_Y_M = (-9.0, 4.5, 18.0, 31.5, 45.0)
TREES_X_M = 4.6
TREES_Y_M = (-5.5, 14.0, 22.5, 36.0)
LEFT = (
    House(11.0, 4, 5, "brick_red", "frame_white", sign=0, seed=11, awning="awning_green"),
    House(9.0, 5, 4, "render_cream", "frame_dark", sign=1, seed=12),
    House(12.0, 4, 6, "brick_dark", "frame_dark", sign=2, seed=13),
    House(10.0, 5, 4, "brick_yellow", "frame_white", sign=3, seed=14, awning="awning_red"),
    House(13.0, 4, 6, "render_grey", "frame_white", sign=4, seed=15),
    House(11.0, 5, 5, "brick_red", "frame_dark", sign=5, seed=16),
    House(10.0, 4, 5, "render_cream", "frame_white", sign=6, seed=17),
)
RIGHT = (
    House(12.0, 5, 6, "render_grey", "frame_white", sign=5, seed=21),
    House(10.0, 4, 4, "brick_yellow", "frame_dark", sign=6, seed=22, awning="awning_red"),
    House(9.0, 4, 4, "brick_red", "frame_white", sign=3, seed=23),
    House(12.0, 5, 5, "render_cream", "frame_dark", sign=7, seed=24, awning="awning_green"),
    House(10.0, 4, 5, "brick_dark", "frame_white", sign=1, seed=25),
    House(12.0, 5, 6, "brick_yellow", "frame_white", sign=0, seed=26),
    House(11.0, 4, 5, "render_grey", "frame_dark", sign=4, seed=27),
)
ACROSS = (
    House(15.0, 5, 7, "render_cream", "frame_white", sign=2, seed=31),
    House(16.0, 4, 8, "brick_red", "frame_white", sign=7, seed=32),
)


def street() -> dict[str, bytes | Scene]:
    """The files of the set by name."""
    return {"scene.toml": scene(), "street.glb": glb_bytes(_things(), MATERIALS, pictures(), lamps())}


def scene() -> Scene:
    """The scene file."""
    return Scene(
        schema="scene/1",
        name="street",
        description="A city street of the present day: shops, brick and plaster houses, planes, street lamps",
        layers=(
            GltfLayer(kind="gltf", file="street.glb", practicals=PRACTICALS),
            SkyLayer(kind="sky", ground_albedo=(0.16, 0.155, 0.15), altitude_m=60.0, exposure_ev=-6.7),
        ),
        place=Place(latitude_deg=52.4, longitude_deg=13.1, elevation_m=60.0),
        sun=Sun(pan_deg=152.0, elevation_deg=38.0),
        haze=Haze(density_per_m=0.0004),
    )


def lamps() -> list[Lamp]:
    """Street lamps as bright as a film crew would have them, and the light of shop windows on the pavement."""
    warm, shop = (1.0, 0.80, 0.52), (1.0, 0.82, 0.58)
    found = []
    for number, y in enumerate(LAMPS_Y_M):
        side = 1.0 if number % 2 else -1.0
        place = (side * (ROAD_X_M + 0.55 - REACH_M), y, KERB_M + LAMP_Z_M)
        found.append(Lamp(f"street_{number}", place, _times(9000.0, warm), 75.0))
    for number, (side, y) in enumerate((s, y) for y in (2.0, 12.0, 22.0, 32.0) for s in (-1.0, 1.0)):
        found.append(Lamp(f"shop_{number}", (side * (WALL_X_M - 0.7), y, 2.3), _times(900.0, shop)))
    return found


def _times(candela: float, colour: tuple[float, float, float]) -> tuple[float, float, float]:
    return (candela * colour[0], candela * colour[1], candela * colour[2])


def _things() -> list[Thing]:
    """Houses and ground in pieces that a view sees or misses as a whole; what stands in several places once."""
    built = [
        Thing(f"{name}_{number}", {material: piece})
        for name, parts in {**_rows(), "ground": _ground(), "marks": _marks(), "far": _far()}.items()
        for material, mesh in by_material(parts).items()
        for number, piece in enumerate(in_cells(mesh, CELL_M))
    ]
    return [*built, *(Thing(name, by_material(parts), places) for name, parts, places in _standing())]


def _standing() -> list[tuple[str, list[Part], list[Placement]]]:
    """What stands on the pavements: a name, its parts, its places."""
    z, kerb = KERB_M, ROAD_X_M + 0.45
    both = (-1.0, 1.0)
    masts = [facing(1.0 if n % 2 else -1.0, ROAD_X_M + 0.55, y, z) for n, y in enumerate(LAMPS_Y_M)]
    pits = [(side * TREES_X_M, y) for y in TREES_Y_M for side in both]
    planes = [Placement((x, y, z + 0.02), 70.0 * n, 0.90 + 0.03 * n) for n, (x, y) in enumerate(pits)]
    return [
        ("street_lamp", street_lamp(), masts),
        ("bollard", bollard(), [Placement((s * kerb, y, z)) for y in (6.6, 7.6, 12.0, 13.0) for s in both]),
        ("bin", bin_(), [Placement((4.6, 6.2, z), 90.0), Placement((-4.6, 20.0, z), 90.0)]),
        ("bench", bench(), [facing(-1.0, 5.6, 9.5, z), facing(1.0, 5.6, 19.0, z), facing(-1.0, 5.6, 28.0, z)]),
        ("signal", signal(), [Placement((-4.2, 12.1, z)), Placement((4.2, 12.1, z))]),
        ("plane", plane_tree(2, 7.2), planes),
        ("pit", tree_pit(), [Placement((x, y, z)) for x, y in pits]),
    ]


def _rows() -> dict[str, list[Part]]:
    """Both sides of the street, and the houses that close it at its ends."""
    rows: dict[str, list[Part]] = {"left": [], "right": [], "across": []}
    y = Y_M[0]
    for house in LEFT:
        rows["left"] += [part.placed(Placement((-WALL_X_M, y, 0.0), 90.0)) for part in house.parts()]
        y += house.width_m
    y = Y_M[0]
    for house in RIGHT:
        y += house.width_m
        rows["right"] += [part.placed(Placement((WALL_X_M, y, 0.0), -90.0)) for part in house.parts()]
    x = -15.5
    for house in ACROSS:
        rows["across"] += [part.placed(Placement((x, 68.0, 0.0))) for part in house.parts()]
        x += house.width_m
    behind = House(16.0, 4, 7, "brick_dark", "frame_white", sign=6, seed=33)
    rows["across"] += [part.placed(Placement((8.0, -30.0, 0.0), 180.0)) for part in behind.parts()]
    return rows


def _ground() -> list[Part]:
    """Road, kerbs and pavements; each ends where the next begins, the pavements at the houses' walls."""
    y0, y1 = -30.0, 68.0
    road = Slabs((2.0, 2.0), 1, 1, 5, 0.0)
    slabs = Slabs((0.8, 0.4), 4, 8, 6)
    kerbs: list[Mesh] = []
    for side in (-1.0, 1.0):
        inner, outer = sorted((side * ROAD_X_M, side * (ROAD_X_M + 0.25)))
        kerbs += [box((inner, y, -0.05), (outer, y + 1.98, KERB_M), "u") for y in range(int(y0), int(y1), 2)]
    outside = ROAD_X_M + 0.25
    return [
        Part("asphalt", merged([road.laid((-ROAD_X_M, y0), (ROAD_X_M, y1), 0.0)])),
        Part("kerb", textured(merged(kerbs), STONE_M)),
        Part("slabs", slabs.laid((-WALL_X_M, y0), (-outside, y1), KERB_M)),
        Part("slabs", slabs.laid((outside, y0), (WALL_X_M, y1), KERB_M)),
    ]


def _marks() -> list[Part]:
    """The crossing, the dashed line, and manhole covers: thin bodies on the road."""
    low, high = CROSSING_Y_M
    z = 0.004
    bars = [quad((x, low, z), (0.5, 0, 0), (0, high - low, 0)) for x in np.arange(-3.25, 3.0, 1.0).tolist()]
    starts = (-8.0, -3.0, 2.0, *np.arange(13.5, 60.0, 5.0).tolist())
    dashes = [quad((-0.06, y, z), (0.12, 0, 0), (0, 2.0, 0)) for y in starts]
    stop = [quad((0.2, low - 1.3, z), (3.2, 0, 0), (0, 0.35, 0))]
    covers = [
        box((x - 0.32, y - 0.32, 0.0), (x + 0.32, y + 0.32, 0.006), "u")
        for x, y in ((1.4, 3.2), (-1.9, 14.8), (1.1, 27.0))
    ]
    return [Part("paint", textured(merged([*bars, *dashes, *stop]), 2.0)), Part("cast_iron", merged(covers))]


FAR_BLOCKS = (
    (-70.0, 120.0, 26.0, 24.0),
    (-30.0, 190.0, 22.0, 40.0),
    (22.0, 170.0, 30.0, 30.0),
    (56.0, 210.0, 24.0, 52.0),
    (-95.0, 170.0, 40.0, 38.0),
    (90.0, 120.0, 36.0, 28.0),
)
"""x, y, width and height of houses beyond the roofs, in metres."""


def _far() -> list[Part]:
    """Houses beyond the roofs, and the ground they stand on."""
    towers = [box((x, y, -0.2), (x + wide, y + wide, high), "u") for x, y, wide, high in FAR_BLOCKS]
    plain = box((-160.0, -120.0, -0.6), (160.0, 300.0, -0.2), "u")
    return [Part("far", textured(merged(towers), 24.0)), Part("earth", plain)]
