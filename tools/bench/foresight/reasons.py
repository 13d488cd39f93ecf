"""Why prediction missed more than the best of the simple methods, in words that follow from the very motion.

Nothing is known beforehand of any kind of motion: each reason is a measurement that must hold for it to be given.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stage.maths.arrays import Floats
from tools.bench.foresight.baselines import best_errors, settings
from tools.bench.foresight.shots import NOISE, Shot, predicted

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


@dataclass(frozen=True, slots=True)
class Takes:
    """`another` take of the same kind of motion, where there is one; the same take told twice as often (`denser`)."""

    another: Callable[[], Shot] | None = None
    denser: Callable[[], Shot] | None = None


def reasons(shot: Shot, said: Floats, lost: tuple[int, str], takes: Takes) -> tuple[str, ...]:
    """Every reason that holds. `said`: what was predicted; `lost`: for position 0 or rotation 1, to which method."""
    target, method = lost
    tried = [shot.misses(each)[:, target] for each in settings(shot)[method]]
    errors = [_rms(each) for each in tried]
    chosen = int(np.argmin(errors))
    missed = shot.misses(said)[:, target]
    found = (
        _noise(_rms(missed), errors[chosen], target),
        _elsewhere(_rms(missed), errors, (target, method), takes.another),
        _changes(shot, missed, tried[chosen], target),
    )
    return tuple(reason for reason in found if reason) or _rate(shot, target, takes.denser)


def _noise(error: float, best: float, target: int) -> str:
    """The difference is no more than what the tracker itself is unsure of."""
    noise, more = math.sqrt(3.0) * NOISE, math.sqrt(error * error - best * best)
    if more > ODDS * noise:
        return ""
    unit = UNITS[target]
    return (
        f"noise floor: {1000.0 * more:.2f} {unit} more, where one sample is unsure by {1000.0 * noise:.2f} {unit}; "
        "it pays to know beforehand how long to average"
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


def _rate(shot: Shot, target: int, denser: Callable[[], Shot] | None) -> tuple[str, ...]:
    """There are too few samples to learn from: told twice as often, the same take is no exception. Tried last, because
    it means to predict it again."""
    if denser is None:
        return ()
    twice = denser()
    error = twice.rms(predicted(twice))[target]
    ratio = error / min(errors[target] for errors in best_errors(twice).values())
    if ratio > EXCEPTION:
        return ()
    samples = shot.rate_hz * shot.horizon_s
    return (
        f"few samples: {samples:.1f} in the time that is predicted; told twice as often, the same take is predicted to "
        f"{ratio:.2f} of the best in hindsight",
    )


def _changes(shot: Shot, missed: Floats, best: Floats, target: int) -> str:
    """What is missed more lies soon after the motion changes: until that is learnt."""
    more = (missed * missed - best * best).clip(min=0.0)
    changing = _changing(shot, target)[shot.settled]
    worst = np.zeros(len(more), bool)
    worst[np.argsort(more)[::-1][: max(1, round(FEW * len(more)))]] = True
    for moments in (worst & changing, changing):
        share = float(more[moments].sum() / max(more.sum(), 1e-30))
        elsewhere = _rms(missed[~moments]) / max(_rms(best[~moments]), 1e-12)
        if share >= MOST and elsewhere <= EXCEPTION:
            return (
                f"learning: {100 * share:.0f} % of what is missed more lies in {100 * float(moments.mean()):.0f} % "
                f"of the time, all within {LEARNT_S:g} s after the motion changed; elsewhere it is {elsewhere:.2f}"
            )
    return ""


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
