"""Trees of a palace garden: pines with flat clouds of needles, plum trees in blossom."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from stage.maths.arrays import Floats
from tools.sets.mesh import Mesh, Part, merged, unit
from tools.sets.solids import ellipsoid, tube


def pine(seed: int, height_m: float) -> list[Part]:
    """A leaning trunk with flat pads of needles; darker inside and below."""
    generator = np.random.default_rng(seed)
    share = np.linspace(0.0, 1.0, 9)
    lean = generator.uniform(-0.16, 0.16, 2)
    sway = np.stack(
        [np.sin(share * 5.0 + generator.uniform(0, 6)), np.cos(share * 4.0 + generator.uniform(0, 6))], axis=1
    )
    trunk = np.concatenate(
        [(lean * share[:, None] + 0.055 * (sway - sway[0])) * height_m, share[:, None] * height_m], axis=1
    )
    wood = [tube(trunk, list((0.075 - 0.055 * share) * height_m / 2.0), 5)]
    pads = []
    for level, way in enumerate(np.linspace(0.42, 1.0, 7).tolist()):
        turn = level * 2.4 + generator.uniform(-0.3, 0.3)
        reach = (1.05 - way) * 0.62 * height_m * generator.uniform(0.7, 1.0)
        root = np.array([np.interp(way * 0.92, share, trunk[:, axis]) for axis in range(3)])
        tip = root + np.array([math.cos(turn) * reach, math.sin(turn) * reach, 0.09 * height_m])
        wood.append(tube(np.stack([root, (root + tip) / 2 - [0, 0, 0.02 * height_m], tip]), [0.07, 0.05, 0.02], 3))
        size = (0.30 - 0.13 * way) * height_m
        pads.append(_pad(generator, tip, size))
    return [Part("bark", merged(wood)), Part("needles", merged(pads))]


def plum(seed: int, height_m: float) -> list[Part]:
    """A bare plum tree full of blossom: crooked forking branches, flowers near their ends."""
    generator = np.random.default_rng(seed)
    branches: list[Mesh] = []
    flowers: list[Floats] = []
    _fork(
        generator=generator,
        root_m=np.array([0.0, 0.0, -0.25]),
        ahead=np.array([0.08, -0.05, 1.0]),
        length_m=height_m * 0.42,
        radius_m=0.045 * height_m,
        forks=4,
        branches=branches,
        flowers=flowers,
    )
    return [Part("bark", merged(branches)), Part("blossom", _blossoms(generator, np.concatenate(flowers)))]


def _fork(
    generator: np.random.Generator,
    root_m: Floats,
    ahead: Floats,
    length_m: float,
    radius_m: float,
    forks: int,
    branches: list[Mesh],
    flowers: list[Floats],
) -> None:
    """Add a crooked branch and what grows from it."""
    path = [root_m]
    for _ in range(4):
        ahead = unit(ahead + generator.normal(0.0, 0.22, 3) + [0.0, 0.0, 0.05])
        path.append(path[-1] + ahead * length_m / 4)
    line = np.stack(path)
    kept = slice(None, None, 2) if forks < 2 else slice(None)
    branches.append(tube(line[kept], list(np.linspace(radius_m, radius_m * 0.6, 5)[kept]), (3, 3, 3, 4, 6)[forks]))
    if forks <= 2:
        spread = generator.normal(0.0, 0.055 * (3 - forks) + 0.03, (6, 3))
        flowers.append(np.repeat(line[2:], 2, axis=0) + spread)
    if forks == 0:
        return
    for _ in range(3 if forks > 2 else 2):
        start = line[generator.integers(3, 5)]
        side = unit(ahead + generator.normal(0.0, 0.75, 3) * [1.0, 1.0, 0.6])
        _fork(
            generator=generator,
            root_m=start,
            ahead=side,
            length_m=length_m * generator.uniform(0.6, 0.8),
            radius_m=radius_m * 0.55,
            forks=forks - 1,
            branches=branches,
            flowers=flowers,
        )


def _blossoms(generator: np.random.Generator, centres_m: Floats) -> Mesh:
    """Each flower is a slightly folded kite of four points in any direction; a deep pink centre, petals pink to
    white."""
    count = len(centres_m)
    facing = unit(generator.normal(0.0, 1.0, (count, 3)) + np.array([0.0, 0.0, 0.35]))
    side = unit(np.cross(facing, generator.normal(0.0, 1.0, (count, 3))))
    other = np.cross(facing, side)
    size = generator.uniform(0.05, 0.095, (count, 1, 1))
    corners = np.stack([-other, side + 0.4 * facing, other, 0.4 * facing - side], axis=1)
    position = (centres_m[:, None] + corners * size).reshape(-1, 3)
    triangles = (np.array([[0, 1, 2], [0, 2, 3]])[None] + 4 * np.arange(count)[:, None, None]).reshape(-1, 3)
    pale = generator.uniform(0.0, 1.0, (count, 1, 1))
    colour = np.array([0.86, 0.42, 0.48]) * (1 - pale) + np.array([0.95, 0.78, 0.78]) * pale
    tones = np.broadcast_to(colour, (count, 4, 3)).copy()
    tones[:, 0] = (0.72, 0.20, 0.28)
    normal = np.repeat(facing, 4, axis=0)
    return Mesh(position, normal, position[:, :2], tones.reshape(-1, 3), triangles)


def _pad(generator: np.random.Generator, centre_m: Floats, size_m: float) -> Mesh:
    """A flat cloud of needles with a lumpy outline, bright on top and dark below."""
    body = ellipsoid((0.0, 0.0, 0.0), (1.0, 1.0, 0.36), 9, 5)
    around = np.arctan2(body.position_m[:, 1], body.position_m[:, 0])
    phase = generator.uniform(0, 2 * math.pi, 3)
    lumps = (
        1.0 + 0.16 * np.sin(3 * around + phase[0]) + 0.12 * np.sin(5 * around + phase[1] + 4 * body.position_m[:, 2])
    )
    position = body.position_m * np.stack([lumps, lumps, np.ones_like(lumps)], axis=1)
    position[:, 2] += 0.05 * np.sin(7 * position[:, 0] + phase[2]) * np.cos(6 * position[:, 1])
    shade = 0.42 + 0.58 * np.clip(0.5 + position[:, 2] / 0.6, 0.0, 1.0)
    lumpy = replace(
        body,
        position_m=position * size_m + centre_m,
        normal=unit(position * [1.0, 1.0, 3.2]),
        uv=position[:, :2] * size_m,
    )
    return lumpy.tinted(shade[:, None] * np.ones(3))
