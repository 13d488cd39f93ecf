"""What the door keeps: sessions and wrong tries over the console's own restart, known devices over the stage's. IO.

Files of the run directory, for its owner alone. They hold digests of tokens, which give no access.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import msgpack

from stage.process.keeping import Keeping

SESSIONS_FILE = "console_sessions.msgpack"
"""Deleted with the run (by its file ending), kept when only the console restarts."""
DEVICES_FILE = "console_devices.json"
"""Kept: a tablet is the same tablet tomorrow."""
MOST_DEVICES = 256

log = logging.getLogger("openstage.console")


class KeptDoor:
    """The files of one console; without a folder nothing is kept. `mark` says which keys the content belongs to: after
    other PINs nothing of it counts."""

    def __init__(self, folder: Path | None, now_ns: Callable[[], int]) -> None:
        self._folder, self._now_ns = folder, now_ns
        self.keeping = Keeping()

    def read(self, mark: str) -> Mapping[str, Any]:
        """`sessions` and `tries`; empty where there are none, or they cannot be read, which is logged."""
        if self._folder is None:
            return {}
        try:
            kept_mark, kept = msgpack.unpackb((self._folder / SESSIONS_FILE).read_bytes())
            return dict(kept) if kept_mark == mark else {}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, msgpack.UnpackException) as error:
            log.warning("sessions cannot be read, everyone has to sign in again: %s", error)
            return {}

    def write(self, mark: str, kept: Mapping[str, Any]) -> None:
        """Write `sessions` and `tries`, whole or not at all."""
        self._write(SESSIONS_FILE, msgpack.packb([mark, kept]))

    def read_devices(self, mark: str) -> list[str]:
        """Digests of the devices that have signed in, the latest last."""
        if self._folder is None:
            return []
        try:
            told = json.loads((self._folder / DEVICES_FILE).read_text())
            return [str(each) for each in told["devices"]] if told["mark"] == mark else []
        except (OSError, ValueError, KeyError, TypeError):
            return []

    def write_devices(self, mark: str, devices: Iterable[str]) -> None:
        """Write them; the oldest are dropped where there are too many."""
        text = json.dumps({"mark": mark, "devices": list(devices)[-MOST_DEVICES:]})
        self._write(DEVICES_FILE, text.encode())

    def _write(self, name: str, content: bytes) -> None:
        if self._folder is None:
            return
        self.keeping.write(self._folder / name, content, "who is signed in", self._now_ns())
