"""The real tracking process, over real UDP: under fire, with malformed datagrams and junk; every protocol alone, in a
multicast group, several on one port, and as other implementations write it."""

from __future__ import annotations

import socket
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from socket import SOCK_DGRAM

from stage.files.loading import load_stage
from stage.manager.table import Process
from stage.messages.samples import SourceHealth, TrackingSample
from stage.units import NS_PER_S
from tools.bench.ingest.ingest import ingest_figures
from tools.dev.interop import Row, inward_rows, makers
from tools.dev.interop_out import outward_rows
from tools.live.free_port import free_port
from tools.live.live_stage import LiveStage, live_stage, wait_for_record
from tools.sim.motion import motion_named
from tools.sim.receivers import receiver_of
from tools.sim.tracker import SimulatedTracker, settings_for_source

COUNT = 60
PATIENCE_NS = 60 * NS_PER_S
"""Only a limit for what never comes."""
HEAD = """schema = "stage/1"
name = "protocols"
scene = "none"
walls = [{ kind = "flat", name = "w", cabinets = { columns = 1, rows = 1, size_px = [16, 9], pitch_mm = 10.0 } }]
outputs = [{ name = "o", size_px = [16, 9], tiles = [{ tile = "w/all" }] }]
"""
CAMERA = """
[[cameras]]
name = "{name}"
source = "{name}"
sensor_mm = [24.0, 13.5]
lens = {{ points = [{{ focal_length_mm = 24.0 }}] }}
"""
SOURCES = {
    "freed": 'protocol = "freed"\nvendor = "sony"',
    "freed-group": 'protocol = "freed"\ngroup = "239.135.7.9"',
    "opentrackio": 'protocol = "opentrackio"\nsource_number = 3\ngroup = ""',
    "opentrackio-group": 'protocol = "opentrackio"\nsource_number = 4',
    "osc": 'protocol = "osc"\npreset = "vrchat"\nid = "2"',
    "psn": 'protocol = "psn"\ntracker = 7\ngroup = ""',
    "psn-group": 'protocol = "psn"\ntracker = 8',
}
SHARED = ("freed", "opentrackio", "osc", "psn")
"""These listen on one port."""


def stage_file(folder: Path) -> Path:
    shared, path = free_port(SOCK_DGRAM), folder / "stage.toml"
    text = HEAD
    for name, settings in SOURCES.items():
        port = shared if name in SHARED else free_port(SOCK_DGRAM)
        text += f'\n[[sources]]\nname = "{name}"\nport = {port}\n{settings}\n' + CAMERA.format(name=name)
    path.write_text(text)
    return path


def test_every_protocol_becomes_samples_where_the_camera_is(tmp_path: Path) -> None:
    path = stage_file(tmp_path)
    stage = load_stage(path)
    trackers = {
        source.name: SimulatedTracker(
            replace(
                settings_for_source(stage, source, "still"),
                motion=motion_named("crane"), rate_hz=Fraction(240), noise_mm=0.0, noise_deg=0.0,
            )
        )
        for source in stage.sources
    }  # fmt: skip
    with live_stage(path, [Process("tracking", "tracking.service")]) as live:
        heard = live.bus.subscriber("tracking.sample", "tracking.health")
        wait_for_record(live, heard, SourceHealth)
        with socket.socket(socket.AF_INET, SOCK_DGRAM) as udp:
            udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
            for n in range(COUNT):
                for source in stage.sources:
                    udp.sendto(trackers[source.name].packet(n)[1], receiver_of(source)[:2])
                live.clock.rest_until_ns(live.clock.now_ns() + NS_PER_S // 240)
        health = until_all_came(live, {source.name for source in stage.sources})
    assert {name: record.accepted for name, record in health.items()} == dict.fromkeys(SOURCES, COUNT)
    refused = sum((Counter(dict(record.rejected)) for record in health.values()), Counter[str]())
    assert set(refused) <= {"overtaken", "repeat"}, "only clocks may leave packets out"


def until_all_came(live: LiveStage, names: set[str]) -> dict[str, SourceHealth]:
    """The newest health of every source, once each has taken all its packets."""
    given_up_ns, newest = live.clock.now_ns() + PATIENCE_NS, dict[str, SourceHealth]()
    health = live.bus.subscriber("tracking.health")
    while live.clock.now_ns() < given_up_ns:
        for record in health.receive(NS_PER_S // 5):
            if isinstance(record, SourceHealth):
                newest[record.source] = record
        if {name for name, record in newest.items() if record.accepted >= COUNT} == names:
            break
        live.check()
    return newest


def test_a_sample_is_where_the_camera_is_in_every_protocol(tmp_path: Path) -> None:
    path = stage_file(tmp_path)
    stage = load_stage(path)
    with live_stage(path, [Process("tracking", "tracking.service")]) as live:
        heard = live.bus.subscriber("tracking.sample", "tracking.health")
        wait_for_record(live, heard, SourceHealth)
        true, newest = {}, dict[str, TrackingSample]()
        with socket.socket(socket.AF_INET, SOCK_DGRAM) as udp:
            udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
            for source in stage.sources:
                quiet = replace(settings_for_source(stage, source, "survey"), noise_mm=0.0, noise_deg=0.0)
                tracker = SimulatedTracker(quiet)
                true[source.name] = tracker.true_pupil(5)
                udp.sendto(tracker.packet(5)[1], receiver_of(source)[:2])
        given_up_ns = live.clock.now_ns() + PATIENCE_NS
        while set(newest) != set(SOURCES) and live.clock.now_ns() < given_up_ns:
            for record in heard.receive(NS_PER_S // 5):
                if isinstance(record, TrackingSample):
                    newest[record.source] = record
            live.check()
    for name, sample in newest.items():
        difference = max(abs(a - b) for a, b in zip(sample.position_m, true[name].position_m, strict=True))
        assert difference < 5e-5, name
    assert set(newest) == set(SOURCES)


def test_we_understand_every_other_implementation() -> None:
    rows = inward_rows(makers())
    assert {row.protocol for row in rows} == {"freed", "opentrackio", "osc", "psn"}
    assert [row for row in rows if not row.good] == []


def test_other_implementations_understand_us() -> None:
    assert [row for row in (Row(*told) for told in outward_rows()) if not row.good] == []


def test_nothing_is_lost_nothing_wrong_and_every_refusal_counted() -> None:
    figures = ingest_figures(sources=8, rate_hz=240, seconds=2.0)
    assert (figures["lost"], figures["invented"], figures["wrong"]) == (0, 0, 0)
    assert (figures["packets_sent"], figures["samples"]) == (3840, 3840)
    assert figures["malformed_counted"] == figures["malformed_sent"]
    assert figures["process_alive"] is True
    assert figures["good"] is True


def test_clean_traffic_has_no_refusals() -> None:
    figures = ingest_figures(sources=1, rate_hz=60, seconds=0.5, malformed=False)
    assert figures["malformed_counted"] == {}
    assert figures["good"] is True


def test_a_flood_of_junk_loses_no_packet_that_the_kernel_had_room_for() -> None:
    """And every datagram is accounted for, whatever this machine has time for."""
    figures = ingest_figures(sources=4, rate_hz=120, seconds=1.0, malformed=False, junk_hz=5000)
    assert figures["good"] is True
    assert figures["junk_sent"] == 5000
