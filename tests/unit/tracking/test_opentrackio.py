"""OpenTrackIO against packets and examples of the official repository, and against its own laws."""

from __future__ import annotations

import json
import math
import struct
from itertools import pairwise
from typing import Any

import cbor2
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from stage.errors import PacketError
from stage.maths.pose import Pose, quaternion_from_pan_tilt_roll
from stage.model.sources.opentrackio import OpenTrackIoSource
from tests.places import DATA
from tools.sim.wire.opentrackio import sample, with_header
from tools.sim.wire.told import Told
from tracking.protocols.opentrackio import (
    CBOR,
    JSON,
    REASONS,
    Segment,
    decode_payload,
    decode_segment,
    encode_segment,
    fletcher16,
)
from tracking.protocols.opentrackio_joining import JOINED_WITHIN_NS, MOST_SENDERS, MOST_UNFINISHED, Joining
from tracking.protocols.opentrackio_sample import sample_of
from tracking.readers.opentrackio import OpenTrackIoReader
from tracking.reading import Reading

FOLDER = DATA / "opentrackio"
PACKETS: dict[str, Any] = json.loads((FOLDER / "packets.json").read_text())
SCHEMA = json.loads((FOLDER / "schema.json").read_text())
EXAMPLES = sorted((FOLDER / "examples").glob("*.json"))
REFUSED_FOR = {
    "wrong-magic": "identifier",
    "bad-checksum": "checksum",
    "truncated-payload": "length",
    "short-header": "length",
    "unknown-encoding-03": "encoding",
}
OLD = "mod255-checksum-1.0.0-producer"
HERE = "10.0.0.1"


def named(items: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(item, id=item["name"]) for item in items]


def source(**more: Any) -> OpenTrackIoSource:
    return OpenTrackIoSource.model_validate({"protocol": "opentrackio", "name": "t"} | more)


def reading(told: dict[str, Any], **more: Any) -> Reading:
    reader = OpenTrackIoReader(source(**more))
    (packet,) = reader.packets(with_header(json.dumps(told).encode(), 7), HERE, 0)
    return reader.reading(packet)


@pytest.mark.parametrize("vector", PACKETS["fletcher16"], ids=lambda v: v["ascii"])
def test_both_checksums_are_the_published_ones(vector: dict[str, str]) -> None:
    data = vector["ascii"].encode()
    assert (fletcher16(data), fletcher16(data, 255)) == (int(vector["mod256"], 16), int(vector["mod255"], 16))


@pytest.mark.parametrize("vector", named(PACKETS["samples"]))
def test_packets_of_the_reference_sender_are_read(vector: dict[str, Any]) -> None:
    """Segments in both ways of counting, JSON and CBOR: the content is the same as written."""
    joining = Joining()
    datagrams = [bytes.fromhex(text) for text in vector["packets_hex"]]
    for datagram, head in zip(datagrams, vector["headers"], strict=True):
        segment = decode_segment(datagram)
        assert (segment.encoding, segment.sequence, segment.offset, segment.last, len(segment.payload)) == (
            head["encoding"], head["sequence"], head["segment_offset"], head["last"], head["payload_length"],
        )  # fmt: skip
        assert not segment.old_checksum
        assert encode_segment(segment) == datagram
        joined = joining.joined(segment, HERE, 0)
    assert joined is not None
    assert decode_payload(joined.segment.encoding, joined.segment.payload) == vector["payload_json"]


@pytest.mark.parametrize("vector", [v for v in named(PACKETS["malformed"]) if v.id != OLD])
def test_malformed_is_refused_by_reason(vector: dict[str, Any]) -> None:
    with pytest.raises(PacketError) as refused:
        decode_segment(bytes.fromhex(vector["hex"]))
    assert refused.value.reason == REFUSED_FOR[vector["name"]]


def test_a_sender_of_version_1_0_0_is_taken_and_told_of() -> None:
    (vector,) = [item for item in PACKETS["malformed"] if item["name"] == OLD]
    reader = OpenTrackIoReader(source())
    (packet,) = reader.packets(bytes.fromhex(vector["hex"]), HERE, 0)
    told = reader.reading(packet)
    assert [reason for reason, _ in told.remarks] == ["checksum-1.0.0"]
    assert told.pose.position_m == (1.0, 2.0, 3.0)


def test_all_published_data_are_there() -> None:
    assert {item["name"] for item in PACKETS["malformed"]} == {*REFUSED_FOR, OLD}
    assert (len(PACKETS["samples"]), len(EXAMPLES)) == (5, 4)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("encoding", [JSON, CBOR])
