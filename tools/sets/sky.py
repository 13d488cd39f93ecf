"""A late afternoon sky: a warm horizon, blue above, light round the sun, soft clouds."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stage.maths.arrays import Floats
from stage.maths.pose import Vector
from tools.sets.textures import tileable_noise


@dataclass(frozen=True, slots=True)
class Sky:
    """Scene-linear light, 1.0 = 100 nits. `sun_pan_deg` counts counter-clockwise from +Y as in the scene file.

    `cover` is the share of the sky under cloud, roughly. Below the horizon everything is haze.
    """

    sun_pan_deg: float
    sun_elevation_deg: float
    gradient: tuple[tuple[float, Vector], ...] = (
        (0.0, (1.0, 0.78, 0.53)),
        (0.14, (0.92, 0.79, 0.64)),
        (0.36, (0.58, 0.66, 0.74)),
        (0.68, (0.25, 0.385, 0.60)),
        (1.0, (0.115, 0.245, 0.49)),
    )
    """Clear sky by the sine of its elevation."""
    below: Vector = (0.64, 0.64, 0.66)
    glow: Vector = (1.0, 0.66, 0.32)
    cover: float = 0.55
    seed: int = 35


def sky_picture(sky: Sky, width: int, height: int) -> Floats:
    """(height, width, 3): equirect with +Y in the middle column and +Z on top."""
    ray = _rays(width, height)
    rise = np.clip(ray[..., 2], 0.0, 1.0)
    heights, colours = [height for height, _ in sky.gradient], np.array([colour for _, colour in sky.gradient])
    clear = np.stack([np.interp(rise, heights, colours[:, channel]) for channel in range(3)], axis=-1)
    toward = np.clip(ray @ sun_direction(sky.sun_pan_deg, sky.sun_elevation_deg), -1.0, 1.0)
    away_deg = np.degrees(np.arccos(toward))[..., None]
    clear = clear + np.array(sky.glow) * (0.42 * np.exp(-away_deg / 26.0) + 1.6 * np.exp(-away_deg / 5.0))
    clear = clear + np.array([1.0, 0.92, 0.78]) * 40.0 * np.clip((0.7 - away_deg) / 0.35, 0.0, 1.0)
    density, lit = _clouds(sky, ray)
    cloud = _cloud_light(sky, lit[..., None], away_deg)
    fade = (density * np.clip(ray[..., 2] / 0.10, 0.0, 1.0))[..., None]
    picture = clear * (1 - fade) + cloud * fade
    return np.where(ray[..., 2:] < 0.0, np.array(sky.below), picture)


def sun_direction(pan_deg: float, elevation_deg: float) -> Floats:
    """(3,) unit vector toward the sun."""
    pan, rise = math.radians(pan_deg), math.radians(elevation_deg)
    return np.array([-math.sin(pan) * math.cos(rise), math.cos(pan) * math.cos(rise), math.sin(rise)])


def _rays(width: int, height: int) -> Floats:
    pan = (0.5 - (np.arange(width) + 0.5) / width) * 2 * math.pi
    rise = (0.5 - (np.arange(height) + 0.5) / height) * math.pi
    level = np.cos(rise)[:, None]
    up = np.broadcast_to(np.sin(rise)[:, None], (height, width))
    return np.stack([-np.sin(pan) * level, np.cos(pan) * level, up], axis=-1)


def _clouds(sky: Sky, ray: Floats) -> tuple[Floats, Floats]:
    """Density 0..1 and transmitted light 0..1 of a layer of clouds seen from below."""
    fine = tileable_noise(1024, 1024, 8, sky.seed, 8)
    broad = tileable_noise(1024, 1024, 4, sky.seed + 1, 3)
    place = ray[..., :2] / (np.maximum(ray[..., 2:], 0.0) + 0.20) * np.array([0.085, 0.125])
    toward = sun_direction(sky.sun_pan_deg, 0.0)[:2] * 0.010

    def thickness(at: Floats) -> Floats:
        return _looked_up(fine, at) * 0.55 + _looked_up(broad, at * 0.5 + 0.37)

    here = thickness(place)
    threshold = 2.2 * (0.5 - sky.cover) + 0.25
    density = np.clip((here - threshold) / 1.1, 0.0, 1.0)
    density = density * density * (3 - 2 * density)
    light = np.clip(0.62 + 0.9 * (here - thickness(place + toward)) - 0.30 * density, 0.0, 1.0)
    return 0.92 * density, light


def _cloud_light(sky: Sky, lit: Floats, away_deg: Floats) -> Floats:
    """From mauve shade to warm light; more golden and brighter near the sun."""
    shade, bright = np.array([0.48, 0.45, 0.49]), np.array([1.04, 0.89, 0.72])
    rim = np.array(sky.glow) * 0.7 * np.exp(-away_deg / 30.0)
    return np.asarray(shade * (1 - lit) + bright * lit + rim)


def _looked_up(noise: Floats, place: Floats) -> Floats:
    """Bilinear samples of a repeating picture at (..., 2) places in units of its side."""
    size = noise.shape[0]
    scaled = place * size
    low = np.floor(scaled).astype(int)
    share = scaled - low
    x0, y0 = low[..., 0] % size, low[..., 1] % size
    x1, y1 = (x0 + 1) % size, (y0 + 1) % size
    sx, sy = share[..., 0], share[..., 1]
    upper = noise[y0, x0] * (1 - sx) + noise[y0, x1] * sx
    lower = noise[y1, x0] * (1 - sx) + noise[y1, x1] * sx
    return np.asarray(upper * (1 - sy) + lower * sy)
