"""The show, kept in the run directory: the next conductor goes on with it, whatever ended the one before.

Looks are kept once each, though many steps share them, and only a new one is encoded.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path

from stage.conductor.reserve import Reserve
from stage.errors import MessageError
from stage.messages.codec import decode_as, encode
from stage.messages.commands import Command, CommandResult, OnAir
from stage.messages.frames import Frame
from stage.model.look import Look
from stage.process.keeping import Keeping
from stage.show.director import Asked, Fade, History
from stage.show.show_control import ShowMemory

NAME = "on_air.msgpack"

log = logging.getLogger("openstage.conductor")


@dataclass(frozen=True, slots=True)
class Kept:
    """What a conductor leaves to the next one. `picture`: the frame that is held; `answered`: the last answers, for
    senders that ask again."""

    memory: ShowMemory
    picture: Frame | None = None
    answered: tuple[CommandResult, ...] = ()


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step as it is kept: its looks by their place in the file."""

    look: int
    preset: str | None
    base: int
    recalled: str | None


@dataclass(frozen=True, slots=True)
class LookRow:
    """One look in the file."""

    look: Look


@dataclass(frozen=True, slots=True)
class FadeRow:
    """A running fade as it is kept."""

    before: Look
    after: Look
    start_ns: int
    duration_ns: int
    curve: str


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """An order that waits for a set."""

    command: Command
    scene: str


@dataclass(frozen=True, slots=True)
class File:
    """The file. `stage`: the stage file it belongs to; `kept_ns`: when, on the machine's monotonic clock."""

    stage: str
    kept_ns: int
    air: OnAir
    looks: tuple[bytes, ...]
    past: tuple[StepRow, ...]
    future: tuple[StepRow, ...]
    fade: FadeRow
    hand: tuple[str, ...]
    touched_ns: int
    waiting: WaitingRow | None
    picture: Frame | None
    answered: tuple[CommandResult, ...]


WHAT = "the show"
"""Its name in the alert."""


class ShowKeeper:
    """Keeps the show of a stage in its run directory; where that is not possible, in a reserve."""

    def __init__(
        self, run_dir: Path, stage: Path, keeping: Keeping | None = None, reserve: Reserve | None = None
    ) -> None:
        self._path = run_dir / NAME
        self._stage = str(stage)
        self._keeping = keeping or Keeping()
        self._reserve = reserve
        self._encoded: dict[int, tuple[Look, bytes]] = {}
        self._decoded: dict[bytes, Look] = {}
        self._followed_ns = 0

    def follow(self) -> None:
        """As a spare: decode what the other process has kept since, so taking over takes no time for it."""
        try:
            changed_ns = self._path.stat().st_mtime_ns
            if changed_ns == self._followed_ns:
                return
            self._followed_ns = changed_ns
            self._looks(decode_as(File, NAME, self._path.read_bytes()))
        except (OSError, MessageError):  # not there yet, or as broken as it will be then
            return

    def _looks(self, file: File) -> list[Look]:
        known = self._decoded
        self._decoded = {each: known.get(each) or decode_as(LookRow, NAME, each).look for each in file.looks}
        return [self._decoded[each] for each in file.looks]

    def keep(self, kept: Kept, now_ns: int) -> bool:
        """Write it, whole or not at all, or else into the reserve. False where neither is possible: the show goes on,
        and an alert says so."""
        show = encode(self._file(kept, now_ns))
        if self._keeping.write(self._path, show, WHAT, now_ns):
            return True
        return self._reserve is not None and self._reserve.write(show, now_ns)

    def kept(self, now_ns: int) -> Kept | None:
        """What was kept; None where nothing was, where it cannot be read, or where it is another stage's.

        After a restart of the machine its clock begins again: a fade of before is over then."""
        found = [kept for content in self._contents() if (kept := self._read(content, now_ns)) is not None]
        return max(found, key=lambda each: each[0])[1] if found else None

    def _contents(self) -> list[bytes]:
        reserve = None if self._reserve is None else self._reserve.newest()
        contents = [] if reserve is None else [reserve[1]]
        try:
            contents.append(self._path.read_bytes())
        except FileNotFoundError:
            pass
        except OSError as error:
            log.error("the show from before the restart cannot be read: %s", error)
        return contents

    def _read(self, content: bytes, now_ns: int) -> tuple[int, Kept] | None:
        """When it was kept, and what."""
        try:
            file = decode_as(File, NAME, content)
            if file.stage != self._stage:
                return None
            looks = self._looks(file)
            past, future = _steps(file.past, looks), _steps(file.future, looks)
        except (MessageError, IndexError) as error:
            log.error("the show from before the restart cannot be read: %s", error)
            return None
        fade = Fade(file.fade.before, file.fade.after, file.fade.start_ns, file.fade.duration_ns, file.fade.curve)
        if file.kept_ns > now_ns:
            fade = replace(fade, before=fade.after, start_ns=0, duration_ns=0)
        history = History(past, future, fade, frozenset(file.hand), file.touched_ns)
        waiting = None if file.waiting is None else (file.waiting.command, file.waiting.scene)
        return file.kept_ns, Kept(ShowMemory(file.air, history, waiting), file.picture, file.answered)

    def _file(self, kept: Kept, now_ns: int) -> File:
        memory, history = kept.memory, kept.memory.history
        looks = {id(look): look for step in (*history.past, *history.future) for look in (step.look, step.base)}
        place = {known: number for number, known in enumerate(looks)}
        known = self._encoded
        self._encoded = {each: known.get(each) or (look, encode(LookRow(look))) for each, look in looks.items()}

        def rows(steps: tuple[Asked, ...]) -> tuple[StepRow, ...]:
            return tuple(StepRow(place[id(s.look)], s.preset, place[id(s.base)], s.recalled) for s in steps)

        fade = history.fade
        return File(
            stage=self._stage,
            kept_ns=now_ns,
            air=memory.air,
            looks=tuple(blob for _, blob in self._encoded.values()),
            past=rows(history.past),
            future=rows(history.future),
            fade=FadeRow(fade.before, fade.after, fade.start_ns, fade.duration_ns, fade.curve),
            hand=tuple(sorted(history.hand)),
            touched_ns=history.touched_ns,
            waiting=None if memory.waiting is None else WaitingRow(*memory.waiting),
            picture=kept.picture,
            answered=kept.answered,
        )


def _steps(rows: tuple[StepRow, ...], looks: list[Look]) -> tuple[Asked, ...]:
    return tuple(Asked(looks[row.look], row.preset, looks[row.base], row.recalled) for row in rows)
