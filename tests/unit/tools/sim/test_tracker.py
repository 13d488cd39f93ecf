"""The simulated tracker's bytes, moments and noise, read back with the product's own conditioning elsewhere
(tests/unit/tracking/test_conditioning.py) and with plain arithmetic here."""

from __future__ import annotations

import io
import json
import math
import socket
from fractions import Fraction

import pytest

from stage.clock import ManualClock
from stage.errors import InputError
from stage.maths.frame_clock import FrameClock
from stage.maths.pose import Pose, quaternion_from_pan_tilt_roll
from stage.model.sources.freed import FreedSource
from tools.sim.faults import Faults
from tools.sim.motion import Still, motion_named
from tools.sim.sender import run
from tools.sim.tracker import SimulatedTracker, TrackerSettings
from tools.sim.wire.freed import user_field
from tracking.protocols.freed import decode

QUIET = {"noise_mm": 0.0, "noise_deg": 0.0}


def quiet(**settings: object) -> SimulatedTracker:
    return SimulatedTracker(TrackerSettings(**(QUIET | settings)))  # type: ignore[arg-type]


def test_a_pose_becomes_the_device_values_of_the_specification() -> None:
    """FreeD pan is positive to the right, stage pan to the left; millimetres; pan 30, tilt 10, roll 5."""
    pose = Pose((1.5, -2.75, 1.8), quaternion_from_pan_tilt_roll(-30.0, 10.0, 5.0))
    packet = decode(quiet(motion=Still(pose), camera_id=4, zoom_raw=1365, focus_raw=4095).packet(3)[1])
    assert (packet.pan_deg, packet.tilt_deg, packet.roll_deg) == pytest.approx((30.0, 10.0, 5.0), abs=1e-9)
    assert packet[4:] == (1500.0, -2750.0, 1800.0, 1365, 4095, 3, True)
    assert packet.camera_id == 4


def test_packet_is_a_pure_function_of_its_number() -> None:
    settings = TrackerSettings(motion=motion_named("handheld", seed=1), seed=5)
    forwards = [SimulatedTracker(settings).packet(n) for n in range(20)]
    tracker = SimulatedTracker(settings)
    assert [tracker.packet(n) for n in reversed(range(20))] == forwards[::-1]
    assert list(tracker.packets(20)) == forwards


@pytest.mark.parametrize("rate_hz", [Fraction(24000, 1001), Fraction(60), Fraction(240)])
@pytest.mark.parametrize("phase_ms", [0.0, 2.5])
def test_packets_leave_at_a_fixed_phase_to_the_frame_clock(rate_hz: Fraction, phase_ms: float) -> None:
    epoch_ns = 987_654_321_012
    tracker, clock = quiet(rate_hz=rate_hz, phase_ms=phase_ms, epoch_ns=epoch_ns), FrameClock(rate_hz)
    first = tracker.sent_ns(0)
    assert 0 <= first - epoch_ns <= clock.period_ns + 1
    for n in (0, 1, 1000, 10**7):
        moment_ns = tracker.sent_ns(n) - round(phase_ms * 1e6)
        assert clock.present_ns(clock.number_at(moment_ns)) == moment_ns
    assert tracker.count_in(10.0) == round(10 * rate_hz)


def test_noise_is_that_of_a_good_tracker_and_seeded() -> None:
    count = 4000
    packets = [decode(SimulatedTracker(TrackerSettings(seed=2)).packet(n)[1]) for n in range(count)]
    for field, sigma, mean in (
        ("x_mm", 0.1, 0.0),
        ("y_mm", 0.1, -3500.0),
        ("z_mm", 0.1, 1600.0),
        ("pan_deg", 0.005, 0.0),
        ("tilt_deg", 0.005, 0.0),
        ("roll_deg", 0.005, 0.0),
    ):
        values = [getattr(packet, field) for packet in packets]
        average = sum(values) / count
        assert average == pytest.approx(mean, abs=5 * sigma / math.sqrt(count))
        assert math.sqrt(sum((v - average) ** 2 for v in values) / count) == pytest.approx(sigma, rel=0.06)
    assert decode(SimulatedTracker(TrackerSettings(seed=3)).packet(0)[1]) != packets[0]


