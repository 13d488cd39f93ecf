"""The set `snowfield`: a clearing in deep snow, firs at many depths, a cabin with a lit window, mountains behind."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from stage.maths.arrays import Floats
from stage.model.layers import GltfLayer, SkyLayer
from stage.model.place import Place
from stage.model.scene import Haze, Scene, Sun
from tools.sets.glb import Thing, glb_bytes
from tools.sets.materials import Material
from tools.sets.mesh import Mesh, Placement, merged
from tools.sets.pictures import jpeg
from tools.sets.solids import box, lathe, quad, sheet, textured
from tools.sets.terrain import fractal, ground_sectors, ridged, smooth_step
from tools.sets.textures import tileable_noise

SEED = 40
SNOW = (0.86, 0.88, 0.91)
ROCK = (0.13, 0.125, 0.13)
FIRS = ((5.5, 1), (7.5, 2), (9.5, 3), (12.0, 4))
"""Height in metres and seed of each kind of fir."""
NEAR_FIRS, FAR_FIRS = 60, 300
REACH_M = 2850.0
"""The renderer's far plane is at 3000 m."""
CABIN_M = (-7.6, 17.5)
LAMP = (14.0, 7.6, 2.6)


def snowfield() -> dict[str, bytes | Scene]:
    """The files of the set by name."""
    things = [
        Thing(f"ground-{number}", {"snow": textured(mesh, 6.0)})
        for number, mesh in enumerate(ground_sectors(_height, _tint, REACH_M, 72, 168, 12))
    ]
    places = _fir_places()
    for kind, (height_m, seed) in enumerate(FIRS):
        near, far = _fir(height_m, seed, 8, 6), _fir(height_m, seed, 4, 3)
        things.append(Thing(f"fir-{kind}", near, [p for p in places[kind :: len(FIRS)] if _distance(p) < 45.0]))
        things.append(Thing(f"far-fir-{kind}", far, [p for p in places[kind :: len(FIRS)] if _distance(p) >= 45.0]))
    things.append(Thing("cabin", _cabin(), [_stand(*CABIN_M, pan_deg=-28.0)]))
    things.append(Thing("fence", _fence(), [_stand(3.4, 9.5, pan_deg=14.0), _stand(7.6, 10.4, pan_deg=10.0)]))
    materials = [
        Material("snow", SNOW, "grain"),
        Material("needles", (1.0, 1.0, 1.0)),
        Material("timber", (0.20, 0.12, 0.07), "boards"),
        Material("lamp", (0.02, 0.015, 0.01), emissive=LAMP),
    ]
    pictures = {"grain": jpeg(_grain(), 84), "boards": jpeg(_boards(), 84)}
    scene = Scene(
        schema="scene/1",
        name="snowfield",
        description="A clearing in deep snow: firs, a cabin with a lit window, mountains behind",
        layers=(
            GltfLayer(kind="gltf", file="snowfield.glb", practicals=("lamp",)),
            SkyLayer(kind="sky", ground_albedo=(0.8, 0.82, 0.85), altitude_m=900.0, exposure_ev=-6.2),
        ),
        place=Place(latitude_deg=61.5, longitude_deg=9.0, elevation_m=900.0),
        sun=Sun(pan_deg=78.0, elevation_deg=14.0),
        haze=Haze(density_per_m=0.00009),
    )
    return {"scene.toml": scene, "snowfield.glb": glb_bytes([t for t in things if t.placements], materials, pictures)}


def _height(x: Floats, y: Floats) -> Floats:
    """Drifts near, a shallow valley toward the mountains, a ridge all round."""
    away = np.hypot(x, y)
    drifts = 0.45 * ridged(x / 9.0, y / 4.4, SEED, 3) + 1.2 * fractal(x / 40.0, y / 30.0, SEED + 9, 4)
    swell = 14.0 * fractal(x / 420.0, y / 420.0, SEED + 20, 4) * smooth_step(40.0, 260.0, away)
    open_way = 1.0 - 0.55 * np.exp(-(((np.arctan2(x, y) + 0.05) / 0.34) ** 2))
    peaks = 1250.0 * ridged(x / 1100.0, y / 1100.0, SEED + 31, 7) ** 1.25 * smooth_step(700.0, 2500.0, away) * open_way
    foothills = 70.0 * ridged(x / 420.0, y / 420.0, SEED + 50) * smooth_step(220.0, 900.0, away) * open_way
    return np.asarray(drifts * smooth_step(2.5, 9.0, away) + swell + foothills + peaks)


