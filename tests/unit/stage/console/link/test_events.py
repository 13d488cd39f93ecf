"""The state for small clients: lines of JSON; and what is said where no route takes a request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from stage.clock import MonotonicClock
from stage.console.app import build_app
from stage.console.door.door import Door
from stage.console.link.events import event_of
from stage.console.link.mailbox import Batch, Mailbox
from stage.console.orders.part import OrderPart
from tests.unit.stage.console.world import a_ground

HERE = "http://127.0.0.1:8140"
BOARD: dict[str, Any] = {"air/": {"cue": "12"}, "alert/source-lost/a": {"text": "x"}, "frame/": {"number": 1}}


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    ground = a_ground(tmp_path, door=Door(MonotonicClock(), None))
    ground.board.put(BOARD)
    return build_app(ground.board, ground.door, (OrderPart(ground),), tmp_path / "page")


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, base_url=HERE, client=("127.0.0.1", 50000))


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(block.removeprefix("data: ")) for block in text.split("\n\n") if block.startswith("data: ")]


def test_the_first_event_has_everything(client: TestClient) -> None:
    answer = client.get("/api/events?most=1")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert events(answer.text) == [{"changed": BOARD, "gone": []}]


def test_kinds_choose_what_is_sent(client: TestClient) -> None:
    (event,) = events(client.get("/api/events?most=1&kinds=air,alert").text)
    assert set(event["changed"]) == {"air/", "alert/source-lost/a"}
    assert client.get("/api/events?every_ms=1").status_code == 422


def test_changes_and_what_is_gone_follow_and_nothing_of_other_kinds() -> None:
    mailbox: Mailbox[Any] = Mailbox({})
    first = mailbox.take()
    assert first is not None
    assert event_of(first, frozenset({"air"})) == 'data: {"changed": {}, "gone": []}\n\n', "it begins at once"
    mailbox.acknowledge(first.number)
    mailbox.put({"frame/": 2})
    other = mailbox.take()
    assert other is not None
    assert event_of(other, frozenset({"air"})) is None
    assert event_of(
        Batch(3, False, {"air/": 1, "frame/": 2}, ("alert/x/a", "past/1")), frozenset({"air", "alert"})
    ) == ('data: {"changed": {"air/": 1}, "gone": ["alert/x/a"]}\n\n')


def test_a_wrong_method_is_told_the_right_one(client: TestClient) -> None:
    for path in ("/api/commands/show.black", "/api/commands/no.such"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
        assert answer.json()["detail"] == f"{path} takes POST, not GET"
    assert client.post("/api/state", json={}).status_code == 405
    assert client.get("/api/nothing").status_code == 404


def test_the_description_tells_of_the_websocket_and_of_the_stream(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert "number as text" in paths["/ws/state"]["get"]["description"]
    assert "data:" in paths["/api/events"]["get"]["description"]
    assert client.get("/ws/state").status_code == 426


def test_what_is_sent_as_a_form_is_told_how_to_send_it(client: TestClient) -> None:
    answer = client.post("/api/commands/show.black", content=b'{"on": true}', headers={"content-type": "text/plain"})
    assert (answer.status_code, "curl --json" in answer.text) == (415, True)
