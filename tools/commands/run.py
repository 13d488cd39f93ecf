"""`openstage run`: a stage with all its processes, until Ctrl-C."""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from stage.errors import InputError
from stage.units import NS_PER_S
from tools.commands.console_port import HIGHEST_PORT, host_and_port, listening
from tools.commands.surroundings import Surroundings

if TYPE_CHECKING:
    from stage.clock import Clock
    from stage.manager.run_dir import RunDirectory, RunningStage
    from stage.manager.table import Process, RunOptions
    from stage.model.stagefile import Stage
    from tools.commands.machine.network import Opening

SECONDS_PER_MINUTE = 60
LONGEST_FOLDER = 48
"""Of the run directory's name: its sockets' paths may have 107 bytes (sockaddr_un)."""
CONSOLE_ENDS_S = 3.0
START_FIELD = 19
"""`starttime` in /proc/PID/stat, counted behind the program's name (proc(5): field 22)."""


StageName = Annotated[str, typer.Argument(help="A stage file, or a bundled stage by name (two-walls, volume).")]
Offscreen = Annotated[bool, typer.Option(help="Open no windows; outputs stay in memory.")]
Windowed = Annotated[
    bool, typer.Option(help="Every output in an ordinary window, whatever the stage file says of screens.")
]
Simulate = Annotated[
    str | None,
    typer.Option(help="Move a simulated tracker for every source: a motion's name or a recorded motion's file."),
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
UnwatchedMinutes = Annotated[
    float, typer.Option(help="How long the stage runs on after its programs' keepers were killed.", min=0.1, max=1440)
]
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
    unwatched_minutes: UnwatchedMinutes = 10,
    as_json: AsJson = False,
) -> None:
    """Run a stage until Ctrl-C: tracking, conductor, render and console, each started again if it ends.

    Where this program is killed, the walls go on: call it again, and it takes over.

    Example: openstage run two-walls --simulate handheld --witness
    """
    from stage.clock import MonotonicClock
    from stage.files.presets import find_stage
    from stage.manager.run_dir import RunDirectory
    from stage.manager.whereabouts import announced
    from stage.names import ascii_word
    from tools.commands.machine.network import ChosenDoor, opening_of
    from tools.commands.stage_life import Wanted, keep_up

    surroundings: Surroundings = context.obj
    clock = MonotonicClock()
    started_ns = _process_started_ns(clock)
    until_ns = None if seconds is None else clock.now_ns() + round(seconds * NS_PER_S)
    path = find_stage(stage).resolve()
    host, port = (console_host, console_port) if listen is None else host_and_port(listen)
    folder = Path(os.path.abspath(run_dir or surroundings.run_base / ascii_word(path.stem, LONGEST_FOLDER)))
    with (
        RunDirectory(folder, clock) as owned,
        listening(host, port if port is not None else _port_before(owned)) as ear,
        announced(surroundings.run_base, folder),
    ):
        chosen = ChosenDoor(listen is not None, operator_pin, viewer_pin, pin_file, tls, no_tls)
        opening = opening_of(owned.path, surroundings.kept_base, (host, int(ear.getsockname()[1])), chosen)
        shown = _options(ear, host, opening, offscreen or not surroundings.has_screen, windowed, witness)
        options = replace(shown, digests=digests, outlives_s=unwatched_minutes * SECONDS_PER_MINUTE)
        running = _described(path, owned, options)
        wanted = Wanted(
            path, options, started_ns, simulate, until_ns, windows=not offscreen, as_json=as_json, opening=opening
        )
        wanted = replace(wanted, notify_socket=surroundings.notify_socket)
        raise typer.Exit(keep_up(wanted, running, owned, clock))


def _port_before(owned: RunDirectory) -> int | None:
    """The console's port of a stage that lost its manager and runs on, once that console has let go of it; pages that
    are open find the new one there."""
    if owned.before is None or not owned.survivors:
        return None
    from stage.manager.survivors import end_all

    end_all([survivor for survivor in owned.survivors if survivor.role == "console"], CONSOLE_ENDS_S)
    return urlsplit(owned.before.console).port


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


def said_of_windows(stage: Stage, options: RunOptions) -> str:
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
