"""Who is there? Art-Net's question and the answers, field by field as the protocol's document places them."""

from __future__ import annotations

import socket
import struct
from ipaddress import IPv4Address
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stage.errors import PacketError
from stage.lights.artnet import dmx_packet
from stage.lights.artpoll import Named, Poll, parsed_poll, replies
from stage.lights.poll_ear import MOST_A_SECOND, PollEar, poll_ear
from stage.model.fixture import Lights
from stage.process.edge import Edge
from stage.units import NS_PER_S

POLL = b"Art-Net\0" + bytes([0x00, 0x20, 0, 14, 0, 0])
NAMED = Named(IPv4Address("192.168.1.10"), "OpenStage", "OpenStage: two-walls")


def targeted(bottom: int, top: int) -> bytes:
    return POLL[:12] + bytes([0x20, 0]) + struct.pack(">HH", top, bottom)


def test_a_question_is_known_and_others_are_not() -> None:
    assert parsed_poll(POLL) == Poll((0, 32_767))
    assert parsed_poll(targeted(0x0100, 0x01FF)) == Poll((0x0100, 0x01FF))
    assert parsed_poll(dmx_packet(1, 1, bytes(512))) is None


@pytest.mark.parametrize("packet", [b"", b"Art-Net\0", POLL[:13], b"x" * 20, targeted(1, 2)[:17]])
def test_what_is_cut_off_is_no_question(packet: bytes) -> None:
    with pytest.raises(PacketError):
        parsed_poll(packet)


def test_the_answer_has_its_fields_where_the_document_places_them() -> None:
    """Offsets counted by hand in the table of ArtPollReply."""
    (answer,) = replies(Poll(), NAMED, [0x1234, 0x1231])
    assert len(answer) == 239
    assert answer[:10] == b"Art-Net\0\x00\x21"
    assert answer[10:14] == bytes([192, 168, 1, 10])
    assert answer[14:16] == b"\x36\x19"
    assert (answer[18], answer[19]) == (0x12, 0x3)
    assert answer[20:22] == b"\x00\xff"
    assert answer[26:44].rstrip(b"\0") == b"OpenStage"
    assert answer[44:108].rstrip(b"\0") == b"OpenStage: two-walls"
    assert answer[108:172].startswith(b"#0001 [0000] ")
    assert (answer[172], answer[173]) == (0, 2)
    assert answer[174:178] == b"\x40\x40\0\0"
    assert answer[178:182] == b"\x80\x80\0\0"
    assert answer[186:190] == b"\x01\x04\0\0"
    assert answer[200] == 0x01
    assert answer[207:211] == bytes([192, 168, 1, 10])
    assert (answer[211], answer[212]) == (1, 0x08)


@settings(deadline=None)
@given(st.sets(st.integers(0, 32_767), max_size=40))
def test_every_universe_is_in_exactly_one_answer(universes: set[int]) -> None:
    told: list[int] = []
    answers = replies(Poll(), NAMED, universes)
    for answer, bind_index in zip(answers, count(1)):
        ports = answer[173]
        told += [answer[18] << 8 | answer[19] << 4 | low for low in answer[186 : 186 + ports]]
        assert answer[211] == bind_index % 256
    assert sorted(told) == sorted(universes)


def test_who_is_not_asked_for_is_silent() -> None:
    assert replies(Poll((0, 10)), NAMED, [11]) == []
    assert len(replies(Poll((0, 11)), NAMED, [11])) == 1


def test_a_question_on_the_wire_is_answered_and_a_flood_is_not() -> None:
    edge = Edge(lambda: 0)
    ear = PollEar(Lights(protocol="artnet", interface="127.0.0.1"), "two-walls", [1], port=0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as desk:
        desk.bind(("127.0.0.1", 0))
        desk.settimeout(20)
        desk.sendto(b"hello", ("127.0.0.1", ear.port))
        desk.sendto(POLL, ("127.0.0.1", ear.port))
        ear.answer(edge, 0)
        assert desk.recv(2048)[:10] == b"Art-Net\0\x00\x21"
        assert edge.refused == {"datagram: not-artnet": 1}
        for _ in range(MOST_A_SECOND + 10):
            desk.sendto(POLL, ("127.0.0.1", ear.port))
            ear.answer(edge, 5 * NS_PER_S)
        desk.setblocking(False)
        answers = 0
        while True:
            try:
                answers += len(desk.recv(2048)) == 239
            except BlockingIOError:
                break
        assert answers == MOST_A_SECOND
    ear.close()


def test_a_receiver_on_this_machine_keeps_its_port() -> None:
    assert poll_ear(Lights(protocol="artnet", destinations=("127.0.0.1",)), "s", [1]) is None
    assert poll_ear(Lights(protocol="sacn"), "s", [1]) is None
