"""Pictures of foliage with holes, to be put on cards: blossom on twigs, pine needles, spruce with snow, leaves.

Each is a strip of cells, a sprig in each, its stem at the middle of the cell's lower edge.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from stage.maths.arrays import Floats
from stage.maths.pose import Vector
from tools.sets.pictures import png_with_alpha

CELLS = 4
CELL_PX = 256
FINER = 3
"""Drawn this much larger, then averaged."""
Brush = Callable[["Sprig", np.random.Generator], None]


class Sprig:
    """A cell being painted: places are 0..1 across and 0..1 up, from the stem."""

    def __init__(self) -> None:
        side = CELL_PX * FINER
        self.paint: NDArray[np.float32] = np.zeros((side, side, 4), np.float32)
        self._side = side

    def stroke(self, start: Floats, end: Floats, width: float, colour: Vector) -> None:
        """A line with a round end; width in shares of the cell."""
        a, b = self._px(start), self._px(end)
        cv2.line(self.paint, a, b, (*colour, 1.0), max(1, round(width * self._side)), cv2.LINE_8)

    def blot(self, centre: Floats, radius: tuple[float, float], turn_deg: float, colour: Vector) -> None:
        """A filled ellipse."""
        axes = (max(1, round(radius[0] * self._side)), max(1, round(radius[1] * self._side)))
        cv2.ellipse(self.paint, self._px(centre), axes, turn_deg, 0, 360, (*colour, 1.0), -1, cv2.LINE_8)

    def shape(self, outline: Floats, colour: Vector) -> None:
        """A filled polygon (N, 2)."""
        points = np.array([self._px(point) for point in outline], np.int32)
        cv2.fillPoly(self.paint, [points], (*colour, 1.0), cv2.LINE_8)

    def _px(self, place: Floats) -> tuple[int, int]:
        x, y = float(place[0]), float(place[1])
        return (round(x * self._side), round((1.0 - y) * self._side))


def strip(brush: Brush, seed: int) -> bytes:
    """A PNG of four sprigs side by side. Colour spreads into the holes, so that no edge turns dark far away."""
    generator = np.random.default_rng(seed)
    cells = []
    for _ in range(CELLS):
        sprig = Sprig()
        brush(sprig, generator)
        cells.append(cv2.resize(sprig.paint, (CELL_PX, CELL_PX), interpolation=cv2.INTER_AREA))
    whole = np.hstack(cells).astype(np.float64)
    alpha = whole[..., 3]
    colour = whole[..., :3] / np.maximum(alpha, 1e-3)[..., None]
    weight, total = alpha.copy(), colour * alpha[..., None]
    wide, spread = cv2.GaussianBlur(weight, (0, 0), 6.0), cv2.GaussianBlur(total, (0, 0), 6.0)
    mean = total.sum(axis=(0, 1)) / weight.sum()
    around = np.where(wide[..., None] > 1e-3, spread / np.maximum(wide, 1e-3)[..., None], mean)
    return png_with_alpha(np.where(alpha[..., None] > 0.4, colour, around), alpha)


def blossom(sprig: Sprig, generator: np.random.Generator) -> None:
    """A plum twig with open flowers of five petals, buds, and dark wood."""
    path = _crooked(generator, 7, 0.09)
    for start, end in pairwise(path):
        sprig.stroke(start, end, 0.016, (0.055, 0.034, 0.028))
    for _ in range(15):
        at = path[generator.integers(1, len(path))] + generator.normal(0.0, 0.11, 2)
        at = np.clip(at, 0.11, 0.89)
        if generator.random() < 0.25:
            sprig.blot(at, (0.022, 0.028), generator.uniform(0, 180), (0.42, 0.05, 0.11))
            continue
        _flower(sprig, generator, at, generator.uniform(0.055, 0.085))


def _flower(sprig: Sprig, generator: np.random.Generator, at: Floats, size: float) -> None:
    pale = generator.uniform(0.0, 1.0)
    first, squash = generator.uniform(0, 360), generator.uniform(0.55, 1.0)
    for petal in range(5):
        turn = first + 72.0 * petal
        away = size * 0.62 * np.array([math.cos(math.radians(turn)), squash * math.sin(math.radians(turn))])
        light = generator.uniform(0.86, 1.0)
        colour = np.array([0.66, 0.27, 0.36]) * (1 - pale) + np.array([0.78, 0.56, 0.60]) * pale
        sprig.blot(at + away, (size * 0.46, size * 0.40 * squash), -turn, _vector(colour * light * 0.82))
        sprig.blot(at + away * 1.12, (size * 0.36, size * 0.32 * squash), -turn, _vector(colour * light))
    sprig.blot(at, (size * 0.24, size * 0.22 * squash), 0, (0.42, 0.06, 0.10))
    for _ in range(7):
        turn = generator.uniform(0, 2 * math.pi)
        tip = at + size * 0.42 * np.array([math.cos(turn), squash * math.sin(turn)])
        sprig.stroke(at, tip, 0.005, (0.62, 0.36, 0.30))
        sprig.blot(tip, (0.007, 0.007), 0, (0.66, 0.42, 0.10))


def pine(sprig: Sprig, generator: np.random.Generator) -> None:
    """Tufts of long needles on a twig."""
    path = _crooked(generator, 5, 0.05)
    for start, end in pairwise(path):
        sprig.stroke(start, end, 0.022, (0.07, 0.045, 0.03))
    tufts = [path[-1], path[-2], path[-3], *(path[-2] + generator.normal(0, 0.13, 2) for _ in range(5))]
    for at in tufts:
        for _ in range(110):
            turn = generator.normal(math.pi / 2, 1.05)
            reach = generator.uniform(0.12, 0.24)
            end = at + reach * np.array([math.cos(turn), math.sin(turn)])
            shade = generator.uniform(0.6, 1.25)
            sprig.stroke(at, end, 0.0085, _vector(np.array([0.040, 0.074, 0.026]) * shade))


def spruce(sprig: Sprig, generator: np.random.Generator) -> None:
    """A flat spray of spruce: a rib, side twigs, short needles."""
    _spray(sprig, generator, 0.0)


def snowy_spruce(sprig: Sprig, generator: np.random.Generator) -> None:
    """The same with snow lying along its twigs."""
    _spray(sprig, generator, 0.6)


def _spray(sprig: Sprig, generator: np.random.Generator, snow: float) -> None:
    rib = _crooked(generator, 12, 0.02)
    twigs = [(rib[index], rib[index + 1]) for index in range(len(rib) - 1)]
    for index in range(1, len(rib) - 1):
        reach = 0.46 * (1.0 - index / len(rib)) ** 0.8 * generator.uniform(0.75, 1.0) + 0.03
        for side in (-1.0, 1.0):
            turn = math.pi / 2 - side * generator.uniform(0.75, 1.05)
            end = rib[index] + reach * np.array([math.cos(turn), math.sin(turn)])
            middle = (rib[index] + end) / 2 + np.array([0.0, -0.012])
            twigs += [(rib[index], middle), (middle, end)]
    for start, end in twigs:
        _needles(sprig, generator, start, end)
    for start, end in twigs:
        if generator.random() < snow:
            for share in np.linspace(0.1, 0.95, 6).tolist():
                at = start * (1 - share) + end * share + generator.normal(0, 0.006, 2)
                bright = generator.uniform(0.72, 0.86)
                sprig.blot(at, (generator.uniform(0.012, 0.026), 0.012), generator.uniform(0, 180),
                           (bright * 0.985, bright, bright * 1.02))  # fmt: skip


def _needles(sprig: Sprig, generator: np.random.Generator, start: Floats, end: Floats) -> None:
    way = end - start
    length = float(np.hypot(*way))
    sprig.stroke(start, end, 0.010, (0.06, 0.042, 0.03))
    ahead = math.atan2(way[1], way[0])
    for _ in range(int(length * 330) + 4):
        at = start + way * generator.random()
        turn = ahead + generator.choice([-1.0, 1.0]) * generator.uniform(0.35, 0.95)
        tip = at + 0.045 * np.array([math.cos(turn), math.sin(turn)])
        shade = generator.uniform(0.55, 1.3)
        sprig.stroke(at, tip, 0.0075, _vector(np.array([0.026, 0.050, 0.028]) * shade))


def leaves(sprig: Sprig, generator: np.random.Generator) -> None:
    """A twig of a plane tree in leaf."""
    path = _crooked(generator, 6, 0.06)
    for start, end in pairwise(path):
        sprig.stroke(start, end, 0.014, (0.075, 0.055, 0.038))
    for _ in range(58):
        root = path[generator.integers(1, len(path))]
        turn = generator.uniform(-0.4, math.pi + 0.4)
        at = np.clip(root + generator.uniform(0.04, 0.30) * np.array([math.cos(turn), math.sin(turn)]), 0.09, 0.91)
        sprig.stroke(root, at, 0.006, (0.09, 0.10, 0.035))
        _leaf(sprig, generator, at, turn)


def _leaf(sprig: Sprig, generator: np.random.Generator, at: Floats, turn: float) -> None:
    size, squash = generator.uniform(0.045, 0.075), generator.uniform(0.45, 1.0)
    around = np.linspace(0, 2 * math.pi, 40)
    radius = size * (0.62 + 0.38 * np.abs(np.cos(2.5 * around)) ** 0.7)
    local = np.stack([radius * np.cos(around), squash * radius * np.sin(around)], axis=1)
    c, s = math.cos(turn), math.sin(turn)
    outline = at + local @ np.array([[c, s], [-s, c]])
    shade = generator.uniform(0.7, 1.2)
    tone = np.array([0.052, 0.084, 0.024]) * shade + generator.uniform(0, 0.035) * np.array([1.0, 0.6, 0.0])
    sprig.shape(outline, _vector(tone))
    sprig.stroke(at - 0.6 * size * np.array([c, s]), at + 0.8 * size * np.array([c, s]), 0.004, _vector(tone * 1.5))


def _crooked(generator: np.random.Generator, steps: int, bend: float) -> Floats:
    """(steps + 1, 2) from the stem upward."""
    across = 0.5 + np.concatenate([[0.0], np.cumsum(generator.normal(0.0, bend, steps))])
    return np.stack([np.clip(across, 0.25, 0.75), np.linspace(0.0, 0.86, steps + 1)], axis=1)


def _vector(colour: Floats) -> Vector:
    return (float(colour[0]), float(colour[1]), float(colour[2]))
