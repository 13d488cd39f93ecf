"""What a camera of a take would see of the set itself: no wall between, no lens distortion, at any size.

A pinhole view from the entrance pupil, with the lens's focal length and projection offset; the file carries the camera,
so that post can put the plate's distortion on. Passes: depth along the axis, positions in the stage, normals (from
positions of neighbouring pixels: across an edge they are of no use), motion to the frame after (of the camera; pixels,
y down).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
from numpy.typing import NDArray

from render.scene.direct_view import direct_view
from render.view.moment import inner_moment
from render.view.view import View
from stage.errors import InputError
from stage.maths.pose import Pose
from stage.maths.projection import camera_axes, camera_slopes, perspective, widened
from stage.maths.timecode import counting_of, frame_of, text_of
from stage.messages.frames import CameraState, Frame
from tools.takes.redraw import Redraw

Floats32 = NDArray[np.float32]
PASSES = ("depth", "position", "normal", "motion")


@dataclass(frozen=True, slots=True)
class Framing:
    """`camera` by name; `size_px` of the picture; `margin_deg` seen beyond the sensor on every side."""

    camera: str
    size_px: tuple[int, int]
    margin_deg: float = 0.0


def state_of(frame: Frame, camera: str) -> CameraState:
    """A camera's state in a frame. Raises InputError where the frame has none of this name."""
    for state in frame.cameras:
        if state.name == camera:
            return state
    known = ", ".join(state.name for state in frame.cameras) or "none"
    raise InputError(camera, "", "no such camera in this take", f"Its cameras: {known}")


def view_of(state: CameraState, margin_deg: float) -> View:
    """The pinhole view of a camera's state."""
    slopes = camera_slopes(state.sensor_mm, state.lens.focal_length_mm, state.lens.projection_offset_mm)
    axes = camera_axes(state.orientation)
    return View(state.position_m, perspective(state.position_m, axes, widened(slopes, np.radians(margin_deg))))


def beauty(redraw: Redraw, frame: Frame, framing: Framing) -> Floats32:
    """(h, w, 3) scene-linear light, 1.0 = 100 nits of the wall."""
    view = view_of(state_of(frame, framing.camera), framing.margin_deg)
    redraw.renderer.sets.show(frame.scene)
    return direct_view(redraw.renderer.sets, view, framing.size_px, inner_moment(frame))[..., :3]


def passes_of(
    probe: Redraw, frame: Frame, after: Frame | None, framing: Framing, wanted: tuple[str, ...]
) -> dict[str, Floats32]:
    """The wanted ones of `PASSES`, drawn by a renderer of positions. Where there is no set (the sky), positions lie on
    the far sphere that the renderer gives them."""
    state = state_of(frame, framing.camera)
    view = view_of(state, framing.margin_deg)
    probe.renderer.sets.show(frame.scene)
    position = direct_view(probe.renderer.sets, view, framing.size_px, inner_moment(frame))[..., :3]
    made: dict[str, Floats32] = {"position": position}
    offset = position - np.asarray(view.eye_m, np.float32)
    forward = np.asarray(camera_axes(state.orientation)[1], np.float32)
    made["depth"] = (offset @ forward)[..., None]
    made["normal"] = _normals(position, offset)
    if after is not None:
        made["motion"] = _motion(position, view, view_of(state_of(after, framing.camera), framing.margin_deg))
    return {name: made[name] for name in wanted if name in made}


