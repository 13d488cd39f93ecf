"""One source from datagram to samples: reader, counter, guard, conditioning, health. Pure: time is an argument."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from stage.errors import PacketError
from stage.maths.pose import Pose
from stage.messages.samples import SourceHealth, TrackingSample
from stage.model.camera import Camera
from stage.model.source import Source
from stage.units import NS_PER_MS
from tracking.conditioning import CameraConditioner
from tracking.counter import SenderCounter
from tracking.guard.guard import Guard
from tracking.guard.measured import Measured
from tracking.health import Refusal, SourceMeter
from tracking.readers.table import reader_of
from tracking.reading import Buffer, Reading
from tracking.timing.arrival import Arrival, Timed
from tracking.timing.source_clocks import SourceClocks

Counted = tuple[Reading, int | None]
"""A reading, and the sender's count where it is to be gone by."""


class SourceTrack:
    """A source of the stage file and the cameras that name it. `counting`: False where packets come again and again
    (a rehearsal), so the sender's count is not followed, and they are taken to be captured when they arrive."""

    def __init__(self, source: Source, cameras: tuple[Camera, ...], *, counting: bool = True) -> None:
        self._allowed = frozenset(source.allow)
        self._delay_ns = round(source.delay_ms * NS_PER_MS)
        self.reader = reader_of(source)
        kind = self.reader.counter_kind if counting else None
        self._counter = None if kind is None else SenderCounter(kind)
        self._counting = counting
        self._clocks = SourceClocks[Measured[Counted]](1 << 16 if kind is None else kind.modulus)
        self._last_pose: Pose | None = None
        self._guard = Guard[Counted](source.rate_hz)
        self._left_out = 0
        self._cameras = [CameraConditioner(camera, source) for camera in cameras if camera.source == source.name]
        self.meter = SourceMeter(source.name, source.rate_hz)

    @property
    def decoding(self) -> Hashable:
        """Tracks of equal `decoding` make the same packets of a datagram."""
        return type(self.reader), self.reader.decoding

    def admits(self, sender: str) -> bool:
        """Whether a sender may speak to this source."""
        return not self._allowed or sender in self._allowed

    def samples(self, readings: Sequence[Reading], sender: str, received_ns: int) -> list[TrackingSample]:
        """A sample for every camera on the source and every reading of a datagram, in their order, dated by their
        sender's clock; perhaps also of one that it kept back. What is repeated or late gives none and is counted."""
        later = len(readings) - 1
        return [
            sample
            for index, reading in enumerate(readings)
            for timed in self._timed(reading, sender, received_ns - (later - index))
            for sample in self._conditioned(timed)
        ]

    def flush(self, now_ns: int) -> list[TrackingSample]:
        """The samples of what the clocks kept back for long enough."""
        return [sample for timed in self._clocks.flush(now_ns) for sample in self._conditioned(timed)]

    @property
    def due_ns(self) -> int:
        """When `flush` has something to give."""
        return self._clocks.due_ns

    @property
    def beat_ns(self) -> float:
        """How far apart packets come, as found; 0.0 while unknown."""
        return self._clocks.beat_ns

    def _timed(self, reading: Reading, sender: str, received_ns: int) -> list[Timed[Measured[Counted]]]:
        try:
            measured = self._guard.arrived(reading.pose, sender, received_ns, (reading, None))
            counted = (reading, self._counted(reading))
            measured = replace(measured, content=counted)
            believed = self._guard.believed(measured)
        except PacketError as error:
            self.meter.count(error.reason, str(error), sender, received_ns)
            return []
        self.meter.accept(received_ns, sender)
        for reason, detail in reading.remarks:
            self.meter.count(reason, detail, sender, received_ns)
        self._count_spikes(sender, received_ns)
        timed = [timed for one in believed for timed in self._clocks.take(sender, self._arrival(one))]
        return timed if self._counting else [Timed(received_ns, received_ns, measured)]

    def _arrival(self, believed: Measured[Counted]) -> Arrival[Measured[Counted]]:
        (reading, counter), pose = believed.content, believed.pose
        return Arrival(believed.received_ns, pose.position_m, pose.orientation, believed, counter, reading.stamp_ns)

    def _count_spikes(self, sender: str, received_ns: int) -> None:
        while self._left_out < self._guard.left_out:
            self._left_out += 1
            self.meter.count("spike", "a single pose beside the path", sender, received_ns)

    def _counted(self, reading: Reading) -> int | None:
        """The sender's count; None where there is none to go by. Raises PacketError for a packet that came before: one
        with the count of the last is no other packet, unless the count stands still while the pose moves."""
        before, self._last_pose = self._last_pose, reading.pose
        if self._counter is None or reading.counter is None:
            return None
        try:
            self._counter.take(reading.counter)
        except PacketError:
            if self._counter.stands_still and reading.pose != before:
                return None
            raise
        return reading.counter

    def _conditioned(self, timed: Timed[Measured[Counted]]) -> list[TrackingSample]:
        captured_ns, (reading, _) = timed.captured_ns - self._delay_ns, timed.content.content
        samples = [camera.sample(reading, captured_ns, timed.received_ns) for camera in self._cameras]
        return [replace(sample, jumped=True) for sample in samples] if timed.content.jumped else samples

    def health(self, now_ns: int) -> SourceHealth:
        """The source's state and figures."""
        lost = None if self._counter is None else self._counter.lost
        self.meter.beat_ns = self.beat_ns
        faults = tuple((fault.code, fault.detail) for fault in self._guard.faults(now_ns))
        return replace(self.meter.health(now_ns, lost, self._warnings(), self._clocks), faults=faults)

    def take_news(self) -> list[Refusal]:
        """The first refusal for each reason since the last call."""
        return self.meter.take_news()

    def _warnings(self) -> list[str]:
        found: list[str] = []
        if self._counter is not None and self._counter.stands_still:
            found.append('the counter stands still: set counter = "none"')
        found += [camera.lens_outside for camera in self._cameras if camera.lens_outside]
        return found


