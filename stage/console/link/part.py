"""A part of the console: one feature with its routes, what it hears of the bus, and what it shows.

The console is a table of parts (stage/console/parts.py), as the stage is a table of processes. A feature is its file
and its row there; the loop, the application and the browser's types read the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI

from stage.console.link.ground import Ground
from stage.console.link.plain import Plain
from stage.messages.topics import Record


@dataclass(frozen=True, slots=True)
class Changes:
    """What the browsers are sent after a turn: keys with new values, and keys that are gone."""

    shown: Mapping[str, Plain] = field(default_factory=dict)
    gone: tuple[str, ...] = ()


NOTHING = Changes()


class Part:
    """One feature. What it does not need it leaves as it is here: no routes, nothing heard, nothing shown.

    Routes are called in the web server's threads, everything else in the bus's thread. A route that changes what is
    shown puts it on the ground's board itself.
    """

    def add_routes(self, app: FastAPI) -> None:
        """Add what it answers over HTTP. Who may ask is decided at the door, by method and path."""

    def hear(self, record: Record, now_ns: int) -> None:
        """Take in a record of a topic that its row names."""

    def fetch(self) -> Iterable[Record]:
        """What it has to tell the other processes now; asked every few milliseconds."""
        return ()

    def turn(self, now_ns: int) -> Changes:
        """What has changed since the last turn; asked once for each window in which browsers are sent anything."""
        return NOTHING

    def close(self) -> None:
        """The console ends."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table of parts.

    `kinds`: the record behind each kind of key it shows; a key is `KIND/NAME`: `source/mars`, `pulse/`. `hears`: topics
    of which it is given every record. `sees`: topics of which only the newest record of each key counts, once a window
    (pictures).
    """

    name: str
    make: Callable[[Ground], Part]
    kinds: Mapping[str, type[Any]] = field(default_factory=dict)
    hears: tuple[str, ...] = ()
    sees: tuple[str, ...] = ()
