"""Poses that are sent on are what other programs read: bytes by independent encoders and readers, poses by matrices."""

from __future__ import annotations

import json
import math
from typing import Any

import cbor2
import jsonschema
import numpy as np
import pypsn
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from pythonosc.osc_packet import OscPacket

from stage.files.loading import find_stage, load_stage
from stage.maths.pose import Pose, quaternion_from_pan_tilt_roll, rotation_matrix
from stage.messages.frames import CameraState, Frame
from stage.messages.samples import LensState, TrackingSample, Validity
from stage.model.look import Look
from stage.model.sends import AnySend, Send
from stage.model.source import AnySource, Source
from tests.places import DATA
from tools.sim.wire.freed import message
from tools.sim.wire.turns import about, turn_matrix
from tracking.readers.table import reader_of
from tracking.sends.outgoing import Numbering, Outgoing
from tracking.sends.writers import writer_of

STAGE = load_stage(find_stage("two-walls"))
CAMERAS = [camera.name for camera in STAGE.cameras]
SENDS: TypeAdapter[AnySend] = TypeAdapter(Send)
SOURCES: TypeAdapter[AnySource] = TypeAdapter(Source)
SCHEMA = jsonschema.Draft202012Validator(json.loads((DATA / "opentrackio" / "schema.json").read_text()))

PAN, TILT, ROLL = 30.0, -12.0, 5.0
PLACE = (1.25, -3.5, 1.75)
LENS = LensState(
    50.0,
    (0.1, -0.2),
    (1e-4, -2e-7, 3e-10),
    (1e-6, -2e-6),
    1.07,
    entrance_pupil_m=0.1,
    focus_m=3.2,
    f_stop=2.8,
    zoom_raw=0x1234,
    focus_raw=0xABCDE,
)
NOW_NS, CALENDAR_NS = 5_000_000_000, 1_764_500_000_123_456_789
angles = st.tuples(st.floats(-179, 179), st.floats(-85, 85), st.floats(-170, 170))
places = st.tuples(*[st.floats(-50, 50)] * 3)


def send_of(protocol: str, **fields: Any) -> AnySend:
    return SENDS.validate_python({"name": "out", "protocol": protocol, "host": "127.0.0.1", "port": 9, **fields})


def told(
    turned: tuple[float, float, float] = (PAN, TILT, ROLL), place: tuple[float, float, float] = PLACE, **changes: Any
) -> Outgoing:
    pupil = Pose(place, quaternion_from_pan_tilt_roll(*turned))
    fields = Outgoing(
        camera=CAMERAS[0], number=1, sent=7, pupil=pupil, lens=LENS, sensor_mm=(24.0, 13.5), live=True,
        moment_ns=NOW_NS, calendar_ns=CALENDAR_NS,
    )  # fmt: skip
    return fields._replace(**changes)


def written(send: AnySend, *out: Outgoing) -> list[bytes]:
    return writer_of(send, STAGE).datagrams(out)


def test_freed_is_the_published_message_with_pan_to_the_right() -> None:
    expected = message(1, (-PAN, TILT, ROLL), [1000 * m for m in PLACE], (0x1234, 0xABCDE), 7)
    assert written(send_of("freed"), told()) == [expected]


def test_freed_tells_lengths_where_it_is_asked_to() -> None:
    send = send_of("freed", zoom_per_mm=100.0, focus_per_mm=10.0)
    assert written(send, told())[0][20:26] == (5000).to_bytes(3, "big") + (32_000).to_bytes(3, "big")
    far = LensState(50.0, focus_m=math.inf)
    assert written(send, told(lens=far))[0][23:26] == b"\xff\xff\xff"
    assert written(send_of("freed"), told(lens=LensState(50.0)))[0][20:26] == bytes(6)


@pytest.mark.parametrize("encoding", ["json", "cbor"])
@pytest.mark.parametrize("on", ["frame", "sample"])
@pytest.mark.parametrize(
    "lens", [LENS, LensState(35.0), LensState(35.0, focus_m=math.inf), LensState(35.0, tangential=(1e-6,))]
)
def test_opentrackio_validates_against_the_published_schema(encoding: str, on: str, lens: LensState) -> None:
    for first, each in enumerate((told(lens=lens), told(lens=lens, live=False, sensor_mm=None))):
        (datagram,) = written(send_of("opentrackio", encoding=encoding, on=on), each)
        payload = datagram[16:]
        sample = json.loads(payload) if encoding == "json" else cbor2.loads(payload)
        SCHEMA.validate(sample)
        assert len(datagram) <= 1472, first
        assert datagram[:6] == b"OTrk\0" + bytes([1 if encoding == "json" else 2])
        assert int.from_bytes(datagram[12:14], "big") == 0x8000 | len(payload)
        assert int.from_bytes(datagram[14:16], "big") == fletcher(datagram[:14] + payload)


