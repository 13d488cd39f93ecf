"""The render loop: newest frame, reports, previews, and what it does with a set it cannot load."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from render.frame import Renderer
from render.presenters.offscreen import OffscreenPresenter
from render.scene.held import Sets, set_passport
from render.scene.reader import SetReader
from render.service import Due, RenderLoop, scene_named
from stage.bus.memory_bus import MemoryBus
from stage.clock import ManualClock
from stage.messages.control import Heartbeat, LoopReport
from stage.messages.frames import FrameReport, Preview, Readiness, SetState
from stage.messages.topics import Record
from stage.process.service import Service
from stage.units import NS_PER_S
from tests.shaders.small_stage import camera, frame, small_stage, surfaces_of
from tests.shaders.tiny_set import box_set

PERIOD_NS = NS_PER_S // 24
TOPICS = ("frame.report", "wall.preview", "process.heartbeat", "process.loop", "render.set")


class House:
    """A render loop on a bus in memory, with a clock that the test moves."""

    def __init__(self, folder: Path) -> None:
        bus, self.clock = MemoryBus(), ManualClock()
        service = Service("render", folder / "stage.toml", folder, bus, self.clock)
        stage = small_stage()
        self._presenter = OffscreenPresenter()
        self.renderer = Renderer(self._presenter.ctx, stage, surfaces_of(stage), box_set(), presenter=self._presenter)
        reader = SetReader(lambda name, tell: scene_named(service, name))
        sets = Sets("render", self.renderer.sets, reader, {stage.scene: set_passport(())}, service.clock)
        self.loop = RenderLoop(service, stage, self.renderer, self._presenter, sets)
        self._conductor = bus.publisher("conductor")
        self._heard = bus.subscriber(*TOPICS)

    def decide(self, *numbers: int, scene: str = "boxes") -> None:
        """Frames come, all before the loop turns."""
        for number in numbers:
            given = frame(number, camera())
            present_ns = number * PERIOD_NS
            told = replace(given, present_ns=present_ns, decided_ns=0, scene=scene, scene_time_s=0.0, outer_number=0)
            self._conductor.publish(told)

    def turn(self) -> list[Record]:
        """One turn of the loop; what it told."""
        self.loop.turn()
        self.loop.report()
        return self._heard.receive()

    def show_until(self, number: int, scene: str, state: Readiness) -> int:
        """Frames of a set until that is said of it; the number of the last frame."""
        while (scene, state) not in [
            (record.scene, record.state) for record in self.turn() if isinstance(record, SetState)
        ]:
            number += 1
            self.decide(number, scene=scene)
        return number

    def close(self) -> None:
        self.loop.close()
        self.renderer.release()
        self._presenter.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.close()


def only(kind: type[Record], records: list[Record]) -> list[Record]:
    return [record for record in records if isinstance(record, kind)]


def reports(records: list[Record]) -> list[FrameReport]:
    return [record for record in records if isinstance(record, FrameReport)]


def test_a_frame_is_presented_at_its_time_and_reported(house: House) -> None:
    house.decide(7)
    [report] = reports(house.turn())
    assert (report.node, report.number, report.skipped) == ("render", 7, 0)
    assert (report.received_ns, report.presented_ns, report.late_ns) == (0, 7 * PERIOD_NS, 0)
    assert report.outer_drawn
    house.decide(8)
    assert not reports(house.turn())[0].outer_drawn


def test_the_newest_frame_wins_and_the_others_are_counted(house: House) -> None:
    house.decide(1)
    house.turn()
    house.decide(2, 3, 4, 5)
    [report] = reports(house.turn())
    assert (report.number, report.skipped) == (5, 3)


def test_a_late_frame_is_shown_at_once_and_says_so(house: House) -> None:
    house.clock.advance_ns(10 * PERIOD_NS)
    house.decide(8)
    assert reports(house.turn())[0].late_ns == 10 * PERIOD_NS - 8 * PERIOD_NS


def test_the_same_frame_is_not_drawn_again(house: House) -> None:
    house.decide(3)
    house.turn()
    house.decide(3)
    assert reports(house.turn()) == []


def test_it_is_ready_once_it_has_drawn(house: House) -> None:
    ready = []
    for number in (1, 20, 40):
        ready += [record.ready for record in house.turn() if isinstance(record, Heartbeat)]
        house.decide(number)
        house.turn()
    assert ready == [False, True]


def test_previews_come_in_turn_and_not_too_often(house: House) -> None:
    names: list[str] = []
    for number in range(24):
        house.decide(number)
        previews = [record for record in house.turn() if isinstance(record, Preview)]
        assert len(previews) <= 1
        names += [preview.output for preview in previews]
        assert all(len(p.pixels) == p.width_px * p.height_px * 4 and p.frame_number == number for p in previews)
    assert names[:4] == ["flat", "ceiling", "arc", "mesh"]
    assert max(names.count(name) for name in names) <= 5


def test_the_loop_tells_its_figures_once_a_second(house: House) -> None:
    told = []
    for number in range(52):
        house.decide(number)
        told += only(LoopReport, house.turn())
    assert len(told) == 3


def test_a_set_that_cannot_be_loaded_leaves_the_old_one(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.decide(1)
    house.turn()
    before = house.renderer.readback.output("flat")
    number = house.show_until(1, "no-such-set", "failed")
    house.decide(number + 1, scene="no-such-set")
    assert reports(house.turn())[0].number == number + 1
    assert (house.renderer.readback.output("flat") == before).all()
    assert len([record for record in caplog.records if "no-such-set" in record.message]) == 1


def test_another_set_is_loaded_while_frames_go_on_then_drawn_from_the_frame_that_names_it(house: House) -> None:
    pictures = []
    first = house.show_until(0, "marker_board", "ready") + 1
    for number, scene in enumerate(("boxes", "marker_board", "marker_board", "boxes"), start=first):
        house.decide(number, scene=scene)
        [report] = reports(house.turn())
        pictures.append(house.renderer.readback.output("flat"))
        assert report.outer_drawn == (len(pictures) != 3)
    assert (pictures[1] == pictures[2]).all()
    assert not (pictures[0] == pictures[1]).all()


def test_turns_are_fair() -> None:
    due = Due(("a", "b", "c"), 100)
    assert [due.take(now) for now in (0, 10, 20, 30, 100, 115, 115)] == ["a", "b", "c", None, "a", "b", None]
    assert Due((), 100).take(0) is None
