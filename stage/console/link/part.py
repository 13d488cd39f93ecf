"""A part of the console: one feature with its routes, the topics it hears, and what it shows.

The console is a table of parts (stage/console/parts.py), as the stage is a table of processes. A feature is a file
and a row there; the loop, the application and the browser's types read the table.
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
    """What browsers are sent after a turn: keys with new values, and keys that were removed."""

    shown: Mapping[str, Plain] = field(default_factory=dict)
    gone: tuple[str, ...] = ()


NOTHING = Changes()


class Part:
    """One feature. The methods here are defaults: no routes, nothing heard, nothing shown.

    Routes run in the web server's threads, everything else in the bus's thread. A route that changes what is shown puts
    the change on the ground's board itself.
    """

    def add_routes(self, app: FastAPI) -> None:
        """Add its HTTP routes. The door decides access, by method and path."""

    def hear(self, record: Record, now_ns: int) -> None:
        """Take in a record of a topic named in its row."""

    def fetch(self) -> Iterable[Record]:
        """Records to publish now; called every few milliseconds."""
        return ()

    def turn(self, now_ns: int) -> Changes:
        """What has changed since the last turn; called once per window."""
        return NOTHING

    def close(self) -> None:
        """Called when the console ends."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table of parts.

    `kinds`: the record behind each kind of key it shows; a key is `KIND/NAME`: `source/mars`, `pulse/`. `hears`: topics
    of which it receives every record. `sees`: topics of which it receives only the newest record of each key, once per
    window (pictures).
    """

    name: str
    make: Callable[[Ground], Part]
    kinds: Mapping[str, type[Any]] = field(default_factory=dict)
    hears: tuple[str, ...] = ()
    sees: tuple[str, ...] = ()
