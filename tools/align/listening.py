"""Samples of a camera as they come, from the running stage's bus. IO."""

from __future__ import annotations

from pathlib import Path

from stage.bus.zmq_bus import ZmqBus
from stage.clock import MonotonicClock
from stage.messages.samples import TrackingSample
from stage.units import NS_PER_S


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
