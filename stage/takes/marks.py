"""What a take's letters say of it while they pass: its frames, those that are missing, looks, alerts. Pure."""

from __future__ import annotations

from typing import Any

from stage.bus.bus import Letter
from stage.errors import MessageError
from stage.messages.codec import decode
from stage.messages.commands import OnAir
from stage.messages.control import AlertState
from stage.messages.frames import Frame
from stage.takes.part_writer import FRAME_TOPIC, frame_head

AIR_TOPIC, ALERT_TOPIC = "show.air", "alert"
MOST = 64
"""Of looks and of alerts that a take is found by."""


class Marks:
    """Given every letter of a take in its order; one that is given again (from another part) changes nothing.

    `since_ns`: the roll. `lost` frames were decided and never came; `skipped` ones were never decided.
    """

    def __init__(self, since_ns: int) -> None:
        self._since_ns = since_ns
        self.first: int | None = None
        self.last: int | None = None
        self.pre_roll = self.lost = self.skipped = 0
        self._looks: dict[str, None] = {}
        self._alerts: dict[str, None] = {}

    def hear(self, letter: Letter) -> None:
        """Take in a letter."""
        if letter.topic == FRAME_TOPIC:
            self._frame(letter)
        elif letter.topic in (AIR_TOPIC, ALERT_TOPIC):
            self._said(_read(letter))

    def info(self) -> dict[str, Any]:
        """The fields of `TakeInfo` that follow from it."""
        return {
            "first_frame": self.first,
            "last_frame": self.last,
            "pre_roll": self.pre_roll,
            "lost": self.lost,
            "skipped": self.skipped,
            "looks": tuple(self._looks),
            "alerts": tuple(self._alerts),
        }

    def _frame(self, letter: Letter) -> None:
        number, present_ns = frame_head(letter.payload)
        if self.last is not None and number <= self.last:
            return
        missing = 0 if self.last is None else number - self.last - 1
        if missing:
            frame = _read(letter)
            said = frame.skipped if isinstance(frame, Frame) else 0
            skipped = missing if said is None else min(missing, said)
            self.skipped += skipped
            self.lost += missing - skipped
        self.first = number if self.first is None else self.first
        self.last = number
        self.pre_roll += present_ns < self._since_ns

    def _said(self, record: object) -> None:
        if isinstance(record, OnAir) and record.preset is not None and len(self._looks) < MOST:
            self._looks.setdefault(record.preset)
        elif isinstance(record, AlertState) and record.active and len(self._alerts) < MOST:
            self._alerts.setdefault(f"{record.code}: {record.subject}")


def _read(letter: Letter) -> object:
    """The record; None where another release wrote it."""
    try:
        return decode(letter.topic, letter.payload)
    except MessageError:
        return None
