"""One source, or several on a port, from datagrams to samples."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from stage.messages.samples import TrackingSample, Validity
from stage.model.camera import Camera
from stage.model.sources.freed import FreedSource
from tracking.protocols.freed import FreedPacket, encode
from tracking.source_track import SharedPort, SourceTrack

HERE = "127.0.0.1"
MS = 1_000_000


def camera(name: str, source: str) -> Camera:
    return Camera.model_validate(
        {"name": name, "source": source, "sensor_mm": (24.0, 13.5), "lens": {"points": [{"focal_length_mm": 24.0}]}}
    )


def one(*cameras: Camera, **settings: Any) -> tuple[SharedPort, SourceTrack]:
    track = SourceTrack(FreedSource(name="t", **settings), cameras or (camera("a", "t"),))
    return SharedPort([track]), track


def packet(user: int = 0, **fields: Any) -> bytes:
    return encode(FreedPacket(fields.pop("camera_id", 1), user=user, **fields))


def test_every_camera_on_the_source_gets_a_sample() -> None:
    port, _ = one(camera("a", "t"), camera("b", "t"), camera("c", "other"))
    samples = port.take(packet(x_mm=1000.0), HERE, 5 * MS)
    assert [sample.camera for sample in samples] == ["a", "b"]
    assert all(sample.position_m == (1.0, 0.0, 0.0) for sample in samples)


def test_captured_is_received_less_the_delay() -> None:
    port, _ = one(delay_ms=12.5)
    (sample,) = port.take(packet(), HERE, 100 * MS)
    assert (sample.captured_ns, sample.received_ns, sample.sender_counter) == (87_500_000, 100 * MS, None)


def test_refused_datagrams_are_counted_by_reason() -> None:
    port, track = one(camera_id=1, allow=("10.0.0.1", HERE))
    for datagram, sender in (
        (packet(), "10.0.0.2"),
        (packet(camera_id=2), HERE),
        (packet()[:-1], HERE),
        (packet() + b"\0", HERE),
        (packet()[:-1] + b"\0", HERE),
        (b"\0" * 29, HERE),
        (b"", HERE),
    ):
        assert port.take(datagram, sender, 0) == []
    assert track.health(0).rejected == (
        ("camera-id", 1),
        ("checksum", 1),
        ("length", 2),
        ("not-allowed", 1),
        ("padding", 1),
        ("type", 1),
    )
    assert len(port.take(packet(), HERE, 0)) == 1
    assert track.health(0).accepted == 1


def test_switches_of_the_source_let_bad_senders_pass_and_count_them() -> None:
    port, track = one(accept_bad_checksum=True, allow_padding=True)
    assert len(port.take(packet()[:-1] + b"\0" + b"tail", HERE, 0)) == 1
    assert track.health(0).rejected == (("checksum-accepted", 1),)


def test_counter_reaches_the_sample_and_its_faults_the_health() -> None:
    port, track = one(counter="user-16")
    took = [port.take(packet(user), HERE, n * MS) for n, user in enumerate((7, 8, 8, 11, 10, 12))]
    assert [sample.sender_counter for samples in took for sample in samples] == [7, 8, 11, 12]
    assert [sample.number for samples in took for sample in samples] == [0, 1, 2, 3]
    health = track.health(6 * MS)
    assert health.rejected == (("duplicate", 1), ("out-of-order", 1))
    assert health.gaps == 1


def test_sources_on_one_port_are_told_apart_by_camera_id() -> None:
    tracks = [SourceTrack(FreedSource(name=f"t{n}", camera_id=n), (camera(f"c{n}", f"t{n}"),)) for n in (1, 2)]
    port = SharedPort(tracks)
    assert [sample.source for sample in port.take(packet(camera_id=2), HERE, 0)] == ["t2"]
    assert [sample.source for sample in port.take(packet(camera_id=1), HERE, 0)] == ["t1"]
    assert [track.health(0).rejected for track in tracks] == [(), ()]
    assert port.take(packet(camera_id=3), HERE, 0) == []
    assert [track.health(0).rejected for track in tracks] == [(("camera-id", 1),), (("camera-id", 1),)]


def test_sources_on_one_port_are_told_apart_by_sender() -> None:
    tracks = [
        SourceTrack(FreedSource(name=f"t{n}", allow=(f"10.0.0.{n}",)), (camera(f"c{n}", f"t{n}"),)) for n in (1, 2)
    ]
    assert [sample.source for sample in SharedPort(tracks).take(packet(), "10.0.0.2", 0)] == ["t2"]


def test_a_packet_seen_twice_is_not_handed_to_another_source() -> None:
    tracks = [
        SourceTrack(FreedSource(name="t1", camera_id=1, counter="user-16"), (camera("a", "t1"),)),
        SourceTrack(FreedSource(name="t2"), (camera("b", "t2"),)),
    ]
    port = SharedPort(tracks)
    assert len(port.take(packet(5), HERE, 0)) == 1
    assert port.take(packet(5), HERE, 0) == []
    assert tracks[1].health(0).accepted == 0


def test_warnings_of_a_source() -> None:
    points = [{"zoom_raw": 10, "focal_length_mm": 20.0}, {"zoom_raw": 20, "focal_length_mm": 30.0}]
    zoom = camera("a", "t").model_copy(update={"lens": camera("a", "t").lens.model_validate({"points": points})})
    port, track = one(zoom, counter="user-16")
    port.take(packet(1, zoom_raw=15), HERE, 0)
    assert track.health(0).warning == ""
    port.take(packet(2, zoom_raw=25), HERE, MS)
    for _ in range(12):
        port.take(packet(2), HERE, MS)
    assert track.health(MS).warning == (
        'the counter stands still: set counter = "none"; '
        "a: zoom 25 is beyond the lens table (10 to 20), whose last point is held"
    )


def test_validity_follows_the_last_good_packet() -> None:
    port, track = one(rate_hz=100)
    port.take(packet(), HERE, 0)
    port.take(b"rubbish", HERE, 500 * MS)
    assert track.health(30 * MS).validity is Validity.LIVE
    assert track.health(500 * MS).validity is Validity.STALE
    assert track.health(1100 * MS).validity is Validity.LOST


def test_nothing_is_left_for_the_garbage_collector_which_is_off_in_the_loop() -> None:
    port, track = one(camera_id=1, counter="user-16")
    gc.collect()
    gc.disable()
    try:
        for n in range(50):
            for datagram in (packet(n), packet(n), packet(n, camera_id=2), packet(n)[:-1], b"", b"\xd1" * 29):
                port.take(datagram, HERE, n * MS)
        track.health(50 * MS)
        assert gc.collect() == 0
    finally:
        gc.enable()
    assert track.health(50 * MS).accepted == 50


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_buffer_will_do(kind: Any) -> None:
    port, _ = one()
    (sample,) = port.take(kind(packet(z_mm=1600.0)), HERE, 0)
    assert isinstance(sample, TrackingSample)
    assert sample.position_m == (0.0, 0.0, 1.6)


def test_a_count_that_stands_still_while_the_camera_moves_is_no_count() -> None:
    """A sender that never counts is heard all the same; one that repeats its last packet stays refused."""
    port, track = one(counter="user-16")
    moving = [port.take(packet(7, x_mm=10.0 * n), HERE, n * 16 * MS) for n in range(60)]
    assert sum(map(len, moving)) >= 45
    assert track.health(60 * 16 * MS).validity is Validity.LIVE
    assert "the counter stands still" in track.health(60 * 16 * MS).warning
    port, track = one(counter="user-16")
    resting = [port.take(packet(7), HERE, n * 16 * MS) for n in range(60)]
    assert sum(map(len, resting)) == 1
