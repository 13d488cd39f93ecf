"""The set `open_sky`: a ring of standing stones on a plain under a physical sky, for any hour and weather."""

from __future__ import annotations

import math

import numpy as np

from stage.maths.arrays import Floats
from stage.model.layers import GltfLayer, SkyLayer
from stage.model.place import Place
from stage.model.scene import Scene, Sun
from tools.sets.glb import Thing, glb_bytes
from tools.sets.materials import Material
from tools.sets.mesh import Mesh, Placement, merged, smooth_normals
from tools.sets.pictures import jpeg
from tools.sets.solids import box, sheet, textured

SEED = 7
RING_M = 8.5
MIDDLE_M = (0.0, 13.0)
STONES = 12
STONE_M = (1.5, 0.9, 3.7)
FAR_M = 9000.0
GRASS = (0.115, 0.125, 0.052)
STONE = (0.34, 0.31, 0.27)


def open_sky() -> dict[str, bytes | Scene]:
    """The files of the set by name."""
    stone, lintel, rock = _stone(STONE_M, 1), _stone((3.6, 0.95, 0.75), 2), _stone((1.3, 1.0, 0.8), 3)
    things = [
        Thing("ground", {"grass": _ground()}),
        Thing("stones", {"stone": stone}, _ring()),
        Thing("lintels", {"stone": lintel}, _lintels()),
        Thing("rocks", {"stone": rock}, _rocks()),
    ]
    materials = [Material("grass", GRASS, "tufts"), Material("stone", STONE, "grain")]
    pictures = {"tufts": jpeg(_grain(256, 1.1, 0.55, 11), 80), "grain": jpeg(_grain(256, 1.5, 0.4, 12), 80)}
    scene = Scene(
        schema="scene/1",
        name="open_sky",
        description="A ring of standing stones on a plain under a physical sky, for any hour and weather",
        layers=(
            GltfLayer(kind="gltf", file="open_sky.glb"),
            SkyLayer(kind="sky", ground_albedo=(0.12, 0.13, 0.07), exposure_ev=-6.5),
        ),
        place=Place(latitude_deg=51.18, longitude_deg=-1.83, elevation_m=100.0, north_deg=-130.0),
        sun=Sun(pan_deg=118.0, elevation_deg=35.0),
    )
    return {"scene.toml": scene, "open_sky.glb": glb_bytes(things, materials, pictures)}


def _ring() -> list[Placement]:
    """Two places of the ring are empty: one for the camera's view in, one of a fallen stone."""
    places = []
    for number in range(STONES):
        turn = 2.0 * math.pi * number / STONES
        if number in (6, 9):
            continue
        x, y = MIDDLE_M[0] + RING_M * math.cos(turn), MIDDLE_M[1] + RING_M * math.sin(turn)
        places.append(Placement((round(x, 3), round(y, 3), -0.2), math.degrees(turn) + 90.0 + (number * 37 % 11) - 5.0))
    return places


def _lintels() -> list[Placement]:
    places = []
    for number in (1, 2, 3, 5):
        turn = 2.0 * math.pi * (number + 0.5) / STONES
        across = RING_M * math.cos(math.pi / STONES)
        x, y = MIDDLE_M[0] + across * math.cos(turn), MIDDLE_M[1] + across * math.sin(turn)
        places.append(Placement((round(x, 3), round(y, 3), STONE_M[2] - 0.3), math.degrees(turn) + 90.0))
    return places


def _rocks() -> list[Placement]:
    random = np.random.default_rng(SEED)
    turn, far = random.uniform(0.0, 2.0 * math.pi, 60), random.uniform(11.0, 90.0, 60)
    places = []
    for angle, radius_m, pan_deg, size in zip(
        turn, far, random.uniform(0, 360, 60), random.uniform(0.25, 1.2, 60), strict=True
    ):
        x, y = MIDDLE_M[0] + radius_m * math.cos(angle), MIDDLE_M[1] + radius_m * math.sin(angle)
        z = float(_height_m(np.array(x), np.array(y))) - 0.12
        places.append(
            Placement((round(x, 3), round(y, 3), round(z, 3)), round(float(pan_deg), 2), round(float(size), 3))
        )
    return places


