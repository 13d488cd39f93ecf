"""What makers of FreeD devices do differently: ranges, user field, several messages in a datagram, prefixes, sums."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stage.errors import PacketError
from stage.model.sources.freed import VENDORS, FreedSource
from tracking.protocols.freed import CHECKSUMS, FreedPacket, decode, decode_all, encode
from tracking.readers.freed import FreedReader
from tracking.reading import Reading

STATUS = bytes.fromhex("d2") + bytes(14) + bytes(((0x40 - 0xD2) & 0xFF,))
"""A D2 of the family, 16 bytes."""


def message(n: int = 0, camera_id: int = 1, **fields: Any) -> bytes:
    return encode(FreedPacket(camera_id, x_mm=float(n), **fields))


def reading(datagram: bytes, **settings: Any) -> Reading:
    reader = FreedReader(FreedSource(name="t", **settings))
    (packet,) = reader.packets(datagram, "10.0.0.1", 0)
    return reader.reading(packet)


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendor_sets_what_the_file_leaves_out_and_nothing_else(vendor: Any) -> None:
    told = FreedSource(name="t", vendor=vendor)
    for key, usual in VENDORS[vendor].items():
        value = getattr(told, key)
        assert value == usual if not isinstance(usual, dict) else value.model_dump(include=set(usual)) == usual
    own = {"port": 4000, "counter": "user-16", "user": "unused", "zoom": {"invert": True}, "lens": "table"}
    kept = FreedSource.model_validate({"name": "t", "vendor": vendor} | own)
    assert (kept.port, kept.counter, kept.user, kept.lens) == (4000, "user-16", "unused", "table")
    assert kept.zoom == told.zoom.model_copy(update={"invert": True})


def test_panasonic_sends_its_iris_in_the_user_field() -> None:
    lens = reading(message(zoom_raw=0x800, focus_raw=0x555, user=0xABC), vendor="panasonic").lens
    assert (lens.zoom_raw, lens.focus_raw, lens.iris_raw, lens.f_stop) == (0x800, 0x555, 0xABC, None)


def test_sony_sends_its_stop_and_counter_in_the_user_field() -> None:
    told = reading(message(user=(11 << 12) + 280), vendor="sony")
    assert (told.counter, told.lens.f_stop, told.lens.iris_raw) == (11, 2.8, None)


def test_z_cam_sends_millimetres() -> None:
    """Focal length times 100 and distance in mm times 10, from its manual."""
    lens = reading(message(zoom_raw=3550, focus_raw=12_345, user=400), vendor="z-cam").lens
    assert (lens.focal_length_mm, lens.focus_distance_m, lens.f_stop) == (35.5, 1.2345, 4.0)
    nothing = reading(message(), vendor="z-cam").lens
    assert (nothing.focal_length_mm, nothing.focus_distance_m, nothing.f_stop) == (None, None, None)


def test_mo_sys_tells_the_quality_of_its_pose() -> None:
    assert reading(message(user=0x0701), vendor="mo-sys").remarks == ()
    assert [reason for reason, _ in reading(message(user=2), vendor="mo-sys").remarks] == ["quality-caution"]
    with pytest.raises(PacketError) as refused:
        reading(message(user=3), vendor="mo-sys")
    assert refused.value.reason == "quality"


@pytest.mark.parametrize(("told", "meant"), [(0x80000, 0), (0x80123, 0x123), (0x123, 0x123), (0xFFFFFF, 0xF7FFFF)])
def test_vizrt_may_add_an_offset_to_its_encoders(told: int, meant: int) -> None:
    assert reading(message(zoom_raw=told), vendor="vizrt").lens.zoom_raw == meant


def test_every_message_of_a_datagram_is_read_in_its_order() -> None:
    datagram = message(1) + message(2, camera_id=9) + STATUS + message(3)
    assert [(packet.x_mm, packet.camera_id) for packet in decode_all(datagram)] == [(1.0, 1), (2.0, 9), (3.0, 1)]
    assert [packet.x_mm for packet in decode_all(STATUS + message(4))] == [4.0]


@pytest.mark.parametrize("tail", [b"\0", b"\xd1" * 29, message(2)[:-1], message(2)[:-1] + b"\0", STATUS[:-1] + b"\0"])
def test_what_is_no_whole_message_is_padding(tail: bytes) -> None:
    with pytest.raises(PacketError) as refused:
        decode_all(message(1) + tail)
    assert refused.value.reason == "padding"
    assert [packet.x_mm for packet in decode_all(message(1) + tail, allow_padding=True)] == [1.0]


@pytest.mark.parametrize(("datagram", "reason"), [
    (b"", "length"), (STATUS, "type"), (STATUS + STATUS, "type"), (STATUS + b"x", "type"), (b"\xd1" * 28, "length"),
    (message(1)[:-1] + b"\0" + message(2), "checksum"), (b"\0" * 64, "type"),
])  # fmt: skip
def test_a_datagram_is_refused_for_its_first_message(datagram: bytes, reason: str) -> None:
    with pytest.raises(PacketError) as refused:
        decode_all(datagram)
    assert refused.value.reason == reason


def test_bytes_before_the_message_are_passed_over() -> None:
    assert reading(b"stYpeHF-00000000" + message(5), body_offset=16).pose.position_m[0] == 0.005
    with pytest.raises(PacketError):
        reading(b"short", body_offset=16)


def with_sum(kind: str) -> bytes:
    """The message with its last byte by another rule, from the rule's own words."""
    body = message(7, user=0x1234)[:-1]
    folded = 0
    for byte in body:
        folded ^= byte
    last = {
        "freed": 0x40 - sum(body), "negative": -sum(body), "plain": sum(body), "xor": folded,
        "tail": 0xF6 - body[26] - body[27],
    }[kind]  # fmt: skip
    return body + bytes((last & 0xFF,))


@pytest.mark.parametrize("sent", CHECKSUMS)
@pytest.mark.parametrize("wanted", CHECKSUMS)
def test_each_checksum_takes_its_own_and_no_other(sent: str, wanted: Any) -> None:
    source = FreedSource(name="t", checksum=wanted)
    if sent == wanted:
        assert FreedReader(source).packets(with_sum(sent), "", 0)[0].x_mm == 7.0
    else:
        with pytest.raises(PacketError, match="checksum"):
            FreedReader(source).packets(with_sum(sent), "", 0)


@given(st.binary(max_size=200), st.booleans(), st.booleans(), st.sampled_from(list(CHECKSUMS)), st.integers(0, 20))
def test_no_bytes_raise_anything_but_a_packet_error(
    noise: bytes, bad_sum: bool, padding: bool, checksum: Any, offset: int
) -> None:
    source = FreedSource(
        name="t",
        accept_bad_checksum=bad_sum,
        allow_padding=padding,
        checksum=checksum,
        body_offset=offset,
        user="quality",
    )
    reader = FreedReader(source)
    for datagram in (noise, b"\xd1" + noise, message(1) + noise, STATUS + noise):
        try:
            found = [reader.reading(packet) for packet in reader.packets(datagram, "", 0)]
        except PacketError:
            continue
        assert found


@given(st.lists(st.integers(-9999, 9999), min_size=1, max_size=30))
def test_one_message_or_many_are_the_same_messages(numbers: list[int]) -> None:
    whole = decode_all(b"".join(message(n) for n in numbers))
    assert whole == [decode(message(n)) for n in numbers]
