"""Who looks after a stage holds its lock; orphans wait a while."""

from __future__ import annotations

import fcntl
import signal
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from stage.process.lifeline import Orphanhood, is_watched_over


def test_a_stage_is_watched_over_while_anybody_holds_its_lock(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    assert not is_watched_over(lock)
    with lock.open("w") as held:
        assert not is_watched_over(lock)
        fcntl.flock(held, fcntl.LOCK_EX)
        assert is_watched_over(lock)
    assert not is_watched_over(lock)


def test_asking_keeps_nobody_from_taking_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.touch()
    assert not is_watched_over(lock)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 40)), min_size=1), st.integers(1, 100))
def test_an_orphan_waits_from_the_last_time_that_somebody_watched(looks: list[tuple[bool, int]], limit: int) -> None:
    """Against its definition: nobody in all looks of the last `limit`."""
    orphanhood, now, seen = Orphanhood(limit), 0, list[tuple[int, bool]]()
    for watched, later in looks:
        now += later
        seen.append((now, watched))
        first = next((time for index, (time, held) in enumerate(seen) if not any(h for _, h in seen[index:])), None)
        assert orphanhood.is_over(watched, now) == (first is not None and now - first >= limit)


def test_an_orphan_whose_python_never_gets_a_turn_is_ended_by_the_kernel(tmp_path: Path) -> None:
    """Its work keeps Python's lock, so the thread cannot look; the alarm was set while the stage was watched over."""
    story = f"""
import signal, time
from pathlib import Path
from stage.process import lifeline

lifeline.LAST_S = 0
lifeline.outlive_manager(Path({str(tmp_path / "lock")!r}), 0.6, lambda: None)
while not signal.getitimer(signal.ITIMER_REAL)[0]:
    time.sleep(0.01)
sum(range(10**15))
"""
    done = subprocess.run([sys.executable, "-c", story], capture_output=True, check=False)
    assert done.returncode == -signal.SIGALRM, done.stderr
