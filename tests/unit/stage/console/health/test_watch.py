"""Records in, changes of the shown state out: pulse, history, alerts, the log."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from stage.bus.inbox import Inbox
from stage.console.health.alert_rules import Heard, symptoms
from stage.console.health.frame_stats import FrameStats
from stage.console.health.lookback import HISTORY_SLOTS, HOUR_SLOTS, LOG_SLOTS, PAST_SLOTS, Lookback
from stage.console.health.pulse import pulse_of
from stage.console.health.watch import HISTORY_NS, HOUR_NS, PULSE_NS, WATCHED_TOPICS, Watch
from stage.console.link.plain import Plain
from stage.messages.commands import Command, CommandResult
from stage.messages.control import AlertState
from stage.messages.samples import Validity
from stage.messages.topics import TOPIC_BY_NAME, Record
from stage.units import NS_PER_MS, NS_PER_S
from tests.unit.stage.console.world import HEALTH, PERIOD_NS, PROCESS, STAGE, frame, present_ns, report

Kind = TypeVar("Kind")


def mapping(value: Plain) -> dict[str, Any]:
    assert isinstance(value, dict)
    return value


class Shown:
    """What a browser would hold after every change."""

    def __init__(self) -> None:
        self.watch = Watch(STAGE, 0)
        self.values: dict[str, Plain] = {}
        self.published: list[AlertState] = []

    def hear(self, records: list[Record], now_ns: int) -> None:
        for record in records:
            self.watch.hear(record, now_ns)
        changes = self.watch.turn(now_ns)
        self.values.update(changes.shown)
        for key in changes.gone:
            del self.values[key]
        self.published += self.watch.fetch()

    def run(self, numbers: range, validity: Validity = Validity.LIVE) -> None:
        for number in numbers:
            now_ns = present_ns(number) + NS_PER_MS
            health = replace(HEALTH, validity=validity)
            self.hear([frame(number), report(number), health, PROCESS], now_ns)

    def pulse(self) -> dict[str, Any]:
        return mapping(self.values["pulse/"])


def test_a_healthy_stage_is_good_with_its_figures() -> None:
    shown = Shown()
    shown.run(range(24 * 12))
    pulse = shown.pulse()
    assert (pulse["level"], pulse["headline"], pulse["alerts"]) == ("good", "STAGE HEALTHY", 0)
    assert abs(pulse["rate_hz"] - 24.0) < 0.01
    assert abs(pulse["latency_p50_ms"] - 20.0) < 0.01
    assert abs(pulse["latency_p50_frames"] - 0.48) < 0.001
    assert pulse["horizon_ms"] == 16.0
    assert pulse["frame_number"] > 24 * 11
    assert (pulse["skipped_60s"], pulse["late_60s"]) == (0, 0)


def test_before_the_first_frame_the_stage_is_starting() -> None:
    shown = Shown()
    shown.hear([], 0)
    pulse = shown.pulse()
    assert (pulse["level"], pulse["rate_hz"], pulse["latency_p50_ms"], pulse["frame_number"]) == (
        "starting",
        0.0,
        None,
        None,
    )


def test_a_lost_source_turns_the_pulse_red_and_then_green_again() -> None:
    shown = Shown()
    shown.run(range(240))
    shown.run(range(240, 288), Validity.LOST)
    pulse = shown.pulse()
    assert (pulse["level"], pulse["headline"], pulse["alerts"]) == ("critical", "TRACKING LOST: mars", 1)
    assert "cable" in pulse["remedy"]
    assert mapping(shown.values["alert/source-lost/mars"])["severity"] == "critical"
    shown.run(range(288, 400))
    assert shown.pulse()["level"] == "good"
    assert not [key for key in shown.values if key.startswith("alert/")]
    past = mapping(shown.values["past/0"])
    assert past["text"] == "TRACKING LOST: mars"
    assert 2 * NS_PER_S < past["until_ns"] - past["since_ns"] < 5 * NS_PER_S
    told = [(alert.code, alert.active) for alert in shown.published]
    assert told == [*[("source-lost", True)] * (len(told) - 1), ("source-lost", False)]
    assert 3 <= len(told) <= 8, "when it is raised, then once a second for whoever comes later, and at its end"


def test_alerts_of_other_processes_are_shown() -> None:
    shown = Shown()
    shown.run(range(240))
    shown.hear([AlertState("process-failed", "backdrop", True, "no such screen", 5)], present_ns(245))
    assert "alert/process-failed/backdrop" in shown.values
    assert shown.pulse()["headline"] == "PROCESS CANNOT RUN: backdrop"


def test_the_pulse_comes_five_times_a_second_and_history_twice() -> None:
    watch = Watch(STAGE, 0)
    keys = [key for step in range(100) for key in watch.turn(step * NS_PER_S // 100).shown]
    assert keys.count("pulse/") == NS_PER_S // PULSE_NS == 5
    assert len([key for key in keys if key.startswith("history/")]) == NS_PER_S // HISTORY_NS == 2


def test_history_is_a_ring_and_the_past_too() -> None:
    watch = Watch(STAGE, 0)
    keys = {key for step in range(2 * HISTORY_SLOTS) for key in watch.turn(step * HISTORY_NS).shown}
    assert len([key for key in keys if key.startswith("history/")]) == HISTORY_SLOTS
    shown = Shown()
    for turn in range(PAST_SLOTS + 5):
        for active in (True, False):
            shown.hear([AlertState("rate-low", f"node-{turn}", active, "", 0)], (2 * turn + active) * PULSE_NS)
            shown.hear([], (2 * turn + active + 1) * PULSE_NS * 2)
    assert len([key for key in shown.values if key.startswith("past/")]) <= PAST_SLOTS


def test_history_counts_the_frames_of_its_half_second() -> None:
    shown = Shown()
    for number in range(48):
        late_ns = PERIOD_NS if 24 <= number < 30 else 0
        shown.hear([frame(number), report(number, late_ns=late_ns, skipped=number == 25)], present_ns(number) + 1)
    points = [mapping(value) for key, value in shown.values.items() if key.startswith("history/")]
    assert sum(point["late"] for point in points) == 6
    assert sum(point["skipped"] for point in points) == 1


def test_the_hour_is_a_coarser_ring() -> None:
    watch = Watch(STAGE, 0)
    keys = [key for step in range(2 * HOUR_SLOTS + 1) for key in watch.turn(step * HOUR_NS).shown]
    hours = [key for key in keys if key.startswith("hour/")]
    assert (len(hours), len(set(hours))) == (2 * HOUR_SLOTS, HOUR_SLOTS)
    shown = Shown()
    for number in range(24 * 16):
        shown.hear([frame(number), report(number, skipped=number == 25)], present_ns(number) + 1)
    assert mapping(shown.values["hour/0"])["skipped"] == 1


def test_commands_are_a_ring_and_a_drag_is_one_line() -> None:
    shown = Shown()
    for number in range(30):
        shown.hear(
            [
                CommandResult(
                    number=str(number),
                    name="look.set",
                    who="anna",
                    accepted=True,
                    text="exposure.ev",
                    frame_number=number,
                    done_ns=number,
                )
            ],
            number,
        )
    assert [key for key in shown.values if key.startswith("log/")] == ["log/0"]
    assert mapping(shown.values["log/0"])["done_ns"] == 29
    for number in range(2 * LOG_SLOTS):
        shown.hear(
            [
                CommandResult(
                    number=str(number),
                    name="look.recall",
                    who="ben",
                    accepted=True,
                    text=f"preset-{number}",
                    frame_number=number,
                    done_ns=number,
                )
            ],
            number,
        )
    lines = {key: mapping(value)["text"] for key, value in shown.values.items() if key.startswith("log/")}
    assert len(lines) == LOG_SLOTS
    assert set(lines.values()) == {f"preset-{number}" for number in range(LOG_SLOTS, 2 * LOG_SLOTS)}


class AskedInbox(Inbox):
    """Remembers which records it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[type[object]] = set()

    def newest(self, kind: type[Kind], key: str = "") -> Kind | None:
        self.asked.add(kind)
        return super().newest(kind, key)

    def all_newest(self, kind: type[Kind]) -> list[Kind]:
        self.asked.add(kind)
        return super().all_newest(kind)