def write_exr(
    path: Path, picture: Floats32, extra: dict[str, Floats32], frame: Frame, framing: Framing, timecode: dict[str, Any]
) -> None:
    """A multi-part EXR: light in half floats, passes in floats, the camera and the time code in its header. Raises
    InputError where it cannot be written."""
    state = state_of(frame, framing.camera)
    header = {"type": OpenEXR.scanlineimage, "compression": OpenEXR.ZIP_COMPRESSION, **timecode}
    header |= _camera_header(state, framing, frame)
    parts = [OpenEXR.Part(header, {"RGB": picture.astype(np.float16)}, "rgb")]
    names = {"depth": "Z", "position": "P", "normal": "N", "motion": "motion"}
    for name, values in extra.items():
        channels = _channels(name, values)
        parts.append(OpenEXR.Part({"type": OpenEXR.scanlineimage, **timecode}, channels, names[name]))
    try:
        OpenEXR.File(parts).write(str(path))
    except (OSError, RuntimeError) as error:
        raise InputError(str(path), "", f"cannot be written: {error}", "Give another folder, or make room") from error


def timecode_header(start: str, offset: int, rate: Fraction) -> dict[str, Any]:
    """OpenEXR's `timeCode` and `framesPerSecond` of the frame `offset` frames after the start."""
    counting = counting_of(rate)
    text = text_of(frame_of(start, counting) + offset, counting)
    code = OpenEXR.TimeCode()
    code.hours, code.minutes, code.seconds, code.frame = (int(part) for part in text.replace(";", ":").split(":"))
    code.dropFrame = counting.drop
    return {
        "timeCode": code,
        "framesPerSecond": rate,
    }


def _camera_header(state: CameraState, framing: Framing, frame: Frame) -> dict[str, Any]:
    stage_from_camera = Pose(state.position_m, state.orientation)
    numbers = [*stage_from_camera.position_m, *stage_from_camera.orientation]
    return {
        "openstage:camera": state.name,
        "openstage:frame": frame.number,
        "openstage:stage_from_camera": " ".join(f"{value:.9g}" for value in numbers),
        "worldToCamera": _world_to_camera(stage_from_camera),
        "openstage:focal_length_mm": state.lens.focal_length_mm,
        "openstage:sensor_mm": " ".join(f"{value:g}" for value in state.sensor_mm),
        "openstage:projection_offset_mm": " ".join(f"{value:.9g}" for value in state.lens.projection_offset_mm),
        "openstage:distortion": " ".join(f"{value:.9g}" for value in (*state.lens.radial, *state.lens.tangential)),
        "openstage:margin_deg": framing.margin_deg,
    }


def _world_to_camera(stage_from_camera: Pose) -> Floats32:
    """(4, 4) for row vectors, as OpenEXR has them: metres in the stage to camera space (x right, y up, looking along
    -z)."""
    right, forward, up = (np.asarray(axis) for axis in camera_axes(stage_from_camera.orientation))
    turned = np.stack([right, up, -forward], axis=1)
    matrix = np.eye(4)
    matrix[:3, :3] = turned
    matrix[3, :3] = -np.asarray(stage_from_camera.position_m) @ turned
    return matrix.astype(np.float32)


def _channels(name: str, values: Floats32) -> dict[str, Floats32]:
    letters = {"depth": ("Z",), "position": ("X", "Y", "Z"), "normal": ("X", "Y", "Z"), "motion": ("X", "Y")}[name]
    return {letter: np.ascontiguousarray(values[..., place]) for place, letter in enumerate(letters)}


def _normals(position: Floats32, offset: Floats32) -> Floats32:
    """Unit normals toward the eye."""
    down, right = np.gradient(position, axis=(0, 1))
    normal = np.cross(right, down)
    normal /= np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-12)
    away = (normal * offset).sum(axis=-1, keepdims=True) > 0.0
    return np.asarray(np.where(away, -normal, normal), np.float32)


def _motion(position: Floats32, before: View, after: View) -> Floats32:
    """(h, w, 2) where each point goes, in pixels."""
    height, width = position.shape[:2]
    half = np.array([width / 2.0, -height / 2.0])
    return np.asarray((_at(position, after) - _at(position, before)) * half, np.float32)


def _at(position: Floats32, view: View) -> NDArray[np.float64]:
    rows = np.array(view.clip_rows())
    clip = (position.astype(np.float64) - np.asarray(view.eye_m)) @ rows.T
    return np.asarray(clip[..., :2] / clip[..., 2:])