def _tint(x: Floats, y: Floats, z: Floats, upright: Floats) -> Floats:
    """Snow, bluish in hollows; on steep mountain sides rock shows through; forest darkens the lower slopes."""
    away = np.hypot(x, y)
    drift = ridged(x / 9.0, y / 4.4, SEED, 3) * smooth_step(1.5, 8.0, away)
    hollow = 0.30 * (np.clip(drift, 0.0, 0.62) - 0.45)
    snow = np.stack([0.94 + hollow, 0.96 + 0.8 * hollow, 1.0 + 0.4 * hollow], axis=-1)
    steep = smooth_step(0.90, 0.70, upright + 0.07 * fractal(x / 130.0, y / 130.0, SEED + 80, 4))
    rock = (steep * smooth_step(400.0, 900.0, away))[:, None]
    wood = smooth_step(0.10, 0.45, fractal(x / 260.0, y / 260.0, SEED + 90, 5) + 0.2)
    wood = wood * smooth_step(260.0, 520.0, away) * smooth_step(170.0, 90.0, z)
    fir = np.array([0.055, 0.075, 0.07]) / np.array(SNOW)
    colour = snow * (1 - rock) + rock * np.array(ROCK) / np.array(SNOW)
    return np.asarray(np.clip(colour * (1 - 0.86 * wood[:, None]) + 0.86 * wood[:, None] * fir, 0.0, 1.0))


def _stand(x: float, y: float, pan_deg: float = 0.0, scale: float = 1.0, sunk_m: float = 0.05) -> Placement:
    """On the snow."""
    z = float(_height(np.array([x]), np.array([y]))[0]) - sunk_m
    return Placement((round(x, 3), round(y, 3), round(z, 3)), round(pan_deg, 1), round(scale, 3))


def _distance(place: Placement) -> float:
    return math.hypot(place.position_m[0], place.position_m[1])


def _fir_places() -> list[Placement]:
    """Seeded: groves on both sides, an open way toward the mountains, single trees nearer."""
    generator = np.random.default_rng(SEED)
    places = [_stand(-2.3, 15.5, 40.0, 0.62), _stand(5.6, 13.0, 200.0, 0.9), _stand(-10.5, 12.5, 110.0, 1.0),
              _stand(9.8, 19.0, 15.0, 1.05), _stand(2.6, 30.0, 80.0, 0.8)]  # fmt: skip
    for count, low_m, high_m in ((NEAR_FIRS, 16.0, 60.0), (FAR_FIRS, 60.0, 420.0)):
        while count:
            away = low_m * (high_m / low_m) ** generator.uniform()
            turn = generator.uniform(-1.25, 1.25)
            x, y = away * math.sin(turn), away * math.cos(turn)
            grove = float(fractal(np.array([x / 34.0]), np.array([y / 34.0]), SEED + 5, 3)[0])
            gap = abs(x + 0.03 * y) < 3.0 + 0.10 * y
            cabin = math.hypot(x - CABIN_M[0], y - CABIN_M[1]) < 6.5
            if grove < -0.12 or gap or cabin:
                continue
            places.append(_stand(x, y, generator.uniform(0, 360), generator.uniform(0.7, 1.25)))
            count -= 1
    return places


def _fir(height_m: float, seed: int, tiers: int, sides: int) -> dict[str, Mesh]:
    """Tiers of hanging branches with snow on them, darker inside and below; a trunk."""
    generator = np.random.default_rng(seed)
    parts = [_coloured(lathe([(0.035 * height_m, 0.0), (0.02 * height_m, 0.3 * height_m)], 5), (0.07, 0.05, 0.04))]
    for tier in range(tiers):
        share = tier / tiers
        low = height_m * (0.10 + 0.86 * share)
        reach = height_m * 0.235 * (1.0 - share) ** 0.85 + 0.03 * height_m
        rise = height_m * 0.86 / tiers * 1.75
        parts.append(_tier(generator, low, reach, rise, sides))
    return {"needles": merged(parts)}


def _tier(generator: np.random.Generator, low_m: float, reach_m: float, rise_m: float, sides: int) -> Mesh:
    """A jagged skirt: every second tip hangs lower and reaches farther. Snow covers its upper half."""
    cone = lathe([(reach_m, 0.0), (reach_m * 0.55, rise_m * 0.36), (0.02, rise_m)], 2 * sides)
    position = cone.position_m.copy()
    turn = np.arctan2(position[:, 1], position[:, 0])
    tip = np.cos(turn * sides + generator.uniform(0, 6.28)) * (position[:, 2] < 0.3 * rise_m)
    wide = 1.0 + 0.16 * tip + 0.05 * np.cos(turn * 3 + generator.uniform(0, 6.28))
    position[:, :2] *= wide[:, None]
    position[:, 2] += low_m - 0.16 * rise_m * tip
    share = np.clip((position[:, 2] - low_m) / rise_m, 0.0, 1.0)
    snow = np.clip(smooth_step(0.12, 0.42, share) * (0.75 + 0.35 * np.cos(turn * 2 + low_m * 3)), 0.0, 1.0)[:, None]
    green = np.array([0.030, 0.048, 0.038]) * (0.55 + 0.7 * np.clip(tip, 0, 1))[:, None]
    return replace(cone, position_m=position, colour=green * (1 - snow) + snow * np.array(SNOW) * 0.93)


