"""The cue list on every page: rebuilt when a cue is fired, another show is loaded, or a file changes."""

from __future__ import annotations

from pathlib import Path

from stage.console.library.shelf import shelf_stamp
from stage.console.link.folder_watch import FolderWatch
from stage.library.preset_store import stamp_of
from stage.library.show_store import ShowStore
from stage.messages.commands import OnAir
from stage.show.cue_list import CueList


class CueWatch:
    """Polled; answers with the list when it has changed."""

    def __init__(self, folder: Path) -> None:
        self._store = ShowStore(folder)
        shows, shelf = stamp_of(self._store.folders), shelf_stamp(folder)
        self.watch = FolderWatch(lambda: (shows(), shelf()))
        self._shown: CueList | None = None
        self._at: tuple[str | None, str | None] = (None, None)

    def news(self, air: OnAir | None, now_ns: int) -> CueList | None:
        """The cue list, if it has changed since the last call."""
        at = (air.cue_list, air.cue) if air is not None else (None, None)
        changed = self.watch.changed(now_ns)
        if not changed and at == self._at and self._shown is not None:
            return None
        self._at = at
        fresh = self._store.cue_list(*at)
        if fresh == self._shown:
            return None
        self._shown = fresh
        return fresh
