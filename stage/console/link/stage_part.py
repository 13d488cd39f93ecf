"""The part that shows the stage itself, as in its file."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from stage.console.link.description import StageDescription
from stage.console.link.ground import Ground
from stage.console.link.part import NOTHING, Changes, Part
from stage.console.link.plain import plain

STAGE = "stage/"


class StagePart(Part):
    """The stage's description, which does not change while the console runs."""

    def __init__(self, ground: Ground) -> None:
        self._description = plain(ground.description)
        self._shown = False

    def add_routes(self, app: FastAPI) -> None:
        @app.get("/api/stage", response_model=StageDescription, tags=["stage"])
        async def stage() -> JSONResponse:
            """The stage: walls as triangles, outputs and their tiles, cameras, sources."""
            return JSONResponse(self._description)

    def turn(self, now_ns: int) -> Changes:
        if self._shown:
            return NOTHING
        self._shown = True
        return Changes({STAGE: self._description})
