"""The part that reports the stage's health: health bar, alerts, graphs, command log; kept over a restart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse

from stage.console.health.alert_book import rank
from stage.console.health.lookback import Lookback, LookbackFile
from stage.console.health.pulse import Pulse
from stage.console.health.watch import PULSE, Watch
from stage.console.link.ground import Ground
from stage.console.link.part import Changes, Part
from stage.messages.topics import Record

JUST_STARTED = 503


class HealthPart(Part):
    """The watch, its file, and a route to the health bar for scripts."""

    def __init__(self, ground: Ground) -> None:
        self._board = ground.board
        self._kept = LookbackFile(ground.run_dir, ground.keeping)
        self._lookback = Lookback(self._kept.read())
        door = ground.door
        self._watch = Watch(ground.description, ground.clock.now_ns(), self._lookback, lambda: door.suspects)

    def add_routes(self, app: FastAPI) -> None:
        @app.get("/api/health", response_model=Pulse, tags=["stage"])
        async def health() -> JSONResponse:
            """The health bar: level (good, starting, warning, critical), headline, what to do, the figures."""
            if PULSE not in self._board.values:
                raise HTTPException(JUST_STARTED, "the console has just started: try again in a moment")
            return JSONResponse(self._board.values[PULSE])

        @app.get("/api/alerts", tags=["stage"])
        async def alerts() -> JSONResponse:
            """What is wrong now, in the order of the page, and what lately was, the newest first."""
            values = self._board.values
            now: list[Any] = [value for key, value in values.items() if key.startswith("alert/")]
            past: list[Any] = [value for key, value in values.items() if key.startswith("past/")]
            now.sort(key=rank)
            return JSONResponse({"now": now, "past": sorted(past, key=lambda each: -each["until_ns"])})

    def hear(self, record: Record, now_ns: int) -> None:
        self._watch.hear(record, now_ns)

    def fetch(self) -> Iterable[Record]:
        return self._watch.fetch()

    def turn(self, now_ns: int) -> Changes:
        changes = self._watch.turn(now_ns)
        self._kept.keep(self._lookback, now_ns)
        return changes
