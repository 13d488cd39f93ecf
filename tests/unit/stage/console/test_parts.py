"""The table of the console's parts: what a row promises, and that a row is all a new feature needs."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from stage.console import app, service
from stage.console.app import build_app
from stage.console.link.board import Board
from stage.console.link.ensemble import Ensemble
from stage.console.link.part import Changes, Part, Row
from stage.console.link.plain import Plain, plain
from stage.console.link.web_server import WebServer
from stage.console.parts import KINDS, PARTS
from stage.messages.control import AlertState
from stage.messages.frames import SetState
from stage.messages.topics import TOPIC_BY_NAME, Record
from stage.units import NS_PER_S
from tests.unit.stage.console.world import HEALTH, PROCESS, a_ground, frame, preview, report
from tools.dev.gen_console_types import typescript

MOST_PARAMETERS = 4


def test_names_and_kinds_are_unique() -> None:
    names = Counter(row.name for row in PARTS)
    kinds = Counter(kind for row in PARTS for kind in row.kinds)
    assert [name for name, times in (names + kinds).items() if names[name] > 1 or kinds[name] > 1] == []
    assert set(KINDS) == set(kinds)


def test_every_topic_is_named_once_by_a_part() -> None:
    for row in PARTS:
        topics = (*row.hears, *row.sees)
        assert len(set(topics)) == len(topics), row.name
        assert set(topics) <= set(TOPIC_BY_NAME), row.name


class Listener(Part):
    """Remembers what it was given."""

    def __init__(self, heard: dict[str, list[str]], name: str) -> None:
        self._heard, self._name = heard, name

    def hear(self, record: Record, now_ns: int) -> None:
        self._heard.setdefault(self._name, []).append(type(record).__name__)


def test_a_part_hears_the_topics_that_it_names_and_no_other(tmp_path: Path) -> None:
    heard: dict[str, list[str]] = {}
    rows = [
        Row("alerts", lambda ground: Listener(heard, "alerts"), hears=("alert",)),
        Row("frames", lambda ground: Listener(heard, "frames"), hears=("conductor.frame", "frame.report")),
        Row("pictures", lambda ground: Listener(heard, "pictures"), sees=("wall.preview",)),
        Row("deaf", lambda ground: Listener(heard, "deaf")),
    ]
    together = Ensemble(rows, a_ground(tmp_path))
    alert = AlertState("rate-low", "wall", True, "", 0)
    together.hear([frame(0), alert, report(0), preview("left", 0, (1, 2, 3))], 0)
    assert heard == {"alerts": ["AlertState"], "frames": ["Frame", "FrameReport"], "pictures": ["Preview"]}
    assert together.hears == ("alert", "conductor.frame", "frame.report")
    assert together.sees == ("wall.preview",)


def test_what_a_part_shows_is_of_the_kinds_of_its_row(tmp_path: Path) -> None:
    stands_on = a_ground(tmp_path)
    said: list[Record] = [frame(0), report(0), HEALTH, PROCESS, AlertState("rate-low", "wall", True, "", 0)]
    for row in PARTS:
        part = row.make(stands_on)
        for record in [*said, preview("left", 0, (1, 2, 3))]:
            if record.__class__ in {TOPIC_BY_NAME[topic].record for topic in (*row.hears, *row.sees)}:
                part.hear(record, 0)
        shown = [*part.turn(0).shown, *part.turn(NS_PER_S).shown, *stands_on.board.values]
        stands_on.board.put({}, tuple(stands_on.board.values))
        assert {key.partition("/")[0] for key in shown} <= set(row.kinds), row.name
        part.close()


class Applause(Part):
    """A feature that nobody has thought of yet: five lines."""

    def add_routes(self, app: FastAPI) -> None:
        app.add_api_route("/api/applause", lambda: {"claps": 3})

    def hear(self, record: Record, now_ns: int) -> None:
        self.heard = record

    def turn(self, now_ns: int) -> Changes:
        return Changes({"applause/": plain(self.heard)})


A_SET = SetState("render", "courtyard", "ready", "")
APPLAUSE = Row("applause", lambda ground: Applause(), {"applause": SetState}, hears=("render.set",))


def test_a_new_feature_is_its_file_and_its_row(tmp_path: Path) -> None:
    stands_on = a_ground(tmp_path)
    together = Ensemble((*PARTS, APPLAUSE), stands_on)
    together.hear([A_SET], 0)
    stands_on.board.put(together.turn(0).shown)
    served = build_app(stands_on.board, stands_on.door, together.parts, tmp_path / "no-page")
    client = TestClient(served, base_url="http://127.0.0.1:8140", client=("127.0.0.1", 50000))
    assert client.get("/api/applause").json() == {"claps": 3}
    assert client.get("/api/state").json()["applause/"] == plain(A_SET)
    stranger = TestClient(served, base_url="http://127.0.0.1:8140", client=("192.0.2.7", 50000))
    assert stranger.get("/api/applause").status_code == 401
    kinds: dict[str, type[Any]] = {**KINDS, **APPLAUSE.kinds}
    assert "  applause: SetState;\n" in typescript(kinds)


def test_what_two_parts_say_reaches_everybody(tmp_path: Path) -> None:
    class One(Part):
        def turn(self, now_ns: int) -> Changes:
            return Changes({"one/": 1}, ("old/1",))

    class Two(Part):
        def turn(self, now_ns: int) -> Changes:
            return Changes({"two/": 2}, ("old/2",))

        def fetch(self) -> list[Record]:
            return [HEALTH]

    together = Ensemble([Row("one", lambda ground: One()), Row("two", lambda ground: Two())], a_ground(tmp_path))
    board: Board[Plain] = Board()
    board.put({"old/1": 0, "old/2": 0})
    changes = together.turn(0)
    board.put(changes.shown, changes.gone)
    assert board.values == {"one/": 1, "two/": 2}
    assert together.fetch() == [HEALTH]


BUILDERS: tuple[Callable[..., object], ...] = (
    Ensemble,
    WebServer,
    *(row.make for row in PARTS),
    *(
        function
        for module in (app, service)
        for _, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
    ),
)


@pytest.mark.parametrize("builder", BUILDERS, ids=lambda builder: str(builder.__name__))
def test_no_builder_of_the_console_has_many_parameters(builder: Callable[..., object]) -> None:
    assert len(inspect.signature(builder).parameters) <= MOST_PARAMETERS
