"""The part that shows records of the bus as they are. Pure."""

from __future__ import annotations

from typing import Any

from stage.console.link.ground import Ground
from stage.console.link.part import NOTHING, Changes, Part
from stage.console.link.plain import plain
from stage.messages.codec import key_of
from stage.messages.commands import OnAir
from stage.messages.control import Heartbeat, LoopReport, ProcessState
from stage.messages.frames import CameraForecast, CameraMargin, Frame, FrameReport, SetState
from stage.messages.lights import LightsState
from stage.messages.samples import SendState, SourceHealth
from stage.messages.takes import RecorderState
from stage.messages.topics import TOPIC_OF_RECORD, Record

MIRRORED: dict[str, type[Any]] = {
    "source": SourceHealth,
    "frame": Frame,
    "margin": CameraMargin,
    "forecast": CameraForecast,
    "report": FrameReport,
    "process": ProcessState,
    "heartbeat": Heartbeat,
    "loop": LoopReport,
    "air": OnAir,
    "set": SetState,
    "lights": LightsState,
    "recorder": RecorderState,
    "send": SendState,
}
MIRRORED_TOPICS = tuple(TOPIC_OF_RECORD[record].name for record in MIRRORED.values())
_KIND_OF = {record: kind for kind, record in MIRRORED.items()}


class MirrorPart(Part):
    """Shows the newest record of each key in a window."""

    def __init__(self, ground: Ground) -> None:
        self._newest: dict[str, Record] = {}

    def hear(self, record: Record, now_ns: int) -> None:
        self._newest[f"{_KIND_OF[type(record)]}/{key_of(record)}"] = record

    def turn(self, now_ns: int) -> Changes:
        if not self._newest:
            return NOTHING
        shown = {key: plain(record) for key, record in self._newest.items()}
        self._newest.clear()
        return Changes(shown)
