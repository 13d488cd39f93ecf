"""Frame reports over time: rate, latency, frames missed and late. Pure: fed with records and times.

Latency is packet in to frame presented: `FrameReport.presented_ns` minus the receipt of the newest tracking
sample the frame was decided from (the slowest camera that is live).
"""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass

import numpy as np

from stage.messages.frames import Frame, FrameReport
from stage.messages.samples import Validity
from stage.units import NS_PER_MS, NS_PER_S

RATE_WINDOW_NS = 4 * NS_PER_S
LATENCY_WINDOW_NS = 5 * NS_PER_S
RECENT_WINDOW_NS = 10 * NS_PER_S
"""Missed and late frames more recent than this raise alerts."""
HISTORY_WINDOW_NS = 60 * NS_PER_S
LATE_SHARE = 0.5
"""A frame presented later than its time by more than this fraction of a frame is late: the camera's shutter may
see the one before."""
STILL_NS = NS_PER_S
"""A node that shows nothing for this long has stopped; one that shows an occasional frame is slow."""
SILENT_PERIODS = 2
"""A gap of up to this many frame periods at the newest end does not lower the measured rate."""
FRAMES_KEPT = 512


@dataclass(frozen=True, slots=True)
class ShownFrame:
    """One reported frame. `latency_ns` is None where no camera was live; `draw_ns` is receipt to drawn."""

    presented_ns: int
    latency_ns: int | None
    draw_ns: int
    late: bool
    skipped: int


@dataclass(frozen=True, slots=True)
class Span:
    """The frames of a stretch of time. Latencies are None where no frame had a live camera."""

    shown: int
    late: int
    skipped: int
    latency_p50_ms: float | None
    latency_p99_ms: float | None
    draw_p50_ms: float | None
    draw_max_ms: float | None

    @property
    def due(self) -> int:
        """Frames that should have been shown."""
        return self.shown + self.skipped


class FrameStats:
    """The last minute of reports from every render node."""

    def __init__(self, rate_hz: float) -> None:
        self._period_ns = NS_PER_S / rate_hz
        self._receipts: OrderedDict[int, int | None] = OrderedDict()
        self._waiting: dict[tuple[int, str], FrameReport] = {}
        self._shown: dict[str, deque[ShownFrame]] = {}
        self._newest_ns: dict[str, int] = {}
        self.frames_total = 0
        self.skipped_total = 0
        self.late_total = 0

    @property
    def nodes(self) -> tuple[str, ...]:
        """The render nodes that have reported."""
        return tuple(sorted(self._shown))

    def observe_frame(self, frame: Frame) -> None:
        """Take in a decided frame and when its tracking was received. Its report may have come first."""
        live = [camera.received_ns for camera in frame.cameras if camera.validity is Validity.LIVE]
        self._receipts[frame.number] = min(live, default=None)
        while len(self._receipts) > FRAMES_KEPT:
            self._receipts.popitem(last=False)
        for number, node in [key for key in self._waiting if key[0] <= frame.number]:
            self._show(self._waiting.pop((number, node)))

    def observe_report(self, report: FrameReport) -> None:
        """Take in a node's report on a frame. It waits until the frame itself has come."""
        if report.number in self._receipts:
            self._show(report)
            return
        self._waiting[report.number, report.node] = report
        if len(self._waiting) > FRAMES_KEPT:
            self._show(self._waiting.pop(next(iter(self._waiting))))

    def forget_before(self, now_ns: int) -> None:
        """Drop what is older than a minute."""
        for shown in self._shown.values():
            while shown and shown[0].presented_ns < now_ns - HISTORY_WINDOW_NS:
                shown.popleft()

    def silent_nodes(self, now_ns: int) -> list[str]:
        """Nodes that have shown nothing for a second."""
        return [node for node in self.nodes if self._newest_ns[node] < now_ns - STILL_NS]

    def rate_hz(self, now_ns: int) -> float:
        """Frames per second on the wall over the last four seconds, of the slowest node; 0 where none reports."""
        return min((self._rate_of(shown, now_ns) for shown in self._shown.values()), default=0.0)

    def span(self, now_ns: int, window_ns: int) -> Span:
        """The frames of the last `window_ns`, of all nodes."""
        since_ns = now_ns - window_ns
        frames = [shown for node in self._shown.values() for shown in node if shown.presented_ns >= since_ns]
        latency_ms = np.array([frame.latency_ns for frame in frames if frame.latency_ns is not None]) / NS_PER_MS
        draw_ms = np.array([frame.draw_ns for frame in frames]) / NS_PER_MS
        return Span(
            shown=len(frames),
            late=sum(frame.late for frame in frames),
            skipped=sum(frame.skipped for frame in frames),
            latency_p50_ms=_percentile(latency_ms, 50),
            latency_p99_ms=_percentile(latency_ms, 99),
            draw_p50_ms=_percentile(draw_ms, 50),
            draw_max_ms=_percentile(draw_ms, 100),
        )

    def _show(self, report: FrameReport) -> None:
        received_ns = self._receipts.get(report.number)
        latency_ns = None if received_ns is None else report.presented_ns - received_ns
        late = report.late_ns > LATE_SHARE * self._period_ns
        draw_ns = report.drawn_ns - report.received_ns
        frame = ShownFrame(report.presented_ns, latency_ns, draw_ns, late, report.skipped)
        self._shown.setdefault(report.node, deque()).append(frame)
        self._newest_ns[report.node] = report.presented_ns
        self.frames_total += 1
        self.skipped_total += report.skipped
        self.late_total += late

    def _rate_of(self, shown: deque[ShownFrame], now_ns: int) -> float:
        recent = [frame.presented_ns for frame in shown if frame.presented_ns >= now_ns - RATE_WINDOW_NS]
        if len(recent) < 2:
            return 0.0
        since_first_ns = now_ns - recent[0] - SILENT_PERIODS * self._period_ns
        return (len(recent) - 1) * NS_PER_S / max(recent[-1] - recent[0], since_first_ns, 1.0)


def _percentile(values: np.ndarray[tuple[int], np.dtype[np.float64]], percent: float) -> float | None:
    return float(np.percentile(values, percent)) if len(values) else None
