"""The newest record per topic and key, and whether its sender keeps to the rate in the topic table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar, cast

from stage.messages.codec import key_of
from stage.messages.topics import TOPIC_OF_RECORD, Record
from stage.units import NS_PER_S

Kind = TypeVar("Kind")

ALIVE_PERIODS = 3


class Inbox:
    """Fed with records and their times of arrival; returns the newest. Pure: time is an argument."""

    def __init__(self) -> None:
        self._newest: dict[tuple[type[object], str], tuple[Record, int]] = {}

    def put(self, records: Iterable[Record], now_ns: int) -> None:
        """Keep each as the newest of its key."""
        for record in records:
            self._newest[type(record), key_of(record)] = (record, now_ns)

    def newest(self, kind: type[Kind], key: str = "") -> Kind | None:
        """The newest record of a type and key."""
        held = self._newest.get((kind, key))
        return cast(Kind, held[0]) if held else None

    def all_newest(self, kind: type[Kind]) -> list[Kind]:
        """The newest record of each key of a type."""
        return [cast(Kind, record) for (held, _), (record, _) in self._newest.items() if held is kind]

    def alive(self, kind: type[Kind], key: str, now_ns: int) -> bool:
        """Whether the key was heard within three periods of the topic's declared rate."""
        held = self._newest.get((kind, key))
        rate_hz = TOPIC_OF_RECORD[kind].rate_hz
        if held is None:
            return False
        return rate_hz == 0 or now_ns - held[1] <= ALIVE_PERIODS * NS_PER_S / rate_hz
