"""How well points align a tracker: many random stages, noise on every point and mistakes of a hand's breadth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stage.maths.pose import quaternion_normalised, rotation_matrix
from stage.maths.rigid_fit import NotEnoughPoints, Points, fit_points, umeyama

WORKS_M = np.array([[0.0, -3.0, 1.6], [-1.5, -4.0, 1.2], [1.5, -2.5, 2.0]])
"""Where a camera works: errors are the mean of these places."""
LIMIT_MM, LIMIT_DEG = 1.0, 0.05
MISTAKE_M = 0.2


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the marks are: a box, from corner to corner."""

    low_m: tuple[float, float, float]
    high_m: tuple[float, float, float]


LAYOUTS = {
    "room": Layout((-2.5, -4.0, 0.2), (2.5, -1.0, 2.5)),
    "wall and floor": Layout((-2.5, -4.0, 0.0), (2.5, 0.0, 3.0)),
    "floor": Layout((-2.5, -4.0, 0.0), (2.5, -1.0, 0.0)),
}
PER_AXIS = 1.0 / np.sqrt(3.0)
ROWS = (
    ("6 points, 1 mm, one mistake", 6, 1, "room", PER_AXIS, False),
    ("6 points, 1 mm on each axis, one mistake", 6, 1, "room", 1.0, False),
    ("6 points on wall and floor, 1 mm, one mistake", 6, 1, "wall and floor", PER_AXIS, False),
    ("6 points on the floor, 1 mm, one mistake", 6, 1, "floor", PER_AXIS, False),
    ("6 points, 1 mm, one mistake, scale found", 6, 1, "room", PER_AXIS, True),
    ("6 points, 1 mm, no mistake", 6, 0, "room", PER_AXIS, False),
    ("8 points, 1 mm, two mistakes", 8, 2, "room", PER_AXIS, False),
    ("12 points, 1 mm, three mistakes", 12, 3, "room", PER_AXIS, False),
)
"""What it is called; points, mistakes, layout, noise on each axis in mm, whether the scale is found, too."""


@dataclass(frozen=True, slots=True)
class _Trial:
    error_mm: float
    error_deg: float
    best_mm: float
    named: bool


COLUMNS = ("mm", "mm 95 %", "best mm", "best 95 %", "deg", "deg 95 %", "named %", "refused")


@dataclass(frozen=True, slots=True)
class AlignmentFigures:
    """By row its COLUMNS; `good` as `alignment_figures` says."""

    seeds: int
    rows: dict[str, dict[str, float]]
    good: bool


def alignment_figures(seeds: int) -> AlignmentFigures:
    """By row: median and 95 % of the error where a camera works and of the turn; `best mm`: the same of a fit that was
    told which points are mistaken; how often exactly the mistaken points were named. `good`: the first row's medians
    are within 1 mm and 0.05 degrees, and every mistake was named."""
    rows: dict[str, dict[str, float]] = {}
    good = True
    for index, (name, count, wrong, layout, noise_mm, scale) in enumerate(ROWS):
        trials = [_trial(seed, count, wrong, LAYOUTS[layout], noise_mm / 1000.0, scale=scale) for seed in range(seeds)]
        done = [trial for trial in trials if trial is not None]
        mm, deg, best = (np.array([getattr(one, key) for one in done]) for key in ("error_mm", "error_deg", "best_mm"))
        named = sum(one.named for one in done) / len(done)
        rows[name] = {
            "mm": float(np.median(mm)),
            "mm 95 %": float(np.percentile(mm, 95)),
            "best mm": float(np.median(best)),
            "best 95 %": float(np.percentile(best, 95)),
            "deg": float(np.median(deg)),
            "deg 95 %": float(np.percentile(deg, 95)),
            "named %": 100.0 * named,
            "refused": seeds - len(done),
        }
        if index == 0:
            good = bool(np.median(mm) <= LIMIT_MM and np.median(deg) <= LIMIT_DEG and named >= 0.99)
    return AlignmentFigures(seeds, rows, good)


def _trial(seed: int, count: int, wrong: int, layout: Layout, noise_m: float, *, scale: bool) -> _Trial | None:
    """One stage; None where the marks happened to lie on a line."""
    chance = np.random.default_rng(seed)
    stage = chance.uniform(layout.low_m, layout.high_m, (count, 3))
    w, x, y, z = chance.normal(size=4)
    turn = rotation_matrix(quaternion_normalised((w, x, y, z)))
    shift = chance.uniform(-5.0, 5.0, 3)
    tracker = (stage - shift) @ turn + chance.normal(0.0, noise_m, stage.shape)
    mistaken = chance.choice(count, wrong, replace=False)
    step = chance.normal(size=(wrong, 3))
    tracker[mistaken] += MISTAKE_M * step / np.linalg.norm(step, axis=1, keepdims=True)
    try:
        found = fit_points(tracker, stage, with_scale=scale)
    except NotEnoughPoints:
        return None
    right = np.ones(count, np.bool_)
    right[mistaken] = False
    best = umeyama(tracker[right], stage[right], with_scale=scale)
    works = (WORKS_M - shift) @ turn
    cosine = (np.trace(found.turn @ turn.T) - 1.0) / 2.0
    return _Trial(
        _off_mm(found.put(works)),
        float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))),
        _off_mm(best[1] + best[2] * works @ best[0].T),
        bool((found.believed == right).all()),
    )


def _off_mm(places: Points) -> float:
    return float(np.linalg.norm(places - WORKS_M, axis=1).mean()) * 1000.0
