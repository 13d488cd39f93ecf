"""Trees on branches that fork: pines with tufts of needles, plums in blossom, planes in leaf, spruces with or without
snow. Wood is a body; twigs with what grows on them are cards cut out by their picture (tools/sets/foliage.py)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from stage.maths.arrays import Floats
from tools.sets.foliage import CELLS
from tools.sets.mesh import Mesh, Part, merged, unit
from tools.sets.solids import textured, tube

BARK_M = 0.6
LOWEST_M = 0.9
"""Branches that hang lower than this turn up again."""
SOFT = 0.55
"""How far a card's normal leans from its own side to the outside of the crown: light rolls over the tree as a whole."""


@dataclass(slots=True)
class Growth:
    """A tree while it grows: its wood, and where twigs sit (stem, direction, length in metres). `sides` of thick,
    middle and thin branches."""

    generator: np.random.Generator
    sides: tuple[int, int, int] = (10, 6, 3)
    wood: list[Mesh] = field(default_factory=list)
    stems: list[Floats] = field(default_factory=list)
    ways: list[Floats] = field(default_factory=list)
    lengths: list[float] = field(default_factory=list)

    def branch(self, path_m: Floats, thick_m: float, thin_m: float) -> None:
        """A round branch along a path; thick ones get more sides."""
        sides = self.sides[0] if thick_m > 0.08 else self.sides[1] if thick_m > 0.03 else self.sides[2]
        self.wood.append(tube(path_m, np.linspace(thick_m, thin_m, len(path_m)).tolist(), sides))

    def twig(self, stem_m: Floats, way: Floats, length_m: float) -> None:
        """Room for a card."""
        self.stems.append(stem_m)
        self.ways.append(unit(way))
        self.lengths.append(length_m)

    def parts(self, foliage: str, middle_m: Floats, flat: float = 0.0) -> list[Part]:
        """Wood and cards; `flat` is how far cards lie level (1) or stand at any turn (0)."""
        cards = _cards(self, middle_m, flat)
        return [Part("bark", textured(merged(self.wood), BARK_M)), Part(foliage, cards)]


def pine(seed: int, height_m: float) -> list[Part]:
    """An old leaning pine: bare below, level boughs above, their ends full of needles. To be seen from 20 m on."""
    grown = Growth(np.random.default_rng(seed), (7, 4, 3))
    generator = grown.generator
    share = np.linspace(0.0, 1.0, 11)
    lean = generator.uniform(-0.16, 0.16, 2)
    phase = generator.uniform(0, 6, 2)
    sway = np.stack([np.sin(share * 5.0 + phase[0]), np.cos(share * 4.0 + phase[1])], axis=1)
    trunk = np.concatenate(
        [(lean * share[:, None] + 0.055 * (sway - sway[0])) * height_m, share[:, None] * height_m - 0.2], axis=1
    )
    grown.branch(trunk, 0.036 * height_m, 0.010 * height_m)
    for level, way in enumerate(np.linspace(0.40, 0.98, 12).tolist()):
        turn = level * 2.4 + generator.uniform(-0.4, 0.4)
        reach = (1.12 - way) * 0.52 * height_m * generator.uniform(0.75, 1.05)
        root = np.array([np.interp(way, share, trunk[:, axis]) for axis in range(3)])
        _bough(grown, root, turn, reach, 0.018 * height_m * (1.15 - way))
    return grown.parts("pine", np.array([0.0, 0.0, 0.55 * height_m]), 0.35)


