"""What a process keeps in files, and what it says where that is not possible: a full disk, a quota, a read-only folder.

A file is written whole or not at all; the process goes on either way. What cannot be kept is an alert at once, until it
can be again.
"""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from pathlib import Path
from threading import Lock

from stage.messages.control import AlertState
from stage.units import NS_PER_S

OWNER_ONLY = 0o600
NOT_KEPT = "not-kept"
"""The alert's code."""
AGAIN_NS = NS_PER_S
"""How often it is said: a console that was started anew hears it, too."""

log = logging.getLogger("openstage.keeping")


class Keeping:
    """Of one process; used from any of its threads. What is kept has a name, such as `the show`."""

    def __init__(self) -> None:
        self._failed: dict[str, tuple[str, int]] = {}
        self._well: set[str] = set()
        self._over: list[AlertState] = []
        self._next_ns = 0
        self._lock = Lock()

    def write(self, path: Path, content: bytes, what: str, now_ns: int) -> bool:
        """Write a file, for its owner alone; whether that was possible."""
        fresh = path.with_name(f"{path.name}.new")
        try:
            with suppress(FileNotFoundError):
                fresh.unlink()
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, OWNER_ONLY)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.replace(fresh, path)
        except OSError as error:
            with suppress(OSError):
                fresh.unlink()
            self.failed(what, f"{path.parent}: {error.strerror}", now_ns)
            return False
        self.done(what, now_ns)
        return True

    def failed(self, what: str, why: str, now_ns: int) -> None:
        """It cannot be kept."""
        with self._lock:
            since_ns = self._failed[what][1] if what in self._failed else now_ns
            if what not in self._failed:
                self._next_ns = 0
                log.error("%s cannot be kept: %s", what, why)
            self._failed[what] = (why, since_ns)
            self._well.discard(what)

    def done(self, what: str, now_ns: int) -> None:
        """It is kept. The first time that is said, too: a process before this one may have said the opposite."""
        if what in self._well:
            return
        with self._lock:
            self._well.add(what)
            why, _ = self._failed.pop(what, ("", 0))
            self._over.append(AlertState(NOT_KEPT, what, active=False, detail=why, since_ns=now_ns))
            if why:
                log.info("%s can be kept again", what)

    @property
    def failing(self) -> bool:
        """Whether anything could not be kept the last time."""
        return bool(self._failed)

    def is_failing(self, what: str) -> bool:
        """Whether that could not be kept the last time."""
        return what in self._failed

    def alerts(self, now_ns: int) -> list[AlertState]:
        """What is to be said now: what fails, at once and then once a second; what works again, once."""
        if not self._over and (not self._failed or now_ns < self._next_ns):
            return []
        with self._lock:
            over, self._over = self._over, []
            self._next_ns = now_ns + AGAIN_NS
            active = [AlertState(NOT_KEPT, what, True, why, since) for what, (why, since) in self._failed.items()]
            return [*over, *active]
