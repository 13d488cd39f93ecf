"""The render process' loop on a clock of its own, with a renderer that notes what is asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from render.frame import Renderer
from render.presenters.presenter import Presenter
from render.scene.held import Sets, set_passport
from render.scene.reader import SetReader, Tell
from render.scene.scene_data import SceneData
from render.service import RenderLoop
from stage.bus.memory_bus import MemoryBus
from stage.clock import ManualClock
from stage.errors import InputError
from stage.files.loading import find_stage, load_stage
from stage.maths.frame_clock import FrameClock
from stage.messages.commands import OnAir
from stage.messages.frames import Frame, FrameReport, Preview, SetState, Show
from stage.process.service import Service
from stage.process.waking import RENDER
from stage.units import NS_PER_S
from tests.looks import a_look

MS = 1_000_000
STEPS = 12
"""Of making a set ready."""
STAGE = load_stage(find_stage("two-walls"))
EMPTY = SceneData("empty")
PERIOD_NS = FrameClock(STAGE.rate_hz).period_ns
WAKING_NS, READY_NS = RENDER.rehearsed_ns


class TickingClock(ManualClock):
    """Time moves a little whenever it is read."""

    def now_ns(self) -> int:
        self.advance_ns(1_000)
        return super().now_ns()


class NoPictures:
    """What is read back of a wall that shows nothing."""

    def preview(self, name: str) -> NDArray[np.uint8]:
        return np.zeros((2, 3, 4), np.uint8)


class NotingRenderer:
    """Draws nothing, but takes time for it and notes when."""

    outer_drawn = False

    def __init__(self, clock: ManualClock, drawing_ns: int, rehearsing_ns: int) -> None:
        self._clock = clock
        self._drawing_ns = drawing_ns
        self._rehearsing_ns = rehearsing_ns
        self.readback = NoPictures()
        self.stands = False
        self.drawn: list[int] = []
        self.held: list[str] = []
        self.step_ns = MS
        self.steps_ns: list[int] = []
        self.rehearsed_ns: list[int] = []
        self.presented_ns: list[int] = []

    def draw(self, frame: Frame) -> None:
        self._clock.advance_ns(self._drawing_ns)
        self.drawn.append(frame.number)

    def rehearse(self, frame: Frame) -> None:
        self.rehearsed_ns.append(self._clock.now_ns())
        self._clock.advance_ns(self._rehearsing_ns)

    def finish(self) -> None:
        """Drawn already."""

    def present(self) -> None:
        self.presented_ns.append(self._clock.now_ns())

    def holding(self, name: str, scene: SceneData) -> Iterator[None]:
        for _ in range(STEPS):
            self._clock.advance_ns(self.step_ns)
            self.steps_ns.append(self._clock.now_ns())
            yield
        self.held.append(name)

    def let_go(self, name: str) -> bool:
        self.held.remove(name)
        return True


class NoScreens:
    """Outputs that are no windows."""

    windowed: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.idled = 0

    def idle(self) -> None:
        self.idled += 1


class World:
    """The loop, what it hears and what is heard of it. The conductor's lead is one frame."""

    def __init__(self, tmp_path: Path, drawing_ns: int = MS, rehearsing_ns: int = MS // 5) -> None:
        self.clock = TickingClock(NS_PER_S)
        self.grid = FrameClock(STAGE.rate_hz)
        self.renderer = NotingRenderer(self.clock, drawing_ns, rehearsing_ns)
        self.screens = NoScreens()
        self.reads: list[str] = []
        self.number = 0
        bus = MemoryBus()
        service = Service("render", find_stage("two-walls"), tmp_path, bus, self.clock)
        self._conductor = bus.publisher("conductor")
        self.heard = bus.subscriber("frame.report", "wall.preview", "render.set")
        reader = SetReader(self._read)
        sets = Sets("render", self.renderer, reader, {STAGE.scene: set_passport(())}, self.clock)
        renderer, screens = cast(Renderer, self.renderer), cast(Presenter, self.screens)
        self.loop = RenderLoop(service, STAGE, renderer, screens, sets)

    def _read(self, name: str, tell: Tell) -> SceneData:
        tell(0.5)
        self.reads.append(name)
        if name == "missing":
            raise InputError("missing", "scene", "no such set", "Check the name")
        return EMPTY

    def say(self, air: OnAir) -> None:
        """What is on air, as the conductor publishes it."""
        self._conductor.publish(air)

    def set_states(self) -> dict[str, str]:
        """What was heard of sets since the last call."""
        return {record.scene: record.state for record in self.heard.receive() if isinstance(record, SetState)}

    def show(self, scene: str) -> None:
        """The next frame, of a set."""
        self.number += 1
        self.decide(self.number, scene=scene)
        self.loop.turn()

    def show_until(self, scene: str, state: str) -> dict[str, str]:
        """Frames of a set until its state is said; what was said last of every set."""
        states = dict[str, str]()
        while states.get(scene) != state:
            self.show(scene)
            states |= self.set_states()
        return states

    def decide(self, number: int, lead_ns: int = PERIOD_NS, scene: str = STAGE.scene) -> Frame:
        """The frame as the conductor publishes it at its tick, which is now."""
        now_ns = self.clock.now_ns()
        frame = Frame(
            number=number,
            present_ns=now_ns + lead_ns,
            decided_ns=now_ns,
            scene=scene,
            scene_time_s=0.0,
            outer_number=0,
            outer_scene_time_s=0.0,
            look=a_look(),
            cameras=(),
        )
        self._conductor.publish(frame)
        return frame


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_frame_is_drawn_and_presented_at_its_present_time(world: World) -> None:
    frame = world.decide(30)
    world.loop.turn()
    world.loop.report()
    (report,) = [record for record in world.heard.receive() if isinstance(record, FrameReport)]
    assert world.renderer.drawn == [30]
    assert (report.number, report.skipped) == (30, 0)
    assert 0 <= report.presented_ns - frame.present_ns < MS // 10


def test_the_next_frame_is_rehearsed_before_it_is_due(world: World) -> None:
    """The lead is one frame: the next is decided when this one is presented."""
    frame = world.decide(30)
    world.loop.turn()
    waking_ns, ready_ns = world.renderer.rehearsed_ns
    assert frame.present_ns - WAKING_NS <= waking_ns < frame.present_ns - READY_NS
    assert frame.present_ns - READY_NS <= ready_ns < frame.present_ns - RENDER.rehearsal_ns


def test_with_a_short_lead_the_next_frame_is_rehearsed_after_this_one_was_presented(world: World) -> None:
    frame = world.decide(30, lead_ns=10 * MS)
    world.loop.turn()
    world.loop.turn()
    due_ns = frame.decided_ns + PERIOD_NS
    after_ns = [at_ns for at_ns in world.renderer.rehearsed_ns if at_ns > world.renderer.presented_ns[0]]
    waking_ns, ready_ns = after_ns
    assert due_ns - WAKING_NS <= waking_ns < due_ns - READY_NS <= ready_ns < due_ns - RENDER.rehearsal_ns


def test_a_rehearsal_that_takes_long_is_the_last_one(tmp_path: Path) -> None:
    """A second one would delay the frame."""
    world = World(tmp_path, rehearsing_ns=WAKING_NS - READY_NS // 2)
    world.decide(30)
    world.loop.turn()
    assert len(world.renderer.rehearsed_ns) == 1


def test_a_renderer_that_is_too_slow_rehearses_nothing(tmp_path: Path) -> None:
    world = World(tmp_path, drawing_ns=PERIOD_NS + 5 * MS)
    world.decide(30)
    world.loop.turn()
    world.loop.turn()
    assert world.renderer.rehearsed_ns == []


def test_a_frame_is_reported_only_when_the_next_one_does_not_wait_for_it(world: World) -> None:
    def reported() -> list[int]:
        return [record.number for record in world.heard.receive() if isinstance(record, FrameReport)]

    world.decide(30)
    world.loop.turn()
    assert reported() == []
    world.decide(31)
    world.loop.turn()
    assert reported() == [30]
    world.loop.turn()
    assert reported() == [31], "as soon as it is idle"


def test_the_newest_frame_wins_and_the_left_out_ones_are_counted(world: World) -> None:
    world.decide(30)
    world.loop.turn()
    for number in (31, 32, 33):
        world.decide(number)
    world.loop.turn()
    world.loop.report()
    reports = [record for record in world.heard.receive() if isinstance(record, FrameReport)]
    assert world.renderer.drawn == [30, 33]
    assert [report.skipped for report in reports] == [0, 2]


def test_without_a_frame_it_idles_and_comes_back(world: World) -> None:
    world.decide(30)
    world.loop.turn()
    for _ in range(3):
        world.loop.turn()
    assert world.screens.idled == 3
    world.decide(31)
    world.loop.turn()
    assert world.renderer.drawn == [30, 31]


@pytest.mark.parametrize("drawing_ns", [MS, PERIOD_NS + 5 * MS], ids=["in time", "late"])
def test_previews_are_sent_whether_or_not_there_is_time(tmp_path: Path, drawing_ns: int) -> None:
    world = World(tmp_path, drawing_ns)
    for number in range(30, 42):
        world.decide(number)
        world.loop.turn()
    sent = {record.output for record in world.heard.receive() if isinstance(record, Preview)}
    assert sent == {output.name for output in STAGE.outputs}


def test_a_set_that_is_not_held_is_read_while_frames_go_on(world: World) -> None:
    """Read in a thread, so it takes as many frames as it takes: none of them is left out."""
    states = world.show_until("other", "ready")
    assert world.renderer.held == ["other"]
    assert world.renderer.drawn == list(range(1, world.number + 1))
    assert states[STAGE.scene] == "ready"


@pytest.mark.parametrize("step_ns", [5 * MS, 25 * MS], ids=["short steps", "long steps"])
def test_a_set_is_made_ready_in_the_time_that_frames_leave(world: World, step_ns: int) -> None:
    """A step is begun only where a frame is drawn already and leaves time; a long one costs that frame a little, never
    the next, and steps that fit cost nothing."""
    world.renderer.step_ns = step_ns
    reports: list[FrameReport] = []
    while world.renderer.held != ["other"]:
        world.show("other")
        reports += [record for record in world.heard.receive() if isinstance(record, FrameReport)]
    world.loop.report()
    assert len(world.renderer.steps_ns) == STEPS
    assert world.renderer.drawn == list(range(1, world.number + 1))
    assert max(report.late_ns for report in reports) < (MS // 10 if step_ns < 10 * MS else step_ns)
    begun = [moment_ns - step_ns for moment_ns in world.renderer.steps_ns]
    presented = world.renderer.presented_ns
    assert all(any(shown - PERIOD_NS < moment_ns < shown for shown in presented) for moment_ns in begun)


def test_a_set_is_made_ready_also_where_frames_leave_no_time(tmp_path: Path) -> None:
    world = World(tmp_path, drawing_ns=PERIOD_NS + 5 * MS)
    world.show_until("other", "ready")
    frames_between = np.diff(np.searchsorted(world.renderer.presented_ns, world.renderer.steps_ns))
    assert set(frames_between.tolist()) == {1}, "one step after each frame"


def test_a_set_that_cannot_be_read_is_said_and_tried_again_when_wanted_anew(world: World) -> None:
    world.show_until("missing", "failed")
    assert world.reads == ["missing"]
    world.show(STAGE.scene)
    world.heard.receive()
    world.show_until("missing", "failed")
    assert world.reads == ["missing", "missing"]
    assert world.renderer.held == []


def air(*prepared: str) -> OnAir:
    return OnAir(
        look=a_look(),
        preset=None,
        scene=STAGE.scene,
        show=Show(),
        held=False,
        undo_steps=0,
        redo_steps=0,
        fade_until_ns=0,
        changed_by=None,
        since_ns=0,
        prepared=prepared,
    )


def test_sets_are_prepared_before_a_frame_names_them_and_let_go_when_nobody_wants_them(world: World) -> None:
    world.say(air("other"))
    states = world.show_until(STAGE.scene, "ready")
    while states.get("other") != "ready":
        world.show(STAGE.scene)
        states |= world.set_states()
    assert world.renderer.held == ["other"]
    world.say(air())
    world.show(STAGE.scene)
    world.show(STAGE.scene)
    assert world.renderer.held == []
    assert "other" not in world.set_states()


def test_a_set_on_the_wall_is_not_let_go(world: World) -> None:
    world.say(air("other"))
    world.show_until("other", "ready")
    world.say(air())
    world.show("other")
    world.show("other")
    assert world.renderer.held == ["other"]
