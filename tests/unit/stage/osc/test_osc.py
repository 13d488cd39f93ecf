"""OSC: bytes to calls, calls to the same typed commands as everybody's, answers and state back."""

from __future__ import annotations

import re
import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_message_builder import OscMessageBuilder
from typer.testing import CliRunner

from stage.bus.memory_bus import MemoryBus
from stage.clock import MonotonicClock
from stage.errors import InputError, PacketError
from stage.files.loading import find_stage, load_stage
from stage.messages.commands import Command, CommandResult, OnAir
from stage.messages.frames import Show
from stage.model.look import Exposure, Look
from stage.model.osc import Osc
from stage.osc.addresses import ROWS, asked_by
from stage.osc.arguments import World, triggers
from stage.osc.desk import STATUS_NS, OscDesk
from stage.osc.feedback import KEEP_ALIVE_NS, MOST_SUBSCRIBERS, Listeners
from stage.osc.patterns import matches, matches_address
from stage.osc.service import OscLoop
from stage.osc.wire import BUNDLE, DEEPEST, OscCall, calls_of, datagram_of
from stage.process.service import Service
from tests.places import ROOT
from tools.cli import app

TABLET = ("192.0.2.5", 9000)
WORLD = World(("noon", "dusk", "night"), "dusk", ("main", "side"), ("a", "b"))
AIR = OnAir(
    look=Look(),
    preset="dusk",
    scene="boxes",
    show=Show(),
    held=False,
    undo_steps=0,
    redo_steps=0,
    fade_until_ns=0,
    changed_by=None,
    since_ns=0,
)
FRAME_NS = 40_000_000


def test_the_vectors_of_the_specification() -> None:
    assert calls_of(bytes.fromhex("2f676f002c000000")) == [OscCall("/go", ())]
    assert calls_of(bytes.fromhex("2f6100002c6600003f800000")) == [OscCall("/a", (1.0,))]
    assert calls_of(bytes.fromhex("2f676f00")) == [OscCall("/go", ())], "without type tags: no arguments"


def test_every_type_comes_and_goes() -> None:
    builder = OscMessageBuilder(address="/x")
    for value, tag in ((7, "i"), (0.5, "f"), ("a", "s"), (b"\1\2", "b"), (True, "T"), (False, "F"), (None, "N")):
        builder.add_arg(value, tag)
    builder.add_arg(2**40, "h")
    builder.add_arg(0.1, "d")
    builder.add_arg([1, 2])
    (call,) = calls_of(builder.build().dgram)
    assert call.arguments == (7, 0.5, "a", b"\1\2", True, False, None, 2**40, 0.1, [1, 2])
    for arguments in ((), (1, 2.5, "text", True, False), (2**40,), ("ä ö",)):
        assert calls_of(datagram_of("/x", *arguments)) == [OscCall("/x", arguments)]


def bundle(*elements: bytes) -> bytes:
    return BUNDLE + struct.pack(">Q", 1) + b"".join(struct.pack(">i", len(each)) + each for each in elements)


def test_bundles_are_taken_apart_in_order() -> None:
    packet = bundle(datagram_of("/a", 1), bundle(datagram_of("/b", 2)), datagram_of("/c"))
    assert [call.address for call in calls_of(packet)] == ["/a", "/b", "/c"]


def nested(depth: int) -> bytes:
    packet = datagram_of("/a")
    for _ in range(depth):
        packet = bundle(packet)
    return packet


@pytest.mark.parametrize(
    ("packet", "reason"),
    [
        (b"", "empty"),
        (b"/a\0", "padding"),
        (b"abcd", "address"),
        (b"/abc", "address"),
        (b"/a\0\0xyz\0", "arguments"),
        (b"/a\0\0,i\0\0", "arguments"),
        (b"/a\0\0,b\0\0" + struct.pack(">i", -5), "arguments"),
        (b"/a\0\0,[\0\0", "arguments"),
        (BUNDLE, "size"),
        (BUNDLE + bytes(8) + struct.pack(">i", -4) + b"/a\0\0", "size"),
        (BUNDLE + bytes(8) + struct.pack(">i", 400) + b"/a\0\0", "size"),
        (BUNDLE + bytes(8) + struct.pack(">i", 0), "size"),
        (nested(DEEPEST + 1), "depth"),
        (nested(2000), "depth"),
    ],
)
def test_what_is_malformed_is_refused_by_its_reason(packet: bytes, reason: str) -> None:
    with pytest.raises(PacketError) as caught:
        calls_of(packet)
    assert caught.value.reason == reason


