"""Setting a tracker up: whatever a device does with axes, signs, units and bytes, moves made on request give the source
that reads it right. The devices are those of `tools/sim/wire`, which share no code with the readers."""

from __future__ import annotations

import itertools
import math
import random
import tomllib
from typing import Any

import numpy as np
import pytest

from stage.maths.pose import Pose, pan_tilt_roll_from_quaternion, quaternion_from_pan_tilt_roll, rotation_matrix
from stage.model.source import AnySource
from tools.sim.wire.table import datagram
from tools.sim.wire.told import Told, device_values
from tracking.listening.block import block_of, settings_of, source_of
from tracking.listening.moves import MOVES, NONE_MOVED, Outcome, moved, outcome_of
from tracking.listening.naming import names_of
from tracking.listening.streams import SOURCES, Listening, Stream, Timed, findings_of, rate_of, readings_of

PORT = 40_000
STEP_NS = 10**9 // 20
AXES = [
    [f"{sign}{axis}" for sign, axis in zip(signs, order, strict=True)]
    for order in itertools.permutations("xyz")
    for signs in itertools.product("+-", repeat=3)
]
"""All 48: 24 right-handed, 24 left-handed."""
STARTS = Pose((0.3, -3.2, 1.5), quaternion_from_pan_tilt_roll(4.0, 1.0, -1.0))
ENDS = {
    "right": Pose((0.45, 0.02, -0.03)),
    "forward": Pose((0.02, 0.55, 0.01)),
    "up": Pose((-0.02, 0.03, 0.6)),
    "pan left": Pose((0.0, 0.02, 0.0), quaternion_from_pan_tilt_roll(31.0, 1.0, 0.5)),
    "tilt up": Pose((0.0, 0.0, 0.01), quaternion_from_pan_tilt_roll(1.0, 18.0, 0.5)),
    "roll clockwise": Pose((0.0, 0.0, 0.01), quaternion_from_pan_tilt_roll(1.0, 1.0, 22.0)),
}


def device(protocol: str, **fields: Any) -> AnySource:
    own: dict[str, dict[str, Any]] = {
        "psn": {"tracker": 3},
        "opentrackio": {"source_number": 4},
        "freed": {"camera_id": 2},
        "osc": {"id": "7"},
    }
    return SOURCES.validate_python({"name": "d", "protocol": protocol, "port": PORT, **own.get(protocol, {}), **fields})


def sent(source: AnySource, pose: Pose, n: int, zoom: int = 100, focus: int = 200) -> bytes:
    place, angles = device_values(pose, source)
    told = Told(n, place, angles, camera_id=2, zoom_raw=zoom, focus_raw=focus, captured_ns=n * STEP_NS + 10**15)
    return datagram(told, source)


def made(source: AnySource, seed: int = 1) -> dict[str, list[Timed]]:
    """The datagrams of every move: rest, an even way, rest; 0.1 mm of noise."""
    chance, n, moves = random.Random(seed), 0, {}
    for name, end in ENDS.items():
        datagrams = []
        for index in range(20):
            part = min(1.0, max(0.0, (index - 6) / 8))
            x, y, z = (part * value + chance.gauss(0, 1e-4) for value in end.position_m)
            turn = quaternion_from_pan_tilt_roll(*(part * angle for angle in _angles(end)))
            datagrams.append((n * STEP_NS, sent(source, Pose(STARTS.position_m) @ Pose((x, y, z), turn), n)))
            n += 1
        moves[name] = datagrams
    return moves


def _angles(pose: Pose) -> tuple[float, float, float]:
    return pan_tilt_roll_from_quaternion(pose.orientation)


def heard(moves: dict[str, list[Timed]]) -> Stream:
    listening = Listening(PORT)
    for at_ns, data in itertools.chain.from_iterable(moves.values()):
        listening.hear(at_ns, "10.0.0.5", data)
    (stream,) = listening.streams.values()
    return stream


@pytest.mark.parametrize("protocol", ["freed", "psn", "osc", "opentrackio"])
def test_a_move_begins_where_somebody_came_back_to(protocol: str) -> None:
    """Asked to bring it level and then to tilt it, they do that after they were asked: what comes begins panned."""
    source = device(protocol, axes=["+y", "-x", "+z"], pan_sign=-1) if protocol == "freed" else device(protocol)
    plain = made(source)
    names = list(plain)
    moves = {names[0]: plain[names[0]]}
    for before, name in itertools.pairwise(names):
        first_ns = plain[name][0][0]
        held = [(first_ns - (16 - index) * STEP_NS, plain[before][-1][1]) for index in range(16)]
        moves[name] = held + plain[name]
    stream = heard(plain)
    assert outcome_of(stream, PORT, moves) == outcome_of(stream, PORT, plain)


