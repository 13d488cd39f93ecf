"""The painted and paved surfaces of the courtyard, as tileable pictures of scene-linear reflectance.

Each function returns (height, width, 3) with row 0 on top; its docstring gives the surface it covers.
"""

from __future__ import annotations

import numpy as np

from stage.maths.arrays import Floats
from stage.maths.pose import Vector


def tileable_noise(height: int, width: int, cells: int, seed: int, octaves: int = 5) -> Floats:
    """(height, width) value noise about 0, standard deviation 1, that repeats at its edges."""
    generator = np.random.default_rng(seed)
    total = np.zeros((height, width))
    for octave in range(octaves):
        count = cells * 2**octave
        if count > min(height, width):
            break
        total += _smooth_lattice(generator.standard_normal((count, count)), height, width) * 0.55**octave
    return np.asarray((total - total.mean()) / total.std())


def paving() -> Floats:
    """Grey court slabs of 0.8 x 0.4 m in running bond; 6.4 x 6.4 m."""
    tone = _slabs(1024, columns=8, rows=16, joint_px=2.0, variation=0.13, seed=1)
    tone *= 1.0 + 0.05 * tileable_noise(1024, 1024, 64, 2, 4) + 0.10 * tileable_noise(1024, 1024, 4, 3, 4)
    return _tinted(tone, (0.36, 0.34, 0.315), (0.37, 0.36, 0.36), 4)


def marble() -> Floats:
    """Pale stone of terrace, steps and the middle way, slabs of 1.6 x 0.8 m; 3.2 x 3.2 m."""
    tone = _slabs(512, columns=2, rows=4, joint_px=1.6, variation=0.06, seed=5)
    tone *= 1.0 + 0.03 * tileable_noise(512, 512, 32, 6, 4) + 0.06 * tileable_noise(512, 512, 3, 7, 5)
    return _tinted(tone, (0.66, 0.63, 0.57), (0.62, 0.62, 0.60), 8)


def brick() -> Floats:
    """Grey brick of the wall's foot, courses of 8 cm; 1.28 x 1.28 m."""
    tone = _slabs(256, columns=4, rows=16, joint_px=1.5, variation=0.12, seed=9)
    return _tinted(tone, (0.30, 0.30, 0.30), (0.34, 0.32, 0.30), 10)


def plaster() -> Floats:
    """Palace red plaster, weathered; 6 x 6 m."""
    tone = 1.0 + 0.07 * tileable_noise(256, 256, 4, 11, 6)
    return _tinted(tone, (0.40, 0.072, 0.045), (0.43, 0.10, 0.06), 12)


def roof_tiles() -> Floats:
    """Glazed amber tiles, rolls and pans running down the slope; 1.6 m across (4 rolls), 1.2 m down (4 courses)."""
    size = 256
    v, u = np.mgrid[0:size, 0:size] / size
    roll = np.cos((u * 4 % 1.0 - 0.5) * 2 * np.pi)
    shine = np.exp(-(((u * 4 % 1.0) - 0.40) ** 2) / 0.004)
    course = v * 4 % 1.0
    tone = 0.60 + 0.30 * roll - 0.45 * np.exp(-((course - 0.97) ** 2) / 0.002) + 0.22 * shine * (course < 0.9)
    generator = np.random.default_rng(13)
    per_tile = generator.normal(1.0, 0.09, (4, 4))
    tone *= per_tile[(v * 4).astype(int) % 4, (u * 4 + 0.5).astype(int) % 4]
    return _tinted(np.maximum(tone, 0.08), (0.62, 0.36, 0.075), (0.66, 0.42, 0.11), 14)


def painted_beam() -> Floats:
    """Blue and green beam painting with gold lines and a red middle; 2.4 x 0.5 m (512 x 128 px)."""
    v, u = np.mgrid[0:128, 0:512] / np.array([128.0, 512.0])[:, None, None]
    away = np.abs(u - 0.5)
    picture = np.where((away > 0.36)[..., None], _rgb(0.03, 0.10, 0.26), _rgb(0.03, 0.20, 0.15))
    picture = np.where((away < 0.20)[..., None], _rgb(0.30, 0.04, 0.025), picture)
    petals = np.sin(u * 2 * np.pi * 16) * np.sin(v * 2 * np.pi * 2)
    picture = np.where(((petals > 0.55) & (away > 0.21))[..., None], _rgb(0.22, 0.36, 0.36), picture)
    dragon = np.abs(v - 0.5 - 0.22 * np.sin(u * 2 * np.pi * 7)) < 0.07
    edge = (v < 0.09) | (v > 0.91)
    lines = np.minimum.reduce([np.abs(away - place) for place in (0.20, 0.225, 0.36, 0.485)]) < 0.006
    return np.where(((dragon & (away < 0.18)) | edge | lines)[..., None], _rgb(0.62, 0.40, 0.10), picture)


def bracket_frieze() -> Floats:
    """The brackets under an eave: arms that widen upward, blue and green by turns, gold edges; 1.2 x 0.6 m."""
    v, u = np.mgrid[0:128, 0:256] / np.array([128.0, 256.0])[:, None, None]
    cell = u * 2 % 1.0
    reach = 0.10 + 0.11 * np.floor((1.0 - v) * 4)
    arm, rim = np.abs(cell - 0.5) < reach, np.abs(np.abs(cell - 0.5) - reach) < 0.02
    which = (np.floor(u * 2) % 2 == 0)[..., None]
    shade = (0.55 + 0.45 * (1.0 - v * 4 % 1.0))[..., None]
    picture = np.where(arm[..., None], np.where(which, _rgb(0.03, 0.13, 0.30), _rgb(0.04, 0.25, 0.18)) * shade,
                       _rgb(0.16, 0.03, 0.02))  # fmt: skip
    return np.where((rim | ((v * 4 % 1.0 < 0.08) & arm))[..., None], _rgb(0.52, 0.36, 0.12), picture)


