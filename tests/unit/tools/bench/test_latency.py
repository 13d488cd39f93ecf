"""The arithmetic of the latency bench: what is path, what is wait."""

from __future__ import annotations

from stage.bus.bus import Sent
from stage.files.loading import find_stage, load_stage
from stage.maths.frame_clock import FrameClock
from stage.maths.pose import IDENTITY
from stage.messages.frames import CameraState, Frame, FrameReport
from stage.messages.samples import LensState, TrackingSample, Validity
from stage.messages.topics import Record
from tests.looks import a_look
from tools.bench.latency import FrameTimes, frame_times, summary

MS = 1_000_000
LENS = LensState(20.0)


def chain(number: int, received_ns: int, drawn_ns: int, present_ns: int) -> list[Record]:
    sample = TrackingSample(
        camera="a",
        source="tracker-a",
        number=number,
        captured_ns=received_ns,
        received_ns=received_ns,
        position_m=(0, 0, 0),
        orientation=IDENTITY,
        lens=LENS,
        sender_counter=number,
    )
    camera = CameraState(
        name="a",
        validity=Validity.LIVE,
        position_m=(0, 0, 0),
        orientation=IDENTITY,
        lens=LENS,
        sensor_mm=(24.0, 13.5),
        sample_number=number,
        sender_counter=number,
        captured_ns=received_ns,
        received_ns=received_ns,
        horizon_ns=0,
    )
    decided_ns, taken_ns = drawn_ns - 3 * MS // 2, drawn_ns - MS
    frame = Frame(
        number=number,
        present_ns=present_ns,
        decided_ns=decided_ns,
        scene="courtyard",
        scene_time_s=0.0,
        outer_number=0,
        outer_scene_time_s=0.0,
        look=a_look(),
        cameras=(camera,),
    )
    return [
        sample,
        frame,
        FrameReport(
            node="node",
            number=number,
            present_ns=present_ns,
            received_ns=taken_ns,
            drawn_ns=drawn_ns,
            presented_ns=drawn_ns,
            late_ns=0,
            skipped=0,
            cpu_ns=0,
            outer_drawn=False,
        ),
    ]


def test_wait_ends_at_the_tick_one_frame_before_the_present_time() -> None:
    stage = load_stage(find_stage("two-walls"))
    clock = FrameClock(stage.rate_hz)
    present_ns = clock.present_ns(100)
    tick_ns = present_ns - clock.period_ns
    sample, frame, report = chain(7, tick_ns - 5 * MS, tick_ns + 2 * MS, present_ns)
    heard = [Sent(sample, tick_ns - 4 * MS), Sent(frame, tick_ns + MS), Sent(report, tick_ns + 3 * MS)]
    (times,) = frame_times(stage, heard)
    assert (times.wait_ns, times.total_ns) == (4 * MS, 7 * MS)
    figures = summary([times], 24.0)
    assert figures["path_ms"] == {"p50": 3.0, "p99": 3.0}
    assert figures["wait_ms"] == {"p50": 4.0, "p99": 4.0}
    assert figures["total_ms"] == {"p50": 7.0, "p99": 7.0}
    assert figures["total_frames"] == {"p50": 0.168, "p99": 0.168}
    path = ("to_bus_ms", "tick_to_decided_ms", "decided_to_render_ms", "render_ms")
    assert [figures[part] for part in path] == [{"p50": of, "p99": of} for of in (1.0, 0.5, 0.5, 1.0)]


def test_a_sample_sent_after_the_tick_has_not_waited() -> None:
    times = FrameTimes(0, sent_ns=3 * MS, tick_ns=2 * MS, decided_ns=3 * MS, taken_ns=4 * MS, drawn_ns=5 * MS)
    assert times.wait_ns == 0


def test_frames_decided_without_a_sample_that_was_there_are_counted() -> None:
    stage = load_stage(find_stage("two-walls"))
    clock = FrameClock(stage.rate_hz)
    present_ns = clock.present_ns(100)
    tick_ns = present_ns - clock.period_ns
    sample, frame, report = chain(7, tick_ns - 5 * MS, tick_ns + 2 * MS, present_ns)
    counted = []
    for newer_sent_ns in (tick_ns - 1000, tick_ns + 1000):
        newer, *_ = chain(8, tick_ns - 2 * MS, tick_ns, present_ns)
        heard = [
            Sent(sample, tick_ns - 4 * MS),
            Sent(newer, newer_sent_ns),
            Sent(frame, tick_ns),
            Sent(report, tick_ns),
        ]
        counted.append(summary(frame_times(stage, heard), 24.0)["older_samples"])
    assert counted == [1, 0]


def test_frames_without_a_fresh_sample_do_not_count() -> None:
    stage = load_stage(find_stage("two-walls"))
    _, frame, report = chain(7, 0, 0, 0)
    assert frame_times(stage, [Sent(frame, 0), Sent(report, 0)]) == []
