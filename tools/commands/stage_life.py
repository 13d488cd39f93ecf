"""`openstage run` once its arguments are clear: the watchdog, and the lives of the manager below it."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from stage.errors import EXIT_FAILED, InputError, OpenStageError, exit_code_of
from stage.manager.child import Child
from stage.manager.endpoints import Endpoints
from stage.manager.sd_notify import notifier
from stage.manager.supervision import STOP_LIMIT_NS
from stage.manager.survivors import Survivor, end_all, survivors_in
from stage.manager.table import Process, RunOptions, show_processes, side_processes, side_rows
from stage.manager.watchdog import Life, Watchdog
from stage.units import NS_PER_S
from tools.commands.run import greeting, said_of_windows, simulated_trackers

if TYPE_CHECKING:
    from stage.clock import Clock
    from stage.manager.run_dir import RunDirectory, RunningStage
    from stage.manager.service import Manager
    from tools.commands.machine.network import Opening

INTERRUPTED = 130
"""Exit code of a program that Ctrl-C ended before it had begun."""
log = logging.getLogger("openstage.manager")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the operator asked for, and when. `windows`: where there is a screen; `as_json`: print what happened at the
    end, and no greeting at the start; `opening`: the console's door, of which the greeting tells; `bus_fds`: the
    sockets of the bus, by role; `notify_socket`: the service manager's, where one started this program."""

    path: Path
    options: RunOptions
    started_ns: int
    motion: str | None
    until_ns: int | None
    windows: bool
    as_json: bool
    opening: Opening
    bus_fds: Mapping[str, int] = field(default_factory=dict[str, int])
    notify_socket: str | None = None


def keep_up(wanted: Wanted, running: RunningStage, owned: RunDirectory, clock: Clock) -> int:
    """Run the stage under a watchdog until it is to end; the exit code. Afterwards none of its processes runs."""
    with ExitStack() as stack:
        endpoints = None if owned.survivors else stack.enter_context(Endpoints(owned.path))
        wanted = replace(wanted, bus_fds=endpoints.fds if endpoints is not None else {})
        tell = notifier(wanted.notify_socket)
        watchdog = Watchdog(lambda life: _lived(life, wanted, running, owned), clock, tell)
        code = watchdog.run()
    if watchdog.lives > 1:
        end_all(survivors_in(owned.path), STOP_LIMIT_NS / NS_PER_S)
    return code


def _lived(life: Life, wanted: Wanted, running: RunningStage, owned: RunDirectory) -> int:
    """One life of the manager; its exit code."""
    if life.last:
        end_all(survivors_in(owned.path), STOP_LIMIT_NS / NS_PER_S)
        return EXIT_FAILED
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    survivors = survivors_in(owned.path) if life.number else owned.survivors
    if survivors:
        who = f"the manager was {life.reason}" if life.reason else "the stage had lost its manager"
        log.warning("%s; another one goes on with %d processes", who, len(survivors))
    show = [_child(each, wanted, owned.path) for each in show_processes(wanted.options)]
    try:
        if not survivors:  # what takes longest, before anything else is imported or read
            show[0].spawn()
        manager = _managed(life, wanted, replace(running, manager=os.getpid()), owned, show, survivors)
    except (OpenStageError, KeyboardInterrupt) as error:
        for child in show:
            child.end(0.0)
        end_all(survivors, STOP_LIMIT_NS / NS_PER_S)
        return _said(error)
    if not life.is_watched and not manager.left:
        owned.close()
    return EXIT_FAILED if not manager.healthy or (wanted.until_ns is not None and not manager.frames) else 0


def _child(process: Process, wanted: Wanted, run_dir: Path) -> Child:
    return Child(process, wanted.path, run_dir, wanted.options.outlives_s, wanted.bus_fds.get(process.role))


def _said(error: OpenStageError | KeyboardInterrupt) -> int:
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    print(f"error: {error}", file=sys.stderr)
    return exit_code_of(error)


def _managed(
    life: Life,
    wanted: Wanted,
    running: RunningStage,
    owned: RunDirectory,
    show: list[Child],
    survivors: list[Survivor],
) -> Manager:
    """Read the stage, add what it has besides, and keep it all up until the end."""
    from stage.bus.zmq_bus import ZmqBus
    from stage.clock import MonotonicClock
    from stage.manager.disk import DiskWatch
    from stage.manager.oversight import Oversight
    from stage.manager.service import Manager

    side, name, said = _side(wanted, survivors)
    running = replace(running, name=name)
    owned.describe(running)
    if not life.number:
        if said:
            print(said, file=sys.stderr)
        if not wanted.as_json:
            print(greeting(running, wanted.opening.said, wanted.opening.key), flush=True)
    clock, bus = MonotonicClock(), ZmqBus.in_directory(owned.path, bound_fds=wanted.bus_fds)
    outlives_s = wanted.options.outlives_s or 0.0
    claim = partial(owned.claim, replace(running, pid=os.getpid()))
    manager = Manager(
        [*show, *(_child(each, wanted, owned.path) for each in side)],
        bus,
        clock,
        ordered_ns=wanted.started_ns,
        survivors=survivors,
        oversight=Oversight(life, outlives_s, clock.now_ns(), claim),
        disk=DiskWatch(owned.path, (wanted.path.parent,)),
    )
    manager.run(wanted.until_ns)
    bus.close()
    if wanted.as_json:
        print(json.dumps(summary(manager, running, None if survivors else wanted.started_ns), indent=2))
    return manager


def _side(wanted: Wanted, survivors: list[Survivor]) -> tuple[tuple[Process, ...], str, str]:
    """What the stage has besides the show, its name, and what is said of its windows.

    A stage file that was damaged while the stage runs must not end it: then what runs goes on.
    """
    from stage.files.loading import load_stage

    try:
        stage = load_stage(wanted.path)
        trackers = simulated_trackers(stage, wanted.path, wanted.motion) if wanted.motion else ()
        said = said_of_windows(stage, wanted.options) if wanted.windows else ""
        return (*side_processes(stage, wanted.options), *trackers), stage.name, said
    except InputError as error:
        if not survivors:
            raise
        log.error("the stage file cannot be read any more; what runs goes on: %s", error)
        return side_rows({each.role for each in survivors}, wanted.options), wanted.path.stem, ""


def summary(manager: Manager, running: RunningStage, started_ns: int | None) -> dict[str, object]:
    """What happened, for machines; `first_frame_s` from the start of this program, at `started_ns`, to the first frame
    on the wall. Both are None where the manager went on with what ran; frames count since then."""
    took_ns = manager.first_frame_ns - started_ns if manager.first_frame_ns and started_ns is not None else None
    first_frame_s = None if took_ns is None else took_ns / NS_PER_S
    return {
        "stage": running.stage,
        "run_dir": running.run_dir,
        "console": running.console,
        "offscreen": running.offscreen,
        "healthy": manager.healthy,
        "first_frame_s": first_frame_s,
        "frames": manager.frames,
        "skipped": manager.skipped,
        "processes": {
            role: {"state": str(state.phase), "restarts": state.restarts, "reason": state.reason}
            for role, state in manager.states.items()
        },
    }
