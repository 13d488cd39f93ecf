"""All parts of a console as its loop sees them: built from the table, each given the records of its topics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from stage.console.link.ground import Ground
from stage.console.link.part import Changes, Part, Row
from stage.console.link.plain import Plain
from stage.messages.topics import TOPIC_BY_NAME, Record
from stage.process.edge import Edge


class Ensemble:
    """Made once, on the bus's thread. Raises InputError where a part cannot start."""

    def __init__(self, rows: Sequence[Row], ground: Ground, edge: Edge | None = None) -> None:
        self._edge = edge or Edge(ground.clock.now_ns)
        self.hears = tuple(dict.fromkeys(topic for row in rows for topic in row.hears))
        """Topics of which every record is wanted."""
        self.sees = tuple(dict.fromkeys(topic for row in rows for topic in row.sees))
        """Topics of which the newest record of each key is enough."""
        self.parts = tuple(row.make(ground) for row in rows)
        self._listeners: dict[type[Any], list[Part]] = {}
        for row, part in zip(rows, self.parts, strict=True):
            for topic in (*row.hears, *row.sees):
                self._listeners.setdefault(TOPIC_BY_NAME[topic].record, []).append(part)

    def hear(self, records: Iterable[Record], now_ns: int) -> None:
        """Give each record to the parts that hear its topic."""
        for record in records:
            for part in self._listeners.get(type(record), ()):
                with self._edge.net(f"record for {type(part).__name__}"):
                    part.hear(record, now_ns)

    def fetch(self) -> list[Record]:
        """Records that the parts publish now."""
        found: list[Record] = []
        for part in self.parts:
            with self._edge.net(f"request to {type(part).__name__}"):
                found += part.fetch()
        return found

    def turn(self, now_ns: int) -> Changes:
        """What has changed in all of them."""
        shown: dict[str, Plain] = {}
        gone: list[str] = []
        for part in self.parts:
            changes = part.turn(now_ns)
            shown |= changes.shown
            gone += changes.gone
        return Changes(shown, tuple(gone))

    def close(self) -> None:
        """Called when the console ends."""
        for part in self.parts:
            part.close()
