"""A screen without a machine: Xvfb, and what is on it."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.e2e.patience import PATIENCE_S

WIDTH, HEIGHT = 1280, 720
XWD_FIELDS = 25


@dataclass(frozen=True)
class VirtualScreen:
    """An X server of its own; `environment` is what its clients need."""

    display: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "DISPLAY": self.display}

    def picture(self) -> NDArray[np.uint8]:
        """(720, 1280, 3) RGB of the screen now: Xvfb keeps it in a file of X window dump format, BGRX."""
        data = (self.folder / "Xvfb_screen0").read_bytes()
        head = struct.unpack(f">{XWD_FIELDS}I", data[: XWD_FIELDS * 4])
        header_size, width, height, line, colours = head[0], head[4], head[5], head[12], head[19]
        rows = np.frombuffer(data, np.uint8, height * line, header_size + colours * 12).reshape(height, line)
        return rows[:, : width * 4].reshape(height, width, 4)[..., 2::-1]


@contextmanager
def virtual_screen() -> Iterator[VirtualScreen]:
    """Start Xvfb on a free display; end it afterwards."""
    if shutil.which("Xvfb") is None:
        raise RuntimeError("install Xvfb for this test (Debian, Ubuntu: apt install xvfb)")
    folder = Path(tempfile.mkdtemp(prefix="openstage-x-"))
    read, write = os.pipe()
    arguments = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24"]
    server = subprocess.Popen(
        [*arguments, "-fbdir", str(folder), "-nolisten", "tcp"], pass_fds=(write,), stderr=subprocess.DEVNULL
    )
    os.close(write)
    try:
        with os.fdopen(read) as number:
            yield VirtualScreen(f":{number.readline().strip()}", folder)
    finally:
        server.terminate()
        server.wait(PATIENCE_S)
        shutil.rmtree(folder, ignore_errors=True)
