"""The kinds of motion files: what their times, axes and lengths mean. A table, pure.

| kind | a pose | camera axes | world |
|---|---|---|---|
| tum | `t tx ty tz qx qy qz qw` (TUM RGB-D benchmark) | OpenCV: x right, y down, z forward | z up |
| table | columns with names: `timestamp, x, y, z, qw, qx, qy, qz` in any order | OpenCV | z up |
| euroc | `timestamp, p_RS_R_x, ..., q_RS_w, ...` (EuRoC MAV) | its drone: x up, y right, z forward | z up |
| chan | `frame tx ty tz rx ry rz [fov]` (Nuke, rotation order ZXY) | OpenGL: x right, y up, looks along -z | y up |
| colmap | `id qw qx qy qz tx ty tz camera name`, camera from world (COLMAP images.txt) | OpenCV | any |
| usd | a Camera prim (OpenUSD) | OpenGL | the file's upAxis |

EuRoC's body axes: sensor.yaml of its cam0 (`T_BS`), to a degree.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from stage.maths.pose import IDENTITY, Pose, Quaternion, quaternion_multiply, rotate

Times = Literal["stamps", "frames"]
TimeUnit = Literal["s", "ms", "us", "ns", "frames"]
LengthUnit = Literal["m", "cm", "mm"]

SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
METRES = {"m": 1.0, "cm": 0.01, "mm": 0.001}
IN_WORDS = {
    "s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds", "frames": "frames",
    "m": "metres", "cm": "centimetres", "mm": "millimetres",
}  # fmt: skip
DEFAULT_FRAME_RATE = 24.0

_H = math.sqrt(0.5)
STAGE_FROM_Y_UP: Quaternion = (_H, _H, 0.0, 0.0)
"""Turns a world with y up into one with z up: y becomes z, z becomes -y."""
OPENCV_FROM_STAGE: Quaternion = (_H, _H, 0.0, 0.0)
"""Turns a stage camera's axes (right, forward, up) into OpenCV's (x right, y down, z forward)."""
OPENGL_FROM_STAGE: Quaternion = (_H, -_H, 0.0, 0.0)
"""Turns a stage camera's axes into OpenGL's (x right, y up, looks along -z)."""
EUROC_FROM_STAGE: Quaternion = (0.5, 0.5, 0.5, 0.5)
"""Turns a stage camera's axes into those of EuRoC's drone: x up, y right, z forward."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the user says of a motion file; None: what the file says, or what is recognised.

    `frame_rate` is for files that count frames. `camera` is the path or name of a USD camera.
    """

    format: str | None = None
    unit: LengthUnit | None = None
    time_unit: TimeUnit | None = None
    frame_rate: float | None = None
    camera: str | None = None


NOTHING_SAID = Said()


@dataclass(frozen=True, slots=True)
class RawPose:
    """One pose as the file has it: its line, its time as a number of the file, position, quaternion (w, x, y, z).

    A time that is written as a whole number is an int: nanoseconds since 1970 do not fit into a float.
    """

    line: int
    time: int | float
    position: tuple[float, float, float]
    orientation: Quaternion


@dataclass(frozen=True, slots=True)
class Kind:
    """How the numbers of a kind of file are meant.

    `time_unit` is what the format means, though files are found that have another. `unit` where it is not recognised.
    """

    name: str
    words: str
    times: Times = "stamps"
    stage_from_world: Quaternion = IDENTITY
    camera_from_stage: Quaternion = OPENCV_FROM_STAGE
    time_unit: TimeUnit = "s"
    unit: LengthUnit | None = None

    def on_stage_axes(self, position: tuple[float, float, float], orientation: Quaternion) -> Pose:
        """A pose of the file in stage axes (the unit of length stays)."""
        turned = quaternion_multiply(self.stage_from_world, orientation)
        return Pose(rotate(self.stage_from_world, position), quaternion_multiply(turned, self.camera_from_stage))


KINDS = {
    kind.name: kind
    for kind in (
        Kind("tum", "TUM: `t tx ty tz qx qy qz qw`"),
        Kind("table", "a table whose columns have names"),
        Kind("euroc", "EuRoC CSV", camera_from_stage=EUROC_FROM_STAGE, time_unit="ns"),
        Kind(
            "chan",
            "Nuke .chan: `frame tx ty tz rx ry rz [fov]`",
            times="frames",
            stage_from_world=STAGE_FROM_Y_UP,
            camera_from_stage=OPENGL_FROM_STAGE,
        ),
        Kind("colmap", "COLMAP images.txt", times="frames", unit="m"),
        Kind("usd", "USD camera", times="frames", camera_from_stage=OPENGL_FROM_STAGE),
    )
}

OTHER_PROGRAMS = "Give a TUM, EuRoC CSV, Nuke .chan, USD or COLMAP images.txt file"
"""The remedy where a file is none of ours."""
