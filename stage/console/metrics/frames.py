"""The frames of the walls as they are reported: counts, and how drawing and lateness are spread."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram

from stage.messages.frames import FrameReport
from stage.units import NS_PER_S

DRAWING_S = (0.001, 0.002, 0.004, 0.008, 0.012, 0.0167, 0.025, 0.0333, 0.0417, 0.0667, 0.1, 0.25, 1.0)
"""Bounds about the periods of frames at 60, 30 and 24 a second."""
LATE_S = (0.0, 0.001, 0.002, 0.004, 0.008, 0.0167, 0.0417, 0.1, 0.25, 1.0)


class FrameFigures:
    """Counts from this console's start on."""

    def __init__(self, registry: CollectorRegistry) -> None:
        node = ("node",)
        self._shown = Counter("openstage_frames_presented", "Frames on the wall", node, registry=registry)
        self._skipped = Counter("openstage_frames_skipped", "Frames that were never drawn", node, registry=registry)
        self._late = Counter("openstage_frames_late", "Frames after their time", node, registry=registry)
        self._drawing = Histogram(
            "openstage_frame_drawing_seconds", "From record to drawn", node, buckets=DRAWING_S, registry=registry
        )
        self._lateness = Histogram(
            "openstage_frame_lateness_seconds", "After the present time", node, buckets=LATE_S, registry=registry
        )

    def hear(self, report: FrameReport) -> None:
        """Count a frame."""
        self._shown.labels(report.node).inc()
        self._skipped.labels(report.node).inc(max(0, report.skipped))
        self._late.labels(report.node).inc(report.late_ns > 0)
        self._drawing.labels(report.node).observe(max(0, report.drawn_ns - report.received_ns) / NS_PER_S)
        self._lateness.labels(report.node).observe(max(0, report.late_ns) / NS_PER_S)
