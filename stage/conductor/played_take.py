"""The take on the walls, read as it plays. IO."""

from __future__ import annotations

import logging
from pathlib import Path

from stage.errors import InputError, MessageError
from stage.messages.frames import Frame
from stage.messages.takes import Playing
from stage.show.playback import TakeSpan, number_at
from stage.takes.places import find_take, name_of
from stage.takes.take import Take

log = logging.getLogger("openstage.conductor")


class PlayedTake:
    """Takes of a folder; one is open while it plays, its index in memory, its frames read one by one."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._take: Take | None = None
        self._last: tuple[int, Frame] | None = None
        self._broken: Playing | None = None

    def find(self, name: str) -> TakeSpan:
        """What is known of a take. Raises InputError where there is none, or it has no frames."""
        take = self._opened(name_of(find_take(self._root, name)))
        info, count = take.info, len(take.numbers)
        if not count:
            raise InputError(name, "", "has no frames", "`openstage take show` says what it holds")
        scenes = tuple(dict.fromkeys((take.frame(0).scene, take.frame(count - 1).scene)))
        roll = int(take.numbers[min(info.pre_roll, count - 1)])
        return TakeSpan(take.name, info.rate, int(take.numbers[0]), int(take.numbers[-1]), roll, scenes)

    def frame(self, playing: Playing | None, present_ns: int) -> Frame | None:
        """The frame of the take for a moment; None where none plays, or it cannot be read any more (logged once)."""
        if playing is None:
            self.close()
            return None
        number = number_at(playing, present_ns)
        if self._last is not None and self._last[0] == number and self._take is not None:
            return self._last[1]
        try:
            take = self._opened(playing.take)
            frame = take.frame(take.place_of(number))
        except (InputError, MessageError, OSError) as error:
            if self._broken != playing:
                log.error("the take cannot be played: %s", error)
            self._broken = playing
            return None if self._last is None else self._last[1]
        self._last = (number, frame)
        return frame

    def close(self) -> None:
        """Let go of the take."""
        if self._take is not None:
            self._take.close()
            self._take, self._last = None, None

    def _opened(self, name: str) -> Take:
        if self._take is None or self._take.name != name:
            self.close()
            self._take = Take(find_take(self._root, name))
        return self._take
