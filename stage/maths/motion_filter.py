"""Estimates how something moves from noisy samples, and forecasts where it will be.

An interacting-multiple-model filter (Blom and Bar-Shalom, IEEE Trans. AC-33 no. 8, 1988) over three modes: each
mode keeps its own Kalman belief, the beliefs mix at the rate at which modes change, and each is weighted by how well
it has predicted the samples. So a locked-off camera is averaged until it is steady, and the same filter follows a
handheld one within a few samples. No clock, no randomness: the same samples give the same forecast.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from stage.maths.motion_belief import (
    Covariance,
    Mean,
    ThreeCovariances,
    ThreeMeans,
    Weights,
    corrected,
    mixed_covariance,
    mixed_mean,
    spread,
)
from stage.maths.motion_modes import Mode
from stage.maths.pose import Vector

LEAST_WEIGHT = 1e-6
"""The least weight of a mode: at zero it could never recover."""


@dataclass(frozen=True, slots=True)
class FilterTuning:
    """Assumptions about the motion before any sample. Lengths are metres, or radians for rotations.

    `modes` are the ways of moving; a mode lasts `stay_s` on average. `noise` is the standard deviation of a sample
    per axis, `timing_noise_s` that of its time stamp: a moving camera is measured less well. A source that
    appears has a speed of about `start_speed` and an acceleration of about `start_acceleration` per axis.
    """

    modes: tuple[Mode, Mode, Mode]
    stay_s: float
    noise: float
    timing_noise_s: float
    start_speed: float
    start_acceleration: float


class MotionFilter:
    """The belief about one moving point, from the samples so far.

    `weights` holds the probability of each mode, in the order of the tuning.
    """

    def __init__(self, tuning: FilterTuning, measured: Vector) -> None:
        self._tuning = tuning
        self._variance = tuning.noise * tuning.noise
        self._timing_variance = tuning.timing_noise_s * tuning.timing_noise_s
        mean: Mean = (*measured, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        doubt: Covariance = (self._variance, 0.0, 0.0, tuning.start_speed**2, 0.0, tuning.start_acceleration**2)
        self._means: ThreeMeans = (mean, mean, mean)
        self._covariances: ThreeCovariances = (doubt, doubt, doubt)
        self.weights: Weights = (1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0)

    def observe(self, measured: Vector, dt_s: float) -> None:
        """Take the sample that came `dt_s` > 0 after the one before."""
        stay = math.exp(-dt_s / self._tuning.stay_s)
        leave = (1.0 - stay) / 2.0
        u0, u1, u2 = self.weights
        c0, c1, c2 = leave + (stay - leave) * u0, leave + (stay - leave) * u1, leave + (stay - leave) * u2
        m0, m1, m2 = self._means
        spreads = spread(m0, m1), spread(m0, m2), spread(m1, m2)
        still, steady, agile = self._tuning.modes
        m0, v0, e0 = self._foretold(still, (u0 * stay / c0, u1 * leave / c0, u2 * leave / c0), spreads, measured, dt_s)
        m1, v1, e1 = self._foretold(steady, (u0 * leave / c1, u1 * stay / c1, u2 * leave / c1), spreads, measured, dt_s)
        m2, v2, e2 = self._foretold(agile, (u0 * leave / c2, u1 * leave / c2, u2 * stay / c2), spreads, measured, dt_s)
        self._means, self._covariances = (m0, m1, m2), (v0, v1, v2)
        self.weights = _reweighted((c0, c1, c2), (e0, e1, e2))

    def forecast(self, ahead_s: float) -> Vector:
        """Where the point is `ahead_s` after the newest sample; 0 gives the smoothed present."""
        return _forecast(self._tuning.modes, self._means, self.weights, ahead_s)

    def as_of_now(self) -> Callable[[float], Vector]:
        """What `forecast` says now, to be asked later."""
        return partial(_forecast, self._tuning.modes, self._means, self.weights)

    def _foretold(
        self, mode: Mode, shares: Weights, spreads: ThreeCovariances, measured: Vector, dt_s: float
    ) -> tuple[Mean, Covariance, float]:
        """The belief of one mode after mixing, ageing and correction; and the sample's likelihood."""
        mean = mixed_mean(self._means, shares)
        mean, covariance = mode.aged(mean, mixed_covariance(self._covariances, spreads, shares), dt_s)
        vx, vy, vz = mean[3], mean[4], mean[5]
        variance = self._variance + self._timing_variance * (vx * vx + vy * vy + vz * vz)
        return corrected(mean, covariance, measured, variance)


def _reweighted(expected: Weights, evidence: Weights) -> Weights:
    """Bayes' rule over the modes; `evidence` is logarithmic."""
    best = max(evidence)
    w0 = max(LEAST_WEIGHT, expected[0] * math.exp(evidence[0] - best))
    w1 = max(LEAST_WEIGHT, expected[1] * math.exp(evidence[1] - best))
    w2 = max(LEAST_WEIGHT, expected[2] * math.exp(evidence[2] - best))
    whole = w0 + w1 + w2
    return w0 / whole, w1 / whole, w2 / whole


def _forecast(modes: tuple[Mode, Mode, Mode], means: ThreeMeans, weights: Weights, ahead_s: float) -> Vector:
    """The modes' forecasts, weighed."""
    x = y = z = 0.0
    for mode, mean, weight in zip(modes, means, weights, strict=True):
        px, py, pz, vx, vy, vz, ax, ay, az = mean
        by_speed, by_acceleration = mode.reach(ahead_s)
        x += weight * (px + by_speed * vx + by_acceleration * ax)
        y += weight * (py + by_speed * vy + by_acceleration * ay)
        z += weight * (pz + by_speed * vz + by_acceleration * az)
    return x, y, z
