"""The set `painted_valley`: dawn in a mountain valley, painted on cards at depth as a matte painter would.

Ridges stand in squares round the stage (ahead, left, right); their pictures repeat, so the corners meet. Between them
are sheets of mist, in front of them rows of firs. Everything emits its own light: it is shown as painted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from stage.maths.arrays import Floats
from stage.maths.pose import Vector
from stage.model.layers import AnyLayer, CardLayer, EquirectLayer, GltfLayer
from stage.model.scene import Ambient, Haze, Scene, Sun
from tools.sets.glb import Thing, glb_bytes
from tools.sets.materials import Material
from tools.sets.pictures import jpeg, png_with_alpha, radiance_hdr
from tools.sets.solids import quad, textured
from tools.sets.textures import tileable_noise

MIST = (0.80, 0.58, 0.45)
DENSITY_PER_M = 0.0030
RIDGE_PX, MIST_PX, FIR_PX = (2048, 384), (1024, 128), (1024, 512)
GROUND_M, GRASS_M = 400.0, 9.0
SIDES = ((0.0, (0.0, 1.0)), (90.0, (-1.0, 0.0)), (-90.0, (1.0, 0.0)))
"""Pan of a card and its direction from the stage."""
SKY_PX = (1024, 512)
SUN_PAN_DEG, SUN_RISE_DEG = 14.0, 6.0


@dataclass(frozen=True, slots=True)
class Ridge:
    """A mountain ridge: distance, height of its card, steepness and variation, its colour at the top."""

    distance_m: float
    height_m: float
    seed: int
    summits: int
    colour: Vector


RIDGES = (
    Ridge(75.0, 17.0, 5, 3, (0.060, 0.085, 0.095)),
    Ridge(130.0, 42.0, 12, 2, (0.085, 0.105, 0.135)),
    Ridge(215.0, 84.0, 23, 2, (0.13, 0.14, 0.19)),
    Ridge(340.0, 158.0, 31, 2, (0.22, 0.20, 0.25)),
)
MISTS = ((48.0, 9.0), (102.0, 20.0), (170.0, 34.0))
"""Distance and height of each sheet of mist, m."""
FIRS = (
    (-7.4, 9.5, 9.0, 0), (6.9, 11.5, 10.0, 1), (-11.0, 17.0, 13.0, 1), (10.5, 20.0, 14.0, 0), (0.5, 30.0, 20.0, 2),
    (-17.0, 33.0, 22.0, 2), (19.0, 38.0, 24.0, 1), (-3.0, 52.0, 34.0, 2), (29.0, 58.0, 36.0, 2), (-32.0, 60.0, 38.0, 1),
)  # fmt: skip
"""x and y of a row of firs, the width of its card (m), and which picture."""


def painted_valley() -> dict[str, bytes | Scene]:
    """The files of the set by name."""
    files: dict[str, bytes | Scene] = {"scene.toml": scene()}
    for number, ridge in enumerate(RIDGES):
        files[f"ridge-{number}.png"] = png_with_alpha(*ridge_picture(ridge))
    files["mist.png"] = png_with_alpha(*mist_picture())
    for number in range(3):
        files[f"firs-{number}.png"] = png_with_alpha(*fir_picture(number))
    half = GROUND_M
    ground = textured(quad((-half, -half, 0.0), (2 * half, 0, 0), (0, 2 * half, 0), (16, 16)), GRASS_M)
    files["ground.glb"] = glb_bytes(
        [Thing("ground", {"grass": ground})], [Material("grass", texture="grass")], {"grass": jpeg(_grass())}
    )
    files["sky.hdr"] = radiance_hdr(_sky(), 3)
    return files


def scene() -> Scene:
    """The scene file."""
    layers: list[AnyLayer] = [
        EquirectLayer(kind="equirect", file="sky.hdr"),
        GltfLayer(kind="gltf", file="ground.glb", casts_shadow=False),
    ]
    for number, ridge in enumerate(RIDGES):
        layers += _round(f"ridge-{number}.png", ridge.distance_m, ridge.height_m, -0.06 * ridge.height_m)
    for distance_m, height_m in MISTS:
        layers += _round("mist.png", distance_m, height_m, -0.25 * height_m)
    layers += [
        CardLayer(
            kind="card", file=f"firs-{which}.png", size_m=width_m, position_m=(x, y, -0.05), pan_deg=_toward(x, y)
        )
        for x, y, width_m, which in FIRS
    ]
    return Scene(
        schema="scene/1",
        name="painted_valley",
        description="Dawn in a mountain valley, painted on cards at depth: firs, mist, four ridges",
        layers=tuple(layers),
        sun=Sun(pan_deg=SUN_PAN_DEG, elevation_deg=SUN_RISE_DEG, radiance=(0.0, 0.0, 0.0)),
        ambient=Ambient(up=(1.0, 1.0, 1.0), down=(1.0, 1.0, 1.0)),
        haze=Haze(colour=MIST, density_per_m=DENSITY_PER_M),
    )


def ridge_picture(ridge: Ridge) -> tuple[Floats, Floats]:
    """(h, w, 3) radiance and (h, w) alpha of a ridge: faces in light and shade, mist at its foot; repeats across."""
    width, height = RIDGE_PX
    line = _ridge_line(width, ridge.summits, ridge.seed)
    rise = 1.0 - (np.arange(height) + 0.5) / height
    above = line[None, :] - rise[:, None]
    alpha = np.clip(above * height / 1.6 + 0.5, 0.0, 1.0)
    folds = tileable_noise(width, width, 16, ridge.seed + 1, 6)[:height]
    slant = np.stack([np.roll(folds[row], round(0.6 * row)) for row in range(height)])
    smooth = cv2.GaussianBlur(np.hstack([line] * 3)[None], (201, 1), 0)[0, width : 2 * width]
    slope = np.gradient(smooth) * width / 6.0
    light = 0.66 + 0.30 * slant - 0.30 * np.clip(slope, -1.0, 1.0)[None, :] * np.exp(-above / 0.35)
    light = np.clip(light, 0.12, 1.9)
    body = np.array(ridge.colour) * light[..., None]
    body = body + np.array([0.42, 0.20, 0.08]) * (np.clip(light - 0.80, 0.0, 1.0) * np.exp(-above / 0.16))[..., None]
    wander = np.maximum(0.16 + 0.05 * tileable_noise(width, width, 8, ridge.seed + 2, 3)[:height], 0.11)
    foot = np.clip((wander + 0.16 - rise[:, None]) / 0.26, 0.0, 1.0)[..., None]
    foot = foot * foot * (3 - 2 * foot)
    return body * (1 - foot) + np.array(MIST) * foot, alpha


def mist_picture() -> tuple[Floats, Floats]:
    """A sheet of mist: thickest a third up, fading above and below; repeats across."""
    width, height = MIST_PX
    rise = 1.0 - (np.arange(height) + 0.5) / height
    torn = tileable_noise(width, width, 4, 91, 5)[: height * 4 : 4]
    crest = 0.62 + 0.16 * torn
    top = np.clip((crest - rise[:, None]) / 0.45, 0.0, 1.0)
    alpha = 0.72 * top * top * (3 - 2 * top)
    edge = np.clip(rise / 0.12, 0.0, 1.0)[:, None]
    return np.broadcast_to(np.array(MIST) * 1.04, (height, width, 3)).copy(), alpha * edge


def fir_picture(seed: int) -> tuple[Floats, Floats]:
    """A row of firs, at most half as tall as the picture is wide: dark, slightly lit from the left."""
    width, height = FIR_PX
    generator = np.random.default_rng(400 + seed)
    colour, alpha = np.zeros((height, width, 3)), np.zeros((height, width))
    count = (7, 9, 11)[seed]
    places = (np.arange(count) + 0.5) / count * 0.84 + 0.08 + generator.uniform(-0.03, 0.03, count)
    sizes = generator.uniform(0.45, 0.97, count)
    for place, size in sorted(zip(places.tolist(), sizes.tolist(), strict=True), key=lambda one: -one[1]):
        tone = generator.uniform(0.75, 1.25)
        _paint_fir(colour, alpha, place * width, size * height * 0.98, tone, generator)
    return np.where(alpha[..., None] > 0.0, colour, np.array([0.02, 0.03, 0.03])), alpha


def _paint_fir(
    colour: Floats, alpha: Floats, middle_px: float, tall_px: float, tone: float, generator: np.random.Generator
) -> None:
    """One fir over the picture: tiers of drooping branches round a trunk."""
    height, width = alpha.shape
    rows = np.arange(height - int(tall_px), height)
    down = (rows - rows[0] + 0.5) / tall_px
    tiers = 13.0 + generator.uniform(-2, 3)
    saw = (down**0.85 * tiers) % 1.0
    reach = tall_px * 0.175 * down**0.92 * (0.42 + 0.58 * saw)
    ragged = generator.normal(0.0, 1.0, (2, len(rows)))
    ragged = cv2.GaussianBlur(ragged, (5, 1), 0) * (1.2 + 0.055 * reach)
    reach = np.where(down > 0.955, tall_px * 0.011, reach)
    x = np.arange(width) - middle_px
    left, right = (reach + ragged[side] for side in (0, 1))
    inside = np.where(x[None] < 0, x[None] + left[:, None], right[:, None] - x[None])
    cover = np.clip(inside + 0.5, 0.0, 1.0)
    across = x[None] / np.maximum(reach[:, None], 1.0)
    noise = generator.normal(0.0, 0.10, (len(rows), width))
    light = np.clip(0.62 - 0.42 * across - 0.25 * (1.0 - saw[:, None]) + noise, 0.15, 1.6) * tone
    paint = np.array([0.030, 0.044, 0.040]) * light[..., None]
    paint = paint + np.array([0.17, 0.09, 0.035]) * (np.clip(-across - 0.35, 0.0, 1.0) * saw[:, None])[..., None]
    colour[rows] = colour[rows] * (1 - cover[..., None]) + paint * cover[..., None]
    alpha[rows] = alpha[rows] + (1 - alpha[rows]) * cover


def _round(file: str, distance_m: float, height_m: float, z_m: float) -> list[AnyLayer]:
    """Three cards on a square round the stage, without its rear side."""
    return [
        CardLayer(kind="card", file=file, size_m=(2 * distance_m, height_m), pan_deg=pan_deg,
                  position_m=(x * distance_m, y * distance_m, z_m))
        for pan_deg, (x, y) in SIDES
    ]  # fmt: skip


def _toward(x_m: float, y_m: float) -> float:
    """The pan that turns a card's face to the stage."""
    return round(-math.degrees(math.atan2(x_m, y_m + 3.0)), 1)


