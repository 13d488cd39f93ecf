"""What the walls do when a tracker is lost and when it is back: nothing jumps. Pure.

A camera's shown place is the predicted one and an offset. Where prediction begins anew (after a silence, or a jump of
the tracker's origin), the offset is set so that the picture stays where it was, and then goes down slowly: by so few
pixels of the camera's picture a frame that nobody sees it, or over a time that the stage file says. True motion goes on
meanwhile, whole.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from stage.maths.pose import (
    ORIGIN,
    Quaternion,
    Vector,
    quaternion_conjugate,
    quaternion_from_rotation_vector,
    quaternion_multiply,
    quaternion_normalised,
    rotation_vector_from_quaternion,
)
from stage.messages.samples import LensState
from stage.model.camera import Camera
from stage.model.sources.base import OnLoss, OnReturn
from stage.model.stagefile import Stage
from stage.show.margin_watch import NEAREST_M, distance_to_walls_m
from stage.units import NS_PER_S

UNSEEN_PX = 0.8
"""How far the picture may move in a frame beside true motion, in pixels of the camera's picture."""
COAST_S = 0.4
"""In so much time a coasting camera loses two thirds of its speed."""
FASTEST_COAST_M_S, FASTEST_COAST_RAD_S = 3.0, 2.0
WIDEN_DEG_S, WIDEST_DEG = 10.0, 15.0


@dataclass(frozen=True, slots=True)
class Care:
    """What a camera's source says about loss and return, and how large things look: `frame_hz`, and `distance_m` from
    the camera to the walls."""

    on_loss: OnLoss = "hold"
    on_return: OnReturn = "ease"
    return_s: float | None = None
    frame_hz: float = 24.0
    distance_m: float = 3.0


def care_of(stage: Stage, camera: Camera) -> Care:
    """What the stage file says."""
    source = next((source for source in stage.sources if source.name == camera.source), None)
    frame_hz, distance_m = float(stage.rate_hz), max(distance_to_walls_m(stage, camera), NEAREST_M)
    if source is None:
        return Care(frame_hz=frame_hz, distance_m=distance_m)
    return Care(source.on_loss, source.on_return, source.return_s, frame_hz, distance_m)


def pixels_per_rad(camera: Camera, lens: LensState) -> float:
    """How far a small turn moves the camera's picture."""
    return lens.focal_length_mm / camera.sensor_mm[0] * camera.image_px[0]


class Easing:
    """The offset of one camera's position. Its size is a function of time, so the same moment may be asked for twice.

    Rotation has none: what a wall pixel shows depends on the position alone, and a picture that is not covered is worse
    than an inner view that moves at once.
    """

    def __init__(self, camera: Camera, care: Care) -> None:
        self._camera, self._care = camera, care
        self._way: Vector = ORIGIN
        self._since_ns = 0
        self._rate_m_s = math.inf

    def snap(self) -> None:
        """Go to where the tracker says, at once."""
        self._way = ORIGIN

    def carry(self, way: Vector, lens: LensState, at_ns: int, from_ns: int = 0) -> None:
        """The place that is told becomes another by `way`, though the camera moved no such way: the offset takes it
        up. `at_ns` is the moment shown last; the offset stays as it is until `from_ns`."""
        care, here = self._care, self._at(at_ns)
        if care.on_return == "snap" or care.return_s == 0.0:
            return
        self._way = (here[0] + way[0], here[1] + way[1], here[2] + way[2])
        self._since_ns = max(at_ns, from_ns)
        if care.return_s is not None:
            self._rate_m_s = math.hypot(*self._way) / care.return_s
        else:
            self._rate_m_s = UNSEEN_PX * care.frame_hz * care.distance_m / pixels_per_rad(self._camera, lens)

    def over(self, position_m: Vector, at_ns: int) -> Vector:
        """The position that is shown for a predicted one."""
        way = self._at(at_ns)
        return (position_m[0] + way[0], position_m[1] + way[1], position_m[2] + way[2])

    def _at(self, at_ns: int) -> Vector:
        if self._way == ORIGIN:
            return ORIGIN
        return _shortened(self._way, self._rate_m_s * max(0.0, (at_ns - self._since_ns) / NS_PER_S))


def coasted(
    pose: tuple[Vector, Quaternion], before: tuple[Vector, Quaternion], apart_s: float, since_s: float
) -> tuple[Vector, Quaternion]:
    """Where a camera comes to rest that was at `before`, `apart_s` earlier at `pose`, and is no longer measured since
    `since_s`: it keeps its speed and loses it evenly."""
    way, turn = _between(pose, before)
    reach_s = COAST_S * (1.0 - math.exp(-since_s / COAST_S)) / apart_s
    way = _limited(way, FASTEST_COAST_M_S * apart_s)
    turn = _limited(turn, FASTEST_COAST_RAD_S * apart_s)
    (x, y, z), orientation = pose
    further = quaternion_from_rotation_vector((turn[0] * reach_s, turn[1] * reach_s, turn[2] * reach_s))
    place = (x + way[0] * reach_s, y + way[1] * reach_s, z + way[2] * reach_s)
    return place, quaternion_normalised(quaternion_multiply(further, orientation))


def widened_deg(lost_s: float, returned_s: float | None) -> float:
    """How much the margin has grown: while lost, and going down since it is back."""
    grown = min(WIDEST_DEG, WIDEN_DEG_S * max(0.0, lost_s))
    return grown if returned_s is None else max(0.0, grown - WIDEN_DEG_S * returned_s)


def _between(one: tuple[Vector, Quaternion], other: tuple[Vector, Quaternion]) -> tuple[Vector, Vector]:
    """The way and the turn, as a rotation vector, that lead from the other pose to the one."""
    (ax, ay, az), a = one
    (bx, by, bz), b = other
    turn = rotation_vector_from_quaternion(quaternion_multiply(a, quaternion_conjugate(b)))
    return (ax - bx, ay - by, az - bz), turn


def _shortened(part: Vector, by: float) -> Vector:
    size = math.hypot(*part)
    if size <= by:
        return ORIGIN
    share = 1.0 - by / size
    return (part[0] * share, part[1] * share, part[2] * share)


def _limited(part: Vector, most: float) -> Vector:
    size = math.hypot(*part)
    if size <= most:
        return part
    share = most / size
    return (part[0] * share, part[1] * share, part[2] * share)
