"""Which sets a render process holds ready, and the state it reports for each."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Protocol

from render.scene.reader import SetReader
from render.scene.scene_data import SceneData
from stage.clock import Clock
from stage.errors import InputError
from stage.files.passport import Fate, Passport, verdict_of
from stage.messages.frames import PassportLine, Readiness, SetPassport, SetState
from stage.units import NS_PER_S

STEP_NS = 5_000_000
"""Less time than this is too little for a step, however short the previous one was."""
OVER = object()
READ_SHARE = 0.9
"""Of the time that a set takes, about so much is its reading; the rest brings it onto the card."""
MOST_ENTRIES = 60
"""More than anybody reads on a page; `openstage scene check` prints all."""
WORST_FIRST = (Fate.LOST, Fate.APPROXIMATED, Fate.DRAWN)
Held = Mapping[str, SetPassport]
"""The sets that are held from the start, the one on the walls first, and what their files ask for."""
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

    def __init__(self, node: str, holder: Holder, reader: SetReader, held: Held, clock: Clock) -> None:
        self._holder = holder
        self._reader = reader
        self._node = node
        self._clock = clock
        self._coming: tuple[str, Iterator[None]] | None = None
        self._always = frozenset(held)
        self._states = {name: SetState(node, name, "ready", "", passport=known) for name, known in held.items()}
        self._asked_ns: dict[str, int] = {}
        self._wanted = next(iter(held), "")
        self._prepared: tuple[str, ...] = ()

    @property
    def states(self) -> tuple[SetState, ...]:
        """The state of each set, those that are loading with their share and time."""
        return tuple(self._loading(state) if state.state == "loading" else state for state in self._states.values())

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
            self._say(name, "ready", "", self._states[name].passport)
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
            self._states[name] = replace(self._states[name], passport=set_passport(read.passport))
            self._coming = (name, self._holder.holding(name, read))

    def _ask(self, name: str) -> None:
        state = self._states.get(name)
        if state is None or state.state == "failed":
            self._asked_ns[name] = self._clock.now_ns()
            self._say(name, "loading", "")
            self._reader.ask(name)

    def _loading(self, state: SetState) -> SetState:
        """A set on its way: read by its own process, then brought onto the graphics card."""
        coming = self._coming is not None and self._coming[0] == state.scene
        share = READ_SHARE if coming else READ_SHARE * self._reader.share(state.scene)
        asked_ns = self._asked_ns.get(state.scene, self._clock.now_ns())
        return replace(state, share=share, loading_s=(self._clock.now_ns() - asked_ns) / NS_PER_S)

    def _say(self, name: str, state: Readiness, detail: str, passport: SetPassport | None = None) -> None:
        self._states[name] = SetState(self._node, name, state, detail, passport=passport)


def set_passport(passport: Passport) -> SetPassport:
    """What the console is told of a set's passport."""
    entries = sorted(dict.fromkeys(passport), key=lambda entry: WORST_FIRST.index(entry.fate))
    counts = [sum(entry.fate is fate for entry in entries) for fate in (Fate.LOST, Fate.APPROXIMATED)]
    lines = [PassportLine(one.file, one.asks, one.fate.value, one.why, one.remedy) for one in entries[:MOST_ENTRIES]]
    return SetPassport(verdict_of(entries).value, counts[0], counts[1], tuple(lines))