def _ridge_line(width: int, summits: int, seed: int) -> Floats:
    """(width,) height of the ridge 0.35..0.97 as a share of the card, repeating: folded waves of falling size."""
    generator = np.random.default_rng(seed)
    turn = np.arange(width) / width * 2 * math.pi
    total = np.zeros(width)
    for octave in range(8):
        count = summits * 2**octave
        wave = np.sin(count * turn + generator.uniform(0, 6.28)) + 0.5 * np.sin(
            (count + 1) * turn + 6.28 * octave * 0.37
        )
        total += (1.0 - np.abs(wave) / 1.5) * 0.42**octave
    low, high = total.min(), total.max()
    return np.asarray(0.35 + 0.62 * (total - low) / (high - low))


def _grass() -> Floats:
    """A frosty meadow, 9 x 9 m."""
    tone = 1.0 + 0.16 * tileable_noise(512, 512, 64, 8, 4) + 0.22 * tileable_noise(512, 512, 5, 9, 5)
    frost = np.clip(tileable_noise(512, 512, 12, 10, 5) * 0.5 + 0.25, 0.0, 1.0)[..., None]
    return np.clip(tone, 0.3, 1.8)[..., None] * (
        np.array([0.105, 0.082, 0.038]) * (1 - frost) + np.array([0.22, 0.165, 0.105]) * frost
    )


