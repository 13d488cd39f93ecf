"""Poses over OSC: rules, presets, units, axes, messages that belong together; packets of python-osc itself."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from stage.errors import PacketError
from stage.maths.pose import Pose, quaternion_from_pan_tilt_roll, rotate, rotation_matrix
from stage.model.sources.osc import PRESETS, OscSource
from tools.sim.wire.osc import euler_angles, osc_bytes
from tools.sim.wire.told import Told, device_values
from tools.sim.wire.turns import about
from tracking.protocols.osc import REASONS
from tracking.readers.osc import OscReader, quaternion_from_euler
from tracking.readers.osc_joining import MOST_IDS
from tracking.reading import Reading

HERE = "10.0.0.1"
MS = 1_000_000
AHEAD, RIGHT = (0.0, 1.0, 0.0), (1.0, 0.0, 0.0)
POSE = {"address": "/p/{id}", "arguments": ["x", "y", "z"]}


def source(**more: Any) -> OscSource:
    return OscSource.model_validate({"protocol": "osc", "name": "t"} | more)


def message(address: str, *arguments: Any) -> bytes:
    builder = OscMessageBuilder(address)
    for argument in arguments:
        builder.add_arg(argument)
    return builder.build().dgram


def bundle(*messages: bytes, seconds: Any = IMMEDIATELY) -> bytes:
    builder = OscBundleBuilder(seconds)
    for each in messages:
        builder.add_content(OscMessage(each))
    return builder.build().dgram


def readings(reader: OscReader, datagram: bytes, received_ns: int = 0, sender: str = HERE) -> list[Reading]:
    return [reader.reading(packet) for packet in reader.packets(datagram, sender, received_ns)]


def one(datagram: bytes, **more: Any) -> Reading:
    (found,) = readings(OscReader(source(**more)), datagram)
    return found


def test_our_own_address_tells_metres_and_the_stage_s_angles() -> None:
    told = one(message("/stage/camera/a/pose", 1.0, 2.0, 1.5, 90.0, 0.0, 0.0))
    assert (told.subject, told.pose.position_m, told.stamp_ns) == ("a", (1.0, 2.0, 1.5), None)
    assert rotate(told.pose.orientation, AHEAD) == pytest.approx((-1.0, 0.0, 0.0))


def test_a_lens_comes_with_its_own_message_and_stays() -> None:
    reader = OscReader(source(id="a"))
    assert readings(reader, message("/stage/camera/a/lens", 35.0, 2.5, 2.8)) == []
    (told,) = readings(reader, message("/stage/camera/a/pose", *[0.0] * 6))
    assert (told.lens.focal_length_mm, told.lens.focus_distance_m) == (35.0, 2.5)
    assert told.lens.f_stop == pytest.approx(2.8)


def test_vrchat_trackers_are_unity_s() -> None:
    """Left-handed, y up, z forward; Unity turns about y first, a positive turn goes to the right, about x down."""
    reader = OscReader(source(preset="vrchat", id="head"))
    place = message("/tracking/trackers/head/position", 1.0, 1.5, 2.0)
    (told,) = readings(reader, bundle(place, message("/tracking/trackers/head/rotation", 0.0, 90.0, 0.0)))
    assert told.pose.position_m == (1.0, 2.0, 1.5)
    assert rotate(told.pose.orientation, AHEAD) == pytest.approx((1.0, 0.0, 0.0), abs=1e-7)
    (told,) = readings(reader, bundle(place, message("/tracking/trackers/head/rotation", 30.0, 0.0, 0.0)))
    assert rotate(told.pose.orientation, AHEAD)[2] == pytest.approx(-0.5, abs=1e-7)


def test_vive_bridges_are_openvr_s() -> None:
    """Right-handed, y up, -z forward; metres."""
    told = one(message("/tracker/3", 1.0, 1.5, -2.0, 0.0, 90.0, 0.0), preset="vive", id="3")
    assert told.pose.position_m == (1.0, 2.0, 1.5)
    assert rotate(told.pose.orientation, AHEAD) == pytest.approx((-1.0, 0.0, 0.0), abs=1e-7)


def test_freed2osc_tells_what_freed_tells() -> None:
    """Pan positive to the right, millimetres, raw encoders; the id is part of a word."""
    reader = OscReader(source(preset="freed2osc", id="2"))
    assert readings(reader, message("/panasonic2/lens", 1365.0, 2000.0)) == []
    assert readings(reader, message("/panasonic2/rotation", 30.0, 10.0, 5.0)) == []
    (told,) = readings(reader, message("/panasonic2/position", 1500.0, -2750.0, 1800.0))
    assert told.pose.position_m == pytest.approx((1.5, -2.75, 1.8))
    assert rotate(told.pose.orientation, AHEAD) == pytest.approx((0.492404, 0.852869, 0.173648), abs=1e-6)
    assert rotate(told.pose.orientation, RIGHT) == pytest.approx((0.870297, -0.484991, -0.085832), abs=1e-6)
    assert (told.lens.zoom_raw, told.lens.focus_raw) == (1365, 2000)


@pytest.mark.parametrize("order", ["xyz", "xzy", "yxz", "yzx", "zxy", "zyx"])
@given(angles=st.tuples(*(st.floats(-180, 180) for _ in range(3))))
def test_turns_are_multiplied_in_the_order_that_is_said(order: str, angles: tuple[float, float, float]) -> None:
    matrix = about("x", 0.0)
    for axis in order:
        matrix = matrix @ about(axis, angles["xyz".index(axis)])
    ours = rotation_matrix(quaternion_from_euler(angles, ["xyz".index(axis) for axis in order]))
    assert abs(ours - matrix).max() < 1e-12
    again = euler_angles(matrix, order)
    back = about("x", 0.0)
    for axis in order:
        back = back @ about(axis, again[axis])
    assert abs(back - matrix).max() < 1e-9


axes = st.permutations(["x", "y", "z"]).flatmap(
    lambda order: st.tuples(*(st.sampled_from([f"+{axis}", f"-{axis}"]) for axis in order))
)
ways = st.sampled_from(["qx qy qz qw", "qw -qx qy _ qz", "rx ry rz", "-rz rx -ry", "pan tilt roll", "roll -tilt pan"])


@settings(max_examples=80)
@given(
    frame=axes, way=ways, order=st.sampled_from(["xyz", "xzy", "yxz", "yzx", "zxy", "zyx"]),
    unit=st.sampled_from(["m", "cm", "mm", "in", "ft"]), angle=st.sampled_from(["deg", "rad"]),
    angles=st.tuples(st.floats(-180, 180), st.floats(-85, 85), st.floats(-180, 180)),
)  # fmt: skip
def test_any_sender_that_rules_can_describe_is_undone(
    frame: Any, way: str, order: Any, unit: Any, angle: Any, angles: tuple[float, float, float]
) -> None:
    rules = [
        {"address": "/a/{id}/b", "arguments": ["z", "-x", "_", "y"]},
        {"address": "/turn/*", "arguments": ["id", *way.split(), "zoom_share"]},
    ]
    of = source(id="7", rules=rules, frame=frame, euler=order, position_unit=unit, angle_unit=angle)
    pose = Pose((1.25, -2.5, 1.75), quaternion_from_pan_tilt_roll(*angles))
    place, told = device_values(pose, of)
    datagram = osc_bytes(Told(0, place, told, zoom_raw=8_388_608, captured_ns=3 * 10**9), of)
    (found,) = readings(OscReader(of), datagram)
    assert math.dist(found.pose.position_m, pose.position_m) < 1e-5
    for axis in (AHEAD, RIGHT):
        assert rotate(found.pose.orientation, axis) == pytest.approx(rotate(pose.orientation, axis), abs=3e-6)
    assert found.stamp_ns == 3 * 10**9
    assert abs((found.lens.zoom_raw or 0) - 8_388_608) <= 1


def test_a_time_tag_is_the_sender_s_time() -> None:
    """Unix time 1000.25 s is 2 208 988 800 s later by the calendar of NTP."""
    told = one(bundle(message("/stage/camera/a/pose", *[0.0] * 6), seconds=1000.25))
    assert told.stamp_ns == (2_208_988_800 + 1000) * 10**9 + 250_000_000
    assert one(bundle(message("/stage/camera/a/pose", *[0.0] * 6))).stamp_ns is None


def place_at(n: int) -> bytes:
    return message("/tracking/trackers/1/position", float(n), 0.0, 0.0)


def turn_to(n: int) -> bytes:
    return message("/tracking/trackers/1/rotation", 0.0, float(n), 0.0)


def told_pairs(sent: list[tuple[float, bytes]]) -> list[tuple[float, float]]:
    """(place, turn) of every reading; moments in milliseconds."""
    reader = OscReader(source(preset="vrchat", id="1", rate_hz=60))
    found = []
    for moment_ms, datagram in sent:
        for told in readings(reader, datagram, round(moment_ms * MS)):
            forward = rotate(told.pose.orientation, AHEAD)
            found.append((told.pose.position_m[0], round(math.degrees(math.atan2(forward[0], forward[1])), 6)))
    return found


def test_a_place_and_the_turn_that_follows_it_are_one_pose() -> None:
    sent = [(n * 16.7 + part, make(n)) for n in range(5) for part, make in ((0.0, place_at), (0.3, turn_to))]
    assert told_pairs(sent) == [(float(n), float(n)) for n in range(5)]


def test_listening_from_the_middle_of_a_pair_does_not_exchange_partners() -> None:
    sent = [(n * 16.7 + part, make(n)) for n in range(8) for part, make in ((0.0, place_at), (0.3, turn_to))][1:]
    assert all(place == turn for place, turn in told_pairs(sent))
    assert len(told_pairs(sent)) == 7


@pytest.mark.parametrize("period_ms", [2.0, 4.17, 16.7, 40.0])
@pytest.mark.parametrize("begin", [0, 1])
def test_partners_are_found_at_any_rate_whatever_the_file_says(period_ms: float, begin: int) -> None:
    apart_ms = period_ms / 20
    sent = [(n * period_ms + part, make(n)) for n in range(12) for part, make in ((0.0, place_at), (apart_ms, turn_to))]
    pairs = told_pairs(sent[begin:])
    assert all(place == turn for place, turn in pairs[1:])
    assert len(pairs) >= 9


def test_a_sender_of_places_alone_is_waited_for_twice_and_then_taken_at_once() -> None:
    pairs = told_pairs([(n * 16.7, place_at(n)) for n in range(8)])
    assert [place for place, _ in pairs] == [2.0, 3.0, 4.0, 5.0, 6.0, 7.0]


@pytest.mark.parametrize("lost", [0, 1])
def test_a_message_that_is_lost_costs_its_own_pose_and_no_other(lost: int) -> None:
    sent = [(n * 16.7 + part, make(n)) for n in range(8) for part, make in ((0.0, place_at), (0.3, turn_to))]
    del sent[6 + lost]
    assert told_pairs(sent) == [(float(n), float(n)) for n in range(8) if n != 3]


def test_losses_now_and_then_do_not_add_up() -> None:
    sent = [(n * 16.7 + part, make(n)) for n in range(30) for part, make in ((0.0, place_at), (0.3, turn_to))]
    lost = {7, 15, 16, 30, 45}
    left = [message for index, message in enumerate(sent) if index not in lost]
    gone = {index // 2 for index in lost}
    assert told_pairs(left) == [(float(n), float(n)) for n in range(30) if n not in gone]


def test_several_poses_of_a_bundle_are_taken_in_their_order() -> None:
    whole = bundle(*(make(n) for n in range(3) for make in (place_at, turn_to)))
    assert told_pairs([(0.0, whole)]) == [(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)]


def test_several_places_of_a_bundle_are_taken_though_no_turn_comes() -> None:
    assert [place for place, _ in told_pairs([(0.0, bundle(*(place_at(n) for n in range(3))))])] == [0.0, 1.0, 2.0]


def test_a_turn_that_comes_again_after_a_while_finds_its_place() -> None:
    alone = [(n * 16.7, place_at(n)) for n in range(8)]
    pairs = [(n * 16.7 + part, make(n)) for n in range(8, 20) for part, make in ((0.0, place_at), (0.3, turn_to))]
    told = told_pairs(alone + pairs)
    assert all(place == turn for place, turn in told[-8:])
    assert told[-1] == (19.0, 19.0)


def test_trackers_and_senders_are_kept_apart() -> None:
    reader = OscReader(source(preset="vrchat"))
    first = message("/tracking/trackers/1/position", 1.0, 0.0, 0.0)
    assert readings(reader, first) == []
    assert readings(reader, message("/tracking/trackers/2/rotation", 0.0, 0.0, 0.0)) == []
    assert readings(reader, message("/tracking/trackers/1/rotation", 0.0, 0.0, 0.0), sender="10.0.0.2") == []
    assert [told.subject for told in readings(reader, message("/tracking/trackers/1/rotation", 0.0, 0.0, 0.0))] == ["1"]


def test_what_is_remembered_is_bounded() -> None:
    reader = OscReader(source(rules=[POSE]))
    for n in range(3000):
        readings(reader, message(f"/p/{n}", 0.0, 0.0, 0.0))
    assert len(reader.__dict__["_joining"].__dict__["_known"]) <= MOST_IDS
    assert len(reader.__dict__["_rules"].__dict__["_known"]) <= 1024


@pytest.mark.parametrize(("datagram", "reason"), [
    (b"", "empty"), (b"/p", "padding"), (b"abcd", "address"), (message("/q/1", 1.0), "address"),
    (message("/p/1", 1.0), "arguments"), (message("/p/1", 1.0, 2.0, "x"), "arguments"),
    (message("/p/1", 1.0, True, 2.0), "arguments"), (message("/p/1", 1.0, math.nan, 2.0), "not-finite"),
    (message("/p/1", 1.0, math.inf, 2.0), "not-finite"), (message("/p/9", 1.0, 2.0, 3.0), "id"),
    (message("/p/1/x", 1.0, 2.0, 3.0), "address"),
])  # fmt: skip
def test_messages_that_tell_nothing_are_refused(datagram: bytes, reason: str) -> None:
    with pytest.raises(PacketError) as refused:
        readings(OscReader(source(rules=[POSE], id="1")), datagram)
    assert refused.value.reason == reason


def test_a_quaternion_of_nothing_is_refused() -> None:
    rules = [{"address": "/q", "arguments": ["qx", "qy", "qz", "qw"]}]
    with pytest.raises(PacketError, match="no direction"):
        readings(OscReader(source(rules=rules)), message("/q", 0.0, 0.0, 0.0, 0.0))


@pytest.mark.parametrize(("more", "problem"), [
    ({"rules": [{"address": "/p", "arguments": ["x", "y"]}]}, "part of x, y, z, but not z"),
    ({"rules": [{"address": "/p", "arguments": ["focal_length_mm"]}]}, "no rule tells a position"),
    ({"rules": [{"address": "/p", "arguments": ["rx", "qw", "qx", "qy", "qz"]}]}, "in two ways"),
    ({"rules": [{"address": "/p", "arguments": ["x", "y", "y"]}]}, "tells y twice"),
    ({"rules": [{"address": "/p", "arguments": ["x", "y", "depth"]}]}, "'depth' is not a value"),
    ({"rules": [{"address": "/p", "arguments": ["x", "y", "-zoom"]}]}, "'-zoom' is not a value"),
    ({"rules": [{"address": "p/{id}", "arguments": ["x", "y", "z"]}]}, "begins with /"),
    ({"rules": [{"address": "/{id}/{id}", "arguments": ["x", "y", "z"]}]}, "at most once"),
    ({"rules": [{"address": "/{id}", "arguments": ["id", "x", "y", "z"]}]}, "in its address and among"),
    ({"rules": [{"address": "/p", "arguments": ["x", "y", "z"]}], "id": "a"}, "no rule has {id}"),
    ({"preset": "none"}, "no rule tells a position"),
])  # fmt: skip
def test_rules_that_cannot_be_meant_are_told(more: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError) as refused:
        source(**more)
    assert problem in str(refused.value)


@pytest.mark.parametrize("preset", [name for name in PRESETS if name != "none"])
def test_every_preset_is_sent_and_read(preset: Any) -> None:
    of = source(preset=preset, id="5")
    pose = Pose((0.5, -1.0, 1.5), quaternion_from_pan_tilt_roll(20.0, -10.0, 5.0))
    place, told = device_values(pose, of)
    (found,) = readings(OscReader(of), osc_bytes(Told(0, place, told), of))
    assert math.dist(found.pose.position_m, pose.position_m) < 1e-5
    assert rotate(found.pose.orientation, AHEAD) == pytest.approx(rotate(pose.orientation, AHEAD), abs=3e-6)


@given(st.binary(max_size=120), st.integers(0, 100))
def test_no_bytes_raise_anything_but_a_packet_error(noise: bytes, at: int) -> None:
    good = bundle(place_at(1), turn_to(1), seconds=5.0)
    reader = OscReader(source(preset="vrchat"))
    for datagram in (noise, good[:at] + noise + good[at + len(noise) :], good[:16] + noise, place_at(1)[:-12] + noise):
        assert refusal_of(reader, datagram) in (None, "no-position", *REASONS)


def refusal_of(reader: OscReader, datagram: bytes) -> str | None:
    try:
        readings(reader, datagram)
    except PacketError as error:
        return error.reason
    return None
