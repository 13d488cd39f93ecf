"""The table of the console's parts: every feature with what it shows and which topics it hears.

A new feature needs a file or a room, and a row here. Access to its routes is decided by method and path
(door/access.py); `python -m tools.dev.gen_console_types` generates the browser's types for its kinds.
"""

from __future__ import annotations

from typing import Any

from stage.console.check.part import CheckPart
from stage.console.check.report import CheckState
from stage.console.door.operators import Operators
from stage.console.door.part import DoorPart
from stage.console.health.alert_book import AlertView, PastAlert
from stage.console.health.leds_part import LedReading, LedsPart
from stage.console.health.meter import MeterReading
from stage.console.health.meter_part import MeterPart
from stage.console.health.part import HealthPart
from stage.console.health.pulse import HistoryPoint, Pulse
from stage.console.health.watch import WATCHED_TOPICS
from stage.console.library.preset_part import PresetPart
from stage.console.library.shelf import Shelf
from stage.console.library.show_part import ShowPart
from stage.console.link.description import StageDescription
from stage.console.link.mirror_part import MIRRORED, MIRRORED_TOPICS, MirrorPart
from stage.console.link.part import Row
from stage.console.link.picture_part import PicturePart
from stage.console.link.stage_part import StagePart
from stage.console.metrics.part import METRIC_TOPICS, MetricsPart
from stage.console.orders.part import OrderPart
from stage.console.setup.heard import ListenState
from stage.console.setup.part import SetupPart
from stage.console.setup.session import SetupState
from stage.console.stills.part import StillPart
from stage.console.takes.part import TakePart
from stage.console.takes.shelf import TakeShelf
from stage.messages.commands import CommandResult
from stage.show.cue_list import CueList

HEALTH_KINDS: dict[str, type[Any]] = {
    "pulse": Pulse,
    "alert": AlertView,
    "past": PastAlert,
    "history": HistoryPoint,
    "hour": HistoryPoint,
    "log": CommandResult,
}

PARTS: tuple[Row, ...] = (
    Row("door", DoorPart, {"operators": Operators}),
    Row("stage", StagePart, {"stage": StageDescription}),
    Row("mirror", MirrorPart, MIRRORED, hears=MIRRORED_TOPICS),
    Row("health", HealthPart, HEALTH_KINDS, hears=WATCHED_TOPICS),
    Row("orders", OrderPart, hears=("command.result", "show.air")),
    Row("presets", PresetPart, {"shelf": Shelf}, hears=("show.air",)),
    Row("shows", ShowPart, {"cues": CueList}, hears=("show.air",)),
    Row("takes", TakePart, {"takes": TakeShelf}, hears=("take.state",)),
    Row("stills", StillPart, hears=("show.air", "conductor.frame"), sees=("still.drawn",)),
    Row("pictures", PicturePart, sees=("wall.preview",)),
    Row("meter", MeterPart, {"meter": MeterReading}, sees=("wall.preview",)),
    Row("leds", LedsPart, {"leds": LedReading}, sees=("conductor.frame",)),
    Row("metrics", MetricsPart, hears=METRIC_TOPICS),
    Row("check", CheckPart, {"check": CheckState}),
    Row("setup", SetupPart, {"setup": SetupState, "listen": ListenState}, sees=("tracking.sample",)),
)

KINDS: dict[str, type[Any]] = {kind: record for row in PARTS for kind, record in row.kinds.items()}
"""The record behind each kind of key; the browser's types are generated from it."""
