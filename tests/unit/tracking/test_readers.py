"""Every protocol's reader undoes what a simulated device of the same source writes, which knows nothing of tracking."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from stage.maths.pose import Pose, quaternion_from_pan_tilt_roll, rotate
from stage.model.camera import Camera
from stage.model.source import AnySource, Source
from tools.sim.wire.table import WIRES, datagram
from tools.sim.wire.told import Told, device_values
from tracking.readers.table import READERS, reader_of
from tracking.source_track import SharedPort, SourceTrack

HERE = "127.0.0.1"
KINDS: dict[str, dict[str, Any]] = {
    "freed": {"camera_id": 4},
    "opentrackio": {"source_number": 4},
    "osc": {"id": "4"},
    "psn": {"tracker": 4},
}
STEP_M = {"freed": 1 / 64_000, "opentrackio": 1e-9, "osc": 1e-5, "psn": 1e-5}
"""The step of the wire at the ten metres used here."""

axes = st.permutations(["x", "y", "z"]).flatmap(
    lambda order: st.tuples(*(st.sampled_from([f"+{axis}", f"-{axis}"]) for axis in order))
)
sign = st.sampled_from([1, -1])
metres = st.floats(-5, 5)
degrees = st.floats(-180, 180)
settings_of_a_source = st.fixed_dictionaries({
    "axes": axes,
    "pan_sign": sign,
    "tilt_sign": sign,
    "roll_sign": sign,
    "zero_position_m": st.tuples(metres, metres, metres),
    "zero_pan_deg": degrees,
    "zero_roll_deg": degrees,
})  # fmt: skip
poses = st.builds(
    lambda place, angles: Pose(place, quaternion_from_pan_tilt_roll(*angles)),
    st.tuples(metres, metres, metres),
    st.tuples(degrees, st.floats(-88, 88), degrees),
)


def source(protocol: str, **more: Any) -> AnySource:
    adapter: TypeAdapter[AnySource] = TypeAdapter(Source)
    return adapter.validate_python({"protocol": protocol, "name": protocol} | KINDS[protocol] | more)


def camera(of: str, name: str = "a") -> Camera:
    return Camera.model_validate(
        {"name": name, "source": of, "sensor_mm": (24.0, 13.5), "lens": {"points": [{"focal_length_mm": 24.0}]}}
    )


PERIOD_NS = 20_000_000


def sent(of: AnySource, pose: Pose, n: int = 0) -> bytes:
    place, angles = device_values(pose, of)
    return datagram(Told(n=n, place_m=place, angles_deg=angles, camera_id=4, captured_ns=10**9 + n * PERIOD_NS), of)


def test_every_protocol_is_tried() -> None:
    assert set(KINDS) == set(READERS) == set(WIRES) == set(STEP_M)


def assert_same(read: Pose, true: Pose, step_m: float) -> None:
    assert math.dist(read.position_m, true.position_m) < 2 * step_m
    for axis in ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)):
        assert rotate(read.orientation, axis) == pytest.approx(rotate(true.orientation, axis), abs=3e-6)


@pytest.mark.parametrize("protocol", KINDS)
@settings(max_examples=60)
@given(more=settings_of_a_source, pose=poses)
def test_a_reader_undoes_its_device(protocol: str, more: dict[str, Any], pose: Pose) -> None:
    of = source(protocol, **more)
    reader = reader_of(of)
    (packet,) = reader.packets(sent(of, pose), HERE, 0)
    assert_same(reader.reading(packet).pose, pose, STEP_M[protocol])


@settings(max_examples=60)
@given(frame=axes, pose=poses)
def test_a_server_may_name_its_axes_as_it_likes(frame: tuple[str, str, str], pose: Pose) -> None:
    of = source("psn", frame=frame)
    reader = reader_of(of)
    (packet,) = reader.packets(sent(of, pose), HERE, 0)
    assert_same(reader.reading(packet).pose, pose, STEP_M["psn"])


@pytest.mark.parametrize("protocol", KINDS)
def test_every_protocol_becomes_samples_and_counts_what_it_refuses(protocol: str) -> None:
    of = source(protocol)
    track = SourceTrack(of, (camera(protocol),))
    port = SharedPort([track])
    pose = Pose((1.0, 2.0, 1.5), quaternion_from_pan_tilt_roll(30.0, 10.0, 5.0))
    for n in range(3):
        (sample,) = port.take(sent(of, pose, n), HERE, n * PERIOD_NS)
        assert_same(Pose(sample.position_m, sample.orientation), pose, STEP_M[protocol])
    for rubbish in (b"", b"\0", b"rubbish" * 9, sent(of, pose, 4)[:-3]):
        assert port.take(rubbish, HERE, 9) == []
    assert sum(count for _, count in track.health(9).rejected) == 4


def test_protocols_may_share_a_port() -> None:
    tracks = [SourceTrack(source(name), (camera(name),)) for name in KINDS]
    port = SharedPort(tracks)
    for name in KINDS:
        (sample,) = port.take(sent(source(name), Pose()), HERE, 0)
        assert sample.source == name
    assert all(track.health(0).rejected == () for track in tracks)
