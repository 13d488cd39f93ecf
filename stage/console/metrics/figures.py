"""The figures of a running stage in Prometheus' terms, from the newest records of the bus. Pure.

Names end with their base unit (seconds, bytes, ratio), counts with `_total`, as Prometheus asks for. Counts come from
the processes themselves and begin again when one restarts, which Prometheus knows how to read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric

from stage.bus.inbox import Inbox
from stage.messages.commands import OnAir
from stage.messages.control import AlertState, Heartbeat, LoopReport, Phase, ProcessState
from stage.messages.frames import CameraMargin, SetState
from stage.messages.lights import LightsState
from stage.messages.samples import SourceHealth, Validity
from stage.units import NS_PER_S

PREFIX = "openstage_"
MB = 1_000_000
MS = 1e-3
Sample = tuple[tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class Heard:
    """The newest records, the alerts that are raised, and the time."""

    inbox: Inbox
    alerts: Iterable[AlertState]
    now_ns: int


def gauge(name: str, words: str, labels: tuple[str, ...], samples: Iterable[Sample]) -> Metric:
    """A value that goes up and down."""
    family = GaugeMetricFamily(PREFIX + name, words, labels=labels)
    for values, value in samples:
        family.add_metric(values, value)
    return family


def counter(name: str, words: str, labels: tuple[str, ...], samples: Iterable[Sample]) -> Metric:
    """A count that only grows, until its process restarts."""
    family = CounterMetricFamily(PREFIX + name, words, labels=labels)
    for values, value in samples:
        family.add_metric(values, value)
    return family


def processes(heard: Heard) -> Iterator[Metric]:
    """Every process: is it there, what does it use, how often was it restarted, what has it refused."""
    states, beats = heard.inbox.all_newest(ProcessState), heard.inbox.all_newest(Heartbeat)
    role = ("role",)
    yield gauge("process_up", "1 while the process runs", role, [((s.role,), s.state is Phase.RUNNING) for s in states])
    yield counter(
        "process_restarts", "Restarts since the stage started", role, [((s.role,), s.restarts) for s in states]
    )
    yield gauge("process_cpu_ratio", "CPU, 1 = a core", role, [((s.role,), s.cpu_percent / 100) for s in states])
    yield gauge("process_resident_bytes", "Memory in use", role, [((s.role,), s.memory_mb * MB) for s in states])
    yield gauge("process_ready", "1 while its loop does its work", role, [((b.role,), b.ready) for b in beats])
    ages = [((b.role,), max(0.0, (heard.now_ns - b.sent_ns) / NS_PER_S)) for b in beats]
    yield gauge("process_heartbeat_age_seconds", "Since its last sign of life", role, ages)
    refused = [((b.role,), b.refused) for b in beats]
    yield counter("process_refused", "Datagrams, requests and records it could not use", role, refused)


def loops(heard: Heard) -> Iterator[Metric]:
    """The real-time loops: turns, missed ticks, how late they wake, what a turn costs."""
    reports = heard.inbox.all_newest(LoopReport)
    by = ("role", "quantile")
    yield counter("loop_turns", "Turns of the loop", ("role",), [((r.role,), r.turns) for r in reports])
    yield counter("loop_missed", "Ticks it missed", ("role",), [((r.role,), r.missed) for r in reports])
    late = [((r.role, "0.5"), r.lateness_p50_ms * MS) for r in reports]
    late += [((r.role, "0.99"), r.lateness_p99_ms * MS) for r in reports]
    yield gauge("loop_lateness_seconds", "How late it woke, in the last second", by, late)
    cpu = [((r.role, "0.5"), r.cpu_p50_ms * MS) for r in reports]
    cpu += [((r.role, "0.99"), r.cpu_p99_ms * MS) for r in reports]
    yield gauge("loop_cpu_seconds", "CPU of a turn, in the last second", by, cpu)


def trackers(heard: Heard) -> Iterator[Metric]:
    """Every tracker: does it send, how evenly, what was lost or refused."""
    sources = heard.inbox.all_newest(SourceHealth)
    by = ("source",)
    live = [((s.source,), s.validity is Validity.LIVE) for s in sources]
    yield gauge("tracker_live", "1 while its packets come as they should", by, live)
    yield gauge("tracker_packets_per_second", "Packets it sends", by, [((s.source,), s.rate_hz) for s in sources])
    yield gauge(
        "tracker_jitter_seconds", "How unevenly they come", by, [((s.source,), s.jitter_ms * MS) for s in sources]
    )
    yield counter("tracker_accepted", "Packets that were used", by, [((s.source,), s.accepted) for s in sources])
    yield counter("tracker_gaps", "Packets missing by its own count", by, [((s.source,), s.gaps) for s in sources])
    rejected = [((s.source, reason), count) for s in sources for reason, count in s.rejected]
    yield counter("tracker_rejected", "Packets that were refused", ("source", "reason"), rejected)


def show(heard: Heard) -> Iterator[Metric]:
    """What is on air, and what covers it."""
    air = heard.inbox.newest(OnAir)
    found = () if air is None else (air,)
    yield gauge("take_rolling", "1 while a take rolls", (), [((), each.slate.rolling) for each in found])
    yield gauge("walls_black", "1 while BLACK is on", (), [((), each.show.black) for each in found])
    yield gauge("walls_held", "1 while HOLD is on", (), [((), each.held) for each in found])
    yield gauge("walls_pattern", "1 while a test pattern is on", (), [((), bool(each.show.pattern)) for each in found])
    sets = [((s.node, s.scene), s.state == "ready") for s in heard.inbox.all_newest(SetState)]
    yield gauge("set_ready", "1 where a render node holds the set ready", ("node", "set"), sets)
    margins = heard.inbox.all_newest(CameraMargin)
    missed = [((m.camera,), m.missed) for m in margins]
    yield gauge("camera_margin_missed_frames", "Frames of the last minute beyond the inner view", ("camera",), missed)


def lamps(heard: Heard) -> Iterator[Metric]:
    """What the lamps are sent."""
    state = heard.inbox.newest(LightsState)
    found = () if state is None else (state,)
    yield gauge("lights_packets_per_second", "Packets per universe", (), [((), each.rate_hz) for each in found])
    yield counter("lights_packets", "Packets sent", (), [((), each.packets) for each in found])
    yield gauge(
        "lights_lag_frames", "Frames the levels are behind the set", (), [((), each.lag_frames) for each in found]
    )
    yield gauge("lights_reached", "1 while they can be reached", (), [((), not each.error) for each in found])


def alerts(heard: Heard) -> Iterator[Metric]:
    """What is wrong now."""
    raised = [((each.code, each.subject), 1.0) for each in heard.alerts]
    yield gauge("alert", "1 while the alert is raised", ("code", "subject"), raised)


FIGURES: tuple[Callable[[Heard], Iterator[Metric]], ...] = (processes, loops, trackers, show, lamps, alerts)
"""Everything there is; the frames of the walls are counted as they come (`frames.py`)."""
