"""Commands over HTTP: typed, answered, from this machine only; the shelf of presets and sets."""

from __future__ import annotations

import asyncio
import threading
from base64 import b64encode
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from stage.clock import MonotonicClock
from stage.console.library.preset_part import PresetPart
from stage.console.orders import command_line
from stage.console.orders.command_line import CommandLine
from stage.console.orders.control_api import LARGEST_BODY_BYTES, add_control
from stage.console.orders.lights_api import add_lights
from stage.errors import InputError
from stage.library.completion import completed
from stage.messages.commands import Command, CommandResult
from stage.show.orders.table import ORDERS
from tests.unit.stage.console.world import a_ground, app_with
from tests.unit.stage.mvr.test_mvr import fixture, mvr, plan

HERE = "http://127.0.0.1:8140"
JSON = {"Content-Type": "application/json"}
PRESET = """schema = "look/1"
name = "own"
title = "My own"
colour = "#123456"
[transition]
duration_s = 3.0
[look.exposure]
ev = -2.0
"""


class Stage:
    """A conductor that answers every command: refuses what it is told to."""

    def __init__(self, line: CommandLine, refuse: str = "") -> None:
        self.heard: list[Command] = []
        self._line, self._refuse = line, refuse
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._ends.wait(0.002):
            for command in self._line.fetch():
                self.heard.append(command)
                good = command.name != self._refuse
                self._line.answered(
                    CommandResult(
                        number=command.number,
                        name=command.name,
                        who=command.who,
                        accepted=good,
                        text="text",
                        frame_number=9 if good else None,
                        done_ns=0,
                    )
                )

    def end(self) -> None:
        self._ends.set()
        self._thread.join()


class ThreadSafeLine(CommandLine):
    """Answers come from the stage's thread: hand them to the loop that waits."""

    def answered(self, result: CommandResult) -> None:
        future = self._waiting.get(result.number)
        if future is not None:
            future.get_loop().call_soon_threadsafe(super().answered, result)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "looks").mkdir()
    (tmp_path / "looks" / "own.toml").write_text(PRESET)
    (tmp_path / "looks" / "broken.toml").write_text(PRESET.replace("ev = -2.0", "ev = 99"))
    return tmp_path


@pytest.fixture
def line(folder: Path) -> CommandLine:
    return ThreadSafeLine(MonotonicClock(), partial(completed, folder))


@pytest.fixture
def client(line: CommandLine) -> TestClient:
    def add(app: FastAPI) -> None:
        add_control(app, line)
        add_lights(app, line)

    return TestClient(app_with(add), base_url=HERE, client=("127.0.0.1", 50000))


@pytest.fixture
def stage(line: CommandLine) -> Iterator[Stage]:
    stage = Stage(line, refuse="look.undo")
    yield stage
    stage.end()


def test_a_command_is_answered_by_the_stage(client: TestClient, stage: Stage) -> None:
    answer = client.post("/api/commands/show.black", json={"on": True}, headers={"X-Operator": "ann"})
    assert (answer.status_code, answer.json()) == (200, {"accepted": True, "text": "text", "frame_number": 9})
    assert (stage.heard[0].name, stage.heard[0].arguments) == ("show.black", {"on": True})
    assert stage.heard[0].who == "ann@127.0.0.1"


def test_what_the_stage_refuses_is_a_conflict(client: TestClient, stage: Stage) -> None:
    answer = client.post("/api/commands/look.undo")
    assert (answer.status_code, answer.json()["accepted"]) == (409, False)


def test_a_recall_takes_part_and_transition_from_the_file(client: TestClient, stage: Stage) -> None:
    client.post("/api/commands/look.recall", json={"preset": "own", "transition": {"curve": "linear"}})
    given = stage.heard[0].arguments
    assert given["part"] == {"exposure": {"ev": -2.0}}
    assert given["transition"] == {"duration_s": 3.0, "curve": "linear"}


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("show.blak", b"{}", "Did you mean 'show.black'"),
        ("show.black", b"{", "not JSON"),
        ("show.black", b"[1]", "not a JSON object"),
        ("show.black", b'{"on": true, "of": 1}', "of: unknown key"),
        ("show.pattern", b'{"name": "zebra"}', "must be one of ramps"),
        ("show.bypass", b'{"steps": ["taste"]}', "must be one of white-balance"),
        ("look.recall", b'{"preset": "none-such"}', "no such look"),
        ("look.recall", b'{"preset": "broken"}', "broken.toml:8: look.exposure.ev"),
        ("scene.switch", b'{"scene": "moon"}', "no such scene"),
    ],
)
def test_what_cannot_be_right_is_said_at_once(client: TestClient, name: str, body: bytes, says: str) -> None:
    answer = client.post(f"/api/commands/{name}", content=body, headers=JSON)
    assert answer.status_code == 422
    assert says in answer.json()["text"]


