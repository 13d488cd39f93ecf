"""`openstage bench take-faults`: processes of a running stage are killed while a take rolls, and its disk is full.

Every record that the bus carried is heard beside the recorder. After each kill the take is read: what had been on the
bus 0.2 s before a kill of the recorder must be in it, and everything up to the cut where another process was killed.
The wall's gap stands next to that of the same kill while nothing is recorded. The full disk is a tmpfs in a namespace
of its own that holds nothing but takes.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stage.bus.zmq_bus import ZmqBus
from stage.errors import InputError, ProcessError
from stage.messages.frames import Frame
from stage.messages.samples import TrackingSample
from stage.messages.topics import Record
from stage.takes.places import take_folders
from stage.takes.take import Take
from stage.takes.take_info import read_info
from stage.units import NS_PER_S
from tools.bench.survival.disk import NAMESPACE, full
from tools.bench.survival.running import RunningShow, running_show
from tools.sim.stage_variant import write_variant

ROLES = ("recorder", "conductor", "tracking", "render", "console", "manager")
KEPT_NS = NS_PER_S // 5
"""What was on the bus so long before the recorder was killed is in the take; and before the cut, else."""
LEAST_NS, SPREAD_NS = NS_PER_S // 2, 2 * NS_PER_S
AFTER_NS, SETTLED_NS, CALM_NS = 2 * NS_PER_S, 7 * NS_PER_S, 2 * NS_PER_S
COMPLETE_NS = 20 * NS_PER_S
DISK_MB = 24
ALERT = "take-not-kept"


@dataclass
class Heard:
    """What the bus carried of a take, with when it was sent; filled by `listen`."""

    records: list[tuple[int, Record]] = field(default_factory=list[tuple[int, Record]])


class TakeFaults:
    """One stage whose takes lie in `takes`."""

    def __init__(self, show: RunningShow, bus: ZmqBus, takes: Path, seed: int) -> None:
        self._show, self._takes, self._random = show, takes, random.Random(seed)
        self._ear = bus.subscriber("conductor.frame", "tracking.sample")
        self._number = 0
        self.lost = {"frames": 0, "samples": 0, "unreadable takes": 0}
        self.gaps: dict[str, dict[str, list[float]]] = {}

    def strike(self, role: str, rolls: bool) -> None:
        """Kill a process at a random moment, with or without a take that rolls."""
        self._calm()
        slate = self._roll() if rolls else None
        heard = self._listen(LEAST_NS + self._random.randrange(SPREAD_NS))
        self._show.mark()
        killed_ns = self._show.clock.now_ns()
        with suppress(ProcessLookupError):
            os.kill(self._show.heard.states[role].pid, signal.SIGKILL)
        heard += self._listen(AFTER_NS)
        gap = self._show.gap_frames()
        kind = "rolling" if rolls else "not rolling"
        self.gaps.setdefault(role, {}).setdefault(kind, []).append(gap)
        if slate is None:
            return
        self._show.wait_running("console", CALM_NS)
        until_ns = killed_ns if role == "recorder" else self._show.clock.now_ns()
        self._order("shot.cut", {})
        self._judge(slate, [record for sent_ns, record in heard if sent_ns < until_ns - KEPT_NS])

    def fill(self, ballast: Path) -> dict[str, Any]:
        """The disk of the takes is full in the middle of a take, and then it is not."""
        self._calm()
        slate = self._roll()
        heard = self._listen(2 * NS_PER_S)
        self._show.mark()
        began_ns, told_s = self._show.clock.now_ns(), None
        with full(ballast, self._show):
            while self._show.clock.now_ns() - began_ns < 6 * NS_PER_S:
                heard += self._listen(NS_PER_S // 4)
                if told_s is None and any(each.code == ALERT for each in self._show.active_alerts()):
                    told_s = (self._show.clock.now_ns() - began_ns) / NS_PER_S
        heard += self._listen(5 * NS_PER_S)
        gap = self._show.gap_frames()
        until_ns = self._show.clock.now_ns()
        self._order("shot.cut", {})
        # The pre-roll's memory holds what was refused: nothing is lost that is not older than that.
        self._judge(slate, [record for sent_ns, record in heard if sent_ns < until_ns - KEPT_NS])
        return {"alert_after_s": told_s, "wall_gap_frames": gap}

    def close(self) -> None:
        """Stop listening."""
        self._ear.close()

    def _calm(self) -> None:
        for role in ROLES:
            self._show.wait_running(role, CALM_NS if role in ("recorder", "console", "manager") else SETTLED_NS)
        self._ear.receive_sent()

    def _roll(self) -> str:
        self._number += 1
        slate = f"fault{self._number}"
        self._order("shot.roll", {"slate": slate})
        self._listen(NS_PER_S // 2)
        return slate

    def _order(self, name: str, arguments: object) -> None:
        until_ns = self._show.clock.now_ns() + COMPLETE_NS
        while self._show.clock.now_ns() < until_ns:
            if self._show.order(name, arguments):
                return
            self._show.listen()
        raise ProcessError(f"{name} was not accepted")

    def _listen(self, length_ns: int) -> list[tuple[int, Record]]:
        until_ns = self._show.clock.now_ns() + length_ns
        heard: list[tuple[int, Record]] = []
        while self._show.clock.now_ns() < until_ns:
            self._show.listen()
            heard += [(sent_ns, record) for record, sent_ns in self._ear.receive_sent()]
        return heard

    def _judge(self, slate: str, known: list[Record]) -> None:
        """Compare a take with what was heard from its roll on."""
        until_ns = self._show.clock.now_ns() + COMPLETE_NS
        while self._show.clock.now_ns() < until_ns and not self._complete(slate):
            self._show.listen()
        try:
            folder = next(each for each in take_folders(self._takes) if each.name.startswith(f"{slate}_"))
            with Take(folder) as take:
                frames = set(take.numbers.tolist())
                records = [each.record for each in take.records("tracking.sample")]
        except (InputError, OSError, StopIteration):
            self.lost["unreadable takes"] += 1
            return
        samples = {(each.received_ns, each.number) for each in records if isinstance(each, TrackingSample)}
        for record in known:
            if isinstance(record, Frame):
                self.lost["frames"] += record.number not in frames
            elif isinstance(record, TrackingSample):
                self.lost["samples"] += (record.received_ns, record.number) not in samples

    def _complete(self, slate: str) -> bool:
        with suppress(InputError, OSError):
            return any(
                each.name.startswith(f"{slate}_") and read_info(each).status != "rolling"
                for each in take_folders(self._takes)
            )
        return False


def take_fault_figures(stage: Path, kills: int, seed: int) -> Mapping[str, object]:
    """The figures for so many kills of each process. Raises ProcessError where no disk can be had."""
    if shutil.which(NAMESPACE[0]) is None:
        raise ProcessError("`unshare` (util-linux) is not there: a disk of its own cannot be had")
    inside = (*NAMESPACE, sys.executable, "-m", "tools.bench.survival.take_faults", str(stage.resolve()))
    done = subprocess.run((*inside, str(kills), str(seed)), stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise ProcessError("the measurement ended early: its error is above")
    figures: Mapping[str, object] = json.loads(done.stdout)
    return figures


def main() -> None:
    """In the namespace: mount the takes' disk and measure. `STAGE KILLS SEED`; prints JSON."""
    stage, kills, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    with tempfile.TemporaryDirectory(prefix="openstage-") as name:
        folder = Path(name)
        takes = folder / "stage" / "takes"
        takes.mkdir(parents=True)
        variant = write_variant(stage, folder / "stage", scene="boxes")
        subprocess.run(("mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=700", "disk", str(takes)), check=True)
        bus = ZmqBus.in_directory(folder / "run")
        try:
            with running_show(variant, folder / "run", "--simulate", "handheld") as show:
                bench = TakeFaults(show, bus, takes, seed)
                try:
                    print(json.dumps(_measured(bench, takes, kills)))
                finally:
                    bench.close()
        finally:
            bus.close()
            subprocess.run(("umount", "-l", str(takes)), check=False)


def _measured(bench: TakeFaults, takes: Path, kills: int) -> dict[str, Any]:
    for number in range(kills):
        for role in ROLES:
            for rolls in (True, False):
                bench.strike(role, rolls)
                print(f"{role}, {number + 1} of {kills}", file=sys.stderr, flush=True)
        for day in (path for path in takes.iterdir() if path.is_dir() and path.name.startswith("20")):
            shutil.rmtree(day, ignore_errors=True)  # room for the next ones
    disk = bench.fill(takes) if kills else {}
    gaps = {role: {kind: _spread(values) for kind, values in kinds.items()} for role, kinds in bench.gaps.items()}
    good = not any(bench.lost.values()) and disk.get("alert_after_s") is not None
    return {"kills": kills, "wall_gap_frames": gaps, "lost": bench.lost, "disk_full": disk, "good": good}


def _spread(values: list[float]) -> dict[str, float]:
    return {"median": sorted(values)[len(values) // 2], "worst": max(values)}


if __name__ == "__main__":
    main()
