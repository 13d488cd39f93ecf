"""`openstage bench disk`: a running stage's disk fails at random moments, and who keeps the show is killed meanwhile.

The stage runs on a small disk of its own (tmpfs in a user namespace, so nothing else is touched) and without the
privilege to write into folders that are closed to it. Three ways in turn: the disk is full, its folders are read-only,
and the processes may write no file longer than a few bytes, as a used-up quota has it. What was accepted before and
while it fails must be on air afterwards, and an alert must come within two seconds.
"""

from __future__ import annotations

import ctypes
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from stage.errors import ProcessError
from stage.library.preset_store import FOLDER
from stage.messages.control import AlertState
from stage.units import NS_PER_S
from tools.bench.survival.running import RunningShow, accepted, running_show
from tools.sim.stage_variant import write_variant

DISK_MB = 64
ALERTS = ("not-kept", "disk-full")
LIMIT_S = 2.0
WAIT_NS = 6 * NS_PER_S
CALM_NS = 2 * NS_PER_S
SPREAD_NS = NS_PER_S // 8
BACK_NS = 30 * NS_PER_S
CHUNK = 1 << 20
SMALLEST_FILE = 64
"""Bytes: what a process may write into a file while its quota is used up."""
PR_CAPBSET_DROP = 24
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
CLOSED, OPEN = 0o500, 0o700
NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount")
KEEPERS = ("conductor", "console", "manager")
"""Who is killed in turn while the disk fails."""


@contextmanager
def full(folder: Path, show: RunningShow) -> Iterator[None]:
    """No block of the disk is free."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        for size in (CHUNK, 512):
            with suppress(OSError):
                while file.write(bytes(size)) == size:
                    pass
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def read_only(folder: Path, show: RunningShow) -> Iterator[None]:
    """No file can be made in the stage's folders."""
    closed = [show.run_dir, show.run_dir / "logs", *(p for p in (folder / "stage").glob("**") if p.is_dir())]
    for each in closed:
        each.chmod(CLOSED)
    try:
        yield
    finally:
        for each in closed:
            each.chmod(OPEN)


