"""The tracking process: datagram (stamped before parsing) -> protocol -> conditioning -> sample on the bus."""

from __future__ import annotations

import logging

from stage.clock import NS_PER_S, process_cpu_ns
from stage.loop_meter import LoopMeter
from stage.model.loading import load_stage
from stage.model.stagefile import Stage
from stage.service import Service, run_service, settle
from tracking.receiver import Receiver, listening_addresses
from tracking.source_track import SharedPort, SourceTrack

HEALTH_NS = NS_PER_S // 5

log = logging.getLogger("openstage.tracking")


def track(service: Service) -> None:
    """Every datagram is a sample on the bus before the next is read; five times a second, how the sources are."""
    stage = load_stage(service.stage_path)
    tracks = [SourceTrack(source, stage.cameras) for source in stage.sources]
    ports, meter = _ports(stage, tracks), LoopMeter(service.role)
    receiver = Receiver(stage.sources, service.clock, str(service.stage_path))
    for host, port in receiver.addresses:
        log.info("listening on %s:%d", host, port)
    settle()
    next_health_ns = service.clock.now_ns()
    while not service.stopping:
        wait_ns = max(0, next_health_ns - service.clock.now_ns())
        for port, data, sender, received_ns in receiver.arrivals(wait_ns):
            begun_ns, cpu_ns = service.clock.now_ns(), process_cpu_ns()
            for sample in ports[port].take(data, sender, received_ns):
                service.publish(sample)
            meter.turn(begun_ns - received_ns, process_cpu_ns() - cpu_ns)
        if (now_ns := service.clock.now_ns()) >= next_health_ns:
            next_health_ns = now_ns + HEALTH_NS
            _tell_health(service, tracks, meter, now_ns)
    receiver.close()


def _ports(stage: Stage, tracks: list[SourceTrack]) -> list[SharedPort]:
    """The sources at each address that is listened on, in the receiver's order."""
    return [
        SharedPort([t for t, s in zip(tracks, stage.sources, strict=True) if (s.host, s.port) == address])
        for address in listening_addresses(stage.sources)
    ]


def _tell_health(service: Service, tracks: list[SourceTrack], meter: LoopMeter, now_ns: int) -> None:
    """Health, heartbeat, loop figures; a line in the log for the first refusal of a reason, later ones only count."""
    for source in tracks:
        service.publish(source.health(now_ns))
        for news in source.take_news():
            log.warning("%s: bad datagram from %s: %s; more are only counted", news.source, news.sender, news.detail)
    service.beat(ready=True)
    if (report := meter.report(now_ns)) is not None:
        service.publish(report)


def main() -> None:
    """`python -m tracking.service --stage FILE --run-dir DIR`."""
    run_service("tracking", track)


if __name__ == "__main__":
    main()
