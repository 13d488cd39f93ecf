"""The watchdog: another manager where one dies, hangs or crashes; none where it ends by itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

LIVES = """
import os, signal, sys, time
from pathlib import Path
from stage.clock import MonotonicClock
from stage.manager import watchdog
from stage.process.lifeline import die_with_parent

die_with_parent()
note = Path(sys.argv[1])
watchdog.SILENCE_LIMIT_NS = 300_000_000

def ended(life):
    return 7 if life.number else os.kill(os.getpid(), signal.SIGKILL)

def crashed(life):
    if not life.number:
        raise KeyError("a bug")
    return 7

def hung(life):
    life.ping()
    while not life.number:
        time.sleep(1)
    return 7

def never(life):
    if life.last:
        return 9
    os._exit(watchdog.CRASHED)

def asked(life):
    signal.signal(signal.SIGTERM, lambda number, frame: os._exit(11))
    os.kill(os.getppid(), signal.SIGTERM)
    while True:
        time.sleep(1)

def dies_when_asked(life):
    if life.last:
        return 12
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.kill(os.getppid(), signal.SIGTERM)
    while True:
        time.sleep(1)

def manage(life):
    with note.open("a") as file:
        print(life.number, life.reason or "-", life.last, life.is_watched, file=file)
    return globals()[sys.argv[2]](life)

dog = watchdog.Watchdog(manage, MonotonicClock())
code = dog.run()
print(dog.lives)
sys.exit(code)
"""


@pytest.mark.parametrize(
    ("story", "code", "reasons"),
    [
        ("ended", 7, ["-", "killed by SIGKILL"]),
        ("crashed", 7, ["-", "crashed"]),
        ("hung", 7, ["-", "killed by SIGKILL"]),
        ("never", 9, ["-", *["crashed"] * 5]),
        ("asked", 11, ["-"]),
        ("dies_when_asked", 12, ["-", "killed by SIGTERM"]),
    ],
)
def test_a_manager_follows_one_that_died_until_one_ends_by_itself(
    tmp_path: Path, story: str, code: int, reasons: list[str]
) -> None:
    """The last of those that never stay alive, or die while they are to end the stage, is told to end it."""
    note = tmp_path / "lives"
    done = subprocess.run([sys.executable, "-c", LIVES, str(note), story], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (code, str(len(reasons))), done.stderr
    last = story in ("never", "dies_when_asked")
    lines = [f"{number} {reason} {last and number == len(reasons) - 1} True" for number, reason in enumerate(reasons)]
    assert note.read_text().splitlines() == lines


def test_a_manager_notices_that_nobody_watches(tmp_path: Path) -> None:
    note = tmp_path / "seen"
    story = f"""
import os, signal, time
from pathlib import Path
from stage.clock import MonotonicClock
from stage.manager.watchdog import Watchdog

def manage(life):
    os.kill(life.watchdog_pid, signal.SIGKILL)
    while life.is_watched:
        time.sleep(0.01)
    life.ping()
    draft = Path({str(note)!r} + ".new")
    draft.write_text("unwatched")
    draft.rename({str(note)!r})
    return 0

Watchdog(manage, MonotonicClock()).run()
"""
    done = subprocess.run([sys.executable, "-c", story], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    while not note.exists():
        os.sched_yield()
    assert note.read_text() == "unwatched"
