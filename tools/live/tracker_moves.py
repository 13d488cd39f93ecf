"""Asking for moves, one after another, while datagrams keep coming."""

from __future__ import annotations

import os
import select
from typing import TextIO

from stage.clock import MonotonicClock
from stage.units import NS_PER_S
from tools.live.tracker_ears import Ears
from tracking.listening.moves import MOVES, NONE_MOVED, TRIES, Outcome, moved, outcome_of
from tracking.listening.streams import Listening, Stream, Timed

TURN_NS = NS_PER_S // 20
SKIP = "skip"


def collect(ears: Ears, listening: Listening, seconds: float) -> None:
    """Hear for so long."""
    clock = MonotonicClock()
    until_ns = clock.now_ns() + round(seconds * NS_PER_S)
    while (left_ns := until_ns - clock.now_ns()) > 0:
        for heard in ears.heard(min(left_ns, TURN_NS)):
            listening.hear(heard.received_ns, heard.sender, heard.data)


class Answers:
    """Lines that are typed, without waiting for them. Read past Python's buffer, which would hide lines that came
    together."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._typed = b""
        self._ended = False

    @property
    def ended(self) -> bool:
        """Whether no line can come any more."""
        return self._ended and b"\n" not in self._typed

    def line(self) -> str | None:
        """The next line, None where there is none yet; at the end of the input all is skipped."""
        if b"\n" not in self._typed and not self._ended and select.select([self._fd], [], [], 0)[0]:
            more = os.read(self._fd, 4096)
            self._ended = not more
            self._typed += more
        if b"\n" in self._typed:
            line, _, self._typed = self._typed.partition(b"\n")
            return line.decode(errors="replace").strip()
        return SKIP if self._ended else None


class Asking:
    """Asks on `told`, waits for a line of the answers, and takes what came meanwhile as that move."""

    def __init__(self, hearing: tuple[Ears, Listening], stream: Stream, told: TextIO, answers: Answers) -> None:
        self._ears, self._listening = hearing
        self._stream, self._told, self._answers = stream, told, answers

    def outcome(self) -> Outcome:
        """The settings that follow from every move."""
        self._say(f"Stand still before and after each move, and press Enter when it is done (`{SKIP}` leaves one out).")
        moves: dict[str, list[Timed]] = {}
        for name, words in MOVES.items():
            for _ in range(TRIES):
                self._say(f"{words}, then press Enter")
                datagrams, answer = self._move()
                if answer == SKIP:
                    break
                seen = moved(self._stream, self._listening.port, name, datagrams)
                self._say(f"  {seen}")
                if seen != NONE_MOVED:
                    moves[name] = datagrams
                    break
        return outcome_of(self._stream, self._listening.port, moves)

    def _move(self) -> tuple[list[Timed], str]:
        """The stream's datagrams until Enter, and what was typed before it."""
        self._stream.datagrams.clear()
        while (line := self._answers.line()) is None:
            collect(self._ears, self._listening, TURN_NS / NS_PER_S)
        return list(self._stream.datagrams), line

    def _say(self, words: str) -> None:
        print(words, file=self._told, flush=True)
