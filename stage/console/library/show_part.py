"""The part that stores shows, and displays the cue list of the one that is loaded."""

from __future__ import annotations

from fastapi import FastAPI

from stage.console.library.cue_watch import CueWatch
from stage.console.library.show_api import Shows, add_shows
from stage.console.link.ground import Ground
from stage.console.link.part import NOTHING, Changes, Part
from stage.console.link.plain import plain
from stage.messages.commands import OnAir
from stage.messages.topics import Record

CUES = "cues/"


class ShowPart(Part):
    """The cue list is sent again when a cue is fired, another show is loaded, or a file changes."""

    def __init__(self, ground: Ground) -> None:
        self._air: OnAir | None = None
        self._cues = CueWatch(ground.folder)
        self._shows = Shows(ground.folder, self._cues.watch.hurry)

    def add_routes(self, app: FastAPI) -> None:
        add_shows(app, self._shows)

    def hear(self, record: Record, now_ns: int) -> None:
        if isinstance(record, OnAir):
            self._air = record

    def turn(self, now_ns: int) -> Changes:
        cue_list = self._cues.news(self._air, now_ns)
        return NOTHING if cue_list is None else Changes({CUES: plain(cue_list)})
