"""The set `desert`: dunes with wind ripples, a ruined gate half buried in sand, mesas far behind."""

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
from tools.sets.mesh import Mesh, Placement, merged, smooth_normals
from tools.sets.pictures import jpeg, normal_jpeg
from tools.sets.relief_maps import Surface
from tools.sets.solids import box, ellipsoid, lathe, textured
from tools.sets.terrain import fractal, ground_sectors, noise, ridged, smooth_step
from tools.sets.textures import tileable_noise

SEED = 71
SAND = (0.58, 0.36, 0.19)
ROCK = (0.34, 0.17, 0.095)
STONE = (0.46, 0.31, 0.19)
REACH_M = 2850.0
"""The renderer's far plane is at 3000 m."""
WIND_DEG = 24.0
"""The wind blows toward +X, rotated by this counter-clockwise: crests and ripples run across it."""


def desert() -> dict[str, bytes | Scene]:
    """The files of the set by name."""
    things = [
        Thing(f"ground-{number}", {"sand": _ripple_uv(mesh)})
        for number, mesh in enumerate(ground_sectors(_height, _tint, REACH_M, 104, 216, 12))
    ]
    shaft, broken = _column(4.6, 1), _column(2.3, 2)
    things += [
        Thing("gate", _gate(), [_stand(-3.6, 17.0, -16.0, sunk_m=0.7)]),
        Thing("column", shaft, [_stand(3.2, 14.5, 20.0, sunk_m=0.5), _stand(6.6, 21.0, 80.0, sunk_m=0.4),
                                _stand(9.4, 29.0, 10.0, sunk_m=0.9), _stand(-10.5, 25.0, 10.0, sunk_m=0.6)]),
        Thing("broken column", broken, [_stand(4.9, 11.2, 50.0, sunk_m=0.35), _stand(-7.4, 12.6, 120.0, sunk_m=0.5),
                                        _stand(12.5, 19.0, 200.0, sunk_m=0.3)]),
        Thing("drum", _drum(), [_stand(2.1, 10.4, 35.0, sunk_m=0.42), _stand(-5.2, 10.9, -40.0, sunk_m=0.30)]),
        Thing("rock", {"rock": _rock(3)}, _rock_places()),
    ]  # fmt: skip
    materials = [
        Material("sand", SAND, "sand", normal="ripples"),
        Material("stone", STONE, "weathered"),
        Material("rock", ROCK, "weathered"),
    ]
    sand = _ripples()
    pictures = {
        "sand": jpeg(sand.paint, 80),
        "ripples": normal_jpeg(sand.normal_map(), 82),
        "weathered": jpeg(_weathered(), 84),
    }
    scene = Scene(
        schema="scene/1",
        name="desert",
        description="Dunes with wind ripples, a ruined gate half buried in sand, mesas far behind",
        layers=(
            GltfLayer(kind="gltf", file="desert.glb"),
            SkyLayer(kind="sky", ground_albedo=(0.45, 0.30, 0.18), altitude_m=400.0, exposure_ev=-6.5),
        ),
        place=Place(latitude_deg=25.0, longitude_deg=10.0, elevation_m=400.0),
        sun=Sun(pan_deg=96.0, elevation_deg=17.0),
        haze=Haze(density_per_m=0.00013),
    )
    return {"scene.toml": scene, "desert.glb": glb_bytes(things, materials, pictures)}


