"""Simple methods of prediction, each with the setting that would have been best on the very motion: what to beat."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from stage.maths.arrays import Floats
from tools.bench.foresight.shots import NOISE, Shot

LINES = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48)
"""Samples that a line is fitted to."""
QUADRATICS = (3, 4, 5, 6, 8, 12, 16, 24, 32, 48, 64)
ACCELERATIONS = tuple(10.0**power for power in range(-6, 4))
"""Spectral densities of white acceleration, for the Kalman filter of constant velocity."""
ALPHAS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
BETA_SHARES = (0.1, 0.3, 1.0)
"""Of the beta that suits the alpha: alpha^2 / (2 - alpha) (Kalata 1984)."""
TAPS = 24
Errors = tuple[float, float]
"""Of position and rotation."""


def best_errors(shot: Shot) -> dict[str, Errors]:
    """By method, the rms of position and of rotation, each with its own best setting."""
    return {method: _best(shot, tried) for method, tried in settings(shot).items()}


def settings(shot: Shot) -> dict[str, list[Floats]]:
    """By method, what it predicts with each of its settings, in the same order for every shot of that rate: (N, 6)."""
    step_s = 1.0 / shot.rate_hz
    gains = [_kalman_gains(density, step_s) for density in ACCELERATIONS]
    alpha_betas = [(alpha, share * alpha * alpha / (2.0 - alpha)) for alpha in ALPHAS for share in BETA_SHARES]
    return {
        "hold": [shot.samples],
        "line": [_fitted(shot, count, 1) for count in LINES],
        "quadratic": [_fitted(shot, count, 2) for count in QUADRATICS],
        "Kalman": _tracked(shot, gains),
        "alpha-beta": _tracked(shot, alpha_betas),
    }


def bound(shot: Shot) -> Errors:
    """What the best linear predictor of `TAPS` samples misses that was fitted on the very motion it is tried on, the
    axes together: nobody can use it, and hardly anybody beats it."""
    found = shot.samples.copy()
    for part in (slice(0, 3), slice(3, 6)):
        past = np.stack([np.roll(shot.samples[:, part], lag, axis=0) for lag in range(TAPS)], axis=2)
        ways, way = past - past[:, :, :1], shot.truth[:, part] - past[:, :, 0]
        rows, wanted = ways[TAPS:, :, 1:].reshape(-1, TAPS - 1), way[TAPS:].reshape(-1)
        weights = np.linalg.lstsq(rows, wanted, rcond=None)[0]
        found[:, part] += ways[:, :, 1:] @ weights
    return shot.rms(found)


def _best(shot: Shot, tried: list[Floats]) -> Errors:
    errors = np.array([shot.rms(predicted) for predicted in tried])
    position, rotation = errors.min(axis=0).tolist()
    return position, rotation


def _fitted(shot: Shot, count: int, degree: int) -> Floats:
    """(N, 6) by the polynomial through the last `count` samples."""
    times_s = -np.arange(count) / shot.rate_hz
    powers = np.vander(times_s, degree + 1, increasing=True)
    weights = np.linalg.pinv(powers).T @ (shot.horizon_s ** np.arange(degree + 1))
    padded = np.concatenate([np.repeat(shot.samples[:1], count - 1, axis=0), shot.samples])
    return np.stack([np.convolve(column, weights, mode="valid") for column in padded.T], axis=1)


def _tracked(shot: Shot, gains: list[tuple[float, float]]) -> list[Floats]:
    """(N, 6) each by a filter of place and speed with those gains, all at once."""
    alpha, beta = (np.array([pair[which] for pair in gains])[:, None] for which in (0, 1))
    place = np.repeat(shot.samples[:1], len(gains), axis=0)
    speed, found, step_s = np.zeros_like(place), [place], 1.0 / shot.rate_hz
    for sample in shot.samples[1:]:
        expected = place + speed * step_s
        missed = sample - expected
        place, speed = expected + alpha * missed, speed + beta / step_s * missed
        found.append(place + shot.horizon_s * speed)
    return list(np.stack(found, axis=1))


@lru_cache(maxsize=256)
def _kalman_gains(density: float, step_s: float) -> tuple[float, float]:
    """Alpha and beta that the filter of constant velocity settles at."""
    way = np.array([[1.0, step_s], [0.0, 1.0]])
    grown = density * np.array([[step_s**3 / 3.0, step_s**2 / 2.0], [step_s**2 / 2.0, step_s]])
    doubts, gain = np.diag([NOISE * NOISE, 1.0]), np.zeros(2)
    for _ in range(3000):
        doubts = way @ doubts @ way.T + grown
        gain = doubts[:, 0] / (doubts[0, 0] + NOISE * NOISE)
        doubts = doubts - np.outer(gain, doubts[0])
    return float(gain[0]), float(gain[1]) * step_s
