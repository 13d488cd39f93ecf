"""What the browser is sent: the record behind each kind of key. A key is `KIND/NAME`: `source/mars`, `pulse/`.

The browser's types are generated from this table (tools/dev/gen_console_types.py).
"""

from __future__ import annotations

from typing import Any

from stage.console.check.report import CheckState
from stage.console.door.operators import Operators
from stage.console.health.alert_book import AlertView, PastAlert
from stage.console.health.meter import MeterReading
from stage.console.health.pulse import HistoryPoint, Pulse
from stage.console.library.shelf import Shelf
from stage.console.link.description import StageDescription
from stage.messages.codec import key_of
from stage.messages.commands import CommandResult, OnAir
from stage.messages.control import Heartbeat, LoopReport, ProcessState
from stage.messages.frames import Frame, FrameReport, SetState
from stage.messages.lights import LightsState
from stage.messages.samples import SourceHealth
from stage.messages.topics import Record
from stage.show.cue_list import CueList

KINDS: dict[str, type[Any]] = {
    "stage": StageDescription,
    "pulse": Pulse,
    "alert": AlertView,
    "past": PastAlert,
    "history": HistoryPoint,
    "hour": HistoryPoint,
    "source": SourceHealth,
    "frame": Frame,
    "report": FrameReport,
    "process": ProcessState,
    "heartbeat": Heartbeat,
    "loop": LoopReport,
    "air": OnAir,
    "shelf": Shelf,
    "log": CommandResult,
    "set": SetState,
    "cues": CueList,
    "check": CheckState,
    "operators": Operators,
    "lights": LightsState,
    "meter": MeterReading,
}

_KIND_OF = {record: kind for kind, record in KINDS.items()}


def state_key(record: Record) -> str:
    """The key of a bus record that the browser is sent as it is."""
    return f"{_KIND_OF[type(record)]}/{key_of(record)}"
