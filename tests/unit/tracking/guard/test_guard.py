"""What is wrong with a source, in the words of its cause."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from stage.errors import PacketError
from stage.maths.pose import Pose, quaternion_from_pan_tilt_roll
from stage.model.alerts import ALERTS
from stage.units import NS_PER_S
from tracking.guard.guard import Guard

RATE_HZ = 60
Motion = Callable[[float], tuple[float, float]]
"""Seconds to metres along x and degrees of pan."""


def fed(
    motion: Motion, seconds: float, noise_m: float = 0.0, guard: Guard[None] | None = None, from_s: float = 0.0
) -> Guard[None]:
    guard, chance = guard or Guard[None](RATE_HZ), random.Random(1)
    for index in range(round(from_s * RATE_HZ), round((from_s + seconds) * RATE_HZ)):
        x, pan_deg = motion(index / RATE_HZ)
        pose = Pose((x + chance.gauss(0.0, noise_m), -3.0, 1.6), quaternion_from_pan_tilt_roll(pan_deg, 0.0, 0.0))
        guard.believed(guard.arrived(pose, "10.0.0.1", round(index * NS_PER_S / RATE_HZ), None))
    return guard


def codes(guard: Guard[None], at_s: float) -> list[str]:
    return [fault.code for fault in guard.faults(round(at_s * NS_PER_S))]


def still(t: float) -> tuple[float, float]:
    return (1.0, 10.0)


def test_an_encoder_head_that_stands_still_is_not_frozen() -> None:
    """It sends the same bytes for hours."""
    assert codes(fed(still, 20.0), 20.0) == []


def test_an_encoder_head_that_pans_and_slows_down_to_a_stop_is_not_frozen() -> None:
    guard = fed(lambda t: (1.0, 10.0 + min(t, 2.0) * 20.0 - 5.0 * min(t, 2.0) ** 2), 6.0)
    assert codes(guard, 6.0) == []


def test_a_tracker_that_trembled_and_trembles_no_more_is_frozen() -> None:
    guard = fed(still, 3.0, noise_m=0.0001)
    assert codes(guard, 3.0) == []
    fed(still, 0.8, guard=guard, from_s=3.0)
    (fault,) = guard.faults(round(3.8 * NS_PER_S))
    assert fault.code == "source-frozen"
    assert "the same pose for 1 s" in fault.detail
    fed(still, 0.1, noise_m=0.0001, guard=guard, from_s=3.8)
    assert codes(guard, 3.9) == []


def test_a_tracker_that_stops_dead_at_speed_is_frozen_whatever_it_was_before() -> None:
    guard = fed(lambda t: (0.8 * min(t, 2.0), 10.0), 3.0)
    assert codes(guard, 3.0) == ["source-frozen"]


def test_poses_that_are_sent_twice_are_not_frozen() -> None:
    guard = fed(lambda t: (0.5 * (int(t * 25) / 25), 10.0), 4.0)
    assert codes(guard, 4.0) == []


def test_what_is_frozen_and_then_silent_is_silent() -> None:
    guard = fed(lambda t: (0.8 * min(t, 2.0), 10.0), 3.0)
    assert codes(guard, 5.0) == []


def test_the_first_sender_is_followed_until_it_is_silent() -> None:
    guard = fed(still, 1.0)
    pose = Pose((3.0, -3.0, 1.6))
    for index in range(5):
        with pytest.raises(PacketError, match=r"10\.0\.0\.2 sends as well; 10\.0\.0\.1 is followed"):
            guard.arrived(pose, "10.0.0.2", NS_PER_S + index, None)
    assert codes(guard, 1.1) == ["source-two-senders"]
    guard.arrived(pose, "10.0.0.2", 2 * NS_PER_S, None)
    with pytest.raises(PacketError, match=r"10\.0\.0\.1 sends as well"):
        guard.arrived(pose, "10.0.0.1", 2 * NS_PER_S + 1, None)


def test_two_devices_of_one_address_are_told_by_their_places() -> None:
    guard = fed(lambda t: (2.0 * (round(t * RATE_HZ) % 2), 10.0), 2.0)
    assert "source-two-senders" in codes(guard, 2.0)
    assert "2.00 m apart" in guard.faults(2 * NS_PER_S)[0].detail


def test_a_creeping_origin_is_told_and_a_dolly_is_not() -> None:
    assert codes(fed(lambda t: (1.0 + 0.0015 * t, 10.0), 12.0, noise_m=0.00005), 12.0) == ["source-drifts"]
    assert codes(fed(lambda t: (1.0 + 0.02 * t, 10.0), 12.0, noise_m=0.00005), 12.0) == []
    assert codes(fed(still, 12.0, noise_m=0.00005), 12.0) == []


def test_no_position_and_no_number() -> None:
    guard = Guard[None](RATE_HZ)
    for bad in (float("nan"), float("inf")):
        with pytest.raises(PacketError, match="not-finite"):
            guard.arrived(Pose((0.0, bad, 0.0)), "a", 0, None)
    guard.believed(guard.arrived(Pose(), "a", 0, None))
    assert codes(guard, 0.0) == ["source-no-position"]


def test_every_fault_is_a_row_of_the_table_of_alerts_and_goes_by() -> None:
    guard = fed(lambda t: (2.0 if 1.0 < t < 1.02 else 1.0, 10.0), 2.0)
    assert codes(guard, 2.0) == ["source-spikes"]
    assert set(codes(guard, 2.0)) <= set(ALERTS)
    assert codes(guard, 9.0) == []
