"""In which order and how many at a time the manager starts what the show needs; children that only note it."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from typing import cast

import pytest

from stage.bus.memory_bus import MemoryBus
from stage.clock import ManualClock
from stage.manager.child import Child
from stage.manager.service import Manager
from stage.manager.table import Process
from stage.messages.control import Heartbeat
from stage.units import NS_PER_S

TURN_NS = NS_PER_S // 10
ROLES = ("render", "conductor", "tracking")


class Stub:
    """A child that is only a note; those `ready` say so as soon as they are spawned."""

    has_spare = took_over = True
    end_fd = -1

    def __init__(self, role: str, ready: bool, world: World) -> None:
        self.process = Process(role, "none")
        self._ready, self._world = ready, world
        self._ended = False

    def spawn(self) -> int:
        self._world.spawned.append(self.process.role)
        pid = len(self._world.spawned)
        if self._ready:
            beat = Heartbeat(self.process.role, pid, 1, 0, True)
            self._world.bus.publisher(self.process.role).publish(beat)
        return pid

    def exit_code(self) -> int | None:
        """Asked once a turn: time passes with it."""
        self._world.clock.advance_ns(TURN_NS // len(ROLES))
        return 0 if self._ended else None

    def signal(self, number: signal.Signals) -> None:
        self._ended = True

    def discard_spare(self) -> None:
        """There is none."""

    def note_cpu(self) -> None:
        """It uses none."""

    def last_words(self) -> str:
        return ""

    def cpu_percent_and_memory_mb(self) -> tuple[float, float]:
        return 0.0, 0.0


class World:
    """A manager of the three roles, on a machine of so many cores, stopped after half a second."""

    def __init__(self, cores: int, ready: Sequence[str]) -> None:
        self.bus, self.clock, self.spawned = MemoryBus(), ManualClock(NS_PER_S), list[str]()
        children = [cast(Child, Stub(role, role in ready, self)) for role in ROLES]
        Manager(children, self.bus, self.clock, cores=cores).run(self.clock.now_ns() + NS_PER_S // 2)


@pytest.mark.parametrize("cores", [1, 2])
def test_with_two_cores_the_third_waits_until_another_is_ready(cores: int) -> None:
    assert World(cores, ready=()).spawned == ["render", "conductor"]
    assert World(cores, ready=("conductor",)).spawned == ["render", "conductor", "tracking"]


def test_with_cores_for_all_nobody_waits() -> None:
    assert World(4, ready=()).spawned == list(ROLES)