def set_up(source: AnySource) -> tuple[dict[str, Any], Outcome, Stream]:
    moves = made(source)
    stream = heard(moves)
    outcome = outcome_of(stream, PORT, moves)
    findings = findings_of(stream, PORT)
    return settings_of(stream, findings, ("0.0.0.0", PORT, None), outcome.settings, "tracker"), outcome, stream


def reads_right(truth: AnySource, found: AnySource) -> None:
    """Any pose comes through the found source as it was."""
    chance = random.Random(7)
    for n in range(5):
        place = (chance.uniform(-3, 3), chance.uniform(-3, 3), chance.uniform(0.5, 2.5))
        turned = (chance.uniform(-170, 170), chance.uniform(-60, 60), chance.uniform(-40, 40))
        pose = Pose(place, quaternion_from_pan_tilt_roll(*turned))
        data = sent(truth, pose, n)
        (_, reading), *_ = readings_of(found, [(n, data)], "10.0.0.5")
        assert reading.pose.position_m == pytest.approx(place, abs=1e-4)
        matrix = rotation_matrix(reading.pose.orientation)
        assert np.abs(matrix - rotation_matrix(pose.orientation)).max() < 1e-4


@pytest.mark.parametrize("protocol", ["freed", "opentrackio"])
def test_every_axis_and_sign_of_devices_that_tell_angles(protocol: str) -> None:
    for index, axes in enumerate(AXES):
        signs = [1 if index >> bit & 1 else -1 for bit in range(3)]
        truth = device(protocol, axes=axes, pan_sign=signs[0], tilt_sign=signs[1], roll_sign=signs[2])
        settings, outcome, _ = set_up(truth)
        assert outcome.problems == (), axes
        assert settings.get("axes") == axes
        reads_right(truth, source_of(settings))


@pytest.mark.parametrize("protocol", ["psn", "osc"])
def test_every_frame_of_devices_that_tell_turns_left_handed_ones_too(protocol: str) -> None:
    fields = {"rules": [{"address": "/rig/{id}", "arguments": ["x", "y", "z", "qx", "qy", "qz", "qw"]}]}
    for frame in AXES:
        truth = device(protocol, frame=frame, **(fields if protocol == "osc" else {}))
        settings, outcome, _ = set_up(truth)
        assert outcome.problems == (), frame
        assert settings.get("frame") == frame
        reads_right(truth, source_of(settings))


@pytest.mark.parametrize("scale", [0.001, 0.01, 0.1, 1.0, 10.0])
def test_the_unit_is_found(scale: float) -> None:
    truth = device("freed", position_scale=scale) if scale >= 0.1 else device("opentrackio", position_scale=scale)
    settings, _, _ = set_up(truth)
    assert settings.get("position_scale", 1.0) == pytest.approx(scale)


VARIANTS: list[tuple[dict[str, Any], str]] = [
    ({}, ""),
    ({"checksum": "negative"}, "checksum of the kind 'negative'"),
    ({"checksum": "plain"}, "checksum of the kind 'plain'"),
    ({"checksum": "xor"}, "checksum of the kind 'xor'"),
    ({"checksum": "tail"}, "checksum of the kind 'tail'"),
    ({"body_offset": 4}, "4 bytes before the message"),
]


@pytest.mark.parametrize(("fields", "remark"), VARIANTS)
def test_freed_variants_are_named_and_read(fields: dict[str, Any], remark: str) -> None:
    truth = device("freed", **fields)
    settings, _, stream = set_up(truth)
    assert stream.named.remark == remark
    assert {key: settings[key] for key in fields} == fields
    reads_right(truth, source_of(settings))


def test_padding_and_a_checksum_of_its_own_are_named() -> None:
    good = sent(device("freed"), STARTS, 1)
    (padded,) = names_of(good + b"\0\0\0")
    assert padded.settings == {"camera_id": 2, "allow_padding": True}
    wrong = good[:-1] + bytes([good[-1] ^ 0x5A])
    (odd,) = names_of(wrong)
    assert odd.settings == {"camera_id": 2, "accept_bad_checksum": True}
    assert "no known device" in odd.remark


def test_two_messages_in_a_datagram_are_two_streams() -> None:
    two = sent(device("freed"), STARTS, 1)
    other = bytearray(two)
    other[1] = 9
    other[-1] = (0x40 - sum(other[:-1])) & 0xFF
    assert [named.id for named in names_of(two + bytes(other))] == ["2", "9"]


def test_what_is_no_protocol_is_counted_with_its_sender() -> None:
    listening = Listening(PORT)
    for n in range(5):
        listening.hear(n, "10.0.0.9", b"hello world")
    assert listening.streams == {}
    assert listening.unknown == {("10.0.0.9", "11 bytes, 68 65 6c 6c 6f 20 77 6f"): 5}


