"""The console's web application: the page, the state and the pictures over WebSockets, and the API.

`/ws/state` and `/ws/pictures` send msgpack and expect each batch's number back as text once it is dealt with; with
two batches unanswered a browser is sent nothing, and what changes meanwhile waits as the newest value per key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgpack
from fastapi import FastAPI, HTTPException, Response, WebSocket
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocketDisconnect

from stage.clock import MonotonicClock
from stage.console.check.api import add_check
from stage.console.check.desk import CheckDesk
from stage.console.door.api import add_door
from stage.console.door.door import SIGN_IN_CLOSE, Door, Doorkeeper
from stage.console.door.guard import Guard
from stage.console.health.pulse import Pulse
from stage.console.library.preset_api import Presets, add_presets
from stage.console.library.show_api import Shows, add_shows
from stage.console.link.board import Board, Seat
from stage.console.link.description import StageDescription
from stage.console.link.mailbox import Batch
from stage.console.link.pictures import Picture
from stage.console.link.plain import Plain
from stage.console.orders.control_api import Control, add_control
from stage.console.orders.lights_api import add_lights
from stage.console.stills.api import Stills, add_stills

WEB_DIST = Path(__file__).parent / "web_dist"
NOT_BUILT = "The console's page is not built. Run `python -m tools.dev.build_console` (or `make setup`)."
UNSUPPORTED_CLOSE = 1003

Value = TypeVar("Value")


def build_app(
    state: Board[Plain],
    pictures: Board[Picture],
    loopback_only: bool,
    web_dist: Path = WEB_DIST,
    control: Control | None = None,
    check: CheckDesk | None = None,
    presets: Presets | None = None,
    shows: Shows | None = None,
    stills: Stills | None = None,
    door: Door | None = None,
) -> FastAPI:
    """The application over two boards, which the caller fills. Where the page is not built, `/` says so.
    `control`: how commands reach the stage; without it the console only shows.
    `check`: the check button's works. `door`: who is let in; without it only this machine is."""
    door = door or Door(MonotonicClock(), None)
    app = FastAPI(title="OpenStage console", version="1", docs_url=None, redoc_url=None)
    app.add_middleware(Doorkeeper, door=door)
    app.add_middleware(Guard, loopback_only=loopback_only, names=door.names)
    _add_state(app, state, door)
    _add_pictures(app, pictures, door)
    add_door(app, door)
    if control is not None:
        add_control(app, control)
        add_lights(app, control)
    if check is not None:
        add_check(app, check, state)
    if presets is not None:
        add_presets(app, presets)
    if shows is not None:
        add_shows(app, shows)
    if stills is not None:
        add_stills(app, stills)
    if web_dist.is_dir():
        app.mount("/", StaticFiles(directory=web_dist, html=True))
    else:
        app.add_api_route("/", lambda: PlainTextResponse(NOT_BUILT, 503), include_in_schema=False)
    return app


def _add_state(app: FastAPI, state: Board[Plain], door: Door) -> None:
    def held(key: str) -> JSONResponse:
        if key not in state.values:
            raise HTTPException(503, "the console has just started: ask again")
        return JSONResponse(state.values[key])

    @app.get("/api/health", response_model=Pulse, tags=["stage"])
    async def health() -> Response:
        """The health bar: level (good, starting, warning, critical), headline, what to do, the figures."""
        return held("pulse/")

    @app.get("/api/stage", response_model=StageDescription, tags=["stage"])
    async def stage() -> Response:
        """The stage: walls as triangles, outputs and their tiles, cameras, sources."""
        return held("stage/")

    @app.get("/api/state", response_model=dict[str, Any], tags=["stage"])
    async def everything() -> Response:
        """Everything the page shows, by key: the newest value of each."""
        return JSONResponse(state.values)

    @app.websocket("/ws/state")
    async def state_socket(socket: WebSocket) -> None:
        visitor = socket.state.visitor
        number = door.arrive(visitor)
        try:
            await _serve(socket, state, _packed_state, None, partial(door.admits, visitor))
        finally:
            door.leave(number)


def _add_pictures(app: FastAPI, pictures: Board[Picture], door: Door) -> None:
    @app.get("/preview/{output}.jpg", response_class=Response, responses={200: {"content": {"image/jpeg": {}}}})
    async def preview(output: str) -> Response:
        """The newest picture of an output; its frame number is in the header `X-Frame-Number`."""
        picture = pictures.values.get(output)
        if picture is None:
            raise HTTPException(404, f"no picture of an output {output!r} has come yet")
        headers = {"Cache-Control": "no-store", "X-Frame-Number": str(picture.frame_number)}
        return Response(picture.jpeg, media_type="image/jpeg", headers=headers)

    @app.websocket("/ws/pictures")
    async def picture_socket(socket: WebSocket) -> None:
        await _serve(socket, pictures, _packed_picture, 1, partial(door.admits, socket.state.visitor))


def _packed_state(batch: Batch[Plain]) -> bytes:
    return msgpack.packb([batch.number, batch.first, batch.changed, batch.gone], use_bin_type=True)


def _packed_picture(batch: Batch[Picture]) -> bytes:
    """[number, first, [output, node, frame number, width, height, JPEG] or None]."""
    shown = [[p.output, p.node, p.frame_number, *p.size_px, p.jpeg] for p in batch.changed.values()]
    return msgpack.packb([batch.number, batch.first, shown[0] if shown else None], use_bin_type=True)


async def _serve(
    socket: WebSocket,
    board: Board[Value],
    packed: Callable[[Batch[Value]], bytes],
    at_most: int | None,
    admitted: Callable[[], bool],
) -> None:
    await socket.accept()
    seat = board.sit_down()
    tasks = {
        asyncio.create_task(_send(socket, seat, packed, at_most, admitted)),
        asyncio.create_task(_listen(socket, seat)),
    }
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    except WebSocketDisconnect:
        pass
    finally:
        board.leave(seat)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def _send(
    socket: WebSocket,
    seat: Seat[Value],
    packed: Callable[[Batch[Value]], bytes],
    at_most: int | None,
    admitted: Callable[[], bool],
) -> None:
    """Until the other end goes, or its session is over."""
    while True:
        await seat.bell.wait()
        seat.bell.clear()
        if not admitted():
            await socket.close(SIGN_IN_CLOSE, "sign in again")
            return
        while (batch := seat.mailbox.take(at_most)) is not None:
            await socket.send_bytes(packed(batch))


async def _listen(socket: WebSocket, seat: Seat[Value]) -> None:
    while True:
        answer = await socket.receive_text()
        if not answer.isdecimal():
            await socket.close(UNSUPPORTED_CLOSE, "expected the number of a batch")
            return
        seat.acknowledge(int(answer))