def test_a_stage_that_does_not_answer_is_said(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_line, "ANSWER_S", 0.05)
    assert client.post("/api/commands/look.undo").status_code == 504


def test_a_body_without_end_is_refused(client: TestClient) -> None:
    assert (
        client.post("/api/commands/look.set", content=b"x" * (LARGEST_BODY_BYTES + 1), headers=JSON).status_code == 413
    )


def test_commands_are_taken_from_this_machine_only(line: CommandLine) -> None:
    app = app_with(lambda app: add_control(app, line))
    stranger = TestClient(app, base_url=HERE, client=("192.0.2.7", 50000))
    assert stranger.post("/api/commands/show.black", json={"on": True}).status_code == 401


def test_another_sites_page_cannot_give_commands(client: TestClient) -> None:
    answer = client.post("/api/commands/show.black", json={"on": True}, headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403


def test_the_shelf_has_own_presets_and_bundled_ones_and_says_what_is_broken(folder: Path) -> None:
    app = app_with(PresetPart(a_ground(folder)).add_routes)
    shelf = TestClient(app, base_url=HERE, client=("127.0.0.1", 50000)).get("/api/shelf").json()
    cards = {card["name"]: card for card in shelf["presets"]}
    assert len(cards["own"].pop("revision")) == 16
    assert cards["own"] == {
        "name": "own", "title": "My own", "description": "", "colour": "#123456",
        "duration_s": 3.0, "curve": "smooth", "locked": False, "own": True, "groups": ["exposure"], "problem": None,
        "key": None,
    }  # fmt: skip
    assert "look.exposure.ev" in cards["broken"]["problem"]
    assert {"neutral", "dusk"} <= set(cards)
    assert "courtyard" in shelf["scenes"]


def test_every_command_is_described(client: TestClient) -> None:
    assert set(client.get("/api/commands").json()) == set(ORDERS)


def test_commands_that_nobody_answers_do_not_pile_up(line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_line, "MOST_WAITING", 3)
    monkeypatch.setattr(command_line, "ANSWER_S", 0.05)

    async def many() -> list[Any]:
        tasks = [line.give("look.undo", {}, "ann") for _ in range(4)]
        return list(await asyncio.gather(*tasks, return_exceptions=True))

    answers = asyncio.run(many())
    assert sum(isinstance(answer, InputError) for answer in answers) == 1
    assert sum(answer is None for answer in answers) == 3


def test_a_fixture_is_identified_by_the_command(client: TestClient, stage: Stage) -> None:
    assert client.post("/api/lights/key/identify", json={}).json()["accepted"] is True
    assert (stage.heard[0].name, stage.heard[0].arguments) == ("lights.identify", {"fixture": "key"})
    assert client.post("/api/lights/no%07name/identify", json={}).status_code == 422


def test_a_lighting_plan_is_answered_with_a_proposal_or_with_what_is_wrong(client: TestClient, tmp_path: Path) -> None:
    scene = plan(fixture("key", "519"))
    sent = {"filename": "plan.mvr", "base64": b64encode(mvr(tmp_path, scene).read_bytes()).decode()}
    proposal = client.post("/api/lights/import", json=sent).json()
    assert proposal["accepted"] is True
    assert (proposal["proposal"]["fixtures"][0]["name"], "address = 7" in proposal["toml"]) == ("key", True)
    for broken in (sent | {"base64": "AAAA"}, sent | {"base64": "?"}):
        answer = client.post("/api/lights/import", json=broken)
        assert answer.status_code == 422
        assert answer.json()["text"].startswith("plan.mvr")
