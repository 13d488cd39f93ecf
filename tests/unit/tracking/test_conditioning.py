"""Device values to poses in stage space: axes, signs, zeros, unit, rig, lens."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from stage.maths.lens import distort
from stage.maths.pose import Pose, quaternion_from_pan_tilt_roll, rotate
from stage.model.base import PoseModel
from stage.model.camera import Camera, Lens, LensPoint
from stage.model.sources.base import Alignment, EncoderRange
from stage.model.sources.freed import FreedSource
from tools.sim.motion import Still
from tools.sim.tracker import SimulatedTracker, TrackerSettings, settings_for_source
from tools.sim.wire.told import device_values
from tracking.conditioning import CameraConditioner
from tracking.protocols.freed import FreedPacket, decode
from tracking.readers.freed import FreedReader
from tracking.reading import Reading, SentLens
from tracking.source_frame import SourceFrame

SENSOR = (24.0, 13.5)
AT_HOME = Pose()
PACKET = FreedPacket(camera_id=1, pan_deg=30.0, tilt_deg=10.0, roll_deg=5.0, x_mm=1500.0, y_mm=-2750.0, z_mm=1800.0)
"""The example of the pose vectors: pan 30 to the right, tilt 10 up, roll 5."""
FORWARD, RIGHT = (0.492404, 0.852869, 0.173648), (0.870297, -0.484991, -0.085832)


def pose_of(packet: FreedPacket, **settings: Any) -> Pose:
    return FreedReader(FreedSource(name="t", **settings)).reading(packet).pose


def reading(pose: Pose = AT_HOME, zoom: int = 0, counter: int | None = None) -> Reading:
    return Reading("1", pose, SentLens(zoom, 0), counter)


def camera(**more: Any) -> Camera:
    return Camera.model_validate(
        {"name": "a", "source": "t", "sensor_mm": SENSOR, "lens": {"points": [{"focal_length_mm": 24.0}]}} | more
    )


def test_the_numbers_of_the_specification() -> None:
    pose = pose_of(PACKET)
    assert pose.position_m == pytest.approx((1.5, -2.75, 1.8), abs=1e-12)
    assert rotate(pose.orientation, (0.0, 1.0, 0.0)) == pytest.approx(FORWARD, abs=1e-6)
    assert rotate(pose.orientation, (1.0, 0.0, 0.0)) == pytest.approx(RIGHT, abs=1e-6)
    assert pose.orientation == pytest.approx((0.962318285, 0.095352425, 0.019436667, -0.253916619), abs=1e-9)


@given(st.floats(-256, 256), st.floats(-256, 256), st.floats(-256, 256))
def test_angles_are_those_of_the_house(pan: float, tilt: float, roll: float) -> None:
    ours = pose_of(FreedPacket(1, pan, tilt, roll)).orientation
    assert ours == pytest.approx(quaternion_from_pan_tilt_roll(-pan, tilt, roll), abs=1e-12)


def test_signs_apply_to_the_device_angles() -> None:
    mirrored = pose_of(PACKET, pan_sign=-1, tilt_sign=-1, roll_sign=-1).orientation
    assert mirrored == pytest.approx(quaternion_from_pan_tilt_roll(30.0, -10.0, -5.0), abs=1e-12)


def test_axes_are_permuted_and_turned() -> None:
    """A device with X forward, Y left, Z up."""
    assert pose_of(PACKET, axes=("-y", "+x", "+z")).position_m == pytest.approx((2.75, 1.5, 1.8))
    with pytest.raises(ValidationError, match="once each"):
        FreedSource(name="t", axes=("+x", "-x", "+z"))


def test_unit_and_zero() -> None:
    pose = pose_of(
        PACKET,
        position_scale=10.0,
        zero_position_m=(1.0, 2.0, 3.0),
        zero_pan_deg=-30.0,
        zero_tilt_deg=10.0,
        zero_roll_deg=5.0,
    )
    assert pose.position_m == pytest.approx((14.0, -29.5, 15.0))
    assert pose.orientation == pytest.approx((1.0, 0.0, 0.0, 0.0), abs=1e-12)


def test_rig_and_pupil_lie_where_the_camera_turns_them() -> None:
    """Sensor 0.1 m right of, and 0.2 m under the tracked point; pupil 0.15 m ahead of the sensor."""
    rigged = camera(
        rig={"position_m": (0.1, 0.0, -0.2)},
        lens={"points": [{"focal_length_mm": 24.0, "entrance_pupil_m": 0.15}]},
    )
    stage_from_tracker = pose_of(FreedPacket(1, 90.0))
    sample = CameraConditioner(rigged, FreedSource(name="t")).sample(reading(stage_from_tracker, counter=3), 5, 7)
    # turned a quarter to the right, the camera's right is -Y and its forward +X
    assert sample.position_m == pytest.approx((0.15, -0.1, -0.2))
    assert sample.orientation == pytest.approx(stage_from_tracker.orientation)
    assert (sample.camera, sample.source, sample.number) == ("a", "t", 0)
    assert (sample.captured_ns, sample.received_ns, sample.sender_counter) == (5, 7, 3)


def test_a_turned_rig_turns_the_camera() -> None:
    rigged = camera(rig={"tilt_deg": 90.0})
    sample = CameraConditioner(rigged, FreedSource(name="t")).sample(reading(), 0, 0)
    assert rotate(sample.orientation, (0.0, 1.0, 0.0)) == pytest.approx((0.0, 0.0, 1.0), abs=1e-12)


def test_samples_are_numbered_from_zero() -> None:
    conditioner = CameraConditioner(camera(), FreedSource(name="t"))
    assert [conditioner.sample(reading(), n, n).number for n in range(3)] == [0, 1, 2]


def test_lens_follows_its_encoders() -> None:
    points = [
        {"zoom_raw": 0, "focal_length_mm": 20.0, "entrance_pupil_m": 0.1},
        {"zoom_raw": 1000, "focal_length_mm": 40.0, "entrance_pupil_m": 0.2, "radial": [-1e-5]},
    ]
    conditioner = CameraConditioner(camera(lens={"points": points}), FreedSource(name="t"))

    wide = conditioner.sample(reading(), 0, 0)
    assert (wide.lens.focal_length_mm, wide.position_m) == (20.0, (0.0, 0.1, 0.0))
    tele = conditioner.sample(reading(zoom=1000), 0, 0)
    assert (tele.lens.focal_length_mm, tele.lens.radial) == (40.0, (-1e-5,))
    assert tele.position_m == (0.0, 0.2, 0.0)
    assert tele.lens.overscan > 1.0
    assert conditioner.lens_outside == ""
    assert conditioner.sample(reading(zoom=1001), 0, 0).lens.focal_length_mm == 40.0
    assert conditioner.lens_outside == "a: zoom 1001 is beyond the lens table (0 to 1000), whose last point is held"


def test_encoders_are_clamped_and_inverted_before_the_table() -> None:
    points = [{"zoom_raw": raw, "focal_length_mm": focal} for raw, focal in ((0x555, 20.0), (0xFFF, 40.0))]
    backwards = FreedSource(name="t", zoom=EncoderRange(minimum=0x555, maximum=0xFFF, invert=True))
    conditioner = CameraConditioner(camera(lens={"points": points}), backwards)
    focals = [conditioner.sample(reading(zoom=raw), 0, 0).lens.focal_length_mm for raw in (0, 0x555, 0xFFF, 0xFFFF)]
    assert focals == pytest.approx([40.0, 40.0, 20.0, 20.0])
    with pytest.raises(ValidationError, match="minimum must be below maximum"):
        EncoderRange(minimum=10, maximum=10)


axes = st.permutations(["x", "y", "z"]).flatmap(
    lambda order: st.tuples(*(st.sampled_from([f"+{axis}", f"-{axis}"]) for axis in order))
)
sign = st.sampled_from([1, -1])
metres = st.floats(-5, 5)
degrees = st.floats(-180, 180)
sources = st.builds(
    FreedSource,
    name=st.just("t"),
    axes=axes,
    pan_sign=sign,
    tilt_sign=sign,
    roll_sign=sign,
    position_scale=st.sampled_from([0.1, 1.0, 10.0]),
    zero_position_m=st.tuples(metres, metres, metres),
    zero_pan_deg=degrees,
    zero_tilt_deg=degrees,
    zero_roll_deg=degrees,
)


@given(sources, st.tuples(metres, metres, metres), degrees, st.floats(-89, 89), degrees)
def test_conditioning_undoes_what_any_device_does(
    source: FreedSource, place: tuple[float, float, float], pan: float, tilt: float, roll: float
) -> None:
    """The simulated device of a source and the conditioning of that source are inverse, whatever its settings."""
    pose = Pose(place, quaternion_from_pan_tilt_roll(pan, tilt, roll))
    (x, y, z), (pan, tilt, roll) = device_values(pose, source)
    back = (
        FreedReader(source).reading(FreedPacket(1, -pan, tilt, roll, x_mm=1000 * x, y_mm=1000 * y, z_mm=1000 * z)).pose
    )
    assert back.position_m == pytest.approx(pose.position_m, abs=1e-9)
    for axis in ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)):
        assert rotate(back.orientation, axis) == pytest.approx(rotate(pose.orientation, axis), abs=1e-6)


def test_from_the_simulated_bytes_back_to_the_true_pupil() -> None:
    """Through the wire, with rig and pupil: within the steps of FreeD (1/64 mm, 1/32768 degree)."""
    rigged = camera(
        rig=PoseModel(position_m=(0.1, -0.2, 0.05), pan_deg=3.0, tilt_deg=-2.0),
        lens=Lens(points=(LensPoint(focal_length_mm=24.0, entrance_pupil_m=0.12, zoom_raw=77),)),
    )
    source = FreedSource(name="t", axes=("-y", "+x", "+z"), zero_position_m=(1.0, 2.0, 0.0), camera_id=9, rate_hz=100)
    stage: Any = type("OneCamera", (), {"cameras": (rigged,)})
    settings = settings_for_source(stage, source, "crane")
    assert settings.rate_hz == Fraction(100)
    tracker = SimulatedTracker(TrackerSettings(
        motion=settings.motion, source=source, camera_id=9, noise_mm=0.0, noise_deg=0.0,
        tracker_from_pupil=settings.tracker_from_pupil, zoom_raw=settings.zoom_raw,
    ))  # fmt: skip
    reader, conditioner = FreedReader(source), CameraConditioner(rigged, source)
    for n in range(0, 600, 37):
        sample = conditioner.sample(reader.reading(decode(tracker.packet(n)[1])), 0, 0)
        true = tracker.true_pupil(n)
        assert math.dist(sample.position_m, true.position_m) < 2e-5
        assert rotate(sample.orientation, (0, 1, 0)) == pytest.approx(rotate(true.orientation, (0, 1, 0)), abs=2e-6)
        assert sample.lens.focal_length_mm == 24.0


def test_still_home_of_a_camera_is_its_pupil_at_home() -> None:
    at_home = camera(
        home={"position_m": (0.0, -2.0, 1.5), "pan_deg": 90.0},
        lens={"points": [{"focal_length_mm": 24.0, "entrance_pupil_m": 0.1}]},
    )
    stage: Any = type("OneCamera", (), {"cameras": (at_home,)})
    motion = settings_for_source(stage, FreedSource(name="t"), "still").motion
    assert isinstance(motion, Still)
    assert motion.home.position_m == pytest.approx((-0.1, -2.0, 1.5))


def sent_lens(**told: Any) -> Reading:
    return Reading("1", AT_HOME, SentLens(**told))


def test_a_lens_as_sent_goes_before_the_table_and_the_table_fills_its_gaps() -> None:
    points = [{"focal_length_mm": 20.0, "entrance_pupil_m": 0.1, "radial": [-1e-5], "projection_offset_mm": [0.1, 0.2]}]
    sends = CameraConditioner(camera(lens={"points": points}), FreedSource(name="t", lens="sent"))
    plain = sends.sample(sent_lens(), 0, 0)
    assert (plain.lens.focal_length_mm, plain.lens.radial, plain.position_m) == (20.0, (-1e-5,), (0.0, 0.1, 0.0))
    told = sends.sample(sent_lens(focal_length_mm=31.0, entrance_pupil_m=0.2), 0, 0)
    assert (told.lens.focal_length_mm, told.lens.radial, told.position_m) == (31.0, (-1e-5,), (0.0, 0.2, 0.0))
    told = sends.sample(sent_lens(radial=(2e-5,), tangential=(1e-6, 0.0), projection_offset_mm=(0.0, 0.3)), 0, 10**9)
    assert (told.lens.radial, told.lens.tangential, told.lens.projection_offset_mm) == (
        (2e-5,), (1e-6, 0.0), (0.0, 0.3),
    )  # fmt: skip
    ignores = CameraConditioner(camera(lens={"points": points}), FreedSource(name="t"))
    assert ignores.sample(sent_lens(focal_length_mm=31.0), 0, 0).lens.focal_length_mm == 20.0


def test_distortion_in_the_other_direction_is_turned_into_ours() -> None:
    """Where the sender's polynomial says a point of the picture belongs, ours brings it back to the picture."""
    sends = CameraConditioner(camera(), FreedSource(name="t", lens="sent"))
    lens = sends.sample(sent_lens(radial=(2e-4, 0.0, 3e-8), tangential=(1e-5, -2e-5), inverse=True), 0, 0).lens
    for x, y in ((12.0, 6.75), (-12.0, 3.0), (5.0, -6.75)):
        s = x * x + y * y
        factor = 1 + 2e-4 * s + 3e-8 * s * s
        p1, p2 = 1e-5, -2e-5
        straight = (
            x * factor + 2 * p1 * x * y + p2 * (s + 2 * x * x),
            y * factor + p1 * (s + 2 * y * y) + 2 * p2 * x * y,
        )
        back = distort(np.array(straight), lens.radial, lens.tangential)
        assert math.dist(back, (x, y)) < 0.002
    assert lens.overscan > 1.02


