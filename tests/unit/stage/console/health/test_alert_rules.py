"""Every state of sources, frames and processes, and what the operator is told of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stage.bus.inbox import Inbox
from stage.console.health.alert_rules import RESTART_SHOWN_NS, START_GRACE_NS, Heard, Symptom, symptoms
from stage.console.health.frame_stats import FrameStats
from stage.messages.control import Phase
from stage.messages.frames import CameraForecast, CameraMargin
from stage.messages.lights import LightsState
from stage.messages.samples import Validity
from stage.messages.takes import RecorderState
from stage.messages.topics import Record
from stage.model.alerts import ALERTS
from stage.units import NS_PER_S
from tests.unit.stage.console.world import CAMERA, HEALTH, PERIOD_NS, PROCESS, RATE_HZ, STAGE, frame, present_ns, report

NOW_NS = present_ns(24 * 60)
LATER_NS = NOW_NS + 4 * NS_PER_S
"""Longer than any topic may be silent."""


def heard(
    *records: Record,
    frames: range = range(24 * 30, 24 * 60 + 1),
    now_ns: int = NOW_NS,
    late_ns: int = 0,
    skipped: int = 0,
) -> Heard:
    """Half a minute of healthy frames up to now, then the records given."""
    inbox, stats = Inbox(), FrameStats(RATE_HZ)
    for number in frames:
        for record in (frame(number), report(number, late_ns=late_ns, skipped=skipped)):
            inbox.put((record,), present_ns(number))
        stats.observe_frame(frame(number))
        stats.observe_report(report(number, late_ns=late_ns, skipped=skipped))
    inbox.put((HEALTH, PROCESS), NOW_NS)
    inbox.put(records, NOW_NS)
    return Heard(STAGE, inbox, stats, 0, now_ns)


FORECAST = CameraForecast(
    camera="a", frames=24, horizon_ms=42.0, missed_mm=0.4, held_mm=12.0, missed_deg=0.02, held_deg=0.5,
    position="blended", rotation="blended",
)  # fmt: skip


def silence(now_ns: int) -> Heard:
    """Nothing has ever been heard."""
    return Heard(STAGE, Inbox(), FrameStats(RATE_HZ), 0, now_ns)


def codes(of: Heard) -> list[tuple[str, str]]:
    return [(symptom.code, symptom.subject) for symptom in symptoms(of)]


def test_a_healthy_stage_needs_nobody() -> None:
    assert symptoms(heard()) == []


def test_every_code_that_a_rule_can_raise_has_its_words() -> None:
    told = {
        code
        for state in (
            heard(replace(HEALTH, validity=Validity.LOST)),
            heard(replace(HEALTH, validity=Validity.STALE, warning="units look like millimetres")),
            heard(frame(24 * 60 + 1, [replace(CAMERA, sample_number=None)])),
            heard(CameraMargin("a", 1440, 3, 1.84, 72.0)),
            heard(replace(FORECAST, position="held")),
            heard(now_ns=LATER_NS),
            heard(skipped=1),
            heard(late_ns=PERIOD_NS),
            heard(frames=range(0, 24 * 60 + 1, 3)),
            *(heard(replace(PROCESS, role=role, state=phase)) for role in ("render", "witness") for phase in Phase),
            heard(replace(PROCESS, restarts=1, since_ns=NOW_NS)),
            silence(START_GRACE_NS + 1),
        )
        for code, _ in codes(state)
    }
    assert told - set(ALERTS) == set()
    assert len(told) == 14


def test_nothing_heard_is_no_alert_while_the_stage_starts() -> None:
    assert codes(silence(START_GRACE_NS)) == []
    assert codes(silence(START_GRACE_NS + 1)) == [("source-lost", "mars"), ("no-frames", "conductor")]


@pytest.mark.parametrize(
    ("validity", "told"),
    [
        (Validity.LIVE, []),
        (Validity.STALE, [("source-stale", "mars")]),
        (Validity.LOST, [("source-lost", "mars")]),
    ],
)
def test_each_state_of_a_source(validity: Validity, told: list[tuple[str, str]]) -> None:
    assert codes(heard(replace(HEALTH, validity=validity))) == told


def test_a_lost_source_says_where_packets_are_awaited_and_whence_they_came() -> None:
    (symptom,) = symptoms(heard(replace(HEALTH, validity=Validity.LOST)))
    assert "freed 127.0.0.1:40000" in symptom.detail
    assert "192.168.10.21:50123" in symptom.detail


def test_a_stale_source_says_its_rate() -> None:
    assert symptoms(heard(replace(HEALTH, validity=Validity.STALE, rate_hz=12.34))) == [
        Symptom("source-stale", "mars", "12.3 of 60 packets/s")
    ]


def test_the_tracking_process_silent_loses_its_sources() -> None:
    quiet = [symptom for symptom in symptoms(heard(now_ns=LATER_NS)) if symptom.code == "source-lost"]
    assert quiet == [Symptom("source-lost", "mars", "the tracking process no longer reports it")]


def test_a_warning_of_the_tracking_process_is_passed_on() -> None:
    assert symptoms(heard(replace(HEALTH, warning="positions look like mm"))) == [
        Symptom("source-warning", "mars", "positions look like mm")
    ]


def test_a_camera_that_its_live_source_never_reaches() -> None:
    untracked = frame(24 * 60 + 1, [replace(CAMERA, sample_number=None, validity=Validity.LOST)])
    assert codes(heard(untracked)) == [("camera-untracked", "a")]
    assert codes(heard(untracked, replace(HEALTH, validity=Validity.LOST))) == [("source-lost", "mars")]


def test_a_picture_that_was_not_covered_is_told_with_its_figures() -> None:
    missed = CameraMargin("a", 1440, 3, 1.84, 72.0)
    assert symptoms(heard(missed)) == [Symptom("margin-missed", "a", "by up to 1.8 deg in 3 frames of the last minute")]
    assert symptoms(heard(replace(missed, missed=0))) == []


def test_a_camera_that_is_predicted_in_a_simpler_way_is_told() -> None:
    assert symptoms(heard(FORECAST)) == []
    told = symptoms(heard(replace(FORECAST, position="voted", rotation="held")))
    assert [(symptom.code, symptom.subject) for symptom in told] == [("forecast-simpler", "a")]
    assert told[0].detail == (
        "position by its steadiest forecasters alone; rotation not at all: the newest sample is held"
    )
    old = heard(replace(FORECAST, rotation="held"), now_ns=LATER_NS)
    assert "forecast-simpler" not in [code for code, _ in codes(old)]


def test_a_silent_conductor_stops_the_clock_and_is_told_once() -> None:
    told = codes(heard(now_ns=LATER_NS))
    assert ("no-frames", "conductor") in told
    assert not [code for code, _ in told if code in ("wall-still", "rate-low", "frames-skipped", "frames-late")]


def test_frames_without_reports_are_a_still_wall() -> None:
    state = heard(now_ns=NOW_NS + NS_PER_S + 1)
    state.inbox.put((frame(24 * 61), HEALTH), state.now_ns)
    assert codes(state) == [("wall-still", "render")]


def test_a_wall_that_moves_now_and_then_is_slow_and_not_still() -> None:
    state = heard(frames=range(0, 24 * 60 + 1, 20), now_ns=NOW_NS)
    state.inbox.put((frame(24 * 60 + 1),), NOW_NS)
    assert codes(state) == [("rate-low", "wall")]
    never = Heard(STAGE, heard().inbox, FrameStats(RATE_HZ), 0, NOW_NS)
    assert codes(never) == [("wall-still", "render")]


def test_missed_frames_are_told_with_their_share() -> None:
    state = heard()
    state.stats.observe_frame(frame(24 * 60 + 1))
    state.stats.observe_report(report(24 * 60 + 1, skipped=3))
    assert symptoms(state) == [Symptom("frames-skipped", "wall", "3 of 245 in the last 10 s")]


def test_late_frames_are_told() -> None:
    assert codes(heard(late_ns=PERIOD_NS)) == [("frames-late", "wall")]


def test_a_wall_that_cannot_keep_up_is_told_as_that_and_not_as_missed_frames() -> None:
    state = heard(frames=range(0, 24 * 60 + 1, 2), skipped=1)
    assert symptoms(state) == [Symptom("rate-low", "wall", "12.0 of 24 frames/s")]


@pytest.mark.parametrize(
    ("phase", "told"),
    [
        (Phase.STOPPED, None),
        (Phase.STARTING, None),
        (Phase.RUNNING, None),
        (Phase.RESTARTING, "process-down"),
        (Phase.STOPPING, None),
        (Phase.FAILED, "process-failed"),
    ],
)
def test_each_phase_of_a_process_the_show_needs(phase: Phase, told: str | None) -> None:
    state = heard(replace(PROCESS, state=phase, reason="killed by signal 9"))
    assert symptoms(state) == ([Symptom(told, "render", "killed by signal 9")] if told else [])


def test_a_helper_that_is_down_is_a_warning_only() -> None:
    assert codes(heard(replace(PROCESS, role="witness", state=Phase.RESTARTING))) == [("helper-down", "witness")]


def test_every_phase_of_the_manager_is_tested_above() -> None:
    assert len(Phase) == 6


@pytest.mark.parametrize(("restarts", "words"), [(1, "once so far"), (3, "3 times so far")])
def test_a_restart_is_told_with_its_reason_for_half_a_minute(restarts: int, words: str) -> None:
    back = replace(PROCESS, restarts=restarts, since_ns=NOW_NS - RESTART_SHOWN_NS + 1, reason="killed by signal 9")
    assert symptoms(heard(back)) == [Symptom("process-restarted", "render", f"killed by signal 9; {words}")]
    assert symptoms(heard(replace(back, since_ns=NOW_NS - RESTART_SHOWN_NS))) == []


def test_lamps_that_are_not_reached_are_told_with_the_reason() -> None:
    state = LightsState(
        fixtures=(),
        protocol="sacn",
        released=False,
        desk=(),
        desk_name="",
        rate_hz=0.0,
        lag_frames=0,
        packets=0,
        error="cannot send to 10.0.0.9: Network is unreachable",
    )
    assert symptoms(heard(state)) == [Symptom("lights-silent", "lights", state.error)]
    assert symptoms(heard(replace(state, error=""))) == []


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({}, []),
        ({"problem": "disk: No space left"}, [Symptom("take-not-kept", "2026-11-30/12A_t001", "disk: No space left")]),
        ({"lost": 3}, [Symptom("take-frames-lost", "2026-11-30/12A_t001", "3 so far")]),
        ({"minutes_left": 12.4}, [Symptom("takes-room", "takes", "12 minutes of recording left")]),
    ],
)
def test_takes_that_are_not_kept_are_told(state: dict[str, Any], expected: list[Symptom]) -> None:
    given = {"problem": None, "lost": 0, "minutes_left": 500.0, **state}
    record = RecorderState(take="2026-11-30/12A_t001", seconds=3.0, bytes=9, folder="takes", sent_ns=0, **given)
    assert symptoms(heard(record)) == expected
