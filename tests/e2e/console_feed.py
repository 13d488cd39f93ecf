"""A stage that is only said to be there: records and pictures for a console, on the real bus, at the real rate."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from stage.bus.zmq_bus import ZmqBus
from stage.messages.control import LoopReport, Phase, ProcessState
from stage.messages.frames import CameraState, Frame, FrameReport, Preview
from stage.messages.lights import LightsState
from stage.messages.samples import LensState, SourceHealth, Validity
from stage.messages.topics import Record
from stage.units import NS_PER_MS, NS_PER_S
from tests.looks import a_look

RATE_HZ = 24
PERIOD_NS = NS_PER_S // RATE_HZ
EVERY_HEALTH = 5
EVERY_PREVIEW = 6
EVERY_PROCESS = 24
ROLES = ("tracking", "conductor", "render", "lights", "witness", "manager")

Picture = NDArray[np.uint8]
"""(height, width, 4) RGBA, top row first."""


@dataclass
class Scenario:
    """What the stage says of itself; a test changes it while it runs."""

    validity: Validity = Validity.LIVE
    restarts: int = 0
    reason: str = ""
    restarted_ns: int = 0
    pictures: Mapping[str, Callable[[int], Picture]] = field(default_factory=dict)
    cameras: tuple[str, ...] = ("a",)
    focal_length_mm: float = 24.0
    position_m: tuple[float, float, float] = (0.0, 0.0, 1.0)
    lights: LightsState | None = None


class Feed:
    """Publishes a scenario until it is left. Stamps are those of an exact clock, however late the thread is."""

    def __init__(self, run_dir: Path, scenario: Scenario) -> None:
        self.scenario = scenario
        self._bus = ZmqBus.in_directory(run_dir)
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="feed")

    def __enter__(self) -> Scenario:
        self._thread.start()
        return self.scenario

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ends.set()
        self._thread.join()
        self._bus.close()

    def _run(self) -> None:
        mouths = {role: self._bus.publisher(role) for role in ROLES}
        began_ns = time.monotonic_ns()
        number = began_ns // PERIOD_NS
        while not self._ends.is_set():
            for role, record in records(self.scenario, number, began_ns):
                mouths[role].publish(record)
            number += 1
            self._ends.wait(max(0.0, (number * PERIOD_NS - time.monotonic_ns()) / NS_PER_S))


def records(scenario: Scenario, number: int, began_ns: int) -> list[tuple[str, Record]]:
    """What the roles say at frame `number`."""
    present_ns = number * PERIOD_NS
    said: list[tuple[str, Record]] = [
        ("conductor", _frame(scenario, number, present_ns)),
        ("render", _report(number, present_ns)),
    ]
    if number % EVERY_HEALTH == 0:
        said += [("tracking", _health(scenario, present_ns))]
    if number % EVERY_PREVIEW == 0:
        for name, picture in scenario.pictures.items():
            said.append(("witness" if name == "witness" else "render", preview(name, number, picture(number))))
    if scenario.lights is not None and number % EVERY_HEALTH == 0:
        said.append(("lights", scenario.lights))
    if number % EVERY_PROCESS == 0:
        said += [("manager", state) for state in _processes(scenario, began_ns)]
        said += [
            (
                role,
                LoopReport(
                    role=role,
                    turns=24,
                    missed=0,
                    lateness_p50_ms=0.05,
                    lateness_p99_ms=0.2,
                    cpu_p50_ms=0.4,
                    cpu_p99_ms=0.9,
                    sent_ns=present_ns,
                ),
            )
            for role in ("conductor", "render")
        ]
    return said


def preview(output: str, number: int, picture: Picture) -> Preview:
    """A picture as a render process publishes it."""
    height, width = picture.shape[:2]
    return Preview("render", output, number, width, height, picture.tobytes())


def _frame(scenario: Scenario, number: int, present_ns: int) -> Frame:
    camera = CameraState(
        name="a",
        validity=scenario.validity,
        position_m=scenario.position_m,
        orientation=(1.0, 0.0, 0.0, 0.0),
        lens=LensState(scenario.focal_length_mm),
        sensor_mm=(24.0, 12.0),
        sample_number=number,
        sender_counter=number % 65_536,
        captured_ns=present_ns - 24 * NS_PER_MS,
        received_ns=present_ns - 20 * NS_PER_MS,
        horizon_ns=24 * NS_PER_MS,
    )
    states = tuple(replace(camera, name=name) for name in scenario.cameras)
    return Frame(
        number=number,
        present_ns=present_ns,
        decided_ns=present_ns - PERIOD_NS,
        scene="courtyard",
        scene_time_s=0.0,
        outer_number=number,
        outer_scene_time_s=0.0,
        look=a_look(),
        cameras=states,
    )


def _report(number: int, present_ns: int) -> FrameReport:
    received_ns = present_ns - 15 * NS_PER_MS
    drawn_ns = received_ns + 9 * NS_PER_MS
    return FrameReport(
        node="render",
        number=number,
        present_ns=present_ns,
        received_ns=received_ns,
        drawn_ns=drawn_ns,
        presented_ns=present_ns,
        late_ns=0,
        skipped=0,
        cpu_ns=900_000,
        outer_drawn=False,
    )


def _health(scenario: Scenario, now_ns: int) -> SourceHealth:
    rate_hz = 60.0 if scenario.validity is Validity.LIVE else 0.0
    rejected = (("checksum", 3), ("length", 1))
    return SourceHealth(
        source="mars",
        validity=scenario.validity,
        rate_hz=rate_hz,
        jitter_ms=0.31,
        accepted=900,
        gaps=2,
        rejected=rejected,
        sender="192.168.10.21:50123",
        warning="",
        observed_ns=now_ns,
    )


def _processes(scenario: Scenario, began_ns: int) -> list[ProcessState]:
    roles = ("conductor", "tracking", "tracker-handheld-2")
    steady = [
        ProcessState(
            role=role,
            state=Phase.RUNNING,
            pid=70,
            restarts=0,
            since_ns=began_ns,
            reason="",
            cpu_percent=5.0,
            memory_mb=60.0,
        )
        for role in roles
    ]
    since_ns = scenario.restarted_ns or began_ns
    render = ProcessState(
        role="render",
        state=Phase.RUNNING,
        pid=77,
        restarts=scenario.restarts,
        since_ns=since_ns,
        reason=scenario.reason,
        cpu_percent=60.0,
        memory_mb=300.0,
    )
    return [*steady, render]
