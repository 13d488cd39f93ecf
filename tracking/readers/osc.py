"""Senders of poses over OSC: values by rules as readings. Pure: time is an argument."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence

from stage.errors import PacketError
from stage.maths.pose import (
    IDENTITY,
    ORIGIN,
    Quaternion,
    Vector,
    quaternion_from_pan_tilt_roll,
    quaternion_multiply,
    quaternion_normalised,
)
from stage.model.sources.osc import POSITION, SPATIAL, TURNS, OscSource
from tracking.counter import COUNTER_16, CounterKind
from tracking.device_axes import DeviceAxes
from tracking.protocols.osc import OscRules
from tracking.readers.osc_joining import OscPose, PoseJoining
from tracking.reading import Buffer, Reading, SentLens
from tracking.source_frame import SourceFrame

METRES = {"m": 1.0, "cm": 0.01, "mm": 0.001, "in": 0.0254, "ft": 0.3048}
DEGREES = {"deg": 1.0, "rad": 180.0 / math.pi}


class OscReader:
    """Reads the poses of one source."""

    def __init__(self, source: OscSource) -> None:
        self._id = source.id
        self._way = (source.rules, source.rate_hz)
        self._rules = OscRules(source.rules)
        told = [{name.removeprefix("-") for name in rule.arguments} for rule in source.rules]
        self._joining = PoseJoining(
            frozenset(n for n, names in enumerate(told) if names & set(SPATIAL)), source.rate_hz
        )
        names = set[str]().union(*told)
        self._tells_place = "x" in names
        self._turn_names = next((way for way in TURNS.values() if names & set(way)), ())
        self._euler = tuple("xyz".index(axis) for axis in source.euler)
        self._axes = DeviceAxes(source.frame)
        self._frame = SourceFrame(source, METRES[source.position_unit])
        self._degrees = DEGREES[source.angle_unit]
        self._ends = (source.zoom, source.focus)
        self.counter_kind: CounterKind | None = COUNTER_16 if "counter" in names else None

    @property
    def decoding(self) -> Hashable:
        """What makes two sources read the same bytes differently."""
        return self._way

    def packets(self, datagram: Buffer, sender: str, received_ns: int) -> Sequence[OscPose]:
        """The poses that are complete with this datagram. Raises PacketError."""
        return self._joining.poses(self._rules.parts(datagram), sender, received_ns)

    def reading(self, packet: OscPose) -> Reading:
        """What is known of the camera or prop. Raises PacketError ("id", "no-position", "arguments")."""
        values = packet.values
        if self._id is not None and packet.id != self._id:
            raise PacketError("id", f"id {packet.id!r}, this source wants {self._id!r}")
        place = self._place(values)
        counter = values.get("counter")
        return Reading(
            packet.id,
            self._frame.from_turn(self._axes.place(place), self._turn(values)),
            self._lens(values),
            None if counter is None else int(counter) % COUNTER_16.modulus,
            packet.stamp_ns,
        )

    def _place(self, values: Mapping[str, float]) -> Vector:
        if not self._tells_place:
            return ORIGIN
        if not all(name in values for name in POSITION):
            raise PacketError("no-position", "no position has come yet")
        return (values["x"], values["y"], values["z"])

    def _turn(self, values: Mapping[str, float]) -> Quaternion:
        """The rotation in the stage's axes; none while none has come."""
        names = self._turn_names
        if not any(name in values for name in names):
            return IDENTITY
        if names == TURNS["quaternion"]:
            return self._axes.turn(_quaternion(values))
        pan, tilt, roll = (values.get(name, 0.0) * self._degrees for name in names)
        if names == TURNS["pan_tilt_roll"]:
            return quaternion_from_pan_tilt_roll(pan, tilt, roll)
        return self._axes.turn(quaternion_from_euler((pan, tilt, roll), self._euler))

    def _lens(self, values: Mapping[str, float]) -> SentLens:
        focus_m = values.get("focus_distance_m")
        if focus_m is None and "focus_distance_mm" in values:
            focus_m = values["focus_distance_mm"] / 1000.0
        zoom, focus = (self._encoder(values, place) for place in (0, 1))
        iris = values.get("iris")
        return SentLens(
            zoom_raw=zoom,
            focus_raw=focus,
            iris_raw=None if iris is None else max(0, round(iris)),
            focal_length_mm=_positive(values.get("focal_length_mm")),
            focus_distance_m=_positive(focus_m),
            f_stop=_positive(values.get("f_stop")),
            entrance_pupil_m=values.get("entrance_pupil_m"),
        )

    def _encoder(self, values: Mapping[str, float], place: int) -> int | None:
        """The device's number of an encoder, told as such or as a share of the source's range."""
        name = ("zoom", "focus")[place]
        if name in values:
            return max(0, round(values[name]))
        share = values.get(f"{name}_share")
        return None if share is None else self._ends[place].device_raw(share)


def quaternion_from_euler(angles_deg: Sequence[float], order: Sequence[int]) -> Quaternion:
    """The product of turns about x, y and z by `angles_deg`, in this order of axes, the outermost first."""
    turn = IDENTITY
    for axis in order:
        half = math.radians(angles_deg[axis]) / 2.0
        parts = [0.0, 0.0, 0.0]
        parts[axis] = math.sin(half)
        turn = quaternion_multiply(turn, (math.cos(half), parts[0], parts[1], parts[2]))
    return turn


def _quaternion(values: Mapping[str, float]) -> Quaternion:
    try:
        return quaternion_normalised((values["qw"], values["qx"], values["qy"], values["qz"]))
    except (KeyError, ValueError):
        raise PacketError("arguments", "the quaternion has no direction") from None


def _positive(value: float | None) -> float | None:
    return value if value is not None and value > 0.0 else None