@pytest.mark.parametrize("inverse", [False, True])
@pytest.mark.parametrize("radial", [(1.0, 2.0, 3.0), (1e15,) * 6, (-1e-2,), (1e300, -1e300)])
def test_distortion_that_cannot_be_is_not_drawn_and_told(inverse: bool, radial: tuple[float, ...]) -> None:
    sends = CameraConditioner(camera(), FreedSource(name="t", lens="sent"))
    lens = sends.sample(sent_lens(radial=radial, tangential=(1.0, 2.0), inverse=inverse), 0, 0).lens
    assert math.isfinite(lens.overscan)
    assert lens.overscan >= 1.0
    if lens.radial == ():
        assert "folds" in sends.lens_outside


def test_distortion_that_moves_is_worked_out_now_and_then_and_at_last() -> None:
    sends = CameraConditioner(camera(), FreedSource(name="t", lens="sent"))
    radials = [
        sends.sample(sent_lens(radial=(n * 1e-6,), focal_length_mm=30.0 + n), 0, n * 4_000_000).lens for n in range(30)
    ]
    assert [lens.focal_length_mm for lens in radials] == [30.0 + n for n in range(30)]
    assert len({lens.radial for lens in radials}) == 3
    rests = [sends.sample(sent_lens(radial=(29e-6,)), 0, (30 + n) * 4_000_000).lens.radial for n in range(12)]
    assert rests[-1] == (29e-6,)


