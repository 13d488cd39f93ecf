"""The manager with real processes: stand-ins that work, crash, hang, or will not end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from stage.bus.zmq_bus import ZmqBus
from stage.messages.control import AlertState, ProcessState
from stage.messages.topics import Record
from tests.e2e.patience import PATIENCE_S

MANAGER = """
import os
import sys
from pathlib import Path
from stage.bus.zmq_bus import ZmqBus
from stage.clock import MonotonicClock
from stage.errors import OpenStageError
from stage.manager.child import Child
from stage.manager.run_dir import RunDirectory, RunningStage
from stage.manager.service import Manager
from stage.manager.table import Process
from stage.process.lifeline import die_with_parent

die_with_parent()
run_dir, clock = Path(sys.argv[1]), MonotonicClock()
stage = Path("stage.toml")
outlives_s = None if sys.argv[2] == "tied" else float(sys.argv[2])
try:
    with RunDirectory(run_dir, clock) as owned:
        owned.describe(RunningStage(os.getpid(), str(stage), "", str(run_dir), "", True, 0.0))
        bus = ZmqBus.in_directory(run_dir)
        processes = [Process(*pair.split("=")) for pair in sys.argv[3:]]
        children = [Child(each, stage, run_dir, outlives_s) for each in processes]
        manager = Manager(children, bus, clock, survivors=owned.survivors)
        manager.run()
        bus.close()
    sys.exit(0 if manager.healthy else 3)
except OpenStageError as error:
    sys.exit(f"error: {error}")
"""
STAND_INS = {
    "worker": """
import sys
from stage.process.service import run_service

def work(service):
    print("at work", file=sys.stderr)
    while not service.stopping:
        service.beat(ready=True)
        service.clock.sleep_until_ns(service.clock.now_ns() + 20_000_000)

def main():
    run_service("render" if __name__ == "render_worker" else "conductor", work)
""",
    "crasher": "raise KeyError('a bug')",
    "wrong": """
from stage.errors import InputError
from stage.process.service import run_service

def refuse(service):
    raise InputError("set.toml", "layers[0].file", "no such file", "Check the path")

def main():
    run_service("tracking", refuse)
""",
    "hanger": """
import time
from stage.process.service import run_service

def hang(service):
    for _ in range(100):
        service.beat(ready=True)
        time.sleep(0.02)
    time.sleep(1000)

def main():
    run_service("conductor", hang)
""",
    "busy": """
from pathlib import Path
from stage.process.service import run_service

def hang(service):
    flag = service.run_dir / "hang"
    while not service.stopping:
        service.beat(ready=True)
        service.clock.sleep_until_ns(service.clock.now_ns() + 20_000_000)
        if flag.exists():
            flag.unlink()
            sum(range(10**15))

def main():
    run_service("conductor", hang)
""",
    "stubborn": """
import signal, time

def main():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("deaf", flush=True)
    while True:
        time.sleep(1)
""",
}


class RunningManager:
    """A manager process with stand-ins, and what its bus said."""

    def __init__(self, folder: Path, run_dir: Path) -> None:
        for name, text in STAND_INS.items():
            (folder / f"{name}.py").write_text(text)
        (folder / "render_worker.py").write_text(STAND_INS["worker"])
        self._folder, self.run_dir = folder, run_dir
        self._bus = ZmqBus.in_directory(run_dir)
        self._ear = self._bus.subscriber("process.state", "alert")
        self.heard: list[Record] = []
        self.started: list[subprocess.Popen[str]] = []

    def start(self, *processes: str, outlives_s: float | None = None) -> subprocess.Popen[str]:
        outlives = "tied" if outlives_s is None else str(outlives_s)
        command = [sys.executable, "-c", MANAGER, str(self.run_dir), outlives, *processes]
        process = subprocess.Popen(command, cwd=self._folder, text=True, stderr=subprocess.PIPE)
        self.started.append(process)
        return process

    def newest(self, role: str) -> ProcessState | None:
        states = [r for r in self.heard if isinstance(r, ProcessState) and r.role == role]
        return states[-1] if states else None

    def wait_for(self, role: str, condition: Callable[[ProcessState], bool]) -> ProcessState:
        """The first state of the role that meets the condition."""

        def met() -> bool:
            state = self.newest(role)
            return state is not None and condition(state)

        self.wait_until(met)
        state = self.newest(role)
        assert state is not None
        return state

    def wait_until(self, condition: Callable[[], bool]) -> None:
        given_up = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < given_up, f"never came; heard {self.heard[-8:]}"
            self.heard += self._ear.receive(50_000_000)

    def close(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.terminate()
            process.communicate(timeout=PATIENCE_S)
        self._bus.close()


@pytest.fixture
def manager(tmp_path: Path, run_dir: Path) -> Iterator[RunningManager]:
    running = RunningManager(tmp_path, run_dir)
    yield running
    running.close()


def runs(pid: int) -> bool:
    """Whether a process is alive; one that is dead but not yet reaped by its parent (init, for an orphan) is not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def is_running(state: ProcessState) -> bool:
    return state.state == "running"


