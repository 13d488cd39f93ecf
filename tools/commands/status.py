"""`openstage status`: how the running stage is."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stage.errors import EXIT_FAILED
from tools.commands.surroundings import Surroundings

if TYPE_CHECKING:
    from stage.manager.run_dir import RunningStage
    from stage.messages.samples import SourceClock, SourceHealth
    from stage.messages.topics import Record
    from tools.live.health import StageHealth

OBSERVE_NS = 1_500_000_000
"""Long enough to hear every process state (1 Hz) once."""
TOPICS = (
    "process.state",
    "process.heartbeat",
    "process.loop",
    "tracking.health",
    "send.state",
    "conductor.frame",
    "camera.forecast",
    "frame.report",
    "alert",
)


def status(
    context: typer.Context,
    run_dir: Annotated[Path | None, typer.Option(help="The stage's run directory; unset: the one that runs.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Listen to the running stage for a moment and say how it is. Exit 1 if it is not healthy, or none runs.

    Example: openstage status --json
    """
    surroundings: Surroundings = context.obj
    from tools.live.running import looked_in, running_stage_of

    running = running_stage_of(run_dir, surroundings.run_base)
    if running is None:
        nothing = f"no stage is running{looked_in(run_dir, surroundings.run_base)}"
        print(json.dumps({"running": False, "healthy": False}) if as_json else nothing)
        raise typer.Exit(EXIT_FAILED)
    from tools.live.health import stage_health

    health = stage_health(_records(Path(running.run_dir)))
    if as_json:
        print(json.dumps(as_document(running, health), indent=2))
    else:
        _print(running, health)
    if health.problems:
        raise typer.Exit(EXIT_FAILED)


def as_document(running: RunningStage, health: StageHealth) -> dict[str, object]:
    """Running stage and health as JSON can carry them."""
    return {
        "running": True,
        "healthy": not health.problems,
        "stage": running.stage,
        "name": running.name,
        "run_dir": running.run_dir,
        "console": running.console,
        "frame_rate_hz": health.frame_rate_hz,
        "latency_ms": health.latency_ms,
        "skipped": health.skipped,
        "missed_ticks": health.missed_ticks,
        "processes": {
            p.role: {
                "state": p.state,
                "pid": p.pid,
                "restarts": p.restarts,
                "reason": p.reason,
                "cpu_percent": p.cpu_percent,
                "memory_mb": p.memory_mb,
            }
            for p in health.processes
        },
        "sources": {
            s.source: {
                "validity": s.validity.name.lower(),
                "rate_hz": s.rate_hz,
                "gaps": s.gaps,
                "accepted": s.accepted,
                "rejected": dict(s.rejected),
                "sender": s.sender,
                "warning": s.warning,
                "refusal": s.refusal,
                "clock": asdict(s.clock),
            }
            for s in health.sources
        },
        "sends": {
            s.name: {"protocol": s.protocol, "to": s.to, "rate_hz": s.rate_hz, "error": s.error} for s in health.sends
        },
        "cameras": {
            f.camera: {
                "horizon_ms": f.horizon_ms,
                "missed_mm": f.missed_mm,
                "held_mm": f.held_mm,
                "missed_deg": f.missed_deg,
                "held_deg": f.held_deg,
                "position": f.position,
                "rotation": f.rotation,
            }
            for f in health.forecasts
        },
        "alerts": [{"code": a.code, "subject": a.subject, "detail": a.detail} for a in health.alerts],
        "refused": {role: {"count": count, "last": last} for role, (count, last) in health.refused.items()},
        "problems": list(health.problems),
    }


def told_of(source: SourceHealth) -> list[str]:
    """What is to be said of a source's packets: what was refused, by reason, and what is wrong."""
    counts = ", ".join(f"{count} {reason}" for reason, count in source.rejected)
    left_out = f"left out or doubted: {counts}" if counts else ""
    return [text for text in (source.refusal, left_out, source.warning) if text]


def _records(run_dir: Path) -> list[Record]:
    from stage.bus.zmq_bus import ZmqBus
    from stage.clock import MonotonicClock

    bus, clock = ZmqBus.in_directory(run_dir), MonotonicClock()
    subscriber = bus.subscriber(*TOPICS)
    records: list[Record] = []
    until_ns = clock.now_ns() + OBSERVE_NS
    while (left_ns := until_ns - clock.now_ns()) > 0:
        records += subscriber.receive(left_ns)
    bus.close()
    return records


def _clock_words(clock: SourceClock) -> str:
    """A source's clock in a line."""
    if not clock.rate_hz:
        return f"clock {clock.state}"
    rate = f"{clock.rate_hz:.2f} poses/s, {clock.lateness_ms:.1f} ms late on average"
    return ", ".join(word for word in (f"clock {clock.state}", rate, clock.habit) if word)


def _print(running: RunningStage, health: StageHealth) -> None:
    latency = "no sample" if health.latency_ms is None else f"{health.latency_ms:.1f} ms"
    names = [*(p.role for p in health.processes), *(f"source {s.source}" for s in health.sources)]
    names += [f"send {s.name}" for s in health.sends]
    names += [f"camera {f.camera}" for f in health.forecasts]
    print(f"{running.name}: {'healthy' if not health.problems else 'NOT HEALTHY'}   {running.console}")
    print(f"  frames {health.frame_rate_hz:.2f} Hz, {health.skipped} skipped; sample to frame drawn {latency}")
    width = max((len(name) for name in names), default=0) + 2
    for p in health.processes:
        print(
            f"  {p.role:<{width}}{p.state:<12}{p.restarts:>3} restarts {p.cpu_percent:>6.1f} % {p.memory_mb:>7.0f} MB"
        )
    for s in health.sources:
        print(f"  {f'source {s.source}':<{width}}{s.validity.name.lower():<12}{s.rate_hz:>6.1f} Hz {s.gaps:>6} gaps")
        for told in told_of(s):
            print(f"  {'':<{width}}{told}")
        print(f"  {'':<{width}}{_clock_words(s.clock)}")
    for send in health.sends:
        state = "fails" if send.error else "sends"
        print(f"  {f'send {send.name}':<{width}}{state:<12}{send.rate_hz:>6.1f} Hz {send.protocol} to {send.to}")
    for f in health.forecasts:
        off, held = f"{f.missed_mm:.1f} mm, {f.missed_deg:.2f} deg", f"{f.held_mm:.1f} mm, {f.held_deg:.2f} deg"
        print(f"  {f'camera {f.camera}':<{width}}predicted {f.horizon_ms:.0f} ms ahead: {off} off (held: {held})")
    for role, (count, last) in health.refused.items():
        print(f"  {role} refused {count} of what came from outside, last: {last}")
    for text in (*health.problems, *(f"alert {a.code} {a.subject} {a.detail}".rstrip() for a in health.alerts)):
        print(f"  ! {text}")
