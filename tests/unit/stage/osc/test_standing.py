"""How the stage stands, as a remote control is told: a key turns red with the alert and green when it is over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stage.messages.control import AlertState, Heartbeat
from stage.messages.frames import CameraChoice
from stage.messages.samples import Validity
from stage.osc.feedback import status_of
from stage.osc.standing import SILENT_NS, UNWATCHED, Standing, StandingWatch
from stage.units import NS_PER_S
from tests.unit.stage.console.world import HEALTH, report
from tests.unit.stage.osc.test_osc import AIR

LOST = AlertState("source-lost", "mars", True, "", 5)
LATE = AlertState("frames-late", "wall", True, "", 9)
NEW = AlertState("from-another-release", "x", True, "", 1)


class Stage:
    """A running stage: the console lives and frames are drawn, a second at a time."""

    def __init__(self) -> None:
        self.watch, self.now_ns, self.number = StandingWatch(), NS_PER_S, 0

    def second(self, *alerts: AlertState, console: bool = True, frames: int = 24) -> Standing:
        self.now_ns += NS_PER_S
        for _ in range(frames):
            self.number += 1
            self.watch.hear(report(self.number), self.now_ns)
        if console:
            self.watch.hear(Heartbeat("console", 1, 1, self.now_ns, True), self.now_ns)
        for alert in alerts:
            self.watch.hear(alert, self.now_ns)
        return self.watch.standing(self.now_ns)


def test_a_stage_that_draws_and_is_watched_is_healthy() -> None:
    stage = Stage()
    stage.second()
    assert stage.second().healthy
    assert stage.second().fps == pytest.approx(24.0)
    assert not stage.second(frames=0).healthy, "no frame is drawn"


def test_the_worst_alert_is_told_in_words_and_a_critical_one_is_not_healthy() -> None:
    stage = Stage()
    stage.second()
    late = stage.second(LATE, NEW)
    assert (late.healthy, late.critical, late.warnings, late.alert) == (True, 0, 2, "Frames late on the wall")
    lost = stage.second(LATE, LOST)
    assert (lost.healthy, lost.critical, lost.alert) == (False, 1, "TRACKING LOST: mars")
    over = stage.second(replace(LOST, active=False))
    assert (over.healthy, over.critical, over.warnings) == (True, 0, 2)


def test_an_alert_that_nobody_repeats_is_forgotten() -> None:
    stage = Stage()
    stage.second(LOST)
    for _ in range(SILENT_NS // NS_PER_S):
        stage.second()
    assert stage.second().critical == 0


def test_where_nobody_watches_the_stage_is_not_called_healthy() -> None:
    stage = Stage()
    stage.second()
    for _ in range(SILENT_NS // NS_PER_S):
        stage.second(console=False)
    alone = stage.second(console=False)
    assert (alone.healthy, alone.alert) == (False, UNWATCHED)


def test_trackers_are_told_and_one_that_is_no_longer_reported_is_lost() -> None:
    stage = Stage()
    stage.watch.hear(replace(HEALTH, source="a", validity=Validity.LIVE), stage.now_ns)
    stage.watch.hear(replace(HEALTH, source="b", validity=Validity.STALE), stage.now_ns)
    assert stage.second().sources == (("a", "live"), ("b", "stale"))
    stage.now_ns += SILENT_NS
    assert stage.second().sources == (("a", "lost"), ("b", "lost"))


def test_each_of_it_has_an_address() -> None:
    air = replace(AIR, choice=CameraChoice(("a", "b", "c"), ("a",), ("c",)))
    standing = Standing(fps=24.0, late=2, healthy=True, warnings=1, sources=(("mars", "live"),))
    told = {call.address.removeprefix("/stage/status/"): call.arguments for call in status_of(air, standing, "/stage")}
    assert (told["healthy"], told["alerts"], told["alert"]) == ((True,), (0, 1), ("",))
    assert (told["fps"], told["late_frames"], told["tracking/mars"]) == ((24.0,), (2,), ("live",))
    assert [told[f"camera/{name}/place"] for name in "abc"] == [(0,), (2,), (1,)]
    assert [told[f"camera/{name}/on"] for name in "abc"] == [(False,), (True,), (True,)]
    assert [told[f"camera/{name}/on_air"] for name in "abc"] == [(False,), (False,), (True,)]
