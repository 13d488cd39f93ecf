"""The part that has stills of presets drawn, and serves them."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import FastAPI

from stage.console.link.ground import Ground
from stage.console.link.part import Part
from stage.console.stills.api import Stills, add_stills
from stage.console.stills.eye import StillEye
from stage.console.stills.queue import StillQueue
from stage.messages.commands import OnAir
from stage.messages.topics import Record


class StillPart(Part):
    """Browsers request stills; the stills process draws them."""

    def __init__(self, ground: Ground) -> None:
        self._air: OnAir | None = None
        self._queue = StillQueue(StillEye(ground.description.stage_eye_m), ground.clock.now_ns)
        self._stills = Stills(ground.folder, lambda: self._air, self._queue)

    def add_routes(self, app: FastAPI) -> None:
        add_stills(app, self._stills)

    def hear(self, record: Record, now_ns: int) -> None:
        if isinstance(record, OnAir):
            self._air = record
        self._queue.hear(record)

    def fetch(self) -> Iterable[Record]:
        asked = self._queue.fetch()
        return () if asked is None else (asked,)
