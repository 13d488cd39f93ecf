"""Checks that the tracking process neither loses, invents nor alters anything: the real process, real UDP, all
compared.

A separate sender sends the packets of many trackers, with bad datagrams mixed in; every sample on the bus is compared
with the bytes that were sent.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from socket import SOCK_DGRAM

from stage.bus.bus import Subscriber
from stage.clock import process_cpu_ns
from stage.files.loading import load_stage
from stage.manager.table import Process
from stage.messages.samples import SourceHealth, TrackingSample
from stage.messages.topics import Record
from stage.units import NS_PER_S
from tools.bench.ingest.check import FOCAL_LENGTH_MM, PUPIL_M, compared, flooded_figures
from tools.bench.ingest.traffic import Traffic
from tools.live.free_port import free_port
from tools.live.live_stage import LiveStage, live_stage, wait_for_record
from tracking.source_track import SharedPort, SourceTrack

LEAD_NS = 2 * NS_PER_S
"""From starting the sender to its first packet: time to start Python."""
QUIET_NS = NS_PER_S
"""After the sender has ended, this long without a sample or another count means that everything has arrived."""
THROUGHPUT_PACKETS = 20_000

STAGE_HEAD = """schema = "stage/1"
name = "ingest"
scene = "none"
walls = [{ kind = "flat", name = "w", cabinets = { columns = 1, rows = 1, size_px = [16, 9], pitch_mm = 10.0 } }]
outputs = [{ name = "o", size_px = [16, 9], tiles = [{ tile = "w/all" }] }]
"""
STAGE_SOURCE = """
[[sources]]
name = "s{n}"
port = {port}
camera_id = {camera_id}
rate_hz = {rate_hz}
counter = "user-16"

[[cameras]]
name = "c{n}"
source = "s{n}"
sensor_mm = [24.0, 13.5]
lens = {{ points = [{{ focal_length_mm = {focal}, entrance_pupil_m = {pupil} }}] }}
"""


def ingest_figures(
    sources: int = 8, rate_hz: int = 240, seconds: float = 30.0, malformed: bool = True, junk_hz: int = 0
) -> dict[str, object]:
    """Send, listen, compare. `good` is True if nothing was lost or wrong, every refusal was counted by its reason, and
    the process is alive at the end: an exception would have ended it. `junk_hz`: so many datagrams a second besides,
    that are no packets, to the same ports; then `good` asks that no packet is lost for which the kernel had room, and
    that what was refused and what found no room is everything else. Raises ProcessError if it does not start."""
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
        ports = [free_port(SOCK_DGRAM) for _ in range(sources)]
        path = Path(folder) / "stage.toml"
        path.write_text(stage_text(ports, rate_hz))
        with live_stage(path, [Process("tracking", "tracking.service")]) as live:
            subscriber = live.bus.subscriber("tracking.sample", "tracking.health", "process.loop")
            wait_for_record(live, subscriber, SourceHealth)
            traffic = Traffic(sources, rate_hz, seconds, malformed, live.clock.now_ns() + LEAD_NS)
            with _flooded(traffic, junk_hz, ports) as flood:
                records, sent = _listen(live, subscriber, traffic, ports, flood)
                junk_sent = int(flood.communicate()[0] or 0)
            (tracking,) = live.children
            alive = tracking.exit_code() is None
        throughput = checked_samples_per_s(path, traffic)
    figures = flooded_figures(traffic, records, sent, junk_sent) if junk_hz else compared(traffic, records, sent)
    return {
        "good": alive and bool(figures.pop("good" if junk_hz else "exact")),
        "sources": sources,
        "rate_hz": rate_hz,
        "seconds": seconds,
        **figures,
        "process_alive": alive,
        "checked_samples_per_s_core": round(throughput),
    }


def stage_text(ports: Sequence[int], rate_hz: int) -> str:
    """A stage of one small wall with a FreeD source and a camera for every port."""
    return STAGE_HEAD + "".join(
        STAGE_SOURCE.format(
            n=n, port=port, camera_id=n + 1, rate_hz=float(rate_hz), focal=FOCAL_LENGTH_MM, pupil=PUPIL_M
        )
        for n, port in enumerate(ports)
    )


def checked_samples_per_s(stage_path: Path, traffic: Traffic) -> float:
    """How many packets a second one core turns into checked samples: decode, guard, condition; CPU time."""
    stage = load_stage(stage_path)
    port = SharedPort([SourceTrack(stage.sources[0], stage.cameras)])
    tracker = traffic.tracker(0)
    packets = [tracker.packet(n)[1] for n in range(min(THROUGHPUT_PACKETS, 10 * traffic.packets_per_source()))]
    period_ns = NS_PER_S // traffic.rate_hz
    started_ns = process_cpu_ns()
    accepted = sum(len(port.take(packet, "127.0.0.1", n * period_ns)) for n, packet in enumerate(packets))
    return accepted * NS_PER_S / (process_cpu_ns() - started_ns)


@contextmanager
def _flooded(traffic: Traffic, junk_hz: int, ports: Sequence[int]) -> Iterator[subprocess.Popen[str]]:
    """Junk to the sources' ports while they send; nothing where none is asked for."""
    seconds = math.ceil(traffic.seconds) if junk_hz else 0
    numbers = [junk_hz, seconds, traffic.epoch_ns, *ports]
    command = [sys.executable, "-m", "tools.bench.ingest.junk", *map(str, numbers)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as flood:
        yield flood


def _listen(
    live: LiveStage, subscriber: Subscriber, traffic: Traffic, ports: Sequence[int], flood: subprocess.Popen[str]
) -> tuple[list[Record], int]:
    """Everything on the bus from before the first packet until it is quiet after the last, and how many were sent."""
    command = [sys.executable, "-m", "tools.bench.ingest.sender", json.dumps(traffic.document())]
    records: list[Record] = []
    with subprocess.Popen([*command, *map(str, ports)], stdout=subprocess.PIPE, text=True) as sender:
        while sender.poll() is None or flood.poll() is None:
            records += subscriber.receive(NS_PER_S // 10)
        sent = int(sender.communicate()[0] or 0)
    until_ns = live.clock.now_ns() + QUIET_NS
    counted: dict[str, tuple[object, ...]] = {}
    while (left_ns := until_ns - live.clock.now_ns()) > 0:
        for record in subscriber.receive(left_ns):
            records.append(record)
            if isinstance(record, SourceHealth):
                told = (record.accepted, record.rejected)
                changed, counted[record.source] = counted.get(record.source) != told, told
            else:
                changed = isinstance(record, TrackingSample)
            if changed:
                until_ns = live.clock.now_ns() + QUIET_NS
    return records, sent
