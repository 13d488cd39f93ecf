"""`openstage bench kills`: processes of a running stage are killed, or stopped, at random moments amid the day's work.

Meanwhile an operator gives orders without a pause: looks with and without fades, undo, slates, waits for sets, saves.
Every look is another value, so what is on air afterwards tells which orders were carried out: the last accepted one
must be, and one that was refused or unanswered must not. Gaps are between the presentations of two frames that render
reports, in frames; beside them stand the gaps of the same stage, in the same run, when nothing is killed.
"""

from __future__ import annotations

import os
import random
import signal
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from stage.library.preset_store import FOLDER
from stage.messages.commands import OnAir
from stage.messages.control import Phase
from stage.units import NS_PER_S
from tools.bench.survival.running import RunningShow, accepted, running_show
from tools.sim.stage_variant import write_variant

SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}
LIMITS = {"kill render": 6.0, "stop render": 30.0, "stop conductor": 30.0}
LIMIT = 3.0
"""The largest gap of the wall allowed, in frames; for what `LIMITS` does not name."""
STOPPED_SHARE = 0.15
"""Of what is done to render and the conductor: stopped, not killed."""
SETTLED_NS = 9 * NS_PER_S
"""So long a process of the walls has run before anything is killed: after 5 s its spare starts to load."""
CALM_NS = 2 * NS_PER_S
AFTER_NS = 3 * NS_PER_S
SPREAD_NS = NS_PER_S // 2
VALUES = 997
"""Different values of the look, so a later one is not taken for an earlier."""
PAUSE_S = 0.05
SETS = ("boxes", "marker_board")
"""What the operator switches between: small ones, so a set that is waited for comes in time."""


@dataclass
class Diary:
    """What the operator was answered: for each thing the last that was accepted, and what was asked for after that and
    answered by nobody. `ghosts`: what was refused in words."""

    last: dict[str, object] = field(default_factory=dict[str, object])
    unsure: dict[str, list[object]] = field(default_factory=dict[str, list[object]])
    refused: dict[str, list[object]] = field(default_factory=dict[str, list[object]])
    saved: list[str] = field(default_factory=list[str])
    counts: Counter[str] = field(default_factory=Counter[str])

    def note(self, kind: str, value: object, done: bool | None) -> None:
        """An order and its answer."""
        self.counts[f"{kind}: {WORDS[done]}"] += 1
        if done:
            self.last[kind], self.unsure[kind] = value, []
        else:
            (self.unsure if done is None else self.refused).setdefault(kind, []).append(value)

    def fits(self, kind: str, found: object) -> bool:
        """Whether what was found is what the answers promise."""
        unsure = self.unsure.get(kind, [])
        return kind not in self.last or found == self.last[kind] or found in unsure

    def is_ghost(self, kind: str, found: object) -> bool:
        """Whether what was found was refused."""
        return found in self.refused.get(kind, [])


WORDS = {True: "accepted", False: "refused", None: "unanswered"}


class Operator(Thread):
    """Gives one order after the other until told to stop; each look, slate and preset is a new one."""

    def __init__(self, show: RunningShow, seed: int, first: int, sets: tuple[str, ...]) -> None:
        super().__init__(daemon=True)
        self._show, self._random, self._sets = show, random.Random(seed), sets
        self._halt = Event()
        self.number = first
        self.diary = Diary()

    def run(self) -> None:
        while not self._halt.wait(PAUSE_S):
            self._random.choice((self._look, self._look, self._look, self._slate, self._save, self._switch))()
        self._look()

    def end(self) -> Diary:
        """Stop after one last look; what was answered."""
        self._halt.set()
        self.join()
        return self.diary

    def _look(self) -> None:
        self.number += 1
        value = (self.number % VALUES) / 1000.0
        arguments = {"values": {"exposure.ev": value}, "fade_s": self._random.choice((0.0, 0.0, 30.0))}
        self.diary.note("look", value, self._show.order("look.set", arguments))

    def _slate(self) -> None:
        self.number += 1
        slate = f"{self.number}A"
        self.diary.note("slate", slate, self._show.order("shot.roll", {"slate": slate}))
        self._show.order("shot.cut", {})

    def _save(self) -> None:
        self.number += 1
        name = f"bench-{self.number}"
        done = accepted(self._show.ask("PUT", f"api/presets/{name}", {"groups": ["exposure"]}))
        self.diary.note("save", name, done)
        if done:
            self.diary.saved.append(name)

    def _switch(self) -> None:
        scene = self._random.choice(self._sets)
        self.diary.note("set", scene, self._show.order("scene.switch", {"scene": scene, "when_ready": True}))


