"""Notices changes to the files of some folders, from any source: the API, an editor, a copy from a USB stick."""

from __future__ import annotations

from collections.abc import Callable

from stage.units import NS_PER_S

EVERY_NS = NS_PER_S


class FolderWatch:
    """Polled; checks once a second, or at once after `hurry`. `stamp` differs after every change."""

    def __init__(self, stamp: Callable[[], object]) -> None:
        self._stamp = stamp
        self._last = stamp()
        self._next_ns = 0
        self._hurried = False

    def hurry(self) -> None:
        """Something has just changed; may be called from any thread."""
        self._hurried = True

    def changed(self, now_ns: int) -> bool:
        """Whether anything has changed since this last returned True."""
        if now_ns < self._next_ns and not self._hurried:
            return False
        self._next_ns, self._hurried = now_ns + EVERY_NS, False
        fresh = self._stamp()
        before, self._last = self._last, fresh
        return fresh != before
