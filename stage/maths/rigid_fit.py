"""The rigid transform (and scale) between two sets of points, robust against points that were mistaken.

Least squares after Umeyama (IEEE PAMI 13, 1991). Which points to believe: the half of them that agree best (least
trimmed squares, Rousseeuw 1984: every half is tried where there are few points), then one point after another, the
nearest first, as long as it is no farther off than the points already believed make likely (forward search, Atkinson
and Riani 2000). The rest are outliers: the first one that does not fit, and all that are farther off.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

FEWEST = 3
FLAT = 0.02
"""Points are on a line where they are spread less than this share across it."""
NEAR_M = 0.05
"""Points nearer together than this fix no angle."""
MOST_HALVES = 2000
SEED = 1
SURE = (
    (1, 12732.4), (2, 173.2), (3, 44.47), (5, 16.09), (6, 12.69), (8, 9.56), (9, 8.73), (11, 7.68), (12, 7.33),
    (15, 6.63), (18, 6.21), (24, 5.74), (30, 5.48), (60, 5.01), (1_000_000, 4.59),
)  # fmt: skip
"""By degrees of freedom: how many standard deviations off a point may be in three axes, once in ten thousand: the root
of three times the 99.99th percentile of F(3, n)."""
LEAST_SPREAD_M = 2e-4
"""Points that agree even better than this by chance are not believed to."""


class NotEnoughPoints(ValueError):
    """The points do not fix the transform; the text says why."""


@dataclass(frozen=True, slots=True)
class RigidFit:
    """`target = position_m + scale * turn @ source`. `residuals_m`: every point's distance from where it is put;
    `believed`: which points made the fit; `spread_m`: their standard deviation on one axis, by their residuals."""

    turn: Points
    position_m: Points
    scale: float
    residuals_m: Points
    believed: NDArray[np.bool_]
    spread_m: float

    def put(self, points: Points) -> Points:
        """(N, 3) source points in the target space."""
        found: Points = self.position_m + self.scale * points @ self.turn.T
        return found


def expected_error_m(fit: RigidFit, source: Points, at_target: Points) -> float:
    """How far off a place of the target space is expected to be (root mean square, all three axes), by the spread of
    the points that made the fit and by where they are."""
    jacobian = np.concatenate([_motion(point) for point in fit.put(source[fit.believed])])
    known = np.linalg.pinv(jacobian.T @ jacobian)
    here = _motion(at_target)
    return float(fit.spread_m * np.sqrt(np.trace(here @ known @ here.T)))


def _motion(point: Points) -> Points:
    """(3, 6) how a point moves with a small turn about the origin and a shift."""
    x, y, z = point
    return np.array([[0.0, z, -y, 1, 0, 0], [-z, 0.0, x, 0, 1, 0], [y, -x, 0.0, 0, 0, 1]])


def fit_points(source: Points, target: Points, *, with_scale: bool = False) -> RigidFit:
    """The transform of (N, 3) points that are the same in two spaces. Raises NotEnoughPoints."""
    count = len(source)
    if count < FEWEST:
        raise NotEnoughPoints(
            f"{count} points: at least {FEWEST} fix a place and a turn, {FEWEST + 3} also name a mistake"
        )
    check_spread(target)
    check_spread(source)
    believed = _search(source, target, with_scale)
    check_spread(target[believed])
    turn, position, scale = umeyama(source[believed], target[believed], with_scale=with_scale)
    off = np.linalg.norm(position + scale * source @ turn.T - target, axis=-1)
    freedom = _freedom(int(believed.sum()), with_scale)
    spread = float(np.sqrt((off[believed] ** 2).sum() / freedom)) if freedom else 0.0
    return RigidFit(turn, position, scale, off, believed, spread)


def umeyama(source: Points, target: Points, *, with_scale: bool = False) -> tuple[Points, Points, float]:
    """Turn (3, 3), position (3,) and scale of least squares; never a mirror image."""
    here, there = source.mean(axis=0), target.mean(axis=0)
    a, b = source - here, target - there
    u, s, vt = np.linalg.svd(b.T @ a)
    sign = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    turn = (u * sign) @ vt
    scale = float((s * sign).sum() / (a * a).sum()) if with_scale else 1.0
    return turn, there - scale * turn @ here, scale


def mirrored(source: Points, target: Points, believed: NDArray[np.bool_]) -> bool:
    """Whether the points fit far better as their mirror image: an axis of the tracker has the wrong sign."""
    a, b = source[believed], target[believed]
    if len(a) <= FEWEST or _flat(a, 2) or _flat(b, 2):
        return False
    mirror = a * np.array([-1.0, 1.0, 1.0])
    return _rms(mirror, b) < 0.2 * _rms(a, b)


def check_spread(points: Points) -> None:
    """Raises NotEnoughPoints where points lie in one place or on a line: a turn about it is not known."""
    sizes = np.linalg.svd(points - points.mean(axis=0), compute_uv=False) / np.sqrt(len(points))
    if sizes[0] < NEAR_M:
        raise NotEnoughPoints("the points lie within a few centimetres: put them as far apart as the stage is wide")
    if sizes[1] < max(FLAT * sizes[0], NEAR_M / 5):
        raise NotEnoughPoints("the points lie on a line: the turn about it is not known; add points beside it")


def _flat(points: Points, axis: int) -> bool:
    sizes = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
    return bool(sizes[axis] < FLAT * sizes[0])


def _rms(source: Points, target: Points) -> float:
    turn, position, scale = umeyama(source, target)
    return float(np.sqrt((np.linalg.norm(position + scale * source @ turn.T - target, axis=-1) ** 2).mean()))


def _freedom(count: int, with_scale: bool) -> int:
    return 3 * count - (7 if with_scale else 6)


def _search(source: Points, target: Points, with_scale: bool) -> NDArray[np.bool_]:
    """Which points to believe."""
    count = len(source)
    believed = np.zeros(count, np.bool_)
    believed[list(_best_half(source, target, with_scale))] = True
    while not believed.all():
        turn, position, scale = umeyama(source[believed], target[believed], with_scale=with_scale)
        off = np.linalg.norm(position + scale * source @ turn.T - target, axis=-1)
        freedom = _freedom(int(believed.sum()), with_scale)
        spread = max(float(np.sqrt((off[believed] ** 2).sum() / max(freedom, 1))), LEAST_SPREAD_M)
        nearest = int(np.argmin(np.where(believed, np.inf, off)))
        if off[nearest] > _sure(freedom) * spread * np.sqrt(1.0 + _leverage(source[believed], source[nearest])):
            return believed
        believed[nearest] = True
    return believed


def _leverage(points: Points, at: Points) -> float:
    """How much less a place is known by a fit of points than a point itself: 1/n in their middle, more outside."""
    middle = points.mean(axis=0)
    spread = float(((points - middle) ** 2).sum())
    return 1.0 / len(points) + float(((at - middle) ** 2).sum()) / spread


def _sure(freedom: int) -> float:
    return next((times for least, times in reversed(SURE) if least <= freedom), SURE[0][1])


def _best_half(source: Points, target: Points, with_scale: bool) -> tuple[int, ...]:
    """The half of the points (and one more) that agree best."""
    count = len(source)
    half = min(count, max(FEWEST + (1 if with_scale and count > FEWEST else 0), count // 2 + 1))
    if comb(count, half) <= MOST_HALVES:
        tried = list(combinations(range(count), half))
    else:
        tried = _started(source, target, half, with_scale)
    return min(tried, key=lambda chosen: _misfit(source, target, chosen, with_scale))


def _started(source: Points, target: Points, half: int, with_scale: bool) -> list[tuple[int, ...]]:
    """Halves that grow round three points each (the concentration of fast least trimmed squares)."""
    chance = np.random.default_rng(SEED)
    halves: set[tuple[int, ...]] = set()
    for _ in range(MOST_HALVES // 4):
        chosen = chance.choice(len(source), FEWEST, replace=False)
        for _ in range(3):
            turn, position, scale = umeyama(source[chosen], target[chosen], with_scale=with_scale)
            off = np.linalg.norm(position + scale * source @ turn.T - target, axis=-1)
            chosen = np.argsort(off, kind="stable")[:half]
        halves.add(tuple(sorted(int(index) for index in chosen)))
    return sorted(halves)


def _misfit(source: Points, target: Points, chosen: tuple[int, ...], with_scale: bool) -> float:
    """The sum of squares of a subset; infinite where its points do not fix the transform."""
    index = list(chosen)
    a, b = source[index], target[index]
    try:
        check_spread(b)
    except NotEnoughPoints:
        return float("inf")
    turn, position, scale = umeyama(a, b, with_scale=with_scale)
    return float(((position + scale * a @ turn.T - b) ** 2).sum())
