"""The ingest bench's traffic is refused for the reasons it says, and its comparison sees every kind of error."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from stage.files.loading import load_stage
from stage.messages.samples import SourceHealth, TrackingSample
from stage.messages.topics import Record
from tools.bench.ingest.check import compared
from tools.bench.ingest.ingest import checked_samples_per_s, stage_text
from tools.bench.ingest.traffic import GOOD, Traffic
from tracking.source_track import SharedPort, SourceTrack

TRAFFIC = Traffic(sources=2, rate_hz=240, seconds=2.0, malformed=True, epoch_ns=10**12)
DATAGRAMS = sum(1 for _ in TRAFFIC.stream())


@pytest.fixture
def stage_path(tmp_path: Path) -> Path:
    path = tmp_path / "stage.toml"
    path.write_text(stage_text([40_001, 40_002], 240))
    return path


@pytest.fixture
def records(stage_path: Path) -> list[Record]:
    """What the tracking process makes of the traffic, without the network."""
    stage = load_stage(stage_path)
    tracks = [SourceTrack(source, stage.cameras) for source in stage.sources]
    ports = [SharedPort([track]) for track in tracks]
    heard: list[Record] = []
    for moment_ns, source, datagram, _ in TRAFFIC.stream():
        heard += ports[source].take(datagram, "127.0.0.1", moment_ns)
    return heard + [track.health(TRAFFIC.epoch_ns) for track in tracks]


def test_every_reason_occurs_and_every_packet_is_checked(records: list[Record]) -> None:
    figures = compared(TRAFFIC, records, DATAGRAMS)
    assert figures["exact"] is True
    assert (figures["packets_sent"], figures["samples"]) == (960, 960)
    assert figures["malformed_counted"] == figures["malformed_sent"]
    reasons = Counter(one.reason for one in TRAFFIC.stream())
    assert set(reasons) == {GOOD, "length", "padding", "checksum", "camera-id", "duplicate", "type"}


def without(records: list[Record], change: Record, by: list[Record]) -> list[Record]:
    place = records.index(change)
    return records[:place] + by + records[place + 1 :]


def test_the_comparison_sees_loss_doubles_and_changes(records: list[Record]) -> None:
    sample = next(record for record in records if isinstance(record, TrackingSample) and record.number == 17)
    x, y, z = sample.position_m
    w, i, j, k = sample.orientation
    other_lens = replace(sample.lens, focal_length_mm=24.001)
    for by, lost, invented, wrong in (
        ([], 1, 0, 0),
        ([sample, sample], 0, 1, 0),
        ([sample, replace(sample, number=480)], 0, 1, 0),
        ([replace(sample, position_m=(x, y, z + 2e-9))], 0, 0, 1),
        ([replace(sample, orientation=(w, -i, j, k))], 0, 0, 1),
        ([replace(sample, sender_counter=18)], 1, 1, 0),
        ([replace(sample, lens=other_lens)], 0, 0, 1),
        ([replace(sample, captured_ns=sample.received_ns + 1)], 0, 0, 1),
    ):
        figures = compared(TRAFFIC, without(records, sample, list(by)), DATAGRAMS)
        assert (figures["lost"], figures["invented"], figures["wrong"]) == (lost, invented, wrong)
        assert figures["exact"] is False


def test_the_comparison_sees_wrong_counts(records: list[Record]) -> None:
    health = next(record for record in records if isinstance(record, SourceHealth))
    for changed in (
        replace(health, accepted=health.accepted - 1),
        replace(health, rejected=health.rejected[1:]),
        replace(health, rejected=tuple((reason, count + (reason == "type")) for reason, count in health.rejected)),
    ):
        assert compared(TRAFFIC, without(records, health, [changed]), DATAGRAMS)["exact"] is False
    assert compared(TRAFFIC, records, DATAGRAMS - 1)["exact"] is False
    assert compared(TRAFFIC, [], 0)["lost"] == 960


def test_throughput_counts_checked_samples_only(stage_path: Path) -> None:
    assert checked_samples_per_s(stage_path, replace(TRAFFIC, seconds=0.5)) > 0


def test_traffic_is_a_pure_function_of_its_settings() -> None:
    again = Traffic(**TRAFFIC.document())  # type: ignore[arg-type]
    assert list(again.stream()) == list(TRAFFIC.stream())
    moments = [one.moment_ns for one in TRAFFIC.stream()]
    assert moments == sorted(moments)


def test_what_found_no_room_is_counted_by_datagrams(stage_path: Path) -> None:
    stage = load_stage(stage_path)
    track = SourceTrack(stage.sources[0], stage.cameras)
    port = SharedPort([track])
    port.overflowed(293_872, "10.0.0.5", 5)
    port.overflowed(8, "10.0.0.5", 6)
    assert dict(track.health(7).rejected) == {"overflow": 293_880}