def fletcher(data: bytes) -> int:
    one = two = 0
    for byte in data:
        one = (one + byte) % 256
        two = (two + one) % 256
    return two << 8 | one


def test_opentrackio_tells_the_sensor_and_how_far_before_it_the_pupil_is() -> None:
    (datagram,) = written(send_of("opentrackio"), told())
    sample = json.loads(datagram[16:])
    (transform,) = sample["transforms"]
    rotation = turn_matrix(*(transform["rotation"][axis] for axis in ("pan", "tilt", "roll")))
    sensor = np.array([transform["translation"][axis] for axis in "xyz"])
    pupil = sensor + rotation @ [0.0, sample["lens"]["entrancePupilOffset"], 0.0]
    assert pupil == pytest.approx(PLACE)
    assert rotation == pytest.approx(turn_matrix(PAN, TILT, ROLL))
    assert sample["lens"]["entrancePupilOffset"] == pytest.approx(0.1)
    stamp = sample["timing"]["sampleTimestamp"]
    assert stamp["seconds"] * 10**9 + stamp["nanoseconds"] == CALENDAR_NS
    assert sample["timing"]["sampleRate"] == {"num": STAGE.rate_hz.numerator, "denom": STAGE.rate_hz.denominator}
    assert sample["static"]["camera"]["activeSensorPhysicalDimensions"] == {"width": 24.0, "height": 13.5}


def test_opentrackio_repeats_what_does_not_change_every_two_seconds() -> None:
    writer = writer_of(send_of("opentrackio"), STAGE)
    with_static = [
        "static" in json.loads(writer.datagrams([told(moment_ns=NOW_NS + n * 500_000_000)])[0][16:]) for n in range(9)
    ]
    assert with_static == [True, False, False, False, True, False, False, False, True]


def test_psn_is_read_by_an_independent_library() -> None:
    data, info = written(send_of("psn"), told(), told(camera=CAMERAS[0], number=2, live=False, place=(0.0, 1.0, 2.0)))
    read = pypsn.parse_psn_packet(data)
    x, y, z = PLACE
    first, second = read.trackers
    assert [tracker.id for tracker in (first, second)] == [1, 2]
    assert [first.pos.x, first.pos.y, first.pos.z] == pytest.approx([x, z, y])
    assert [second.pos.x, second.pos.y, second.pos.z] == pytest.approx([0.0, 2.0, 1.0])
    assert [first.status, second.status] == [1.0, 0.0]
    axis = np.array([first.ori.x, first.ori.y, first.ori.z], np.float64)
    stage_from_psn = np.array([[1, 0, 0], [0, 0, 1], [0, 1, 0]], np.float64)
    angle = float(np.linalg.norm(axis))
    k = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]]) / angle
    rodrigues = np.eye(3) + math.sin(angle) * k + (1 - math.cos(angle)) * k @ k
    assert stage_from_psn @ rodrigues @ stage_from_psn.T == pytest.approx(turn_matrix(PAN, TILT, ROLL), abs=1e-6)
    named = pypsn.parse_psn_packet(info)
    assert named.name == STAGE.name.encode()
    assert len(named.trackers) == len(CAMERAS)


def test_psn_says_who_it_is_once_a_second() -> None:
    writer = writer_of(send_of("psn"), STAGE)
    counts = [len(writer.datagrams([told(moment_ns=NOW_NS + n * 250_000_000)])) for n in range(9)]
    assert counts == [2, 1, 1, 1, 2, 1, 1, 1, 2]


def test_many_cameras_go_out_in_packets_that_fit() -> None:
    packets = written(send_of("psn"), *[told(number=n) for n in range(45)])
    assert all(len(packet) <= 1500 for packet in packets)
    read = [pypsn.parse_psn_packet(packet) for packet in packets[:3]]
    assert [tracker.id for packet in read for tracker in packet.trackers] == list(range(45))
    assert {packet.info.packet_count for packet in read} == {3}


def osc_of(send: AnySend, out: Outgoing) -> dict[str, list[Any]]:
    (datagram,) = written(send, out)
    return {each.message.address: list(each.message.params) for each in OscPacket(datagram).messages}


def test_osc_is_read_by_python_osc() -> None:
    name = CAMERAS[0]
    assert osc_of(send_of("osc"), told()) == {
        f"/stage/camera/{name}/pose": pytest.approx([*PLACE, PAN, TILT, ROLL], abs=1e-5),
        f"/stage/camera/{name}/lens": pytest.approx([50.0, 3.2, 2.8], abs=1e-5),
    }
    unknown = osc_of(send_of("osc"), told(lens=LensState(35.0, focus_m=math.inf), camera="Kamera 机/1"))
    assert unknown["/stage/camera/Kamera___1/lens"] == pytest.approx([35.0, 1e6, 0.0])