def test_the_pupil_follows_the_motion_where_the_rig_is_given() -> None:
    """A tracked point 0.2 m over and 0.1 m behind the pupil."""
    tracker = quiet(motion=motion_named("crane"), tracker_from_pupil=Pose((0.0, 0.1, -0.2)))
    for n in (0, 30, 77):
        t_s = tracker.sent_ns(n) / 1e9
        assert tracker.true_pupil(n) == motion_named("crane").pose_at(t_s)
        tracked = tracker.true_pose(n)
        assert tracked.transform((0.0, 0.1, -0.2)) == pytest.approx(tracker.true_pupil(n).position_m, abs=1e-12)
        told = decode(tracker.packet(n)[1])
        assert (told.x_mm, told.y_mm, told.z_mm) == pytest.approx(
            tuple(1000 * value for value in tracked.position_m), abs=0.5 / 64 + 1e-9
        )


def test_a_slow_device_reports_where_the_camera_was() -> None:
    now, late = quiet(motion=motion_named("dolly")), quiet(motion=motion_named("dolly"), captured_ms_before=100.0)
    assert now.true_pose(20).position_m[0] - late.true_pose(20).position_m[0] == pytest.approx(0.05, abs=1e-9)


def test_user_field_counts_as_the_source_reads_it() -> None:
    assert [user_field(n, "user-16") for n in (0, 65_535, 65_536)] == [0, 65_535, 0]
    assert [user_field(n, "sony-mod-16") >> 12 for n in (0, 15, 16)] == [0, 15, 0]
    sony = quiet(source=FreedSource(name="a", counter="sony-mod-16"))
    assert decode(sony.packet(18)[1]).user >> 12 == 2


def test_run_sends_every_packet_and_writes_the_truth() -> None:
    truth, clock = io.StringIO(), ManualClock(5_000_000_000)
    tracker = quiet(motion=motion_named("dolly"), epoch_ns=5_000_000_000, rate_hz=Fraction(50), seed=9)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(100.0)
        address = receiver.getsockname()
        sent = run(tracker, address, clock, seconds=0.2, truth=truth, motion_name="dolly")
        came = [receiver.recv(100) for _ in range(sent)]
    assert sent == 10
    assert came == [datagram for _, datagram in tracker.packets(10)]
    assert clock.now_ns() == tracker.sent_ns(9)
    header, *lines = [json.loads(line) for line in truth.getvalue().splitlines()]
    assert header == {
        "motion": "dolly",
        "seed": 9,
        "rate_hz": "50",
        "epoch_ns": 5_000_000_000,
        "phase_ms": 0.0,
        "camera_id": 1,
    }
    assert [line["n"] for line in lines] == list(range(10))
    assert lines[4]["sent_ns"] == tracker.sent_ns(4)
    assert tuple(lines[4]["position_m"]) == tracker.true_pose(4).position_m
    assert tuple(lines[4]["orientation"]) == tracker.true_pose(4).orientation


def test_a_tracker_that_is_switched_on_late_does_not_send_what_was_due_before() -> None:
    truth, tracker = io.StringIO(), quiet(epoch_ns=0, rate_hz=Fraction(50))
    clock = ManualClock(tracker.sent_ns(100) + 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(100.0)
        sent = run(tracker, receiver.getsockname(), clock, seconds=0.1, truth=truth, late=True)
        came = [receiver.recv(100) for _ in range(sent)]
    assert came == [tracker.packet(n)[1] for n in range(101, 106)]
    assert [json.loads(line)["n"] for line in truth.getvalue().splitlines()[1:]] == list(range(101, 106))


def test_run_with_faults_and_without_a_receiver() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = probe.getsockname()
    assert run(quiet(), nobody, ManualClock(), seconds=1.0, faults=Faults(loss=1.0)) == 0
    assert run(quiet(), nobody, ManualClock(), seconds=1.0, faults=Faults(duplicate=1.0)) == 120
    assert run(quiet(), nobody, ManualClock(), stopping=lambda: True) == 0


def test_an_address_that_cannot_be_sent_to_says_so() -> None:
    with pytest.raises(InputError, match="cannot be sent to"):
        run(quiet(), ("x" * 70, 4), ManualClock(), seconds=0.1)
    with pytest.raises(InputError, match="HOST:PORT"):
        run(quiet(), ("127.0.0.1", 70_000), ManualClock(), seconds=0.1)
