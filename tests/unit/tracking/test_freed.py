"""FreeD D1 against the published and derived vectors, and against its own laws."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stage.errors import PacketError
from stage.model.sources.freed import FreedSource
from tests.places import DATA
from tracking.protocols.freed import LENGTH, REASONS, FreedPacket, decode, encode, wrapped_deg
from tracking.readers.freed import FreedReader
from tracking.reading import Reading

VECTORS: dict[str, Any] = json.loads((DATA / "freed/vectors.json").read_text())
UNDETECTABLE = "swapped-bytes-undetected"
REFUSED_FOR = {
    "bad-checksum": "checksum",
    "truncated-28": "length",
    "empty": "length",
    "bad-type-ff": "type",
    "all-zero-type-00": "type",
    "one-bit-flip": "checksum",
    "trailing-garbage-30": "padding",
}


def named(items: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(item, id=item.get("name", item["hex"])) for item in items]


@pytest.mark.parametrize("vector", named(VECTORS["vectors"]))
def test_vector_decodes_to_its_values(vector: dict[str, Any]) -> None:
    packet = decode(bytes.fromhex(vector["hex"]))
    told = vector["decoded"]
    assert packet == FreedPacket(
        camera_id=told["camera_id"],
        pan_deg=told["pan_deg"],
        tilt_deg=told["tilt_deg"],
        roll_deg=told["roll_deg"],
        x_mm=told["x_mm"],
        y_mm=told["y_mm"],
        z_mm=told["z_mm"],
        zoom_raw=told["zoom_raw"],
        focus_raw=told["focus_raw"],
        user=told["user_raw"],
    )


@pytest.mark.parametrize("vector", named(VECTORS["vectors"]))
def test_vector_encodes_back_to_its_bytes(vector: dict[str, Any]) -> None:
    datagram = bytes.fromhex(vector["hex"])
    assert encode(decode(datagram)) == datagram


def test_all_vectors_are_there() -> None:
    assert len(VECTORS["vectors"]) == 18
    assert {item["name"] for item in VECTORS["malformed"]} == {*REFUSED_FOR, UNDETECTABLE}
    assert len(VECTORS["other_messages"]["items"]) == 8


@pytest.mark.parametrize("vector", [v for v in named(VECTORS["malformed"]) if v.id != UNDETECTABLE])
def test_malformed_is_refused_by_reason(vector: dict[str, Any]) -> None:
    with pytest.raises(PacketError) as refused:
        decode(bytes.fromhex(vector["hex"]))
    assert refused.value.reason == REFUSED_FOR[vector["name"]]


def test_exchanged_bytes_are_the_known_limit_of_a_sum() -> None:
    (vector,) = [item for item in VECTORS["malformed"] if item["name"] == UNDETECTABLE]
    packet = decode(bytes.fromhex(vector["hex"]))
    assert (packet.pan_deg, packet.tilt_deg) == (90.0, 180.0)


@pytest.mark.parametrize("vector", named(VECTORS["other_messages"]["items"]))
def test_other_messages_of_the_family_are_refused_by_type(vector: dict[str, Any]) -> None:
    with pytest.raises(PacketError) as refused:
        decode(bytes.fromhex(vector["hex"]))
    assert refused.value.reason == "type"


GOOD = encode(
    FreedPacket(
        camera_id=7,
        pan_deg=30.0,
        tilt_deg=10.0,
        roll_deg=5.0,
        x_mm=1500.0,
        y_mm=-2750.0,
        z_mm=1800.0,
        zoom_raw=0x555,
        focus_raw=0xFFF,
        user=513,
    )
)


def test_switches_let_pass_what_they_name() -> None:
    bad_sum = GOOD[:-1] + bytes((GOOD[-1] ^ 1,))
    assert decode(bad_sum, accept_bad_checksum=True) == decode(GOOD)._replace(checksum_good=False)
    assert decode(GOOD + b"\0\0\0", allow_padding=True) == decode(GOOD)
    with pytest.raises(PacketError, match="checksum"):
        decode(bad_sum + b"\0", allow_padding=True)


def test_only_the_wanted_camera_or_any() -> None:
    def reading(wanted: int, datagram: bytes) -> Reading:
        reader = FreedReader(FreedSource(name="t", camera_id=wanted))
        (packet,) = reader.packets(datagram, "10.0.0.1", 0)
        return reader.reading(packet)

    assert reading(7, GOOD).subject == "7"
    assert reading(7, encode(FreedPacket(0xFF))).subject == "255"
    with pytest.raises(PacketError) as refused:
        reading(8, GOOD)
    assert refused.value.reason == "camera-id"


def test_reads_any_kind_of_buffer() -> None:
    assert decode(bytearray(GOOD)) == decode(memoryview(GOOD)) == decode(GOOD)


angle = st.floats(-255.99, 255.99)
place = st.floats(-131_071, 131_071)
u24 = st.integers(0, 0xFFFFFF)


packets = st.builds(
    FreedPacket, st.integers(0, 255), angle, angle, angle, place, place, place, u24, u24, st.integers(0, 0xFFFF)
)


@given(packets)
def test_round_trip_within_half_a_step(packet: FreedPacket) -> None:
    back = decode(encode(packet))
    for sent, came in zip(packet[1:4], back[1:4], strict=True):
        assert abs(sent - came) <= 0.5 / 32_768
    for sent, came in zip(packet[4:7], back[4:7], strict=True):
        assert abs(sent - came) <= 0.5 / 64
    assert back[7:10] == packet[7:10]
    assert encode(back) == encode(packet)


@given(st.binary(max_size=64))
@example(b"\xd1" * LENGTH)
@example(bytes(LENGTH))
def test_random_bytes_never_raise_anything_but_packet_error(datagram: bytes) -> None:
    reason = ""
    try:
        packet = decode(datagram)
    except PacketError as refused:
        reason = refused.reason
    if reason:
        assert reason in REASONS
    else:
        assert encode(packet) == datagram


@given(st.binary(min_size=LENGTH - 1, max_size=LENGTH - 1), st.integers(0, 64))
def test_every_d1_of_good_sum_decodes_at_its_length_only(tail: bytes, length: int) -> None:
    body = b"\xd1" + tail[:-1]
    datagram = body + bytes(((0x40 - sum(body)) & 0xFF,))
    assert encode(decode(datagram)) == datagram
    other = (datagram * 3)[:length]
    if length != LENGTH:
        with pytest.raises(PacketError):
            decode(other)


@given(st.integers(0, LENGTH * 8 - 1))
def test_every_single_bit_error_is_seen(bit: int) -> None:
    damaged = bytearray(GOOD)
    damaged[bit // 8] ^= 1 << bit % 8
    with pytest.raises(PacketError):
        decode(damaged)


def test_encode_clamps_and_refuses_a_wrong_id() -> None:
    back = decode(
        encode(
            FreedPacket(
                camera_id=1,
                pan_deg=400.0,
                tilt_deg=-400.0,
                roll_deg=0.0,
                x_mm=2e6,
                y_mm=-2e6,
                z_mm=0.0,
                zoom_raw=1 << 30,
                focus_raw=-5,
                user=65_537,
            )
        )
    )
    assert (back.pan_deg, back.tilt_deg) == (0x7FFFFF / 32_768, -256.0)
    assert (back.x_mm, back.y_mm) == (0x7FFFFF / 64, -131_072.0)
    assert (back.zoom_raw, back.focus_raw, back.user) == (0xFFFFFF, 0, 1)
    with pytest.raises(ValueError, match="camera id"):
        encode(FreedPacket(256))


@pytest.mark.parametrize(
    ("angle_deg", "same_deg"), [(0, 0), (180, 180), (-180, 180), (181, -179), (540, 180), (-359.5, 0.5)]
)
def test_angles_wrap_to_the_manual_range(angle_deg: float, same_deg: float) -> None:
    assert wrapped_deg(angle_deg) == same_deg