def _coloured(mesh: Mesh, colour: tuple[float, float, float]) -> Mesh:
    return replace(mesh, colour=np.broadcast_to(np.array(colour), mesh.position_m.shape).copy())


def _cabin() -> dict[str, Mesh]:
    """Log walls 5 x 4 m, a steep roof under half a metre of snow, a door, two lit windows, a chimney."""
    walls = [box((-2.5, -2.0, -0.6), (2.5, 2.0, 2.3), without="tu")]
    walls += [_gable(-2.5, -1.0), _gable(2.5, 1.0)]
    roof = []
    for way in (-1.0, 1.0):
        eave = (2.9 * way, 2.55 * way, 2.0)
        roof.append(quad(eave, (-5.8 * way, 0, 0), (0, -2.55 * way, 2.0), (8, 3)))
    soft = [replace(part, position_m=part.position_m + np.array([0, 0, 0.38])) for part in roof]
    rims = [box((-2.9, -2.6, 1.96), (2.9, -2.5, 2.4)), box((-2.9, 2.5, 1.96), (2.9, 2.6, 2.4))]
    chimney = box((1.1, 0.2, 3.0), (1.7, 0.8, 4.9))
    cap = box((1.0, 0.1, 4.9), (1.8, 0.9, 5.1))
    windows = [
        quad((-1.75, -2.03, 1.0), (0.85, 0, 0), (0, 0, 0.8)),
        quad((0.95, -2.03, 1.0), (0.85, 0, 0), (0, 0, 0.8)),
    ]
    door = box((-0.45, -2.06, 0.0), (0.45, -1.98, 1.95), without="bu")
    frames = [box((x, -2.08, z), (x + w, -2.02, z + h)) for x, z, w, h in _frames()]
    return {
        "timber": merged([textured(merged([*walls, door, chimney, *frames]), 2.0)]),
        "snow": merged([*soft, *rims, cap]),
        "lamp": merged(windows),
    }


def _frames() -> list[tuple[float, float, float, float]]:
    """Bars of the windows: x, z, width, height."""
    bars = []
    for x in (-1.75, 0.95):
        bars += [(x - 0.06, 0.94, 0.97, 0.06), (x - 0.06, 1.80, 0.97, 0.06), (x - 0.06, 0.94, 0.06, 0.92)]
        bars += [(x + 0.85, 0.94, 0.06, 0.92), (x + 0.40, 1.0, 0.05, 0.8), (x, 1.38, 0.85, 0.05)]
    return bars


def _gable(x: float, way: float) -> Mesh:
    """The wall under the roof's end, up to the snow."""
    corner = np.array([[[x, -y, z], [x, y, z]] for y, z in ((2.0, 2.3), (2.0, 2.8), (0.0, 4.36))])
    return sheet(corner if way > 0 else corner[:, ::-1])


def _fence() -> dict[str, Mesh]:
    """Four posts and two rails, snow on top of them."""
    posts = [box((x - 0.06, -0.06, -0.3), (x + 0.06, 0.06, 1.05)) for x in (0.0, 1.3, 2.6, 3.9)]
    rails = [box((-0.1, -0.03, z), (4.0, 0.03, z + 0.12)) for z in (0.42, 0.80)]
    caps = [box((x - 0.09, -0.09, 1.05), (x + 0.09, 0.09, 1.19)) for x in (0.0, 1.3, 2.6, 3.9)]
    lines = [box((-0.1, -0.05, 0.92), (4.0, 0.05, 0.99))]
    return {"timber": textured(merged([*posts, *rails]), 2.0), "snow": merged([*caps, *lines])}


def _grain() -> Floats:
    """(512, 512, 3): uneven snow; 6 x 6 m."""
    tone = 1.0 + 0.025 * tileable_noise(512, 512, 8, 3, 6) + 0.012 * tileable_noise(512, 512, 128, 4, 2)
    return np.asarray(np.clip(np.repeat((0.93 * tone)[..., None], 3, axis=2), 0.0, 1.0))


def _boards() -> Floats:
    """(256, 256, 3): weathered horizontal logs, 25 cm each; 2 x 2 m."""
    v = np.mgrid[0:256, 0:256][0] / 256.0
    log = np.abs((v * 8) % 1.0 - 0.5)
    tone = (1.0 - 0.75 * smooth_step(0.36, 0.5, log)) * (1.0 + 0.14 * tileable_noise(256, 256, 16, 8, 4))
    return np.asarray(np.clip(np.repeat((0.75 * tone)[..., None], 3, axis=2), 0.02, 1.0))