def _turned(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Along the wind and across it."""
    cosine, sine = math.cos(math.radians(WIND_DEG)), math.sin(math.radians(WIND_DEG))
    return x * cosine + y * sine, y * cosine - x * sine


def _dune(along: Floats, across: Floats, length_m: float, seed: int) -> Floats:
    """One order of dunes, 0..1: a long windward slope, a sharp crest, a short slip face; crests wander and end."""
    bent = along + 0.55 * length_m * fractal(across / (1.9 * length_m), along / (4.0 * length_m), seed, 3)
    phase = np.mod(bent / length_m, 1.0)
    up = np.sin(0.5 * math.pi * np.clip(phase / 0.74, 0.0, 1.0)) ** 1.6
    down = np.clip((1.0 - phase) / 0.26, 0.0, 1.0)
    body = np.where(phase < 0.74, up, down * down * (3 - 2 * down))
    there = smooth_step(-0.35, 0.35, noise(across / (1.3 * length_m), np.floor(bent / length_m) * 7.7, seed + 5))
    return np.asarray(body * (0.25 + 0.75 * there))


def _height(x: Floats, y: Floats) -> Floats:
    """Small dunes near, large ones from 45 m on, mesas beyond a kilometre."""
    away = np.hypot(x, y)
    along, across = _turned(x, y)
    small = 0.75 * _dune(along, across, 11.0, SEED) * smooth_step(2.5, 11.0, away)
    great = 15.0 * _dune(along + 31.0, across, 120.0, SEED + 20) * smooth_step(26.0, 130.0, away)
    swell = 9.0 * fractal(x / 300.0, y / 300.0, SEED + 40, 3) * smooth_step(60.0, 300.0, away)
    block = smooth_step(0.10, 0.20, fractal(x / 620.0, y / 620.0, SEED + 60, 4) - 0.03)
    upper = smooth_step(0.24, 0.30, fractal(x / 620.0, y / 620.0, SEED + 60, 4))
    mesa = (150.0 * block + 95.0 * upper) * smooth_step(900.0, 1250.0, away)
    talus = 26.0 * ridged(x / 130.0, y / 130.0, SEED + 80, 4) * block * (1 - block) * 4.0 * smooth_step(900, 1250, away)
    return np.asarray(small + (great + swell) * (1.0 - 0.8 * smooth_step(900.0, 1400.0, away)) + mesa + talus)


def _tint(x: Floats, y: Floats, z: Floats, upright: Floats) -> Floats:
    """Sand, here and there paler; banded rock on steep mesas."""
    away = np.hypot(x, y)
    tone = 0.90 + 0.06 * fractal(x / 30.0, y / 30.0, SEED + 90, 3)
    sand = np.stack([tone, 0.97 * tone, 0.92 * tone], axis=-1)
    band = 0.75 + 0.25 * np.sin(z / 5.0 + 2.0 * fractal(x / 200.0, y / 200.0, SEED + 95, 2))
    rock = np.array(ROCK) / np.array(SAND) * band[:, None]
    steep = (smooth_step(0.93, 0.80, upright) * smooth_step(800.0, 1000.0, away))[:, None]
    return np.asarray(np.clip(sand * (1 - steep) + rock * steep, 0.0, 1.0))


def _ripple_uv(mesh: Mesh) -> Mesh:
    """Ripples run across the wind; the picture covers 2.4 x 2.4 m."""
    along, across = _turned(mesh.position_m[:, 0], mesh.position_m[:, 1])
    bend = 0.35 * fractal(across / 3.1, along / 3.1, SEED + 99, 3)
    return replace(mesh, uv=np.stack([across, along + bend], axis=-1) / 2.4)


def _stand(x: float, y: float, pan_deg: float = 0.0, scale: float = 1.0, sunk_m: float = 0.1) -> Placement:
    z = float(_height(np.array([x]), np.array([y]))[0]) - sunk_m
    return Placement((round(x, 3), round(y, 3), round(z, 3)), round(pan_deg, 1), round(scale, 3))


def _rock_places() -> list[Placement]:
    generator = np.random.default_rng(SEED)
    places = []
    for _ in range(26):
        away, turn = 9.0 * (140.0 / 9.0) ** generator.uniform(), generator.uniform(-1.2, 1.2)
        size = generator.uniform(0.25, 1.0) * (0.5 + away / 45.0)
        places.append(_stand(away * math.sin(turn), away * math.cos(turn), generator.uniform(0, 360), size, 0.2 * size))
    return places


def _worn(mesh: Mesh, seed: int, much_m: float) -> Mesh:
    """Corners worn by sand and wind."""
    x, y, z = mesh.position_m.T
    bite = much_m * fractal(x / 0.7 + z / 0.9, y / 0.7 - z / 1.3, seed, 4)
    return replace(mesh, position_m=mesh.position_m + mesh.normal * bite[:, None])


def _column(height_m: float, seed: int) -> dict[str, Mesh]:
    """A shaft of slightly misaligned drums, broken at the top."""
    parts = []
    for number in range(math.ceil(height_m / 0.9)):
        low, high = 0.9 * number, min(0.9 * (number + 1), height_m) - 0.03
        drum = lathe([(0.46, low), (0.485, low + 0.08), (0.47, high - 0.08), (0.45, high), (0.0, high + 0.02)], 14)
        parts.append(drum.moved(0.03 * math.sin(seed + 2.3 * number), 0.03 * math.cos(seed + 1.7 * number)))
    return {"stone": _worn(textured(merged(parts), 1.6), seed + 30, 0.03)}


def _drum() -> dict[str, Mesh]:
    """A fallen drum on its side."""
    body = lathe([(0.0, -0.5), (0.47, -0.5), (0.49, -0.4), (0.49, 0.4), (0.47, 0.5), (0.0, 0.5)], 14)
    lying = replace(
        body,
        position_m=body.position_m[:, [2, 1, 0]] * np.array([1.0, 1.0, -1.0]) + np.array([0, 0, 0.49]),
        normal=body.normal[:, [2, 1, 0]] * np.array([1.0, 1.0, -1.0]),
    )
    return {"stone": _worn(textured(lying, 1.6), 44, 0.03)}


def _gate() -> dict[str, Mesh]:
    """Two piers of blocks, an arch of wedge stones between them, the wall beside it fallen to a stump."""
    blocks = []
    for side in (-2.2, 2.2):
        for course in range(8):
            inset = 0.05 * ((course * 7 + int(side)) % 3)
            low = 0.62 * course
            blocks.append(box((side - 0.8 + inset, -0.75, low), (side + 0.8 - inset, 0.75, low + 0.59), step_m=0.5))
    for stone in range(9):
        turn = math.pi * (stone + 0.5) / 9
        wedge = box((-0.27, -0.7, 0.0), (0.27, 0.7, 0.8), step_m=0.5)
        blocks.append(_tilted(wedge, turn, 1.42, 4.9))
    for course, reach in enumerate((2.6, 2.1, 1.9, 0.9)):
        low = 0.62 * course
        blocks.append(box((3.0, -0.6, low), (3.0 + reach, 0.6, low + 0.59), step_m=0.5))
    return {"stone": _worn(textured(merged(blocks), 1.6), 50, 0.045)}


def _tilted(mesh: Mesh, turn_rad: float, radius_m: float, spring_m: float) -> Mesh:
    """A wedge stone on a half circle round (0, spring)."""
    cosine, sine = math.cos(turn_rad), math.sin(turn_rad)
    to_arch = np.array([[sine, 0.0, cosine], [0.0, 1.0, 0.0], [-cosine, 0.0, sine]])
    centre = np.array([radius_m * cosine, 0.0, spring_m + radius_m * sine])
    return replace(mesh, position_m=mesh.position_m @ to_arch.T + centre, normal=mesh.normal @ to_arch.T)


def _rock(seed: int) -> Mesh:
    """A boulder in layers."""
    ball = ellipsoid((0.0, 0.0, 0.2), (1.0, 0.8, 0.62), 14, 9)
    x, y, z = ball.position_m.T
    out = 1.0 + 0.28 * fractal(x * 1.4 + 5, y * 1.4 + z * 2.0, seed, 4) + 0.06 * np.sin(z * 22.0)
    position = ball.position_m * np.stack([out, out, 0.7 + 0.3 * out], axis=-1)
    return replace(textured(ball, 1.6), position_m=position, normal=smooth_normals(position, ball.triangles))


def _ripples() -> Surface:
    """Wind ripples of 12 cm that fork and end, 1 cm high, in sand with coarse grains in the troughs; rows run along the
    wind; 2.4 x 2.4 m."""
    size = 1024
    v, _ = np.mgrid[0:size, 0:size] / size
    wave = np.mod(v * 20.0 + 0.55 * tileable_noise(size, size, 4, 21, 4), 1.0)
    height = np.where(wave < 0.7, wave / 0.7, 0.5 + 0.5 * np.cos(math.pi * (wave - 0.7) / 0.3))
    grain = tileable_noise(size, size, 256, 22, 2)
    tone = 0.90 * (1.0 + 0.035 * grain + 0.03 * tileable_noise(size, size, 6, 23, 5)) - 0.05 * (1.0 - height)
    paint = np.clip(np.stack([tone, 0.985 * tone, 0.96 * tone], axis=-1), 0.0, 1.0)
    return Surface(paint, 0.011 * height + 0.0006 * grain, 2.4)


def _weathered() -> Floats:
    """(512, 512, 3): layered, pitted stone; 1.6 x 1.6 m."""
    v = np.mgrid[0:512, 0:512][0] / 512.0
    layers = 0.06 * np.sin(v * 2 * math.pi * 9 + tileable_noise(512, 512, 4, 31, 4))
    pits = np.clip(tileable_noise(512, 512, 40, 33, 3) - 1.6, 0.0, 1.0)
    tone = 0.80 * (1.0 + layers + 0.12 * tileable_noise(512, 512, 16, 32, 6)) * (1.0 - 0.35 * pits)
    return np.asarray(np.clip(np.repeat(tone[..., None], 3, axis=2), 0.1, 1.0))