def lattice_door() -> Floats:
    """A red door leaf: paper behind a diamond lattice above, a panel with a gold line below; 1.1 x 3 m, u across."""
    v, u = np.mgrid[0:512, 0:192] / np.array([512.0, 192.0])[:, None, None]
    x, y = u * 1.1, v * 3.0
    bars = np.minimum((x + y) % 0.16, (x - y) % 0.16) < 0.035
    window = (np.abs(x - 0.55) < 0.42) & (y > 0.25) & (y < 1.85)
    panel = (np.abs(x - 0.55) < 0.40) & (y > 2.15) & (y < 2.85)
    rim = panel & ~((np.abs(x - 0.55) < 0.365) & (y > 2.19) & (y < 2.81))
    knob = ((x - 0.55) / 0.16) ** 2 + ((y - 2.5) / 0.22) ** 2
    gold = rim | ((knob < 1.0) & (knob > 0.72)) | (knob < 0.2)
    picture = np.where((window & ~bars)[..., None], _rgb(0.46, 0.33, 0.17), _rgb(0.30, 0.042, 0.026))
    shadow = np.where((np.abs(x - 0.55) > 0.53) | (y < 0.05) | (y > 2.95), 0.45, 1.0)[..., None]
    return np.where(gold[..., None], _rgb(0.60, 0.38, 0.10), picture) * shadow


def lattice_window() -> Floats:
    """Paper behind a lattice of squares and a frame, seen from the dark side; one window, square."""
    v, u = np.mgrid[0:256, 0:256] / 256.0
    frame = np.minimum.reduce([u, v, 1 - u, 1 - v]) < 0.035
    lines = np.minimum((u * 8) % 1.0, (v * 8) % 1.0) < 0.2
    paper = _rgb(0.88, 0.70, 0.42) * (1.0 - 0.35 * np.hypot(u - 0.5, v - 0.5))[..., None]
    return np.where((frame | lines)[..., None], _rgb(0.13, 0.02, 0.012), paper)


def rafters() -> Floats:
    """The underside of an eave: green rafters over dark red boards, running out; 0.8 m across (2 rafters)."""
    u = (np.arange(64) / 64)[None, :].repeat(64, axis=0)
    away = np.abs(u * 2 % 1.0 - 0.5)
    round_shade = np.sqrt(np.clip(1.0 - (away / 0.24) ** 2, 0.0, 1.0))[..., None]
    return np.where(
        (away < 0.24)[..., None], _rgb(0.05, 0.22, 0.15) * (0.35 + 0.65 * round_shade), _rgb(0.13, 0.03, 0.02)
    )


def needles() -> Floats:
    """Dense foliage; 1 x 1 m."""
    tone = 1.0 + 0.32 * tileable_noise(128, 128, 16, 15, 3)
    return _tinted(np.clip(tone, 0.15, 2.0), (0.065, 0.10, 0.042), (0.10, 0.13, 0.05), 16)


def _rgb(red: float, green: float, blue: float) -> Floats:
    return np.array([red, green, blue])


def _smooth_lattice(values: Floats, height: int, width: int) -> Floats:
    rows, columns = values.shape
    y, x = np.arange(height) * rows / height, np.arange(width) * columns / width
    top, left = y.astype(int), x.astype(int)
    down, right = ((part - whole) ** 2 * (3 - 2 * (part - whole)) for part, whole in ((y, top), (x, left)))
    below, beside = (top + 1) % rows, (left + 1) % columns
    upper = values[np.ix_(top, left)] * (1 - right) + values[np.ix_(top, beside)] * right
    lower = values[np.ix_(below, left)] * (1 - right) + values[np.ix_(below, beside)] * right
    return np.asarray(upper * (1 - down[:, None]) + lower * down[:, None])


def _slabs(size: int, columns: int, rows: int, joint_px: float, variation: float, seed: int) -> Floats:
    """(size, size) brightness of a running bond: each slab its own tone, dark joints, slightly worn edges."""
    v, u = np.mgrid[0:size, 0:size] + 0.5
    row = (v * rows / size).astype(int)
    shifted = u * columns / size + 0.5 * (row % 2)
    slab = shifted.astype(int) % columns
    tones = np.random.default_rng(seed).normal(1.0, variation, (rows, columns))
    across_px = np.abs((shifted % 1.0) - 0.5) * size / columns
    down_px = np.abs((v * rows / size) % 1.0 - 0.5) * size / rows
    inside_px = np.minimum(size / columns / 2 - across_px, size / rows / 2 - down_px)
    joint = 0.42 + 0.58 * np.clip((inside_px - joint_px * 0.5) / joint_px, 0.0, 1.0)
    return np.asarray(tones[row, slab] * joint)


def _tinted(tone: Floats, colour: Vector, other: Vector, seed: int) -> Floats:
    """A brightness picture in a colour that varies toward another one."""
    size = tone.shape[0]
    mix = np.clip(0.5 + 0.35 * tileable_noise(size, size, 4, seed, 4), 0.0, 1.0)[..., None]
    return tone[..., None] * (np.array(colour) * (1 - mix) + np.array(other) * mix)
