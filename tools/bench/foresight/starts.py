"""Prediction where it is easy to be wrong: a camera already moves when tracking begins or comes back, one that stands,
one that sways."""

from __future__ import annotations

import math

import numpy as np

from stage.maths.arrays import Floats
from stage.maths.motion import MotionPredictor
from stage.maths.pose import IDENTITY
from stage.units import NS_PER_S
from tools.bench.foresight.shots import NOISE

SPEEDS_M_S = (1.0, 2.5, 5.0, 8.0)
START_RATES_HZ = (24, 30, 60, 120, 240)
SILENCES_S = (0.0, 0.2, 0.4, 2.0)
"""0: tracking begins. Else it was there for a second, and comes back after so long."""
FROM_S, UNTIL_S = 0.1, 1.0
AHEAD_S = 0.05
SWAY_HZ, SWAY_M = 0.5, 0.35
"""A peak of 1.1 m/s."""
SWAY_AHEAD_S = 0.0417


def start_ratio(speed_m_s: float, rate_hz: int, silence_s: float, seed: int = 1) -> float:
    """The rms error, from 0.1 s after the first sample until a second, against holding the newest sample."""
    before_s = 1.0 if silence_s else 0.0
    begins_s, chance = before_s + silence_s, np.random.default_rng(seed)
    predictor, missed, held = MotionPredictor(), [], []
    for number in range(math.ceil((begins_s + UNTIL_S) * rate_hz)):
        t_s = number / rate_hz
        if before_s <= t_s < begins_s:
            continue
        way_m, (x, y, z) = speed_m_s * t_s, chance.normal(0.0, NOISE, 3).tolist()
        predictor.observe(round(t_s * NS_PER_S), (way_m + x, y, 1.5 + z), IDENTITY)
        if t_s - begins_s >= FROM_S:
            true = (way_m + speed_m_s * AHEAD_S, 0.0, 1.5)
            missed.append(math.dist(predictor.predict(round((t_s + AHEAD_S) * NS_PER_S))[0], true))
            held.append(math.dist((way_m + x, y, 1.5 + z), true))
    return _rms(missed) / _rms(held)


def worst_start() -> dict[str, object]:
    """The largest ratio of all speeds, rates and silences, and where that was."""
    tried = {
        f"{speed:g} m/s, {rate} Hz, after {silence:g} s of silence": start_ratio(speed, rate, silence)
        for speed in SPEEDS_M_S
        for rate in START_RATES_HZ
        for silence in SILENCES_S
    }
    where = max(tried, key=lambda case: tried[case])
    return {"tried": len(tried), "worst": tried[where], "where": where}


def sway_mm(rate_hz: float = 60.0, seconds: float = 20.0, seed: int = 4) -> float:
    """Of a clean sway of 1.1 m/s at its fastest, with a tracker's noise, one frame at 24 ahead: rms from 1 s on."""
    predictor, noise = MotionPredictor(), np.random.default_rng(seed).normal(0.0, NOISE, (int(seconds * rate_hz), 3))
    missed = []
    for number, (x, y, z) in enumerate(noise.tolist()):
        t_s = number / rate_hz
        predictor.observe(round(t_s * NS_PER_S), (_sway(t_s) + x, y, 1.5 + z), IDENTITY)
        found = predictor.predict(round((t_s + SWAY_AHEAD_S) * NS_PER_S))[0]
        if t_s >= FROM_S * 10.0:
            missed.append(math.dist(found, (_sway(t_s + SWAY_AHEAD_S), 0.0, 1.5)))
    return 1000.0 * _rms(missed)


def _sway(t_s: float) -> float:
    return SWAY_M * math.sin(math.tau * SWAY_HZ * t_s)


def _rms(values: list[float] | Floats) -> float:
    return float(np.sqrt(np.mean(np.square(values))))
