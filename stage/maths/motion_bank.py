"""Simple forecasters of one camera, side by side: Kalman filters of different stiffness, from locked-off to hold.

Every filter believes in a place, a speed and an acceleration that noise disturbs, so its forecast is a polynomial of
second order in time. Those of constant acceleration are disturbed by white jerk, those of constant speed by white
acceleration, those that stand by white speed. Position and rotation go through the same filters, which do not depend on
how axes lie. No clock, no randomness.

Arrays: the first index is the forecaster; states are (F, 3, 6): place, speed and acceleration of x, y, z in metres and
of the rotation vector in radians; doubts (F, 3, 3) are their covariances, the same for every axis.
"""

from __future__ import annotations

import math

import numpy as np

from stage.maths.arrays import Floats

JERKS = (1e-6, 1e-4, 1e-2, 1e0, 1e2, 1e4)
"""Spectral densities of white jerk, m^2/s^5 or rad^2/s^5: from a slow pan to a shaken hand."""
ACCELERATIONS = (1e-4, 1e-2, 1e0)
"""Of white acceleration, m^2/s^3 or rad^2/s^3: a dolly on rails, a head that pans."""
CREEP = 1e-10
"""Of white speed, m^2/s or rad^2/s: a locked-off camera."""
BOUNDLESS = 1e9
"""The same for what moves anyhow: hold, which believes the newest sample alone."""
ALERT = JERKS.index(1e2)
"""The forecaster that knows best what comes next."""
COUNT = len(JERKS) + len(ACCELERATIONS) + 2
LINE = len(JERKS) + 1
"""The forecaster that is believed before anything is known: constant speed."""
NIMBLE = LINE + 1
"""The line that turns soonest."""
STILL, HOLD = COUNT - 2, COUNT - 1

NOISE = 2e-4
"""Standard deviation of a sample per axis, metres or radians. A good tracker has half of that; a filter that takes
noise for motion trembles."""
START_SPEED, START_ACCELERATION = 10.0, 30.0
"""Of a camera that appears, m/s and m/s^2: it may be moving already."""
EVENNESS = 0.1
"""Samples are even where intervals differ by less than this share."""
SETTLED_S = 5.0
"""After so long of them, gains no longer change."""
_VARIANCE = NOISE * NOISE


def _growth() -> Floats:
    """(5, F * 9): what each filter's doubts grow by, as a polynomial in the time that passes, from its first power on:
    white noise, integrated."""
    grown = np.zeros((5, COUNT, 3, 3))
    densities = [(2, density) for density in JERKS] + [(1, density) for density in ACCELERATIONS]
    for filter_, (order, density) in enumerate([*densities, (0, CREEP), (0, BOUNDLESS)]):
        for row in range(order + 1):
            for column in range(order + 1):
                a, b = order - row, order - column
                parts = math.factorial(a) * math.factorial(b) * (a + b + 1)
                grown[a + b, filter_, row, column] = density / parts
    return grown.reshape(5, -1)


_GROWTH = _growth()
_START = np.zeros((COUNT, 3, 3))
_START[:, 0, 0] = _VARIANCE
_START[:STILL, 1, 1] = START_SPEED**2
_START[: len(JERKS), 2, 2] = START_ACCELERATION**2


class ForecasterBank:
    """The forecasters of one camera. `states` is replaced at each sample, never changed: who keeps it, keeps what was
    known then."""

    def __init__(self, measured: Floats) -> None:
        """From the first sample: (6,) metres and radians."""
        self.states: Floats = np.zeros((COUNT, 3, 6))
        self.states[:, 0] = measured
        self._doubts = _START
        self._gain: Floats = np.zeros((COUNT, 3, 1))
        self._pace_s = self._even_s = 0.0

    def observe(self, measured: Floats, dt_s: float) -> Floats:
        """Take the sample that came `dt_s` > 0 after the one before; by how much each forecaster missed it, (F, 6)."""
        way = np.array(((1.0, dt_s, 0.5 * dt_s * dt_s), (0.0, 1.0, dt_s), (0.0, 0.0, 1.0)))
        if abs(dt_s - self._pace_s) > EVENNESS * self._pace_s:
            self._pace_s, self._even_s = dt_s, 0.0
        if self._even_s < SETTLED_S:
            self._age(way, dt_s)
            self._even_s += dt_s
        states = way @ self.states
        missed = measured - states[:, 0]
        self.states = states + self._gain * missed[:, None]
        return missed

    def _age(self, way: Floats, dt_s: float) -> None:
        """Find the gain. Doubts do not depend on what is measured: where samples come evenly they settle, and with them
        the gain, which then holds for as long as they do."""
        square = dt_s * dt_s
        powers = np.array((dt_s, square, square * dt_s, square * square, square * square * dt_s))
        doubts = way @ self._doubts @ way.T + (powers @ _GROWTH).reshape(COUNT, 3, 3)
        self._gain = doubts[:, :, :1] / (doubts[:, :1, :1] + _VARIANCE)
        self._doubts = doubts - self._gain * doubts[:, :1]


def forecasts(states: Floats, ahead_s: float) -> Floats:
    """(F, 6): where each forecaster sees the camera `ahead_s` later."""
    return np.array((1.0, ahead_s, 0.5 * ahead_s * ahead_s)) @ states
