"""The set `snowfield`: a clearing in deep snow, firs at many depths, a cabin with a lit window, mountains behind."""

from __future__ import annotations

import math

import numpy as np

from stage.maths.arrays import Floats
from stage.model.layers import GltfLayer, SkyLayer
from stage.model.place import Place
from stage.model.scene import Haze, Scene, Sun
from tools.sets import foliage, textures
from tools.sets.glb import Thing, glb_bytes
from tools.sets.lamps import Lamp
from tools.sets.materials import Material
from tools.sets.mesh import Mesh, Placement, by_material, merged
from tools.sets.pictures import jpeg
from tools.sets.solids import box, ellipsoid, quad, sheet, textured, tube
from tools.sets.terrain import fractal, ground_sectors, ridged, smooth_step
from tools.sets.textures import tileable_noise
from tools.sets.trees import spruce

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
        near = by_material(spruce(seed, height_m, "boughs", 20, 14, 1.45))
        far = by_material(spruce(seed, height_m, "boughs", 9, 7, 2.1))
        things.append(Thing(f"fir-{kind}", near, [p for p in places[kind :: len(FIRS)] if _distance(p) < 45.0]))
        things.append(Thing(f"far-fir-{kind}", far, [p for p in places[kind :: len(FIRS)] if _distance(p) >= 45.0]))
    things.append(Thing("cabin", _cabin(), [_stand(*CABIN_M, pan_deg=-28.0)]))
    things.append(Thing("fence", _fence(), [_stand(3.4, 9.5, pan_deg=14.0), _stand(7.6, 10.4, pan_deg=10.0)]))
    materials = [
        Material("snow", SNOW, "grain"),
        Material("boughs", texture="boughs", double_sided=True, cutoff=0.4),
        Material("bark", texture="bark"),
        Material("stone", (0.20, 0.19, 0.18)),
        Material("timber", (0.17, 0.115, 0.075), "boards"),
        Material("lamp", (0.02, 0.015, 0.01), emissive=LAMP),
    ]
    pictures = {
        "grain": jpeg(_grain(), 84),
        "boards": jpeg(_boards(), 84),
        "boughs": foliage.strip(foliage.snowy_spruce, 3),
        "bark": jpeg(textures.bark(), 84),
    }
    lamps = [_window_lamp(number, x) for number, x in enumerate((-1.32, 1.38))]
    scene = Scene(
        schema="scene/1",
        name="snowfield",
        description="A clearing in deep snow: firs, a cabin with a lit window, mountains behind",
        layers=(
            GltfLayer(kind="gltf", file="snowfield.glb", practicals=("lamp", "window_*")),
            SkyLayer(kind="sky", ground_albedo=(0.8, 0.82, 0.85), altitude_m=900.0, exposure_ev=-7.6),
        ),
        place=Place(latitude_deg=61.5, longitude_deg=9.0, elevation_m=900.0),
        sun=Sun(pan_deg=64.0, elevation_deg=24.0),
        haze=Haze(density_per_m=0.00009),
    )
    return {
        "scene.toml": scene,
        "snowfield.glb": glb_bytes([t for t in things if t.placements], materials, pictures, lamps),
    }


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
    """Snow; on steep mountain sides rock shows through; forest darkens the lower slopes."""
    away = np.hypot(x, y)
    snow = np.ones((len(x), 3))
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


def _cabin() -> dict[str, Mesh]:
    """A cabin of logs, 5 x 4 m, a steep roof under deep snow, a door, two lit windows, a chimney."""
    inner = [box((-2.38, -1.88, -0.6), (2.38, 1.88, 2.4), without="u"), *_gable_ends()]
    roof = merged([_roof_slope(way, 0.0, 0.12) for way in (-1.0, 1.0)])
    soft = merged([_roof_slope(way, 0.12, 0.42) for way in (-1.0, 1.0)])
    chimney = box((1.1, 0.2, 3.0), (1.7, 0.8, 4.9))
    cap = ellipsoid((1.4, 0.5, 4.92), (0.42, 0.42, 0.20), 16, 8)
    windows = [
        quad((-1.75, -2.155, 1.0), (0.85, 0, 0), (0, 0, 0.8)),
        quad((0.95, -2.155, 1.0), (0.85, 0, 0), (0, 0, 0.8)),
    ]
    door = box((-0.45, -2.20, 0.0), (0.45, -1.98, 1.95), without="bu")
    frames = [box((x, -2.20, z), (x + w, -2.04, z + h)) for x, z, w, h in _frames()]
    return {
        "timber": textured(merged([*inner, *_logs(), roof, door, *frames]), 1.0),
        "stone": chimney,
        "snow": textured(merged([soft, cap]), 6.0),
        "lamp": merged(windows),
    }


LOG_M = 0.13


def _logs() -> list[Mesh]:
    """Round logs laid crosswise; their ends stand out at the corners."""
    logs = []
    for course in range(12):
        z = -0.42 + 2 * LOG_M * course
        for side in (-1.0, 1.0):
            long = np.array([[-2.85, side * 2.0, z], [2.85, side * 2.0, z]])
            short = np.array([[side * 2.5, 2.35, z + LOG_M], [side * 2.5, -2.35, z + LOG_M]])
            for path in (long, short):
                logs.append(tube(path, [LOG_M, LOG_M], 12))
                logs += [_log_end(path[0], path[1]), _log_end(path[1], path[0])]
    return logs


