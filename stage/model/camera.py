"""Tracked cameras: rig, lens, sensor."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from stage.model.base import Model, Name, PoseModel, PositiveMillimetres, SizePx

RawEncoder = Annotated[int, Field(ge=0, le=0xFFFFFF)]


class LensPoint(Model):
    """The lens at one zoom (and focus) encoder position: raw keys and what was measured there.

    `entrance_pupil_m` is in front of the sensor along the optical axis; `radial` and `tangential` are
    OpenLensIO coefficients (mm^-n, undistorted to distorted); `rms` fields are not needed on the stage.
    """

    zoom_raw: RawEncoder = 0
    focus_raw: RawEncoder = 0
    focal_length_mm: PositiveMillimetres
    entrance_pupil_m: Annotated[float, Field(ge=-1, le=2)] = 0.0
    projection_offset_mm: tuple[float, float] = (0.0, 0.0)
    radial: Annotated[tuple[float, ...], Field(max_length=6)] = ()
    tangential: tuple[float, float] | tuple[()] = ()


class Lens(Model):
    """A prime (`focal_length_mm` and friends in one point) or a zoom (an encoder table of points)."""

    points: Annotated[tuple[LensPoint, ...], Field(min_length=1)]


class Camera(Model):
    """A camera on a tracker. Cameras stand in the file in order of priority: where inner views overlap, the
    earlier one wins.

    `rig` is the pose of the **sensor** in the tracker's frame (`tracker_from_sensor`). `home` is where the
    camera stands until its first sample comes. `image_px` is the recorded picture, for figures in its pixels.
    """

    name: Name
    source: Name
    sensor_mm: tuple[PositiveMillimetres, PositiveMillimetres]
    image_px: SizePx = (1920, 1080)
    rig: PoseModel = PoseModel()
    home: PoseModel = PoseModel(position_m=(0.0, 0.0, 1.6))
    lens: Lens
