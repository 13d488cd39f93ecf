"""The laws of motion prediction: what moves evenly is foretold exactly, and nothing can make it fly off."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stage.maths.motion import EVERY_CAMERA, MotionPredictor
from stage.maths.pose import (
    IDENTITY,
    Quaternion,
    Vector,
    quaternion_conjugate,
    quaternion_from_pan_tilt_roll,
    quaternion_from_rotation_vector,
    quaternion_multiply,
    rotate,
    rotation_vector_from_quaternion,
)

MS = 1_000_000
AHEAD_NS = 100 * MS
Course = Callable[[float], Vector]


def fed(course: Course, rate_hz: float, seconds: float) -> tuple[MotionPredictor, int]:
    """A predictor that has seen a course without noise, and the time of the newest sample."""
    predictor = MotionPredictor()
    newest_ns = 0
    for index in range(round(seconds * rate_hz)):
        newest_ns = round(index * 1e9 / rate_hz)
        predictor.observe(newest_ns, course(newest_ns / 1e9), IDENTITY)
    return predictor, newest_ns


def angle_deg(a: Quaternion, b: Quaternion) -> float:
    return math.degrees(math.hypot(*rotation_vector_from_quaternion(quaternion_multiply(a, quaternion_conjugate(b)))))


@pytest.mark.parametrize("rate_hz", [24, 59.94, 120, 240])
def test_constant_velocity_is_foretold_exactly(rate_hz: float) -> None:
    def dolly(t_s: float) -> Vector:
        return (0.5 * t_s, -0.1 * t_s, 1.5)

    predictor, newest_ns = fed(dolly, rate_hz, 3.0)
    position_m, _ = predictor.predict(newest_ns + AHEAD_NS)
    assert math.dist(position_m, dolly(newest_ns / 1e9 + 0.1)) < 2e-5


def test_constant_acceleration_is_foretold_better_than_by_velocity_alone() -> None:
    def falling(t_s: float) -> Vector:
        return (0.0, 0.0, 10.0 - 0.5 * 1.0 * t_s * t_s)

    predictor, newest_ns = fed(falling, 120, 1.5)
    position_m, _ = predictor.predict(newest_ns + AHEAD_NS)
    by_velocity_alone_m = 0.5 * 1.0 * 0.1 * 0.1
    assert math.dist(position_m, falling(newest_ns / 1e9 + 0.1)) < 0.5 * by_velocity_alone_m


@pytest.mark.parametrize("rate_hz", [24, 60, 240])
def test_a_steady_pan_is_foretold(rate_hz: float) -> None:
    predictor = MotionPredictor()
    newest_ns = 0
    for index in range(round(3 * rate_hz)):
        newest_ns = round(index * 1e9 / rate_hz)
        predictor.observe(newest_ns, (0.0, 0.0, 1.5), quaternion_from_pan_tilt_roll(30.0 * newest_ns / 1e9, 10.0, 0.0))
    _, orientation = predictor.predict(newest_ns + AHEAD_NS)
    truth = quaternion_from_pan_tilt_roll(30.0 * (newest_ns / 1e9 + 0.1), 10.0, 0.0)
    assert angle_deg(orientation, truth) < 0.02


def test_pan_past_180_degrees_and_the_other_sign_of_a_quaternion_change_nothing() -> None:
    plain, flipped = MotionPredictor(), MotionPredictor()
    for index in range(240):
        q = quaternion_from_pan_tilt_roll(100.0 + index, 0.0, 0.0)
        plain.observe(index * 8 * MS, (0.0, 0.0, 0.0), q)
        flipped.observe(index * 8 * MS, (0.0, 0.0, 0.0), (-q[0], -q[1], -q[2], -q[3]) if index % 2 else q)
    at_ns = 239 * 8 * MS + AHEAD_NS
    assert angle_deg(plain.predict(at_ns)[1], flipped.predict(at_ns)[1]) < 1e-6
    assert angle_deg(plain.predict(at_ns)[1], quaternion_from_pan_tilt_roll(339.0 + 12.5, 0.0, 0.0)) < 0.1
    assert plain.dropped == flipped.dropped == 0


def test_a_still_camera_stands_still() -> None:
    predictor, newest_ns = fed(lambda _: (1.0, -2.0, 1.5), 120, 1.0)
    for ahead_ns in (0, AHEAD_NS, 10_000 * MS):
        position_m, orientation = predictor.predict(newest_ns + ahead_ns)
        assert position_m == pytest.approx((1.0, -2.0, 1.5), abs=1e-12)
        assert orientation == pytest.approx(IDENTITY, abs=1e-12)


def test_position_and_rotation_are_predicted_apart() -> None:
    turning, straight = MotionPredictor(), MotionPredictor()
    for index in range(120):
        position_m = (0.01 * index, 0.0, 1.5)
        turning.observe(index * 8 * MS, position_m, quaternion_from_pan_tilt_roll(3.0 * math.sin(index / 5), 0.0, 0.0))
        straight.observe(index * 8 * MS, position_m, IDENTITY)
    at_ns = 119 * 8 * MS + AHEAD_NS
    assert turning.predict(at_ns)[0] == straight.predict(at_ns)[0]


def test_prediction_does_not_depend_on_how_the_axes_lie() -> None:
    turn = quaternion_from_rotation_vector((0.4, -1.1, 0.7))
    there, turned = MotionPredictor(), MotionPredictor()
    for index in range(200):
        t_s = index / 120
        position_m = (0.05 * math.sin(3 * t_s), 0.03 * math.cos(5 * t_s), 1.5 + 0.1 * t_s)
        orientation = quaternion_from_pan_tilt_roll(20.0 * math.sin(t_s), 5.0 * t_s, 0.0)
        there.observe(index * 8 * MS, position_m, orientation)
        turned.observe(index * 8 * MS, rotate(turn, position_m), quaternion_multiply(turn, orientation))
    at_ns = 199 * 8 * MS + AHEAD_NS
    (position_m, orientation), (turned_m, turned_orientation) = there.predict(at_ns), turned.predict(at_ns)
    assert rotate(turn, position_m) == pytest.approx(turned_m, abs=1e-9)
    assert angle_deg(quaternion_multiply(turn, orientation), turned_orientation) < 1e-5


def test_the_same_samples_give_the_same_prediction() -> None:
    def sway(t_s: float) -> Vector:
        return (math.sin(t_s), math.cos(1.7 * t_s), 1.0)

    (first, at_ns), (second, _) = fed(sway, 100, 2.0), fed(sway, 100, 2.0)
    first.predict(at_ns + 20 * MS)
    assert first.predict(at_ns + AHEAD_NS) == second.predict(at_ns + AHEAD_NS)


def test_duplicates_and_late_samples_are_dropped_and_change_nothing() -> None:
    plain, disturbed = MotionPredictor(), MotionPredictor()
    for index in range(100):
        position_m = (0.004 * index, 0.0, 1.5)
        plain.observe(index * 8 * MS, position_m, IDENTITY)
        assert disturbed.observe(index * 8 * MS, position_m, IDENTITY)
        assert not disturbed.observe(index * 8 * MS, (0.004 * index + 0.001, 0.0, 1.5), IDENTITY)
        if index:
            assert not disturbed.observe((index - 1) * 8 * MS + 1, (9.0, 9.0, 9.0), IDENTITY)
    at_ns = 99 * 8 * MS + AHEAD_NS
    assert disturbed.predict(at_ns) == plain.predict(at_ns)
    assert (disturbed.accepted, disturbed.dropped) == (100, 199)


@pytest.mark.parametrize(
    ("position_m", "orientation"),
    [
        ((math.nan, 0.0, 0.0), IDENTITY),
        ((0.0, math.inf, 0.0), IDENTITY),
        ((0.0, 0.0, -1e300), IDENTITY),
        ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0)),
        ((0.0, 0.0, 0.0), (math.nan, 0.0, 0.0, 0.0)),
        ((0.0, 0.0, 0.0), (1e200, 0.0, 0.0, 0.0)),
    ],
)
def test_what_is_no_pose_is_dropped(position_m: Vector, orientation: Quaternion) -> None:
    predictor = MotionPredictor((1.0, 2.0, 3.0))
    assert not predictor.observe(0, position_m, orientation)
    assert predictor.predict(0) == ((1.0, 2.0, 3.0), IDENTITY)
    predictor.observe(8 * MS, (0.0, 0.0, 1.0), IDENTITY)
    assert not predictor.observe(16 * MS, position_m, orientation)
    assert predictor.predict(16 * MS) == ((0.0, 0.0, 1.0), IDENTITY)


def test_a_lost_source_is_held() -> None:
    predictor, newest_ns = fed(lambda t_s: (0.5 * t_s, 0.0, 1.5), 120, 2.0)
    furthest_ns = round(EVERY_CAMERA.furthest_ahead_s * 1e9)
    held = predictor.predict(newest_ns + furthest_ns)
    assert held[0][0] == pytest.approx(0.5 * (newest_ns + furthest_ns) / 1e9, abs=1e-3)
    assert predictor.predict(newest_ns + furthest_ns + 1) == held
    assert predictor.predict(newest_ns + 3_600_000 * MS) == held


def test_a_tracker_that_runs_away_is_not_overtaken() -> None:
    """At 20 m/s^2 every sample is near what was foretold, yet no camera does 12 m/s."""
    predictor, newest_ns = fed(lambda t_s: (10.0 * t_s * t_s, 0.0, 1.5), 120, 0.6)
    position_m, _ = predictor.predict(newest_ns + AHEAD_NS)
    reach = EVERY_CAMERA.position_reach
    newest_m = 10.0 * (newest_ns / 1e9) ** 2
    assert predictor.dropped == 0
    assert position_m[0] - newest_m == pytest.approx(reach.slack + 0.1 * reach.speed)


def test_a_gap_is_bridged_and_a_long_gap_starts_anew() -> None:
    predictor, newest_ns = fed(lambda t_s: (0.5 * t_s, 0.0, 1.5), 120, 2.0)
    after_ns = newest_ns + 150 * MS
    assert predictor.observe(after_ns, (0.5 * after_ns / 1e9, 0.0, 1.5), IDENTITY)
    assert predictor.predict(after_ns + AHEAD_NS)[0][0] == pytest.approx(0.5 * (after_ns / 1e9 + 0.1), abs=1e-3)
    much_later_ns = after_ns + 2_000 * MS
    assert predictor.observe(much_later_ns, (-7.0, 3.0, 2.0), IDENTITY)
    assert predictor.predict(much_later_ns + AHEAD_NS)[0] == pytest.approx((-7.0, 3.0, 2.0), abs=1e-12)


def test_a_glitch_is_ignored() -> None:
    predictor, newest_ns = fed(lambda t_s: (0.5 * t_s, 0.0, 1.5), 120, 2.0)
    before = predictor.predict(newest_ns + AHEAD_NS)
    assert not predictor.observe(newest_ns + 8 * MS, (3.0, 0.0, 0.0), IDENTITY)
    assert not predictor.observe(newest_ns + 9 * MS, (0.5 * newest_ns / 1e9, 0.0, 1.5), (0.0, 0.0, 0.0, 1.0))
    assert predictor.predict(newest_ns + AHEAD_NS) == before
    assert predictor.observe(newest_ns + 16 * MS, (0.5 * (newest_ns + 16 * MS) / 1e9, 0.0, 1.5), IDENTITY)


def test_a_teleport_is_followed_from_its_second_sample() -> None:
    predictor, newest_ns = fed(lambda t_s: (0.5 * t_s, 0.0, 1.5), 120, 2.0)
    assert not predictor.observe(newest_ns + 8 * MS, (4.0, 4.0, 1.0), IDENTITY)
    assert predictor.observe(newest_ns + 16 * MS, (4.0, 4.0, 1.0), IDENTITY)
    assert predictor.predict(newest_ns + 16 * MS + AHEAD_NS)[0] == pytest.approx((4.0, 4.0, 1.0), abs=1e-12)
    assert predictor.newest_ns == newest_ns + 16 * MS


def test_a_clock_that_was_set_back_does_not_stop_the_camera() -> None:
    predictor = MotionPredictor()
    predictor.observe(3_600_000 * MS, (0.0, 0.0, 0.0), IDENTITY)
    assert predictor.observe(8 * MS, (1.0, 0.0, 0.0), IDENTITY)
    assert predictor.predict(8 * MS)[0] == (1.0, 0.0, 0.0)


@pytest.mark.parametrize("braking_m_s2", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("rate_hz", [24, 60, 120, 240])
def test_a_dolly_stops_with_less_overshoot_than_constant_velocity(braking_m_s2: float, rate_hz: int) -> None:
    def dolly(t_s: float) -> Vector:
        braked_s = min(max(t_s - 2.0, 0.0), 0.5 / braking_m_s2)
        return (0.5 * min(t_s, 2.0) + 0.5 * braked_s - 0.5 * braking_m_s2 * braked_s**2, 0.0, 1.5)

    predictor = MotionPredictor()
    overshoot_m = by_constant_velocity_m = -1.0
    end_m = dolly(9.0)[0]
    for index in range(4 * rate_hz):
        captured_ns = round(index * 1e9 / rate_hz)
        predictor.observe(captured_ns, dolly(captured_ns / 1e9), IDENTITY)
        now_m, before_m = dolly(index / rate_hz)[0], dolly((index - 1) / rate_hz)[0]
        overshoot_m = max(overshoot_m, predictor.predict(captured_ns + AHEAD_NS)[0][0] - end_m)
        by_constant_velocity_m = max(by_constant_velocity_m, now_m + (now_m - before_m) * rate_hz * 0.1 - end_m)
    assert overshoot_m < by_constant_velocity_m


sample = st.tuples(
    st.integers(-2_000 * MS, 400 * MS),
    st.tuples(*[st.floats(allow_nan=True, allow_infinity=True) | st.floats(-3.0, 3.0)] * 3),
    st.tuples(*[st.floats(allow_nan=True, allow_infinity=True) | st.floats(-1.0, 1.0)] * 4),
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(sample, max_size=60), st.integers(-(10**12), 10**12))
def test_whatever_comes_the_prediction_is_finite_and_near_the_newest_sample(
    samples: list[tuple[int, Vector, Quaternion]], ahead_ns: int
) -> None:
    predictor = MotionPredictor()
    newest: tuple[Vector, Quaternion] = predictor.predict(0)
    now_ns = 0
    for step_ns, position_m, orientation in samples:
        now_ns += step_ns
        if predictor.observe(now_ns, position_m, orientation):
            newest = (position_m, orientation)
        predicted_m, predicted = predictor.predict(now_ns + ahead_ns)
        reach_m = EVERY_CAMERA.position_reach.slack + EVERY_CAMERA.position_reach.speed * EVERY_CAMERA.furthest_ahead_s
        assert math.dist(predicted_m, newest[0]) <= reach_m * (1 + 1e-9) + 1e-9
        assert math.hypot(*predicted) == pytest.approx(1.0, abs=1e-9)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(1, 30 * MS), st.floats(-0.04, 0.04)), min_size=1, max_size=200))
def test_a_source_that_shakes_at_any_interval_is_followed_within_reach(steps: list[tuple[int, float]]) -> None:
    predictor = MotionPredictor()
    now_ns, x_m = 0, 0.0
    for step_ns, step_m in steps:
        now_ns, x_m = now_ns + step_ns, x_m + step_m
        predictor.observe(now_ns, (x_m, -x_m, 1.0), quaternion_from_rotation_vector((0.0, 0.0, x_m)))
        predicted_m, predicted = predictor.predict(now_ns + AHEAD_NS)
        assert all(map(math.isfinite, (*predicted_m, *predicted)))
        assert math.hypot(*predicted) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("rate_hz", [24, 60, 240])
@pytest.mark.parametrize("speed_m_s", [1.0, 2.5, 8.0])
def test_a_camera_that_moves_when_its_tracking_begins_is_followed(speed_m_s: float, rate_hz: int) -> None:
    predictor, errors_m = MotionPredictor(), []
    for index in range(rate_hz):
        t_s = index / rate_hz
        predictor.observe(round(t_s * 1e9), (speed_m_s * t_s, 0.0, 1.5), IDENTITY)
        if t_s > 0.1:
            found = predictor.predict(round(t_s * 1e9) + 50 * MS)[0]
            errors_m.append(abs(found[0] - speed_m_s * (t_s + 0.05)))
    assert predictor.dropped == 0
    assert max(errors_m) < 0.05 * speed_m_s * 0.05, "a twentieth of what holding the last sample misses"


def swaying(hz: float, size_m: float) -> Callable[[float], Vector]:
    return lambda t_s: (size_m * math.sin(math.tau * hz * t_s), 0.3 * size_m * math.cos(math.tau * 0.7 * hz * t_s), 1.5)


@pytest.mark.parametrize(
    ("motion", "least_gain"), [(swaying(0.5, 0.35), 0.02), (swaying(1.5, 0.08), 0.08), (swaying(0.2, 0.5), 0.05)]
)
@pytest.mark.parametrize("rate_hz", [50, 60, 120])
def test_what_swings_is_foretold(motion: Callable[[float], Vector], least_gain: float, rate_hz: int) -> None:
    """With a good tracker's noise, one frame and a half ahead."""
    predictor, chance = MotionPredictor(), random.Random(4)
    missed, held = 0.0, 0.0
    for index in range(20 * rate_hz):
        t_s = index / rate_hz
        x, y, z = motion(t_s)
        measured = (x + chance.gauss(0, 1e-4), y + chance.gauss(0, 1e-4), z + chance.gauss(0, 1e-4))
        predictor.observe(round(t_s * 1e9), measured, IDENTITY)
        found, true = predictor.predict(round((t_s + 0.0625) * 1e9))[0], motion(t_s + 0.0625)
        if t_s > 3.0:
            missed += math.dist(found, true) ** 2
            held += math.dist(measured, true) ** 2
    assert math.sqrt(missed / held) < least_gain
