"""`openstage run`: a stage with all its processes, until Ctrl-C."""

from __future__ import annotations

import json
import os
import socket
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stage.errors import EXIT_FAILED, InputError
from stage.units import NS_PER_S
from tools.commands.console_port import HIGHEST_PORT, host_and_port, listening
from tools.commands.surroundings import Surroundings

if TYPE_CHECKING:
    from stage.clock import Clock
    from stage.manager.child import Child
    from stage.manager.run_dir import RunDirectory, RunningStage
    from stage.manager.service import Manager
    from stage.manager.table import Process, RunOptions
    from stage.model.stagefile import Stage
    from tools.commands.network import Opening

START_FIELD = 19
"""`starttime` in /proc/PID/stat, counted behind the program's name (proc(5): field 22)."""


StageName = Annotated[str, typer.Argument(help="A stage file, or a bundled stage by name (two-walls, volume).")]
Offscreen = Annotated[bool, typer.Option(help="Open no windows; outputs stay in memory.")]
Windowed = Annotated[
    bool, typer.Option(help="Every output in an ordinary window, whatever the stage file says of screens.")
]
Simulate = Annotated[
    str | None, typer.Option(help="Move a simulated tracker for every source: a motion's name or a .tum file.")
]
Filmed = Annotated[bool, typer.Option(help="Film the walls with a simulated camera, live on the console.")]
RunDir = Annotated[
    Path | None, typer.Option(help="Folder for sockets, logs and last pictures; unset: one by the stage's name.")
]
ConsoleHost = Annotated[str, typer.Option(help="Address that the console listens on.")]
ConsolePort = Annotated[
    int | None, typer.Option(help="Port of the console; unset: the first free one.", min=0, max=HIGHEST_PORT)
]
Listen = Annotated[
    str | None, typer.Option(metavar="HOST:PORT", help="Open the console to the network, behind PINs: 0.0.0.0:8140.")
]
OperatorPin = Annotated[str | None, typer.Option(help="6 to 12 digits; unset: one is made and printed.")]
ViewerPin = Annotated[str | None, typer.Option(help="For people who may look but not act.")]
PinFile = Annotated[
    Path | None, typer.Option(help="TOML: operator_pin, viewer_pin, operator_token, viewer_token, names.")
]
Tls = Annotated[
    tuple[Path, Path] | None,
    typer.Option(metavar="CERTIFICATE KEY", help="PEM files for --listen; unset: a certificate is made once and kept."),
]
NoTls = Annotated[bool, typer.Option("--no-tls", help="With --listen: plain HTTP, for a proxy that has TLS itself.")]
Digests = Annotated[
    bool, typer.Option(help="Say with every frame what the outputs carried: a take drawn again is compared with it.")
]
Seconds = Annotated[float | None, typer.Option(help="End after this long.", min=0, max=10_000_000)]
AsJson = Annotated[bool, typer.Option("--json", help="Print what happened as JSON at the end.")]


def run(
    context: typer.Context,
    stage: StageName,
    offscreen: Offscreen = False,
    windowed: Windowed = False,
    simulate: Simulate = None,
    witness: Filmed = False,
    run_dir: RunDir = None,
    console_host: ConsoleHost = "127.0.0.1",
    console_port: ConsolePort = None,
    listen: Listen = None,
    operator_pin: OperatorPin = None,
    viewer_pin: ViewerPin = None,
    pin_file: PinFile = None,
    tls: Tls = None,
    no_tls: NoTls = False,
    digests: Digests = False,
    seconds: Seconds = None,
    as_json: AsJson = False,
) -> None:
    """Run a stage until Ctrl-C: tracking, conductor, render and console, each started again if it ends.

    Example: openstage run two-walls --simulate handheld --witness
    """
    from stage.clock import MonotonicClock
    from stage.files.presets import find_stage
    from stage.manager.run_dir import RunDirectory
    from stage.manager.whereabouts import announced
    from tools.commands.network import ChosenDoor, opening_of

    surroundings: Surroundings = context.obj
    clock = MonotonicClock()
    started_ns = _process_started_ns(clock)
    until_ns = None if seconds is None else clock.now_ns() + round(seconds * NS_PER_S)
    path = find_stage(stage).resolve()
    host, port = (console_host, console_port) if listen is None else host_and_port(listen)
    folder = Path(os.path.abspath(run_dir or surroundings.run_base / path.stem))
    with listening(host, port) as ear, RunDirectory(folder, clock) as owned, announced(surroundings.run_base, folder):
        chosen = ChosenDoor(listen is not None, operator_pin, viewer_pin, pin_file, tls, no_tls)
        opening = opening_of(owned.path, surroundings.kept_base, (host, int(ear.getsockname()[1])), chosen)
        shown = _options(ear, host, opening, offscreen or not surroundings.has_screen, windowed, witness)
        options = replace(shown, digests=digests)
        running = _described(path, owned, options)
        wanted = Wanted(
            path=path,
            options=options,
            started_ns=started_ns,
            motion=simulate,
            until_ns=until_ns,
            windows=not offscreen,
            greeting=not as_json,
            key=opening.key,
            pins=opening.said,
        )
        manager = _run(wanted, running, owned)
    if as_json:
        print(json.dumps(summary(manager, running, started_ns), indent=2))
    if not manager.healthy or (seconds is not None and not manager.frames):
        raise typer.Exit(EXIT_FAILED)