def _bough(grown: Growth, root_m: Floats, turn: float, reach_m: float, thick_m: float) -> None:
    """A level bough that rises at its end, side branches, and tufts on both."""
    generator = grown.generator
    out = np.array([math.cos(turn), math.sin(turn), 0.0])
    side = np.array([-out[1], out[0], 0.0])
    share = np.linspace(0.0, 1.0, 4)
    bend = generator.normal(0.0, 0.10)
    path = root_m + share[:, None] * reach_m * out + (share**2)[:, None] * reach_m * (bend * side + [0, 0, 0.12])
    grown.branch(path, thick_m, thick_m * 0.35)
    for way in np.linspace(0.4, 1.0, 6).tolist():
        start = np.array([np.interp(way, share, path[:, axis]) for axis in range(3)])
        for hand in (-1.0, 1.0):
            ahead = unit(out * 0.7 + hand * side * generator.uniform(0.4, 1.0) + [0, 0, generator.uniform(0.05, 0.4)])
            length = reach_m * 0.26 * generator.uniform(0.7, 1.1)
            for _ in range(2):
                loose = ahead + generator.normal(0, 0.35, 3) + np.array([0, 0, 0.35])
                grown.twig(start + ahead * length * generator.uniform(0.3, 1.0), loose, generator.uniform(0.56, 0.80))


def plum(seed: int, height_m: float) -> list[Part]:
    """A crooked plum tree full of blossom."""
    grown = Growth(np.random.default_rng(seed))
    _fork(grown, np.array([0.0, 0.0, -0.25]), np.array([0.08, -0.05, 1.0]), height_m * 0.42, 0.045 * height_m, 4)
    return grown.parts("blossom", np.array([0.0, 0.0, 0.45 * height_m]))


def plane_tree(seed: int, height_m: float) -> list[Part]:
    """A street tree in leaf: a straight stem, a round crown."""
    grown = Growth(np.random.default_rng(seed))
    generator = grown.generator
    stem = np.array([[0, 0, -0.04], [0.02, 0.0, 0.15], [0.04, -0.03, 0.30], [0.0, 0.02, 0.42]]) * height_m
    grown.branch(stem, 0.024 * height_m, 0.017 * height_m)
    for number in range(7):
        turn = number * 2.4 + generator.uniform(-0.3, 0.3)
        rise = generator.uniform(0.5, 2.2)
        ahead = unit(np.array([math.cos(turn), math.sin(turn), rise]))
        _fork(grown, stem[-1] - [0, 0, 0.02 * number], ahead, height_m * 0.24, 0.010 * height_m, 3, leafy=True)
    return grown.parts("leaves", np.array([0.0, 0.0, 0.62 * height_m]))


def _fork(
    grown: Growth, root_m: Floats, ahead: Floats, length_m: float, radius_m: float, forks: int, *, leafy: bool = False
) -> None:
    """A crooked branch and what grows from it."""
    generator = grown.generator
    path = [root_m]
    for _ in range(4):
        ahead = unit(ahead + generator.normal(0.0, 0.14 if leafy else 0.22, 3) + [0.0, 0.0, 0.05])
        if path[-1][2] < LOWEST_M and ahead[2] < 0.5:
            ahead = unit(ahead * [1.0, 1.0, 0.0] + [0.0, 0.0, 0.6])
        path.append(path[-1] + ahead * length_m / 4)
    line = np.stack(path)
    grown.branch(line if forks > 1 else line[::2], radius_m, radius_m * 0.6)
    if forks <= 2:
        for stem in line[1 if forks < 2 else 3 :]:
            for _ in range(3 if leafy else 2):
                way = ahead + generator.normal(0.0, 0.7, 3)
                grown.twig(stem, way, generator.uniform(0.38, 0.56) if leafy else generator.uniform(0.30, 0.46))
    if forks == 0:
        return
    for _ in range(3 if forks > 2 else 2):
        start = line[generator.integers(3, 5)]
        side = unit(ahead + generator.normal(0.0, 0.75, 3) * [1.0, 1.0, 0.6])
        _fork(grown, start, side, length_m * generator.uniform(0.6, 0.8), radius_m * 0.55, forks - 1, leafy=leafy)


