"""What leaves the socket: universes, then their sync packet; goodbyes; and what is said where nothing can leave."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from stage.clock import ManualClock
from stage.lights import artnet, sacn
from stage.lights.ear import Ear
from stage.lights.sender import LightSender
from stage.lights.sequence_book import SequenceBook
from stage.lights.wire import WIRES
from stage.model.fixture import Lights

CID = UUID("ef07c8dd-0064-4401-a3a2-459ef8e6143e")
UNIVERSES = {1: b"\1" * 512, 2: b"\2" * 512}


@pytest.fixture
def node() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.bind(("127.0.0.1", 0))
        opened.setblocking(False)
        yield opened


def sender_to(to: str, run_dir: Path, clock: ManualClock | None = None, **values: object) -> LightSender:
    lights = Lights.model_validate({"multicast": False, "destinations": [to], **values})
    return LightSender(lights, WIRES[lights.protocol](lights, CID), SequenceBook(run_dir), clock or ManualClock(1))


def came(node: socket.socket) -> list[bytes]:
    packets = []
    while True:
        try:
            packets.append(node.recv(2048))
        except BlockingIOError:
            return packets


def address_of(node: socket.socket) -> str:
    return f"127.0.0.1:{node.getsockname()[1]}"


def test_the_sync_packet_follows_the_universes_of_its_frame(node: socket.socket, run_dir: Path) -> None:
    with closing(sender_to(address_of(node), run_dir, sync=True, sync_universe=77)) as sender:
        sender.send(UNIVERSES, 1)
        first, second, sync = [sacn.parsed(packet) for packet in came(node)]
    assert isinstance(first, sacn.DataPacket)
    assert isinstance(second, sacn.DataPacket)
    assert (first.universe, first.slots, first.sync_universe) == (1, UNIVERSES[1], 77)
    assert (second.universe, second.slots, second.sync_universe) == (2, UNIVERSES[2], 77)
    assert sync == sacn.SyncPacket(CID, 1, 77)


def test_artnet_has_its_own_sync_and_no_goodbye(node: socket.socket, run_dir: Path) -> None:
    sender = sender_to(address_of(node), run_dir, sync=True, protocol="artnet")
    sender.send(UNIVERSES, 1)
    sender.close()
    one, two, sync = [artnet.parsed(packet) for packet in came(node)]
    assert (one, two) == (artnet.DmxPacket(1, 1, UNIVERSES[1]), artnet.DmxPacket(1, 2, UNIVERSES[2]))
    assert sync is None


def test_sequences_go_round_by_each_protocols_own_way() -> None:
    lights = Lights()
    assert [WIRES["sacn"](lights, CID).after(at) for at in (0, 254, 255)] == [1, 255, 0]
    assert [WIRES["artnet"](lights, CID).after(at) for at in (0, 254, 255)] == [1, 255, 1], "0 means: none is counted"


def test_goodbyes_are_counted_on_and_no_faster_than_the_rest(node: socket.socket, run_dir: Path) -> None:
    clock = ManualClock(1)
    sender = sender_to(address_of(node), run_dir, clock)
    sender.send(UNIVERSES, 1)
    sender.leave()
    sender.leave()
    packets = [packet for packet in map(sacn.parsed, came(node)) if isinstance(packet, sacn.DataPacket)]
    sender.close()
    assert [packet.sequence for packet in packets if packet.universe == 1] == [1, 2, 3, 4]
    assert [packet.terminated for packet in packets] == [False] * 2 + [True] * 6
    assert clock.now_ns() == 1 + 3 * 22_727_273, "44 Hz"


def test_what_cannot_be_sent_is_told_until_it_can_be(run_dir: Path, node: socket.socket) -> None:
    sender = sender_to("255.255.255.255:5568", run_dir)
    sender.send(UNIVERSES, 1)
    sender.close()
    assert sender.error.startswith("cannot send to 255.255.255.255: ")
    assert sender.packets == 0


def test_an_ear_without_a_network_card_is_deaf_and_says_so() -> None:
    ear = Ear([1, 2], "192.0.2.1")
    assert ear.deaf.startswith("cannot hear desks: ")
    assert list(ear.packets()) == []
    ear.close()


def test_addresses_in_the_stage_file_are_checked() -> None:
    for wrong in ("studio", "10.0.0.300", "10.0.0.9:0", "10.0.0.9:70000", "10.0.0.9:x", ""):
        with pytest.raises(ValueError, match="is not an address"):
            Lights.model_validate({"destinations": [wrong]})
    assert Lights.model_validate({"destinations": ["10.0.0.9:6454", "10.0.0.9"]}).destinations[0] == "10.0.0.9:6454"
    with pytest.raises(ValueError, match="at most 63 bytes"):
        Lights(source_name="ü" * 32)
