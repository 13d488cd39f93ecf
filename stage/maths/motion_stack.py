"""Several simple forecasters, weighed by how well they did in the last seconds.

Beside a base forecast stand constant-acceleration Kalman filters of different jerk, and hold. At every sample each is
asked what it said of this moment one horizon ago; exponentially forgotten ridge regression finds the weights of their
differences to the base that would have served best: stacked regression (Wolpert 1992; Breiman 1996) by recursive least
squares with forgetting, outliers weighed down after Huber (1964). The weights follow the horizon that is asked for, and
the mix falls back to the base while it does better. No clock, no randomness.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from stage.maths.arrays import Floats
from stage.maths.pose import Vector

Bases = tuple[Callable[[float], Vector], Callable[[float], Vector]]
"""Where the base says that position and rotation are, so many seconds after a sample."""
Measured = tuple[Vector, Vector]
JERKS = np.array([1e-3, 1e-1, 1e1, 1e3, 1e5])
"""Spectral densities of white jerk, m^2/s^5 or rad^2/s^5: from a dolly to a shaken hand."""
LONGEST_S = 0.3
MOST_KEPT = 96
LEARNT_S = 2.0
JUDGED_S = 0.4
RIDGE_MATRIX = 1e-6 * np.eye(len(JERKS) + 1)
HUBER = 3.0
WORTH = 0.81
"""Mean square of the stack's errors over the base's: at this, and below, the stack alone is believed."""
CLOSEST_S = 0.008
"""Samples nearer than this say nothing new, and would cost as much as others."""
LEARNING_S = 0.03
"""How often the weights are found anew: they change over seconds."""
EAGER = 0.1
"""How fast the regression's horizon follows the asked one, a share of the difference each time."""
LEAST_HORIZON_S = 0.002


@dataclass(frozen=True, slots=True)
class StackTuning:
    """`noise`: standard deviation of a sample per axis, of the position and of the rotation. What appears has a speed
    of about `start_speed` and an acceleration of about `start_acceleration` per axis."""

    noise: tuple[float, float] = (2e-4, 2e-4)
    start_speed: float = 10.0
    start_acceleration: float = 30.0


@dataclass(slots=True)
class _Said:
    """What was known after one sample: its time, the filters' states (2, J, 3, 3), position and rotation (2, 3), and
    the bases' forecasts of both."""

    time_s: float
    states: Floats
    measured: Floats
    bases: Bases