def test_examples_are_read_in_both_encodings(path: Any, encoding: int) -> None:
    told = json.loads(path.read_text())
    jsonschema.validate(told, SCHEMA)
    payload = json.dumps(told).encode() if encoding == JSON else cbor2.dumps(told)
    found = sample_of(decode_payload(encoding, payload))
    assert found.source_number == 1
    assert found.pose is not None
    first = told["transforms"][0]["translation"]
    if len(told["transforms"]) == 1:
        assert found.pose.position_m == (first["x"], first["y"], first["z"])
    lens = told["lens"]
    assert found.lens.focal_length_mm == lens["pinholeFocalLength"]
    assert found.lens.entrance_pupil_m == lens["entrancePupilOffset"]
    assert found.lens.zoom == lens["encoders"]["zoom"]


def test_what_the_simulated_device_sends_validates_against_the_schema() -> None:
    told = sample(Told(3, (1.0, 2.0, 3.0), (10.0, 20.0, 30.0), zoom_raw=77, captured_ns=12_345_678_901), source())
    jsonschema.validate(told, SCHEMA)
    assert reading(told).stamp_ns == 12_345_678_901


MINIMAL: dict[str, Any] = {
    "transforms": [{"translation": {"x": 1.0, "y": 2.0, "z": 3.0}, "rotation": {"pan": 0, "tilt": 0, "roll": 0}}]
}


def test_transforms_are_a_chain_from_parent_to_child() -> None:
    """A dolly that is turned to the left, and on it a crane arm and a camera: products of matrices say where."""
    parts = [
        ((5.0, 0.0, 0.2), (90.0, 0.0, 0.0)),
        ((0.0, 3.0, 1.0), (0.0, 30.0, 0.0)),
        ((0.0, 0.1, 0.0), (-20.0, -30.0, 4.0)),
    ]
    chain = [
        {"translation": dict(zip("xyz", place, strict=True)),
         "rotation": dict(zip(("pan", "tilt", "roll"), turn, strict=True))}
        for place, turn in parts
    ]  # fmt: skip
    matrix = Pose().matrix()
    for place, turn in parts:
        matrix = matrix @ Pose(place, quaternion_from_pan_tilt_roll(*turn)).matrix()
    found = reading({"transforms": chain}).pose.matrix()
    assert abs(found - matrix).max() < 1e-12


def test_a_scale_is_that_of_what_is_inside() -> None:
    chain = [MINIMAL["transforms"][0] | {"scale": {"x": 2, "y": 2, "z": 2}}, MINIMAL["transforms"][0]]
    assert reading({"transforms": chain}).pose.position_m == (3.0, 6.0, 9.0)


def test_pan_is_positive_to_the_left() -> None:
    turned = MINIMAL["transforms"][0] | {"rotation": {"pan": 90.0, "tilt": 0.0, "roll": 0.0}}
    forward = reading({"transforms": [turned]}).pose.transform((0.0, 1.0, 0.0))
    assert forward == pytest.approx((0.0, 2.0, 3.0))


def test_encoders_are_the_device_s_numbers_or_shares_of_the_source_s_range() -> None:
    told = MINIMAL | {"lens": {"encoders": {"zoom": 0.5, "focus": 1.0}, "rawEncoders": {"focus": 321}}}
    lens = reading(told, zoom={"minimum": 100, "maximum": 300}).lens
    assert (lens.zoom_raw, lens.focus_raw) == (200, 321)


def test_distortion_in_our_direction_goes_before_the_other() -> None:
    other, ours = {"radial": [1e-4]}, {"model": "Brown-Conrady U-D", "radial": [-1e-4], "overscan": 1.2}
    lens = reading(MINIMAL | {"lens": {"distortion": [other, ours]}}).lens
    assert (lens.radial, lens.inverse, lens.overscan) == ((-1e-4,), False, 1.2)
    assert reading(MINIMAL | {"lens": {"distortion": [other]}}).lens.inverse


def test_sources_are_told_apart_by_number_and_by_id() -> None:
    told = MINIMAL | {"sourceNumber": 7, "sourceId": "urn:uuid:abc"}
    assert reading(told, source_number=7, source_id="urn:uuid:abc").subject == "urn:uuid:abc"
    for settings in ({"source_number": 8}, {"source_id": "urn:uuid:xyz"}):
        with pytest.raises(PacketError) as refused:
            reading(told, **settings)
        assert refused.value.reason == "source"


