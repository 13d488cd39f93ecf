"""The web application over two boards: pages, API, and both WebSockets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import msgpack
import numpy as np
import pytest
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from stage.clock import MonotonicClock
from stage.console.app import build_app
from stage.console.door.door import Door
from stage.console.door.keys import Keys
from stage.console.health.part import HealthPart
from stage.console.link.picture_part import PicturePart
from stage.console.link.pictures import OutputPicture
from stage.console.link.plain import plain
from stage.console.link.stage_part import StagePart
from tests.unit.stage.console.world import a_ground, preview

HERE = "http://127.0.0.1:8140"
SOCKETS = "ws://127.0.0.1:8140/ws/"


class Console:
    """An application with the stage, its health and its pictures, but nothing behind it, and a client."""

    def __init__(self, folder: Path, keys: Keys | None = None) -> None:
        self.ground = a_ground(folder, door=Door(MonotonicClock(), keys, names=("stage.lan",)))
        self.state = self.ground.board
        shown = PicturePart(self.ground)
        self.pictures = shown.gallery
        parts = (StagePart(self.ground), HealthPart(self.ground), shown)
        app = build_app(self.state, self.ground.door, parts, folder / "page")
        self.client = TestClient(app, base_url=HERE, client=("127.0.0.1", 50000))

    def show(self, output: str, number: int, color: tuple[int, int, int]) -> None:
        picture = OutputPicture.of(preview(output, number, color))
        assert picture is not None
        self.pictures.put({output: picture})


@pytest.fixture
def console(tmp_path: Path) -> Console:
    return Console(tmp_path)


def received(socket: WebSocketTestSession) -> list[Any]:
    message: list[Any] = msgpack.unpackb(socket.receive_bytes())
    return message


def test_before_anything_is_heard_the_api_says_so(console: Console) -> None:
    assert console.client.get("/api/health").status_code == 503
    assert console.client.get("/api/state").json() == {}


def test_state_and_stage_as_json(console: Console) -> None:
    console.state.put({"stage/": {}, "pulse/": {"level": "good"}})
    assert console.client.get("/api/health").json() == {"level": "good"}
    assert console.client.get("/api/stage").json() == plain(console.ground.description)
    assert set(console.client.get("/api/state").json()) == {"stage/", "pulse/"}


def test_the_api_describes_itself_without_help_from_other_servers(console: Console) -> None:
    api = console.client.get("/openapi.json").json()
    assert set(api["paths"]) == {
        "/api/alerts",
        "/api/health",
        "/api/stage",
        "/api/state",
        "/api/events",
        "/ws/state",
        "/preview/{output}.jpg",
    }
    assert "StageDescription" in api["components"]["schemas"]
    assert console.client.get("/docs").status_code == 404


def test_a_preview_is_a_jpeg_of_its_frame(console: Console) -> None:
    assert console.client.get("/preview/left.jpg").status_code == 404
    console.show("left", 41, (255, 0, 0))
    console.show("left", 42, (0, 200, 0))
    answer = console.client.get("/preview/left.jpg")
    assert answer.headers["x-frame-number"] == "42"
    assert answer.headers["content-type"] == "image/jpeg"
    bgr = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)
    assert bgr is not None
    assert bgr.shape == (16, 32, 3)
    np.testing.assert_allclose(bgr.reshape(-1, 3).mean(axis=0), (0, 200, 0), atol=3)


def test_a_preview_that_does_not_fill_its_size_is_no_picture() -> None:
    whole = preview("left", 1, (1, 2, 3))
    assert OutputPicture.of(whole) is not None
    for broken in (
        type(whole)("render", "left", 1, 32, 16, whole.pixels[:-1]),
        type(whole)("render", "left", 1, 0, 16, b""),
        type(whole)("render", "left", 1, -32, -16, whole.pixels),
    ):
        assert OutputPicture.of(broken) is None


def test_the_state_socket_sends_a_snapshot_then_changes(console: Console) -> None:
    console.state.put({"pulse/": 1, "alert/a": 2})
    with console.client.websocket_connect(SOCKETS + "state", headers={"origin": HERE}) as socket:
        assert received(socket) == [1, True, {"pulse/": 1, "alert/a": 2}, []]
        socket.send_text("1")
        socket.portal.call(console.state.put, {"pulse/": 3}, ("alert/a",))
        assert received(socket) == [2, False, {"pulse/": 3}, ["alert/a"]]


def test_a_browser_that_does_not_answer_gets_the_newest_when_it_does(console: Console) -> None:
    with console.client.websocket_connect(SOCKETS + "state") as socket:
        assert received(socket) == [1, True, {}, []]
        socket.portal.call(console.state.put, {"n": 0})
        assert received(socket) == [2, False, {"n": 0}, []]
        for value in range(1, 100):
            socket.portal.call(console.state.put, {"n": value})
        socket.send_text("1")
        assert received(socket) == [3, False, {"n": 99}, []]


def test_the_picture_socket_sends_the_newest_of_each_output(console: Console) -> None:
    console.show("left", 7, (255, 0, 0))
    with console.client.websocket_connect(SOCKETS + "pictures") as socket:
        number, first, picture = received(socket)
        assert (number, first, picture[:5]) == (1, True, ["left", "render", 7, 32, 16])
        assert picture[5].startswith(b"\xff\xd8")
        socket.send_text("1")
        socket.portal.call(console.show, "left", 8, (0, 255, 0))
        assert received(socket)[2][2] == 8


def test_seats_are_given_back(console: Console) -> None:
    with console.client.websocket_connect(SOCKETS + "state") as socket:
        received(socket)
        assert console.state.watched == 1
    assert console.state.watched == 0


@pytest.mark.parametrize("answer", ["", "two", "-1", "1.5"])
def test_an_answer_that_is_no_number_ends_the_connection(console: Console, answer: str) -> None:
    with console.client.websocket_connect(SOCKETS + "state") as socket:
        received(socket)
        socket.send_text(answer)
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_bytes()
    assert closed.value.code == 1003
    assert console.state.watched == 0


@pytest.mark.parametrize("path", ["state", "pictures"])
@pytest.mark.parametrize("headers", [{"origin": "http://evil.example"}, {"host": "evil.example"}])
def test_strangers_get_no_socket(console: Console, path: str, headers: dict[str, str]) -> None:
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        console.client.websocket_connect(SOCKETS + path, headers=headers),
    ):
        pass
    assert closed.value.code == 1008
    assert console.state.watched == 0


def test_strangers_get_no_page(console: Console) -> None:
    answer = console.client.get("/api/state", headers={"host": "evil.example:8140"})
    assert answer.status_code == 403
    assert console.client.get("/api/state", headers={"origin": "http://evil.example"}).status_code == 403


def test_on_a_network_the_machines_name_may_be_used(tmp_path: Path) -> None:
    open_console = Console(tmp_path, Keys("111111", "222222", "o" * 24, "v" * 24))
    let_in = {"host": "stage.lan:8140", "authorization": "Bearer " + "o" * 24}
    assert open_console.client.get("/api/state", headers=let_in).status_code == 200


def test_every_answer_tells_the_browser_to_be_strict(console: Console) -> None:
    headers = console.client.get("/api/state").headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-cache"


def test_a_page_that_is_not_built_says_how(console: Console) -> None:
    answer = console.client.get("/")
    assert answer.status_code == 503
    assert "tools.dev.build_console" in answer.text


def test_the_built_page_is_served(tmp_path: Path) -> None:
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "index.html").write_text("<title>the page</title>")
    answer = Console(tmp_path).client.get("/")
    assert answer.status_code == 200
    assert "the page" in answer.text
