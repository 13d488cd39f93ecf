"""What is said of sets on their way and of those that are ready: share, time, passport."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from render.scene.held import MOST_ENTRIES, READ_SHARE, Sets, set_passport
from render.scene.reader import SetReader, Tell
from render.scene.scene_data import SceneData
from stage.clock import ManualClock
from stage.files.passport import approximated, drawn, lost
from stage.messages.codec import decode, encode
from stage.messages.frames import SetState
from stage.units import NS_PER_S

PASSPORT = (drawn("a.glb", "3 triangles"), lost("a.glb", "points", "only triangles"), approximated("b.mov", "25", "24"))


class NoCard:
    """Holds in two steps."""

    def holding(self, name: str, scene: SceneData) -> Iterator[None]:
        yield

    def let_go(self, name: str) -> bool:
        return True


def test_a_set_says_how_far_it_is_and_then_what_its_files_ask_for() -> None:
    clock, half, go_on = ManualClock(NS_PER_S), threading.Event(), threading.Event()

    def read(name: str, tell: Tell) -> SceneData:
        tell(0.5)
        half.set()
        go_on.wait(10)
        return SceneData(name, passport=PASSPORT)

    sets = Sets("render", NoCard(), SetReader(read), {"first": set_passport(())}, clock)
    sets.want("second")
    half.wait(10)
    clock.sleep_until_ns(3 * NS_PER_S)
    first, second = sets.states
    assert (first.state, first.share) == ("ready", 1.0)
    assert first.passport is not None
    assert first.passport.verdict == "ready"
    assert (second.state, second.share, second.loading_s) == ("loading", 0.5 * READ_SHARE, 2.0)
    go_on.set()
    while sets.states[1].passport is None:
        sets.hold_what_was_read(clock.now_ns())
    assert sets.states[1].share == READ_SHARE
    while not sets.is_ready("second"):
        sets.hold_what_was_read(clock.now_ns())
    told = sets.states[1]
    assert told.share == 1.0
    assert told.passport is not None
    assert (told.passport.verdict, told.passport.lost, told.passport.approximated) == ("look at this", 1, 1)
    assert [line.fate for line in told.passport.lines] == ["lost", "approximated", "drawn"]


def test_a_state_with_a_passport_goes_over_the_bus_and_is_bounded() -> None:
    many = tuple(lost("a.glb", f"thing {number}", "why") for number in range(500))
    state = SetState("render", "s", "ready", "", passport=set_passport(many))
    assert state.passport is not None
    assert (state.passport.lost, len(state.passport.lines)) == (500, MOST_ENTRIES)
    assert decode("render.set", encode(state)) == state