def test_a_source_number_has_a_group_of_its_own_unless_the_file_says_otherwise() -> None:
    assert source(source_number=12).group == "239.135.1.12"
    assert source(source_number=12, group="").group is None
    assert source(source_number=12, group="239.1.2.3").group == "239.1.2.3"
    assert source().group is None
    with pytest.raises(ValidationError) as refused:
        source(source_number=300)
    assert [error["loc"] for error in refused.value.errors()] == [("source_number",)]


@pytest.mark.parametrize(("protocol", "reason"), [
    ({"name": "OpenTrackIO", "version": [1, 0, 1]}, None),
    ({"name": "OpenTrackIO", "version": [1, 3, 0]}, "version"),
    ({"name": "OpenTrackIO", "version": [0, 9, 1]}, "version"),
])  # fmt: skip
def test_versions_that_can_be_read(protocol: dict[str, Any], reason: str | None) -> None:
    assert [told for told, _ in reading(MINIMAL | {"protocol": protocol}).remarks] == ([reason] if reason else [])


NUMBER = {"translation": {"x": "1", "y": 2, "z": 3}, "rotation": {"pan": 0, "tilt": 0, "roll": 0}}


@pytest.mark.parametrize(("told", "reason"), [
    ([], "payload"), ("x", "payload"), (None, "payload"), (17, "payload"), ({}, "no-position"),
    ({"transforms": []}, "no-position"), ({"transforms": [1]}, "payload"), ({"transforms": [NUMBER]}, "payload"),
    ({"transforms": [{"translation": [1, 2, 3]}]}, "payload"), (MINIMAL | {"lens": 5}, "payload"),
    (MINIMAL | {"lens": {"fStop": True}}, "payload"), (MINIMAL | {"lens": {"fStop": math.nan}}, "payload"),
    (MINIMAL | {"lens": {"fStop": 10**400}}, "payload"),
    (MINIMAL | {"lens": {"distortion": [{"radial": [1.0] * 7}]}}, "payload"),
    ({"transforms": MINIMAL["transforms"] * 65}, "payload"),
    (MINIMAL | {"protocol": {"name": "Other", "version": [1, 0, 1]}}, "protocol"),
    (MINIMAL | {"protocol": {"name": "OpenTrackIO", "version": [2, 0, 0]}}, "protocol"),
    (MINIMAL | {"protocol": {"name": "OpenTrackIO"}}, "protocol"),
])  # fmt: skip
def test_samples_that_say_nothing_are_refused(told: Any, reason: str) -> None:
    with pytest.raises(PacketError) as refused:
        reading(told)
    assert refused.value.reason == reason


@pytest.mark.parametrize("payload", [
    b"", b"{", b"\xff\xfe", b"[" * 60_000, b'{"a":' * 10_000, b"1" * 6000,
])  # fmt: skip
def test_json_that_is_none_is_refused(payload: bytes) -> None:
    with pytest.raises(PacketError, match="payload"):
        decode_payload(JSON, payload)


@pytest.mark.parametrize("payload", [
    b"", b"\xa1", b"\x81" * 17 + b"\x00", b"\xa1\x61a" + b"\x81" * 17 + b"\x00", b"\x9f" * 100, b"\xbf" * 40,
    bytes.fromhex("a16161d823") + b"\x63(a+", cbor2.dumps({"a": cbor2.CBORTag(4, [10**6, 3])}),
    bytes.fromhex("a16161d81c82d81d00d81d00"), bytes.fromhex("a16161c249") + b"\xff" * 9, b"\xa1\x81\x01\x02",
    b"\x9a\xff\xff\xff\xff", b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff", b"\x7a\x7f\xff\xff\xff" + b"a",
])  # fmt: skip
def test_cbor_that_is_none_or_too_clever_is_refused(payload: bytes) -> None:
    with pytest.raises(PacketError, match="payload"):
        decode_payload(CBOR, payload)


def cut(payload: bytes, sizes: list[int], number: int, step: int) -> list[Segment]:
    """The segments of a payload: `step` 1 numbers each, 0 gives all of them one number."""
    places = [sum(sizes[:i]) for i in range(len(sizes))]
    parts = [payload[at : at + size] for at, size in zip(places, sizes, strict=True)]
    return [
        Segment(JSON, (number + i * step) % 65_536, at, i == len(parts) - 1, part)
        for i, (at, part) in enumerate(zip(places, parts, strict=True))
    ]


orders = st.integers(2, 6).flatmap(lambda n: st.permutations(range(n)))


