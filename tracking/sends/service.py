"""The sends process: cameras of a frame, or samples of a tracker -> datagrams for other programs.

It only reads the bus, so however slow a network is, the walls do not wait for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from stage.clock import realtime_ns
from stage.files.loading import load_stage
from stage.messages.frames import Frame
from stage.messages.samples import SendState, TrackingSample
from stage.model.sends import AnySend, host_of
from stage.model.stagefile import Stage
from stage.process.service import Service, run_service
from stage.units import NS_PER_S
from tracking.sends.outgoing import Numbering, Outgoing
from tracking.sends.postman import Postman
from tracking.sends.writers import Writer, writer_of

LONGEST_WAIT_NS = NS_PER_S // 10
STATE_NS = NS_PER_S // 2
TOPICS = {"frame": "conductor.frame", "sample": "tracking.sample"}
"""What a send follows, by its `on`."""


@dataclass(slots=True)
class Line:
    """One send at work."""

    send: AnySend
    numbering: Numbering
    writer: Writer
    postmen: dict[str, Postman]
    """By host: OpenTrackIO has a multicast group for each camera."""

    def tell(self, told: list[Outgoing], now_ns: int) -> None:
        """Send cameras of one moment."""
        for host, postman in self.postmen.items():
            if theirs := [each for each in told if host_of(self.send, each.number) == host]:
                postman.post(self.writer.datagrams(theirs), now_ns)

    def state(self, now_ns: int) -> SendState:
        """How the send is."""
        return SendState(
            name=self.send.name,
            protocol=self.send.protocol,
            to=", ".join(f"{host}:{self.send.port}" for host in self.postmen),
            cameras=tuple(self.numbering.numbers),
            rate_hz=sum(postman.rate_hz(now_ns) for postman in self.postmen.values()),
            packets=sum(postman.packets for postman in self.postmen.values()),
            error=next((postman.error for postman in self.postmen.values() if postman.error), ""),
            observed_ns=now_ns,
        )


class SendLoop:
    """All sends of a stage, on one clock."""

    def __init__(self, service: Service, stage: Stage) -> None:
        self._service = service
        names = [camera.name for camera in stage.cameras]
        self._lines = [_line(send, names, stage) for send in stage.sends]
        self._records = service.bus.subscriber(*sorted({TOPICS[send.on] for send in stage.sends}))
        self._state_ns = 0
        self._ahead_ns = realtime_ns() - service.clock.now_ns()
        """How far calendar time is ahead of the machine's clock; measured anew with each state."""

    def turn(self) -> None:
        """Send what has come; twice a second say how it goes."""
        for record in self._records.receive(LONGEST_WAIT_NS):
            now_ns = self._service.clock.now_ns()
            for line in self._lines:
                if isinstance(record, Frame) and line.send.on == "frame":
                    line.tell(line.numbering.of_frame(record, self._ahead_ns), now_ns)
                elif isinstance(record, TrackingSample) and line.send.on == "sample":
                    line.tell(list(line.numbering.of_sample(record, self._ahead_ns)), now_ns)
        if (now_ns := self._service.clock.now_ns()) >= self._state_ns:
            self._state_ns = now_ns + STATE_NS
            self._ahead_ns = realtime_ns() - now_ns
            for line in self._lines:
                self._service.publish(line.state(now_ns))
        self._service.beat(ready=True)

    def close(self) -> None:
        """Close bus and sockets."""
        self._records.close()
        for line in self._lines:
            for postman in line.postmen.values():
                postman.close()


def _line(send: AnySend, names: list[str], stage: Stage) -> Line:
    numbering = Numbering(send, names)
    hosts = dict.fromkeys(host_of(send, number) for number in numbering.numbers.values())
    return Line(send, numbering, writer_of(send, stage), {host: Postman(send, host) for host in hosts})


def send_on(service: Service) -> None:
    """Send until asked to stop."""
    loop = SendLoop(service, load_stage(service.stage_path))
    try:
        while not service.stopping:
            loop.turn()
    finally:
        loop.close()


def main() -> None:
    """`python -m tracking.sends.service --stage FILE --run-dir DIR`."""
    run_service("sends", send_on)


if __name__ == "__main__":
    main()
