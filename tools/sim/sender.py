"""Sends simulated datagrams over UDP, each at its moment, and records the truth."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO

from stage.clock import Clock
from stage.errors import InputError
from tools.sim.faults import Faults, Timed
from tools.sim.receivers import Receiver
from tools.sim.tracker import SimulatedTracker

Address = tuple[str, int] | Receiver


def run(
    tracker: SimulatedTracker,
    address: Address,
    clock: Clock,
    *,
    seconds: float | None = None,
    faults: Faults | None = None,
    truth: TextIO | None = None,
    motion_name: str = "",
    stopping: Callable[[], bool] = lambda: False,
    late: bool = False,
) -> int:
    """Act as a tracker for `seconds`, or until asked to stop; returns the number of datagrams sent.

    `late`: it is switched on some time after its epoch, and never sends what was due before.

    `truth` gets JSON lines: the tracker's settings, then the true pose of every packet. Raises InputError for an
    address that cannot be sent to.
    """
    first = tracker.first_due(clock.now_ns()) if late else 0
    stream = tracker.packets(None if seconds is None else tracker.count_in(seconds), first)
    if truth is not None:
        stream = _told(tracker, stream, first, truth, motion_name)
    return send((faults or Faults()).wrap(stream, tracker.settings.seed), address, clock, stopping)


def send(stream: Iterable[Timed], address: Address, clock: Clock, stopping: Callable[[], bool] = lambda: False) -> int:
    """Send a stream, each datagram at its moment, until its end or until asked to stop; returns the number sent.

    A missing receiver makes no difference: a tracker does not know. Raises InputError for an address that cannot
    be sent to.
    """
    sent = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        try:
            if isinstance(address, Receiver) and address.card is not None:
                udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(address.card))
            resolved = (socket.gethostbyname(address[0]), address[1])
            for moment_ns, datagram in stream:
                clock.sleep_until_ns(moment_ns)
                if stopping():
                    break
                udp.sendto(datagram, resolved)
                sent += 1
        except (OSError, OverflowError, UnicodeError) as error:
            where = f"{address[0]}:{address[1]}"
            raise InputError(where, "", f"cannot be sent to ({error})", "Give HOST:PORT of the receiver") from error
    return sent


def _told(
    tracker: SimulatedTracker, stream: Iterator[Timed], first: int, truth: TextIO, motion_name: str
) -> Iterator[Timed]:
    """The stream from packet `first` on; writes the truth of every packet as it is made."""
    truth.write(json.dumps(tracker.truth_header(motion_name)) + "\n")
    for n, timed in enumerate(stream, first):
        truth.write(json.dumps(tracker.truth_line(n)) + "\n")
        yield timed