class _Refused(NamedTuple):
    """Why packets or a reading could not be had: the text, not the error, because an error kept in a frame is a cycle,
    and garbage is not collected in the loop."""

    reason: str
    detail: str


class SharedPort:
    """The sources that listen at one address and port: distinguished by protocol, sender and id, in the file's
    order. Sources that read bytes the same way have each datagram decoded once."""

    def __init__(self, tracks: list[SourceTrack]) -> None:
        self._tracks = [(track, track.decoding) for track in tracks]
        self.refused_last = False
        """Whether the last datagram was for no source."""

    @property
    def due_ns(self) -> int:
        """When `flush` has something to give."""
        return min(track.due_ns for track, _ in self._tracks)

    def flush(self, now_ns: int) -> list[TrackingSample]:
        """The samples of what the sources' clocks kept back for long enough."""
        return [sample for track, _ in self._tracks for sample in track.flush(now_ns)]

    def overflowed(self, dropped: int, sender: str, now_ns: int) -> None:
        """Count datagrams that the kernel had no room for: whose they were is not known."""
        for track, _ in self._tracks:
            detail = f"{dropped} datagrams more than this process could take"
            track.meter.count("overflow", detail, sender, now_ns, packets=dropped)

    def take(self, datagram: Buffer, sender: str, received_ns: int) -> list[TrackingSample]:
        """The samples of a datagram: each of its packets goes to the first source that it is for. If there is none for
        any of them, every source counts the reason."""
        decoded: dict[Hashable, Sequence[Any] | _Refused] = {}
        claimed: set[int] = set()
        taken: list[tuple[SourceTrack, list[Reading]]] = []
        refusals: list[tuple[SourceTrack, _Refused]] = []
        for track, way in self._tracks:
            if not track.admits(sender):
                refusals.append((track, _Refused("not-allowed", f"{sender} is not in the source's allow list")))
                continue
            packets = decoded.get(way)
            if packets is None:
                packets = decoded[way] = _packets(track, datagram, sender, received_ns)
            if isinstance(packets, _Refused):
                refusals.append((track, packets))
            else:
                readings, refused = _claimed(track, packets, claimed)
                if readings:
                    taken.append((track, readings))
                elif refused is not None:
                    refusals.append((track, refused))
        self.refused_last = not taken and bool(refusals)
        for track, refused in () if taken else refusals:
            track.meter.count(refused.reason, refused.detail, sender, received_ns)
        return [sample for track, readings in taken for sample in track.samples(readings, sender, received_ns)]


def _packets(track: SourceTrack, datagram: Buffer, sender: str, received_ns: int) -> Sequence[Any] | _Refused:
    try:
        return track.reader.packets(datagram, sender, received_ns)
    except PacketError as error:
        return _Refused(error.reason, str(error))


def _claimed(track: SourceTrack, packets: Sequence[Any], claimed: set[int]) -> tuple[list[Reading], _Refused | None]:
    """What the packets that no other source has taken yet say to this one, and why the last of the others does not."""
    readings: list[Reading] = []
    refused = None
    for index, packet in enumerate(packets):
        if index not in claimed:
            try:
                readings.append(track.reader.reading(packet))
                claimed.add(index)
            except PacketError as error:
                refused = _Refused(error.reason, str(error))
    return readings, refused
