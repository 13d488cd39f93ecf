"""The OSC process: datagrams of remote controls -> commands; answers and state -> datagrams."""

from __future__ import annotations

import logging
import socket
from functools import partial
from ipaddress import ip_address, ip_network

from stage.errors import InputError, PacketError
from stage.files.loading import load_stage
from stage.library.completion import completed
from stage.library.preset_store import PresetStore, stamp_of
from stage.maths.frame_clock import FrameClock
from stage.messages.commands import Command, CommandResult, OnAir
from stage.messages.topics import Record
from stage.model.osc import Osc
from stage.model.stagefile import Stage
from stage.osc.arguments import World
from stage.osc.desk import OscDesk, Send
from stage.osc.feedback import Address, Listeners
from stage.osc.standing import StandingWatch
from stage.osc.wire import LARGEST, calls_of, datagram_of
from stage.process.service import Service, run_service
from stage.units import NS_PER_S

WAIT_S = 0.005
MOST_AT_ONCE = 256
"""The most datagrams per turn, to leave time for the bus."""
RECEIVE_BUFFER = 1 << 20
HEARD = ("show.air", "command.result", "frame.report", "tracking.health", "process.heartbeat", "alert")
LOOK_AGAIN_NS = NS_PER_S

log = logging.getLogger("openstage.osc")


class OscLoop:
    """One socket, one desk."""

    def __init__(self, service: Service, stage: Stage, settings: Osc) -> None:
        self._service = service
        self._edge = service.edge
        self._allowed = tuple(ip_network(each, strict=False) for each in settings.allow)
        self._presets = _Presets(service, stage)
        always = [_address(each) for each in settings.feedback]
        complete = partial(completed, service.stage_path.parent)
        period_ns = FrameClock(stage.rate_hz).period_ns
        self.desk = OscDesk(settings.prefix, period_ns, Listeners(always), complete, self._presets.world)
        self._records = service.bus.subscriber(*HEARD)
        self._socket = bound(settings)
        self._watch = StandingWatch()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._socket.getsockname()[1])

    def turn(self) -> None:
        """Take in datagrams and records, then publish and send what is due."""
        self._take_datagrams()
        for record in self._records.receive():
            with self._edge.net("record"):
                self._hear(record)
        now_ns = self._service.clock.now_ns()
        self.desk.standing = self._watch.standing(now_ns)
        with self._edge.net("fader"):
            self._give(*self.desk.turn(now_ns))
        self._service.beat(ready=True)

    def close(self) -> None:
        """Stop listening."""
        self._records.close()
        self._socket.close()

    def _give(self, commands: list[Command], sends: list[Send]) -> None:
        for command in commands:
            self._service.publish(command)
        for who, call in sends:
            with self._edge.net("answer", who[0]):
                self._socket.sendto(datagram_of(call.address, *call.arguments), who)

    def _hear(self, record: Record) -> None:
        if isinstance(record, OnAir):
            self.desk.air = record
        elif isinstance(record, CommandResult):
            self.desk.answered(record)
        else:
            self._watch.hear(record, self._service.clock.now_ns())

    def _take_datagrams(self) -> None:
        for count in range(MOST_AT_ONCE):
            try:
                self._socket.settimeout(0.0 if count else WAIT_S)
                datagram, sender = self._socket.recvfrom(LARGEST)
            except (TimeoutError, BlockingIOError, InterruptedError):
                return
            except OSError as error:  # a listener that is gone answers with an ICMP error
                self._edge.refuse(f"socket: {error.strerror}")
                return
            with self._edge.net("datagram", sender[0]):
                self._take(datagram, (str(sender[0]), int(sender[1])))

    def _take(self, datagram: bytes, sender: Address) -> None:
        if not any(ip_address(sender[0]) in network for network in self._allowed):
            raise PacketError("sender")
        try:
            calls = calls_of(datagram)
        except PacketError as error:
            self.desk.unread(datagram, error, sender, self._service.clock.now_ns())
            raise
        for call in calls:
            with self._edge.net("call", sender[0]):
                self.desk.hear(call, sender, self._service.clock.now_ns())


class _Presets:
    """The presets in the page's order, read again when their folders change."""

    def __init__(self, service: Service, stage: Stage) -> None:
        store = PresetStore(service.stage_path.parent)
        self._store, self._clock = store, service.clock
        self._walls = tuple(wall.name for wall in stage.walls)
        self._cameras = tuple(camera.name for camera in stage.cameras)
        self._stamp = stamp_of(store.folders)
        self._seen: object = None
        self._names: list[str] = []
        self._next_ns = 0

    def world(self, recalled: str | None) -> World:
        """What addresses can refer to now."""
        now_ns = self._clock.now_ns()
        if now_ns >= self._next_ns:
            self._next_ns = now_ns + LOOK_AGAIN_NS
            if (seen := self._stamp()) != self._seen:
                self._seen, self._names = seen, self._store.names()
        return World(self._names, recalled, self._walls, self._cameras)


def bound(settings: Osc) -> socket.socket:
    """A listening socket. Raises InputError where the address cannot be bound."""
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        made.bind((settings.host, settings.port))
    except OSError as error:
        made.close()
        where = f"{settings.host}:{settings.port}"
        raise InputError("osc", "port", f"cannot listen on {where}: {error.strerror}", "Choose another port") from error
    return made


def _address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    return host, int(port)


def remote_control(service: Service) -> None:
    """Listen to remote controls until told to stop."""
    stage = load_stage(service.stage_path)
    loop = OscLoop(service, stage, stage.osc or Osc())
    log.info("OSC on UDP port %d", loop.port)
    try:
        while not service.stopping:
            loop.turn()
    finally:
        loop.close()


def main() -> None:
    """`python -m stage.osc.service --stage FILE --run-dir DIR`."""
    run_service("osc", remote_control)


if __name__ == "__main__":
    main()
