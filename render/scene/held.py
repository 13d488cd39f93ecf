"""Which sets a render process holds ready, and the state it reports for each."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Protocol

from render.scene.reader import SetReader
from render.scene.scene_data import SceneData
from stage.clock import Clock
from stage.errors import InputError
from stage.messages.frames import Readiness, SetState

STEP_NS = 5_000_000
"""Less time than this is too little for a step, however short the previous one was."""
OVER = object()
log = logging.getLogger("openstage.render")


class Holder(Protocol):
    """The renderer's sets."""

    def holding(self, name: str, scene: SceneData) -> Iterator[None]:
        """Make a set ready to be drawn under a name, step by step."""
        ...

    def let_go(self, name: str) -> bool:
        """Free a set, unless it is on the wall."""
        ...


class Sets:
    """Follows the frames' sets and those that are to be prepared. The stage file's are held from the start. Any other
    is read in the background and made ready in the time that frames leave; the previous set stays on the wall until
    then. To bound memory, a set that is neither the stage file's, nor on the wall, nor prepared is freed."""

    def __init__(self, node: str, holder: Holder, reader: SetReader, held: tuple[str, ...], clock: Clock) -> None:
        self._holder = holder
        self._reader = reader
        self._node = node
        self._clock = clock
        self._coming: tuple[str, Iterator[None]] | None = None
        self._always = frozenset(held)
        self._states = {name: SetState(node, name, "ready", "") for name in held}
        self._wanted = held[0] if held else ""
        self._prepared: tuple[str, ...] = ()

    @property
    def states(self) -> tuple[SetState, ...]:
        """The state of each set."""
        return tuple(self._states.values())

    def is_ready(self, name: str) -> bool:
        """Whether the set can be drawn."""
        state = self._states.get(name)
        return state is not None and state.state == "ready"

    def want(self, name: str) -> None:
        """Note the set a frame shows. One that could not be read is tried again when next wanted."""
        if name != self._wanted:
            self._wanted = name
            self._ask(name)

    def prepare(self, names: tuple[str, ...]) -> None:
        """Note the sets to hold ready. One that could not be read is tried again when next requested."""
        if names == self._prepared:
            return
        fresh = [name for name in names if name not in self._prepared]
        self._prepared = names
        for name in fresh:
            self._ask(name)
        keep = self._always | {self._wanted, *names}
        for name in [name for name, state in self._states.items() if name not in keep and state.state != "loading"]:
            if self._states[name].state == "failed" or self._holder.let_go(name):
                del self._states[name]

    def hold_what_was_read(self, until_ns: int) -> None:
        """Move a set that was read onto the graphics card: one step, and more while another of that length fits in.
        Only after a frame is drawn, because a step takes time."""
        begun_ns = self._clock.now_ns()
        while self._step():
            now_ns = self._clock.now_ns()
            if now_ns + max(now_ns - begun_ns, STEP_NS) > until_ns:
                break
            begun_ns = now_ns

    def _step(self) -> bool:
        """Take one step; returns whether there was one."""
        if self._coming is None:
            self._begin()
        if self._coming is None:
            return False
        name, steps = self._coming
        if next(steps, OVER) is OVER:
            self._coming = None
            self._say(name, "ready", "")
        return True

    def _begin(self) -> None:
        """Start on a set that was read, or report why it could not be."""
        if (done := self._reader.take()) is None:
            return
        name, read = done
        if isinstance(read, InputError):
            log.error("%s is not ready: %s", name, read)
            self._say(name, "failed", str(read))
        else:
            self._coming = (name, self._holder.holding(name, read))

    def _ask(self, name: str) -> None:
        state = self._states.get(name)
        if state is None or state.state == "failed":
            self._say(name, "loading", "")
            self._reader.ask(name)

    def _say(self, name: str, state: Readiness, detail: str) -> None:
        self._states[name] = SetState(self._node, name, state, detail)
