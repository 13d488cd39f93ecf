"""Tracked cameras: rig, lens, sensor."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from stage.maths.lens import LensModel
from stage.maths.lens_table import LensKnot, LensTable
from stage.model.base import Model, Name, PoseModel, PositiveMillimetres, SizePx

MOST_CAMERAS = 8
"""Cameras that `composite.frag` lays over each other on a wall; each takes a texture unit."""
RawEncoder = Annotated[int, Field(ge=0, le=0xFFFFFF)]


class LensPoint(Model):
    """The lens at one zoom (and focus) encoder position: raw keys and what was measured there.

    `entrance_pupil_m` is measured in front of the sensor along the optical axis; `radial` and `tangential` are
    OpenLensIO coefficients (mm^-n, undistorted to distorted); `rms` fields are not needed on the stage.
    """

    zoom_raw: RawEncoder = 0
    focus_raw: RawEncoder = 0
    focal_length_mm: PositiveMillimetres
    entrance_pupil_m: Annotated[float, Field(ge=-1, le=2)] = 0.0
    projection_offset_mm: tuple[float, float] = (0.0, 0.0)
    radial: Annotated[tuple[float, ...], Field(max_length=6)] = ()
    tangential: tuple[float, float] | tuple[()] = ()

    def knot(self) -> LensKnot:
        """The point as the lens table holds it."""
        model = LensModel(self.focal_length_mm, self.projection_offset_mm, self.radial, self.tangential)
        return LensKnot(self.zoom_raw, self.focus_raw, model, self.entrance_pupil_m)


class Lens(Model):
    """A prime (`focal_length_mm` and friends in one point) or a zoom (an encoder table of points).

    A lens without a zoom or focus encoder has the same raw value (0) in all its points.
    """

    points: Annotated[tuple[LensPoint, ...], Field(min_length=1)]

    def table(self, sensor_mm: tuple[float, float]) -> LensTable:
        """The lens at any encoder values. Raises ValueError for points that do not form a table."""
        return LensTable([point.knot() for point in self.points], sensor_mm)


class Camera(Model):
    """A camera on a tracker. Cameras are listed in order of priority: where inner views overlap, the
    earlier one wins.

    `rig` is the pose of the **sensor** in the tracker's frame (`tracker_from_sensor`). `home` is where the
    camera is until its first sample arrives. `image_px` is the recorded picture, for figures in its pixels.
    """

    name: Name
    source: Name
    sensor_mm: tuple[PositiveMillimetres, PositiveMillimetres]
    image_px: SizePx = (1920, 1080)
    rig: PoseModel = PoseModel()
    home: PoseModel = PoseModel(position_m=(0.0, -3.5, 1.6))
    lens: Lens

    @model_validator(mode="after")
    def _lens_makes_a_table(self) -> Self:
        self.lens_table()
        return self

    def lens_table(self) -> LensTable:
        """The lens on this camera's sensor, at any encoder values."""
        return self.lens.table(self.sensor_mm)
