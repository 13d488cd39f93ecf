"""The part that shows takes. The list is read again when a take ends, when somebody changes one, and now and then."""

from __future__ import annotations

from fastapi import FastAPI

from stage.console.link.ground import Ground
from stage.console.link.part import NOTHING, Changes, Part
from stage.console.link.plain import plain
from stage.console.takes.api import add_takes
from stage.console.takes.shelf import TakeShelf, shelf_of
from stage.messages.takes import RecorderState
from stage.messages.topics import Record
from stage.takes.library import TakeLibrary
from stage.takes.places import takes_folder
from stage.units import NS_PER_S

SHELF = "takes/"
AGAIN_NS = 10 * NS_PER_S
"""Others may copy takes into the folder, or rename them there."""


class TakePart(Part):
    """Sends the list whenever it differs from the last one."""

    def __init__(self, ground: Ground) -> None:
        self._library = TakeLibrary(takes_folder(ground.stage_path, ground.stage))
        self._writing: str | None = None
        self._sent: TakeShelf | None = None
        self._look_ns = 0

    def add_routes(self, app: FastAPI) -> None:
        add_takes(app, self._library, self._hurry)

    def hear(self, record: Record, now_ns: int) -> None:
        if isinstance(record, RecorderState) and record.take != self._writing:
            self._writing = record.take
            self._hurry()

    def turn(self, now_ns: int) -> Changes:
        if now_ns < self._look_ns:
            return NOTHING
        self._look_ns = now_ns + AGAIN_NS
        shelf = shelf_of(self._library)
        if shelf == self._sent:
            return NOTHING
        self._sent = shelf
        return Changes({SHELF: plain(shelf)})

    def _hurry(self) -> None:
        self._look_ns = 0
