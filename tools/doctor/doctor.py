"""Everything that is looked at on a machine, in the order it is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stage.model.stagefile import Stage
from tools.doctor.finding import Finding
from tools.doctor.graphics import graphics
from tools.doctor.machine import clock, cores, limits, memory, scheduling
from tools.doctor.network import addresses, buffers, firewall, ports
from tools.doctor.storage import folders, page


@dataclass(frozen=True, slots=True)
class Patient:
    """The machine as it is to be used: `stage` and its folder, where one was named."""

    has_screen: bool
    run_base: Path
    stage: Stage | None = None
    stage_folder: Path | None = None


def looked_at(patient: Patient) -> Iterator[Finding]:
    """One by one, as they are found."""
    yield from graphics(patient.has_screen)
    yield from cores()
    yield from memory()
    yield from scheduling()
    yield from clock()
    yield from limits()
    yield from folders(patient.run_base, patient.stage_folder)
    yield from page()
    yield from addresses()
    yield from ports(patient.stage)
    yield from buffers()
    yield from firewall(patient.stage)
