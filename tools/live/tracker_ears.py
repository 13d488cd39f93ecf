"""Datagrams of trackers: off a port, or, where the running stage has that port, as its tracking process hears them."""

from __future__ import annotations

import selectors
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from stage.bus.zmq_bus import ZmqBus
from stage.clock import Clock, realtime_ns
from stage.errors import InputError
from stage.files.loading import load_stage
from stage.messages.takes import Datagram
from stage.units import NS_PER_S
from tracking.receiver import LARGEST_DATAGRAM, STAMP_ROOM, Ear, arrived_ns, listening_ears, open_port


class HeardDatagram(NamedTuple):
    """A datagram, when it came and from whom."""

    received_ns: int
    sender: str
    data: bytes


class PortEars:
    """Listens on a port of this machine. Raises InputError where it cannot."""

    def __init__(self, ear: Ear, clock: Clock) -> None:
        self._clock = clock
        self._socket = open_port(ear, "tracker listen", "port")
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._socket, selectors.EVENT_READ)
        self.where = f"{ear.host}:{ear.port}" if ear.group is None else f"{ear.group}:{ear.port}"

    def heard(self, wait_ns: int) -> Iterator[HeardDatagram]:
        """What has come; waits for the first, at most so long."""
        if not self._selector.select(wait_ns / NS_PER_S):
            return
        while True:
            try:
                data, ancillary, _, sender = self._socket.recvmsg(LARGEST_DATAGRAM, STAMP_ROOM)
            except BlockingIOError:
                return
            yield HeardDatagram(arrived_ns(ancillary, self._clock.now_ns(), realtime_ns()), sender[0], data)

    def close(self) -> None:
        """Close the port."""
        self._selector.close()
        self._socket.close()


class StageEars:
    """Hears what the tracking process of a running stage hears on a port, refused datagrams too."""

    def __init__(self, run_dir: Path, stage_path: Path, port: int) -> None:
        """Raises InputError where no source of the stage listens on that port."""
        ears = listening_ears(load_stage(stage_path).sources)
        self._ports = {index for index, ear in enumerate(ears) if ear.port == port}
        if not self._ports:
            listed = ", ".join(str(ear.port) for ear in ears) or "none"
            problem = f"port {port} is in use, and not by the stage that runs (its ports: {listed})"
            raise InputError(
                "tracker listen", str(port), problem, f"End the program that `ss -lunp 'sport = {port}'` names"
            )
        self._bus = ZmqBus.in_directory(run_dir)
        self._records = self._bus.subscriber("tracking.datagram")
        self.where = f"port {port}, as the running stage hears it"

    def heard(self, wait_ns: int) -> Iterator[HeardDatagram]:
        """What has come; waits for the first, at most so long."""
        for record in self._records.receive(wait_ns):
            if isinstance(record, Datagram) and record.port in self._ports:
                yield HeardDatagram(record.received_ns, record.sender, record.data)

    def close(self) -> None:
        """Leave the bus."""
        self._bus.close()


Ears = PortEars | StageEars