def spruce(
    seed: int, height_m: float, foliage: str, whorls: int = 18, boughs: int = 14, full: float = 1.25
) -> list[Part]:
    """A spruce: whorls of hanging boughs from the ground to the leader, `boughs` in the lowest, each of two
    sprays, larger than a bough by `full` (more where there are few)."""
    grown = Growth(np.random.default_rng(seed))
    generator = grown.generator
    lean = generator.normal(0.0, 0.012, 2)
    trunk = np.array([[0, 0, -0.4], [*(lean * 0.5), 0.5 * height_m], [*lean, height_m * 0.985]]) * [
        height_m,
        height_m,
        1,
    ]
    grown.branch(trunk, 0.014 * height_m, 0.003 * height_m)
    for whorl in range(whorls):
        share = (whorl + 0.4) / whorls
        z = height_m * (0.07 + 0.90 * share**0.9)
        reach = height_m * (0.185 * (1.0 - share) ** 0.8 + 0.03) * generator.uniform(0.82, 1.1)
        count = max(3, round((boughs - 3) * (1.0 - share) + 3))
        for number in range(count):
            turn = 2 * math.pi * (number + generator.uniform(-0.25, 0.25)) / count + whorl * 0.7
            out = np.array([math.cos(turn), math.sin(turn), 0.0])
            droop = 0.42 - 0.85 * share + generator.uniform(-0.12, 0.12)
            way = unit(out - [0, 0, droop])
            root = np.array([*(lean * share * height_m), z])
            length = reach * generator.uniform(0.85, 1.12)
            grown.twig(root, way, length * 0.62 * full)
            hanging = root + way * length * 0.42 - np.array([0.0, 0.0, 0.03 * length])
            grown.twig(hanging, way + np.array([0.0, 0.0, 0.16]), length * 0.60 * full)
    grown.twig(np.array([*(lean * height_m), height_m * 0.93]), np.array([0.05, 0.0, 1.0]), height_m * 0.075)
    return grown.parts(foliage, np.array([0.0, 0.0, 0.25 * height_m]), 0.9)


def _cards(grown: Growth, middle_m: Floats, flat: float) -> Mesh:
    """A square a twig, from its stem along its way; its front looks outward, its picture is one of the strip."""
    generator = grown.generator
    stem, way, length = np.stack(grown.stems), np.stack(grown.ways), np.array(grown.lengths)[:, None]
    count = len(stem)
    loose = unit(np.cross(way, generator.normal(0.0, 1.0, (count, 3))))
    level = unit(np.cross(way, np.array([0.0, 0.0, 1.0])) + 1e-6 * loose)
    side = unit(loose * (1.0 - flat) + level * flat)
    face = unit(np.cross(side, way))
    outward = unit(stem + way * length * 0.5 - middle_m + np.array([0.0, 0.0, 0.6]) * flat)
    turned = np.sum(face * outward, axis=1) < 0.0
    side[turned], face[turned] = -side[turned], -face[turned]
    corner = np.stack([-side, side, side + 2 * way, -side + 2 * way], axis=1)
    position = stem[:, None] + corner * length[:, None] * 0.5
    own = unit(face + outward * SOFT / (1.0 - SOFT))
    cell = generator.integers(0, CELLS, count)[:, None]
    mirrored = generator.random(count)[:, None] < 0.5
    u = np.where(mirrored, np.array([1.0, 0.0, 0.0, 1.0]), np.array([0.0, 1.0, 1.0, 0.0]))
    inset = 0.5 + (u - 0.5) * 0.98
    uv = np.stack([(cell + inset) / CELLS, np.broadcast_to([0.995, 0.995, 0.005, 0.005], (count, 4))], axis=2)
    triangles = (np.array([[0, 1, 2], [0, 2, 3]])[None] + 4 * np.arange(count)[:, None, None]).reshape(-1, 3)
    tone = np.repeat(generator.uniform(0.84, 1.0, count), 4)[:, None] * np.ones(3)
    return Mesh(position.reshape(-1, 3), np.repeat(own, 4, axis=0), uv.reshape(-1, 2), tone, triangles)
