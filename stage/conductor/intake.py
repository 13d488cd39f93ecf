"""How samples reach the conductor: all through the bus, and the newest directly from memory."""

from __future__ import annotations

from collections.abc import Iterable

from stage.bus.bus import Bus
from stage.messages.samples import TrackingSample
from stage.show.decide import Conductor

TOPIC = "tracking.sample"


class SampleIntake:
    """Gives `conductor` the samples of the named cameras."""

    def __init__(self, bus: Bus, cameras: Iterable[str], conductor: Conductor) -> None:
        self._conductor = conductor
        self._carried = bus.subscriber(TOPIC)
        self._glances = {camera: bus.glance(TOPIC, camera) for camera in cameras}
        self._newest_ns = dict.fromkeys(self._glances, 0)

    def take(self) -> None:
        """Take the samples from the bus."""
        for record, sent_ns in self._carried.receive_sent():
            if isinstance(record, TrackingSample):
                self._conductor.observe(record)
                if record.camera in self._newest_ns:
                    self._newest_ns[record.camera] = sent_ns

    def take_newest(self) -> None:
        """The same, plus each camera's newest sample if the bus has not delivered it yet. It arrives again later, and
        then changes nothing."""
        self.take()
        for camera, glance in self._glances.items():
            record = glance.look(self._newest_ns[camera])
            if isinstance(record, TrackingSample):
                self._conductor.observe(record)

    def rehearse(self) -> None:
        """Read the last samples once more, so code and data are in the cache."""
        self._carried.rehearse()
        for glance in self._glances.values():
            glance.rehearse()

    def close(self) -> None:
        """Stop receiving."""
        self._carried.close()
        for glance in self._glances.values():
            glance.close()
