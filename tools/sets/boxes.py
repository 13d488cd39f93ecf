"""The set `boxes`: 200 coloured boxes on a checkered ground under a plain sky, for benchmarks."""

from __future__ import annotations

import numpy as np

from stage.maths.arrays import Floats
from stage.model.layers import EquirectLayer, GltfLayer
from stage.model.scene import Ambient, Haze, Scene, Sun
from tools.sets.glb import Thing, glb_bytes
from tools.sets.materials import Material
from tools.sets.mesh import Placement
from tools.sets.pictures import png, radiance_hdr
from tools.sets.solids import box, quad, textured

COUNT = 200
SEED = 20
COLOURS = (
    (0.72, 0.10, 0.08), (0.80, 0.34, 0.06), (0.82, 0.62, 0.10), (0.28, 0.50, 0.12), (0.06, 0.36, 0.26),
    (0.06, 0.38, 0.52), (0.08, 0.16, 0.50), (0.30, 0.12, 0.46), (0.62, 0.14, 0.34), (0.66, 0.64, 0.60),
)  # fmt: skip
DEPTH_M = (3.0, 40.0)
GROUND_M = 240.0
CHECK_M = 2.0
"""Two squares of the ground: one black, one white."""


def boxes() -> dict[str, bytes | Scene]:
    """The files of the set by name."""
    paints = [Material(f"paint-{index}", colour) for index, colour in enumerate(COLOURS)]
    ground = textured(
        quad((-GROUND_M, -GROUND_M, 0), (2 * GROUND_M, 0, 0), (0, 2 * GROUND_M, 0)),
        CHECK_M,
    )
    cube = box((-0.5, -0.5, 0), (0.5, 0.5, 1))
    places = _places()
    things = [Thing("ground", {"checker": ground})]
    for index, paint in enumerate(paints):
        things.append(Thing(f"box-{index}", {paint.name: cube}, places[index :: len(paints)]))
    checker = Material("checker", texture="checker")
    scene = Scene(
        schema="scene/1",
        name="boxes",
        description=f"{COUNT} coloured boxes at 3 to 40 m on a checkered ground, for benchmarks",
        layers=(
            GltfLayer(kind="gltf", file="boxes.glb"),
            EquirectLayer(kind="equirect", file="sky.hdr"),
        ),
        sun=Sun(pan_deg=120.0, elevation_deg=45.0, radiance=(0.95, 0.9, 0.8)),
        ambient=Ambient(up=(0.4, 0.45, 0.55), down=(0.18, 0.17, 0.16)),
        haze=Haze(colour=(0.6, 0.68, 0.76), density_per_m=0.004),
    )
    return {
        "scene.toml": scene,
        "boxes.glb": glb_bytes(things, [*paints, checker], {"checker": png(_checker())}),
        "sky.hdr": radiance_hdr(_sky(256, 128)),
    }


def _places() -> list[Placement]:
    """Seeded: the same number of boxes per metre of depth, spread wider than a 60 degree view."""
    generator = np.random.default_rng(SEED)
    depth_m = generator.uniform(*DEPTH_M, COUNT)
    side_m = generator.uniform(-0.8, 0.8, COUNT) * (depth_m + 3.0)
    pan_deg = generator.uniform(0.0, 90.0, COUNT)
    scale = generator.uniform(0.3, 1.0, COUNT) * (0.4 + depth_m / 20.0)
    rise_m = np.where(generator.uniform(size=COUNT) < 0.3, generator.uniform(0.5, 4.0, COUNT), 0.0)
    rows = np.round(np.stack([side_m, depth_m, rise_m, pan_deg, scale], axis=1), 3).tolist()
    return [Placement((x, y, z), pan, size) for x, y, z, pan, size in rows]


def _checker() -> Floats:
    """(64, 64, 3) reflectance: two by two squares."""
    row, column = np.mgrid[0:64, 0:64] // 32
    tone = np.where((row + column) % 2 == 0, 0.08, 0.42)
    return np.repeat(tone[..., None], 3, axis=2)


def _sky(width: int, height: int) -> Floats:
    """A plain gradient: bright at the horizon, blue above, dark ground below."""
    rise = np.linspace(1.0, -1.0, height)[:, None]
    horizon, zenith, below = np.array([0.6, 0.68, 0.76]), np.array([0.12, 0.26, 0.55]), np.array([0.16, 0.15, 0.14])
    above = horizon + (zenith - horizon) * np.clip(rise, 0, 1) ** 0.6
    rows = np.where(rise >= 0.0, above, horizon + (below - horizon) * np.clip(-rise * 4.0, 0, 1))
    return np.broadcast_to(rows[:, None, :], (height, width, 3)).copy()
