"""One source from datagram to samples: protocol, counter, guard, conditioning, health. Pure: time is an argument."""

from __future__ import annotations

from stage.errors import PacketError
from stage.messages.samples import SourceHealth, TrackingSample
from stage.model.camera import Camera
from stage.model.source import FreedSource
from stage.units import NS_PER_MS
from tracking.conditioning import CameraConditioner, SourceFrame
from tracking.counter import COUNTERS, SenderCounter
from tracking.guard import Guard
from tracking.health import Refusal, SourceMeter
from tracking.protocols.freed import FreedPacket, decode

Buffer = bytes | bytearray | memoryview


class SourceTrack:
    """A source of the stage file and the cameras that name it."""

    def __init__(self, source: FreedSource, cameras: tuple[Camera, ...]) -> None:
        self._source = source
        self._allowed = frozenset(source.allow)
        self._delay_ns = round(source.delay_ms * NS_PER_MS)
        self._frame = SourceFrame(source)
        self._counter = SenderCounter(COUNTERS[source.counter]) if source.counter in COUNTERS else None
        self._guard = Guard()
        self._cameras = [CameraConditioner(camera, source) for camera in cameras if camera.source == source.name]
        self.meter = SourceMeter(source.name, source.rate_hz)

    def read(self, datagram: Buffer, sender: str) -> FreedPacket:
        """The packet, if it is for this source. Raises PacketError."""
        source = self._source
        if self._allowed and sender not in self._allowed:
            raise PacketError("not-allowed", f"{sender} is not in the source's allow list")
        return decode(
            datagram,
            camera_id=source.camera_id,
            accept_bad_checksum=source.accept_bad_checksum,
            allow_padding=source.allow_padding,
        )

    def samples(self, packet: FreedPacket, sender: str, received_ns: int) -> list[TrackingSample]:
        """A sample for every camera on the source. A repeated or late packet gives none and is counted."""
        try:
            counter = None if self._counter is None else self._counter.take(packet.user)
            pose = self._frame.stage_from_tracker(packet)
            self._guard.check(pose.position_m, received_ns)
        except PacketError as error:
            self.meter.count(error.reason, str(error), sender)
            return []
        self.meter.accept(received_ns, sender)
        if not packet.checksum_good:
            self.meter.count("checksum-accepted", "accept_bad_checksum is set", sender)
        encoders, captured_ns = (packet.zoom_raw, packet.focus_raw), received_ns - self._delay_ns
        return [camera.sample(pose, encoders, captured_ns, received_ns, counter) for camera in self._cameras]

    def health(self, now_ns: int) -> SourceHealth:
        """The source's state and figures."""
        lost = None if self._counter is None else self._counter.lost
        return self.meter.health(now_ns, lost, self._warnings(now_ns))

    def take_news(self) -> list[Refusal]:
        """The first refusal for each reason since the last call."""
        return self.meter.take_news()

    def _warnings(self, now_ns: int) -> list[str]:
        found = self._guard.warnings(now_ns)
        if self._counter is not None and self._counter.stands_still:
            found.append('the counter stands still: set counter = "none"')
        beyond = [camera.lens_outside for camera in self._cameras if camera.lens_outside]
        if beyond:
            found.append(f"beyond the lens table, whose last point is held: {'; '.join(beyond)}")
        return found


class SharedPort:
    """The sources that listen at one address and port: distinguished by sender and camera id, in the file's order."""

    def __init__(self, tracks: list[SourceTrack]) -> None:
        self._tracks = tracks

    def take(self, datagram: Buffer, sender: str, received_ns: int) -> list[TrackingSample]:
        """The samples of the first source that the datagram is for; if it is for none, each counts the reason."""
        refusals: list[tuple[SourceTrack, str, str]] = []
        for track in self._tracks:
            try:
                packet = track.read(datagram, sender)
            except PacketError as error:
                # the text, not the error: an error kept in a frame is a cycle, and garbage is not collected here
                refusals.append((track, error.reason, str(error)))
            else:
                return track.samples(packet, sender, received_ns)
        for track, reason, detail in refusals:
            track.meter.count(reason, detail, sender)
        return []
