"""What a sample of OpenTrackIO says of a camera. Pure.

Coordinates are the stage's own: X right, Y forward, Z up, metres, `R = Rz(pan) Rx(tilt) Ry(roll)` in degrees.
`transforms` is a chain from parent to child; the whole of it is the camera.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from stage.errors import PacketError
from stage.maths.pose import ORIGIN, Pose, Vector, quaternion_from_pan_tilt_roll
from stage.units import NS_PER_S

UNDISTORTED_TO_DISTORTED = "Brown-Conrady U-D"
MOST_TRANSFORMS = 64
MOST_COEFFICIENTS = 6
LATEST_STAMP_S = 1 << 48
BEYOND = 1e9
"""No length, angle or other measure of a sample is as large; nor infinite, nor an integer that no float holds."""

Json = Mapping[str, Any]


class SampleLens(NamedTuple):
    """The lens of a sample; None = not told. Encoders are shares of their travel, raw encoders the device's numbers.
    `inverse`: the distortion's coefficients map distorted to undistorted points."""

    zoom: float | None = None
    focus: float | None = None
    iris: float | None = None
    zoom_raw: int | None = None
    focus_raw: int | None = None
    iris_raw: int | None = None
    focal_length_mm: float | None = None
    focus_distance_m: float | None = None
    f_stop: float | None = None
    entrance_pupil_m: float | None = None
    projection_offset_mm: tuple[float, float] | None = None
    radial: tuple[float, ...] | None = None
    tangential: tuple[float, ...] = ()
    inverse: bool = False
    overscan: float | None = None


class Sample(NamedTuple):
    """A sample. `pose` is None where it tells none."""

    source_number: int | None
    source_id: str | None
    pose: Pose | None
    lens: SampleLens
    stamp_ns: int | None
    version: tuple[int, ...] | None


def sample_of(told: Json) -> Sample:
    """The sample of a decoded payload. Raises PacketError ("payload", "protocol")."""
    source_id = told.get("sourceId")
    return Sample(
        _integer(told, "sourceNumber"),
        source_id if isinstance(source_id, str) else None,
        _pose(told.get("transforms")),
        _lens(_object(told, "lens")),
        _stamp_ns(_object(told, "timing")),
        _version(_object(told, "protocol")),
    )


def _version(protocol: Json) -> tuple[int, ...] | None:
    """The protocol's version; None where it is not told. 1.x and 0.9.x can be read."""
    if not protocol:
        return None
    version = protocol.get("version")
    if protocol.get("name") != "OpenTrackIO" or not isinstance(version, list):
        raise PacketError("protocol", "the sample is not OpenTrackIO's")
    numbers = tuple(number for number in version if isinstance(number, int))
    if numbers[:1] != (1,) and numbers[:2] != (0, 9):
        raise PacketError("protocol", f"version {'.'.join(map(str, numbers[:3]))} cannot be read")
    return numbers


def _pose(transforms: Any) -> Pose | None:
    """The camera: all transforms, one in the other. A scale is that of what is inside."""
    if not isinstance(transforms, list) or not transforms:
        return None
    if len(transforms) > MOST_TRANSFORMS:
        raise PacketError("payload", f"{len(transforms)} transforms in a chain")
    pose, scale = Pose(), (1.0, 1.0, 1.0)
    for transform in transforms:
        if not isinstance(transform, dict):
            raise PacketError("payload", "a transform is no object")
        x, y, z = _vector(_object(transform, "translation"), "xyz")
        turn = _object(transform, "rotation")
        angles = tuple(_number(turn, name) or 0.0 for name in ("pan", "tilt", "roll"))
        place = (x * scale[0], y * scale[1], z * scale[2])
        pose = pose @ Pose(place, quaternion_from_pan_tilt_roll(*angles))
        if "scale" in transform:
            x, y, z = _vector(_object(transform, "scale"), "xyz")
            scale = (scale[0] * x, scale[1] * y, scale[2] * z)
    return pose


def _lens(lens: Json) -> SampleLens:
    if not lens:
        return SampleLens()
    shares, raw = _object(lens, "encoders"), _object(lens, "rawEncoders")
    offset = _object(lens, "projectionOffset")
    radial, tangential, inverse, overscan = _distortion(lens.get("distortion"))
    return SampleLens(
        zoom=_number(shares, "zoom"),
        focus=_number(shares, "focus"),
        iris=_number(shares, "iris"),
        zoom_raw=_integer(raw, "zoom"),
        focus_raw=_integer(raw, "focus"),
        iris_raw=_integer(raw, "iris"),
        focal_length_mm=_positive(lens, "pinholeFocalLength"),
        focus_distance_m=_positive(lens, "focusDistance"),
        f_stop=_positive(lens, "fStop"),
        entrance_pupil_m=_number(lens, "entrancePupilOffset"),
        projection_offset_mm=_vector(offset, "xy")[:2] if offset else None,
        radial=radial,
        tangential=tangential,
        inverse=inverse,
        overscan=overscan,
    )


def _distortion(models: Any) -> tuple[tuple[float, ...] | None, tuple[float, ...], bool, float | None]:
    """Radial and tangential coefficients, whether they map to undistorted points, and the overscan: of the model in
    our direction if there is one, else of the first."""
    told = [model for model in models if isinstance(model, dict)] if isinstance(models, list) else []
    if not told:
        return None, (), False, None
    model = next((each for each in told if each.get("model") == UNDISTORTED_TO_DISTORTED), told[0])
    overscan = _number(model, "overscan")
    return (
        _coefficients(model.get("radial", []), MOST_COEFFICIENTS),
        _coefficients(model.get("tangential", []), 2),
        model.get("model") != UNDISTORTED_TO_DISTORTED,
        overscan if overscan is not None and overscan >= 1.0 else None,
    )


def _coefficients(told: Any, most: int) -> tuple[float, ...]:
    if not isinstance(told, list) or len(told) > most:
        raise PacketError("payload", f"a distortion has at most {most} coefficients")
    return tuple(_checked(value, "distortion") for value in told)


def _stamp_ns(timing: Json) -> int | None:
    """When the sample was captured, on the sender's clock."""
    stamp = _object(timing, "sampleTimestamp")
    seconds, nanoseconds = _integer(stamp, "seconds"), _integer(stamp, "nanoseconds")
    if seconds is None or nanoseconds is None or seconds >= LATEST_STAMP_S or nanoseconds >= NS_PER_S:
        return None
    return seconds * NS_PER_S + nanoseconds


def _object(holder: Json, key: str) -> Json:
    """A sub-object; an empty one where it is not there."""
    value = holder.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise PacketError("payload", f"{key} is no object")
    return value


def _vector(holder: Json, names: Sequence[str]) -> Vector:
    if not holder:
        return ORIGIN
    values = [_number(holder, name) or 0.0 for name in names]
    return (values[0], values[1], values[2] if len(values) > 2 else 0.0)


def _number(holder: Json, key: str) -> float | None:
    value = holder.get(key)
    return None if value is None else _checked(value, key)


def _checked(value: Any, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -BEYOND < value < BEYOND:
        raise PacketError("payload", f"{key} is not a number")
    return float(value)


def _positive(holder: Json, key: str) -> float | None:
    """A number above 0; what is not above 0 is not told."""
    value = _number(holder, key)
    return value if value is not None and value > 0.0 else None


def _integer(holder: Json, key: str) -> int | None:
    value = holder.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