def test_a_killed_process_is_back_and_the_bus_says_what_happened(manager: RunningManager) -> None:
    manager.start("render=render_worker", "conductor=worker")
    first = manager.wait_for("render", is_running)
    other = manager.wait_for("conductor", is_running)
    os.kill(first.pid, signal.SIGKILL)
    back = manager.wait_for("render", lambda state: is_running(state) and state.restarts == 1)
    assert back.pid != first.pid
    assert back.reason == "killed by SIGKILL"
    alerts = [record for record in manager.heard if isinstance(record, AlertState)]
    assert {(a.code, a.subject, a.active) for a in alerts} == {("process-restarted", "render", True)}
    unharmed = manager.newest("conductor")
    assert unharmed is not None
    assert (unharmed.pid, unharmed.restarts) == (other.pid, 0)
    assert "at work" in (manager.run_dir / "logs" / "render.log").read_text()


def with_spare(manager: RunningManager) -> tuple[psutil.Process, ProcessState, psutil.Process]:
    """The manager, the worker it keeps up, and the worker's spare."""
    family = psutil.Process(manager.start("render=render_worker").pid)
    first = manager.wait_for("render", is_running)
    manager.wait_until(lambda: len(family.children()) == 2)
    (spare,) = (child for child in family.children() if child.pid != first.pid)
    return family, first, spare


def test_a_settled_process_has_a_spare_that_takes_over(manager: RunningManager) -> None:
    family, first, spare = with_spare(manager)
    os.kill(first.pid, signal.SIGKILL)
    back = manager.wait_for("render", lambda state: is_running(state) and state.restarts == 1)
    assert back.pid == spare.pid
    manager.wait_until(lambda: len(family.children()) == 2)
    everyone = family.children()
    family.send_signal(signal.SIGINT)
    (process,) = manager.started
    assert process.wait(PATIENCE_S) == 0
    assert not [child for child in everyone if child.is_running()]


def test_a_spare_that_dies_while_it_is_told_to_take_over_is_replaced_and_counts_as_no_crash(
    manager: RunningManager,
) -> None:
    """Stopped, it can be told but cannot answer; so the order of the three is certain."""
    _, first, spare = with_spare(manager)
    spare.suspend()
    os.kill(first.pid, signal.SIGKILL)
    manager.wait_for("render", lambda state: state.pid == spare.pid)
    spare.kill()
    back = manager.wait_for("render", lambda state: is_running(state) and state.pid not in (first.pid, spare.pid))
    assert (back.restarts, back.reason) == (1, "killed by SIGKILL")


def test_a_dead_spare_is_no_help_and_no_harm(manager: RunningManager) -> None:
    _, first, spare = with_spare(manager)
    os.kill(spare.pid, signal.SIGKILL)
    os.kill(first.pid, signal.SIGKILL)
    back = manager.wait_for("render", lambda state: is_running(state) and state.restarts == 1)
    assert back.pid not in (first.pid, spare.pid)


def test_memory_and_cpu_of_a_process_are_told(manager: RunningManager) -> None:
    manager.start("conductor=worker")
    state = manager.wait_for("conductor", lambda state: is_running(state) and state.cpu_percent > 0)
    assert state.memory_mb > 5


def test_a_crashing_process_is_tried_again_and_again_and_tells_why(manager: RunningManager) -> None:
    process = manager.start("render=render_worker", "console=crasher")
    crashed = manager.wait_for("console", lambda state: state.restarts >= 4 and state.state == "restarting")
    assert crashed.reason == "crashed: KeyError: 'a bug'"
    assert manager.wait_for("render", is_running).restarts == 0
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE_S) == 3, "not healthy"


def test_bad_input_is_not_tried_again(manager: RunningManager) -> None:
    manager.start("tracking=wrong")
    failed = manager.wait_for("tracking", lambda state: state.state == "failed")
    assert failed.reason == "set.toml: layers[0].file: no such file. Check the path"
    assert (failed.pid, failed.restarts) == (0, 0)
    manager.wait_until(lambda: any(isinstance(r, AlertState) and r.code == "process-failed" for r in manager.heard))


def test_a_hanging_process_is_killed_and_started_again(manager: RunningManager) -> None:
    manager.start("conductor=hanger")
    hung = manager.wait_for("conductor", is_running)
    again = manager.wait_for("conductor", lambda state: state.restarts == 1)
    assert again.pid != hung.pid
    assert again.reason == "gave no sign of life for 0.8 s"
    assert not psutil.pid_exists(hung.pid)