class ForecastStack:
    """The stacks for a camera's position and rotation, side by side in the same arrays: the first index is which of
    them, then the filter, then place, speed and acceleration, then the axis."""

    def __init__(self, tuning: StackTuning, measured: Measured, bases: Bases) -> None:
        count = len(JERKS)
        self._variance = np.square(tuning.noise)
        self._states = np.zeros((2, count, 3, 3))
        self._states[:, :, 0] = np.asarray(measured)[:, None]
        doubts = [np.diag([v, tuning.start_speed**2, tuning.start_acceleration**2]) for v in self._variance]
        self._doubts = np.repeat(np.array(doubts)[:, None], count, axis=1)
        self._time_s, self._horizon_s = 0.0, LEAST_HORIZON_S
        self._skipped_s = self._unlearnt_s = 0.0
        self._normal, self._right = np.zeros((2, count + 1, count + 1)), np.zeros((2, count + 1))
        self._weights: Floats = np.zeros((2, count + 1))
        self._base_square, self._stack_square = np.zeros(2), np.zeros(2)
        self._mix: Floats = np.zeros(2)
        self._newest = _Said(0.0, self._states, np.asarray(measured, np.float64), bases)
        self._said: deque[_Said] = deque([self._newest], maxlen=MOST_KEPT)

    def observe(self, measured: Measured, dt_s: float, bases: Bases) -> None:
        """Take the sample that came `dt_s` > 0 after the one before; `bases` forecast from it. Of samples that come
        closer than `CLOSEST_S`, some are left out."""
        self._skipped_s += dt_s
        if self._skipped_s < CLOSEST_S:
            return
        dt_s, self._skipped_s = self._skipped_s, 0.0
        self._time_s += dt_s
        now = np.asarray(measured, np.float64)
        self._unlearnt_s += dt_s
        if self._unlearnt_s >= LEARNING_S:
            self._learn(now, self._unlearnt_s)
            self._unlearnt_s = 0.0
        self._age(dt_s)
        gain = self._doubts[..., 0] / (self._doubts[..., 0, 0] + self._variance[:, None])[..., None]
        off = now[:, None] - self._states[:, :, 0]
        self._states = self._states + gain[..., None] * off[:, :, None]
        self._doubts = self._doubts - gain[..., None] * self._doubts[:, :, 0, None]
        self._newest = _Said(self._time_s, self._states, now, bases)
        self._said.append(self._newest)

    def forecast(self, ahead_s: float, bases: Bases) -> tuple[Vector, Vector]:
        """Position and rotation `ahead_s` after the newest sample, from which `bases` forecast. The regression's
        horizon follows what is asked."""
        if ahead_s > LEAST_HORIZON_S:
            self._horizon_s += EAGER * (min(ahead_s, LONGEST_S) - self._horizon_s)
        base = (bases[0](ahead_s), bases[1](ahead_s))
        if not self._mix.any():
            return base
        at = was = np.array(base)
        if self._skipped_s:
            was = np.array([each(ahead_s + self._skipped_s) for each in self._newest.bases])
        ways = _ways(self._newest, ahead_s + self._skipped_s, was)
        found = at + self._mix[:, None] * _limited(self._weights, ways)
        return _vector(found[0]), _vector(found[1])

    def _learn(self, now: Floats, dt_s: float) -> None:
        """Compare with what was said of this moment one horizon ago."""
        told = self._told_before(self._time_s - self._horizon_s)
        if told is None:
            return
        ahead_s = self._time_s - told.time_s
        base = np.array([each(ahead_s) for each in told.bases])
        ways, rest = _ways(told, ahead_s, base), now - base
        missed = rest - _limited(self._weights, ways)
        square, stack_square = (rest * rest).sum(axis=1), (missed * missed).sum(axis=1)
        limit = HUBER * np.sqrt(np.maximum(self._stack_square, self._variance))
        sure = np.minimum(1.0, limit / np.sqrt(np.maximum(stack_square, 1e-30)))
        keep, fade = math.exp(-dt_s / JUDGED_S), math.exp(-dt_s / LEARNT_S)
        self._base_square = keep * self._base_square + (1.0 - keep) * square
        self._stack_square = keep * self._stack_square + (1.0 - keep) * stack_square
        self._normal = fade * self._normal + (sure[:, None, None] * ways) @ ways.transpose(0, 2, 1)
        self._right = fade * self._right + sure[:, None] * (ways @ rest[..., None])[..., 0]
        solved = np.linalg.solve(self._normal + RIDGE_MATRIX, self._right[..., None])
        self._weights = np.asarray(solved[..., 0], np.float64)
        known = self._base_square > self._variance * 1e-4
        ratio = self._stack_square / np.maximum(self._base_square, 1e-30)
        self._mix = np.where(known, np.clip((1.0 - ratio) / (1.0 - WORTH), 0.0, 1.0), 0.0)

    def _told_before(self, moment_s: float) -> _Said | None:
        """The newest of what was known at a moment, and not long before it."""
        for said in reversed(self._said):
            if said.time_s <= moment_s + 1e-9:
                return said if self._time_s - said.time_s <= LONGEST_S + self._horizon_s else None
        return None

    def _age(self, dt_s: float) -> None:
        move, spread = _passing(round(dt_s, 5))
        self._states = move @ self._states
        self._doubts = move @ self._doubts @ move.T + spread


@lru_cache(maxsize=64)
def _passing(d: float) -> tuple[Floats, Floats]:
    """What a time does: the way from state to state (3, 3), and how much each filter then doubts (J, 3, 3)."""
    move = np.array([[1.0, d, d * d / 2.0], [0.0, 1.0, d], [0.0, 0.0, 1.0]])
    spread = np.array(
        [[d**5 / 20.0, d**4 / 8.0, d**3 / 6.0], [d**4 / 8.0, d**3 / 3.0, d**2 / 2.0], [d**3 / 6.0, d**2 / 2.0, d]]
    )
    return move, JERKS[:, None, None] * spread


def _ways(said: _Said, ahead_s: float, base: Floats) -> Floats:
    """(2, J + 1, 3): where each forecaster differs from the base; hold is the last."""
    by_time = np.array([1.0, ahead_s, ahead_s * ahead_s / 2.0])
    return np.concatenate([by_time @ said.states - base[:, None], (said.measured - base)[:, None]], axis=1)


def _limited(weights: Floats, ways: Floats) -> Floats:
    """(2, 3) the weighed differences, none longer than the longest that it is made of."""
    way = (weights[:, None] @ ways)[:, 0]
    square = (way * way).sum(axis=1)
    most = (ways * ways).sum(axis=2).max(axis=1)
    scale = np.sqrt(np.minimum(1.0, most / np.maximum(square, 1e-30)))
    return np.asarray(way * scale[:, None])


def _vector(values: Floats) -> Vector:
    x, y, z = values.tolist()
    return (x, y, z)
