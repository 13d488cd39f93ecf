"""The part that measures the walls' light at the actor's mark from what the outputs show."""

from __future__ import annotations

from stage.console.health.meter import LiveMeter
from stage.console.link.ground import Ground
from stage.console.link.part import NOTHING, Changes, Part
from stage.console.link.plain import plain
from stage.messages.frames import Preview
from stage.messages.topics import Record
from stage.units import NS_PER_S

METER = "meter/"
METER_NS = NS_PER_S // 2


class MeterPart(Part):
    """A reading twice a second."""

    def __init__(self, ground: Ground) -> None:
        self._meter = LiveMeter(ground.stage, ground.surfaces, ground.description.outputs)
        self._next_ns = 0

    def hear(self, record: Record, now_ns: int) -> None:
        if isinstance(record, Preview):
            self._meter.hear(record)

    def turn(self, now_ns: int) -> Changes:
        if now_ns < self._next_ns:
            return NOTHING
        self._next_ns = now_ns + METER_NS
        return Changes({METER: plain(self._meter.reading())})