class KillBench:
    """One running stage, and what is done to it."""

    def __init__(self, show: RunningShow, looks: Path, seed: int, sets: tuple[str, ...]) -> None:
        """`looks`: where presets are saved."""
        self._show, self._looks, self._random, self._sets = show, looks, random.Random(seed), sets
        self._number = seed
        self.counts: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        self.gaps: dict[str, list[float]] = {"nothing": []}

    def strike(self) -> None:
        """Measure a while without harm, then kill or stop any process while orders are given, and see what is left."""
        self._wait_calm()
        roles = sorted(role for role, state in self._show.heard.states.items() if state.pid)
        role = self._random.choice(roles)
        stops = role in ("render", "conductor") and self._random.random() < STOPPED_SHARE
        what = "stop" if stops else "kill"
        before = self._show.air()
        operator = Operator(self._show, self._random.randrange(1 << 20), self._number, self._sets)
        operator.start()
        self.gaps["nothing"].append(self._gap(CALM_NS))
        self._show.mark()
        self._show.listen_for(self._random.randrange(SPREAD_NS))
        with suppress(ProcessLookupError):
            os.kill(self._show.heard.states[role].pid, SIGNALS[what])
        self.gaps.setdefault(f"{what} {role}", []).append(self._gap(AFTER_NS))
        diary = operator.end()
        self._number = operator.number
        self.counts += diary.counts
        self._judge(before, diary, self._show.air())

    def _wait_calm(self) -> None:
        """Until everything runs, and the walls' processes have their spares."""
        for role in ("manager", "render", "conductor", "tracking", "console"):
            self._show.wait_running(role, SETTLED_NS if role in ("render", "conductor", "tracking") else CALM_NS)
        while any(state.state is not Phase.RUNNING for state in self._show.heard.states.values()):
            self._show.listen()

    def _gap(self, length_ns: int) -> float:
        self._show.mark()
        self._show.listen_for(length_ns)
        return self._show.gap_frames()

    def _judge(self, before: OnAir, diary: Diary, air: OnAir) -> None:
        """Count what was lost, and what was done though it was refused."""
        found = {"look": air.look.exposure.ev, "slate": air.slate.name, "set": air.pending or air.scene}
        for kind, value in found.items():
            self.lost[f"{kind} accepted and lost"] += not diary.fits(kind, value)
        self.lost["done though refused"] += diary.is_ghost("look", found["look"])
        self.lost["presets saved and lost"] += sum(not (self._looks / f"{name}.toml").exists() for name in diary.saved)
        self.lost["undo steps lost"] += max(0, before.undo_steps - air.undo_steps)  # looks of one hand join in a step
        self.lost["order of cameras lost"] += air.choice != before.choice


def kill_figures(stage: Path, kills: int, seed: int) -> dict[str, object]:
    """Gaps by what was done, in frames, next to the limit, and what was lost. Raises ProcessError."""
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
        variant = write_variant(stage, Path(folder) / "stage", scene=SETS[0])
        with running_show(variant, Path(folder) / "run", "--simulate", "handheld", settled_ns=CALM_NS) as show:
            bench = KillBench(show, variant.parent / FOLDER, seed, SETS)
            for _ in range(kills):
                bench.strike()
            return _figures(bench)


def _figures(bench: KillBench) -> dict[str, object]:
    rows: dict[str, object] = {}
    good = not bench.lost.total()
    for name, gaps in sorted(bench.gaps.items()):
        limit = LIMITS.get(name, LIMIT)
        rows[name] = {"n": len(gaps), "worst": max(gaps), "median": sorted(gaps)[len(gaps) // 2], "limit": limit}
        good = good and (name == "nothing" or max(gaps) <= limit)
    return {
        "wall_gap_frames": rows,
        "orders": dict(sorted(bench.counts.items())),
        "lost": dict(bench.lost),
        "good": good,
    }
