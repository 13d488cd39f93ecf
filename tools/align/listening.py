"""A camera's samples as they come: from the running stage's bus, or a source's packets off its own port. IO."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from stage.bus.zmq_bus import ZmqBus
from stage.clock import MonotonicClock
from stage.errors import PacketError
from stage.messages.samples import TrackingSample
from stage.model.source import Source
from stage.units import NS_PER_S
from tracking.readers.table import reader_of
from tracking.reading import SentLens
from tracking.receiver import Receiver


def heard_samples(run_dir: Path, camera: str, seconds: float) -> list[TrackingSample]:
    """All samples of a camera for some time, from now on."""
    bus, clock = ZmqBus.in_directory(run_dir), MonotonicClock()
    subscriber = bus.subscriber("tracking.sample")
    begins_ns = clock.now_ns()
    until_ns = begins_ns + round(seconds * NS_PER_S)
    found: list[TrackingSample] = []
    while (left_ns := until_ns - clock.now_ns()) > 0:
        records = subscriber.receive(left_ns)
        found += [each for each in records if isinstance(each, TrackingSample) and each.camera == camera]
    bus.close()
    return [sample for sample in found if sample.received_ns >= begins_ns]


def sent_lenses(source: Source, stage_file: str, seconds: float) -> Iterator[SentLens]:
    """What a source's packets tell of the lens, heard on its own port. Raises InputError where it is taken."""
    clock, reader = MonotonicClock(), reader_of(source)
    receiver = Receiver((source,), clock, stage_file)
    until_ns = clock.now_ns() + round(seconds * NS_PER_S)
    try:
        while (left_ns := until_ns - clock.now_ns()) > 0:
            for arrival in receiver.arrivals(left_ns):
                with suppress(PacketError):  # somebody else's, or broken: `openstage tracker listen` tells them
                    packets = reader.packets(arrival.data, arrival.sender, arrival.received_ns)
                    yield from [reader.reading(packet).lens for packet in packets]
    finally:
        receiver.close()
