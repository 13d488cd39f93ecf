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


def brick() -> Floats:
    """Grey brick of the wall's foot, courses of 8 cm; 1.28 x 1.28 m."""
    tone = _slabs(512, columns=4, rows=16, joint_px=3.0, variation=0.12, seed=9)
    tone = tone * (1.0 + 0.10 * tileable_noise(512, 512, 40, 56, 4))
    return _tinted(tone, (0.30, 0.30, 0.30), (0.34, 0.32, 0.30), 10)


def plaster() -> Floats:
    """Palace red plaster, weathered, patched, rain-washed; 6 x 6 m."""
    size = 1024
    tone = 1.0 + 0.06 * tileable_noise(size, size, 5, 11, 7) + 0.02 * tileable_noise(size, size, 256, 52, 2)
    paint = _tinted(tone, (0.29, 0.048, 0.032), (0.33, 0.075, 0.047), 12)
    wash = np.clip(0.30 * _stretched(size, 53) + 0.25 * tileable_noise(size, size, 4, 54, 5), 0.0, 0.5)[..., None]
    paint = paint * (1 - wash) + _rgb(0.36, 0.15, 0.11) * wash
    bare = np.clip((tileable_noise(size, size, 8, 55, 7) - 2.1) * 2.5, 0.0, 0.8)[..., None]
    return np.asarray(np.clip(paint * (1 - bare) + _rgb(0.30, 0.25, 0.20) * bare, 0.01, 1.0))


def roof_tiles() -> Floats:
    """Glazed amber tiles, rolls and pans running down the slope, dirt where rain leaves it; 1.6 m across (5 rolls),
    1.2 m down (4 courses)."""
    size = 512
    v, u = np.mgrid[0:size, 0:size] / size
    course = v * 4 % 1.0
    roll, which = u * 5 % 1.0, (u * 5).astype(int) % 5
    per_tile = np.random.default_rng(13).normal(1.0, 0.10, (4, 5, 2))
    side = (np.abs(roll - 0.5) < 0.27).astype(int)
    tone = per_tile[(v * 4).astype(int) % 4, which, side] * (1.0 + 0.10 * tileable_noise(size, size, 12, 14, 5))
    glaze = _tinted(np.maximum(tone, 0.2), (0.36, 0.20, 0.055), (0.29, 0.15, 0.045), 15)
    pan = np.clip((np.abs(roll - 0.5) - 0.25) / 0.06, 0.0, 1.0)
    seam = np.exp(-((course - 0.985) ** 2) / 0.0006)
    grime = np.clip(0.45 * pan + 0.5 * seam + 0.22 * tileable_noise(size, size, 9, 16, 6), 0.0, 0.8)[..., None]
    return np.asarray(np.clip(glaze * (1 - grime) + _rgb(0.085, 0.066, 0.042) * grime, 0.02, 1.0))


def lacquer() -> Floats:
    """Red lacquer on timber, cracked along the grain, worn brown near edges; 1 x 1 m, v along the timber."""
    size = 512
    grain = _stretched(size, 17)
    crack = np.clip(grain - 2.0, 0.0, 1.0)[..., None]
    tone = 1.0 + 0.10 * tileable_noise(size, size, 5, 18, 6) + 0.03 * grain
    paint = _tinted(tone, (0.235, 0.030, 0.020), (0.20, 0.036, 0.023), 19)
    worn = np.clip((tileable_noise(size, size, 7, 20, 6) - 1.5) * 0.9, 0.0, 0.7)[..., None]
    paint = paint * (1 - worn) + _rgb(0.16, 0.085, 0.05) * worn
    return np.asarray(np.clip(paint * (1 - 0.75 * crack), 0.004, 1.0))


def silk() -> Floats:
    """The red silk of a lantern over 16 wires, gold bands at both ends; once round, and from the top down."""
    v, u = np.mgrid[0:256, 0:512] / np.array([256.0, 512.0])[:, None, None]
    wire = (np.abs(u * 16 % 1.0 - 0.5) > 0.46)[..., None]
    fine = 1.0 + 0.05 * tileable_noise(256, 512, 64, 41, 2)[..., None]
    paint = np.where(wire, _rgb(0.16, 0.012, 0.008), _rgb(0.52, 0.030, 0.016) * fine)
    band = ((v < 0.05) | (v > 0.95) | (np.abs(v - 0.105) < 0.008) | (np.abs(v - 0.895) < 0.008))[..., None]
    return np.where(band, _rgb(0.58, 0.36, 0.09), paint)


def silk_glow() -> Floats:
    """How strongly each part of the silk shines when its lamp burns: most through the belly, not through wires."""
    v, u = np.mgrid[0:256, 0:512] / np.array([256.0, 512.0])[:, None, None]
    wire = np.clip((0.5 - np.abs(u * 16 % 1.0 - 0.5)) / 0.10, 0.0, 1.0)
    belly = 0.18 + 0.82 * np.exp(-(((v - 0.56) / 0.27) ** 2))
    closed = np.where((v < 0.05) | (v > 0.95), 0.05, 1.0)
    deep = (belly * (0.35 + 0.65 * wire) * closed)[..., None]
    return np.asarray(np.clip(deep * (1.0 - (1.0 - deep) * np.array([0.0, 0.35, 0.6])), 0.0, 1.0))


def bark() -> Floats:
    """Furrowed bark, v along the stem; 0.6 x 0.6 m."""
    size = 256
    furrow = _stretched(size, 43) + 0.6 * tileable_noise(size, size, 8, 44, 5)
    return _tinted(np.clip(1.0 + 0.38 * furrow, 0.2, 2.2), (0.075, 0.054, 0.040), (0.095, 0.082, 0.068), 45)


