"""Requests that no route can use: a plain answer, a counted refusal, and the console goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from pydantic import BaseModel
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from stage.clock import ManualClock
from stage.console.app import build_app
from stage.console.door.door import Door
from stage.console.door.request_net import LARGEST_BODY_BYTES
from stage.console.link.board import Board
from tests.unit.stage.console.world import Routes

JSON = {"Content-Type": "application/json"}
RAISED = {"key": KeyError("text"), "long": OSError(36, "File name too long"), "far": OverflowError("x")}


class Value(BaseModel):
    value: float | str


def _routes(app: FastAPI) -> None:
    @app.post("/api/raw")
    async def raw(request: Request) -> dict[str, int]:
        return {"bytes": len(await request.body())}

    @app.post("/api/value")
    async def value(given: Value) -> Value:
        return given

    @app.get("/api/raises/{kind}")
    def raises(kind: str) -> None:
        raise RAISED[kind]


class House:
    def __init__(self) -> None:
        door = Door(ManualClock(1), None)
        self.edge = door.edge
        app = build_app(Board(), door, [Routes(_routes)], Path("no-page-is-built"))
        self.client = TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 5000))


@pytest.fixture
def house() -> House:
    return House()


@pytest.mark.parametrize(
    "body",
    [
        b'{"value": NaN}', b'{"value": -Infinity}', b'{"value": 1e999}', b'{"value": "\\ud800"}', b'{"value": [NaN]}',
        b'{"\\udfff": 1}', b'{"value": "\xff"}', b"[" * 100_000, b'{"value": null}', b"{", b'"\\ud800',
    ],
)  # fmt: skip
def test_what_json_cannot_mean_is_422_for_every_route(house: House, body: bytes) -> None:
    answer = house.client.post("/api/value", content=body, headers=JSON)
    assert answer.status_code == 422
    assert house.client.post("/api/value", json={"value": "\U0001f3ac"}).status_code == 200, "it goes on"


@pytest.mark.parametrize(("kind", "status"), [("key", 422), ("far", 422), ("long", 500)])
def test_whatever_a_route_raises_is_an_answer_and_counted(house: House, kind: str, status: int) -> None:
    answer = house.client.get(f"/api/raises/{kind}")
    assert (answer.status_code, answer.json()["accepted"]) == (status, False)
    assert house.edge.count == 1


@pytest.mark.parametrize("chunked", [True, False])
def test_a_large_body_is_refused_before_it_is_in_memory(house: House, chunked: bool) -> None:
    sent = 0

    def parts() -> Iterator[bytes]:
        nonlocal sent
        while sent < LARGEST_BODY_BYTES + 1:
            sent += 65_536
            yield b" " * 65_536

    body = parts() if chunked else b" " * (LARGEST_BODY_BYTES + 1)
    assert house.client.post("/api/raw", content=body, headers=JSON).status_code == 413
    assert house.client.post("/api/raw", content=b" " * LARGEST_BODY_BYTES, headers=JSON).json() == {
        "bytes": LARGEST_BODY_BYTES
    }


def test_a_strangers_body_is_small(house: House) -> None:
    assert house.client.post("/api/session", content=b" " * 5000, headers=JSON).status_code == 413


@pytest.mark.parametrize("message", [b"\x00\xff", "nonsense", "١", "9" * 5000])
def test_a_page_that_sends_anything_else_is_closed(house: House, message: bytes | str) -> None:
    with house.client.websocket_connect("ws://127.0.0.1/ws/state") as page:
        page.receive_bytes()
        page.send_bytes(message) if isinstance(message, bytes) else page.send_text(message)
        with pytest.raises(WebSocketDisconnect, check=lambda closed: closed.code == 1003):
            page.receive_bytes()
    assert house.edge.count == 0
