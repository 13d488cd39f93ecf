"""The bench of consoles: its clients at a real server, the drag of a slider, and what is made of both."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgpack
import pytest

from stage.clock import ManualClock, MonotonicClock
from stage.console.app import build_app
from stage.console.link.picture_part import PicturePart
from stage.console.link.plain import Plain, plain
from stage.console.link.web_server import WebServer, listening_socket, url_of
from stage.console.orders.command_line import CommandLine
from stage.console.orders.control_api import add_control
from stage.messages.commands import Command, CommandResult
from stage.messages.frames import FrameReport
from stage.model.look import Exposure
from stage.process.edge import Edge
from tests.looks import a_look
from tests.unit.stage.console.world import Routes, a_ground
from tools.bench.console_clients import Console, Consoles
from tools.bench.consoles import MOST_EV, Drag, _compared, arrivals, drag

COUNT = 3
PERIOD_NS = 40_000_000


class Stand:
    """The console's server, and a stage that does whatever it is told at once."""

    def __init__(self, folder: Path) -> None:
        stands_on = a_ground(folder)
        self.state = stands_on.board
        self.state.put({"air/": air(0.0), "log/0": "first"})
        self.told: list[Command] = []
        self.line = CommandLine(MonotonicClock(), lambda air, name, arguments: dict(arguments))
        parts = (Routes(lambda app: add_control(app, self.line)), PicturePart(stands_on))
        self.app = build_app(self.state, stands_on.door, parts, folder / "none")
        self.server = WebServer(listening_socket("127.0.0.1", 0), Edge(MonotonicClock().now_ns))
        self.url = url_of(self.server.bound)
        self.ends = threading.Event()
        self.stage = threading.Thread(target=self._obey)

    def _obey(self) -> None:
        while not self.ends.wait(0.005):
            for command in self.line.fetch():
                self.told.append(command)
                result = CommandResult(
                    number=command.number,
                    name=command.name,
                    who=command.who,
                    accepted=True,
                    text="",
                    frame_number=1,
                    done_ns=0,
                )
                self.server.call(self.line.answered, result)
                self.show(exposure_of(command))

    def show(self, ev: float) -> None:
        self.server.call(self.state.put, {"air/": air(ev)})


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    made = Stand(tmp_path)
    made.server.start(made.app)
    made.stage.start()
    yield made
    made.ends.set()
    made.stage.join()
    made.server.close()


def air(ev: float) -> Plain:
    return plain({"look": replace(a_look(), exposure=Exposure(ev))})


def exposure_of(command: Command) -> float:
    return float(command.arguments["values"]["exposure.ev"])


def batch(number: int, first: bool, changed: dict[str, Any], gone: tuple[str, ...] = ()) -> bytes:
    return msgpack.packb([number, first, changed, gone])


def test_a_console_holds_what_the_batches_say_and_answers_each() -> None:
    console = Console()
    assert console.take(batch(1, True, {"air/": air(0.25), "alert/x": 1}), 100) == "1"
    assert console.take(batch(2, False, {"air/": air(0.25)}, ("alert/x",)), 200) == "2"
    assert (console.ev, console.ev_ns, set(console.values)) == (0.25, 100, {"air/"})
    console.take(batch(3, False, {"air/": air(0.5)}), 300)
    assert (console.ev, console.ev_ns) == (0.5, 300)


def test_all_consoles_get_the_last_value_of_a_drag(stand: Stand) -> None:
    consoles = Consoles(stand.url, COUNT, MonotonicClock())

    async def run() -> tuple[Drag, list[dict[str, Any]], int]:
        await consoles.open()
        done = await asyncio.to_thread(drag, MonotonicClock(), stand.url, 0.3)
        held = await until(consoles, lambda each: all(one["ev"] == MOST_EV for one in each))
        return done, held, await consoles.close()

    done, held, lost = asyncio.run(run())
    values = [exposure_of(command) for command in stand.told]
    assert len(held) == COUNT
    assert lost == 0
    assert done.sent == len(values) >= 2
    assert values == sorted(values)
    assert values[-1] == MOST_EV


def test_a_console_that_answers_nothing_is_sent_two_batches_and_then_the_newest_values_alone(stand: Stand) -> None:
    consoles = Consoles(stand.url, COUNT, MonotonicClock())

    async def run() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        await consoles.open()
        await until(consoles, lambda each: all(one["values"] == 2 for one in each))
        await consoles.count()
        await consoles.stall()
        for step in range(1, 41):
            stand.show(step / 64.0)
            await until(consoles, shows(0, step / 64.0))
        asleep = await consoles.figures()
        await consoles.resume()
        awake = await until(consoles, shows(-1, 40 / 64.0))
        await consoles.close()
        return asleep, awake

    asleep, awake = asyncio.run(run())
    one_batch = len(batch(1, False, {"air/": air(0.5)}))
    assert asleep[0]["state_bytes"] >= 40 * (one_batch - 8)
    assert asleep[-1]["state_bytes"] <= 2 * (one_batch + 8)
    assert asleep[-1]["ev"] < 3 / 64.0
    assert awake[-1]["state_bytes"] <= 2 * (one_batch + 8)


def shows(place: int, ev: float) -> Callable[[list[dict[str, Any]]], bool]:
    return lambda each: bool(each[place]["ev"] == ev)


async def until(consoles: Consoles, true: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
    async with asyncio.timeout(100.0):
        while not true(held := await consoles.figures()):
            await asyncio.sleep(0.002)
    return held


def test_a_console_without_the_last_value_or_with_it_too_late_is_not_good() -> None:
    done = Drag(200, 1.0, 1_000_000_000)
    there, late, other = {"ev": 1.0, "ev_ns": 1_100_000_000}, {"ev": 1.0, "ev_ns": 1_300_000_000}, {"ev": 0.9}
    good = arrivals(done, [there, there])
    assert (good["good"], good["after_release_max_ms"]) == (True, 100.0)
    assert not arrivals(done, [there, late])["good"]
    missing = arrivals(done, [there, other])
    assert (missing["good"], missing["have_the_last_value"], missing["of"]) == (False, 1, 2)


def test_the_ratio_is_the_median_over_the_rounds() -> None:
    def reports(drawing_ms: int) -> list[FrameReport]:
        return [
            FrameReport(
                node="render",
                number=n,
                present_ns=0,
                received_ns=0,
                drawn_ns=drawing_ms * 1_000_000,
                presented_ns=0,
                late_ns=0,
                skipped=0,
                cpu_ns=0,
                outer_drawn=False,
            )
            for n in range(10)
        ]

    figures = _compared([reports(10), reports(10), reports(90)], [reports(12), reports(11), reports(90)], PERIOD_NS)
    assert figures["drawing_ratio"] == {"p50": 1.1, "p99": 1.1}


def test_a_drag_fails_loudly_where_nobody_listens() -> None:
    with pytest.raises(OSError, match="refused"):
        drag(ManualClock(1), "http://127.0.0.1:1/", 1.0)