def test_an_alignment_comes_after_axes_and_zeros() -> None:
    align = {"position_m": [10.0, 20.0, 1.0], "pan_deg": 90.0, "scale": 2.0}
    plain = pose_of(PACKET, axes=["+y", "+x", "-z"], zero_position_m=[0.1, 0.2, 0.3])
    aligned = pose_of(PACKET, axes=["+y", "+x", "-z"], zero_position_m=[0.1, 0.2, 0.3], align=align)
    x, y, z = plain.position_m
    assert aligned.position_m == pytest.approx((10.0 - 2.0 * y, 20.0 + 2.0 * x, 1.0 + 2.0 * z))
    right, forward, up = rotate(plain.orientation, (0.0, 1.0, 0.0))
    assert rotate(aligned.orientation, (0.0, 1.0, 0.0)) == pytest.approx((-forward, right, up))


@given(st.tuples(st.floats(-180, 180), st.floats(-80, 80), st.floats(-180, 180)), st.floats(0.5, 2.0))
def test_a_simulated_device_undoes_the_alignment(angles: tuple[float, float, float], scale: float) -> None:
    pan, tilt, roll = angles
    align = {"position_m": [1.0, -2.0, 0.5], "pan_deg": pan, "tilt_deg": tilt, "roll_deg": roll, "scale": scale}
    source = FreedSource(name="t", align=Alignment.model_validate(align), axes=("-y", "+x", "+z"), pan_sign=-1)
    wanted = Pose((0.3, -3.0, 1.7), quaternion_from_pan_tilt_roll(12.0, 5.0, -3.0))
    place_m, (p, t, r) = device_values(wanted, source)
    found = SourceFrame(source).from_angles(place_m, p, t, r)
    assert found.position_m == pytest.approx(wanted.position_m, abs=1e-9)
    assert abs(np.dot(found.orientation, wanted.orientation)) == pytest.approx(1.0, abs=1e-12)


