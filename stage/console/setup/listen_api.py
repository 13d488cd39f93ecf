"""Finding a tracker over HTTP: listen to a port, be guided through moves, save the source that reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import Field

from stage.console.link.answers import DONE, REFUSED, UNDER_WAY, Body, answer, refused
from stage.console.setup.ears import ListenRunner, Place
from stage.errors import OpenStageError
from stage.library.source_edit import put_source
from stage.model.base import Name
from stage.model.sources.base import Group, IpAddress

Words = Annotated[str, Field(max_length=120)]


class ListenAt(Body):
    """Where to listen, and the name of the source that is to be."""

    port: Annotated[int, Field(ge=1, le=65_535)]
    host: IpAddress = "0.0.0.0"
    group: Group = None
    name: Name = "tracker"


class ListenOrder(Body):
    """`choose` a stream (sender, protocol and id), `name` the source, begin `moves`; a move is `done`, or `skip` it, or
    `stop` asking."""

    do: Literal["choose", "name", "moves", "done", "skip", "stop"]
    sender: Words = ""
    protocol: Words = ""
    id: Words = ""
    name: Name = "tracker"


class SourceFor(Body):
    """Which camera the found source moves; none: it is only put into the file."""

    camera: Name | None = None


def add_listening(app: FastAPI, ears: ListenRunner, path: Path) -> None:
    """The routes. They run in the server's own thread: the process that listens ends with the thread that began it."""

    @app.post("/api/setup/listen", tags=["setup"], status_code=UNDER_WAY)
    async def start(place: ListenAt) -> JSONResponse:
        """Listen to a port, or to what the running stage hears on it; `listen/` tells what arrives."""
        try:
            ears.start(Place(place.port, place.host, place.group, place.name))
        except OpenStageError as error:
            return refused(error)
        return answer(UNDER_WAY, True, f"listening to port {place.port}")

    @app.put("/api/setup/listen", tags=["setup"], status_code=UNDER_WAY)
    async def steer(order: ListenOrder) -> JSONResponse:
        """Choose a stream, or go on with the moves that find its axes and signs."""
        try:
            ears.order(order.model_dump())
        except OpenStageError as error:
            return refused(error)
        return answer(UNDER_WAY, True, "done")

    @app.delete("/api/setup/listen", tags=["setup"])
    async def stop() -> JSONResponse:
        """Stop listening; what was found stays."""
        ears.close()
        return answer(DONE, True, "nothing is listened to any more")

    @app.put("/api/setup/source", tags=["setup"])
    async def save(chosen: SourceFor) -> JSONResponse:
        """Write the found `[[sources]]` block into the stage file; comments stay, the file as it was is kept."""
        block = ears.now().block
        if not block:
            return answer(REFUSED, False, "nothing was found that a source could read: listen to a port first")
        try:
            kept, was_there = put_source(path, block, chosen.camera)
        except OpenStageError as error:
            return refused(error)
        what = "took the place of its namesake" if was_there else "is new"
        given = f", moves camera {chosen.camera}" if chosen.camera else ""
        words = f"saved into {path.name}: the source {what}{given}. As it was: {kept.name}. Start the stage again"
        return answer(DONE, True, words)
