"""Damaged datagrams of every protocol, through everything that reads them: nothing raises, hangs or grows.

Good datagrams are damaged at random places, and most get a right checksum again, so that the damage is not refused at
the door. A little in every run of the tests, ten minutes of it in the slow ones.
"""

from __future__ import annotations

import json
import random
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import cbor2
import pytest

from stage.maths.pose import Pose, quaternion_from_pan_tilt_roll
from stage.messages.samples import TrackingSample
from stage.model.source import AnySource
from tests.places import DATA
from tests.unit.tracking.test_readers import KINDS, camera, sent, source
from tools.sim.wire.freed import resummed
from tools.sim.wire.opentrackio import with_header
from tracking.protocols.opentrackio import fletcher16
from tracking.source_track import SharedPort, SourceTrack

QUICK = 1500
LONG_S = 150.0
"""For each of four protocols: ten minutes in all."""
BATCH = 2000
MOST_GROWTH = 4 << 20
"""Bytes that may be held more after a long run than after its first batch: what is remembered of senders is bounded."""
WORDS = [
    bytes(4),
    b"\xff" * 4,
    b"\x7f\xff\xff\xff",
    b"\x80\0\0\0",
    b"\0\0\xc0\x7f",
    b"\x7f\xc0\0\0",
    b"\x7f\x80\0\0",
    b"\0\0\0\1",
]
"""Numbers that are borders, not numbers, or infinite, in 32 bits of either order."""

VARIANTS: dict[str, list[dict[str, Any]]] = {
    "freed": [
        {}, {"vendor": "sony"}, {"vendor": "panasonic", "allow_padding": True}, {"vendor": "mo-sys"},
        {"vendor": "z-cam", "accept_bad_checksum": True}, {"vendor": "vizrt", "body_offset": 3}, {"checksum": "xor"},
    ],
    "opentrackio": [{}, {"source_number": None, "accept_bad_checksum": True, "counter": "none"}, {"lens": "table"}],
    "osc": [
        {}, {"preset": "vrchat"}, {"preset": "vive", "id": None}, {"preset": "freed2osc"},
        {"rules": [{"address": "/*/{id}", "arguments": ["qx", "qy", "qz", "qw", "x", "y", "z", "counter", "time_s"]}]},
    ],
    "psn": [{}, {"tracker": 0, "counter": "frame-id", "least_status": 0.5}, {"frame": ("-y", "+z", "+x")}],
}  # fmt: skip


def published() -> Iterator[tuple[str, bytes]]:
    """(protocol, datagram) of the vectors in tests/data."""
    for item in json.loads((DATA / "freed/vectors.json").read_text())["vectors"]:
        yield "freed", bytes.fromhex(item["hex"])
    for item in json.loads((DATA / "psn/vectors.json").read_text())["packets"]:
        yield "psn", bytes.fromhex(item["hex"])
    for item in json.loads((DATA / "opentrackio/packets.json").read_text())["samples"]:
        yield from (("opentrackio", bytes.fromhex(text)) for text in item["packets_hex"])
    for path in sorted((DATA / "opentrackio/examples").glob("*.json")):
        told = json.loads(path.read_text())
        yield "opentrackio", with_header(json.dumps(told).encode(), 9)
        yield "opentrackio", with_header(cbor2.dumps(told), 10, encoding=2)


def good_datagrams(protocol: str) -> list[bytes]:
    pose = Pose((1.0, -2.0, 1.5), quaternion_from_pan_tilt_roll(20.0, -10.0, 5.0))
    made = [sent(source(protocol, **more), pose, n) for more in VARIANTS[protocol] for n in range(3)]
    return [*made, *(datagram for of, datagram in published() if of == protocol)]