def _sky() -> Floats:
    """(h, w, 3): peach at the horizon, blue-grey above, a glow where the sun will rise, thin streaks of cloud."""
    width, height = SKY_PX
    pan = (0.5 - (np.arange(width) + 0.5) / width) * 360.0
    rise = (0.5 - (np.arange(height) + 0.5) / height) * 180.0
    steps = np.array([0.0, 6.0, 18.0, 45.0, 90.0])
    tones = np.array([MIST, (0.92, 0.66, 0.44), (0.66, 0.57, 0.53), (0.30, 0.37, 0.48), (0.15, 0.22, 0.34)])
    up = np.clip(rise, 0.0, 90.0)
    base = np.stack([np.interp(up, steps, tones[:, channel]) for channel in range(3)], axis=-1)[:, None]
    away = np.hypot((pan[None] - SUN_PAN_DEG + 180.0) % 360.0 - 180.0, 1.5 * (rise[:, None] - SUN_RISE_DEG))
    glow = np.exp(-away / 22.0)[..., None] * np.array([0.85, 0.42, 0.16]) * (rise > 0.0)[:, None, None]
    streaks = cv2.resize(tileable_noise(512, 512, 4, 17, 6)[:, :], (width, height))
    streaks = cv2.GaussianBlur(np.hstack([streaks] * 3), (41, 3), 0)[:, width : 2 * width]
    cloud = (
        np.clip(streaks - 0.2, 0.0, 1.0)
        * np.clip(rise / 8.0, 0.0, 1.0)[:, None]
        * np.clip(1 - rise / 70, 0, 1)[:, None]
    )
    return np.asarray(base + glow + cloud[..., None] * np.array([0.34, 0.20, 0.15]))