def test_osc_for_unreal_is_in_its_world() -> None:
    """Left-handed, x forward, y right, z up, centimetres; yaw turns right, pitch up, roll clockwise seen from behind:
    its rotation matrix, built from its own definition, turns its forward into where the camera looks."""
    sent = osc_of(send_of("osc", layout="unreal"), told())
    name = CAMERAS[0]
    assert sent[f"/camera/{name}/location"] == pytest.approx([-350.0, 125.0, 175.0], abs=1e-3)
    pitch, yaw, _ = (math.radians(angle) for angle in sent[f"/camera/{name}/rotation"])
    forward = np.array([math.cos(pitch) * math.cos(yaw), math.cos(pitch) * math.sin(yaw), math.sin(pitch)])
    looks = turn_matrix(PAN, TILT, ROLL) @ [0.0, 1.0, 0.0]
    assert forward == pytest.approx([looks[1], looks[0], looks[2]], abs=1e-6)


def test_osc_by_rules_of_its_own() -> None:
    rules = [{"address": "/rig", "arguments": ["id", "-x", "qw", "qz", "counter"]}]
    (name, x, w, z, count) = osc_of(send_of("osc", rules=rules, position_unit="mm"), told((90.0, 0.0, 0.0)))["/rig"]
    assert name == CAMERAS[0]
    assert count == 7.0
    assert [x, w, z] == pytest.approx([-1250.0, math.sqrt(0.5), math.sqrt(0.5)], abs=1e-5)


READ_BACK: dict[str, dict[str, Any]] = {
    "freed": {"port": 1, "camera_id": 1},
    "opentrackio": {"source_number": 1},
    "psn": {"tracker": 1},
    "osc": {"port": 1, "preset": "openstage"},
}


@pytest.mark.parametrize("protocol", READ_BACK)
@settings(max_examples=60, deadline=None)
@given(turned=angles, place=places)
def test_another_stage_would_see_the_same_camera(
    protocol: str, turned: tuple[float, float, float], place: tuple[float, float, float]
) -> None:
    fields = {"point": "pupil"} if protocol == "opentrackio" else {}
    datagram = written(send_of(protocol, **fields), told(turned, place))[0]
    reader = reader_of(SOURCES.validate_python({"name": "back", "protocol": protocol, **READ_BACK[protocol]}))
    pose = reader.reading(reader.packets(datagram, "127.0.0.1", NOW_NS)[0]).pose
    assert pose.position_m == pytest.approx(place, abs=2e-5)
    expected = about("z", turned[0]) @ about("x", turned[1]) @ about("y", turned[2])
    assert rotation_matrix(pose.orientation) == pytest.approx(expected, abs=5e-6)


def state(name: str, validity: Validity) -> CameraState:
    return CameraState(
        name=name, validity=validity, position_m=PLACE, orientation=(1.0, 0.0, 0.0, 0.0), lens=LENS,
        sensor_mm=(24.0, 13.5), sample_number=3, sender_counter=None, captured_ns=NOW_NS - 1, received_ns=NOW_NS,
        horizon_ns=1,
    )  # fmt: skip


def frame(*cameras: CameraState) -> Frame:
    return Frame(
        number=1, present_ns=NOW_NS, decided_ns=NOW_NS, scene="s", scene_time_s=0.0, outer_number=1,
        outer_scene_time_s=0.0, look=Look(), cameras=cameras,
    )  # fmt: skip


def test_a_frame_sends_its_tracked_cameras_at_its_present_time_under_numbers_that_stay() -> None:
    numbering = Numbering(send_of("freed", cameras=["a", "b", "c"], first_number=5), CAMERAS)
    shown = frame(
        state("c", Validity.STALE), state("b", Validity.LOST), state("a", Validity.LIVE), state("d", Validity.LIVE)
    )
    out = numbering.of_frame(shown, 100)
    assert [(each.camera, each.number, each.live) for each in out] == [("a", 5, True), ("c", 7, False)]
    assert {(each.moment_ns, each.calendar_ns) for each in out} == {(NOW_NS, NOW_NS + 100)}
    assert [each.sent for each in numbering.of_frame(shown, 0)] == [1, 1]


def test_a_sample_is_sent_as_of_its_capture() -> None:
    sample = TrackingSample(
        camera="b", source="t", number=0, captured_ns=NOW_NS - 9, received_ns=NOW_NS, position_m=PLACE,
        orientation=(1.0, 0.0, 0.0, 0.0), lens=LENS, sender_counter=None,
    )  # fmt: skip
    (out,) = Numbering(send_of("psn", cameras=["b"], on="sample"), CAMERAS).of_sample(sample, 100)
    assert (out.moment_ns, out.calendar_ns, out.pupil.position_m) == (NOW_NS - 9, NOW_NS + 91, PLACE)
    assert list(Numbering(send_of("psn", cameras=["a"], on="sample"), CAMERAS).of_sample(sample, 0)) == []
