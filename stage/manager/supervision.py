"""Keeps one process running: a pure state machine. Events and the time in, the new state and actions out.

stopped --Begin--> starting --Beat(ready)--> running
stopped --Adopted--> running (it outlived the manager before this one)
starting, running --Exited--> restarting --its time comes--> starting
starting --Exited, a spare that never took over--> starting (another is spawned)
starting, running --Exited with 2--> failed --Begin--> starting
starting, running --silent too long--> restarting (killed; spawned again when it is gone)
any that lives --Stop--> stopping --Exited--> stopped
"""

from __future__ import annotations

import signal
from dataclasses import dataclass, replace
from enum import Enum

from stage.errors import EXIT_BAD_INPUT
from stage.messages.control import Phase
from stage.units import NS_PER_S

HUNG_NS = 5 * NS_PER_S
"""A running loop without a heartbeat for this long hangs, even if it is busy."""
STILL_NS = 4 * NS_PER_S // 5
"""The same for one of the walls' processes that does nothing in that time: it is stopped, or waits for what never
comes."""
BUSY_NS = NS_PER_S
"""The same for one that works on and on, where a spare is ready and its turns take far less."""
START_LIMIT_NS = 60 * NS_PER_S
"""The same while it loads and warms up: a large set on a slow disk, shaders compiled for the first time."""
STOP_LIMIT_NS = 3 * NS_PER_S
"""The time it has to stop; then it is killed."""
ENDED_UNSEEN = 256
"""Instead of an exit code, for a process that was adopted: only its parent is told that."""
RAPID_NS = 10 * NS_PER_S
FREE_CRASHES = 3
"""This many crashes within RAPID_NS lead to a restart at once; after that the wait doubles."""
FIRST_WAIT_NS = NS_PER_S // 4
LONGEST_WAIT_NS = 5 * NS_PER_S


class Action(Enum):
    """What the manager must do; SPAWN is answered with `Spawned` or `SpawnFailed`."""

    SPAWN = "spawn"
    TERMINATE = "terminate"
    KILL = "kill"


@dataclass(frozen=True, slots=True)
class Begin:
    """A request to run the process."""


@dataclass(frozen=True, slots=True)
class Spawned:
    """It exists. `silent`: it sends no heartbeats, so existing counts as running."""

    pid: int
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Adopted:
    """It runs already, `age_ns` long: another manager started it."""

    pid: int
    age_ns: int
    silent: bool = False


@dataclass(frozen=True, slots=True)
class SpawnFailed:
    """The system refused to start it."""

    detail: str


@dataclass(frozen=True, slots=True)
class Beat:
    """Its heartbeat arrived."""

    pid: int
    ready: bool


