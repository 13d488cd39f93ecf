"""Surfaces with depth: a height field becomes a normal map, and edges wear where stone is cut."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stage.maths.arrays import Floats
from tools.sets.textures import tileable_noise


@dataclass(frozen=True, slots=True)
class Surface:
    """A tileable surface: reflectance (height, width, 3) and height in metres (height, width); it is `width_m` wide."""

    paint: Floats
    height_m: Floats
    width_m: float

    def normal_map(self) -> Floats:
        """(height, width, 3) stored in 0..1: x right, y up the picture, z outward (glTF 2.0, 3.9.3)."""
        step_m = self.width_m / self.height_m.shape[1]
        slope_x = (np.roll(self.height_m, -1, 1) - np.roll(self.height_m, 1, 1)) / (2 * step_m)
        slope_down = (np.roll(self.height_m, -1, 0) - np.roll(self.height_m, 1, 0)) / (2 * step_m)
        normal = np.dstack([-slope_x, slope_down, np.ones_like(slope_x)])
        return np.asarray(0.5 + 0.5 * normal / np.linalg.norm(normal, axis=2, keepdims=True))


@dataclass(frozen=True, slots=True)
class Masonry:
    """How stones are cut: columns and rows of the picture, the joint and the worn edge in metres, how much stones
    differ in tone, and the seed of it all."""

    columns: int
    rows: int
    joint_m: float
    worn_m: float
    variation: float
    seed: int
    bond: float = 0.0
    """The shift of every second row, in stones."""


def masonry(cut: Masonry, size_px: tuple[int, int], width_m: float) -> tuple[Floats, Floats, Floats]:
    """(height, width) each: the tone of every stone about 1, its height in metres, and the joint's share 0..1.

    Edges run a little crooked and are rounded; here and there a corner is chipped.
    """
    width, height = size_px
    px_m = width_m / width
    v, u = np.mgrid[0:height, 0:width] + 0.5
    row = np.floor(v * cut.rows / height).astype(int)
    along = u * cut.columns / width + cut.bond * (row % 2)
    column = np.floor(along).astype(int) % cut.columns
    generator = np.random.default_rng(cut.seed)
    tone = generator.normal(1.0, cut.variation, (cut.rows, cut.columns))[row, column]
    lean = generator.normal(0.0, 1.0, (cut.rows, cut.columns, 2))[row, column]
    side = (0.5 - np.abs(along % 1.0 - 0.5)) * width / cut.columns * px_m
    level = (0.5 - np.abs(v * cut.rows / height % 1.0 - 0.5)) * height / cut.rows * px_m
    inside = np.minimum(side, level)
    crooked = np.clip(_noise(height, width, 24, cut.seed + 1, 4) * cut.worn_m * 0.18, -cut.worn_m, cut.joint_m * 0.2)
    chip = np.clip(_noise(height, width, 12, cut.seed + 2, 4) - 1.9, 0.0, 1.0) * cut.worn_m * 3.0
    edge = inside + crooked - chip
    joint = np.clip((cut.joint_m * 0.5 + 0.0006 - edge) / 0.0012, 0.0, 1.0)
    rounded = np.clip((edge - cut.joint_m * 0.5) / cut.worn_m, 0.0, 1.0)
    profile = cut.worn_m * 0.45 * (np.sqrt(1.0 - (1.0 - rounded) ** 2) - 1.0)
    tilt = (lean[..., 0] * (along % 1.0 - 0.5) + lean[..., 1] * (v * cut.rows / height % 1.0 - 0.5)) * 0.0012
    return tone, profile + tilt, joint


def paving() -> Surface:
    """Court slabs of 0.8 x 0.4 m, thirty-two of them: 4 columns of 8, to be laid in any order; 3.2 x 3.2 m."""
    size = 2048
    tone, height, joint = masonry(Masonry(4, 8, 0.007, 0.010, 0.10, 1), (size, size), 3.2)
    chisel = _strokes(size, 5)
    pits = np.clip(_noise(size, size, 160, 6, 3) - 1.7, 0.0, 1.5)
    cloud, speck = _noise(size, size, 10, 7, 6), _noise(size, size, 400, 8, 2)
    tone = tone * (1.0 + 0.055 * cloud + 0.045 * speck + 0.02 * chisel) * (1.0 - 0.22 * pits)
    warm = np.clip(0.5 + 0.3 * _noise(size, size, 5, 9, 4), 0.0, 1.0)[..., None]
    paint = tone[..., None] * (_rgb(0.245, 0.24, 0.235) * (1 - warm) + _rgb(0.275, 0.25, 0.22) * warm)
    lichen = np.clip((_noise(size, size, 18, 10, 7) - 1.1) * 0.5, 0.0, 0.55)[..., None]
    paint = paint * (1 - lichen) + _rgb(0.285, 0.285, 0.235) * lichen
    dirt = np.clip(0.5 + 0.4 * _noise(size, size, 40, 11, 3), 0.0, 1.0)[..., None]
    earth = _rgb(0.085, 0.072, 0.055) * (1 - dirt) + _rgb(0.10, 0.12, 0.055) * dirt
    paint = paint * (1 - joint[..., None]) + earth * joint[..., None]
    height = height - 0.004 * joint + 0.0005 * chisel + 0.0007 * cloud - 0.0016 * pits + 0.00022 * speck
    return Surface(np.clip(paint, 0.02, 0.9), height, 3.2)


def marble() -> Surface:
    """Pale slabs of 1.6 x 0.8 m, eight of them: 2 columns of 4, worn smooth, with grey veins; 3.2 x 3.2 m."""
    size = 2048
    tone, height, joint = masonry(Masonry(2, 4, 0.005, 0.012, 0.045, 21), (size, size), 3.2)
    bend = _noise(size, size, 5, 22, 6)
    v, u = np.mgrid[0:size, 0:size] / size
    vein = np.exp(-np.abs(np.sin(2 * np.pi * (2 * u + 3 * v) + 2.4 * bend)) / 0.05)
    cloud, speck = _noise(size, size, 8, 23, 6), _noise(size, size, 512, 24, 1)
    tone = tone * (1.0 + 0.05 * cloud + 0.02 * speck - 0.10 * vein * np.clip(cloud, 0.0, 1.0))
    paint = tone[..., None] * _rgb(0.42, 0.40, 0.36)
    rust = np.clip((_noise(size, size, 6, 25, 6) - 0.9) * 0.5, 0.0, 0.45)[..., None]
    paint = paint * (1 - rust) + _rgb(0.36, 0.30, 0.225) * rust
    paint = paint * (1 - joint[..., None]) + _rgb(0.13, 0.115, 0.09) * joint[..., None]
    pits = np.clip(_noise(size, size, 120, 26, 3) - 2.0, 0.0, 1.5)
    return Surface(np.clip(paint, 0.02, 0.9), height - 0.003 * joint + 0.0006 * cloud - 0.001 * pits, 3.2)


def carved_stone() -> Surface:
    """Weathered grey stone without joints: lamps, lions, drums; 1.6 x 1.6 m."""
    size = 512
    cloud, speck = _noise(size, size, 6, 31, 6), _noise(size, size, 128, 32, 2)
    lichen = np.clip((_noise(size, size, 9, 33, 5) - 0.8) * 0.8, 0.0, 0.6)[..., None]
    paint = (1.0 + 0.13 * cloud + 0.08 * speck)[..., None] * _rgb(0.335, 0.32, 0.295)
    paint = paint * (1 - lichen) + _rgb(0.29, 0.285, 0.20) * lichen
    return Surface(np.clip(paint, 0.02, 0.9), 0.004 * cloud + 0.0012 * speck, 1.6)


def pale_stone() -> Surface:
    """The marble of carved parts, without joints: balustrades, steps, terraces; 1.6 x 1.6 m."""
    size = 512
    cloud, speck = _noise(size, size, 5, 35, 6), _noise(size, size, 128, 36, 2)
    paint = (1.0 + 0.07 * cloud + 0.03 * speck)[..., None] * _rgb(0.42, 0.40, 0.36)
    stain = np.clip((_noise(size, size, 7, 37, 6) - 1.0) * 0.35, 0.0, 0.4)[..., None]
    paint = paint * (1 - stain) + _rgb(0.27, 0.245, 0.195) * stain
    return Surface(np.clip(paint, 0.02, 0.9), 0.003 * cloud, 1.6)


def _strokes(size: int, seed: int) -> Floats:
    """(size, size) slanting marks of the mason's chisel, about 0, deviation 1."""
    noise = np.random.default_rng(seed).standard_normal((size, size)).astype(np.float32)
    kernel = np.zeros((31, 31), np.float32)
    cv2.line(kernel, (4, 26), (26, 4), 1.0, 2)
    marks = cv2.filter2D(np.tile(noise, (2, 2)), -1, kernel)[size // 2 : size // 2 + size, size // 2 : size // 2 + size]
    marks = np.roll(marks, (size // 2, size // 2), (0, 1)).astype(np.float64)
    return np.asarray((marks - marks.mean()) / marks.std())


def _noise(height: int, width: int, cells: int, seed: int, octaves: int) -> Floats:
    return tileable_noise(height, width, cells, seed, octaves)


def _rgb(red: float, green: float, blue: float) -> Floats:
    return np.array([red, green, blue])
