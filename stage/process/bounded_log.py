"""The log of a process, bounded: in records a minute of a kind, in the length of a record, in the size of the file.

It stands at the root, so what libraries log is bounded, too: a stranger's datagram must not fill the disk.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from stage.units import NS_PER_S

OWN = "openstage"
MOST_OF_OWN, MOST_OF_OTHERS = 1200, 30
"""Records of a kind a minute: our own loggers write one for each order, libraries what they like."""
MOST_KINDS = 128
SPAN_NS = 60 * NS_PER_S
LONGEST = 4000
"""Characters of a record; a traceback has less."""
KIND_CHARS = 24
LARGEST_BYTES = 2_000_000
"""A log that grows longer becomes ROLE.1.log, and a new one is begun."""


class Pace(logging.Filter):
    """Lets at most so many records of a kind through in a minute; the first of the next minute says how many it kept
    back. A kind is a logger and the beginning of the message's pattern."""

    def __init__(self, now_ns: Callable[[], int]) -> None:
        super().__init__()
        self._now_ns = now_ns
        self._began_ns = now_ns()
        self._seen: Counter[tuple[str, str]] = Counter()
        self._held = 0

    def filter(self, record: logging.LogRecord) -> bool:
        now_ns = self._now_ns()
        if now_ns - self._began_ns >= SPAN_NS:
            self._began_ns = now_ns
            self._seen.clear()
            if self._held:
                record.msg, self._held = f"({self._held} records were not written) {record.msg}", 0
        kind = (record.name, str(record.msg)[:KIND_CHARS])
        if kind not in self._seen and len(self._seen) >= MOST_KINDS:
            kind = ("", "")
        self._seen[kind] += 1
        most = MOST_OF_OWN if record.name.split(".")[0] == OWN else MOST_OF_OTHERS
        passes = self._seen[kind] <= most
        self._held += not passes
        return passes


class _Short(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return text if len(text) <= LONGEST else f"{text[:LONGEST]} ... ({len(text)} characters)"


class _FileOfManager(logging.StreamHandler):  # type: ignore[type-arg]
    """Writes to standard error, which the manager has opened as the log file; sets it aside where it is too long."""

    def __init__(self, path: Path) -> None:
        super().__init__(sys.stderr)
        self._path = path

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError, ValueError):  # not a file, or closed
            self._set_aside(sys.stderr.fileno())
        super().emit(record)

    def _set_aside(self, handle: int) -> None:
        size = os.fstat(handle).st_size
        if size <= LARGEST_BYTES or not os.path.samestat(os.fstat(handle), os.stat(self._path)):
            return
        try:
            shutil.copyfile(self._path, self._path.with_suffix(".1.log"))
        finally:  # on a full disk, too: the new log matters more than the old one
            os.ftruncate(handle, 0)


def begin_log(role: str, path: Path, now_ns: Callable[[], int]) -> None:
    """Write the process' log to standard error. `path`: the file that the manager has opened as that."""
    handler = _FileOfManager(path)
    handler.addFilter(Pace(now_ns))
    handler.setFormatter(_Short(f"%(asctime)s {role} %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