def _log_end(end_m: Floats, other_m: Floats) -> Mesh:
    """The sawn end of a log, facing away from its other end."""
    out = (end_m - other_m) / np.linalg.norm(end_m - other_m)
    across = np.array([-out[1], out[0], 0.0])
    turn = np.linspace(0.0, 2 * math.pi, 13)
    rim = end_m + LOG_M * (np.cos(turn)[:, None] * across + np.sin(turn)[:, None] * np.array([0.0, 0.0, 1.0]))
    return sheet(np.stack([rim, np.broadcast_to(end_m, rim.shape)]))


def _gable_ends() -> list[Mesh]:
    """The boarded triangles under both ends of the roof."""
    ends = []
    for x in (-2.45, 2.45):
        corner = np.array([[[x, -y, z], [x, y, z]] for y, z in ((2.0, 2.3), (2.0, 2.4), (0.0, 4.1))])
        ends.append(sheet(corner if x > 0 else corner[:, ::-1]))
    return ends


def _roof_slope(way: float, low_m: float, high_m: float) -> Mesh:
    """One slope between two heights over the rafters, thick, its lower edge and ends rounded like settled snow."""
    along = np.array([-3.0, -2.96, -2.85, *np.linspace(-2.6, 2.6, 9).tolist(), 2.85, 2.96, 3.0])
    down = np.array([0.0, 0.15, 0.3, 0.5, 0.7, 0.85, 0.94, 0.985, 1.0])
    x, share = np.meshgrid(along, down)
    edge = np.minimum((3.0 - np.abs(x)) / 0.2, (1.0 - share) / 0.08)
    round_ = np.sqrt(np.clip(1.0 - (1.0 - np.clip(edge, 0.0, 1.0)) ** 2, 0.0, 1.0))
    base = 4.15 - 2.15 * share
    y = way * 2.75 * share
    upper = np.stack([x, y, base + low_m + (high_m - low_m) * round_], axis=-1)
    under = np.stack([x, y, base + low_m], axis=-1)
    if way > 0:
        upper, under = upper[:, ::-1], under[:, ::-1]
    return merged([sheet(upper).flipped(), sheet(under)])


def _frames() -> list[tuple[float, float, float, float]]:
    """Bars of the windows: x, z, width, height."""
    bars = []
    for x in (-1.75, 0.95):
        bars += [(x - 0.06, 0.94, 0.97, 0.06), (x - 0.06, 1.80, 0.97, 0.06), (x - 0.06, 0.94, 0.06, 0.92)]
        bars += [(x + 0.85, 0.94, 0.06, 0.92), (x + 0.40, 1.0, 0.05, 0.8), (x, 1.38, 0.85, 0.05)]
    return bars


def _fence() -> dict[str, Mesh]:
    """Four posts and two rails, snow on top of them."""
    posts = [box((x - 0.06, -0.06, -0.3), (x + 0.06, 0.06, 1.05)) for x in (0.0, 1.3, 2.6, 3.9)]
    rails = [box((-0.1, -0.03, z), (4.0, 0.03, z + 0.12)) for z in (0.42, 0.80)]
    caps = [box((x - 0.09, -0.09, 1.05), (x + 0.09, 0.09, 1.19)) for x in (0.0, 1.3, 2.6, 3.9)]
    lines = [box((-0.1, -0.05, 0.92), (4.0, 0.05, 0.99))]
    return {"timber": textured(merged([*posts, *rails]), 2.0), "snow": merged([*caps, *lines])}


def _window_lamp(number: int, x_m: float) -> Lamp:
    """The light of a window on the snow before the cabin."""
    place = _stand(*CABIN_M, pan_deg=-28.0)
    turn = math.radians(place.pan_deg)
    x, y = x_m, -2.45
    spot = (
        place.position_m[0] + x * math.cos(turn) - y * math.sin(turn),
        place.position_m[1] + x * math.sin(turn) + y * math.cos(turn),
        place.position_m[2] + 1.4,
    )
    return Lamp(f"window_{number}", spot, (420.0, 250.0, 95.0))


def _grain() -> Floats:
    """(1024, 1024, 3): uneven snow; 6 x 6 m."""
    tone = 1.0 + 0.02 * tileable_noise(1024, 1024, 8, 3, 7) + 0.02 * tileable_noise(1024, 1024, 200, 4, 2)
    return np.asarray(np.clip(np.repeat((0.95 * tone)[..., None], 3, axis=2), 0.0, 1.0))


def _boards() -> Floats:
    """(512, 512, 3): weathered wood, cracked along its grain; 1 x 1 m, its grain runs across."""
    grain = tileable_noise(512, 512, 128, 8, 2)
    long = sum(np.roll(grain, shift, axis=1) for shift in range(0, 96, 2)) / 7.0
    tone = 0.62 * (1.0 + 0.30 * long + 0.14 * tileable_noise(512, 512, 6, 9, 5))
    return np.asarray(np.clip(np.repeat(tone[..., None], 3, axis=2), 0.05, 1.0))
