"""Whether the running stage is healthy, from the records on its bus over a short time. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from stage.messages.control import AlertState, Heartbeat, LoopReport, ProcessState
from stage.messages.frames import CameraForecast, Frame, FrameReport
from stage.messages.samples import SendState, SourceHealth, Validity
from stage.messages.topics import Record
from stage.units import NS_PER_MS, NS_PER_S

LOWEST_RATE = 0.9
"""Share of the frames decided: a stage that draws fewer is not healthy."""


@dataclass(frozen=True, slots=True)
class StageHealth:
    """`frame_rate_hz` and the counts are of the observed window; `latency_ms` is the median time from a sample's
    receipt to its frame drawn (None without samples); `problems` is empty on a healthy stage;
    `forecasts`: how well cameras were predicted; `refused`: by process, what it could not use of all that came from
    outside, and the last reason."""

    processes: tuple[ProcessState, ...]
    sources: tuple[SourceHealth, ...]
    sends: tuple[SendState, ...]
    frame_rate_hz: float
    latency_ms: float | None
    skipped: int
    missed_ticks: int
    alerts: tuple[AlertState, ...]
    problems: tuple[str, ...]
    refused: dict[str, tuple[int, str]]
    forecasts: tuple[CameraForecast, ...] = ()


def stage_health(records: Sequence[Record]) -> StageHealth:
    """The health from the records of about a second."""
    processes = tuple({r.role: r for r in records if isinstance(r, ProcessState)}.values())
    sources = tuple({r.source: r for r in records if isinstance(r, SourceHealth)}.values())
    newest_alerts = {(r.code, r.subject): r for r in records if isinstance(r, AlertState)}
    reports = [record for record in records if isinstance(record, FrameReport)]
    frames = [record for record in records if isinstance(record, Frame)]
    loops = {r.role: r for r in records if isinstance(r, LoopReport)}
    return StageHealth(
        processes=processes,
        sources=sources,
        sends=tuple({r.name: r for r in records if isinstance(r, SendState)}.values()),
        frame_rate_hz=_rate_hz(reports),
        latency_ms=_latency_ms(frames, reports),
        skipped=sum(report.skipped for report in reports),
        missed_ticks=sum(loop.missed for loop in loops.values()),
        alerts=tuple(alert for alert in newest_alerts.values() if alert.active),
        refused={r.role: (r.refused, r.refusal) for r in records if isinstance(r, Heartbeat) and r.refused},
        forecasts=tuple({r.camera: r for r in records if isinstance(r, CameraForecast)}.values()),
        problems=(*_problems(processes, sources), *_frame_problems(frames, reports)),
    )


def _rate_hz(reports: Sequence[FrameReport]) -> float:
    if len(reports) < 2:
        return 0.0
    return (len(reports) - 1) * NS_PER_S / max(1, reports[-1].presented_ns - reports[0].presented_ns)


def _latency_ms(frames: Sequence[Frame], reports: Sequence[FrameReport]) -> float | None:
    received_ns = {f.number: f.cameras[0].received_ns for f in frames if f.cameras and f.cameras[0].received_ns}
    waits = [r.drawn_ns - received_ns[r.number] for r in reports if r.number in received_ns]
    return median(waits) / NS_PER_MS if waits else None


def _problems(processes: Sequence[ProcessState], sources: Sequence[SourceHealth]) -> tuple[str, ...]:
    bad = [f"{p.role} is {p.state}{f': {p.reason}' if p.reason else ''}" for p in processes if p.state != "running"]
    if not processes:
        bad.append("no word from the process manager")
    bad += [f"source {s.source} is {s.validity.name.lower()}" for s in sources if s.validity is not Validity.LIVE]
    return tuple(bad)


def _frame_problems(frames: Sequence[Frame], reports: Sequence[FrameReport]) -> tuple[str, ...]:
    if not reports:
        return ("no frame was drawn",)
    if len(frames) < 2:
        return ("no frame was decided",)
    decided_hz = (
        (frames[-1].number - frames[0].number) * NS_PER_S / max(1, frames[-1].present_ns - frames[0].present_ns)
    )
    drawn_hz = _rate_hz(reports)
    if drawn_hz < LOWEST_RATE * decided_hz:
        return (f"render draws {drawn_hz:.1f} of {decided_hz:.1f} frames a second",)
    return ()
