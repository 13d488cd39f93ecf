"""The lights process: the light of the set and the look on air -> fixtures' levels -> sACN or Art-Net."""

from __future__ import annotations

import socket
from contextlib import closing
from uuid import NAMESPACE_DNS, UUID, uuid5

from stage.files.loading import load_stage
from stage.lights.board import LightBoard, Told
from stage.lights.ear import Ear
from stage.lights.poll_ear import PollEar, poll_ear
from stage.lights.rivals import Rivals
from stage.lights.sender import LightSender
from stage.lights.sequence_book import SequenceBook
from stage.lights.wire import WIRES
from stage.messages.commands import Command, CommandResult
from stage.messages.frames import Frame
from stage.messages.lights import LightField, LightProtocol, LightsState
from stage.model.stagefile import Stage
from stage.process.service import Service, run_service
from stage.show.orders.lights import IDENTIFY
from stage.units import NS_PER_S

LONGEST_WAIT_NS = NS_PER_S // 20
STATE_NS = NS_PER_S // 5
EAR_NS = NS_PER_S // 20
MOST_ASKED = 32
"""Commands that await their answer."""
OFF: LightProtocol = "off"
"""The protocol where the stage file turns sending off."""


def cid_of(stage: str, host: str) -> UUID:
    """Our identity to receivers: the same for a stage on a machine at every start."""
    return uuid5(NAMESPACE_DNS, f"{stage}.lights.openstage.{host}")


class LightLoop:
    """The running lights of one stage. `ears`: for other sources (sACN), or for who asks who is there (Art-Net)."""

    def __init__(
        self, service: Service, stage: Stage, sender: LightSender, ears: tuple[Ear | None, PollEar | None], cid: UUID
    ) -> None:
        self._service, self._sender = service, sender
        self._ear, self._poll = ears
        self._protocol, self._on = stage.lights.protocol, stage.lights.on
        self._board = LightBoard(stage, service.clock.now_ns())
        self._rivals = Rivals(cid, stage.lights.priority)
        self._records = service.bus.subscriber("conductor.frame", "light.field", "command.given", "command.result")
        self._asked: dict[str, str] = {}
        self._told: Told | None = None
        self._ear_ns = self._state_ns = 0

    def turn(self) -> None:
        """Wait briefly for records; send what is due; publish the state."""
        for record in self._records.receive(self._wait_ns()):
            with self._service.edge.net("record"):
                if isinstance(record, Frame | LightField):
                    self._board.hear(record)
                elif isinstance(record, Command | CommandResult):
                    self._note(record)
        now_ns = self._service.clock.now_ns()
        self._told = self._board.told(now_ns)
        if self._told is not None and self._on:
            if self._told.released:
                self._sender.leave()
            else:
                self._sender.send(self._told.universes, now_ns)
        self._listen(now_ns)
        if now_ns >= self._state_ns:
            self._state_ns = now_ns + STATE_NS
            self._service.publish(self._state(now_ns))
        self._service.beat(ready=True)

    def close(self) -> None:
        """Stop listening."""
        self._records.close()

    def _wait_ns(self) -> int:
        """The time until the next frame is on the wall, or until a waiting packet may be sent."""
        now_ns = self._service.clock.now_ns()
        moments = [self._board.next_ns(now_ns), self._sender.next_ns()]
        ahead_ns = [moment - now_ns for moment in moments if moment is not None and moment > now_ns]
        return min([LONGEST_WAIT_NS, *ahead_ns])

    def _note(self, record: Command | CommandResult) -> None:
        """Identify a fixture once the conductor has accepted the command: its arguments are then valid."""
        if isinstance(record, Command) and record.name == IDENTIFY.name:
            self._asked[record.number] = str(record.arguments.get("fixture"))
            while len(self._asked) > MOST_ASKED:
                del self._asked[next(iter(self._asked))]
        elif isinstance(record, CommandResult) and (name := self._asked.pop(record.number, None)) and record.accepted:
            self._board.identify(name, self._service.clock.now_ns())

    def _listen(self, now_ns: int) -> None:
        if now_ns < self._ear_ns:
            return
        self._ear_ns = now_ns + EAR_NS
        for packet in self._ear.packets() if self._ear is not None else ():
            with self._service.edge.net("datagram"):
                self._rivals.hear(packet, now_ns)
        if self._poll is not None:
            self._poll.answer(self._service.edge, now_ns)

    def _state(self, now_ns: int) -> LightsState:
        told, owned = self._told, self._rivals.owned(now_ns)
        return LightsState(
            fixtures=told.fixtures if told else (),
            protocol=self._protocol if self._on else OFF,
            released=told.released if told else False,
            desk=tuple(sorted(owned)),
            desk_name=", ".join(sorted(set(owned.values()))),
            rate_hz=self._sender.rate_hz(now_ns),
            lag_frames=told.lag_frames if told else 0,
            packets=self._sender.packets,
            error=self._sender.error,
            deaf=next((each.deaf for each in (self._ear, self._poll) if each is not None), ""),
        )


def light(service: Service) -> None:
    """Follow the set until told to stop; then release the fixtures to other sources."""
    stage = load_stage(service.stage_path)
    lights = stage.lights
    cid = cid_of(stage.name, socket.gethostname())
    universes = sorted({fixture.universe for fixture in stage.fixtures})
    ear = Ear(universes, lights.interface) if lights.listen and lights.on and lights.protocol == "sacn" else None
    poll = poll_ear(lights, stage.name, universes) if lights.listen else None
    with closing(SequenceBook(service.run_dir)) as book:
        sender = LightSender(lights, WIRES[lights.protocol](lights, cid), book, service.clock)
        with closing(sender):
            loop = LightLoop(service, stage, sender, (ear, poll), cid)
            try:
                while not service.stopping:
                    loop.turn()
            finally:
                loop.close()
                for each in (ear, poll):
                    if each is not None:
                        each.close()


def main() -> None:
    """`python -m stage.lights.service --stage FILE --run-dir DIR`."""
    run_service("lights", light)


if __name__ == "__main__":
    main()
