"""The part that takes commands from browsers and scripts, and returns the stage's answers."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from fastapi import FastAPI

from stage.console.link.ground import Ground
from stage.console.link.part import Part
from stage.console.orders.command_line import CommandLine
from stage.console.orders.control_api import add_control
from stage.console.orders.lights_api import add_lights
from stage.library.completion import completed
from stage.messages.commands import CommandResult, OnAir
from stage.messages.topics import Record


class OrderPart(Part):
    """Commands under way; also the routes for lamps."""

    def __init__(self, ground: Ground) -> None:
        self._call = ground.call
        self.line = CommandLine(ground.clock, partial(completed, ground.folder))

    def add_routes(self, app: FastAPI) -> None:
        add_control(app, self.line)
        add_lights(app, self.line)

    def hear(self, record: Record, now_ns: int) -> None:
        if isinstance(record, CommandResult):
            self._call(self.line.answered, record)
        elif isinstance(record, OnAir):
            self.line.air = record

    def fetch(self) -> Iterable[Record]:
        return self.line.fetch()
