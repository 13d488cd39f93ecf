"""`openstage bench soak`: hours of a simulated day, and whether memory, descriptors, threads or shared memory grow.

Looks, set changes, pages, stills, saves, undo, a check now and then, and every few minutes a process is killed. What
each process holds is sampled; a process that is started anew begins a series of its own. Series and slopes are written
as CSV, and drawn as SVG.
"""

from __future__ import annotations

import csv
import os
import random
import signal
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from stage.bus.slot import IN_MEMORY, PREFIX, SECRET_FILE
from stage.units import NS_PER_S
from tools.bench.survival.running import RunningShow, running_show
from tools.bench.survival.series_picture import picture_of
from tools.bench.survival.slopes import Slope, slope_of
from tools.sim.stage_variant import write_variant

SAMPLE_NS = 2 * NS_PER_S
WORK_NS = NS_PER_S // 2
FAULT_NS = 180 * NS_PER_S
CHECK_NS = 600 * NS_PER_S
SETS = ("boxes", "marker_board")
LOOKS = ("dusk", "noon", "rain", "night", "neutral")
PAGES = ("", "api/state", "api/presets", "api/health", "api/shows")
BYTES_PER_MB = 1e6
NS_PER_HOUR = 3600 * NS_PER_S
FIGURES = ("memory_mb", "descriptors", "threads")
LEAST_SLOPES = {"memory_mb": 0.5, "descriptors": 0.1, "threads": 0.1, "shared_mb": 0.1}
"""An hour: less than this is not told from what a longer run would show to be nothing."""

Key = tuple[str, int, str]
"""Role, process id, figure."""


@dataclass
class Series:
    """Moments in hours, and values."""

    hours: list[float] = field(default_factory=list[float])
    values: list[float] = field(default_factory=list[float])

    def add(self, hours: float, value: float) -> None:
        self.hours.append(hours)
        self.values.append(value)


class Day:
    """One day of work at a running stage."""

    def __init__(self, show: RunningShow, seed: int) -> None:
        self._show, self._random = show, random.Random(seed)
        self._began_ns = show.clock.now_ns()
        self._due_ns = dict.fromkeys(("sample", "work"), self._began_ns)
        self._due_ns |= {"fault": self._began_ns + FAULT_NS, "check": self._began_ns + CHECK_NS // 2}
        self.series: defaultdict[Key, Series] = defaultdict(Series)
        self.done: Counter[str] = Counter()

    def live(self, length_ns: int) -> None:
        """Work for so long."""
        turns: Mapping[str, tuple[int, Callable[[], None]]] = {
            "sample": (SAMPLE_NS, self._sample),
            "work": (WORK_NS, self._work),
            "fault": (FAULT_NS, self._fault),
            "check": (CHECK_NS, self._check),
        }
        while (now_ns := self._show.clock.now_ns()) < self._began_ns + length_ns:
            for name, (every_ns, turn) in turns.items():
                if now_ns >= self._due_ns[name]:
                    self._due_ns[name] = now_ns + every_ns
                    turn()
            self._show.listen()
            self._show.heard.presented_ns.clear()
            self._show.heard.late_ns.clear()

    def _work(self) -> None:
        chance = self._random
        orders: tuple[tuple[str, object], ...] = (
            ("look.recall", {"preset": chance.choice(LOOKS)}),
            ("look.set", {"values": {"exposure.ev": chance.uniform(-1, 1)}, "fade_s": chance.choice((0, 2))}),
            ("look.undo", {}),
            ("scene.switch", {"scene": chance.choice(SETS), "when_ready": True}),
            ("shot.roll", {"slate": f"{chance.randrange(1, 99)}A"}),
            ("shot.cut", {}),
        )
        name, arguments = chance.choice(orders)
        self.done[f"{name}: {'accepted' if self._show.order(name, arguments) else 'not'}"] += 1
        page = chance.choice(PAGES)
        self.done["pages"] += self._show.ask("GET", page) is not None or page == ""
        if chance.random() < 0.1:
            self._show.ask("GET", f"api/stills/{chance.choice(LOOKS)}.jpg")
            self._show.ask("PUT", f"api/presets/soak-{chance.randrange(5)}", {"groups": ["exposure"]})

    def _check(self) -> None:
        self.done["checks"] += self._show.ask("POST", "api/check", {"frames": 2}) is not None

    def _fault(self) -> None:
        roles = sorted(role for role, state in self._show.heard.states.items() if state.pid)
        role = self._random.choice(roles)
        with suppress(ProcessLookupError):
            os.kill(self._show.heard.states[role].pid, signal.SIGKILL)
        self.done[f"killed {role}"] += 1

    def _sample(self) -> None:
        hours = (self._show.clock.now_ns() - self._began_ns) / NS_PER_HOUR
        for role, state in self._show.heard.states.items():
            with suppress(psutil.Error):
                process = psutil.Process(state.pid)
                found = (process.memory_info().rss / BYTES_PER_MB, process.num_fds(), process.num_threads())
                for figure, value in zip(FIGURES, found, strict=True):
                    self.series[role, state.pid, figure].add(hours, value)
        self.series["stage", 0, "shared_mb"].add(hours, _shared_mb(self._show.run_dir))


def _shared_mb(run_dir: Path) -> float:
    secret = (run_dir / SECRET_FILE).read_text()
    files = [*IN_MEMORY.glob(f"{PREFIX}-{secret}-*"), *run_dir.glob("*.slot")]
    total = 0
    for file in files:
        with suppress(OSError):
            total += file.stat().st_size
    return total / BYTES_PER_MB


def soak_figures(stage: Path, minutes: float, seed: int, out: Path) -> dict[str, object]:
    """Slopes of what every process holds. Writes `series.csv` and `series.svg` into `out`. Raises ProcessError."""
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
        variant = write_variant(stage, Path(folder) / "stage", scene=SETS[0])
        with running_show(variant, Path(folder) / "run", "--simulate", "handheld", settled_ns=NS_PER_S) as show:
            day = Day(show, seed)
            day.live(round(minutes * 60 * NS_PER_S))
    out.mkdir(parents=True, exist_ok=True)
    _write(day.series, out / "series.csv")
    (out / "series.svg").write_text(picture_of(day.series, FIGURES), encoding="utf-8")
    slopes = slopes_of(day.series)
    growing = [name for name, slope in slopes.items() if slope.an_hour > max(slope.noise, _least(name))]
    return {
        "an_hour": {name: {"slope": slope.an_hour, "noise": slope.noise} for name, slope in slopes.items()},
        "done": dict(sorted(day.done.items())),
        "files": str(out),
        "growing": growing,
        "good": not growing,
    }


def _least(name: str) -> float:
    return LEAST_SLOPES[name.rpartition(" ")[2]]


def slopes_of(series: Mapping[Key, Series]) -> dict[str, Slope]:
    """By role and figure: the slope of the process that lived longest."""
    longest: dict[tuple[str, str], Series] = {}
    for (role, _, figure), each in series.items():
        if len(each.hours) > len(longest.get((role, figure), Series()).hours):
            longest[role, figure] = each
    found = {f"{role} {figure}": slope_of(each.hours, each.values) for (role, figure), each in longest.items()}
    return {name: slope for name, slope in found.items() if slope is not None}


def _write(series: Mapping[Key, Series], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("role", "process", "figure", "hours", "value"))
        for key, each in series.items():
            rows.writerows((*key, hours, value) for hours, value in zip(each.hours, each.values, strict=True))
