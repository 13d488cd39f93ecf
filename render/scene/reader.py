"""Reads sets from disk while frames are drawn: one at a time, in its own thread; IO."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue

from render.scene.scene_data import SceneData
from stage.errors import InputError

Read = tuple[str, SceneData | InputError]
"""A set's name, and its data or the reason why it could not be read."""


Tell = Callable[[float], None]
"""Called with the share that was read, 0 to 1."""


class SetReader:
    """Reads sets by name and hands them out when they are ready. `read(name, tell)` raises InputError."""

    def __init__(self, read: Callable[[str, Tell], SceneData]) -> None:
        self._read = read
        self._share: dict[str, float] = {}
        self._done: SimpleQueue[Read] = SimpleQueue()
        self._reading = False
        self._asked: list[str] = []

    def ask(self, name: str) -> None:
        """Read a set after those requested before it."""
        self._asked.append(name)
        self._go_on()

    def share(self, name: str) -> float:
        """How much of a set was read so far, 0 to 1; 0 while others are read before it."""
        return self._share.get(name, 0.0)

    def take(self) -> Read | None:
        """A set read since the last call; each is returned once."""
        if self._done.empty():
            return None
        self._reading = False
        done = self._done.get()
        self._share.pop(done[0], None)
        self._go_on()
        return done

    def _go_on(self) -> None:
        if self._asked and not self._reading:
            self._reading = True
            threading.Thread(target=self._work, args=(self._asked.pop(0),), daemon=True).start()

    def _work(self, name: str) -> None:
        try:
            self._done.put((name, self._read(name, partial(self._share.__setitem__, name))))
        except InputError as error:
            self._done.put((name, error))