@dataclass(frozen=True, slots=True)
class Exited:
    """It has ended. `code` < 0 is a signal; `last_words` is the last line of its log. Without `took_over` it was a
    spare that ended before it started, which does not count as a crash of the process."""

    code: int
    last_words: str
    took_over: bool = True


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed. `patience_ns`: how long it may be silent while it runs, as far as the manager can see what it
    does; None: as long as any."""

    patience_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """The stage ends."""


Event = Begin | Spawned | Adopted | SpawnFailed | Beat | Exited | Tick | Stop


class IllegalMove(ValueError):
    """An event that cannot happen in that state: a bug in the manager."""


@dataclass(frozen=True, slots=True)
class Supervision:
    """One process's state. `pid` 0 = none alive; `heard_ns` = its last sign of life; `again_ns` = when a dead one is
    spawned again; `crashes_ns` = recent crashes."""

    phase: Phase = Phase.STOPPED
    pid: int = 0
    silent: bool = False
    restarts: int = 0
    since_ns: int = 0
    reason: str = ""
    heard_ns: int = 0
    again_ns: int = 0
    crashes_ns: tuple[int, ...] = ()

    @property
    def never_ran(self) -> bool:
        """Whether it is at its first start. What its input was good enough for once, it may be again: a file that is
        being mended, a port that a killed process holds for a moment longer."""
        return self.phase is Phase.STARTING and not self.restarts

    def update(self, event: Event, now_ns: int) -> tuple[Supervision, tuple[Action, ...]]:
        """The next state and what to do. Raises IllegalMove."""
        match event:
            case Begin():
                return _begin(self, now_ns)
            case Spawned():
                return _spawned(self, event, now_ns)
            case Adopted():
                return _adopted(self, event, now_ns)
            case SpawnFailed():
                return _spawn_failed(self, event, now_ns)
            case Beat():
                return _beat(self, event, now_ns)
            case Exited():
                return _exited(self, event, now_ns)
            case Tick():
                return _tick(self, event, now_ns)
            case Stop():
                return _stop(self, now_ns)


Step = tuple[Supervision, tuple[Action, ...]]


def _begin(state: Supervision, now_ns: int) -> Step:
    if state.phase not in (Phase.STOPPED, Phase.FAILED):
        raise IllegalMove(f"cannot begin what is {state.phase}")
    return replace(state, phase=Phase.STARTING, since_ns=now_ns, reason="", crashes_ns=()), (Action.SPAWN,)


def _spawned(state: Supervision, event: Spawned, now_ns: int) -> Step:
    if state.phase is not Phase.STARTING or state.pid:
        raise IllegalMove(f"spawned while {state.phase}")
    phase = Phase.RUNNING if event.silent else Phase.STARTING
    return replace(state, phase=phase, since_ns=now_ns, pid=event.pid, silent=event.silent, heard_ns=now_ns), ()


def _adopted(state: Supervision, event: Adopted, now_ns: int) -> Step:
    if state.phase is not Phase.STOPPED:
        raise IllegalMove(f"adopted while {state.phase}")
    running = replace(state, phase=Phase.RUNNING, since_ns=now_ns - event.age_ns, pid=event.pid, silent=event.silent)
    return replace(running, heard_ns=now_ns), ()


def _spawn_failed(state: Supervision, event: SpawnFailed, now_ns: int) -> Step:
    if state.phase is not Phase.STARTING or state.pid:
        raise IllegalMove(f"spawn failed while {state.phase}")
    again_ns = now_ns + LONGEST_WAIT_NS
    return replace(state, phase=Phase.RESTARTING, since_ns=now_ns, reason=event.detail, again_ns=again_ns), ()


def _beat(state: Supervision, event: Beat, now_ns: int) -> Step:
    if event.pid != state.pid or state.phase not in (Phase.STARTING, Phase.RUNNING):
        return state, ()
    if event.ready and state.phase is Phase.STARTING:
        return replace(state, phase=Phase.RUNNING, since_ns=now_ns, heard_ns=now_ns), ()
    return replace(state, heard_ns=now_ns), ()


def _exited(state: Supervision, event: Exited, now_ns: int) -> Step:
    if not state.pid:
        raise IllegalMove(f"nothing lives that could exit: {state.phase}")
    gone = replace(state, pid=0)
    if state.phase is Phase.STOPPING:
        return replace(gone, phase=Phase.STOPPED, since_ns=now_ns), ()
    if state.phase is Phase.STARTING and not event.took_over:
        return _again(gone, now_ns)
    if event.code == EXIT_BAD_INPUT and state.never_ran:
        return replace(gone, phase=Phase.FAILED, since_ns=now_ns, reason=_reason(event)), ()
    reason = state.reason if state.phase is Phase.RESTARTING else _reason(event)
    crashes_ns = (*(crash for crash in state.crashes_ns if now_ns - crash < RAPID_NS), now_ns)
    wait_ns = _wait_ns(len(crashes_ns))
    waiting = replace(
        gone,
        phase=Phase.RESTARTING,
        since_ns=now_ns,
        reason=reason,
        restarts=state.restarts + 1,
        crashes_ns=crashes_ns,
        again_ns=now_ns + wait_ns,
    )
    return (waiting, ()) if wait_ns else _again(waiting, now_ns)


def _tick(state: Supervision, event: Tick, now_ns: int) -> Step:
    if state.phase is Phase.RESTARTING and not state.pid and now_ns >= state.again_ns:
        return _again(state, now_ns)
    if state.phase is Phase.STOPPING and now_ns - state.since_ns >= STOP_LIMIT_NS:
        return replace(state, since_ns=now_ns), (Action.KILL,)
    limit_ns = _silence_limit_ns(state, event.patience_ns)
    if limit_ns is not None and now_ns - state.heard_ns >= limit_ns:
        reason = f"gave no sign of life for {limit_ns / NS_PER_S:g} s"
        return replace(state, phase=Phase.RESTARTING, since_ns=now_ns, reason=reason), (Action.KILL,)
    return state, ()


def _stop(state: Supervision, now_ns: int) -> Step:
    if state.phase in (Phase.STOPPED, Phase.STOPPING, Phase.FAILED):
        return state, ()
    if not state.pid:
        return replace(state, phase=Phase.STOPPED, since_ns=now_ns), ()
    return replace(state, phase=Phase.STOPPING, since_ns=now_ns), (Action.TERMINATE,)


def _again(state: Supervision, now_ns: int) -> Step:
    return replace(state, phase=Phase.STARTING, since_ns=now_ns), (Action.SPAWN,)


def _silence_limit_ns(state: Supervision, patience_ns: int | None) -> int | None:
    if not state.pid or state.silent:
        return None
    running_ns = HUNG_NS if patience_ns is None else patience_ns
    return {Phase.STARTING: START_LIMIT_NS, Phase.RUNNING: running_ns}.get(state.phase)


def _wait_ns(rapid_crashes: int) -> int:
    """0 for the first few crashes, then doubling up to the longest."""
    doublings = rapid_crashes - FREE_CRASHES - 1
    return 0 if doublings < 0 else min(LONGEST_WAIT_NS, FIRST_WAIT_NS << doublings)


def _reason(event: Exited) -> str:
    if event.code == EXIT_BAD_INPUT:
        return event.last_words or "its input is wrong"
    if event.code < 0:
        return f"killed by {_signal_name(-event.code)}"
    if event.code in (0, ENDED_UNSEEN):
        return "ended unexpectedly"
    return f"crashed: {event.last_words}" if event.last_words else f"ended with exit code {event.code}"


def _signal_name(number: int) -> str:
    return next((known.name for known in signal.Signals if known == number), f"signal {number}")
