"""PosiStageNet against published packets, against its own laws, and from a server's axes into the stage."""

from __future__ import annotations

import json
import math
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stage.errors import PacketError
from stage.maths.pose import rotate
from stage.model.sources.psn import PsnSource
from tests.places import DATA
from tracking.protocols.psn import REASONS, PsnData, PsnHeader, PsnInfo, PsnTracker, decode, encode
from tracking.readers.psn import PsnReader
from tracking.reading import Reading

VECTORS: list[dict[str, Any]] = json.loads((DATA / "psn/vectors.json").read_text())["packets"]
FIELDS = {"pos": "position_m", "speed": "speed_m_s", "ori": "orientation", "status": "status"}


def named(kind: str) -> list[Any]:
    return [pytest.param(vector, id=vector["name"]) for vector in VECTORS if vector["decoded"]["kind"] == kind]


def header_of(told: dict[str, Any]) -> PsnHeader:
    return PsnHeader(told["timestamp_us"], tuple(told["version"]), told["frame_id"], told["packet_count"])


@pytest.mark.parametrize("vector", named("data"))
def test_data_packets_decode_to_their_values(vector: dict[str, Any]) -> None:
    told = vector["decoded"]
    (tracker,) = decode_data(vector).trackers
    ((id_, fields),) = told["trackers"].items()
    told_of_it = tracker._asdict() | {"id": int(id_)}
    told_of_it |= {FIELDS[key]: tuple(v) if isinstance(v, list) else v for key, v in fields.items()}
    assert tracker._asdict() == told_of_it
    assert decode_data(vector).header == header_of(told)


def decode_data(vector: dict[str, Any]) -> PsnData:
    packet = decode(bytes.fromhex(vector["hex"]))
    assert isinstance(packet, PsnData)
    return packet


@pytest.mark.parametrize("vector", named("info"))
def test_info_packets_decode_to_their_names(vector: dict[str, Any]) -> None:
    told = vector["decoded"]
    names = tuple((int(id_), fields["name"]) for id_, fields in told["trackers"].items())
    assert decode(bytes.fromhex(vector["hex"])) == PsnInfo(header_of(told), told["system_name"], names)


@pytest.mark.parametrize("vector", named("data") + named("info"))
def test_packets_encode_back_to_their_bytes(vector: dict[str, Any]) -> None:
    assert encode(decode(bytes.fromhex(vector["hex"]))).hex() == vector["hex"]


vectors = st.tuples(*(st.floats(-1e3, 1e3, width=32) for _ in range(3)))
trackers = st.builds(
    PsnTracker,
    id=st.integers(0, 0xFFFF),
    position_m=st.none() | vectors,
    speed_m_s=st.none() | vectors,
    orientation=st.none() | vectors,
    status=st.none() | st.floats(0, 1, width=32),
    acceleration_m_s2=st.none() | vectors,
    target_m=st.none() | vectors,
    time_us=st.none() | st.integers(0, 2**64 - 1),
)


@given(st.lists(trackers, max_size=9), st.integers(0, 255))
def test_what_is_encoded_decodes_to_the_same(told: list[PsnTracker], frame: int) -> None:
    packet = PsnData(PsnHeader(12, (2, 3), frame, 1), tuple(told))
    assert decode(encode(packet)) == packet


def test_unknown_chunks_are_passed_over() -> None:
    good = bytes.fromhex(VECTORS[3]["hex"])
    strange = struct.pack("<HH", 0x1234, 3) + b"abc"
    longer = struct.pack("<HH", 0x6755, (len(good) - 4 + len(strange)) | 0x8000) + good[4:] + strange
    assert decode(longer) == decode(good)


@pytest.mark.parametrize("vector", [pytest.param(v, id=v["name"]) for v in VECTORS])
def test_a_packet_that_is_cut_off_anywhere_is_refused(vector: dict[str, Any]) -> None:
    whole = bytes.fromhex(vector["hex"])
    for length in range(len(whole)):
        with pytest.raises(PacketError) as refused:
            decode(whole[:length])
        assert refused.value.reason in REASONS


def nested(id_: int, data: bytes, *, length: int | None = None) -> bytes:
    """A chunk of chunks that says a length of its own."""
    return struct.pack("<HH", id_, (len(data) if length is None else length) | 0x8000) + data


