"""The tracking process: datagram (stamped before parsing) -> protocol -> conditioning -> sample on the bus."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from stage.clock import process_cpu_ns
from stage.files.loading import load_stage
from stage.messages.takes import Datagram
from stage.model.source import Source
from stage.model.stagefile import Stage
from stage.process.coming_first import come_first
from stage.process.loop_meter import LoopMeter
from stage.process.service import Service, run_service, settle
from stage.process.waking import TRACKING, Waking
from stage.units import NS_PER_S
from tracking.receiver import Receiver, ear_of, listening_ears
from tracking.rhythm import NEVER_NS, Rhythm
from tracking.source_track import SharedPort, SourceTrack

HEALTH_NS = NS_PER_S // 5
MOST_REFUSED_HZ = 200
"""Refused datagrams that are written down in a second: a stranger may send as many as the network carries."""

UNKNOWN = "unknown senders"

log = logging.getLogger("openstage.tracking")


class Spare:
    """Lets so many a second pass."""

    def __init__(self, most_hz: int) -> None:
        self._most = most_hz
        self._second = -1
        self._passed = 0

    def takes(self, now_ns: int) -> bool:
        """Whether there is room for one more in this second."""
        second = now_ns // NS_PER_S
        if second != self._second:
            self._second, self._passed = second, 0
        self._passed += 1
        return self._passed <= self._most


class TrackingLoop:
    """Publishes each datagram's samples before reading the next, and the sources' health five times a second."""

    def __init__(self, service: Service, stage: Stage, receiver: Receiver) -> None:
        self._service = service
        self._clock = service.clock
        self._receiver = receiver
        self._tracks = [SourceTrack(source, stage.cameras) for source in stage.sources]
        self._tracks_at = tracks_at(stage.sources, self._tracks)
        self._ports = [SharedPort(tracks) for tracks in self._tracks_at]
        self._meter = LoopMeter(service.role)
        self._waking = Waking(service.clock, TRACKING)
        self._rhythm = Rhythm({source.name: source.rate_hz for source in stage.sources})
        rehearsed = [SourceTrack(source, stage.cameras, counting=False) for source in stage.sources]
        self._rehearsed = [SharedPort(tracks) for tracks in tracks_at(stage.sources, rehearsed)]
        self._spare = Spare(MOST_REFUSED_HZ)
        self._last: dict[int, tuple[bytes, str]] = {}
        self._next_health_ns = self._clock.now_ns()

    def turn(self) -> None:
        """Wait for datagrams, at most until the next health report, and process them."""
        due_ns = self._rhythm.due_ns(self._clock.now_ns())
        held_ns = min([port.due_ns for port in self._ports], default=NEVER_NS)
        self._waking.wait(due_ns, min(self._next_health_ns, held_ns), self._take, self._rehearse)
        self._flush()
        if (now_ns := self._clock.now_ns()) >= self._next_health_ns:
            self._next_health_ns = now_ns + HEALTH_NS
            self._tell_health(now_ns)

    def _take(self, wait_ns: int) -> int | None:
        """Publish what arrives within `wait_ns`; returns the port of the last datagram."""
        port: int | None = None
        for port, data, sender, received_ns, dropped in self._receiver.arrivals(wait_ns):
            begun_ns, cpu_ns = self._clock.now_ns(), process_cpu_ns()
            with self._service.edge.net("datagram", sender):
                shared = self._ports[port]
                if dropped:
                    shared.overflowed(dropped, sender, received_ns)
                samples = shared.take(data, sender, received_ns)
                if not shared.refused_last or self._spare.takes(received_ns):
                    self._service.publish(Datagram(port, sender, received_ns, bytes(data)))
                for sample in samples:
                    self._service.publish(sample)
                    self._last[port] = bytes(data), sender
                for track in self._tracks_at[port]:
                    if track.meter.newest_ns == received_ns:
                        self._rhythm.heard(track.meter.name, received_ns, track.beat_ns)
            self._meter.turn(begun_ns - received_ns, process_cpu_ns() - cpu_ns)
        return port

    def _flush(self) -> None:
        """Publish what clocks kept back for long enough."""
        now_ns = self._clock.now_ns()
        for port in self._ports:
            if port.due_ns <= now_ns:
                for sample in port.flush(now_ns):
                    self._service.publish(sample)

    def _rehearse(self) -> None:
        """Process each port's last good datagram once more, on separate tracks, without publishing it."""
        now_ns = self._clock.now_ns()
        for port, (data, sender) in self._last.items():
            for sample in self._rehearsed[port].take(data, sender, now_ns):
                self._service.publisher.rehearse(sample)

    def _tell_health(self, now_ns: int) -> None:
        """Health, heartbeat, loop figures; one log line for the first refusal of each reason, later ones are only
        counted."""
        for port, dropped in self._receiver.unheard():
            self._ports[port].overflowed(dropped, UNKNOWN, now_ns)
        for track in self._tracks:
            self._service.publish(track.health(now_ns))
            for news in track.take_news():
                log.warning(
                    "%s: bad datagram from %s: %s; more are only counted", news.source, news.sender, news.detail
                )
        self._service.beat(ready=True)
        if (report := self._meter.report(now_ns)) is not None:
            self._service.publish(report)


def track(service: Service) -> None:
    """Listen for every source of the stage until asked to stop."""
    stage = load_stage(service.stage_path)
    receiver = Receiver(stage.sources, service.clock, str(service.stage_path))
    for host, port in receiver.addresses:
        log.info("listening on %s:%d", host, port)
    loop = TrackingLoop(service, stage, receiver)
    settle()
    come_first()
    while not service.stopping:
        loop.turn()
    receiver.close()


def tracks_at(sources: Sequence[Source], tracks: list[SourceTrack]) -> list[list[SourceTrack]]:
    """The tracks of the sources at each place, in the receiver's order."""
    return [
        [track for track, source in zip(tracks, sources, strict=True) if ear_of(source) == ear]
        for ear in listening_ears(sources)
    ]


def main() -> None:
    """`python -m tracking.service --stage FILE --run-dir DIR`."""
    run_service("tracking", track)


if __name__ == "__main__":
    main()
