"""The run directory of a stage: owned by one running stage, with its sockets, logs and last pictures."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from stage.bus.slot import remove_slots
from stage.clock import Clock
from stage.errors import InputError
from stage.manager.private_folder import make_private
from stage.units import NS_PER_S

LONGEST_SOCKET_PATH = 107
"""The longest path of a Unix socket, in bytes (Linux's sun_path less its end mark)."""
LONGEST_ROLE = 9
"""Characters of the longest name of a role."""
MANAGER_FILE = "manager.json"
LEFTOVERS = ("*.ipc", "*.sock", "*.msgpack", "*.msgpack.new", "*.draft", "set-*.npz", MANAGER_FILE)
KEPT_AFTER_A_CRASH = ("on_air.msgpack",)
"""The show (`stage.conductor.kept_show`): it outlives a manager that was killed."""
ORPHANS_END_NS = 5 * NS_PER_S
"""How long to wait for the processes of a manager that was killed."""
LOOK_AGAIN_NS = NS_PER_S // 20


@dataclass(frozen=True, slots=True)
class RunningStage:
    """The description in `manager.json` of the stage that runs in the directory, for other programs. `stage` is its
    file, `name` its name in the file."""

    pid: int
    stage: str
    name: str
    run_dir: str
    console: str
    offscreen: bool
    started_utc_s: float


class RunDirectory:
    """Created and locked while entered; its sockets and `manager.json` are removed on leaving, logs and pictures stay.

    The stage's processes inherit `lock_fd`, so the directory is free only when the last of them has ended, even where
    their manager was killed. Raises InputError where another stage runs in it (with its process id) or its path is too
    long for sockets.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self.lock_fd = -1
        self._clock = clock

    def __enter__(self) -> RunDirectory:
        longest = len(os.fsencode(self.path)) + len("/.ipc") + LONGEST_ROLE
        if longest > LONGEST_SOCKET_PATH:
            excess = longest - LONGEST_SOCKET_PATH
            raise InputError(str(self.path), "", f"is {excess} bytes too long for sockets", "Use a shorter --run-dir")
        try:
            make_private(self.path)
            for folder in ("logs", "wall"):
                (self.path / folder).mkdir(exist_ok=True)
            self.lock_fd = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise InputError(
                str(self.path), "", f"cannot be used: {error.strerror}", "Choose another --run-dir"
            ) from error
        self._take_lock()
        self._remove_leftovers(KEPT_AFTER_A_CRASH)
        return self

    def describe(self, running: RunningStage) -> None:
        """Write `manager.json`, whole or not at all."""
        draft = self.path / f"{MANAGER_FILE}.draft"
        draft.write_text(json.dumps(asdict(running), indent=2) + "\n")
        draft.replace(self.path / MANAGER_FILE)

    def _take_lock(self) -> None:
        given_up_ns = self._clock.now_ns() + ORPHANS_END_NS
        while not self._locked():
            owner = os.pread(self.lock_fd, 32, 0).decode(errors="replace").strip()
            if _lives(owner) or self._clock.now_ns() > given_up_ns:
                os.close(self.lock_fd)
                problem = f"a stage is already running here (process {owner or 'unknown'})"
                raise InputError(str(self.path), "", problem, "Stop it, or choose another --run-dir")
            self._clock.sleep_until_ns(self._clock.now_ns() + LOOK_AGAIN_NS)
        os.ftruncate(self.lock_fd, 0)
        os.pwrite(self.lock_fd, f"{os.getpid()}\n".encode(), 0)

    def _locked(self) -> bool:
        try:
            fcntl.flock(self.lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _remove_leftovers(self, but: tuple[str, ...] = ()) -> None:
        """Remove sockets, the description, drafts and sets half read, and what processes keep for their own restart,
        `but` some of it. A run that was ended leaves nothing, so the next starts fresh; after one that was killed the
        show goes on."""
        for pattern in LEFTOVERS:
            for file in self.path.glob(pattern):
                if file.name not in but:
                    file.unlink(missing_ok=True)
        remove_slots(self.path)

    def __exit__(self, *exception: object) -> None:
        self._remove_leftovers()
        os.close(self.lock_fd)


def running_stage(run_dir: Path) -> RunningStage | None:
    """The stage that runs in a directory; None where there is none, or its manager was killed."""
    try:
        running = RunningStage(**json.loads((run_dir / MANAGER_FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return running if _lives(str(running.pid)) else None


def log_path(run_dir: Path, role: str) -> Path:
    """The log file of a process of the stage."""
    return run_dir / "logs" / f"{role}.log"


def _lives(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True