@pytest.mark.parametrize("tracker", [
    nested(7, struct.pack("<HH", 0, 8) + bytes(8)),
    nested(7, struct.pack("<HH", 3, 2) + bytes(2)),
    nested(7, struct.pack("<HH", 0, 12) + bytes(12), length=8) + bytes(8),
    nested(7, b"abc"),
])  # fmt: skip
def test_a_chunk_that_is_too_short_or_leaves_its_parent_is_refused(tracker: bytes) -> None:
    packet = nested(0x6755, struct.pack("<HH", 0, 12) + bytes(12) + nested(1, tracker))
    with pytest.raises(PacketError) as refused:
        decode(packet + bytes(40))
    assert refused.value.reason == "length"


def test_a_number_that_is_none_is_refused() -> None:
    for bad in (math.nan, math.inf):
        with pytest.raises(PacketError, match="not-finite"):
            decode(encode(PsnData(PsnHeader(), (PsnTracker(1, (0.0, bad, 0.0)),))))


def refusal_of(datagram: bytes) -> str | None:
    try:
        decode(datagram)
    except PacketError as error:
        return error.reason
    return None


@given(st.binary(max_size=120), st.integers(0, 60))
def test_no_bytes_raise_anything_but_a_packet_error(noise: bytes, at: int) -> None:
    good = bytes.fromhex(VECTORS[0]["hex"])
    for datagram in (noise, good[:at] + noise + good[at + len(noise) :], good[:4] + noise):
        assert refusal_of(datagram) in (None, *REASONS)


def reading(tracker: PsnTracker, **settings: Any) -> Reading:
    reader = PsnReader(PsnSource.model_validate({"protocol": "psn", "name": "t", "tracker": 7} | settings))
    packets = reader.packets(encode(PsnData(PsnHeader(5, frame_id=9), (tracker,))), "10.0.0.1", 0)
    return reader.reading(packets[0])


def test_the_server_s_depth_is_the_stage_s_forward() -> None:
    """x right, y up, z depth: a left-handed frame. A quarter turn about its y axis goes from depth (z) to right (x)."""
    told = reading(PsnTracker(7, (1.0, 2.0, 3.0), orientation=(0.0, math.pi / 2, 0.0)))
    assert told.pose.position_m == (1.0, 3.0, 2.0)
    assert rotate(told.pose.orientation, (0.0, 1.0, 0.0)) == pytest.approx((1.0, 0.0, 0.0), abs=1e-7)
    assert (told.subject, told.counter, told.stamp_ns) == ("7", None, 5000)


def test_a_server_whose_depth_points_to_the_audience() -> None:
    """Right-handed: x right, y up, z toward the audience. The same turn goes from forward to the left."""
    told = reading(PsnTracker(7, (1.0, 2.0, 3.0), orientation=(0.0, math.pi / 2, 0.0)), frame=("+x", "-z", "+y"))
    assert told.pose.position_m == (1.0, -3.0, 2.0)
    assert rotate(told.pose.orientation, (0.0, 1.0, 0.0)) == pytest.approx((-1.0, 0.0, 0.0), abs=1e-7)


def test_the_tracker_s_own_time_and_the_frame_s_number_are_told() -> None:
    told = reading(PsnTracker(7, (0.0, 0.0, 0.0), time_us=77), counter="frame-id")
    assert (told.counter, told.stamp_ns) == (9, 77_000)


@pytest.mark.parametrize(("tracker", "settings", "reason"), [
    (PsnTracker(8, (0.0, 0.0, 0.0)), {}, "tracker"),
    (PsnTracker(7), {}, "no-position"),
    (PsnTracker(7, (0.0, 0.0, 0.0), status=0.2), {"least_status": 0.5}, "quality"),
    (PsnTracker(7, (0.0, 0.0, 0.0), status=math.nan), {"least_status": 0.5}, "quality"),
])  # fmt: skip
def test_what_is_not_this_source_s_is_refused(tracker: PsnTracker, settings: dict[str, Any], reason: str) -> None:
    with pytest.raises(PacketError) as refused:
        reading(tracker, **settings)
    assert refused.value.reason == reason


def test_an_info_packet_is_no_reading_and_no_fault() -> None:
    reader = PsnReader(PsnSource(protocol="psn", name="t", tracker=7))
    assert not reader.packets(bytes.fromhex(VECTORS[1]["hex"]), "10.0.0.1", 0)
