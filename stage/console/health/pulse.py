"""The line that shows whether the stage is healthy, and the figures beside it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from stage.console.health.alert_book import AlertView
from stage.console.health.alert_rules import Heard
from stage.console.health.frame_stats import HISTORY_WINDOW_NS, LATENCY_WINDOW_NS
from stage.messages.frames import Frame
from stage.model.alerts import Severity
from stage.units import NS_PER_MS, NS_PER_S

Level = Literal["good", "starting", "warning", "critical"]
"""The stage's level of health; `starting` before the first frame on the wall."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """The health bar. `remedy`: what to do; None where no action is needed. `alerts`: how many there are, `unseen`
    those that nobody has acknowledged. `frame_number`: None before the first.
    Latency is packet in to frame presented, over 5 s; `horizon_ms` how far the cameras are predicted ahead; missed and
    late frames of the last 60 s."""

    level: Level
    headline: str
    detail: str
    remedy: str | None
    alerts: int
    unseen: int
    frame_number: int | None
    rate_hz: float
    nominal_hz: float
    latency_p50_ms: float | None
    latency_p99_ms: float | None
    latency_p50_frames: float | None
    latency_p99_frames: float | None
    horizon_ms: float | None
    shown_60s: int
    skipped_60s: int
    late_60s: int
    skipped_total: int
    late_total: int
    now_ns: int


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """Half a second of the stage, for the graphs. `t_s` is on the machine's monotonic clock; `skipped` and `late`
    count frames of this half second."""

    t_s: float
    rate_hz: float
    latency_p50_ms: float | None
    latency_p99_ms: float | None
    draw_p50_ms: float | None
    draw_max_ms: float | None
    skipped: int
    late: int


def pulse_of(heard: Heard, alerts: Sequence[AlertView]) -> Pulse:
    """The health of the stage at `heard.now_ns`; `alerts` with the worst first."""
    frame = heard.inbox.newest(Frame)
    nominal_hz = heard.stage.rate_hz
    latency = heard.stats.span(heard.now_ns, LATENCY_WINDOW_NS)
    minute = heard.stats.span(heard.now_ns, HISTORY_WINDOW_NS)
    level, headline, detail, remedy = _headline(heard, frame, alerts)
    return Pulse(
        level=level,
        headline=headline,
        detail=detail,
        remedy=remedy,
        alerts=len(alerts),
        unseen=sum(alert.seen_by is None for alert in alerts),
        frame_number=frame.number if frame is not None else None,
        rate_hz=heard.stats.rate_hz(heard.now_ns),
        nominal_hz=nominal_hz,
        latency_p50_ms=latency.latency_p50_ms,
        latency_p99_ms=latency.latency_p99_ms,
        latency_p50_frames=_in_frames(latency.latency_p50_ms, nominal_hz),
        latency_p99_frames=_in_frames(latency.latency_p99_ms, nominal_hz),
        horizon_ms=_horizon_ms(frame),
        shown_60s=minute.shown,
        skipped_60s=minute.skipped,
        late_60s=minute.late,
        skipped_total=heard.stats.skipped_total,
        late_total=heard.stats.late_total,
        now_ns=heard.now_ns,
    )


def history_point(heard: Heard, window_ns: int) -> HistoryPoint:
    """The last `window_ns`, for the graphs."""
    span = heard.stats.span(heard.now_ns, window_ns)
    return HistoryPoint(
        t_s=heard.now_ns / NS_PER_S,
        rate_hz=heard.stats.rate_hz(heard.now_ns),
        latency_p50_ms=span.latency_p50_ms,
        latency_p99_ms=span.latency_p99_ms,
        draw_p50_ms=span.draw_p50_ms,
        draw_max_ms=span.draw_max_ms,
        skipped=span.skipped,
        late=span.late,
    )


def _headline(heard: Heard, frame: Frame | None, alerts: Sequence[AlertView]) -> tuple[Level, str, str, str | None]:
    worst = alerts[0] if alerts else None
    if worst is not None and worst.severity != Severity.INFO:
        level: Level = "critical" if worst.severity == Severity.CRITICAL else "warning"
        return level, worst.text, worst.detail, worst.remedy
    if frame is None or not heard.stats.nodes:
        return "starting", "STAGE STARTING", "waiting for the first frame on the wall", None
    return "good", "STAGE HEALTHY", f"{heard.stage.name}, {heard.stage.frame_rate} frames/s", None


def _horizon_ms(frame: Frame | None) -> float | None:
    horizons_ns = [camera.horizon_ns for camera in frame.cameras if camera.sample_number is not None] if frame else []
    return max(horizons_ns) / NS_PER_MS if horizons_ns else None


def _in_frames(milliseconds: float | None, rate_hz: float) -> float | None:
    return None if milliseconds is None else milliseconds * rate_hz / 1000.0
