"""The part that stores presets, and displays the presets and sets to choose from."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from stage.console.library.preset_api import Presets, add_presets
from stage.console.library.shelf import shelf_of, shelf_stamp
from stage.console.link.folder_watch import FolderWatch
from stage.console.link.ground import Ground
from stage.console.link.part import NOTHING, Changes, Part
from stage.console.link.plain import plain
from stage.messages.commands import OnAir
from stage.messages.topics import Record

SHELF = "shelf/"


class PresetPart(Part):
    """The shelf is sent at the start and whenever one of its files changes."""

    def __init__(self, ground: Ground) -> None:
        self._folder = ground.folder
        self._air: OnAir | None = None
        self._watch = FolderWatch(shelf_stamp(self._folder))
        self._presets = Presets(self._folder, lambda: self._air, self._watch.hurry)
        self._shown = False

    def add_routes(self, app: FastAPI) -> None:
        @app.get("/api/shelf", tags=["control"])
        async def shelf() -> JSONResponse:
            """Presets and sets to choose from, as the files are now."""
            return JSONResponse(plain(shelf_of(self._folder)))

        add_presets(app, self._presets)

    def hear(self, record: Record, now_ns: int) -> None:
        if isinstance(record, OnAir):
            self._air = record

    def turn(self, now_ns: int) -> Changes:
        if not self._watch.changed(now_ns) and self._shown:
            return NOTHING
        self._shown = True
        return Changes({SHELF: plain(shelf_of(self._folder))})
