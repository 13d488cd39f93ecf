"""A console with all its parts and a stage that is only said to be there: much is wrong, much is there to show."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

from stage.clock import ManualClock
from stage.console.app import build_app
from stage.console.door.door import Door
from stage.console.link.ensemble import Ensemble
from stage.console.link.web_server import WebServer, listening_socket, url_of
from stage.console.parts import PARTS
from stage.messages.commands import CommandResult, OnAir, Slate
from stage.messages.control import AlertState, Phase
from stage.messages.frames import Show
from stage.messages.samples import Validity
from stage.process.edge import Edge
from stage.units import NS_PER_S
from tests.looks import a_look
from tests.unit.stage.console.world import HEALTH, PROCESS, a_ground, frame, present_ns, preview, report

TURN_S = 0.1
FRAMES_A_TURN = 2
ROLES = ("tracking", "conductor", "render", "console", "osc", "lights", "stills", "backdrop")
BROKEN_PRESET = (
    'schema = "look/1"\nname = "broken"\ncolour = "a colour that nobody has ever heard of, at great length"\n'
)
AIR = OnAir(
    look=a_look(),
    preset="dusk",
    scene="courtyard",
    show=Show(),
    held=False,
    undo_steps=3,
    redo_steps=1,
    fade_until_ns=0,
    changed_by="ann@192.0.2.7",
    since_ns=0,
    recalled="dusk",
    undo_of="exposure.ev",
    slate=Slate("27B", 3),
)


DONE = CommandResult(
    number="",
    name="look.set",
    who="ann@192.0.2.7",
    accepted=True,
    text="exposure.ev -1.25",
    frame_number=7,
    done_ns=0,
)


class FullConsole:
    """In this process; everybody at this machine is an operator. `air`: what is on air from the next turn on."""

    def __init__(self, folder: Path) -> None:
        (folder / "looks").mkdir(exist_ok=True)
        (folder / "looks" / "broken.toml").write_text(BROKEN_PRESET)
        self.air = AIR
        self._clock = ManualClock(10**15)
        edge = Edge(self._clock.now_ns)
        self._server = WebServer(listening_socket("127.0.0.1", 0), edge)
        self.url = url_of(self._server.bound)
        ground = a_ground(folder, self._clock, Door(self._clock, None), self._server.call)
        self._ensemble = Ensemble(PARTS, ground, edge)
        self._board = ground.board
        self._app = build_app(self._board, ground.door, self._ensemble.parts)
        self._number = 10**15 // (present_ns(1))
        self._ends = threading.Event()
        self._feeder = threading.Thread(target=self._feed)

    def __enter__(self) -> FullConsole:
        self._server.call(self._board.put, self._ensemble.turn(self._clock.now_ns()).shown)
        self._server.start(self._app)
        self._feeder.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ends.set()
        self._feeder.join()
        self._server.close()
        self._ensemble.close()

    def _feed(self) -> None:
        while not self._ends.wait(TURN_S):
            for _ in range(FRAMES_A_TURN):
                self._number += 1
                self._hear_one()
            changes = self._ensemble.turn(self._clock.now_ns())
            self._server.call(self._board.put, changes.shown, changes.gone)

    def _hear_one(self) -> None:
        now_ns = present_ns(self._number)
        self._clock.advance_ns(now_ns - self._clock.now_ns())
        lost = replace(HEALTH, validity=Validity.LOST, warning="checksum wrong in 5 of 300 packets", observed_ns=now_ns)
        self._ensemble.hear([frame(self._number), report(self._number, skipped=self._number % 7 == 0), lost], now_ns)
        if self._number % 24:
            return
        told = [replace(PROCESS, role=role, since_ns=now_ns - 60 * NS_PER_S) for role in ROLES]
        told[3] = replace(told[3], state=Phase.RESTARTING, restarts=4, reason="killed after 5 s without a heartbeat")
        alert = AlertState("lights-silent", "lights", True, "10.0.0.7: No route to host", now_ns - 30 * NS_PER_S)
        done = replace(DONE, number=str(self._number), done_ns=now_ns)
        refused = replace(done, number="no", accepted=False, text="Set: snowfield is not ready on render: preparing it")
        shown = preview("left", self._number, (90, 120, 160))
        self._ensemble.hear([self.air, alert, done, refused, shown, *told], now_ns)
