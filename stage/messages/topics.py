"""The table of topics: record, publishers, rate, and whether a take records it.

The recorder, the liveness checks, the console and the benchmarks read this table; there is no other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stage.messages.commands import Command, CommandResult, OnAir
from stage.messages.control import AlertState, Heartbeat, LoopReport, ProcessState
from stage.messages.frames import CameraForecast, CameraMargin, CameraMemory, Frame, FrameReport, Preview, SetState
from stage.messages.lights import LightField, LightsState
from stage.messages.samples import SendState, SourceHealth, TrackingSample
from stage.messages.stills import StillAsked, StillDrawn
from stage.messages.takes import Datagram, RecorderState

Record = (
    TrackingSample
    | SourceHealth
    | SendState
    | Frame
    | CameraMargin
    | CameraMemory
    | CameraMemory
    | CameraForecast
    | FrameReport
    | Preview
    | SetState
    | ProcessState
    | Heartbeat
    | LoopReport
    | AlertState
    | Command
    | CommandResult
    | OnAir
    | LightField
    | LightsState
    | StillAsked
    | StillDrawn
    | Datagram
    | RecorderState
)
"""Anything the bus carries."""


def the_only(record: Any) -> str:
    """The key of a topic that has one record for the whole stage."""
    return ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A row: the record's type, the roles that publish it, the rate expected per key (0 = on change),
    whether takes record it, and the field of the record that keys it (newest per key counts).

    `backlog`: messages kept for a slow subscriber; it loses later ones. It bounds memory: 256 previews of 0.5 MB are
    130 MB, 4096 samples 1 MB.
    `slot_bytes`: room in shared memory for the newest message of each key, from one publisher, for readers that cannot
    wait for ZeroMQ.
    """

    name: str
    record: type[Any]
    publishers: tuple[str, ...]
    rate_hz: float
    recorded: bool
    key: Callable[[Any], str]
    backlog: int = 256
    slot_bytes: int = 0

    @property
    def single(self) -> bool:
        """Whether it has a single newest record rather than one for each key."""
        return self.key is the_only


ROLES = (
    "tracking",
    "conductor",
    "render",
    "console",
    "osc",
    "lights",
    "sends",
    "stills",
    "witness",
    "manager",
    "backdrop",
    "recorder",
)
"""The processes of a stage; each publishes on an endpoint of its own."""

TOPICS: tuple[Topic, ...] = (
    Topic(
        name="tracking.sample",
        record=TrackingSample,
        publishers=("tracking",),
        rate_hz=60,
        recorded=True,
        key=lambda r: r.camera,
        backlog=4096,
        slot_bytes=1 << 11,
    ),
    Topic("tracking.datagram", Datagram, ("tracking",), 60, True, lambda r: str(r.port), backlog=16_384),
    Topic("tracking.health", SourceHealth, ("tracking",), 5, True, lambda r: r.source),
    Topic("send.state", SendState, ("sends",), 2, True, lambda r: r.name),
    Topic("conductor.frame", Frame, ("conductor",), 24, True, the_only, slot_bytes=1 << 17),
    Topic("camera.margin", CameraMargin, ("conductor",), 1, True, lambda r: r.camera),
    Topic("camera.forecast", CameraForecast, ("conductor",), 1, True, lambda r: r.camera),
    Topic("camera.memory", CameraMemory, ("conductor",), 0, True, lambda r: r.camera, backlog=64),
    Topic("command.given", Command, ("console", "osc"), 0, True, lambda r: r.number, backlog=1024),
    Topic("command.result", CommandResult, ("conductor",), 0, True, lambda r: r.number, backlog=1024),
    Topic("show.air", OnAir, ("conductor",), 1, True, the_only),
    Topic("frame.report", FrameReport, ("render",), 24, True, lambda r: r.node),
    Topic("render.set", SetState, ("render",), 1, True, lambda r: f"{r.node}/{r.scene}"),
    Topic("light.field", LightField, ("render",), 0, True, lambda r: r.node, backlog=64),
    Topic("lights.state", LightsState, ("lights",), 1, True, the_only),
    Topic("wall.preview", Preview, ("render", "witness"), 5, False, lambda r: r.output),
    Topic("still.asked", StillAsked, ("console",), 0, False, lambda r: r.key, backlog=16),
    Topic("still.drawn", StillDrawn, ("stills",), 0, False, lambda r: r.key, backlog=16),
    Topic("take.state", RecorderState, ("recorder",), 2, False, the_only),
    Topic("process.state", ProcessState, ("manager",), 1, True, lambda r: r.role),
    Topic("process.heartbeat", Heartbeat, ROLES, 5, False, lambda r: r.role),
    Topic("process.loop", LoopReport, ("conductor", "render", "tracking"), 1, True, lambda r: r.role),
    Topic("alert", AlertState, ROLES, 0, True, lambda r: f"{r.code}/{r.subject}"),
)

BACKLOG_OF_ROLE: dict[str, int] = {
    role: max((topic.backlog for topic in TOPICS if role in topic.publishers), default=1) for role in ROLES
}
"""Messages of a role kept for a slow subscriber."""

TOPIC_OF_RECORD: dict[type[Any], Topic] = {topic.record: topic for topic in TOPICS}
TOPIC_BY_NAME: dict[str, Topic] = {topic.name: topic for topic in TOPICS}
