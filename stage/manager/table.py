"""The process table: which processes a stage has, in the order they are started. Pure.

Modules are names, so the manager imports none of the machines it starts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stage.model.stagefile import Stage


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the operator chose for this run. `listen` is the console's host and port."""

    offscreen: bool
    listen: tuple[str, int]
    witness: bool = False


@dataclass(frozen=True, slots=True)
class Process:
    """A process to keep up. `service`: it takes `--stage` and `--run-dir` and sends heartbeats.

    What is not `needed_for_show` starts after the first wall frame, and may fail without failing the stage.
    `environment` holds `NAME=VALUE` for this process alone.
    """

    role: str
    module: str
    arguments: tuple[str, ...] = ()
    needed_for_show: bool = True
    service: bool = True
    environment: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: when a stage has the process, and its extra arguments."""

    role: str
    module: str
    when: Callable[[Stage, RunOptions], bool]
    needed_for_show: bool = True
    arguments: Callable[[RunOptions], tuple[str, ...]] = lambda options: ()


def always(stage: Stage, options: RunOptions) -> bool:
    """Every stage has it."""
    return True


def on_screens(stage: Stage, options: RunOptions) -> bool:
    """An output of the stage is a window."""
    return not options.offscreen and any(output.screen is not None for output in stage.outputs)


def with_witness(stage: Stage, options: RunOptions) -> bool:
    """The operator asked for the simulated camera that films the wall."""
    return options.witness and bool(stage.cameras)


def _offscreen(options: RunOptions) -> tuple[str, ...]:
    return ("--offscreen",) if options.offscreen else ()


def _listen(options: RunOptions) -> tuple[str, ...]:
    host, port = options.listen
    return ("--listen", f"{host}:{port}")


TABLE: tuple[Row, ...] = (
    Row("render", "render.service", always, arguments=_offscreen),
    Row("conductor", "stage.conductor.service", always),
    Row("tracking", "tracking.service", always),
    Row("backdrop", "render.backdrop", on_screens, needed_for_show=False),
    Row("console", "stage.console.service", always, needed_for_show=False, arguments=_listen),
    Row("witness", "tools.sim.witness_service", with_witness, needed_for_show=False),
)
"""Render first: it takes longest to its first frame."""


def processes_of(stage: Stage, options: RunOptions) -> tuple[Process, ...]:
    """The processes this run of the stage has, in the order they are started."""
    return tuple(
        Process(row.role, row.module, row.arguments(options), row.needed_for_show)
        for row in TABLE
        if row.when(stage, options)
    )
