"""The part at the door: signing in and out, who is here, and PINs that are changed while the console runs."""

from __future__ import annotations

from fastapi import FastAPI

from stage.console.door.api import add_door
from stage.console.door.keys import key_stamp, keys_of
from stage.console.door.operators import Operators
from stage.console.link.folder_watch import FolderWatch
from stage.console.link.ground import Ground
from stage.console.link.part import NOTHING, Changes, Part
from stage.console.link.plain import plain

OPERATORS = "operators/"


class DoorPart(Part):
    """The door itself guards every route; this part holds its own routes and what it shows."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._watch = FolderWatch(lambda: key_stamp(ground.run_dir))
        ground.door.told = self._tell
        ground.board.put({OPERATORS: plain(Operators())})

    def add_routes(self, app: FastAPI) -> None:
        add_door(app, self._ground.door)

    def turn(self, now_ns: int) -> Changes:
        door = self._ground.door
        if door.keys is not None and self._watch.changed(now_ns):
            self._ground.call(door.take_keys, keys_of(self._ground.run_dir))
        return NOTHING

    def _tell(self, people: Operators) -> None:
        self._ground.board.put({OPERATORS: plain(people)})