def _stone(size_m: tuple[float, float, float], seed: int) -> Mesh:
    """A block from z = 0, weathered: narrower at the top, its faces bent by a few waves."""
    x, y, z = size_m
    block = box((-x / 2, -y / 2, 0.0), (x / 2, y / 2, z), step_m=min(0.35, min(size_m) / 3.0))
    place = block.position_m
    taper = 1.0 - 0.16 * np.clip(place[:, 2:] / z, 0.0, 1.0) ** 1.5
    bent = place * np.concatenate([taper, taper, np.ones_like(taper)], axis=1)
    random = np.random.default_rng(seed)
    for _ in range(9):
        wave, shift = random.normal(size=3) * 2.6, random.uniform(0.0, 2.0 * math.pi)
        bent = bent + 0.035 * np.sin(place @ wave + shift)[:, None] * random.normal(size=3)
    bent = np.round(bent, 4)
    mesh = Mesh(bent, smooth_normals(bent, block.triangles), block.uv, block.colour, block.triangles)
    return textured(mesh, 1.6)


def _height_m(x: Floats, y: Floats) -> Floats:
    """Level round the stones, rolling further out, hills at the horizon."""
    far = np.hypot(x - MIDDLE_M[0], y - MIDDLE_M[1])
    rolling = 0.5 * np.sin(x / 13.0 + 0.6) * np.cos(y / 17.0) * np.clip((far - 14.0) / 40.0, 0.0, 1.0)
    turn = np.arctan2(y, x)
    ridge = 0.5 + 0.3 * np.sin(3.0 * turn + 1.0) + 0.2 * np.sin(7.0 * turn) + 0.1 * np.sin(17.0 * turn + 2.0)
    hills = 170.0 * np.clip((far - 1200.0) / 4500.0, 0.0, 1.0) ** 1.4 * ridge
    return np.asarray(rolling + hills)


def _ground() -> Mesh:
    """Rings that widen with distance; the colour of the grass varies slowly."""
    radii = np.concatenate([np.linspace(0.01, 30.0, 16), np.geomspace(36.0, FAR_M, 34)])
    turns = np.linspace(0.0, 2.0 * math.pi, 97)
    radius, turn = np.meshgrid(radii, turns, indexing="ij")
    x, y = MIDDLE_M[0] + radius * np.cos(turn), MIDDLE_M[1] + radius * np.sin(turn)
    points = np.round(np.stack([x, y, _height_m(x, y)], axis=-1), 3)
    mesh = sheet(np.swapaxes(points, 0, 1), np.swapaxes(np.stack([x, y], axis=-1), 0, 1))
    shade = 1.0 + 0.22 * np.sin(mesh.position_m[:, 0] / 31.0 + 2.0 * np.sin(mesh.position_m[:, 1] / 43.0))
    dry = np.clip(0.5 + 0.5 * np.sin(mesh.position_m[:, 1] / 71.0 + mesh.position_m[:, 0] / 97.0), 0.0, 1.0)
    tint = shade[:, None] * (1.0 + dry[:, None] * np.array([0.45, 0.1, 0.0]))
    facing = mesh if mesh.normal[:, 2].mean() > 0.0 else mesh.flipped()
    return merged([textured(facing.tinted(np.round(tint, 4)), 3.0)])


def _grain(size_px: int, power: float, depth: float, seed: int) -> Floats:
    """(size, size, 3) noise that repeats, mean 1 - depth / 2."""
    random = np.random.default_rng(seed)
    spectrum = np.fft.rfft2(random.normal(size=(size_px, size_px)))
    down, right = np.meshgrid(
        np.fft.fftfreq(size_px, 1 / size_px), np.fft.rfftfreq(size_px, 1 / size_px), indexing="ij"
    )
    frequency = np.maximum(np.hypot(down, right), 4.0)
    noise = np.fft.irfft2(spectrum * frequency**-power, s=(size_px, size_px))
    tone = 1.0 - depth * np.clip(0.5 + 0.25 * noise / noise.std(), 0.0, 1.0)
    return np.repeat(tone[..., None], 3, axis=2)
