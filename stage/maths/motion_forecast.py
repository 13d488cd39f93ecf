"""One camera's forecast: its forecasters (`motion_bank`), weighed by how well they did (`motion_weights`).

Between two samples the weighed forecast is a polynomial of second order in time, worked out once when a sample comes:
asking costs next to nothing. No clock, no randomness.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from stage.maths.arrays import Floats
from stage.maths.motion_bank import ALERT, ForecasterBank, forecasts
from stage.maths.motion_surprise import Surprise
from stage.maths.motion_weights import ForecastWeights
from stage.maths.pose import Vector

Six = tuple[float, float, float, float, float, float]
"""Position in metres, rotation vector in radians."""
STANDING = (0.0,) * 6
CLOSEST_S = 0.008
"""Samples that come closer are averaged until they span this: apart they say little more, and cost as much."""
YOUNG_S = 0.1
"""While so little is known, each counts."""
LESSON_S = 0.03
"""How often the weights are learnt anew: they change over tenths of a second."""
HORIZON_S = 0.05
"""What is learnt for until a forecast is asked for."""
EAGER = 0.1
"""How fast the lessons' horizon follows the asked one: this share of the difference each time."""
HORIZON_LIMITS_S = (0.002, 0.3)
LONGEST_STEP_S = 0.1
"""Where samples are farther apart, nobody knows what was between them."""
MOST_KEPT = 64
"""What is remembered: 0.5 s of samples `CLOSEST_S` apart, which is more than the longest horizon."""


@dataclass(slots=True)
class _Known:
    """What was known after a sample, from the second on: after one, nobody knows anything."""

    time_s: float
    measured: Floats
    states: Floats
    each: Floats


class Course(NamedTuple):
    """A polynomial in time: place, speed, acceleration."""

    place: tuple[float, ...]
    speed: tuple[float, ...]
    acceleration: tuple[float, ...]

    def at(self, t_s: float) -> tuple[Vector, Vector]:
        """Position and rotation vector."""
        half = 0.5 * t_s
        (x, y, z, a, b, c), (vx, vy, vz, va, vb, vc), (ax, ay, az, aa, ab, ac) = self
        return (
            (x + t_s * (vx + half * ax), y + t_s * (vy + half * ay), z + t_s * (vz + half * az)),
            (a + t_s * (va + half * aa), b + t_s * (vb + half * ab), c + t_s * (vc + half * ac)),
        )


class Forecast:
    """From the samples so far, where the camera will be."""

    def __init__(self, measured: Six) -> None:
        first = np.array(measured)
        self._bank, self._weights = ForecasterBank(first), ForecastWeights()
        self._surprise = Surprise()
        self._horizon_s: float | None = None
        self._time_s = self._lesson_s = 0.0
        self._known: deque[_Known] = deque(maxlen=MOST_KEPT)
        self._waiting, self._waiting_s = 0, 0.0
        self._summed = np.zeros(6)
        self._newest_s = 0.0
        self._course = self._voted = self._next = Course(measured, STANDING, STANDING)

    def observe(self, measured: Six, dt_s: float) -> None:
        """Take the sample that came `dt_s` > 0 after the one before."""
        self._newest_s += dt_s
        due = self._newest_s - self._time_s >= CLOSEST_S or self._newest_s < YOUNG_S
        if due and not self._waiting:
            self._take(np.array(measured), self._newest_s)
            return
        self._waiting += 1
        self._waiting_s += self._newest_s
        self._summed += measured
        if due:
            count = self._waiting
            self._take(self._summed / count, self._waiting_s / count)
            self._waiting, self._waiting_s, self._summed = 0, 0.0, np.zeros(6)

    def at(self, ahead_s: float) -> tuple[Vector, Vector]:
        """Position and rotation vector `ahead_s` after the newest sample."""
        return self._course.at(self._newest_s - self._time_s + ahead_s)

    def next_at(self, ahead_s: float) -> tuple[Vector, Vector]:
        """Where the next sample is to be expected, soon after the newest: by one alert forecaster, for weights are
        learnt for a longer horizon."""
        return self._next.at(self._newest_s - self._time_s + ahead_s)

    def voted_at(self, ahead_s: float) -> tuple[Vector, Vector]:
        """The same by the votes alone: a little worse as a rule, but nearly as good as the best forecaster always."""
        return self._voted.at(self._newest_s - self._time_s + ahead_s)

    def ask(self, ahead_s: float) -> None:
        """From now on the weights are learnt for about this horizon."""
        least_s, most_s = HORIZON_LIMITS_S
        if ahead_s > least_s:
            wanted_s = min(ahead_s, most_s)
            before_s = self._horizon_s if self._horizon_s is not None else wanted_s
            self._horizon_s = before_s + EAGER * (wanted_s - before_s)

    def _take(self, measured: Floats, at_s: float) -> None:
        """Take a sample, or the mean of several."""
        dt_s, self._time_s = at_s - self._time_s, at_s
        left = self._surprise.hear(self._bank.observe(measured, dt_s), dt_s)
        self._known.append(_Known(at_s, measured, self._bank.states, self._weights.each))
        if at_s - self._lesson_s >= LESSON_S:
            self._learn()
        self._weigh(self._weights.of(self._surprise, left))

    def _weigh(self, weights: Floats) -> None:
        """The weighed forecasts, from now until the next sample."""
        states = self._bank.states
        mixed = (weights @ states.reshape(len(states), -1)).reshape(4, 3, 6).tolist()
        alert = states[ALERT].tolist()
        self._next = _course(alert, alert)
        self._course, self._voted = _course(mixed[0], mixed[1]), _course(mixed[2], mixed[3])

    def _learn(self) -> None:
        """A lesson: what was said, one horizon ago, of a moment that samples now tell of."""
        horizon_s = self._horizon_s if self._horizon_s is not None else HORIZON_S
        told = self._told_before(self._time_s - horizon_s)
        if told is None or (seen := self._seen_at(told.time_s + horizon_s)) is None:
            return
        self._weights.learn(forecasts(told.states, horizon_s), told.each, seen, self._time_s - self._lesson_s)
        self._lesson_s = self._time_s

    def _told_before(self, moment_s: float) -> _Known | None:
        """The newest of what was known at a moment, and not long before it."""
        for known in reversed(self._known):
            if known.time_s <= moment_s + 1e-6:
                return known if moment_s - known.time_s <= LONGEST_STEP_S else None
        return None

    def _seen_at(self, moment_s: float) -> Floats | None:
        """Where the camera was at a moment between the newest two samples, by the parabola through three."""
        if len(self._known) < 3:
            return None
        a, b, c = self._known[-3], self._known[-2], self._known[-1]
        if c.time_s - a.time_s > 2.0 * LONGEST_STEP_S:
            return None
        at_a, at_b, at_c = moment_s - a.time_s, moment_s - b.time_s, moment_s - c.time_s
        ab, bc, ac = b.time_s - a.time_s, c.time_s - b.time_s, c.time_s - a.time_s
        return np.asarray(
            (at_b * at_c / (ab * ac)) * a.measured
            - (at_a * at_c / (ab * bc)) * b.measured
            + (at_a * at_b / (ac * bc)) * c.measured
        )


def _course(position: list[list[float]], rotation: list[list[float]]) -> Course:
    """From the states (3, 6) that were weighed for position and for rotation."""
    (p, v, a), (r, w, b) = position, rotation
    return Course((*p[:3], *r[3:]), (*v[:3], *w[3:]), (*a[:3], *b[3:]))
