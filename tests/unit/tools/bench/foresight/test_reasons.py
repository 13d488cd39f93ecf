"""Why prediction lost to the best in hindsight: each reason is given where it holds, and only there."""

from __future__ import annotations

from functools import partial

import numpy as np

from stage.maths.arrays import Floats
from tools.bench.foresight.baselines import settings
from tools.bench.foresight.reasons import Takes, reasons
from tools.bench.foresight.shots import NOISE, Shot, predicted
from tools.bench.foresight.table import made_shot

TAKE = partial(made_shot, "slider", rate_hz=30.0, horizon_s=0.1, seconds=12.0)


def best_of(shot: Shot, method: str) -> Floats:
    return min(settings(shot)[method], key=lambda tried: shot.rms(tried)[0])


def told(shot: Shot, off_m: Floats) -> str:
    """Of a prediction that is the best quadratic's, and `off_m` beside it."""
    said = best_of(shot, "quadratic").copy()
    said[:, 0] += off_m
    return " ".join(reason.partition(":")[0] for reason in reasons(shot, said, (0, "quadratic"), Takes()))


def test_a_little_more_is_noise_and_much_more_has_no_reason() -> None:
    shot = TAKE(seed=7)
    everywhere = np.ones(len(shot.truth))
    assert "noise floor" in told(shot, 2.0 * NOISE * everywhere)
    assert told(shot, 0.05 * everywhere) == ""


def test_what_is_missed_after_changes_is_learning() -> None:
    shot = TAKE(seed=7)
    speeds = np.linalg.norm(np.gradient(shot.truth[:, :3], axis=0), axis=1) * shot.rate_hz
    jolts = np.abs(np.gradient(speeds))
    after = np.convolve(jolts > np.quantile(jolts, 0.98), np.ones(6), mode="full")[: len(jolts)] > 0
    assert told(shot, np.asarray(0.02 * after, np.float64)) == "learning"


def test_a_setting_that_suits_one_take_alone_is_hindsight() -> None:
    shot, other = TAKE(seed=7), TAKE(seed=11)
    for method in ("quadratic", "alpha-beta", "Kalman"):
        errors = [shot.rms(tried)[0] for tried in settings(shot)[method]]
        there = int(np.argmin([other.rms(tried)[0] for tried in settings(other)[method]]))
        said = settings(shot)[method][there]
        given = [reason for reason in reasons(shot, said, (0, method), Takes(lambda: other)) if "hindsight" in reason]
        assert bool(given) == (there != int(np.argmin(errors)))
    assert not any(
        "hindsight" in reason for reason in reasons(shot, predicted(shot) + 0.1, (0, "line"), Takes(lambda: other))
    )


def test_few_samples_are_a_reason_where_more_of_them_help_and_nothing_else_explains_it() -> None:
    shot = TAKE(seed=7)
    said = best_of(shot, "quadratic") + 0.05
    (reason,) = reasons(shot, said, (0, "quadratic"), Takes(denser=lambda: made_shot("crane", 7, 60.0, 0.05, 8.0)))
    assert reason.startswith("few samples: 3.0 in the time")
    assert reasons(shot, said, (0, "quadratic"), Takes()) == ()
