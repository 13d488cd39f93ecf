"""Camera curves as text that every tool reads: Nuke's .chan, CSV, USD. Pure.

All are metres. .chan and USD are y up (the stage's x, z, -y), a camera looking along -z.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from stage.maths.pose import pan_tilt_roll_from_quaternion, rotation_matrix
from stage.walls.surface import Surface
from tools.takes.post.curve import Curve, Row

Floats = NDArray[np.float64]
Y_UP = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
"""`y_up_from_stage`: x stays, the stage's up becomes y, its forward -z."""
TENTHS = 100.0
"""USD's lens attributes are tenths of a scene unit: a millimetre is a hundredth where the unit is a metre."""
CSV_HEAD = (
    "frame,place,timecode,x_m,y_m,z_m,pan_deg,tilt_deg,roll_deg,focal_length_mm,focus_m,f_stop,"
    "entrance_pupil_m,shift_x_mm,shift_y_mm,sensor_width_mm,sensor_height_mm,quality"
)


def chan(curve: Curve) -> str:
    """Nuke's .chan: `frame tx ty tz rx ry rz vfov`, degrees, rotation order ZXY (R = Ry Rx Rz); frames from 1."""
    return "".join(f"{row.place + 1} {_numbers(*_y_up_angles(row), _vertical_deg(curve, row))}\n" for row in curve.rows)


def csv(curve: Curve) -> str:
    """Stage axes: x right, y forward, z up; pan positive to the left, tilt up, roll clockwise seen from behind."""
    lines = [CSV_HEAD]
    width, height = curve.sensor_mm
    for row in curve.rows:
        lens = row.lens
        pan, tilt, roll = pan_tilt_roll_from_quaternion(row.pose.orientation)
        focus = "" if lens.focus_m is None or not math.isfinite(lens.focus_m) else f"{lens.focus_m:.9g}"
        stop = "" if lens.f_stop is None else f"{lens.f_stop:.9g}"
        numbers = [*row.pose.position_m, pan, tilt, roll, lens.focal_length_mm]
        tail = [lens.entrance_pupil_m, *lens.projection_offset_mm, width, height]
        values = [f"{value:.9g}" for value in numbers] + [focus, stop] + [f"{value:.9g}" for value in tail]
        lines.append(",".join([str(row.number), str(row.place), row.timecode, *values, row.quality]))
    return "\n".join(lines) + "\n"


def usda(curve: Curve, title: str, walls: Mapping[str, Surface]) -> str:
    """A USD stage: the camera by time samples, walls as meshes."""
    samples = {row.place: _matrix(row) for row in curve.rows}
    last = curve.rows[-1].place if curve.rows else 0
    width, height = (value / TENTHS for value in curve.sensor_mm)
    rate = float(curve.rate)
    lens = {
        "focalLength": [row.lens.focal_length_mm / TENTHS for row in curve.rows],
        "horizontalApertureOffset": [row.lens.projection_offset_mm[0] / TENTHS for row in curve.rows],
        "verticalApertureOffset": [row.lens.projection_offset_mm[1] / TENTHS for row in curve.rows],
    }
    timed = "\n".join(
        f"        float {name}.timeSamples = {{{', '.join(f'{n}: {value:.9g}' for n, value in enumerate(values))}}}"
        for name, values in lens.items()
    )
    matrices = ",\n".join(f"            {place}: {_rows(matrix)}" for place, matrix in samples.items())
    return f"""#usda 1.0
(
    defaultPrim = "take"
    doc = {_quoted(title)}
    metersPerUnit = 1
    upAxis = "Y"
    timeCodesPerSecond = {rate:.9g}
    framesPerSecond = {rate:.9g}
    startTimeCode = 0
    endTimeCode = {last}
)

def Xform "take"
{{
    def Camera "camera" (
        customData = {{
            string camera = {_quoted(curve.camera)}
            string point = "entrance pupil"
            string time = "middle of the exposure; frame 0 is the roll"
        }}
    )
    {{
        float horizontalAperture = {width:.9g}
        float verticalAperture = {height:.9g}
        float2 clippingRange = (0.01, 100000)
{timed}
        matrix4d xformOp:transform.timeSamples = {{
{matrices}
        }}
        uniform token[] xformOpOrder = ["xformOp:transform"]
    }}
{"".join(_mesh(number, name, wall) for number, (name, wall) in enumerate(walls.items()))}}}
"""


def _mesh(number: int, name: str, wall: Surface) -> str:
    """The wall with its canvas as `st`: u to the right, v up."""
    points = ", ".join(f"({_commas(*point)})" for point in wall.vertices_m @ Y_UP.T)
    width, height = wall.size_px
    st = ", ".join(f"({_commas(x / width, 1.0 - y / height)})" for x, y in wall.canvas_px)
    return f"""
    def Mesh "wall_{number}" (
        customData = {{
            string wall = {_quoted(name)}
        }}
    )
    {{
        int[] faceVertexCounts = [{", ".join(["3"] * len(wall.triangles))}]
        int[] faceVertexIndices = [{", ".join(str(index) for index in wall.triangles.ravel().tolist())}]
        point3f[] points = [{points}]
        texCoord2f[] primvars:st = [{st}] (
            interpolation = "vertex"
        )
        uniform token subdivisionScheme = "none"
    }}
"""


def _axes(row: Row) -> Floats:
    """(3, 3) columns: the camera's right, up and back, y up."""
    right, forward, up = rotation_matrix(row.pose.orientation).T
    return np.asarray(Y_UP @ np.column_stack([right, up, -forward]))


def _matrix(row: Row) -> Floats:
    """(4, 4) for row vectors, as USD has it."""
    matrix = np.eye(4)
    matrix[:3, :3] = _axes(row).T
    matrix[3, :3] = Y_UP @ np.asarray(row.pose.position_m)
    return matrix


def _y_up_angles(row: Row) -> tuple[float, ...]:
    """Position, then rotations about x, y and z in degrees, applied z first, then x, then y."""
    axes = _axes(row)
    x = math.asin(min(1.0, max(-1.0, -axes[1, 2])))
    y = math.atan2(axes[0, 2], axes[2, 2])
    z = math.atan2(axes[1, 0], axes[1, 1])
    return (*(Y_UP @ np.asarray(row.pose.position_m)).tolist(), *(math.degrees(angle) for angle in (x, y, z)))


def _vertical_deg(curve: Curve, row: Row) -> float:
    return math.degrees(2.0 * math.atan2(curve.sensor_mm[1] / 2.0, row.lens.focal_length_mm))


def _rows(matrix: Floats) -> str:
    return "( " + ", ".join(f"({_commas(*row)})" for row in matrix) + " )"


def _commas(*values: float) -> str:
    return ", ".join(f"{value + 0.0:.12g}" for value in values)  # no minus before a zero


def _numbers(*values: float) -> str:
    return " ".join(f"{value:.12g}" for value in values)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
