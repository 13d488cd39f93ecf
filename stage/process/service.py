"""What every process of a stage has: its arguments, the bus, a heartbeat, a clean stop, and its log.

A role is a module with `def main()`: `run_service("tracking", loop)`. The manager starts it as
`python -m MODULE --stage FILE --run-dir DIR`, logs to standard error, and ends on SIGTERM.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from stage.bus.bus import Bus, Publisher
from stage.bus.zmq_bus import ZmqBus
from stage.clock import Clock, MonotonicClock
from stage.errors import OpenStageError, exit_code_of
from stage.messages.control import Heartbeat
from stage.messages.topics import Record
from stage.process.bounded_log import begin_log
from stage.process.edge import Edge
from stage.process.keeping import Keeping
from stage.process.standby import Standby
from stage.units import NS_PER_S

HEARTBEAT_NS = NS_PER_S // 5
FOLLOW_S = 0.1
"""How often a spare follows the stage."""
DEFAULT_LISTEN = ("127.0.0.1", 0)
"""Where the console's page is served by default: on this machine only, at a free port."""

log = logging.getLogger("openstage")


class Service:
    """One running role. Its loop asks `stopping` each turn and calls `beat` as often as it likes.

    `edge` is the net round whatever comes from outside, `keeping` writes what is kept in files.
    `offscreen`: outputs are rasters in memory, regardless of screens in the stage file (render).
    `windowed`: every output is shown in an ordinary window (render).
    `digests`: reports say what the outputs carried (render).
    `listen`: host and port of the page (console); `listen_fd`: an inherited socket that already listens there; `pins`:
    whether whoever opens the page needs one; `tls`: certificate and key where it is served over TLS.
    """

    def __init__(
        self,
        role: str,
        stage_path: Path,
        run_dir: Path,
        bus: Bus,
        clock: Clock,
        *,
        offscreen: bool = False,
        windowed: bool = False,
        digests: bool = False,
        listen: tuple[str, int] = DEFAULT_LISTEN,
        listen_fd: int | None = None,
        pins: bool = False,
        tls: tuple[Path, Path] | None = None,
        standby: Standby | None = None,
    ) -> None:
        self.role = role
        self.stage_path = stage_path
        self.run_dir = run_dir
        self.bus = bus
        self.clock = clock
        self.edge = Edge(clock.now_ns)
        self.keeping = Keeping()
        self.offscreen = offscreen
        self.windowed = windowed
        self.digests = digests
        self.listen = listen
        self.listen_fd = listen_fd
        self.pins = pins
        self.tls = tls
        self.stopping = False
        self._standby = standby
        self.publisher: Publisher
        if standby is None:
            self.publisher = bus.publisher(role)
        self._beat = 0
        self._next_beat_ns = 0

    def publish(self, record: Record) -> None:
        """Publish on this role's endpoint."""
        self.publisher.publish(record)

    @property
    def stands_by(self) -> bool:
        """Whether another process does the work, and this one is its spare."""
        return self._standby is not None

    def await_turn(self, follow: Callable[[], object]) -> None:
        """Where this is a spare: call `follow` ten times a second until the work is to be taken over. Until then
        nothing may be published: the endpoint is the other process's."""
        if self._standby is None:
            return
        while not self._standby.told(FOLLOW_S):
            if self.stopping:
                self._standby.end()
            follow()
        self._standby = None
        self.publisher = self.bus.publisher(self.role)

    def beat(self, ready: bool) -> None:
        """Publish a heartbeat, at most five times a second, and what cannot be kept; a spare publishes nothing."""
        now_ns = self.clock.now_ns()
        if now_ns < self._next_beat_ns or self._standby is not None:
            return
        self._next_beat_ns = now_ns + HEARTBEAT_NS
        self._beat += 1
        edge = self.edge
        self.publish(
            Heartbeat(self.role, os.getpid(), self._beat, now_ns, ready=ready, refused=edge.count, refusal=edge.last)
        )
        for alert in self.keeping.alerts(now_ns):
            self.publish(alert)

    def stop(self) -> None:
        """End the loop after this turn."""
        self.stopping = True


def run_service(role: str, loop: Callable[[Service], None]) -> None:
    """The main function of a role: arguments, log, signals, then the loop until it is told to stop.

    Exits with 2 where the user's input is wrong (the manager does not retry), with 1 on any other error (the manager
    restarts it).
    """
    given, clock = _arguments(role), MonotonicClock()
    begin_log(role, given.run_dir / "logs" / f"{role}.log", clock.now_ns)
    bus = ZmqBus.in_directory(given.run_dir, bound_fds=None if given.bus_fd is None else {role: given.bus_fd})
    service = Service(
        role,
        given.stage,
        given.run_dir,
        bus,
        clock,
        offscreen=given.offscreen,
        windowed=given.windowed,
        digests=given.digests,
        listen=given.listen,
        listen_fd=given.listen_fd,
        pins=given.pins,
        tls=None if given.tls is None else (given.tls[0], given.tls[1]),
        standby=Standby.on_standard_input() if given.standby else None,
    )

    def on_signal(number: int, frame: FrameType | None) -> None:
        service.stop()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    try:
        loop(service)
    except OpenStageError as error:
        log.error("%s", error)
        sys.exit(exit_code_of(error))
    finally:
        bus.close()


def settle() -> None:
    """After warm-up of a real-time loop: no garbage collection from here on (a full one stops 50 ms)."""
    gc.collect()
    gc.freeze()
    gc.disable()


def _arguments(role: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=f"The {role} process of a stage; started by the manager.")
    parser.add_argument("--stage", type=Path, required=True)
    parser.add_argument("--run-dir", type=Path, required=True)
    parser.add_argument("--offscreen", action="store_true")
    parser.add_argument("--windowed", action="store_true")
    parser.add_argument("--digests", action="store_true")
    parser.add_argument("--standby", action="store_true", help="be a spare; the manager is at standard input")
    parser.add_argument("--bus-fd", type=int, help="an inherited socket that listens at the endpoint")
    parser.add_argument("--listen-fd", type=int)
    parser.add_argument("--pins", action="store_true", help="whoever opens the page needs one")
    parser.add_argument("--tls", type=Path, nargs=2, metavar=("CERTIFICATE", "KEY"))
    parser.add_argument("--listen", type=_host_and_port, default=DEFAULT_LISTEN, metavar="HOST:PORT")
    return parser.parse_args()


def _host_and_port(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT")
    return host, int(port)
