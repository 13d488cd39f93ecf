"""The console's web application: the page, its state as JSON and over a WebSocket, and the routes of the parts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import msgpack
from fastapi import FastAPI, Response, WebSocket
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.staticfiles import StaticFiles

from stage.console.door.door import Door, Doorkeeper
from stage.console.door.guard import SiteGuard
from stage.console.door.request_net import Bodies, RequestNet
from stage.console.link.board import Board
from stage.console.link.events import add_events
from stage.console.link.mailbox import Batch
from stage.console.link.misses import add_misses
from stage.console.link.part import Part
from stage.console.link.plain import Plain
from stage.console.link.sockets import Stream

WEB_DIST = Path(__file__).parent / "web_dist"
UPGRADE = 426
WEBSOCKET_ONLY = "this address is a WebSocket: open it as one. /api/events sends the same as lines of JSON"
NOT_BUILT = "The console's page is not built. Run `python -m tools.dev.build_console` (or `make setup`)."


def build_app(board: Board[Plain], door: Door, parts: Iterable[Part] = (), web_dist: Path = WEB_DIST) -> FastAPI:
    """The application over a board that the caller fills, behind a door. `/` reports a page that is not built."""
    app = FastAPI(title="OpenStage console", version="1", docs_url=None, redoc_url=None)
    app.add_middleware(Bodies, edge=door.edge)
    app.add_middleware(Doorkeeper, door=door)
    app.add_middleware(SiteGuard, loopback_only=door.keys is None, edge=door.edge, names=door.names)
    app.add_middleware(RequestNet, edge=door.edge)
    add_misses(app)
    _add_state(app, board, door)
    add_events(app, board, door)
    for part in parts:
        part.add_routes(app)
    if web_dist.is_dir():
        app.mount("/", StaticFiles(directory=web_dist, html=True))
    else:
        app.add_api_route("/", lambda: PlainTextResponse(NOT_BUILT, 503), include_in_schema=False)
    return app


def _add_state(app: FastAPI, board: Board[Plain], door: Door) -> None:
    stream = Stream(board, _packed)

    @app.get("/api/state", response_model=dict[str, Any], tags=["stage"])
    async def everything() -> Response:
        """Everything the page shows, by key: the newest value of each. `/api/events` sends the changes."""
        return JSONResponse(board.values)

    @app.get("/ws/state", tags=["stage"], status_code=UPGRADE, response_class=PlainTextResponse)
    async def state_upgrade() -> Response:
        """The same over a WebSocket: open it as one. Binary messages, msgpack: `[number, first, changed, gone]`; the
        first has everything. Answer each with its number as text: with two unanswered nothing more is sent."""
        return PlainTextResponse(WEBSOCKET_ONLY, UPGRADE, {"Upgrade": "websocket", "Connection": "Upgrade"})

    @app.websocket("/ws/state")
    async def state_socket(socket: WebSocket) -> None:
        visitor = socket.state.visitor
        number = door.arrive(visitor)
        try:
            await stream.serve(socket, partial(door.admits, visitor))
        finally:
            door.leave(number)


def _packed(batch: Batch[Plain]) -> bytes:
    return msgpack.packb([batch.number, batch.first, batch.changed, batch.gone], use_bin_type=True)