def test_what_the_lens_tells_goes_on_with_every_sample() -> None:
    iris = [{"iris_raw": 0, "f_stop": 2.0}, {"iris_raw": 1000, "f_stop": 8.0}]
    points = [{"focal_length_mm": 24.0, "focus_m": 3.0, "entrance_pupil_m": 0.1}]
    conditioner = CameraConditioner(camera(lens={"points": points, "iris": iris}), FreedSource(name="t"))
    lens = conditioner.sample(sent_lens(zoom_raw=7, focus_raw=9, iris_raw=500), 0, 0).lens
    assert (lens.zoom_raw, lens.focus_raw, lens.focus_m, lens.entrance_pupil_m) == (7, 9, 3.0, 0.1)
    assert lens.f_stop == pytest.approx(4.0), "halfway in stops"
    assert conditioner.sample(sent_lens(iris_raw=500, f_stop=5.6), 0, 0).lens.f_stop == 5.6


def test_a_placeholder_for_the_overscan_is_not_believed() -> None:
    for told, used in ((3.1, 1.0), (1.2, 1.2), (0.5, 1.0)):
        sends = CameraConditioner(camera(), FreedSource(name="t", lens="sent"))
        assert sends.sample(sent_lens(radial=(1e-5,), overscan=told), 0, 0).lens.overscan == used
