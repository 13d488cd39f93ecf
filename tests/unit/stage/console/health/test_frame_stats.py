"""Rate, latency, missed and late frames out of frames and their reports."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stage.console.health.frame_stats import FRAMES_KEPT, FrameStats
from stage.messages.samples import Validity
from stage.units import NS_PER_MS, NS_PER_S
from tests.unit.stage.console.world import CAMERA, PERIOD_NS, RATE_HZ, frame, present_ns, report

FIVE_S_NS = 5 * NS_PER_S


def run(numbers: range, node: str = "render", late_ns: int = 0, skipped: int = 0) -> FrameStats:
    """The stats of frames that were all reported."""
    stats = FrameStats(RATE_HZ)
    for number in numbers:
        stats.observe_frame(frame(number))
        stats.observe_report(report(number, node, late_ns, skipped))
    return stats


def test_latency_is_packet_in_to_frame_presented() -> None:
    stats = run(range(100, 220), late_ns=3 * NS_PER_MS)
    span = stats.span(present_ns(220), FIVE_S_NS)
    assert span.latency_p50_ms == pytest.approx(23.0)
    assert span.latency_p99_ms == pytest.approx(23.0)
    assert span.draw_p50_ms == pytest.approx(9.0)
    assert span.draw_max_ms == pytest.approx(9.0)


def test_the_slowest_live_camera_counts_and_lost_ones_do_not() -> None:
    due_ns = present_ns(10)
    cameras = [
        replace(CAMERA, received_ns=due_ns - 15 * NS_PER_MS),
        replace(CAMERA, name="b", received_ns=due_ns - 40 * NS_PER_MS),
        replace(CAMERA, name="c", received_ns=due_ns - NS_PER_S, validity=Validity.STALE),
    ]
    stats = FrameStats(RATE_HZ)
    stats.observe_frame(frame(10, cameras))
    stats.observe_report(report(10))
    assert stats.span(due_ns, FIVE_S_NS).latency_p50_ms == pytest.approx(40.0)


def test_without_a_live_camera_there_is_no_latency_but_frames_count() -> None:
    stats = FrameStats(RATE_HZ)
    stats.observe_frame(frame(10, [replace(CAMERA, validity=Validity.LOST)]))
    stats.observe_report(report(10))
    span = stats.span(present_ns(10), FIVE_S_NS)
    assert (span.shown, span.latency_p50_ms, span.latency_p99_ms) == (1, None, None)


def test_a_report_that_overtakes_its_frame_waits_for_it() -> None:
    stats = FrameStats(RATE_HZ)
    stats.observe_report(report(10))
    assert stats.span(present_ns(10), FIVE_S_NS).shown == 0
    stats.observe_frame(frame(10))
    assert stats.span(present_ns(10), FIVE_S_NS).latency_p50_ms == pytest.approx(20.0)


def test_reports_whose_frames_never_come_are_counted_without_latency() -> None:
    stats = FrameStats(RATE_HZ)
    stats.observe_report(report(9))
    stats.observe_frame(frame(10))
    span = stats.span(present_ns(10), FIVE_S_NS)
    assert (span.shown, span.latency_p50_ms) == (1, None)
    for number in range(1000, 1000 + 2 * FRAMES_KEPT):
        stats.observe_report(report(number))
    assert stats.frames_total >= FRAMES_KEPT


@pytest.mark.parametrize(("late_ns", "late"), [(0, 0), (PERIOD_NS // 2 - 1, 0), (PERIOD_NS // 2 + 1, 24)])
def test_late_means_half_a_frame(late_ns: int, late: int) -> None:
    stats = run(range(24), late_ns=late_ns)
    assert stats.span(present_ns(25), FIVE_S_NS).late == late
    assert stats.late_total == late


def test_skipped_frames_are_summed_and_were_due() -> None:
    stats = run(range(10), skipped=1)
    span = stats.span(present_ns(10), FIVE_S_NS)
    assert (span.shown, span.skipped, span.due) == (10, 10, 20)
    assert stats.skipped_total == 10


def test_rate_at_full_speed_and_at_half() -> None:
    assert run(range(240)).rate_hz(present_ns(240)) == pytest.approx(24.0)
    assert run(range(0, 240, 2)).rate_hz(present_ns(240)) == pytest.approx(12.0)


def test_rate_falls_when_frames_stop_and_ends_at_zero() -> None:
    stats = run(range(240))
    after_1_s, after_2_s = (stats.rate_hz(present_ns(239) + seconds * NS_PER_S) for seconds in (1, 2))
    assert 24.0 > after_1_s > after_2_s > 0.0
    assert stats.rate_hz(present_ns(239) + FIVE_S_NS) == 0.0


def test_the_rate_of_the_wall_is_its_slowest_nodes() -> None:
    stats = run(range(240), node="left")
    for number in range(0, 240, 3):
        stats.observe_report(report(number, "right"))
    assert stats.nodes == ("left", "right")
    assert stats.rate_hz(present_ns(240)) == pytest.approx(8.0, rel=0.02)


def test_only_a_minute_is_kept() -> None:
    stats = run(range(24 * 100))
    now_ns = present_ns(24 * 100)
    stats.forget_before(now_ns)
    assert stats.span(now_ns, 1000 * NS_PER_S).shown == 24 * 60
    assert stats.frames_total == 24 * 100