def resummed_opentrackio(datagram: bytes) -> bytes:
    """With the length and the checksum that its bytes should have."""
    if len(datagram) < 16 or len(datagram) - 16 > 0x7FFF:
        return datagram
    last = datagram[12] & 0x80
    head = datagram[:12] + (last << 8 | len(datagram) - 16).to_bytes(2, "big")
    return head + fletcher16(head + datagram[16:]).to_bytes(2, "big") + datagram[16:]


MENDED: dict[str, Callable[[bytes], bytes]] = {
    "freed": lambda datagram: resummed(datagram, "freed") if len(datagram) == 29 else datagram,
    "opentrackio": resummed_opentrackio,
}


class Damage:
    """Damaged datagrams of a protocol, the same for the same seed."""

    def __init__(self, protocol: str, seed: int) -> None:
        self._chance = random.Random(seed)
        self._good = good_datagrams(protocol)
        self._mended = MENDED.get(protocol, bytes)

    def datagram(self) -> bytes:
        chance = self._chance
        damaged = bytearray(chance.choice(self._good))
        for _ in range(chance.choice((1, 1, 1, 2, 4, 12))):
            self._damage(damaged)
        whole = bytes(damaged[:65_507])
        return self._mended(whole) if chance.random() < 0.8 else whole

    def _damage(self, damaged: bytearray) -> None:
        chance = self._chance
        at = chance.randrange(len(damaged) + 1)
        kind = chance.randrange(7)
        if kind == 0 and at < len(damaged):
            damaged[at] ^= 1 << chance.randrange(8)
        elif kind == 1 and at < len(damaged):
            damaged[at] = chance.randrange(256)
        elif kind == 2:
            del damaged[at : at + chance.randrange(1, 9)]
        elif kind == 3:
            damaged[at:at] = chance.randbytes(chance.randrange(1, 9))
        elif kind == 4:
            damaged[at : at + 4] = chance.choice(WORDS)
        elif kind == 5:
            other = chance.choice(self._good)
            damaged[at:] = other[chance.randrange(len(other)) :]
        else:
            damaged[at:at] = damaged[at : at + chance.randrange(1, 64)] * chance.randrange(1, 5)


def port_of(protocol: str) -> SharedPort:
    sources: list[AnySource] = [source(protocol, **more) for more in VARIANTS[protocol]]
    return SharedPort([SourceTrack(of, (camera(protocol),)) for of in sources])


def read(port: SharedPort, damage: Damage, count: int, moment_ns: int) -> list[TrackingSample]:
    """What `count` datagrams, from many senders, become: samples of finite numbers, whatever was sent."""
    found = []
    for n in range(count):
        found += port.take(damage.datagram(), f"10.0.{n % 7}.{n % 251}", moment_ns + n * 1_000_000)
    for sample in found:
        assert all(abs(value) < 1e10 for value in (*sample.position_m, *sample.orientation))
        assert sample.lens.focal_length_mm > 0.0
        assert sample.lens.overscan >= 1.0
    return found


@pytest.mark.parametrize("protocol", KINDS)
def test_damaged_datagrams_are_read_or_refused(protocol: str) -> None:
    found = read(port_of(protocol), Damage(protocol, seed=1), QUICK, 0)
    assert found, "all was refused: the damage never reached what it is for"


@pytest.mark.slow
@pytest.mark.parametrize("protocol", KINDS)
def test_damaged_datagrams_for_minutes(protocol: str) -> None:
    damage, port, batches = Damage(protocol, seed=2), port_of(protocol), 0
    held, until_s = 0, time.monotonic() + LONG_S
    tracemalloc.start()
    try:
        while time.monotonic() < until_s:
            read(port, damage, BATCH, batches * BATCH * 1_000_000)
            batches += 1
            if batches == 2:
                held = tracemalloc.get_traced_memory()[0]
        grown = tracemalloc.get_traced_memory()[0] - held
    finally:
        tracemalloc.stop()
    assert grown < MOST_GROWTH, f"{grown} bytes more are held after {batches * BATCH} datagrams"
