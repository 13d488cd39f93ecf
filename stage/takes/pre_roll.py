"""The last seconds before a roll. Pure: time is the letters' own."""

from __future__ import annotations

from collections import deque

from stage.bus.bus import Letter

MOST_BYTES = 64 << 20
"""However busy the bus is: then fewer seconds are kept."""


class PreRoll:
    """Keeps letters for `length_ns`, and the newest of each topic and key for as long as the stage runs: what changes
    rarely (what is on air, a source's state) belongs to a take though it was said before."""

    def __init__(self, length_ns: int) -> None:
        self._length_ns = length_ns
        self._letters: deque[Letter] = deque()
        self._bytes = 0
        self._standing: dict[tuple[str, str], Letter] = {}

    def keep(self, letter: Letter) -> None:
        """Take in a letter; older ones than the length are let go."""
        self._letters.append(letter)
        self._bytes += len(letter.payload)
        while self._letters and (
            letter.sent_ns - self._letters[0].sent_ns > self._length_ns or self._bytes > MOST_BYTES
        ):
            gone = self._letters.popleft()
            self._bytes -= len(gone.payload)
            self._standing[gone.topic, gone.key] = gone

    def held(self) -> list[Letter]:
        """What would be taken."""
        return sorted([*self._standing.values(), *self._letters], key=lambda letter: letter.sent_ns)

    def taken(self) -> list[Letter]:
        """What a take begins with, oldest first; nothing is kept of it but what stands."""
        letters = self.held()
        self._standing.update({(letter.topic, letter.key): letter for letter in self._letters})
        self._letters.clear()
        self._bytes = 0
        return letters
