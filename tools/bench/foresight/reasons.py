"""Why prediction missed more than the best of the simple methods, in words that follow from the very motion.

Nothing is known beforehand of any kind of motion: each reason is a measurement that must hold for it to be given.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from stage.maths.arrays import Floats
from tools.bench.foresight.baselines import settings
from tools.bench.foresight.shots import NOISE, Shot

EXCEPTION = 1.1
"""Missing so many times what the best simple method misses needs a reason."""
UNITS = ("mm", "mrad")
ODDS = 3.0
"""Noise on three axes, so many times: more than that is no noise."""
FEW = 0.15
"""Of all moments: what happens in so few of them happens now and then."""
MOST = 0.8
"""Of all that is missed more: so much must lie in those moments."""
LEARNT_S = 1.0
"""For how long after a change of motion a forecaster has to learn it."""


def reasons(shot: Shot, said: Floats, lost: tuple[int, str], another: Callable[[], Shot] | None) -> tuple[str, ...]:
    """Every reason that holds. `said`: what was predicted; `lost`: for position 0 or rotation 1, to which method;
    `another`: another take of the same kind of motion, where there is one."""
    target, method = lost
    tried = [shot.misses(each)[:, target] for each in settings(shot)[method]]
    errors = [_rms(each) for each in tried]
    chosen = int(np.argmin(errors))
    missed = shot.misses(said)[:, target]
    found = (
        _noise(_rms(missed), errors[chosen], target),
        _elsewhere(_rms(missed), errors, (target, method), another),
        _changes(shot, missed, tried[chosen], target),
    )
    return tuple(reason for reason in found if reason)


def _noise(error: float, best: float, target: int) -> str:
    """The difference is no more than what the tracker itself is unsure of."""
    noise, more = math.sqrt(3.0) * NOISE, math.sqrt(error * error - best * best)
    if more > ODDS * noise:
        return ""
    unit = UNITS[target]
    return (
        f"noise floor: {1000.0 * more:.2f} {unit} more, where one sample is unsure by {1000.0 * noise:.2f} {unit}; "
        "who knows how long the motion stays as it is can average for as long"
    )


def _elsewhere(error: float, errors: list[float], lost: tuple[int, str], another: Callable[[], Shot] | None) -> str:
    """The method is better because it was set for this very take: set on another one it is not."""
    if another is None:
        return ""
    target, method = lost
    other = another()
    there = int(np.argmin([_rms(other.misses(each)[:, target]) for each in settings(other)[method]]))
    if error > EXCEPTION * errors[there] or there == int(np.argmin(errors)):
        return ""
    return (
        f"hindsight: the {method} is set for this very take; set for another of its kind it misses "
        f"{1000.0 * errors[there]:.3g} {UNITS[target]}, to which this is {error / errors[there]:.2f}"
    )


def _changes(shot: Shot, missed: Floats, best: Floats, target: int) -> str:
    """What is missed more lies soon after the motion changes: until that is learnt."""
    more = missed * missed - best * best
    worst = np.argsort(more)[::-1][: max(1, round(FEW * len(more)))]
    share = float(more[worst].clip(min=0.0).sum() / max(more[more > 0.0].sum(), 1e-30))
    rest = np.ones(len(more), bool)
    rest[worst] = False
    elsewhere = _rms(missed[rest]) / max(_rms(best[rest]), 1e-12)
    near = np.isin(worst, np.flatnonzero(_changing(shot, target)[shot.settled])).mean()
    if share < MOST or elsewhere > EXCEPTION or near < MOST:
        return ""
    return (
        f"learning: {100 * share:.0f} % of what is missed more lies in {100 * FEW:.0f} % of the time, "
        f"{100 * float(near):.0f} % of that within {LEARNT_S:g} s after the motion changed; elsewhere {elsewhere:.2f}"
    )


def _changing(shot: Shot, target: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """(N,) whether the true motion has changed within the last `LEARNT_S`: its acceleration is far from what it was as
    long before, measured by how it is spread over the take."""
    part = shot.truth[:, 3 * target : 3 * target + 3]
    accelerations = np.gradient(np.gradient(part, axis=0), axis=0) * shot.rate_hz**2
    jumps = np.linalg.norm(np.gradient(accelerations, axis=0), axis=1)
    changed = jumps > np.median(jumps) + 3.0 * np.abs(jumps - np.median(jumps)).mean()
    steps = max(1, round((LEARNT_S + shot.horizon_s) * shot.rate_hz))
    return np.convolve(changed, np.ones(steps), mode="full")[: len(changed)] > 0


def _rms(missed: Floats) -> float:
    return float(np.sqrt((missed * missed).mean()))
