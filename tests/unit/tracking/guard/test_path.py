"""Which poses are believed: fast motion whole, stray ones never, jumps once they are sure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stage.errors import PacketError
from stage.maths.pose import Pose, quaternion_from_pan_tilt_roll
from stage.units import NS_PER_S
from tracking.guard.measured import Measured
from tracking.guard.path import Path

RATE_HZ = 60.0
PERIOD_NS = round(NS_PER_S / RATE_HZ)


def measured(index: int, x: float = 0.0, pan_deg: float = 0.0, at_ns: int | None = None) -> Measured[int]:
    pose = Pose((x, -3.0, 1.6), quaternion_from_pan_tilt_roll(pan_deg, 0.0, 0.0))
    return Measured(index * PERIOD_NS if at_ns is None else at_ns, pose, index)


def believed(poses: Sequence[Measured[int]], path: Path[int] | None = None) -> list[int]:
    path = path or Path[int](RATE_HZ)
    return [one.content for pose in poses for one in path.take(pose)]


MOTIONS: dict[str, Callable[[float], tuple[float, float]]] = {
    "whip pan of 400 deg/s at its fastest": lambda t: (
        0.0,
        200.0 * (t - math.sin(2 * math.pi * t) / (2 * math.pi)),
    ),
    "a run of 4 m/s with steps": lambda t: (4.0 * t + 0.05 * math.sin(18.0 * t), 8.0 * math.sin(17.0 * t)),
    "hands": lambda t: (0.02 * math.sin(40.0 * t), 3.0 * math.sin(50.0 * t)),
    "a crane that starts at 3 m/s2": lambda t: (1.5 * max(0.0, t - 1.0) ** 2, 0.0),
    "a car at 8 m/s from the first packet on": lambda t: (8.0 * t, 0.0),
}


@pytest.mark.parametrize("motion", MOTIONS.values(), ids=list(MOTIONS))
@pytest.mark.parametrize("rate_hz", [24.0, 60.0, 240.0])
def test_fast_true_motion_passes_whole_and_at_once(
    motion: Callable[[float], tuple[float, float]], rate_hz: float
) -> None:
    path = Path[int](rate_hz)
    for index in range(round(2 * rate_hz)):
        x, pan_deg = motion(index / rate_hz)
        new = measured(index, x, pan_deg, at_ns=round(index * NS_PER_S / rate_hz))
        assert [one.content for one in path.take(new)] == [index]
    assert (path.left_out, path.jumps.count) == (0, 0)


@pytest.mark.parametrize("by", [{"x": 0.06}, {"x": -0.3}, {"x": 40.0}, {"pan_deg": 20.0}])
def test_a_single_stray_pose_is_left_out(by: dict[str, float]) -> None:
    path = Path[int](RATE_HZ)
    poses = [measured(index, x=0.005 * index) for index in range(40)]
    poses[20] = measured(20, x=0.005 * 20 + by.get("x", 0.0), pan_deg=by.get("pan_deg", 0.0))
    assert believed(poses, path) == [index for index in range(40) if index != 20]
    assert (path.left_out, path.spikes.count, path.jumps.count) == (1, 1, 0)


def test_two_stray_poses_that_do_not_agree_are_both_left_out() -> None:
    poses = [measured(index) for index in range(20)]
    poses[10], poses[11] = measured(10, x=0.9), measured(11, x=-0.9)
    assert believed(poses) == [index for index in range(20) if index not in (10, 11)]


def test_a_jump_is_believed_after_three_and_nothing_is_lost() -> None:
    path = Path[int](RATE_HZ)
    poses = [measured(index, x=2.5 if index >= 10 else 0.0) for index in range(20)]
    counts = [len(path.take(pose)) for pose in poses]
    assert counts[:9] == [1] * 9
    assert counts[10:13] == [0, 0, 3]
    assert (path.jumps.count, path.jump_m, path.left_out) == (1, 2.5, 0)


def test_a_small_jump_is_told_from_a_start() -> None:
    """Beside the path, and then as slow as before: no camera starts like that."""
    path = Path[int](RATE_HZ)
    assert believed([measured(index, x=0.15 if index >= 10 else 0.0) for index in range(20)], path) == list(range(20))
    assert path.jumps.count == 1
    kicked = Path[int](RATE_HZ)
    poses = [measured(index, x=0.05 * max(0, index - 9)) for index in range(20)]
    assert believed(poses, kicked) == list(range(20))
    assert kicked.jumps.count == 0


def test_a_packet_that_was_overtaken_is_refused() -> None:
    path = Path[int](RATE_HZ)
    for index in (0, 1, 2, 4):
        path.take(measured(index, x=0.016 * index))
    late = measured(3, x=0.016 * 3, at_ns=4 * PERIOD_NS + 50_000)
    with pytest.raises(PacketError, match="out-of-order"):
        path.take(late)


def test_packets_that_come_at_once_are_no_leaps() -> None:
    """Bursts of six each 100 ms, at a metre a second."""
    path = Path[int](RATE_HZ)
    poses = [
        measured(index, x=0.0167 * index, at_ns=(index // 6 + 1) * 6 * PERIOD_NS + index % 6) for index in range(60)
    ]
    assert believed(poses, path) == list(range(60))


def test_after_a_silence_any_place_is_believed_at_once_but_told_where_none_could_get_there() -> None:
    path = Path[int](RATE_HZ)
    path.take(measured(0))
    assert len(path.take(measured(60, x=3.0))) == 1
    assert path.jumps.count == 0
    assert len(path.take(measured(120, x=60.0))) == 1
    assert path.jumps.count == 1


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-360, 360), st.integers(0, 10**9)), max_size=60))
def test_whatever_comes_each_pose_is_believed_at_most_once_and_in_order(given_: list[tuple[float, float, int]]) -> None:
    path, at_ns, found = Path[int](RATE_HZ), 0, list[int]()
    for index, (x, pan_deg, after_ns) in enumerate(given_):
        at_ns += after_ns
        with suppress(PacketError):
            found += [one.content for one in path.take(measured(index, x, pan_deg, at_ns))]
    assert found == sorted(set(found))
