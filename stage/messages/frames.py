"""The frame record, from which alone a frame is drawn, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from stage.maths.pose import Quaternion, Vector
from stage.messages.samples import LensState, Validity


@dataclass(frozen=True, slots=True)
class CameraState:
    """One camera predicted to the frame's present time: the pose of its entrance pupil, and its lens.

    `horizon_ns` is how far it was predicted beyond the newest sample (`captured_ns`). `sample_number` and
    `sender_counter` are -1 where no sample has come yet (validity LOST, pose from the stage file).
    """

    name: str
    validity: Validity
    position_m: Vector
    orientation: Quaternion
    lens: LensState
    sensor_mm: tuple[float, float]
    sample_number: int
    sender_counter: int
    captured_ns: int
    received_ns: int
    horizon_ns: int


@dataclass(frozen=True, slots=True)
class LookState:
    """The complete look of one frame. Angles in degrees, light in units of 100 nits.

    `gain` is linear (2 ** exposure_ev). The inner view covers the camera's field plus `margin_deg`, then
    fades over `feather_deg`. `sun_*`, `ambient_*` and `haze_*` multiply what the scene file gives.
    `frame_code` draws the frame number into a corner of every tile.
    """

    gain: float = 1.0
    margin_deg: float = 3.0
    feather_deg: float = 1.5
    sun_gain: float = 1.0
    ambient_gain: float = 1.0
    haze_gain: float = 1.0
    frame_code: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything frame `number` is drawn from, on every node, now and when the take is drawn again.

    `cameras` stand in order of priority: where inner views overlap, the earlier camera wins. `outer_number`
    is the frame whose scene time the outer view shows: the outer view is drawn again only when it, the scene
    or the look changes.
    """

    number: int
    present_ns: int
    decided_ns: int
    scene: str
    scene_time_s: float
    outer_number: int
    outer_scene_time_s: float
    look: LookState
    cameras: tuple[CameraState, ...]


@dataclass(frozen=True, slots=True)
class FrameReport:
    """What one render process did with a frame. `skipped` = frames it never drew since the last one;
    `late_ns` > 0 = presented after the present time."""

    node: str
    number: int
    present_ns: int
    received_ns: int
    drawn_ns: int
    presented_ns: int
    late_ns: int
    skipped: int
    cpu_ns: int
    outer_drawn: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """A small picture of one output as it is on the wall: RGBA, 8 bit, rows from the top."""

    node: str
    output: str
    frame_number: int
    width_px: int
    height_px: int
    pixels: bytes
