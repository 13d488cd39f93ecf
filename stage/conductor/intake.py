"""How samples come to the conductor: every one by the bus, and the newest from where it lies in memory."""

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
        """What was carried here."""
        for record, sent_ns in self._carried.receive_sent():
            if isinstance(record, TrackingSample):
                self._conductor.observe(record)
                if record.camera in self._newest_ns:
                    self._newest_ns[record.camera] = sent_ns

    def take_newest(self) -> None:
        """The same, and each camera's newest sample, if it was not carried here yet. It comes again, and then changes
        nothing."""
        self.take()
        for camera, glance in self._glances.items():
            record = glance.look(self._newest_ns[camera])
            if isinstance(record, TrackingSample):
                self._conductor.observe(record)

    def rehearse(self) -> None:
        """Read the last samples once more, so that code and data are at hand."""
        self._carried.rehearse()
        for glance in self._glances.values():
            glance.rehearse()

    def close(self) -> None:
        """Hear no more."""
        self._carried.close()
        for glance in self._glances.values():
            glance.close()