@given(orders, st.sampled_from([0, 1]), st.integers(0, 65_535))
def test_segments_join_in_any_order(order: list[int], step: int, number: int) -> None:
    segments = cut(bytes(range(60)), [10] * len(order), number, step)
    joining = Joining()
    found = [joining.joined(segments[i], HERE, n) for n, i in enumerate(order)]
    assert found[:-1] == [None] * (len(order) - 1)
    assert found[-1] is not None
    assert found[-1].segment.payload == bytes(range(10 * len(order)))


@pytest.mark.parametrize("step", [0, 1])
@given(lost=st.sets(st.tuples(st.integers(0, 7), st.integers(0, 2)), max_size=12))
def test_what_is_joined_is_always_one_sample_whatever_is_lost(step: int, lost: set[tuple[int, int]]) -> None:
    """Eight samples of three segments each; every byte of a sample is the sample's number."""
    joining, whole = Joining(), []
    for n in range(8):
        for part, segment in enumerate(cut(bytes([n]) * 30, [10, 10, 10], 65_530 + n * (3 if step else 1), step)):
            if (n, part) not in lost:
                joined = joining.joined(segment, HERE, n * 1_000_000)
                whole += [] if joined is None else [joined]
    assert [joined.segment.payload for joined in whole] == [
        bytes([n]) * 30 for n in range(8) if not {(n, part) for part in range(3)} & lost
    ]


@pytest.mark.parametrize("step", [0, 1])
def test_samples_are_counted_by_one_whichever_way_segments_are_numbered(step: int) -> None:
    joining, counters = Joining(), []
    for n in range(6):
        for segment in cut(bytes(30), [10, 10, 10], 65_530 + n * (3 if step else 1), step):
            joined = joining.joined(segment, HERE, n)
            counters += [] if joined is None else [joined.counter]
    assert {(b - a) % 65_536 for a, b in pairwise(counters)} == {1}


def test_segments_of_two_senders_or_that_come_late_are_not_joined() -> None:
    first, last = cut(bytes(20), [10, 10], 5, 0)
    joining = Joining()
    assert joining.joined(first, "a", 0) is None
    assert joining.joined(last, "b", 0) is None
    assert joining.joined(last, "a", JOINED_WITHIN_NS + 1) is None
    assert joining.joined(first, "b", 1) is not None


def test_what_waits_is_bounded() -> None:
    joining = Joining()
    for n in range(5000):
        joining.joined(
            Segment(JSON, n * 97 % 65_536, 10 * (n % 50), last=False, payload=bytes(32_000)), f"s{n % 300}", n
        )
        for segment in cut(bytes(20), [10, 10], n, 1):
            joining.joined(segment, f"t{n}", n)
    for n in range(60):
        joining.joined(Segment(JSON, 7, 10 + n, last=False, payload=bytes(32_000)), "greedy", 5000)
    held = joining.__dict__["_unfinished"]
    assert len(held) <= MOST_UNFINISHED
    assert sum(len(part.payload) for each in held for part in each.parts.values()) <= MOST_UNFINISHED * 65_536
    assert len(joining.__dict__["_ahead"]) <= MOST_SENDERS


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
KEYS = ("transforms", "lens", "timing", "protocol", "sourceNumber", "sourceId")


@given(st.dictionaries(st.sampled_from(KEYS), json_values), st.sampled_from([JSON, CBOR]))
def test_no_sample_raises_anything_but_a_packet_error(told: dict[str, Any], encoding: int) -> None:
    payload = json.dumps(told).encode() if encoding == JSON else cbor2.dumps(told)
    assert refusal_of(with_header(payload, 1, encoding)) in (None, "no-position", "payload", "protocol")


@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 255))
def test_no_bytes_raise_anything_but_a_packet_error(noise: bytes, at: int, flags: int) -> None:
    good = bytes.fromhex(PACKETS["samples"][1]["packets_hex"][0])
    damaged = good[:at] + noise + good[at + len(noise) :]
    resummed = damaged[:14] + struct.pack(">H", fletcher16(damaged[:14] + damaged[16:])) + damaged[16:]
    for datagram in (noise, damaged, resummed, b"OTrk" + noise, with_header(noise, 3, 1 + flags % 2)):
        assert refusal_of(datagram) in (None, "no-position", "protocol", *REASONS)


def refusal_of(datagram: bytes) -> str | None:
    reader = OpenTrackIoReader(source(accept_bad_checksum=True))
    try:
        for packet in reader.packets(datagram, HERE, 0):
            reader.reading(packet)
    except PacketError as error:
        return error.reason
    return None
