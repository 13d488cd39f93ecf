"""The real lights process at the wire, heard by independent libraries; the test is conductor and render on the bus."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomlkit
from sacn.receiver import sACNreceiver
from sacn.sender import sACNsender
from stupidArtnet import StupidArtnetServer

from stage.clock import MonotonicClock
from stage.lights.sacn import Source, data_packet, group_of
from stage.lights.service import cid_of
from stage.maths.light_cube import FACES
from stage.messages.commands import Command, CommandResult
from stage.messages.frames import Frame, Show
from stage.messages.lights import LightField, LightsState
from stage.model.fixture import SACN_PORT
from stage.model.look import FixtureLevel, Fixtures, Look
from stage.units import NS_PER_S
from tests.e2e.patience import PATIENCE_S, until
from tools.bench.lights import LIGHTS, SMALL
from tools.live.free_port import free_port
from tools.live.live_stage import LiveStage, live_stage
from tools.sim.light_receiver import Received, listening

MS = 1_000_000
LAMPS = [
    {"name": "key", "position_m": [-2.0, -5.0, 3.0], "universe": 1, "address": 1, "bits": 16},
    {"name": "fill", "kind": "dimmer", "position_m": [2.0, -5.0, 3.0], "universe": 7, "address": 512},
]
FIXED = Fixtures(follow=False, fixed=(FixtureLevel("key", (1.0, 0.5, 0.0), 0.5), FixtureLevel("fill", level=1.0)))
KEY, FILL = bytes.fromhex("80004000 0000") + bytes(506), bytes(511) + b"\xff"
"""What they mean: 16 bit, coarse first; the last slot of a universe."""


class Conductor:
    """Puts frames and their light on the bus."""

    def __init__(self, live: LiveStage) -> None:
        self.live = live
        self._frames, self._render = live.bus.publisher("conductor"), live.bus.publisher("render")
        self._number = 0

    def show(self, fixtures: Fixtures = FIXED, released: bool = False, light: float = 0.5) -> None:
        """A frame that is on the wall at once."""
        self._number += 1
        look = replace(Look(), fixtures=fixtures)
        now_ns = self.live.clock.now_ns()
        show = Show(lights_released=released)
        self._frames.publish(
            Frame(
                number=self._number,
                present_ns=now_ns,
                decided_ns=now_ns,
                scene="boxes",
                scene_time_s=0.0,
                outer_number=0,
                outer_scene_time_s=0.0,
                look=look,
                cameras=(),
                show=show,
            )
        )
        faces = np.full((FACES * 4, 3), light, np.float32).tobytes()
        up = (0.0, 0.0, 1.0)
        number = self._number
        self._render.publish(
            LightField(
                node="render",
                scene="boxes",
                mark_m=up,
                face_px=2,
                faces=faces,
                sun_toward=up,
                sun=(0.0, 0.0, 0.0),
                oldest_number=number,
                newest_number=number,
            )
        )

    def answer(self, result: CommandResult) -> None:
        self._frames.publish(result)

    def until(self, done: Callable[[], bool], **values: Any) -> None:
        """Frames at 25 Hz until it is so."""
        clock = self.live.clock
        given_up_ns = clock.now_ns() + round(PATIENCE_S * NS_PER_S)
        while not done():
            assert clock.now_ns() < given_up_ns, "it never came"
            self.live.check()
            self.show(**values)
            clock.rest_until_ns(clock.now_ns() + 40 * MS)

    def close(self) -> None:
        self._frames.close()
        self._render.close()


@contextmanager
def lit(folder: Path, port: int, **lights: object) -> Iterator[Conductor]:
    document = tomlkit.parse(SMALL)
    near = {"multicast": False, "listen": False, "destinations": [f"127.0.0.1:{port}"]}
    document["lights"], document["fixtures"] = near | lights, LAMPS
    path = folder / "stage.toml"
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
    with live_stage(path, (LIGHTS,)) as live:
        conductor = Conductor(live)
        yield conductor
        conductor.close()


class Node:
    """A receiver that keeps what comes, stamped as it comes."""

    def __init__(self, port: int, heard: list[Received]) -> None:
        self.port, self.heard = port, heard

    def take(self, wait_ns: int) -> list[Received]:
        """What comes in so long."""
        first, clock = len(self.heard), MonotonicClock()
        clock.rest_until_ns(clock.now_ns() + wait_ns)
        return self.heard[first:]

    def has(self, count: int) -> bool:
        return len(self.heard) >= count


@pytest.fixture
def node() -> Iterator[Node]:
    with listening(MonotonicClock()) as (receiver, heard):
        yield Node(receiver.port, heard)


def test_the_library_receives_what_was_meant_and_a_desk_at_100_takes_over(tmp_path: Path) -> None:
    port = free_port(socket.SOCK_DGRAM)
    seen: dict[int, Any] = {}
    receiver = sACNreceiver(bind_address="127.0.0.1", bind_port=port)
    receiver.register_listener("universe", lambda packet: seen.update({packet.universe: packet}), universe=1)
    receiver.register_listener("universe", lambda packet: seen.update({packet.universe: packet}), universe=7)
    receiver.start()
    try:
        with lit(tmp_path, port) as conductor:
            conductor.until(lambda: {1, 7} <= set(seen))
            assert (bytes(seen[1].dmxData), bytes(seen[7].dmxData)) == (KEY, FILL)
            assert (seen[1].priority, seen[1].sourceName) == (90, "OpenStage")
            desk = sACNsender(bind_address="127.0.0.1", bind_port=0, source_name="desk")
            desk.start()
            try:
                desk.activate_output(1)
                _send_to(desk, port)
                output = desk[1]
                assert output is not None
                output.priority, output.destination, output.dmx_data = 100, "127.0.0.1", (7,) * 512
                conductor.until(lambda: seen[1].sourceName == "desk")
                assert bytes(seen[1].dmxData) == b"\7" * 512
                assert seen[7].sourceName == "OpenStage", "the other universe is ours still"
            finally:
                desk.stop()
            conductor.until(lambda: seen[1].sourceName == "OpenStage")
    finally:
        receiver.stop()


def _send_to(desk: Any, port: int) -> None:
    """The library sends to port 5568 alone: its socket is told another one."""
    mouth = desk._sender_handler.socket

    def elsewhere(data: Any, destination: str) -> None:
        mouth._socket.sendto(bytes(data.getBytes()), (destination, port))

    assert callable(mouth.send_unicast)
    mouth.send_unicast = elsewhere


def test_a_source_of_120_frames_a_second_is_sent_at_44_hz_at_most(tmp_path: Path, node: Node) -> None:
    with lit(tmp_path, node.port) as conductor:
        conductor.until(lambda: node.has(2))
        clock = conductor.live.clock
        began_ns = clock.now_ns()
        for number in range(240):
            level = number / 240.0
            conductor.show(Fixtures(follow=False, fixed=(FixtureLevel("key", level=level),)))
            clock.rest_until_ns(clock.now_ns() + NS_PER_S // 120)
        node.take(50 * MS)
    moving = [one.received_ns for one in node.heard if one.universe == 1 and one.received_ns >= began_ns]
    assert len(moving) > 20
    took_s = (moving[-1] - began_ns) / NS_PER_S
    assert len(moving) <= 44 * took_s + 2, "and one at either end; a packet that is held up shortens no other's wait"


def test_told_to_stop_it_says_goodbye_three_times_on_every_universe(tmp_path: Path, node: Node) -> None:
    with lit(tmp_path, node.port) as conductor:
        conductor.until(lambda: node.has(4))
        conductor.live.children[0].end(PATIENCE_S)
        until("it says goodbye", lambda: sum(one.terminated for one in node.heard) >= 6)
        node.take(100 * MS)
    last = node.heard[-6:]
    assert all(one.terminated for one in last)
    assert sorted(one.universe for one in last) == [1, 1, 1, 7, 7, 7]
    assert not any(one.terminated for one in node.heard[:-6])


def test_released_to_the_desk_it_is_silent_and_taken_back_it_goes_on(tmp_path: Path, node: Node) -> None:
    with lit(tmp_path, node.port) as conductor:
        conductor.until(lambda: node.has(4))
        conductor.until(lambda: sum(one.terminated for one in node.heard) == 6 or node.has(10_000), released=True)
        node.take(200 * MS)
        heard = len(node.heard)
        conductor.show(released=True)
        assert node.take(1200 * MS) == []
        conductor.until(lambda: node.has(heard + 2))
        assert not node.heard[-1].terminated


def test_killed_it_comes_back_as_the_same_source_and_counts_on(tmp_path: Path, node: Node) -> None:
    with lit(tmp_path, node.port) as conductor:
        conductor.until(lambda: node.has(8))
        child = conductor.live.children[0]
        child.signal(signal.SIGKILL)
        until("it is dead", lambda: child.exit_code() == -signal.SIGKILL)
        before = node.take(300 * MS)
        last = {one.universe: one for one in node.heard}
        assert not any(one.terminated for one in before)
        child.spawn()
        heard = len(node.heard)
        conductor.until(lambda: node.has(heard + 2))
    after = {one.universe: one for one in reversed(node.heard[heard:])}
    host = socket.gethostname()
    for universe, first in after.items():
        assert first.cid == last[universe].cid == cid_of("lit", host)
        assert first.sequence == (last[universe].sequence + 1) % 256


def test_a_fixture_is_identified_once_the_conductor_accepts_it(tmp_path: Path, node: Node) -> None:
    with lit(tmp_path, node.port) as conductor:
        conductor.until(lambda: node.has(4))
        console = conductor.live.bus.publisher("console")

        def white() -> bool:
            now_ns = conductor.live.clock.now_ns()
            for arguments in ({}, {"fixtur": "key"}, {"fixture": "no such"}, {"fixture": 7}):
                console.publish(Command("0", "lights.identify", arguments, "test", now_ns))
            console.publish(Command("1", "lights.identify", {"fixture": "key"}, "test", now_ns))
            conductor.answer(
                CommandResult(
                    number="1",
                    name="lights.identify",
                    who="test",
                    accepted=True,
                    text="",
                    frame_number=1,
                    done_ns=now_ns,
                )
            )
            return any(one.slots[:6] == b"\xff" * 6 for one in node.heard if one.universe == 1)

        conductor.until(white)
        console.close()


def test_artnet_is_received_by_the_library(tmp_path: Path) -> None:
    port = free_port(socket.SOCK_DGRAM)
    server = StupidArtnetServer(port=port)
    heard: list[bytes] = []
    server.register_listener(1, callback_function=lambda data, *_: heard.append(bytes(data)))
    try:
        with lit(tmp_path, port, protocol="artnet") as conductor:
            conductor.until(lambda: bool(heard))
    finally:
        server.close()
    assert heard[-1][:6] == KEY[:6]


def test_a_desk_on_the_network_is_told_with_its_universe(tmp_path: Path, node: Node) -> None:
    """Multicast on loopback: the desk sends to the universe's group."""
    with lit(tmp_path, node.port, listen=True, interface="127.0.0.1") as conductor:
        ear = conductor.live.bus.subscriber("lights.state")
        desk = Source(cid_of("desk", "elsewhere"), "desk", 100)
        told: list[LightsState] = []
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mouth:
            mouth.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, ip_address("127.0.0.1").packed)

            def owned() -> bool:
                mouth.sendto(data_packet(desk, 7, len(told) % 256, bytes(512)), (group_of(7), SACN_PORT))
                told.extend(record for record in ear.receive() if isinstance(record, LightsState))
                return bool(told) and told[-1].desk == (7,)

            conductor.until(owned)
        assert told[-1].desk_name == "desk"
        ear.close()
