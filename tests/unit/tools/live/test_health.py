"""What `openstage status` concludes from what it heard."""

from __future__ import annotations

from stage.maths.pose import IDENTITY
from stage.messages.control import AlertState, LoopReport, Phase, ProcessState
from stage.messages.frames import CameraState, Frame, FrameReport
from stage.messages.samples import LensState, SourceHealth, Validity
from stage.messages.topics import Record
from stage.units import NS_PER_S
from tests.looks import a_look
from tools.commands.status import as_document
from tools.live.health import stage_health

FRAME_NS = NS_PER_S // 25


def process(role: str, state: Phase = Phase.RUNNING, reason: str = "") -> ProcessState:
    return ProcessState(
        role=role, state=state, pid=1, restarts=0, since_ns=0, reason=reason, cpu_percent=3.0, memory_mb=50.0
    )


def source(validity: Validity) -> SourceHealth:
    return SourceHealth(
        source="t",
        validity=validity,
        rate_hz=60.0,
        jitter_ms=0.1,
        accepted=100,
        gaps=2,
        rejected=(),
        sender=None,
        warning="",
        observed_ns=0,
    )


def frame(number: int, received_ns: int) -> Frame:
    lens = LensState(35.0)
    camera = CameraState(
        name="a",
        validity=Validity.LIVE,
        position_m=(0, 0, 0),
        orientation=IDENTITY,
        lens=lens,
        sensor_mm=(24.0, 13.5),
        sample_number=5,
        sender_counter=5,
        captured_ns=0,
        received_ns=received_ns,
        horizon_ns=0,
    )
    return Frame(
        number=number,
        present_ns=number * FRAME_NS,
        decided_ns=0,
        scene="courtyard",
        scene_time_s=0.0,
        outer_number=0,
        outer_scene_time_s=0.0,
        look=a_look(),
        cameras=(camera,),
    )


def report(number: int, drawn_ns: int, skipped: int = 0) -> FrameReport:
    return FrameReport(
        node="node",
        number=number,
        present_ns=0,
        received_ns=0,
        drawn_ns=drawn_ns,
        presented_ns=drawn_ns,
        late_ns=0,
        skipped=skipped,
        cpu_ns=1000,
        outer_drawn=False,
    )


def drawn(count: int, latency_ns: int) -> list[Record]:
    records: list[Record] = []
    for number in range(count):
        records += [frame(number, NS_PER_S + number * FRAME_NS)]
        records += [report(number, NS_PER_S + number * FRAME_NS + latency_ns)]
    return records


def test_a_healthy_stage_has_no_problems() -> None:
    health = stage_health([process("render"), source(Validity.LIVE), *drawn(26, 12_000_000)])
    assert health.problems == ()
    assert round(health.frame_rate_hz, 6) == 25.0
    assert health.latency_ms == 12.0


def test_the_newest_of_each_counts() -> None:
    health = stage_health([process("render", Phase.STARTING), process("render"), *drawn(2, 0)])
    assert [state.state for state in health.processes] == ["running"]
    assert health.problems == ()


def test_every_problem_is_named() -> None:
    health = stage_health([process("render", Phase.FAILED, "no such scene"), source(Validity.LOST)])
    assert health.problems == ("render is failed: no such scene", "source t is lost", "no frame was drawn")
    assert health.latency_ms is None
    assert stage_health([]).problems == ("no word from the process manager", "no frame was drawn")
    assert stage_health([process("render"), report(1, 1)]).problems == ("no frame was decided",)


def test_a_wall_that_does_not_keep_up_is_a_problem() -> None:
    records = drawn(26, 12_000_000)
    every_other = [r for r in records if not isinstance(r, FrameReport) or r.number % 2 == 0]
    health = stage_health([process("render"), *every_other])
    assert health.problems == ("render draws 12.5 of 25.0 frames a second",)


def test_losses_are_counted_and_cleared_alerts_forgotten() -> None:
    loops = [
        LoopReport(
            role=role, turns=100, missed=3, lateness_p50_ms=0, lateness_p99_ms=0, cpu_p50_ms=0, cpu_p99_ms=0, sent_ns=0
        )
        for role in ("conductor", "render")
    ]
    alerts = [AlertState("no-frames", "", True, "", 0), AlertState("no-frames", "", False, "", 0)]
    health = stage_health([*loops, *alerts, report(1, 1, skipped=2), report(5, 2, skipped=3)])
    assert (health.missed_ticks, health.skipped, health.alerts) == (6, 5, ())


def test_the_document_for_machines_says_healthy() -> None:
    from stage.manager.run_dir import RunningStage

    running = RunningStage(
        pid=7,
        stage="two-walls.toml",
        name="two-walls",
        run_dir="run",
        console="http://127.0.0.1:8400/",
        offscreen=True,
        started_utc_s=0.0,
    )
    health = stage_health([process("render"), source(Validity.LIVE), *drawn(3, 0)])
    document = as_document(running, health)
    assert document["healthy"] is True
    clock = {"state": "learning", "rate_hz": 0.0, "lateness_ms": 0.0, "spread_ms": 0.0, "habit": "", "kind": ""}
    packets = {"accepted": 100, "rejected": {}, "sender": None, "warning": "", "refusal": ""}
    assert document["sources"] == {"t": {"validity": "live", "rate_hz": 60.0, "gaps": 2, **packets, "clock": clock}}
