"""Records of the bus that are shown as they are: the newest of each key of a window, under the key of its kind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from stage.console.link.mirror_part import MirrorPart
from stage.messages.control import Heartbeat, LoopReport
from stage.messages.topics import Record
from tests.unit.stage.console.world import HEALTH, PROCESS, a_ground, frame, report


def heard(part: MirrorPart, records: list[Record]) -> MirrorPart:
    for record in records:
        part.hear(record, 0)
    return part


def test_a_window_holds_only_the_newest_record_of_each_key(tmp_path: Path) -> None:
    processes: list[Record] = [replace(PROCESS, role=role) for role in ("render", "tracking")]
    part = heard(MirrorPart(a_ground(tmp_path)), [frame(n) for n in range(5)] + processes)
    shown = part.turn(0).shown
    newest = shown["frame/"]
    assert isinstance(newest, dict)
    assert newest["number"] == 4
    assert set(shown) == {"frame/", "process/render", "process/tracking"}
    assert part.turn(1).shown == {}


def test_every_record_has_the_key_of_its_kind(tmp_path: Path) -> None:
    beat = Heartbeat("render", 7, 1, 0, True)
    loop = LoopReport(
        role="render",
        turns=24,
        missed=0,
        lateness_p50_ms=0.1,
        lateness_p99_ms=0.2,
        cpu_p50_ms=1.0,
        cpu_p99_ms=2.0,
        sent_ns=0,
    )
    part = heard(MirrorPart(a_ground(tmp_path)), [frame(0), report(0), HEALTH, PROCESS, beat, loop])
    expected = {"frame/", "report/render", "source/mars", "process/render", "heartbeat/render", "loop/render"}
    assert set(part.turn(0).shown) == expected
