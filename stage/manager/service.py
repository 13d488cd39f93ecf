"""The manager's loop: keeps the processes of the table running until told to stop, and reports their state."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Mapping, Sequence

from stage.bus.bus import Bus
from stage.clock import Clock
from stage.manager.adoption import adopt
from stage.manager.child import Child
from stage.manager.disk import DiskWatch
from stage.manager.oversight import Oversight
from stage.manager.supervision import (
    STILL_NS,
    Action,
    Beat,
    Begin,
    Event,
    Exited,
    Spawned,
    SpawnFailed,
    Stop,
    Supervision,
    Tick,
)
from stage.manager.survivors import Survivor
from stage.manager.wakeup import Wakeup
from stage.messages.control import AlertState, Heartbeat, Phase, ProcessState
from stage.messages.frames import FrameReport
from stage.units import NS_PER_S

LONGEST_WAIT_S = 0.05
PAUSE_NS = NS_PER_S // 2
"""A turn that comes this late: this process was stopped itself, and has not yet heard what it missed."""
PUBLISH_NS = NS_PER_S
SHOW_FIRST_NS = 3 * NS_PER_S
"""Processes the show does not need start after the first wall frame, or after this long without one."""
LEAST_CORES = 2
"""A machine with fewer cores still starts render and conductor together: one shows what the other decides."""
SETTLED_NS = 5 * NS_PER_S
"""A process of the show gets a spare, ready to take over, once it has run for this long."""
FORGETTING = 0.995
"""The longest of the last turns is forgotten by this factor a frame: by half in six seconds at 24."""
CALM_NS = 30 * NS_PER_S
"""The alert for a restarted process ends once it has run for this long."""

log = logging.getLogger("openstage.manager")


class Manager:
    """Runs a stage's processes, some of which may have been spawned already; `supervision` keeps each one up.

    `first_frame_ns` is when the first frame was presented, 0 before; `frames` and `skipped` count since the start.
    `states` is every process's state by role; after the end, its state before it was told to stop.
    `ordered_ns`: when the operator started the program; unset: now. `survivors`: what a manager before this one left
    running; `oversight`: whether anybody watches over this one; `disk`: where files
    are kept.
    """

    def __init__(
        self,
        children: Sequence[Child],
        bus: Bus,
        clock: Clock,
        *,
        cores: int = os.cpu_count() or LEAST_CORES,
        ordered_ns: int | None = None,
        survivors: Sequence[Survivor] = (),
        oversight: Oversight | None = None,
        disk: DiskWatch | None = None,
    ) -> None:
        self._children = {child.process.role: child for child in children}
        self._states = {role: Supervision() for role in self._children}
        self.states: Mapping[str, Supervision] = self._states
        self._waiting = {child.process.role for child in children if not child.process.needed_for_show}
        self._cores = max(LEAST_CORES, cores)
        self._clock = clock
        self._publisher = bus.publisher("manager")
        self._heard = bus.subscriber("process.heartbeat", "frame.report")
        self._next_publish_ns = 0
        self._alerts: dict[tuple[str, str], AlertState] = {}
        self.started_ns = clock.now_ns()
        self._ordered_ns = self.started_ns if ordered_ns is None else ordered_ns
        self._turned_ns = self.started_ns
        self._patient_until_ns = 0
        self._survivors = survivors
        self._oversight = oversight
        self._disk = disk
        self._slowest_turn_ns = 0.0
        self.left = False
        """Whether another manager took over, and everything runs on."""
        self.first_frame_ns = 0
        self.frames = 0
        self.skipped = 0

    def run(self, until_ns: int | None = None) -> None:
        """Start everything, or go on with what runs; keep it running until a stop signal or `until_ns`; end everything.
        Where another manager takes over, and where this one fails, everything runs on."""
        with Wakeup() as wakeup:
            self._adopt()
            while not self._ends(wakeup, until_ns):
                self._begin_due()
                self._turn(wakeup)
            self.states = dict(self._states)
            self.left = wakeup.leave_asked and not wakeup.stop_asked
            if self.left:
                for child in self._children.values():
                    child.discard_spare()
            else:
                self._stop_all(wakeup)
        self._publisher.close()
        self._heard.close()

    def _ends(self, wakeup: Wakeup, until_ns: int | None) -> bool:
        now_ns = self._clock.now_ns()
        unwatched = self._oversight is not None and self._oversight.is_over(now_ns)
        return wakeup.stop_asked or wakeup.leave_asked or unwatched or (until_ns is not None and now_ns >= until_ns)

    def _adopt(self) -> None:
        """Go on with what runs."""
        for role, adopted in adopt(self._children, self._survivors, self._heard, self._clock).items():
            self._apply(role, adopted)
            log.info("%s runs on (process %d)", role, adopted.pid)

    @property
    def healthy(self) -> bool:
        """Whether every process that the show needs is running, or starting for the first time."""
        needed = [self.states[role] for role, child in self._children.items() if child.process.needed_for_show]
        return all(
            state.phase is Phase.RUNNING or (state.phase is Phase.STARTING and not state.restarts) for state in needed
        )

    def _turn(self, wakeup: Wakeup) -> None:
        wakeup.wait(LONGEST_WAIT_S, [fd for child in self._children.values() if (fd := child.end_fd) >= 0])
        self._listen()
        now_ns = self._clock.now_ns()
        for role, child in self._children.items():
            if (code := child.exit_code()) is not None:
                self._apply(role, Exited(code, child.last_words(), child.took_over))
            if not self._catches_up(now_ns):
                self._apply(role, Tick(self._patience_ns(role, now_ns)))
        if now_ns >= self._next_publish_ns:
            self._next_publish_ns = now_ns + PUBLISH_NS
            for role in self._states:
                self._publish(role)
            self._see_to_oversight(now_ns)
            self._see_to_disk(now_ns)
            self._prepare_spare(now_ns)

    def _see_to_oversight(self, now_ns: int) -> None:
        """Tell how this process does, as of any other, and whether anybody watches over it."""
        if (oversight := self._oversight) is None:
            return
        self._publisher.publish(oversight.state(now_ns))
        self._alert("manager-unwatched", "manager", oversight.is_unwatched(now_ns), oversight.said(now_ns))

    def _see_to_disk(self, now_ns: int) -> None:
        """Tell where nothing can be kept, and where that is near."""
        for found in self._disk.look(now_ns) if self._disk is not None else ():
            self._alert("disk-full", found.folder, bool(found.cannot), found.cannot)
            self._alert("disk-low", found.folder, bool(found.low and not found.cannot), found.low)

    def _catches_up(self, now_ns: int) -> bool:
        """Whether this process was stopped just now: heartbeats of that time are still on their way."""
        if now_ns - self._turned_ns > PAUSE_NS:
            self._patient_until_ns = now_ns + PAUSE_NS
        self._turned_ns = now_ns
        return now_ns < self._patient_until_ns

    def _patience_ns(self, role: str, now_ns: int) -> int | None:
        """How long a process of the walls may be silent, where it is silent already."""
        state, child = self._states[role], self._children[role]
        silent = state.phase is Phase.RUNNING and now_ns - state.heard_ns >= STILL_NS
        if not silent or not child.process.on_walls:
            return None
        turn_ns = round(self._slowest_turn_ns) if role == "render" else 0
        return child.patience_ns(turn_ns)

    def _prepare_spare(self, now_ns: int) -> None:
        """Prepare one spare a second: starting one occupies a core for a second."""
        for role, child in self._children.items():
            state = self._states[role]
            settled = state.phase is Phase.RUNNING and now_ns - state.since_ns >= SETTLED_NS
            if settled and child.process.needed_for_show and child.spare_is_due(now_ns):
                try:
                    child.prepare_spare()
                except OSError as error:
                    log.warning("cannot prepare a spare for %s: %s", role, error.strerror)
                return

    def _begin_due(self) -> None:
        """Start what the show needs in the table's order, at most one process per core at a time, so the first, which
        takes longest, has a core to itself; then the rest."""
        show_is_on = self.first_frame_ns or self._clock.now_ns() - self.started_ns >= SHOW_FIRST_NS
        for role, state in self._states.items():
            coming = sum(other.phase is Phase.STARTING for other in self._states.values())
            due = show_is_on or (role not in self._waiting and coming < self._cores)
            if due and state.phase is Phase.STOPPED:
                self._apply(role, Begin())

    def _listen(self) -> None:
        for record in self._heard.receive():
            if isinstance(record, Heartbeat) and record.role in self._states:
                self._apply(record.role, Beat(record.pid, record.ready))
                if self._children[record.role].process.on_walls:
                    self._children[record.role].note_cpu()
            elif isinstance(record, FrameReport):
                self.frames += 1
                self.skipped += record.skipped
                self._slowest_turn_ns = max(record.drawn_ns - record.received_ns, self._slowest_turn_ns * FORGETTING)
                self._note_first_frame(record)

    def _note_first_frame(self, report: FrameReport) -> None:
        if not self.first_frame_ns:
            self.first_frame_ns = report.presented_ns
            if self._survivors:  # not the first one
                return
            took_s = (report.presented_ns - self._ordered_ns) / NS_PER_S
            log.info("the walls show their first frame %.1f s after the start", took_s)

    def _apply(self, role: str, event: Event) -> None:
        """Update the role's state and carry out the resulting actions."""
        before = self._states[role]
        state, actions = before.update(event, self._clock.now_ns())
        self._states[role] = state
        if state.phase is not before.phase or state.restarts != before.restarts:
            _tell(role, before, state)
            self._publish(role)
        for action in actions:
            self._do(role, action)

    def _do(self, role: str, action: Action) -> None:
        child = self._children[role]
        if action is Action.SPAWN:
            try:
                spawned: Event = Spawned(child.spawn(), silent=not child.process.service)
            except OSError as error:
                spawned = SpawnFailed(f"cannot be started: {error.strerror}")
            self._apply(role, spawned)
        else:
            child.signal(signal.SIGTERM if action is Action.TERMINATE else signal.SIGKILL)

    def _stop_all(self, wakeup: Wakeup) -> None:
        for role, child in self._children.items():
            self._apply(role, Stop())
            child.discard_spare()
        while any(state.pid for state in self._states.values()):
            self._turn(wakeup)

    def _publish(self, role: str) -> None:
        state = self._states[role]
        cpu_percent, memory_mb = self._children[role].cpu_percent_and_memory_mb()
        self._publisher.publish(
            ProcessState(
                role=role,
                state=state.phase,
                pid=state.pid,
                restarts=state.restarts,
                since_ns=state.since_ns,
                reason=state.reason,
                cpu_percent=cpu_percent,
                memory_mb=memory_mb,
            )
        )
        calm = state.phase is Phase.RUNNING and self._clock.now_ns() - state.since_ns >= CALM_NS
        self._alert("process-restarted", role, state.restarts > 0 and not calm, state.reason)
        self._alert("process-failed", role, state.phase is Phase.FAILED, state.reason)

    def _alert(self, code: str, role: str, active: bool, detail: str) -> None:
        """Publish an alert while it is active, and once when it ends."""
        known = self._alerts.get((code, role))
        was_active = known is not None and known.active
        if not active and not was_active:
            return
        since_ns = known.since_ns if known is not None and active and was_active else self._clock.now_ns()
        alert = self._alerts[code, role] = AlertState(code, role, active, detail, since_ns)
        self._publisher.publish(alert)


def _tell(role: str, before: Supervision, state: Supervision) -> None:
    """One line for the operator's terminal where a process needs attention; repeated crashes are logged ever less."""
    if state.phase is Phase.FAILED:
        log.error("%s failed: %s", role, state.reason)
    elif state.restarts != before.restarts:
        repeated = state.reason == before.reason and state.restarts & (state.restarts - 1)
        if not repeated:
            log.warning("%s %s; restarting it (restart %d)", role, state.reason, state.restarts)
    elif state.phase is Phase.RUNNING and before.phase is not Phase.RUNNING and state.restarts:
        log.info("%s is back after %.2f s", role, (state.since_ns - before.since_ns) / NS_PER_S)
