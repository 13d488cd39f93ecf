"""The run directory of a stage: owned by one running stage, with its sockets, logs and last pictures."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import signal
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from stage.bus.slot import remove_slots
from stage.clock import Clock
from stage.errors import InputError
from stage.manager.launch import LOCK
from stage.manager.private_folder import make_private
from stage.manager.survivors import Survivor, has_open, survivors_in
from stage.manager.wakeup import LEAVE_SIGNAL
from stage.process.lifeline import is_watched_over
from stage.units import NS_PER_S

LONGEST_SOCKET_PATH = 107
"""The longest path of a Unix socket, in bytes (Linux's sun_path less its end mark)."""
LONGEST_ROLE = 9
"""Characters of the longest name of a role."""
MANAGER_FILE = "manager.json"
LEFTOVERS = ("*.ipc", "*.sock", "*.msgpack", "*.msgpack.new", "*.json.new", "*.draft", "set-*.npz", MANAGER_FILE)
KEPT_AFTER_A_CRASH = ("on_air.msgpack", "show.kept")
"""The show and its reserve (`stage.conductor.kept_show`): they outlive a manager that was killed."""
ORPHANS_END_NS = 5 * NS_PER_S
"""How long to wait for the processes of a manager that was killed."""
LOOK_AGAIN_NS = NS_PER_S // 20
UNWATCHED = "unwatched"
"""Behind the process id in the lock: a manager whose watchdog was killed, which leaves its place to a new one."""

log = logging.getLogger("openstage.manager")


@dataclass(frozen=True, slots=True)
class RunningStage:
    """The description in `manager.json` of the stage that runs in the directory, for other programs. `stage` is its
    file, `name` its name in the file; `pid` the program that ends it all, `manager` the one that keeps it up."""

    pid: int
    stage: str
    name: str
    run_dir: str
    console: str
    offscreen: bool
    started_utc_s: float
    manager: int = 0


class RunDirectory:
    """Created and locked while entered; its sockets and `manager.json` are removed on leaving, logs and pictures stay.

    The lock is held by who looks after the stage: the watchdog, and its manager. Where both were killed, the stage's
    processes run on: `survivors`, and `before` is what was written about their stage. Raises InputError where another
    stage runs in it (with its process id) or its path is too long for sockets.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self.lock_fd = -1
        self.survivors: list[Survivor] = []
        self.before: RunningStage | None = None
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
            self.lock_fd = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise InputError(
                str(self.path), "", f"cannot be used: {error.strerror}", "Choose another --run-dir"
            ) from error
        self._take_lock()
        self.before = _described(self.path)
        self.survivors = survivors_in(self.path) if (self.path / MANAGER_FILE).exists() else []
        if not self.survivors:
            self._remove_leftovers(KEPT_AFTER_A_CRASH)
        return self

    def describe(self, running: RunningStage) -> None:
        """Write `manager.json`, whole or not at all; where it cannot be written, other commands do not find the stage,
        which is logged."""
        draft = self.path / f"{MANAGER_FILE}.draft"
        try:
            draft.write_text(json.dumps(asdict(running), indent=2) + "\n")
            draft.replace(self.path / MANAGER_FILE)
        except OSError as error:
            log.error("%s could not be written, so other commands may not find this stage: %s", MANAGER_FILE, error)

    def claim(self, running: RunningStage) -> None:
        """Say that this process owns the stage, and leaves it to whoever calls `openstage run` next."""
        self._sign(f"{os.getpid()} {UNWATCHED}")
        self.describe(running)

    def _sign(self, text: str) -> None:
        with suppress(OSError):
            os.ftruncate(self.lock_fd, 0)
            os.pwrite(self.lock_fd, f"{text}\n".encode(), 0)

    def _take_lock(self) -> None:
        given_up_ns, asked = self._clock.now_ns() + ORPHANS_END_NS, False
        while not self._locked():
            owner, _, state = os.pread(self.lock_fd, 64, 0).decode(errors="replace").strip().partition(" ")
            if _lives(owner) and state == UNWATCHED:
                if not asked:
                    os.kill(int(owner), LEAVE_SIGNAL)
                asked = True
            elif _lives(owner):
                self._refuse(owner)
            if self._clock.now_ns() > given_up_ns and not self._end_hung_manager():
                self._refuse(owner)
            self._clock.sleep_until_ns(self._clock.now_ns() + LOOK_AGAIN_NS)
        self._sign(str(os.getpid()))

    def _refuse(self, owner: str) -> None:
        os.close(self.lock_fd)
        problem = f"a stage is already running here (process {owner or 'unknown'})"
        raise InputError(str(self.path), "", problem, "Stop it, or choose another --run-dir")

    def _end_hung_manager(self) -> bool:
        """End a manager without a watchdog that neither says so nor leaves: it is stopped, or hangs."""
        before = _described(self.path)
        if before is None or before.manager == os.getpid() or not has_open(before.manager, self.path / LOCK):
            return False
        with suppress(OSError):
            os.kill(before.manager, signal.SIGKILL)
        return True

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
        remove_slots(self.path, but)

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave nothing of this run but logs and last pictures, and give the directory free."""
        with suppress(OSError):  # a folder that became read-only
            self._remove_leftovers()
        os.close(self.lock_fd)


def running_stage(run_dir: Path) -> RunningStage | None:
    """The stage that runs in a directory; None where there is none, or who looked after it was killed.

    The lock tells that, too: the number of a dead process may be another's by now, and its port another stage's."""
    running = _described(run_dir)
    if running is None or not _lives(str(running.pid)):
        return None
    return running if is_watched_over(run_dir / LOCK) else None


def _described(run_dir: Path) -> RunningStage | None:
    try:
        return RunningStage(**json.loads((run_dir / MANAGER_FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None


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
