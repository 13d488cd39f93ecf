"""Follows the slate: what the bus carries between roll and cut is written. IO; time is an argument."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread

from stage.bus.bus import Letter
from stage.errors import InputError, MessageError
from stage.messages.codec import decode
from stage.messages.commands import OnAir, Slate
from stage.messages.takes import RecorderState
from stage.takes.disk_room import DiskRoom
from stage.takes.places import take_folders
from stage.takes.pre_roll import PreRoll
from stage.takes.recording import Recording, Setting
from stage.takes.recovery import recover
from stage.takes.take_info import read_info
from stage.units import NS_PER_S

SLATE_TOPIC = "show.air"
RETRY_NS = NS_PER_S
ContentOf = Callable[[tuple[str, ...]], dict[str, str]]
"""The digests known so far of the files that frames with these sets name."""

log = logging.getLogger("openstage.takes")


class Recorder:
    """Given every letter; writes while a take rolls. A disk that refuses is told, and tried again each second: the wall
    is never disturbed by it."""

    def __init__(self, setting: Setting, pre_roll_ns: int, content_of: ContentOf) -> None:
        self._setting = setting
        self._content_of = content_of
        self._before = PreRoll(pre_roll_ns)
        self._room = DiskRoom(setting.root)
        self._slate = Slate()
        self._scenes: tuple[str, ...] = ()
        self._by: str | None = None
        self._recording: Recording | None = None
        self._problem: str | None = None
        self._retry_ns = 0
        self._written = 0

    @property
    def recording(self) -> Recording | None:
        """The take being written."""
        return self._recording

    def take(self, letters: list[Letter], now_ns: int) -> None:
        """Take in letters in their order."""
        run: list[Letter] = []
        for letter in letters:
            if letter.topic == SLATE_TOPIC and self._follows(letter):
                self._keep(run, now_ns)
                run = []
                self._turn_to(now_ns)
            run.append(letter)
        self._keep(run, now_ns)

    def sync(self) -> None:
        """Bring what was written to the disk; called from a thread of its own."""
        recording = self._recording
        if recording is not None:
            with suppress(OSError, ValueError):  # the next write tells; a part may be closed meanwhile
                recording.sync()

    def state(self, now_ns: int) -> RecorderState:
        """What it is doing."""
        recording = self._recording
        seconds = (now_ns - self._slate.since_ns) / NS_PER_S if recording is not None else 0.0
        written = recording.bytes_written if recording is not None and self._problem is None else 0
        return RecorderState(
            take=recording.name if recording is not None else None,
            seconds=seconds,
            bytes=written,
            lost=recording.lost if recording is not None and self._problem is None else 0,
            minutes_left=self._room.minutes_left(written, seconds, now_ns),
            folder=str(self._setting.root),
            problem=self._problem,
            sent_ns=now_ns,
        )

    def close(self, now_ns: int) -> None:
        """The stage ends: a take that rolls is cut."""
        if self._recording is not None:
            self._end(now_ns)

    def _follows(self, letter: Letter) -> bool:
        """Whether the slate changed."""
        try:
            air = decode(letter.topic, letter.payload)
        except MessageError:
            return False
        if not isinstance(air, OnAir):
            return False
        scenes = tuple(dict.fromkeys((air.scene, *air.prepared)))
        if scenes != self._scenes:
            self._scenes = scenes
        self._by = air.changed_by
        changed = air.slate != self._slate
        self._slate = air.slate
        return changed

    def _turn_to(self, now_ns: int) -> None:
        """The slate was turned: end the take that rolled, begin the one that rolls."""
        if self._recording is not None and self._recording.slate != self._slate:
            self._end(now_ns)
        if self._slate.rolling and self._recording is None:
            self._begin(now_ns)

    def _begin(self, now_ns: int) -> None:
        try:
            self._recording = self._resumed() or Recording(
                self._setting, self._slate, self._by, self._content_of(self._scenes)
            )
            self._recording.write(self._before.after(0))
            self._written = self._before.serial
            self._problem = None
        except OSError as error:
            self._refused(error, now_ns)

    def _resumed(self) -> Recording | None:
        """The take of this very slate, if a recorder before this one began it."""
        for folder in reversed(list(take_folders(self._setting.root))):
            try:
                info = read_info(folder)
            except InputError:
                continue
            if info.status != "rolling":
                return None
            if (info.slate, info.take) == (self._slate.name, self._slate.take):
                return Recording.going_on(self._setting, folder, info, self._slate)
        return None

    def _keep(self, letters: list[Letter], now_ns: int) -> None:
        before = self._before.serial
        self._before.holding = self._problem is not None and self._slate.rolling
        for letter in letters:
            self._before.keep(letter)
        if self._problem is not None and self._slate.rolling and now_ns >= self._retry_ns:
            self._try_again(now_ns)
            return
        if self._recording is None or self._problem is not None:
            return
        self._written = before
        try:
            if letters:
                self._recording.write(letters)
            self._written = self._before.serial
            self._recording.needs(self._content_of(self._scenes))
        except OSError as error:
            self._refused(error, now_ns)

    def _try_again(self, now_ns: int) -> None:
        """Go on with everything that is still remembered and was not written."""
        if self._recording is None:
            self._begin(now_ns)
            return
        try:
            self._recording.again(self._before.after(self._written))
            self._written = self._before.serial
            self._problem = None
        except OSError as error:
            self._refused(error, now_ns)

    def _end(self, now_ns: int) -> None:
        recording, self._recording = self._recording, None
        try:
            if recording is not None:
                recording.cut(now_ns)
                if recording.resumed:
                    Thread(target=_count, args=(recording.folder,), name="count", daemon=True).start()
            self._problem = None
        except OSError as error:
            self._refused(error, now_ns)

    def _refused(self, error: OSError, now_ns: int) -> None:
        problem = f"{self._setting.root}: {error.strerror or error}"
        if problem != self._problem:
            log.error("the take cannot be written: %s", problem)
        self._problem, self._retry_ns = problem, now_ns + RETRY_NS


def _count(folder: Path) -> None:
    """What a take's earlier parts hold; `openstage take recover` does the same."""
    try:
        recover(folder)
    except (OSError, InputError) as error:
        log.error("%s was not counted whole: %s", folder.name, error)
