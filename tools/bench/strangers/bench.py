"""`openstage bench strangers`: everything a stranger may try at the doors of a running stage, and what came of it.

The real processes, with PINs and TLS. All must be refused, and what reaches a process must be counted there: its
heartbeat says how much it has refused.
"""

from __future__ import annotations

import json
import os
import socket
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from stage.bus.bus import Subscriber
from stage.clock import wall_clock_utc_s
from stage.console.door.certificate import kept_certificate, utc_of
from stage.console.door.keys import keys_of
from stage.console.link.web_server import ADDRESS_FILE, SOCKET_FILE
from stage.errors import ProcessError
from stage.files.loading import load_stage
from stage.manager.table import RunOptions, side_processes
from stage.messages.control import Heartbeat
from stage.messages.samples import SourceHealth
from stage.units import NS_PER_S
from tools.bench.strangers.forwarder import Forwarder
from tools.bench.strangers.tries import TRIES, Doors, other_user
from tools.bench.strangers.visit import Way
from tools.live.free_port import free_port
from tools.live.live_stage import START_LIMIT_NS, LiveStage, live_stage, offscreen_show

TRACKING = "tracking"
"""Says in its sources' health what it refused."""
OTHER_USER = "another user of this machine"
SETTLE_NS = NS_PER_S
"""Heartbeats come five times a second: so long until one has said what was counted."""
ELSEWHERE = "192.0.2.1"
"""An address of the range kept for documents (RFC 5737): the only one that the stage hears datagrams from."""
STAGE_TEXT = """
schema = "stage/1"
name = "strangers"
frame_rate = "24"
scene = "courtyard"

[[walls]]
kind = "flat"
name = "main"
position_m = [0.0, 4.0, 0.0]
peak_nits = 1500.0
cabinets = {{ columns = 2, rows = 1, size_px = [100, 100], pitch_mm = 20.0 }}

[[outputs]]
name = "left"
size_px = [200, 100]
tiles = [{{ tile = "main/all" }}]

[[sources]]
name = "tracker"
protocol = "freed"
port = {tracking}
rate_hz = 60.0
allow = ["{elsewhere}"]

[osc]
port = {osc}
allow = ["{elsewhere}"]
"""


def stranger_figures() -> dict[str, object]:
    """Tries, how many were refused and how many counted, by kind of stranger. Raises ProcessError."""
    ports = {role: free_port(socket.SOCK_DGRAM) for role in ("osc", "tracking")}
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
        path = Path(folder) / "strangers.toml"
        path.write_text(STAGE_TEXT.format(elsewhere=ELSEWHERE, **ports), encoding="utf-8")
        made = kept_certificate(Path(folder), ["127.0.0.1"], utc_of(wall_clock_utc_s()))
        options = RunOptions(True, ("127.0.0.1", 0), pins=True, tls=(str(made.certificate), str(made.key)))
        side = [each for each in side_processes(load_stage(path), options) if each.role in ("console", "osc")]
        with live_stage(path, (*offscreen_show(null_driver=False), *side)) as live:
            return _figures(live, ports)


def _figures(live: LiveStage, ports: dict[str, int]) -> dict[str, object]:
    beats = live.bus.subscriber("process.heartbeat", "tracking.health")
    doors = _doors(live, ports)
    with closing(Forwarder(doors.front.place or ("", 0))) as forwarder:
        forwarded = replace(doors, forwarded=Way(forwarder.place, True, doors.front.host))
        rows, good = _tried(live, beats, forwarded)
    if os.geteuid() == 0:
        outcomes = list(other_user(doors))
        rows[OTHER_USER] = {"tried": len(outcomes), "refused": sum(outcomes)}
        good = good and all(outcomes)
    else:
        rows[OTHER_USER] = "not tried: only root can become another user"
    return {"strangers": rows, "good": good}


def _tried(live: LiveStage, beats: Subscriber, doors: Doors) -> tuple[dict[str, object], bool]:
    rows: dict[str, object] = {}
    good = True
    for name, role, tries in TRIES:
        before = _refused(live, beats, role)
        outcomes = list(tries(doors))
        counted = _refused(live, beats, role) - before
        rows[name] = {"tried": len(outcomes), "refused": sum(outcomes), "counted": counted}
        good = good and all(outcomes) and counted > 0
    return rows, good


def _doors(live: LiveStage, ports: dict[str, int]) -> Doors:
    """Wait until the stage shows something, then say where its doors are."""
    address = live.run_dir / ADDRESS_FILE
    own = Way(None, False, "localhost", live.run_dir / SOCKET_FILE)
    given_up_ns = live.clock.now_ns() + START_LIMIT_NS
    while not (address.is_file() and b'"air/"' in own.ask("GET", "/api/state").body):
        live.check()
        if live.clock.now_ns() > given_up_ns:
            raise ProcessError("the console did not answer")
        live.clock.rest_until_ns(live.clock.now_ns() + NS_PER_S // 10)
    parts = urlsplit(json.loads(address.read_text())["url"])
    place = (str(parts.hostname), int(parts.port or 0))
    front = Way(place, True, f"{place[0]}:{place[1]}")
    return Doors(front, front, own, keys_of(live.run_dir), live.run_dir, ports)


def _refused(live: LiveStage, beats: Subscriber, role: str) -> int:
    """What a process says it has refused so far, once its next reports are in."""
    until_ns, found = live.clock.now_ns() + SETTLE_NS, -1
    while live.clock.now_ns() < until_ns or found < 0:
        live.check()
        for record in beats.receive(NS_PER_S // 10):
            if isinstance(record, Heartbeat) and record.role == role != TRACKING:
                found = record.refused
            elif isinstance(record, SourceHealth) and role == TRACKING:
                found = sum(count for _, count in record.rejected)
    return found