def _options(
    ear: socket.socket, host: str, opening: Opening, offscreen: bool, windowed: bool, witness: bool
) -> RunOptions:
    """What was asked for, for the table of processes. `ear`: where the console listens."""
    from stage.manager.table import RunOptions

    return RunOptions(
        offscreen=offscreen,
        listen=(host, int(ear.getsockname()[1])),
        witness=witness,
        windowed=windowed,
        listen_fd=ear.fileno(),
        pins=opening.pins,
        tls=opening.tls,
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the operator asked for, and when. `windows`: where there is a screen; `greeting`: said on standard output,
    with the `pins`; `key` is the end of the operator's own address."""

    path: Path
    options: RunOptions
    started_ns: int
    motion: str | None
    until_ns: int | None
    windows: bool
    greeting: bool
    pins: str = ""
    key: str = ""


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
    from stage.files.loading import load_stage
    from stage.manager.child import Child
    from stage.manager.service import Manager
    from stage.manager.table import side_processes

    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    stage = load_stage(wanted.path)
    running = replace(running, name=stage.name)
    owned.describe(running)
    if wanted.windows and (said := _said_of_windows(stage, wanted.options)):
        print(said, file=sys.stderr)
    trackers = simulated_trackers(stage, wanted.path, wanted.motion) if wanted.motion else ()
    side = (*side_processes(stage, wanted.options), *trackers)
    bus = ZmqBus.in_directory(owned.path)
    children = [*show, *(Child(each, wanted.path, owned.path, owned.lock_fd) for each in side)]
    manager = Manager(children, bus, MonotonicClock(), ordered_ns=wanted.started_ns)
    if wanted.greeting:
        print(greeting(running, wanted.pins, wanted.key), flush=True)
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
        raise InputError(
            str(path), "sources", "there is no source to simulate", "Leave out --simulate, or add [[sources]]"
        )
    motion_named(motion, option="--simulate")
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


def greeting(running: RunningStage, pins: str, key: str = "") -> str:
    """What the operator reads once the stage starts. `key`: what makes the address theirs."""
    return f"{running.name} runs in {running.run_dir}\nconsole: {running.console}{key}\n{pins}Ctrl-C ends it"


def _said_of_windows(stage: Stage, options: RunOptions) -> str:
    """Where outputs are not seen though the file wants it, and how to have a window instead of a whole screen."""
    if not options.windowed and not any(output.on_screen for output in stage.outputs):
        return ""
    if options.offscreen:
        return "there is no screen here: the outputs stay offscreen"
    full = [output.name for output in stage.outputs if output.screen is not None and not output.windowed]
    if options.windowed or not full:
        return ""
    fills = "fills its screen" if len(full) == 1 else "fill their screens"
    return f"{', '.join(full)} {fills}; --windowed opens a window instead"


def _described(path: Path, owned: RunDirectory, options: RunOptions) -> RunningStage:
    """Say in the run directory what runs there."""
    from stage.clock import wall_clock_utc_s
    from stage.manager.run_dir import RunningStage

    host, port = options.listen
    shown = "127.0.0.1" if host == "0.0.0.0" else f"[{host}]" if ":" in host else host
    running = RunningStage(
        pid=os.getpid(),
        stage=str(path),
        name=path.stem,
        run_dir=str(owned.path),
        console=f"{'http' if options.tls is None else 'https'}://{shown}:{port}/",
        offscreen=options.offscreen,
        started_utc_s=wall_clock_utc_s(),
    )
    owned.describe(running)
    return running


def _process_started_ns(clock: Clock) -> int:
    """When this program was started, to 10 ms (what Linux keeps; elsewhere by calendar time, to a second)."""
    from stage.clock import since_boot_ns, wall_clock_utc_s

    if sys.platform == "linux":
        ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[START_FIELD])
        return clock.now_ns() - since_boot_ns() + ticks * NS_PER_S // os.sysconf("SC_CLK_TCK")
    import psutil

    return clock.now_ns() - round((wall_clock_utc_s() - psutil.Process().create_time()) * NS_PER_S)