def bronze() -> Floats:
    """Gilt bronze gone brown, with green in its hollows; 1 x 1 m."""
    size = 512
    tone = 1.0 + 0.14 * tileable_noise(size, size, 6, 46, 6)
    paint = _tinted(np.clip(tone, 0.3, 2.0), (0.36, 0.22, 0.085), (0.26, 0.155, 0.065), 47)
    green = np.clip((tileable_noise(size, size, 9, 48, 6) - 0.7) * 0.6, 0.0, 0.7)[..., None]
    return np.asarray(np.clip(paint * (1 - green) + _rgb(0.10, 0.17, 0.12) * green, 0.02, 1.0))


def forest() -> Floats:
    """Wooded hills from afar: crowns of many greens; 60 x 60 m."""
    size = 512
    crown = tileable_noise(size, size, 56, 49, 3)
    tone = np.clip(1.0 + 0.42 * crown + 0.15 * tileable_noise(size, size, 5, 50, 5), 0.25, 2.2)
    return _tinted(tone, (0.050, 0.066, 0.026), (0.082, 0.088, 0.034), 51)


def painted_beam() -> Floats:
    """Blue and green beam painting with gold lines and a red middle; 2.4 x 0.5 m (512 x 128 px)."""
    v, u = np.mgrid[0:128, 0:512] / np.array([128.0, 512.0])[:, None, None]
    away = np.abs(u - 0.5)
    picture = np.where((away > 0.36)[..., None], _rgb(0.035, 0.075, 0.16), _rgb(0.04, 0.125, 0.095))
    picture = np.where((away < 0.20)[..., None], _rgb(0.22, 0.035, 0.024), picture)
    petals = np.sin(u * 2 * np.pi * 16) * np.sin(v * 2 * np.pi * 2)
    picture = np.where(((petals > 0.55) & (away > 0.21))[..., None], _rgb(0.17, 0.25, 0.24), picture)
    dragon = np.abs(v - 0.5 - 0.22 * np.sin(u * 2 * np.pi * 7)) < 0.07
    edge = (v < 0.09) | (v > 0.91)
    lines = np.minimum.reduce([np.abs(away - place) for place in (0.20, 0.225, 0.36, 0.485)]) < 0.006
    picture = picture * (1.0 + 0.16 * tileable_noise(128, 512, 24, 60, 4)[..., None])
    return np.where(((dragon & (away < 0.18)) | edge | lines)[..., None], _rgb(0.42, 0.28, 0.09), picture)


def bracket_frieze() -> Floats:
    """The brackets under an eave: arms that widen upward, blue and green by turns, gold edges; 1.2 x 0.6 m."""
    v, u = np.mgrid[0:128, 0:256] / np.array([128.0, 256.0])[:, None, None]
    cell = u * 2 % 1.0
    reach = 0.10 + 0.11 * np.floor((1.0 - v) * 4)
    arm, rim = np.abs(cell - 0.5) < reach, np.abs(np.abs(cell - 0.5) - reach) < 0.02
    which = (np.floor(u * 2) % 2 == 0)[..., None]
    picture = np.where(arm[..., None], np.where(which, _rgb(0.035, 0.085, 0.17), _rgb(0.045, 0.14, 0.105)),
                       _rgb(0.16, 0.03, 0.02))  # fmt: skip
    picture = np.clip(picture * (1.0 + 0.16 * tileable_noise(128, 256, 24, 61, 4)[..., None]), 0.0, 1.0)
    return np.where((rim | ((v * 4 % 1.0 < 0.08) & arm))[..., None], _rgb(0.38, 0.27, 0.10), picture)


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
    return np.where(gold[..., None], _rgb(0.60, 0.38, 0.10), picture)


def lattice_window() -> Floats:
    """Paper behind a lattice of squares and a frame; one window, square."""
    v, u = np.mgrid[0:512, 0:512] / 512.0
    frame = np.minimum.reduce([u, v, 1 - u, 1 - v]) < 0.035
    lines = np.minimum((u * 8) % 1.0, (v * 8) % 1.0) < 0.2
    fibre = 1.0 + 0.04 * tileable_noise(512, 512, 20, 57, 5)
    paper = np.clip(_rgb(0.62, 0.53, 0.38) * fibre[..., None], 0.0, 1.0)
    return np.where((frame | lines)[..., None], _rgb(0.13, 0.02, 0.012), paper)


def rafters() -> Floats:
    """The underside of an eave: green rafters over dark red boards, running out; 0.8 m across (2 rafters)."""
    size = 256
    u = (np.arange(size) / size)[None, :].repeat(size, axis=0)
    away = np.abs(u * 2 % 1.0 - 0.5)
    tone = (1.0 + 0.08 * tileable_noise(size, size, 12, 58, 4))[..., None]
    return np.asarray(np.where((away < 0.24)[..., None], _rgb(0.05, 0.20, 0.14), _rgb(0.13, 0.03, 0.02)) * tone)


def _stretched(size: int, seed: int) -> Floats:
    """(size, size) noise drawn out downward, about 0, deviation 1: grain, furrows, rain."""
    fine = tileable_noise(size, size, size // 4, seed, 2)
    total = sum(np.roll(fine, shift, axis=0) for shift in range(0, size // 6, 2))
    whole = np.asarray(total) + 0.0
    return np.asarray((whole - whole.mean()) / whole.std())


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
