"""From a packet's receipt to its frame drawn: the real processes, real UDP, at several frame rates.

A frame is decided at its tick (present time less the draw lead), from earlier samples. So the time from receipt to
drawn has two parts:

- wait: from publishing the sample to the tick. It depends on the tracker's phase alone; a genlocked tracker can be set
  to keep it small, a free-running one waits half its interval on average.
- path: everything else: parse, condition, encode, read, decide, bus, draw.

A published sample is in memory, where the conductor finds it at its tick; if it were late there, frames would be
decided without it. Those are counted: `older_samples`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stage.bus.bus import Sent
from stage.files.loading import load_stage
from stage.maths.arrays import Floats
from stage.maths.frame_clock import FrameClock
from stage.messages.frames import Frame, FrameReport
from stage.messages.samples import TrackingSample
from stage.model.stagefile import Stage
from stage.units import NS_PER_MS
from tools.live.live_stage import LiveStage, live_stage, offscreen_show, records_for, tracker_process, wait_for_record
from tools.sim.stage_variant import write_variant

TRACKER_HZ = 120.0
FREE_RUNNING_HZ = 119.88
"""This rate drifts through every phase of the tick in 8 s."""
GENLOCK_AHEAD_MS = 2.0
"""A genlocked tracker is set to send its packets this long before the tick."""
TOPICS = ("tracking.sample", "conductor.frame", "frame.report")
SETTLING_S = 2.0


@dataclass(frozen=True, slots=True)
class FrameTimes:
    """One drawn frame, nanoseconds: newest sample received, published, tick, frame decided, taken from the bus
    by render, and drawn. `older_sample`: a newer sample was on the bus before the tick."""

    received_ns: int
    sent_ns: int
    tick_ns: int
    decided_ns: int
    taken_ns: int
    drawn_ns: int
    older_sample: bool = False

    @property
    def wait_ns(self) -> int:
        """The sample's wait for the tick."""
        return max(0, self.tick_ns - self.sent_ns)

    @property
    def total_ns(self) -> int:
        """Packet received to frame drawn."""
        return self.drawn_ns - self.received_ns


def latency_figures(
    stage_path: Path, rates: Sequence[str] = ("24", "60"), seconds: float = 8.0
) -> dict[str, dict[str, object]]:
    """Per frame rate, tracker and driver: p50 and p99 of path, wait and total, in ms and in frames."""
    figures: dict[str, dict[str, object]] = {}
    for rate in rates:
        for tracker in ("genlocked", "free-running"):
            for null_driver in (False, True):
                name = f"{rate} Hz, {tracker}, {'null driver' if null_driver else 'drawn'}"
                figures[name] = _measured(stage_path, rate, tracker == "genlocked", null_driver, seconds)
    return figures


def _measured(stage_path: Path, rate: str, genlocked: bool, null_driver: bool, seconds: float) -> dict[str, object]:
    packets_hz = TRACKER_HZ if genlocked else FREE_RUNNING_HZ
    phase_ms = 1000.0 / packets_hz - GENLOCK_AHEAD_MS if genlocked else 0.0
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
        path = write_variant(stage_path, Path(folder), frame_rate=rate, source_rate_hz=packets_hz)
        stage = load_stage(path)
        options = ("--motion", "handheld", "--phase-ms", f"{phase_ms:.6f}")
        trackers = [tracker_process(path, source.name, *options) for source in stage.sources]
        with live_stage(path, (*offscreen_show(null_driver), *trackers)) as live:
            heard = _heard(live, seconds)
    return summary(frame_times(stage, heard), float(stage.rate_hz))


def _heard(live: LiveStage, seconds: float) -> list[Sent]:
    subscriber = live.bus.subscriber(*TOPICS)
    wait_for_record(live, subscriber, FrameReport)
    records_for(live, subscriber, SETTLING_S)
    heard = records_for(live, subscriber, seconds)
    subscriber.close()
    return heard


def frame_times(stage: Stage, heard: Sequence[Sent]) -> list[FrameTimes]:
    """The times of every frame that was decided from a new sample of the first camera and drawn."""
    clock = FrameClock(stage.rate_hz)
    lead_ms = stage.timing.draw_lead_ms
    lead_ns = clock.period_ns if lead_ms is None else round(lead_ms * NS_PER_MS)
    camera = stage.cameras[0].name
    samples = {r.number: sent_ns for r, sent_ns in heard if isinstance(r, TrackingSample) and r.camera == camera}
    frames = {record.number: record for record, _ in heard if isinstance(record, Frame)}
    times = []
    for report in (record for record, _ in heard if isinstance(record, FrameReport)):
        frame = frames.get(report.number)
        newest = frame.cameras[0].sample_number if frame else None
        sent_ns = samples.get(newest) if newest is not None else None
        if frame and newest is not None and sent_ns is not None:
            tick_ns = frame.present_ns - lead_ns
            received_ns = frame.cameras[0].received_ns
            older = samples.get(newest + 1, tick_ns) < tick_ns
            stamps = (received_ns, sent_ns, tick_ns, frame.decided_ns, report.received_ns, report.drawn_ns)
            times.append(FrameTimes(*stamps, older))
    return times


def summary(times: Sequence[FrameTimes], rate_hz: float) -> dict[str, object]:
    """p50 and p99 in milliseconds: of path, wait and total (also in frames), and of the parts of the path."""
    total_ms = _ms([each.total_ns for each in times])
    wait_ms = _ms([each.wait_ns for each in times])
    parts = {
        "path_ms": total_ms - wait_ms,
        "wait_ms": wait_ms,
        "total_ms": total_ms,
        "total_frames": total_ms * rate_hz / 1000.0,
        "to_bus_ms": _ms([each.sent_ns - each.received_ns for each in times]),
        "tick_to_decided_ms": _ms([each.decided_ns - each.tick_ns for each in times]),
        "decided_to_render_ms": _ms([each.taken_ns - each.decided_ns for each in times]),
        "render_ms": _ms([each.drawn_ns - each.taken_ns for each in times]),
    }
    older = sum(each.older_sample for each in times)
    return {
        "frames": len(times),
        "older_samples": older,
        **{name: _percentiles(values) for name, values in parts.items()},
    }


def _ms(spans_ns: Sequence[int]) -> Floats:
    return np.array(spans_ns, np.float64) / NS_PER_MS


def _percentiles(values: Floats) -> dict[str, float]:
    if not len(values):
        return {"p50": float("nan"), "p99": float("nan")}
    return {"p50": float(np.percentile(values, 50)), "p99": float(np.percentile(values, 99))}
