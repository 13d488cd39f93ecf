"""The conductor's loop on a clock of its own: no drift, and a missed tick is left out, counted, never caught up."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from stage.bus.bus import Publisher
from stage.bus.memory_bus import MemoryBus, MemorySubscriber
from stage.clock import ManualClock
from stage.conductor.kept_show import Kept, ShowKeeper
from stage.conductor.service import conduct
from stage.maths.frame_clock import FrameClock
from stage.maths.pose import IDENTITY
from stage.messages.commands import COMMAND_LIVES_NS, Command, CommandResult, OnAir
from stage.messages.control import LoopReport
from stage.messages.frames import Frame
from stage.messages.samples import LensState, TrackingSample
from stage.messages.topics import Record
from stage.process.service import Service
from stage.show.orders.given import command_of
from stage.units import NS_PER_S

STAGE = """schema = "stage/1"
name = "test"
frame_rate = "{rate}"
scene = "boxes"
timing = {{ draw_lead_ms = 20.0 }}
[[walls]]
kind = "flat"
name = "main"
cabinets = {{ columns = 1, rows = 1, size_px = [64, 36], pitch_mm = 10 }}
[[outputs]]
name = "out"
size_px = [64, 36]
tiles = [{{ tile = "main/all" }}]
"""
CAMERA = """[[sources]]
name = "t"
protocol = "freed"
port = 40000
rate_hz = 24.0
[[cameras]]
name = "a"
source = "t"
sensor_mm = [24.0, 13.5]
lens = { points = [{ focal_length_mm = 24.0 }] }
"""
LENS = LensState(24.0, (0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0), 0.0)


class Desk:
    """Gives a command at a moment."""

    def __init__(self, bus: MemoryBus, command: Command, at_ns: int) -> None:
        self._publisher, self._command, self._at_ns = bus.publisher("console"), command, at_ns
        self._given = False

    def turn(self, now_ns: int) -> None:
        if now_ns >= self._at_ns and not self._given:
            self._given = True
            self._publisher.publish(self._command)


class StageClock(ManualClock):
    """Time moves a little whenever it is read, stands still for nobody, and jumps once if told to."""

    def __init__(self, end_ns: int, jump_at_ns: int = 0, jump_ns: int = 0) -> None:
        super().__init__(NS_PER_S)
        self.service: Service | None = None
        self.desk: Desk | None = None
        self._end_ns, self._jump_at_ns, self._jump_ns = end_ns, jump_at_ns, jump_ns

    def now_ns(self) -> int:
        self.advance_ns(20_000)
        now_ns = super().now_ns()
        if self._jump_ns and now_ns > self._jump_at_ns:
            self.advance_ns(self._jump_ns)
            self._jump_ns = 0
        if self.desk is not None:
            self.desk.turn(now_ns)
        if now_ns > self._end_ns and self.service is not None:
            self.service.stop()
        return super().now_ns()


class TwiceDesk(Desk):
    """Gives a command, and the same again, as a sender does that has heard no answer."""

    def turn(self, now_ns: int) -> None:
        super().turn(now_ns)
        if self._given and now_ns >= self._at_ns + NS_PER_S // 5:
            self._at_ns = 1 << 62
            self._publisher.publish(self._command)


def records_of(tmp_path: Path, clock: StageClock, rate: str = "24") -> list[Record]:
    path = tmp_path / "stage.toml"
    path.write_text(STAGE.format(rate=rate))
    bus = MemoryBus()
    heard = bus.subscriber("conductor.frame", "process.loop")
    clock.service = Service("conductor", path, tmp_path, bus, clock)
    conduct(clock.service)
    return heard.receive()


class Tracker(StageClock):
    """A tracker whose sample comes at the last moment before a tick."""

    def __init__(self, end_ns: int) -> None:
        super().__init__(end_ns)
        self.publisher: Publisher | None = None
        self.sent = 0

    def spin_until_ns(self, moment_ns: int) -> None:
        super().spin_until_ns(moment_ns)
        if self.publisher is not None:
            now_ns, self.sent = self.now_ns(), self.sent + 1
            sample = TrackingSample(
                camera="a",
                source="t",
                number=self.sent,
                captured_ns=now_ns,
                received_ns=now_ns,
                position_m=(0.0, 0.0, 1.0),
                orientation=IDENTITY,
                lens=LENS,
                sender_counter=self.sent,
            )
            self.publisher.publish(sample)


class SlowBus(MemoryBus):
    """Samples are in memory, but do not get through to those who hear them one by one."""

    def subscriber(self, *topics: str, newest_only: bool = False) -> MemorySubscriber:
        subscriber = super().subscriber(*topics, newest_only=newest_only)
        subscriber.topics = tuple(topic for topic in topics if topic != "tracking.sample")
        return subscriber


def frames_in(records: list[Record]) -> list[Frame]:
    return [record for record in records if isinstance(record, Frame)]


@pytest.fixture(autouse=True)
def _collecting() -> Iterator[None]:
    """The loop turns the garbage collector off for good; here it must come back."""

    yield
    gc.unfreeze()
    gc.enable()


@pytest.mark.parametrize("rate", ["24", "24000/1001", "60"])
def test_every_frame_is_decided_its_lead_before_its_present_time(tmp_path: Path, rate: str) -> None:
    frames = frames_in(records_of(tmp_path, StageClock(5 * NS_PER_S), rate))
    grid = FrameClock(Fraction(rate))
    numbers = [frame.number for frame in frames]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert len(numbers) >= 4 * float(Fraction(rate)) - 2
    assert all(frame.present_ns == grid.present_ns(frame.number) for frame in frames)
    assert all(0 <= frame.decided_ns - (frame.present_ns - 20_000_000) < 2_000_000 for frame in frames)


@pytest.mark.parametrize("bus", [MemoryBus(), SlowBus()], ids=["carried", "in memory only"])
def test_a_frame_is_decided_from_the_sample_that_came_just_before_its_tick(tmp_path: Path, bus: MemoryBus) -> None:
    path, clock = tmp_path / "stage.toml", Tracker(3 * NS_PER_S)
    path.write_text(STAGE.format(rate="24") + CAMERA)
    clock.publisher, heard = bus.publisher("tracking"), bus.subscriber("conductor.frame")
    clock.service = Service("conductor", path, tmp_path, bus, clock)
    conduct(clock.service)
    used = [record.cameras[0].sample_number for record in heard.receive() if isinstance(record, Frame)]
    assert len(used) > 24
    assert used == list(range(1, len(used) + 1))


def test_who_hears_that_a_command_was_done_has_heard_what_is_on_air_now(tmp_path: Path) -> None:
    path, clock, bus = tmp_path / "stage.toml", StageClock(2 * NS_PER_S), MemoryBus()
    path.write_text(STAGE.format(rate="24"))
    heard = bus.subscriber("conductor.frame", "show.air", "command.result")
    clock.service = Service("conductor", path, tmp_path, bus, clock)
    clock.desk = Desk(bus, command_of("cue.load", {"cue_list": "day-1"}, "the operator", 0), NS_PER_S + NS_PER_S // 2)
    conduct(clock.service)
    records = heard.receive()
    (done,) = (place for place, record in enumerate(records) if isinstance(record, CommandResult))
    frame, air, result = records[done - 2 : done + 1]
    assert isinstance(frame, Frame)
    assert isinstance(air, OnAir)
    assert isinstance(result, CommandResult)
    assert (result.accepted, result.frame_number, air.cue_list) == (True, frame.number, "day-1")


def test_missed_ticks_are_left_out_and_counted(tmp_path: Path) -> None:
    records = records_of(tmp_path, StageClock(6 * NS_PER_S, jump_at_ns=3 * NS_PER_S, jump_ns=NS_PER_S // 2))
    numbers = [frame.number for frame in frames_in(records)]
    steps = [after - before for before, after in itertools.pairwise(numbers)]
    missed = sum(step - 1 for step in steps)
    assert sum(step > 1 for step in steps) == 1
    assert 11 <= missed <= 12
    assert [record.missed for record in records if isinstance(record, LoopReport)][-1] == missed


def answers_to(tmp_path: Path, command: Command, desk: type[Desk] = Desk) -> tuple[list[CommandResult], OnAir]:
    """The answers to a command that comes 1.5 s after the start, and what is on air in the end."""
    path = tmp_path / "stage.toml"
    path.write_text(STAGE.format(rate="24"))
    bus, clock = MemoryBus(), StageClock(2 * NS_PER_S)
    heard = bus.subscriber("command.result", "show.air")
    clock.desk = desk(bus, command, NS_PER_S * 3 // 2)
    clock.service = Service("conductor", path, tmp_path, bus, clock)
    conduct(clock.service)
    records = heard.receive()
    air = [record for record in records if isinstance(record, OnAir)][-1]
    return [record for record in records if isinstance(record, CommandResult)], air


def brighter(sent_ns: int) -> Command:
    return command_of("look.set", {"values": {"exposure.ev": 1.0}}, "ann", sent_ns)


def test_a_command_that_comes_again_is_carried_out_once_and_answered_alike(tmp_path: Path) -> None:
    answers, air = answers_to(tmp_path, brighter(NS_PER_S * 3 // 2), TwiceDesk)
    assert len(answers) == 2
    assert answers[0] == answers[1]
    assert (answers[0].accepted, air.undo_steps) == (True, 1)


def test_the_next_conductor_knows_what_the_one_before_answered(tmp_path: Path) -> None:
    command = brighter(NS_PER_S)
    first, before = answers_to(tmp_path, command)
    second, after = answers_to(tmp_path, command)
    assert second == first
    assert (after.undo_steps, after.look) == (before.undo_steps, before.look) == (1, before.look)


def test_a_command_that_comes_too_late_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    answers, air = answers_to(tmp_path, brighter(NS_PER_S * 3 // 2 - COMMAND_LIVES_NS - NS_PER_S))
    assert [(each.accepted, "too late" in each.text) for each in answers] == [(False, True)]
    assert air.undo_steps == 0


def test_the_show_is_kept_before_the_order_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A conductor that dies right after its answer must not have answered for something that is then lost."""
    said: list[str] = []
    keep, publish = ShowKeeper.keep, Service.publish

    def noted(keeper: ShowKeeper, kept: Kept, now_ns: int) -> bool:
        said.append("kept")
        return keep(keeper, kept, now_ns)

    monkeypatch.setattr(ShowKeeper, "keep", noted)

    def heard(service: Service, record: Record) -> None:
        if isinstance(record, CommandResult):
            said.append("answered")
        publish(service, record)

    monkeypatch.setattr(Service, "publish", heard)
    answers_to(tmp_path, brighter(NS_PER_S * 3 // 2))
    assert said == ["kept", "answered"]


class OvertakenDesk(Desk):
    """Gives a command, and then one that was sent before it and lost."""

    def turn(self, now_ns: int) -> None:
        super().turn(now_ns)
        if self._given and now_ns >= self._at_ns + NS_PER_S // 5:
            self._at_ns = 1 << 62
            self._publisher.publish(brighter(NS_PER_S * 3 // 2 - 1))


def test_an_order_that_a_later_one_of_its_sender_has_overtaken_is_refused(tmp_path: Path) -> None:
    """Black on, then off: the wall must not end up black because the first came again."""
    darker = command_of("look.set", {"values": {"exposure.ev": -1.0}}, "ann", NS_PER_S * 3 // 2)
    answers, air = answers_to(tmp_path, darker, OvertakenDesk)
    assert [each.accepted for each in answers] == [True, False]
    assert "overtaken" in answers[1].text
    assert air.look.exposure.ev == -1.0
