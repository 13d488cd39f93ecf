"""`openstage run`: a stage with all its processes, until Ctrl-C."""

from __future__ import annotations

import json
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stage.errors import EXIT_FAILED, InputError
from tools.commands.surroundings import Surroundings
from tools.live.free_port import free_port

if TYPE_CHECKING:
    from stage.clock import Clock
    from stage.manager.child import Child
    from stage.manager.run_dir import RunDirectory, RunningStage
    from stage.manager.service import Manager
    from stage.manager.table import Process, RunOptions
    from stage.model.stagefile import Stage

START_FIELD = 19
"""`starttime` in /proc/PID/stat, counted behind the program's name (proc(5): field 22)."""
FIRST_PORT = 8400
PORTS_TRIED = 20
HIGHEST_PORT = 65_535


def run(
    context: typer.Context,
    stage: Annotated[str, typer.Argument(help="A stage file, or a bundled stage by name (two-walls, volume).")],
    offscreen: Annotated[bool, typer.Option(help="No windows: outputs are rasters in memory.")] = False,
    simulate: Annotated[
        str | None, typer.Option(help="Move a simulated tracker for every source: a motion's name or a .tum file.")
    ] = None,
    witness: Annotated[bool, typer.Option(help="Film the wall with a simulated camera, live on the console.")] = False,
    run_dir: Annotated[Path | None, typer.Option(help="Where sockets, logs and last pictures are.")] = None,
    console_host: Annotated[str, typer.Option(help="Address the console listens on.")] = "127.0.0.1",
    console_port: Annotated[
        int | None, typer.Option(help="Port of the console; unset: the first free one.", min=0, max=HIGHEST_PORT)
    ] = None,
    listen: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Console on a network, behind PINs: 0.0.0.0:8140.")
    ] = None,
    operator_pin: Annotated[str | None, typer.Option(help="6 to 12 digits; unset: made and printed.")] = None,
    viewer_pin: Annotated[str | None, typer.Option(help="Lets people look, not act.")] = None,
    pin_file: Annotated[
        Path | None, typer.Option(help="TOML: operator_pin, viewer_pin, operator_token, viewer_token, names.")
    ] = None,
    seconds: Annotated[float | None, typer.Option(help="End after this long.", min=0, max=10_000_000)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what happened as JSON at the end.")] = False,
) -> None:
    """Run a stage: tracking, conductor, render and console, kept up until Ctrl-C.

    Example: openstage run two-walls --simulate handheld --witness
    """
    from stage.clock import MonotonicClock
    from stage.manager.run_dir import RunDirectory
    from stage.manager.table import RunOptions
    from stage.model.presets import find_stage
    from stage.units import NS_PER_S
    from tools.commands.console import ChosenPins, network_greeting

    surroundings: Surroundings = context.obj
    clock = MonotonicClock()
    started_ns = _process_started_ns(clock)
    until_ns = None if seconds is None else clock.now_ns() + round(seconds * NS_PER_S)
    path = find_stage(stage).resolve()
    host, port = (console_host, console_port) if listen is None else _host_and_port(listen)
    options = RunOptions(offscreen or not surroundings.has_screen, (host, _free_port(host, port)), witness)
    with RunDirectory((run_dir or surroundings.run_base / path.stem).resolve(), clock) as owned:
        pins = network_greeting(owned.path, options.listen, ChosenPins(operator_pin, viewer_pin, pin_file))
        running = _description(path, owned.path, options)
        owned.describe(running)
        wanted = Wanted(path, options, simulate, until_ns, windows=not offscreen, greeting=not as_json, pins=pins)
        manager = _run(wanted, running, owned)
    if as_json:
        print(json.dumps(summary(manager, running, started_ns), indent=2))
    if not manager.healthy or (seconds is not None and not manager.frames):
        raise typer.Exit(EXIT_FAILED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the operator asked for. `windows`: where there is a screen; `greeting`: said on standard output,
    with the `pins`."""

    path: Path
    options: RunOptions
    motion: str | None
    until_ns: int | None
    windows: bool
    greeting: bool
    pins: str = ""


def _run(wanted: Wanted, running: RunningStage, owned: RunDirectory) -> Manager:
    """Start what takes longest before anything else is imported or read; the manager starts the rest."""
    from stage.manager.child import Child
    from stage.manager.table import show_processes

    show = [Child(each, wanted.path, owned.path, owned.lock_fd) for each in show_processes(wanted.options)]
    try:
        show[0].spawn()
        return _manage(wanted, running, owned, show)
    finally:
        for child in show:
            child.end(0.0)


def _manage(wanted: Wanted, running: RunningStage, owned: RunDirectory, show: list[Child]) -> Manager:
    """Read the stage, add what it has besides, and keep it all up until the end."""
    import logging

    from stage.bus.zmq_bus import ZmqBus
    from stage.clock import MonotonicClock
    from stage.manager.child import Child
    from stage.manager.service import Manager
    from stage.manager.table import side_processes
    from stage.model.loading import load_stage

    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    stage = load_stage(wanted.path)
    if wanted.windows and wanted.options.offscreen and _has_windows(stage):
        print("there is no screen here: the outputs stay offscreen", file=sys.stderr)
    trackers = simulated_trackers(stage, wanted.path, wanted.motion) if wanted.motion else ()
    side = (*side_processes(stage, wanted.options), *trackers)
    bus = ZmqBus.in_directory(owned.path)
    children = [*show, *(Child(each, wanted.path, owned.path, owned.lock_fd) for each in side)]
    manager = Manager(children, bus, MonotonicClock())
    if wanted.greeting:
        print(
            f"{wanted.path.stem} runs in {owned.path}\nconsole: {running.console}\n{wanted.pins}Ctrl-C ends it",
            flush=True,
        )
    manager.run(wanted.until_ns)
    bus.close()
    return manager


def summary(manager: Manager, running: RunningStage, started_ns: int) -> dict[str, object]:
    """What happened, for machines; `first_frame_s` from the start of this program to the first frame on the wall."""
    first_frame_s = (manager.first_frame_ns - started_ns) / 1e9 if manager.first_frame_ns else None
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


def simulated_trackers(stage: Stage, path: Path, motion: str) -> tuple[Process, ...]:
    """A process for every source of the stage: it sends what the real device would, to the same port.

    Raises InputError for an unknown motion, or where there is no source.
    """
    from stage.manager.table import Process
    from tools.sim.motion import motion_named

    if not stage.sources:
        raise InputError(str(path), "sources", "there is no source to simulate", "Leave out --simulate")
    motion_named(motion)
    return tuple(
        Process(
            f"tracker-{source.name}",
            "tools.cli",
            (
                *("simulate", "tracker", "--stage", str(path), "--source", source.name),
                *("--motion", motion, "--seed", str(number)),
            ),
            needed_for_show=False,
            service=False,
        )
        for number, source in enumerate(stage.sources)
    )


def _has_windows(stage: Stage) -> bool:
    return any(output.screen is not None for output in stage.outputs)


def _description(path: Path, directory: Path, options: RunOptions) -> RunningStage:
    from stage.clock import wall_clock_utc_s
    from stage.manager.run_dir import RunningStage

    host, port = options.listen
    shown = "127.0.0.1" if host == "0.0.0.0" else host
    return RunningStage(
        os.getpid(), str(path), str(directory), f"http://{shown}:{port}/", options.offscreen, wall_clock_utc_s()
    )


def _process_started_ns(clock: Clock) -> int:
    """When this program was started, to 10 ms (what Linux keeps; elsewhere by calendar time, to a second)."""
    from stage.clock import since_boot_ns, wall_clock_utc_s
    from stage.units import NS_PER_S

    if sys.platform == "linux":
        ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[START_FIELD])
        return clock.now_ns() - since_boot_ns() + ticks * NS_PER_S // os.sysconf("SC_CLK_TCK")
    import psutil

    return clock.now_ns() - round((wall_clock_utc_s() - psutil.Process().create_time()) * NS_PER_S)


def _host_and_port(listen: str) -> tuple[str, int]:
    """Raises InputError."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or int(port) > HIGHEST_PORT:
        raise InputError("--listen", "", f"is {listen!r}", "Say HOST:PORT, such as 0.0.0.0:8140")
    return host.strip("[]"), int(port)


def _free_port(host: str, wanted: int | None) -> int:
    """The wanted port (0: any), or the first free one from the default on. Raises InputError where it is taken."""
    if wanted == 0:
        return free_port(socket.SOCK_STREAM, host)
    ports = [wanted] if wanted is not None else list(range(FIRST_PORT, FIRST_PORT + PORTS_TRIED))
    for port in ports:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                reason = error.strerror or "cannot be used"
            else:
                return int(probe.getsockname()[1])
    problem = f"cannot be listened on: {reason}"
    raise InputError(f"{host}:{ports[0]}", "", problem, "Give another --console-port or --console-host")
