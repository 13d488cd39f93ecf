"""sACN and Art-Net packets: the stored vectors byte for byte, and what independent libraries write and read."""

from __future__ import annotations

import json
import socket
from typing import Any
from uuid import UUID

import pytest
from sacn.messages.data_packet import DataPacket as OracleData
from sacn.messages.sync_packet import SyncPacket as OracleSync
from sacn.messages.universe_discovery import UniverseDiscoveryPacket as OracleDiscovery
from stupidArtnet import StupidArtnet

from stage.errors import PacketError
from stage.lights import artnet, sacn
from tests.places import DATA

VECTORS: dict[str, Any] = json.loads((DATA / "lighting/vectors.json").read_text())
E131 = {vector["name"]: vector for vector in VECTORS["e131"]}
ARTNET = {vector["name"]: vector for vector in VECTORS["artnet"]}
CID = UUID("ef07c8dd-0064-4401-a3a2-459ef8e6143e")
SOURCE = sacn.Source(CID, "Source_A", 100)
RAMP = bytes(range(256)) * 2


def test_a_full_universe_is_the_corrected_example_byte_for_byte() -> None:
    packet = sacn.data_packet(SOURCE, 1, 154, RAMP, sync_universe=7962)
    assert packet.hex() == E131["corrected-full-universe"]["hex"]


def test_a_terminated_packet_is_the_stored_one_byte_for_byte() -> None:
    packet = sacn.data_packet(SOURCE, 63_999, 0, bytes(512), options=sacn.TERMINATED | sacn.PREVIEW)
    assert packet.hex() == E131["terminated-preview"]["hex"]


def test_a_sync_packet_is_the_stored_one_byte_for_byte() -> None:
    assert sacn.sync_packet(SOURCE, 7, 7962).hex() == E131["sync"]["hex"]
    assert bytes(OracleSync(cid=tuple(CID.bytes), syncAddr=7962, sequence=7).getBytes()) == sacn.sync_packet(
        SOURCE, 7, 7962
    )


def test_the_standards_own_example_is_read_in_spite_of_its_lengths() -> None:
    packet = sacn.parsed(bytes.fromhex(E131["standard-appendix-b"]["hex"]))
    assert packet == sacn.DataPacket(
        cid=CID,
        source_name="Source_A",
        priority=100,
        sync_universe=7962,
        sequence=154,
        options=0,
        universe=1,
        start_code=0,
        slots=RAMP,
    )
    corrected = sacn.parsed(bytes.fromhex(E131["corrected-full-universe"]["hex"]))
    assert corrected == packet
    assert bytes.fromhex(E131["standard-appendix-b"]["hex"]) != sacn.data_packet(SOURCE, 1, 154, RAMP, 7962)


@pytest.mark.parametrize("universe", [1, 255, 256, 63_999])
def test_a_data_packet_is_what_the_library_writes(universe: int) -> None:
    oracle = OracleData(tuple(CID.bytes), "Bühne", universe, tuple(RAMP[:512]), priority=90, sequence=200)
    ours = sacn.data_packet(sacn.Source(CID, "Bühne", 90), universe, 200, RAMP)
    assert bytes(oracle.getBytes()) == ours
    read = OracleData.make_data_packet(tuple(ours))
    assert (read.universe, read.sequence, read.priority, bytes(read.dmxData)) == (universe, 200, 90, RAMP)


def test_discovery_lists_the_universes_in_pages() -> None:
    universes = tuple(range(1, 1026))
    oracle = OracleDiscovery.make_multiple_uni_disc_packets(tuple(CID.bytes), "Source_A", list(universes))
    ours = sacn.discovery_packets(SOURCE, universes[::-1])
    assert [bytes(packet.getBytes()) for packet in oracle] == ours
    assert len(ours) == 3
    assert len(sacn.discovery_packets(SOURCE, ())) == 1


@pytest.mark.parametrize("universe", [0, 64_000, -1])
def test_a_universe_that_e131_does_not_have_is_refused(universe: int) -> None:
    with pytest.raises(ValueError, match="no universe"):
        sacn.data_packet(SOURCE, universe, 0, RAMP)


def test_slots_beyond_512_are_refused() -> None:
    with pytest.raises(ValueError, match="512 slots"):
        sacn.data_packet(SOURCE, 1, 0, bytes(513))
    with pytest.raises(ValueError, match="512 slots"):
        artnet.dmx_packet(1, 0, bytes(513))


def test_a_receiver_takes_the_next_packet_across_the_wrap_and_no_older_one() -> None:
    assert sacn.is_newer(0, 255)
    assert sacn.is_newer(1, 0)
    assert not sacn.is_newer(255, 0)
    assert not sacn.is_newer(10, 10)
    assert not sacn.is_newer(10, 29)
    assert sacn.is_newer(10, 30)


@pytest.mark.parametrize("damage", [slice(0, 40), slice(0, 125), slice(0, 600), slice(4, None)])
def test_what_is_no_packet_is_a_packet_error(damage: slice) -> None:
    good = bytes.fromhex(E131["corrected-full-universe"]["hex"])
    with pytest.raises(PacketError):
        sacn.parsed(good[damage])
    with pytest.raises(PacketError):
        artnet.parsed(good[damage])


def test_every_short_beginning_of_a_packet_is_refused_not_a_bug() -> None:
    for good, read in (
        (bytes.fromhex(E131["corrected-full-universe"]["hex"]), sacn.parsed),
        (bytes.fromhex(ARTNET["artdmx-8"]["hex"]), artnet.parsed),
    ):
        for length in range(len(good)):
            with pytest.raises(PacketError):
                read(good[:length])


def test_an_artnet_packet_is_the_stored_one_byte_for_byte() -> None:
    packet = artnet.dmx_packet(293, 0, bytes(range(8)))
    assert packet.hex() == ARTNET["artdmx-8"]["hex"]
    assert artnet.parsed(packet) == artnet.DmxPacket(0, 293, bytes(range(8)))
    assert artnet.sync_packet().hex() == ARTNET["artsync"]["hex"]
    assert artnet.parsed(artnet.sync_packet()) is None


def test_an_artnet_packet_is_what_the_library_sends() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(100.0)
        sender = StupidArtnet("127.0.0.1", 0x1234, 512, port=receiver.getsockname()[1])
        try:
            sender.set(bytearray(RAMP))
            sender.show()
            packet = receiver.recv(1024)
        finally:
            sender.close()
    assert artnet.dmx_packet(0x1234, packet[12], RAMP) == packet


def test_an_odd_number_of_slots_gets_one_more() -> None:
    assert artnet.parsed(artnet.dmx_packet(0, 1, b"\1\2\3")) == artnet.DmxPacket(1, 0, b"\1\2\3\0")


@pytest.mark.parametrize("universe", [-1, 32_768])
def test_a_universe_that_artnet_does_not_have_is_refused(universe: int) -> None:
    with pytest.raises(ValueError, match="no universe"):
        artnet.dmx_packet(universe, 0, RAMP)