def test_eight_bundles_in_each_other_are_read() -> None:
    assert calls_of(nested(DEEPEST)) == [OscCall("/a", ())]


def rich_packet() -> bytes:
    """Bundles in a bundle, and a message with every kind of argument that is read."""
    builder = OscMessageBuilder(address="/stage/look")
    for value, tag in ((7, "i"), (0.5, "f"), ("text", "s"), (b"\1\2\3", "b"), (True, "T"), (None, "N"), (2**40, "h")):
        builder.add_arg(value, tag)
    builder.add_arg([1, 0.25])
    return bundle(builder.build().dgram, bundle(datagram_of("/a", 1), datagram_of("/b", "c")), datagram_of("/d"))


RICH = rich_packet()
PLACES = st.integers(0, len(RICH) - 1)


@settings(max_examples=1000)
@given(st.lists(st.tuples(PLACES, st.integers(0, 255)), min_size=1, max_size=4))
def test_a_packet_with_changed_bytes_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    packet = bytearray(RICH)
    for place, value in changes:
        packet[place] = value
    with suppress(PacketError):
        assert all(call.address.startswith("/") for call in calls_of(bytes(packet)))


@settings(max_examples=500)
@given(PLACES, PLACES, st.integers(-8, 8).map(lambda words: 4 * words))
def test_a_packet_with_a_piece_missing_or_twice_is_read_or_refused(at: int, to: int, by: int) -> None:
    whole = RICH[:at] + RICH[to:]
    for packet in (whole, whole[: len(whole) // 4 * 4], RICH[: max(0, len(RICH) + by)], RICH[to // 4 * 4 :]):
        with suppress(PacketError):
            assert all(call.address.startswith("/") for call in calls_of(packet))


def test_the_undamaged_packet_is_read_whole() -> None:
    assert [call.address for call in calls_of(RICH)] == ["/stage/look", "/a", "/b", "/d"]


@pytest.mark.parametrize(
    ("arguments", "pressed"),
    [
        ((), True),
        ((1,), True),
        ((1.0,), True),
        ((True,), True),
        ((0,), False),
        ((0.0,), False),
        ((False,), False),
        (("x",), False),
    ],
)
def test_the_rule_of_buttons(arguments: tuple[Any, ...], pressed: int) -> None:
    assert triggers(arguments) == bool(pressed)
    asked = asked_by(OscCall("/stage/cue/next", arguments), "/stage", WORLD)
    assert bool(asked) == bool(pressed)


@pytest.mark.parametrize(
    ("address", "arguments", "command", "expected"),
    [
        ("/preset/recall", ("noon",), "look.recall", {"preset": "noon"}),
        ("/preset/recall", (3, 2.0), "look.recall", {"preset": "night", "transition": {"duration_s": 2.0}}),
        ("/preset/next", (1.0,), "look.recall", {"preset": "night"}),
        ("/preset/previous", (), "look.recall", {"preset": "noon"}),
        ("/cue/load", ("day",), "cue.load", {"cue_list": "day"}),
        ("/cue/next", (), "cue.fire", {"step": "next"}),
        ("/cue/go", ("12A", 0.0), "cue.fire", {"cue": "12A", "fade_s": 0.0}),
        ("/cue/go", (12,), "cue.fire", {"cue": "12"}),
        ("/scene/switch", ("desert",), "scene.switch", {"scene": "desert", "when_ready": True}),
        ("/blackout", (True,), "show.black", {"on": True}),
        ("/blackout", (0,), "show.black", {"on": False}),
        ("/freeze", (1.0,), "show.hold", {"on": True}),
        ("/testpattern", ("grey",), "show.pattern", {"name": "grey"}),
        ("/testpattern", (0,), "show.pattern", {"name": None}),
        ("/wall/side/brightness", (0.5,), "look.set", {"walls.side.brightness": 0.5}),
        ("/wall/*/brightness", (1,), "look.set", {"walls.main.brightness": 1.0, "walls.side.brightness": 1.0}),
        ("/camera/a/frustum/margin", (4.0,), "look.set", {"inner.cameras.a.margin_deg": 4.0}),
        ("/camera/2/frustum/feather", (1,), "look.set", {"inner.cameras.b.feather_deg": 1.0}),
        ("/camera/b/on", (), "camera.switch", {"camera": "b", "on": True}),
        ("/camera/b/off", (1.0,), "camera.switch", {"camera": "b", "on": False}),
        ("/camera/2/toggle", (1,), "camera.switch", {"camera": "b"}),
        ("/camera/b/enable", (0,), "camera.switch", {"camera": "b", "on": False}),
        ("/camera/b/enable", (), "camera.switch", {"camera": "b"}),
        ("/camera/b/first", (True,), "camera.order", {"cameras": ["b"]}),
        ("/camera/b/on_air", (1.0,), "camera.tally", {"camera": "b", "on": True}),
        ("/camera/b/on_air", (0,), "camera.tally", {"camera": "b", "on": False}),
        ("/camera/on_air", ("b",), "camera.on_air", {"cameras": ["b"]}),
        ("/camera/on_air", ("",), "camera.on_air", {"cameras": []}),
        ("/preset/recall", (2.0,), "look.recall", {"preset": "dusk"}),
        ("/cue/go", (2.0,), "cue.fire", {"cue": "2"}),
        ("/cue/go", (2.5, 1.0), "cue.fire", {"cue": "2.5", "fade_s": 1.0}),
        ("/record/start", ("12A", 3.0), "shot.roll", {"slate": "12A", "take": 3}),
        ("/blackout", (), "show.black", {}),
        ("/blackout", ("toggle",), "show.black", {}),
        ("/blackout/toggle", (1,), "show.black", {}),
        ("/freeze", ("toggle",), "show.hold", {}),
        ("/freeze/toggle", (), "show.hold", {}),
        ("/{blackout,x}", (1,), "show.black", {"on": True}),
        ("/*/b/first", (), "camera.order", {"cameras": ["b"]}),
        ("/cam*/?/frustum/m*", (2.0,), "look.set",
         {"inner.cameras.a.margin_deg": 2.0, "inner.cameras.b.margin_deg": 2.0}),
        ("/look/exposure/e?", (1.0,), "look.set", {"exposure.ev": 1.0}),
        ("/look/exposure/ev", (-1.0,), "look.set", {"exposure.ev": -1.0}),
        ("/look/grade/slope", (1.0, 0.9, 0.8), "look.set", {"grade.slope": [1.0, 0.9, 0.8]}),
        ("/look/sun/source", ("hand",), "look.set", {"sun.source": "hand"}),
        ("/look/undo", (), "look.undo", {}),
        ("/look/ab", (1,), "look.ab", {}),
        ("/lights/master", (0.3,), "look.set", {"fixtures.master": 0.3}),
        ("/lights/release", (1,), "lights.release", {"on": True}),
        ("/record/start", ("12A", 3), "shot.roll", {"slate": "12A", "take": 3}),
        ("/record/start", (1.0,), "shot.roll", {}),
        ("/record/stop", (), "shot.cut", {}),
    ],
)  # fmt: skip
def test_an_address_is_a_command(
    address: str, arguments: tuple[Any, ...], command: str, expected: dict[str, Any]
) -> None:
    (asked,) = asked_by(OscCall(f"/stage{address}", arguments), "/stage", WORLD)
    assert (asked.command, asked.arguments, asked.fader) == (command, expected, command == "look.set")


@pytest.mark.parametrize(
    ("address", "arguments"),
    [
        ("/other/blackout", (1,)),
        ("/stage/nothing", ()),
        ("/stage/blackout", (1, 1)),
        ("/stage/{blackout,freeze}", ("on",)),
        ("/stage/no*", ()),
        ("/stage/camera/c/on", ()),
        ("/stage/camera/3/on", (0,)),
        ("/stage/camera/c/frustum/margin", (1.0,)),
        ("/stage/camera/a/on_air", ()),
        ("/stage/camera/on_air", (1,)),
        ("/stage/cue/go", (b"x",)),
        ("/stage/preset/recall", (2.5,)),
        ("/stage/preset/recall", (float("nan"),)),
        ("/stage/blackout", ("on",)),
        ("/stage/preset/recall", ()),
        ("/stage/preset/recall", (9,)),
        ("/stage/preset/recall", (0,)),
        ("/stage/wall/back/brightness", (1.0,)),
        ("/stage/wall/main/brightness", ("full",)),
        ("/stage/wall/main/brightness", (True,)),
        ("/stage/look/exposure/ev", ()),
        ("/stage/look/exposure/ev", (b"x",)),
        ("/stage/testpattern", ()),
        ("/stage/scene/switch", (1,)),
    ],
)
def test_what_no_address_takes_is_refused(address: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(InputError):
        asked_by(OscCall(address, arguments), "/stage", WORLD)


@pytest.mark.parametrize(
    ("pattern", "name", "means"),
    [
        ("main", "main", True), ("m*", "main", True), ("m?in", "main", True), ("m??in", "main", False),
        ("{main,side}", "side", True), ("{main,side}", "back", False), ("wall[1-3]", "wall2", True),
        ("wall[!1-3]", "wall2", False), ("a.b", "axb", False), ("[", "x", False), ("[]", "x", False), ("(", "x", False),
    ],
)  # fmt: skip
def test_patterns(pattern: str, name: str, means: bool) -> None:
    assert matches(pattern, name) is means


def test_a_pattern_means_every_address_it_matches_and_each_button_only_when_pressed() -> None:
    """OSC 1.0: `*` and its like stay within one part of an address."""
    pressed = asked_by(OscCall("/stage/{blackout,freeze}", (1,)), "/stage", WORLD)
    assert [(one.command, one.arguments) for one in pressed] == [
        ("show.black", {"on": True}),
        ("show.hold", {"on": True}),
    ]
    both = asked_by(OscCall("/stage/camera/*/on", ()), "/stage", WORLD)
    assert [one.arguments["camera"] for one in both] == ["a", "b"]
    assert asked_by(OscCall("/stage/camera/*/on", (0,)), "/stage", WORLD) == []
    assert asked_by(OscCall("/*/blackout", (1,)), "/stage", WORLD)[0].command == "show.black"
    assert not matches_address("/stage/*", "/stage/cue/next")


@settings(deadline=None)
@given(st.text("ab*?[]{},!-/", max_size=40), st.text("ab/", max_size=40))
def test_no_pattern_takes_longer_than_its_length_times_the_names(pattern: str, name: str) -> None:
    """Compared with a slow rule that is written down at once: the names of a letter or two that a pattern means."""
    assert matches(pattern, name) in (True, False)
    assert matches(pattern.translate(str.maketrans("", "", "*?[]{}")), name) is (
        pattern.translate(str.maketrans("", "", "*?[]{}")) == name
    )


def test_a_hostile_pattern_ends() -> None:
    assert not matches("*a" * 200 + "b", "a" * 400)
    assert matches("*a" * 200 + "*", "a" * 400)


class Remote:
    """A desk with a tablet in front of it, at moments the test chooses."""

    def __init__(self) -> None:
        self.listeners = Listeners()
        self.desk = OscDesk("/stage", FRAME_NS, self.listeners, self._complete, lambda recalled: WORLD)
        self.desk.air = AIR
        self.desk.turn(0)

    def _complete(self, air: OnAir | None, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return dict(arguments)

    def hear(self, address: str, *arguments: Any, at_ns: int = 1) -> None:
        self.desk.hear(OscCall(f"/stage{address}", arguments), TABLET, at_ns)

    def turn(self, at_ns: int = 1) -> tuple[list[tuple[str, dict[str, Any]]], list[OscCall]]:
        commands, sends = self.desk.turn(at_ns)
        self.commands = commands
        return [(each.name, each.arguments) for each in commands], [call for _, call in sends]


def test_a_fader_is_one_command_a_frame_with_its_last_value() -> None:
    remote = Remote()
    for value in range(100):
        remote.hear("/wall/main/brightness", value / 100)
        remote.hear("/look/exposure/ev", -value / 100)
    assert remote.turn(1) == ([], [])
    ((name, arguments),), _ = remote.turn(FRAME_NS)
    assert (name, arguments["values"]) == ("look.set", {"walls.main.brightness": 0.99, "exposure.ev": -0.99})
    assert remote.turn(2 * FRAME_NS) == ([], [])


def test_a_button_does_not_overtake_a_fader() -> None:
    remote = Remote()
    remote.hear("/look/exposure/ev", 1.0)
    remote.hear("/blackout", 1)
    assert [name for name, _ in remote.turn()[0]] == ["look.set", "show.black"]
    assert [command.who for command in remote.commands] == ["osc@192.0.2.5"] * 2


def test_every_command_is_answered_to_who_gave_it() -> None:
    remote = Remote()
    remote.hear("/blackout", 1)
    remote.hear("/scene/switch", "desert")
    remote.turn()
    first, second = remote.commands
    remote.desk.answered(
        CommandResult(
            number=first.number, name=first.name, who=first.who, accepted=True, text="black", frame_number=7, done_ns=0
        )
    )
    remote.desk.answered(
        CommandResult(
            number=second.number,
            name=second.name,
            who=second.who,
            accepted=False,
            text="is not ready",
            frame_number=-1,
            done_ns=0,
        )
    )
    remote.desk.answered(
        CommandResult(
            number="of another", name="look.set", who="ann", accepted=True, text="", frame_number=7, done_ns=0
        )
    )
    assert remote.turn()[1] == [
        OscCall("/stage/reply", ("/stage/blackout", "ok")),
        OscCall("/stage/reply", ("/stage/scene/switch", "is not ready")),
    ]


def test_what_is_wrong_is_replied_and_counted() -> None:
    remote = Remote()
    remote.hear("/blackout", "on")
    remote.hear("/nothing")
    commands, sends = remote.turn()
    assert commands == []
    assert [call.arguments[0] for call in sends] == ["/stage/blackout", "/stage/nothing"]
    assert remote.desk.refused.total() == 2


def test_a_fader_that_is_wrong_does_not_hold_up_the_others() -> None:
    remote = Remote()
    remote.hear("/look/exposure/ev", 1.0)
    remote.hear("/look/exposure/ve", 1.0)
    remote.turn(FRAME_NS)
    (both,) = remote.commands
    remote.desk.answered(
        CommandResult(
            number=both.number,
            name=both.name,
            who=both.who,
            accepted=False,
            text="no such value",
            frame_number=-1,
            done_ns=0,
        )
    )
    remote.turn(FRAME_NS)
    good, bad = remote.commands
    assert good.arguments["values"] == {"exposure.ev": 1.0}
    remote.desk.answered(
        CommandResult(
            number=good.number, name=good.name, who=good.who, accepted=True, text="", frame_number=8, done_ns=0
        )
    )
    remote.desk.answered(
        CommandResult(
            number=bad.number,
            name=bad.name,
            who=bad.who,
            accepted=False,
            text="no such value",
            frame_number=-1,
            done_ns=0,
        )
    )
    assert [call.arguments for call in remote.turn(FRAME_NS)[1]] == [
        ("/stage/look/exposure/ev", "ok"),
        ("/stage/look/exposure/ve", "no such value"),
    ]


def test_listeners_are_told_of_everything_then_of_changes() -> None:
    remote = Remote()
    remote.hear("/subscribe", 9001)
    told = {call.address: call.arguments for call in remote.turn(1)[1]}
    assert told["/stage/status/preset"] == ("dusk",)
    assert told["/stage/look/exposure/ev"] == (0.0,)
    assert told["/stage/look/grade/slope"] == (1.0, 1.0, 1.0)
    remote.desk.air = replace(AIR, look=Look(exposure=Exposure(ev=-2.0)), held=True)
    assert remote.turn(2) == ([], []), "ten times a second at most"
    assert set(remote.turn(STATUS_NS // 2)[1]) == {
        OscCall("/stage/status/freeze", (True,)),
        OscCall("/stage/look/exposure/ev", (-2.0,)),
    }
    assert len(remote.turn(2 * STATUS_NS)[1]) > 5


def test_a_pattern_chooses_what_one_is_told_of() -> None:
    remote = Remote()
    remote.hear("/subscribe", 9001, "/stage/status/{preset,cue}")
    assert [call.address for call in remote.turn()[1]][1:] == ["/stage/status/preset", "/stage/status/cue"]


def test_a_subscription_ends_unless_it_is_renewed_and_their_number_is_bounded() -> None:
    listeners = Listeners()
    assert all(listeners.subscribe(("a", port), "", 0) for port in range(1, MOST_SUBSCRIBERS + 1))
    assert not listeners.subscribe(("a", 5000), "", 1)
    assert listeners.subscribe(("a", 5), "", 1), "renewed"
    assert len(listeners.of("/x", KEEP_ALIVE_NS + 1)) == 1
    listeners.unsubscribe(("a", 5))
    assert not listeners.anyone


def test_ping() -> None:
    remote = Remote()
    remote.hear("/ping", 5, "a")
    assert remote.turn()[1] == [OscCall("/stage/pong", (5, "a"))]


@pytest.mark.parametrize("bad", [{"allow": ["nonsense"]}, {"feedback": ["tablet"]}, {"prefix": "stage"}, {"port": -1}])
def test_settings_are_checked(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must|should"):
        Osc(**bad)


class House:
    """The process' loop on a bus in memory and a real socket."""

    def __init__(self, folder: Path, allow: tuple[str, ...] = ("127.0.0.0/8",)) -> None:
        bus = MemoryBus()
        path = find_stage("two-walls")
        self.service = Service("osc", path, folder, bus, MonotonicClock())
        self.loop = OscLoop(self.service, load_stage(path), Osc(port=0, allow=allow))
        self.given = bus.subscriber("command.given")
        self.conductor = bus.publisher("conductor")
        self.tablet = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.tablet.bind(("127.0.0.1", 0))
        self.tablet.settimeout(100.0)

    def send(self, datagram: bytes) -> None:
        self.tablet.sendto(datagram, ("127.0.0.1", self.loop.port))

    def commands(self, turns: int = 20) -> list[Command]:
        for _ in range(turns):
            self.loop.turn()
        return [record for record in self.given.receive() if isinstance(record, Command)]

    def close(self) -> None:
        self.loop.close()
        self.tablet.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.close()


def test_a_datagram_becomes_a_command_with_its_preset_and_its_answer_a_datagram(house: House) -> None:
    house.send(datagram_of("/stage/preset/recall", "dusk"))
    (command,) = house.commands()
    assert command.name == "look.recall"
    assert command.arguments["part"]["exposure"]["ev"] == -1.0
    house.conductor.publish(
        CommandResult(
            number=command.number, name=command.name, who=command.who, accepted=True, text="", frame_number=7, done_ns=0
        )
    )
    house.loop.turn()
    assert calls_of(house.tablet.recv(2000)) == [OscCall("/stage/reply", ("/stage/preset/recall", "ok"))]


@pytest.mark.parametrize(
    ("datagram", "address", "reason"),
    [
        (b"/stage/preset/recall\0\0\0\0,s\0\0caf\xe9\0\0\0\0", "/stage/preset/recall", "utf-8"),
        (b"/stage/blackout\0,i\0\0\0\0\0\1\0", "/stage/blackout", "multiple of 4"),
        (b"\xc0/stage/blackout\0,i\0\0\0\0\0\1\xc0\0\0", "", "slash"),
    ],
    ids=["latin-1", "padding", "slip"],
)
def test_a_datagram_that_cannot_be_read_is_answered(house: House, datagram: bytes, address: str, reason: str) -> None:
    house.send(datagram)
    house.send(datagram)
    assert house.commands() == []
    (reply,) = calls_of(house.tablet.recv(2000))
    assert (reply.address, reply.arguments[0]) == ("/stage/reply", address)
    assert reason in reply.arguments[1]
    house.tablet.settimeout(0.0)
    with pytest.raises(BlockingIOError):
        house.tablet.recv(2000)


@pytest.mark.parametrize("word", ["reply", "pong", "status/fps"])
def test_two_stages_never_answer_each_other(house: House, word: str) -> None:
    house.send(datagram_of(f"/stage/{word}", "x"))
    house.send(f"/stage/{word}".encode() + b"\0")
    house.send(datagram_of("/stage/ping", 7))
    assert house.commands() == []
    assert calls_of(house.tablet.recv(2000)) == [OscCall("/stage/pong", (7,))]


def test_strangers_and_malformed_datagrams_are_counted(tmp_path: Path, house: House) -> None:
    house.send(b"/a\0")
    house.send(b"")
    assert house.commands() == []
    assert house.service.edge.refused == {"datagram: padding": 1, "datagram: empty": 1}
    strict = House(tmp_path, allow=("192.0.2.0/24",))
    strict.send(datagram_of("/stage/blackout", 1))
    assert strict.commands() == []
    assert strict.service.edge.refused == {"datagram: sender": 1}
    strict.close()


@pytest.mark.parametrize(
    "datagram",
    [
        b"/stage/ping\0,d\0\0" + struct.pack(">d", 1e308), b"/stage/ping\0,t\0\0" + struct.pack(">Q", 1 << 40),
        b"/stage/ping\0,d\0\0" + struct.pack(">d", float("nan")), b"/stage/ping\0,h\0\0" + struct.pack(">q", -(2**63)),
        b"/stage/ping\0,m\0\0\0\1\2\3", b"/stage/ping\0,r\0\0\0\1\2\3", b"/stage/ping\0,N\0\0",
        b"/stage/ping\0,[[]\0\0\0\0",
        b"/stage/ping\0," + b"x" * 60_000 + b"\0\0\0",
        datagram_of("/stage/preset/recall", "x" * 256), datagram_of("/stage/scene/switch", "x" * 256),
        datagram_of("/stage/preset/recall", "/etc/passwd"), datagram_of("/stage/cue/jump", "x" * 5000),
        datagram_of("/stage/subscribe", 9000, "(" * 5000), datagram_of("/stage/look/exposure/ev", 1e308),
    ],
)  # fmt: skip
def test_whatever_a_library_raises_at_a_datagram_the_next_one_is_heard(house: House, datagram: bytes) -> None:
    house.send(datagram)
    house.commands(3)
    house.send(datagram_of("/stage/blackout", 1))
    assert [command.name for command in house.commands()] == ["show.black"]


def test_no_call_of_a_storm_is_lost(house: House) -> None:
    """Blackouts are no faders: each is a command of its own."""
    commands: list[Command] = []
    for _ in range(50):
        for number in range(40):
            house.send(datagram_of("/stage/blackout", number % 2))
        commands += house.commands(2)
    commands += house.commands(10)
    first = {command.number: command for command in reversed(commands)}  # those without an answer come again
    in_order = sorted(first.values(), key=lambda command: command.sent_ns)
    assert len(in_order) == 2000
    assert [each.arguments["on"] for each in in_order] == [False, True] * 1000


def test_the_guide_lists_every_address() -> None:
    text = (ROOT / "GUIDE.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `/stage(/[^`]+)` \| (.+?) \| (.+?) \|$", text, re.MULTILINE)
    assert [row for row in ((row.written, row.takes, row.effect) for row in ROWS) if row not in listed] == []


def test_one_message_is_sent_from_the_command_line_and_its_answer_printed(house: House) -> None:
    stop = threading.Event()
    commands: list[Command] = []

    def turn() -> None:
        while not stop.is_set():
            for command in house.commands(1):
                commands.append(command)
                accepted = command.name != "shot.cut"
                text = "" if accepted else "no take is rolling"
                house.conductor.publish(
                    CommandResult(
                        number=command.number,
                        name=command.name,
                        who=command.who,
                        accepted=accepted,
                        text=text,
                        frame_number=7,
                        done_ns=0,
                    )
                )

    thread = threading.Thread(target=turn)
    thread.start()
    to = ["--to", f"127.0.0.1:{house.loop.port}"]
    try:
        good = CliRunner().invoke(app, ["osc", "/stage/wall/main/brightness", "0.5", *to])
        bad = CliRunner().invoke(app, ["osc", "/stage/record/stop", *to])
    finally:
        stop.set()
        thread.join()
    assert (good.exit_code, good.output) == (0, "/stage/reply /stage/wall/main/brightness ok\n")
    assert (bad.exit_code, bad.output) == (1, "/stage/reply /stage/record/stop no take is rolling\n")
    assert commands[0].arguments["values"] == {"walls.main.brightness": 0.5}


@pytest.mark.parametrize("typed", [["osc", "stage/x"], ["osc", "/stage/x", "--to", "here"]])
def test_what_cannot_be_sent_is_refused(typed: list[str]) -> None:
    with pytest.raises(InputError):
        CliRunner().invoke(app, typed, catch_exceptions=False)