def test_random_bytes_and_cut_off_packets_are_never_more_than_unknown() -> None:
    chance = random.Random(3)
    seeds = [sent(device(protocol), STARTS, 1) for protocol in ("freed", "opentrackio", "psn", "osc")]
    for _ in range(3000):
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randrange(4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        names_of(bytes(data[: chance.randrange(len(data) + 1)]))
        names_of(chance.randbytes(chance.randrange(80)))


def test_rate_counter_repeats_and_encoders_are_found() -> None:
    truth = device("freed", counter="user-16")
    listening = Listening(PORT)
    for n in range(240):
        at_ns = n * 10**9 * 1001 // 60_000
        listening.hear(at_ns, "10.0.0.5", sent(truth, Pose((n * 0.01, 0, 1)), n, zoom=1000 + 40 * n, focus=500))
    (found,) = listening.findings()
    assert found.rate_hz == pytest.approx(60_000 / 1001, rel=1e-3)
    assert (found.counter, found.repeated, found.zoom_raw, found.focus_raw) == (
        "user-16",
        0.0,
        (1000, 10_560),
        (500, 500),
    )
    assert found.notes == ()


@pytest.mark.parametrize("rate_hz", [24000 / 1001, 24.0, 60000 / 1001, 60.0, 240.0, 71.3])
def test_rates_that_are_a_thousandth_apart_are_told_apart(rate_hz: float) -> None:
    chance = random.Random(5)
    times_ns = [round((n / rate_hz + chance.uniform(0.0, 2e-3)) * 1e9) for n in range(round(rate_hz * 8))]
    assert rate_of(times_ns) == pytest.approx(rate_hz, rel=2e-4)


def test_a_slow_tracker_that_repeats_and_bursts_is_named() -> None:
    truth = device("freed")
    listening = Listening(PORT)
    for n in range(240):
        burst_ns = n // 6 * 10**8
        listening.hear(burst_ns + n % 6, "10.0.0.5", sent(truth, Pose((n // 3 * 0.01, 0, 1)), n // 3))
    (found,) = listening.findings()
    assert found.repeated == pytest.approx(2 / 3, abs=0.01)
    assert any("bursts of about 6" in note for note in found.notes)
    assert any("repeat the one before" in note for note in found.notes)


def test_a_head_that_only_turns_is_named_and_keeps_its_axes() -> None:
    truth = device("freed")
    moves = {
        name: [(at_ns, sent(truth, Pose((0, 0, 0), _turned(name, n)), n)) for n, (at_ns, _) in enumerate(datagrams)]
        for name, datagrams in made(truth).items()
    }
    stream = heard(moves)
    assert any("pans and tilts only" in note for note in findings_of(stream, PORT).notes)
    outcome = outcome_of(stream, PORT, moves)
    assert "axes" not in outcome.settings
    assert len([problem for problem in outcome.problems if NONE_MOVED in problem]) == 3
    assert moved(stream, PORT, "right", moves["right"]) == NONE_MOVED
    assert moved(stream, PORT, "pan left", moves["pan left"]) != NONE_MOVED


def _turned(name: str, n: int) -> Any:
    return quaternion_from_pan_tilt_roll(*(min(1.0, n / 16) * angle for angle in _angles(ENDS[name])))


def test_a_move_along_the_wrong_axis_and_a_slanted_space_are_said() -> None:
    truth = device("freed")
    moves = made(truth)
    outcome = outcome_of(heard(moves), PORT, {**moves, "forward": moves["right"]})
    assert any("two along one axis" in problem for problem in outcome.problems)
    assert "axes" not in outcome.settings


def test_a_tracker_whose_space_is_turned_is_sent_to_alignment() -> None:
    truth = device("freed")
    turned = Pose((0.0, 0.0, 0.0), quaternion_from_pan_tilt_roll(30.0, 0.0, 0.0))
    moves = {
        name: [
            (at_ns, sent(truth, turned @ Pose(_part(ENDS[name].position_m, n / 20)), n))
            for n, (at_ns, _) in enumerate(datagrams)
        ]
        for name, datagrams in made(truth).items()
    }
    outcome = outcome_of(heard(moves), PORT, moves)
    assert outcome.settings["axes"] == ["+x", "+y", "+z"]
    assert any("align it to the stage" in problem for problem in outcome.problems)


def _part(place: tuple[float, float, float], share: float) -> tuple[float, float, float]:
    return (share * place[0], share * place[1], share * place[2])


@pytest.mark.parametrize("protocol", ["freed", "opentrackio", "psn", "osc"])
def test_the_block_is_toml_that_gives_the_source_again(protocol: str) -> None:
    settings, _, _ = set_up(device(protocol))
    (table,) = tomllib.loads(block_of(settings))["sources"]
    assert source_of(table) == source_of(settings)
    assert table["name"] == "tracker"
    assert list(table)[:4] == ["name", "protocol", "host", "port"]


def test_every_move_has_its_words() -> None:
    assert list(MOVES) == list(ENDS)
    assert all(math.isfinite(part) for end in ENDS.values() for part in end.position_m)