@contextmanager
def limited(folder: Path, show: RunningShow) -> Iterator[None]:
    """The processes that keep something may write no file of any length."""
    limited = [show.heard.states[role].pid for role in ("conductor", "console")]
    for pid in limited:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (SMALLEST_FILE, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for pid in limited:
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


FAULTS = {"full": full, "read-only": read_only, "limited": limited}


class DiskBench:
    """One stage, and how its disk fails."""

    def __init__(self, show: RunningShow, folder: Path, seed: int) -> None:
        self._show, self._folder, self._random = show, folder, random.Random(seed)
        self._number = 0
        self.told_s: dict[str, list[float]] = {}
        self.counts: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        self.stayed: set[str] = set()

    def fail(self, fault: str, victim: str) -> None:
        """The disk fails between two orders; the victim is killed; then there is room again."""
        show = self._show
        for role in ("manager", "render", "conductor", "console"):
            show.wait_running(role, CALM_NS)
        steps = show.air().undo_steps
        last = self._order(None)
        show.listen_for(self._random.randrange(SPREAD_NS))
        with FAULTS[fault](self._folder, show):
            began_ns = show.clock.now_ns()
            last = self._order(last)
            told_s = self._alerted(began_ns)
            self.told_s.setdefault(fault, []).append(told_s)
            last = self._order(last)
            self._save()
            with suppress(ProcessLookupError):
                os.kill(show.heard.states[victim].pid, signal.SIGKILL)
            show.listen_for(CALM_NS)
            air = show.air()
            self.lost["looks accepted and lost"] += last is not None and air.look.exposure.ev != last
            self.lost["undo steps lost"] += max(0, min(200, steps + (last is not None)) - air.undo_steps)
            self._wait_back(victim)
        if not self._cleared():
            self.lost["alerts that stay"] += 1
            self.stayed.update(
                f"after {fault}: {alert.code} {alert.subject}: {alert.detail}" for alert in self._about_the_disk()
            )

    def _wait_back(self, role: str) -> None:
        try:
            self._show.wait_running(role)
        except ProcessError:
            self.lost["processes that did not come back"] += 1

    def _order(self, before: float | None) -> float | None:
        """Another value of the look; the last one that was accepted."""
        self._number += 1
        value = (self._number % 997) / 1000
        done = self._show.order("look.set", {"values": {"exposure.ev": value}, "fade_s": 0.0})
        self.counts[f"orders {'accepted' if done else 'not accepted'}"] += 1
        return value if done else before

    def _save(self) -> None:
        """Save a preset: it is there, or the save is refused in words."""
        self._number += 1
        name = f"bench-{self._number}"
        answer = self._show.ask("PUT", f"api/presets/{name}", {"groups": ["exposure"]})
        done, there = accepted(answer), (self._folder / "stage" / FOLDER / f"{name}.toml").exists()
        self.counts[f"saves {'accepted' if done else 'refused in words' if done is False else 'unanswered'}"] += 1
        self.lost["presets saved and lost"] += bool(done) and not there
        self.lost["saves without an answer"] += done is None

    def _alerted(self, began_ns: int) -> float:
        """Seconds until an alert came."""
        show = self._show
        while not self._active() and show.clock.now_ns() - began_ns < WAIT_NS:
            show.listen()
        return (show.clock.now_ns() - began_ns) / NS_PER_S

    def _cleared(self) -> bool:
        ends_ns = self._show.clock.now_ns() + BACK_NS
        while self._active() and self._show.clock.now_ns() < ends_ns:
            self._show.listen()
        return not self._active()

    def _active(self) -> bool:
        return bool(self._about_the_disk())

    def _about_the_disk(self) -> list[AlertState]:
        return [alert for alert in self._show.active_alerts() if alert.code in ALERTS]


def disk_figures(stage: Path, moments: int, seed: int) -> Mapping[str, object]:
    """What was lost, and after how many seconds each fault was told. Raises ProcessError where no disk can be had."""
    if shutil.which(NAMESPACE[0]) is None:
        raise ProcessError("`unshare` (util-linux) is not there: a disk of its own cannot be had")
    inside = (*NAMESPACE, sys.executable, "-m", "tools.bench.survival.disk", str(stage.resolve()))
    done = subprocess.run((*inside, str(moments), str(seed)), stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise ProcessError("the measurement ended early: its error is above")
    figures: Mapping[str, object] = json.loads(done.stdout)
    return figures


def main() -> None:
    """In the namespace: mount the disk and measure. `STAGE MOMENTS SEED`; prints JSON."""
    stage, moments, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    with tempfile.TemporaryDirectory(prefix="openstage-") as name:
        folder = Path(name)
        subprocess.run(("mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=700", "disk", name), check=True)
        for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
        try:
            variant = write_variant(stage, folder / "stage", scene="boxes")
            with running_show(variant, folder / "run", "--simulate", "handheld") as show:
                bench = DiskBench(show, folder, seed)
                for number in range(moments):
                    bench.fail(tuple(FAULTS)[number % len(FAULTS)], KEEPERS[number // len(FAULTS) % len(KEEPERS)])
            print(json.dumps(_figures(bench)))
        finally:
            subprocess.run(("umount", "-l", name), check=False)


def _figures(bench: DiskBench) -> dict[str, object]:
    told = {
        fault: {"n": len(times), "worst": max(times), "median": sorted(times)[len(times) // 2], "limit": LIMIT_S}
        for fault, times in bench.told_s.items()
    }
    late = any(max(times) > LIMIT_S for times in bench.told_s.values())
    return {
        "alert_after_s": told,
        "answers": dict(sorted(bench.counts.items())),
        "lost": dict(bench.lost),
        "alerts_that_stayed": sorted(bench.stayed),
        "good": not late and not bench.lost.total(),
    }


if __name__ == "__main__":
    main()