def test_ctrl_c_ends_every_process_even_a_deaf_one(manager: RunningManager) -> None:
    process = manager.start("render=render_worker", "backdrop=stubborn", "conductor=worker")
    manager.wait_for("render", is_running)
    deaf = manager.run_dir / "logs" / "backdrop.log"
    manager.wait_until(lambda: deaf.exists() and "deaf" in deaf.read_text())
    manager.wait_for("conductor", is_running)
    children = psutil.Process(process.pid).children(recursive=True)
    assert len(children) == 3
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE_S) == 0
    assert not [child for child in children if child.is_running()]
    assert not list(manager.run_dir.glob("*.ipc"))


def test_a_killed_manager_leaves_no_process(manager: RunningManager) -> None:
    process = manager.start("render=render_worker", "conductor=worker")
    manager.wait_for("render", is_running)
    manager.wait_for("conductor", is_running)
    children = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    assert not psutil.wait_procs(children, timeout=PATIENCE_S)[1]


def test_a_new_manager_adopts_what_the_killed_one_left(manager: RunningManager) -> None:
    """A stopped process and one of another module (of other options, say) cannot be gone on with."""
    ids = ("render=render_worker", "conductor=worker", "tracking=wrong", "backdrop=stubborn")
    killed = manager.start(*ids[:2], "console=stubborn", ids[3], outlives_s=60)
    render, conductor = manager.wait_for("render", is_running), manager.wait_for("conductor", is_running)
    deaf = manager.wait_for("console", lambda state: state.pid > 0)
    stopped = manager.wait_for("backdrop", lambda state: state.pid > 0)
    killed.kill()
    killed.wait()
    os.kill(stopped.pid, signal.SIGSTOP)
    assert runs(render.pid)
    assert runs(conductor.pid)
    manager.heard.clear()
    manager.start(*ids[:2], "console=crasher", ids[3], outlives_s=60)
    for before in (render, conductor):
        after = manager.wait_for(before.role, is_running)
        assert (after.pid, after.restarts) == (before.pid, 0)
    assert manager.wait_for("backdrop", lambda state: state.pid > 0).pid != stopped.pid
    manager.wait_until(lambda: not runs(deaf.pid) and not runs(stopped.pid))


def test_an_adopted_process_that_dies_is_started_again_and_ends_with_its_manager(manager: RunningManager) -> None:
    killed = manager.start("render=render_worker", outlives_s=60)
    first = manager.wait_for("render", is_running)
    killed.kill()
    killed.wait()
    manager.heard.clear()
    second = manager.start("render=render_worker", outlives_s=60)
    assert manager.wait_for("render", is_running).pid == first.pid
    os.kill(first.pid, signal.SIGKILL)
    back = manager.wait_for("render", lambda state: is_running(state) and state.restarts == 1)
    assert (back.pid != first.pid, back.reason) == (True, "ended unexpectedly")
    second.send_signal(signal.SIGINT)
    assert second.wait(PATIENCE_S) == 0
    assert not runs(back.pid)


def test_orphans_that_nobody_adopts_end_in_words(manager: RunningManager) -> None:
    """A stopped one, which cannot end itself, is ended by the others."""
    killed = manager.start("render=render_worker", "conductor=worker", outlives_s=3)
    render, conductor = manager.wait_for("render", is_running), manager.wait_for("conductor", is_running)
    os.kill(conductor.pid, signal.SIGSTOP)
    killed.kill()
    killed.wait()
    manager.wait_until(lambda: not runs(render.pid) and not runs(conductor.pid))
    words = "nobody has looked after this stage for 0.05 minutes: this process ends"
    assert words in (manager.run_dir / "logs" / "render.log").read_text()


def test_a_loop_that_hangs_in_its_work_is_replaced_by_its_spare(manager: RunningManager) -> None:
    """It uses a core all the time, as drawing does, but its turns never took that long."""
    family = psutil.Process(manager.start("conductor=busy").pid)
    first = manager.wait_for("conductor", is_running)
    manager.wait_until(lambda: len(family.children()) == 2)
    (manager.run_dir / "hang").touch()
    back = manager.wait_for("conductor", lambda state: is_running(state) and state.restarts == 1)
    assert back.pid != first.pid
    assert back.reason == "gave no sign of life for 1 s"


def test_a_second_stage_in_the_same_run_directory_is_refused(manager: RunningManager) -> None:
    process = manager.start("conductor=worker")
    running = manager.wait_for("conductor", is_running)
    second = manager.start("conductor=worker")
    message = second.communicate(timeout=PATIENCE_S)[1]
    assert second.returncode == 1
    assert f"a stage is already running here (process {process.pid})" in message
    assert psutil.pid_exists(running.pid)


def test_two_stages_run_side_by_side(manager: RunningManager, tmp_path: Path, run_dir: Path) -> None:
    manager.start("conductor=worker")
    neighbour = RunningManager(tmp_path, run_dir / "b")
    neighbour.start("conductor=worker")
    ours, theirs = manager.wait_for("conductor", is_running), neighbour.wait_for("conductor", is_running)
    neighbour.close()
    assert ours.pid != theirs.pid
    assert psutil.pid_exists(ours.pid)
