"""Records about processes and alerts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """The phase of a process."""

    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"
    RESTARTING = "restarting"
    STOPPING = "stopping"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ProcessState:
    """One row of the manager's process table."""

    role: str
    state: Phase
    pid: int
    restarts: int
    since_ns: int
    reason: str
    cpu_percent: float
    memory_mb: float


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A sign of life from a process's loop, twice a second. `ready` = it does its work (drawing, deciding).
    `refused`: datagrams, requests and records that it could not use, since its start; `refusal`: the last reason."""

    role: str
    pid: int
    beat: int
    sent_ns: int
    ready: bool
    refused: int = 0
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class LoopReport:
    """A real-time loop over the last second: turns, missed ticks since start, lateness and CPU per turn."""

    role: str
    turns: int
    missed: int
    lateness_p50_ms: float
    lateness_p99_ms: float
    cpu_p50_ms: float
    cpu_p99_ms: float
    sent_ns: int


@dataclass(frozen=True, slots=True)
class AlertState:
    """An alert is raised (`active`) or cleared. `code` is a row of `stage.model.alerts.ALERTS`."""

    code: str
    subject: str
    active: bool
    detail: str
    since_ns: int
