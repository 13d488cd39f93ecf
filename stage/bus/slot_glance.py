"""A glance at the newest record of a topic and key in shared memory."""

from __future__ import annotations

from stage.bus.letter import opened, sent_of
from stage.bus.slot import SlotReader
from stage.errors import MessageError
from stage.messages.topics import Record


class SlotGlance:
    """Takes a few microseconds where there is nothing new. An unreadable message is skipped here: the subscriber that
    receives it counts it."""

    def __init__(self, slot: SlotReader | None) -> None:
        """`slot`: None where there is none in memory."""
        self._slot = slot
        self._news = False
        self.rehearse()

    def look(self, after_ns: int = 0) -> Record | None:
        message = self._slot.read() if self._slot else None
        if not message:
            return None
        self._news = True
        try:
            return opened(message) if sent_of(message) > after_ns else None
        except MessageError:
            return None

    def rehearse(self) -> None:
        if self._slot and not self._news:
            self._slot.find()
        self._news = False

    def close(self) -> None:
        if self._slot:
            self._slot.close()