def test_every_record_that_a_rule_looks_at_is_heard() -> None:
    inbox = AskedInbox()
    inbox.put([frame(0), report(0), HEALTH, PROCESS], 0)
    heard = Heard(STAGE, inbox, FrameStats(STAGE.rate_hz), 0, present_ns(240))
    pulse_of(heard, ())
    symptoms(heard)
    assert len(inbox.asked) >= 4
    assert inbox.asked <= {TOPIC_BY_NAME[topic].record for topic in WATCHED_TOPICS}


def acknowledged(number: str, accepted: bool) -> list[Record]:
    given = Command(number, "alert.acknowledge", {"code": None, "subject": None}, "ann@192.0.2.7", 0)
    result = CommandResult(
        number=number,
        name=given.name,
        who=given.who,
        accepted=accepted,
        text="all seen",
        frame_number=1,
        done_ns=0,
    )
    return [given, result]


def test_an_alert_is_seen_once_the_conductor_has_accepted_it_and_the_next_console_knows() -> None:
    shown = Shown()
    shown.run(range(24 * 12), Validity.LOST)
    assert shown.pulse()["unseen"] == shown.pulse()["alerts"] > 0
    now_ns = present_ns(24 * 12)
    shown.hear(acknowledged("1", accepted=False), now_ns)
    assert shown.pulse()["unseen"] == shown.pulse()["alerts"]
    shown.hear(acknowledged("2", accepted=True), now_ns)
    assert shown.pulse()["unseen"] == 0
    assert shown.pulse()["level"] == "critical", "it is still wrong"
    alert = mapping(next(value for key, value in shown.values.items() if key.startswith("alert/")))
    assert alert["seen_by"] == "ann@192.0.2.7"
    kept = Lookback(shown.watch._lookback.lines())
    assert set(kept.seen.values()) == {"ann@192.0.2.7"}
