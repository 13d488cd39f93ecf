"""Progress of a command that takes a while: on standard error, so its output can be piped."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

REFRESH_HZ = 4.0
"""Interval of the live line: rare enough not to affect what is measured."""
Tell = Callable[[str], None]
"""Takes the next piece of work: "shooting 4 s"."""


def silent(text: str) -> None:
    """For measurements without a progress display."""


@contextmanager
def progress(command: str, as_json: bool = False, shown_on: TextIO | None = None) -> Iterator[Tell]:
    """On a terminal one live line, removed at the end; elsewhere a line for each piece of work, or none with
    `as_json`."""
    stream = shown_on or sys.stderr
    if stream.isatty():
        from rich.console import Console

        with Console(file=stream).status(f"{command}: starting", refresh_per_second=REFRESH_HZ) as live:
            yield lambda text: live.update(f"{command}: {text}")
    elif as_json:
        yield silent
    else:
        yield lambda text: print(f"{command}: {text}", file=stream, flush=True)
