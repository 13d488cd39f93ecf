"""The last seconds of the bus, and what has stood since before them. Pure: time is the letters' own."""

from __future__ import annotations

from collections import deque

from stage.bus.bus import Letter
from stage.messages.topics import TOPIC_BY_NAME

MOST_BYTES = 64 << 20
"""However busy the bus is: then fewer seconds are kept."""
STANDING_HZ = 5.0
"""Topics that come this often or less say how things are: the newest of each key counts until the next."""


class PreRoll:
    """Keeps letters for `length_ns`, and of slow topics the newest of each key for as long as the stage runs: what is
    on air, or a source's state, belongs to a take though it was said before. Every letter has a serial number."""

    def __init__(self, length_ns: int) -> None:
        self._length_ns = length_ns
        self._letters: deque[tuple[int, Letter]] = deque()
        self._bytes = 0
        self._standing: dict[tuple[str, str], tuple[int, Letter]] = {}
        self.serial = 0
        """Of the newest letter."""
        self.holding = False
        """Whether letters are kept beyond the length, because a disk refuses them."""

    def keep(self, letter: Letter) -> None:
        """Take in a letter; older ones than the length are let go."""
        self.serial += 1
        letters = self._letters
        letters.append((self.serial, letter))
        self._bytes += len(letter.payload)
        while letters and (self._too_old(letter) or self._bytes > MOST_BYTES):
            serial, gone = letters.popleft()
            self._bytes -= len(gone.payload)
            if TOPIC_BY_NAME[gone.topic].rate_hz <= STANDING_HZ:
                self._standing[gone.topic, gone.key] = (serial, gone)

    def _too_old(self, newest: Letter) -> bool:
        return not self.holding and newest.sent_ns - self._letters[0][1].sent_ns > self._length_ns

    def after(self, serial: int) -> list[Letter]:
        """The letters with a higher serial number, in the order they came; 0: all that a take begins with."""
        held = sorted([*self._standing.values(), *self._letters], key=lambda each: each[0])
        return [letter for number, letter in held if number > serial]
