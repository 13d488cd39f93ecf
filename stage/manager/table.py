"""The process table: which processes a stage has, in the order of their start. Pure.

Modules are names, so the manager imports none of the modules it starts.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stage.model.stagefile import Stage


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the operator chose for this run. `listen` is the console's host and port; `listen_fd` is a socket that
    already listens there, if any. `windowed`: every output is shown in an ordinary window. `digests`: render says with
    every frame what its outputs carried, which takes need that are drawn again for proof. `pins`: whoever opens the
    console needs one; `tls`: certificate and key of a console that is served over TLS. `outlives_s`: how long the
    processes run on without a manager; None: they die with it."""

    offscreen: bool
    listen: tuple[str, int]
    witness: bool = False
    windowed: bool = False
    digests: bool = False
    listen_fd: int | None = None
    pins: bool = False
    tls: tuple[str, str] | None = None
    outlives_s: float | None = None


@dataclass(frozen=True, slots=True)
class Process:
    """A process to keep running. `service`: it takes `--stage` and `--run-dir` and sends heartbeats.

    A process that is not `needed_for_show` starts after the first wall frame, may fail without failing the stage, and
    gives way to the rest where cores are scarce.
    `environment` holds `NAME=VALUE` for this process alone; `fds` are open files that it inherits.
    """

    role: str
    module: str
    arguments: tuple[str, ...] = ()
    needed_for_show: bool = True
    service: bool = True
    environment: tuple[str, ...] = ()
    fds: tuple[int, ...] = ()

    @property
    def on_walls(self) -> bool:
        """Whether the walls stand still while it does."""
        return self.role in ("render", "conductor")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: a process for the show always runs; the others run `when` the stage and the run need them."""

    role: str
    module: str
    needed_for_show: bool = True
    when: Callable[[Stage, RunOptions], bool] = lambda stage, options: True
    arguments: Callable[[RunOptions], tuple[str, ...]] = lambda options: ()
    environment: tuple[str, ...] = ()
    fds: Callable[[RunOptions], tuple[int, ...]] = lambda options: ()


def on_screens(stage: Stage, options: RunOptions) -> bool:
    """Whether an output of the stage fills a screen, or a part of one: it must keep its picture when render dies."""
    kept = not options.offscreen and not options.windowed
    return kept and any(output.screen is not None for output in stage.outputs)


def with_witness(stage: Stage, options: RunOptions) -> bool:
    """Whether the operator requested the simulated camera that films the wall."""
    return options.witness and bool(stage.cameras)


def with_fixtures(stage: Stage, options: RunOptions) -> bool:
    """Whether there are lamps that follow the set."""
    return bool(stage.fixtures)


def with_sends(stage: Stage, options: RunOptions) -> bool:
    """Whether poses are sent on to other programs."""
    return bool(stage.sends)


def with_osc(stage: Stage, options: RunOptions) -> bool:
    """Whether the stage file turns on remote control."""
    return stage.osc is not None


def _screens(options: RunOptions) -> tuple[str, ...]:
    digests = ("--digests",) if options.digests else ()
    if options.offscreen:
        return ("--offscreen", *digests)
    return ("--windowed", *digests) if options.windowed else digests


def _listen(options: RunOptions) -> tuple[str, ...]:
    host, port = options.listen
    inherited = () if options.listen_fd is None else ("--listen-fd", str(options.listen_fd))
    pins = ("--pins",) if options.pins else ()
    tls = () if options.tls is None else ("--tls", *options.tls)
    return ("--listen", f"{host}:{port}", *pins, *tls, *inherited)


def _listening(options: RunOptions) -> tuple[int, ...]:
    return () if options.listen_fd is None else (options.listen_fd,)


TABLE: tuple[Row, ...] = (
    Row("render", "render.service", arguments=_screens),
    Row("conductor", "stage.conductor.service"),
    Row("tracking", "tracking.service"),
    Row("backdrop", "render.presenters.backdrop", needed_for_show=False, when=on_screens),
    Row("console", "stage.console.service", needed_for_show=False, arguments=_listen, fds=_listening),
    Row("recorder", "stage.takes.service", needed_for_show=False),
    Row("osc", "stage.osc.service", needed_for_show=False, when=with_osc),
    Row("lights", "stage.lights.service", needed_for_show=False, when=with_fixtures),
    Row("sends", "tracking.sends.service", needed_for_show=False, when=with_sends),
    Row("stills", "render.stills.service", needed_for_show=False, environment=("LP_NUM_THREADS=1",)),
    Row("witness", "tools.sim.witness_service", needed_for_show=False, when=with_witness),
)
"""Render first: it takes longest to its first frame."""


def show_processes(options: RunOptions) -> tuple[Process, ...]:
    """The processes the show needs on every stage, in the order of their start."""
    return tuple(_process(row, options) for row in TABLE if row.needed_for_show)


def side_processes(stage: Stage, options: RunOptions) -> tuple[Process, ...]:
    """The other processes of this run, in the order of their start."""
    return tuple(_process(row, options) for row in TABLE if not row.needed_for_show and row.when(stage, options))


def side_rows(roles: Container[str], options: RunOptions) -> tuple[Process, ...]:
    """The other processes of these roles."""
    return tuple(_process(row, options) for row in TABLE if not row.needed_for_show and row.role in roles)


def _process(row: Row, options: RunOptions) -> Process:
    return Process(
        role=row.role,
        module=row.module,
        arguments=row.arguments(options),
        needed_for_show=row.needed_for_show,
        environment=row.environment,
        fds=row.fds(options),
    )
