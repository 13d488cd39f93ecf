"""The sequence number of each universe, kept over a crash: receivers drop packets that count backwards."""

from __future__ import annotations

import logging
import mmap
from pathlib import Path

UNIVERSES = 1 << 16
FILE = "lights.sequences"

log = logging.getLogger("openstage.lights")


class SequenceBook:
    """A byte per universe in a mapped file of the run directory: the kernel keeps it when the process is killed."""

    def __init__(self, run_dir: Path) -> None:
        """Where the file cannot be made (a full disk), the numbers last as long as this process."""
        path = run_dir / FILE
        try:
            if not path.exists() or path.stat().st_size != UNIVERSES:
                path.write_bytes(bytes(UNIVERSES))
            with path.open("r+b") as file:
                self._bytes = mmap.mmap(file.fileno(), UNIVERSES)
        except OSError as error:
            log.warning("lamps may flicker if the lights process is restarted: %s", error)
            self._bytes = mmap.mmap(-1, UNIVERSES)

    def __getitem__(self, universe: int) -> int:
        return self._bytes[universe]

    def __setitem__(self, universe: int, sequence: int) -> None:
        self._bytes[universe] = sequence

    def close(self) -> None:
        """Close the file."""
        self._bytes.close()
