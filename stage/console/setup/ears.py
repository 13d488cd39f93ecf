"""Listening to a port from the page: `openstage tracker listen --steered` in a process of its own, because the readers
of trackers are in a layer above this one. One at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock, Thread
from typing import IO, Any

from pydantic import TypeAdapter, ValidationError

from stage.console.setup.heard import ListenState
from stage.errors import InputError

PAGE = "the Stage page"
POLITE = ("nice", "-n", "10")
LAUNCH = ("-m", "stage.manager.launch")
STATES: TypeAdapter[ListenState] = TypeAdapter(ListenState)
LAST_WORDS_CHARS = 400


@dataclass(frozen=True, slots=True)
class Place:
    """Where to listen: the port, this machine's address, the multicast group; and the name of the source to be."""

    port: int
    host: str = "0.0.0.0"
    group: str | None = None
    name: str = "tracker"


Program = Callable[[Path, Place], tuple[str, ...]]


def listen_program(run_dir: Path, place: Place) -> tuple[str, ...]:
    """The command line, by module name."""
    launch = (sys.executable, *LAUNCH, str(os.getpid()), "now", "tools.cli", "tracker", "listen", str(place.port))
    group = () if place.group is None else ("--group", place.group)
    told = ("--host", place.host, *group, "--name", place.name, "--run-dir", str(run_dir), "--steered")
    return (*POLITE, *launch, *told)


class ListenRunner:
    """One per console. The process is started and ended from one thread; another reads what it says."""

    def __init__(self, run_dir: Path, program: Program = listen_program) -> None:
        self._run_dir, self._program = run_dir, program
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._state = ListenState()
        self._changed = True

    def start(self, place: Place) -> None:
        """Listen there; whatever was listened to before is left. Raises InputError where it cannot be started."""
        self.close()
        try:
            process = subprocess.Popen(
                self._program(self._run_dir, place),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise InputError(PAGE, "", f"nothing can be listened to: {error}", "Check the disk and memory") from error
        with self._lock:
            self._process = process
            self._become(ListenState(listening=True, port=place.port, where=f"port {place.port}"))
        Thread(target=self._read, args=(process,), name="tracker-ears", daemon=True).start()

    def order(self, order: dict[str, Any]) -> None:
        """Pass an order on. Raises InputError where nothing is listened to."""
        process = self._process
        if process is None or process.stdin is None:
            raise InputError(PAGE, "", "nothing is listened to", "Start with a port")
        try:
            process.stdin.write(json.dumps(order).encode() + b"\n")
            process.stdin.flush()
        except OSError as error:
            raise InputError(PAGE, "", "listening has ended", "Start again") from error

    def close(self) -> None:
        """Stop listening; what was found stays on the page."""
        with self._lock:
            process, self._process = self._process, None
            if process is not None:
                self._become(replace(self._state, listening=False, step="", words=""))
        if process is not None:
            process.kill()
            process.wait()

    def now(self) -> ListenState:
        """What the page shows."""
        with self._lock:
            return self._state

    def turn(self) -> ListenState | None:
        """The state, where it has changed."""
        with self._lock:
            changed, self._changed = self._changed, False
            return self._state if changed else None

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        """Its own thread for each process: until it ends."""
        with process:
            for line in process.stdout or ():
                self._say(process, line)
            words = _last_words(process.stderr)
        with self._lock:
            if self._process is process:
                self._process = None
                problem = words or "listening has ended: nobody asked for anything for a while"
                self._become(replace(self._state, listening=False, step="", words="", problem=problem))

    def _say(self, process: subprocess.Popen[bytes], line: bytes) -> None:
        try:
            state = STATES.validate_json(line)
        except ValidationError:
            return
        with self._lock:
            if self._process is process and state != self._state:
                self._become(state)

    def _become(self, state: ListenState) -> None:
        self._state, self._changed = state, True


def _last_words(stream: IO[bytes] | None) -> str:
    return "" if stream is None else stream.read()[-LAST_WORDS_CHARS:].decode("utf-8", "replace").strip()
