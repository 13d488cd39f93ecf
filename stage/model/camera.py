"""Tracked cameras: rig, lens, sensor."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from stage.maths.lens import LensModel, OpenCvLens, model_from_opencv
from stage.maths.lens_table import LensKnot, LensTable
from stage.model.base import Model, Name, PoseModel, PositiveMillimetres, SizePx

MOST_CAMERAS = 8
"""Cameras that have inner views at once: `composite.frag` lays so many over each other; each takes a texture unit, and
memory for a picture of every flat wall. A stage may have more cameras, of which the others are off."""
UNKNOWN_MM = 0.0
OWN = ("focal_length_mm", "projection_offset_mm", "radial", "tangential")
FOREIGN = ("opencv", "unreal")
"""The keys of a lens point in OpenLensIO's terms, and those in others'."""
RawEncoder = Annotated[int, Field(ge=0, le=0xFFFFFF)]


class OpenCvPoint(Model):
    """A lens as OpenCV's `calibrateCamera` gives it: pictures of `size_px`, the camera matrix in pixels (0, 0 is the
    middle of the first pixel), `dist` in OpenCV's order k1, k2, p1, p2, k3, k4, k5, k6."""

    size_px: SizePx
    fx_px: Annotated[float, Field(gt=0)]
    fy_px: Annotated[float, Field(gt=0)]
    cx_px: float
    cy_px: float
    dist: Annotated[tuple[float, ...], Field(max_length=8)] = ()

    def model(self, sensor_mm: tuple[float, float]) -> LensModel:
        """The same lens in OpenLensIO terms on this sensor."""
        k1, k2, p1, p2, k3, k4, k5, k6 = (*self.dist, *(0.0 for _ in range(8 - len(self.dist))))
        radial = (k1, k2, k3, k4, k5, k6)
        lens = OpenCvLens(
            size_px=self.size_px,
            fx_px=self.fx_px,
            fy_px=self.fy_px,
            cx_px=self.cx_px,
            cy_px=self.cy_px,
            radial=radial,
            tangential=(p1, p2),
        )
        return model_from_opencv(lens, sensor_mm)


class UnrealPoint(Model):
    """A lens as Unreal's lens file has it: focal length as a share of the sensor's sides (`fx`, `fy`), image centre as
    a share of the picture (`cx`, `cy`), spherical distortion `k` = K1, K2, K3 and `p` = P1, P2."""

    fx: Annotated[float, Field(gt=0, le=100)]
    fy: Annotated[float, Field(gt=0, le=100)] | None = None
    cx: Annotated[float, Field(ge=-1, le=2)] = 0.5
    cy: Annotated[float, Field(ge=-1, le=2)] = 0.5
    k: Annotated[tuple[float, ...], Field(max_length=3)] = ()
    p: tuple[float, float] | tuple[()] = ()

    def model(self, sensor_mm: tuple[float, float]) -> LensModel:
        """The same lens in OpenLensIO terms on this sensor: OpenCV's numerator, with corners counted as here."""
        width, height = sensor_mm
        focal_mm = self.fx * width if self.fy is None else (self.fx * width + self.fy * height) / 2.0
        k1, k2, k3 = (*self.k, *(0.0 for _ in range(3 - len(self.k))))
        radial = (k1 / focal_mm**2, 0.0, k2 / focal_mm**4, 0.0, k3 / focal_mm**6, 0.0)
        offset_mm = ((self.cx - 0.5) * width, (self.cy - 0.5) * height)
        return LensModel(focal_mm, offset_mm, radial, tuple(each / focal_mm for each in self.p))


class LensPoint(Model):
    """The lens at one zoom (and focus) encoder position: raw keys and what was measured there.

    `entrance_pupil_m` is measured in front of the sensor along the optical axis. Either `focal_length_mm` with
    `projection_offset_mm` and the OpenLensIO coefficients `radial` and `tangential` (mm^-n, undistorted to distorted):
    r is multiplied by (1 + k1 r^2 + k3 r^4 + k5 r^6) / (1 + k2 r^2 + k4 r^4 + k6 r^6), so `radial` alternates above and
    below the line. Or the lens as OpenCV (`opencv`) or Unreal (`unreal`) has it: Camera turns it into the former.
    """

    zoom_raw: RawEncoder = 0
    focus_raw: RawEncoder = 0
    focal_length_mm: PositiveMillimetres = UNKNOWN_MM
    entrance_pupil_m: Annotated[float, Field(ge=-1, le=2)] = 0.0
    projection_offset_mm: tuple[float, float] = (0.0, 0.0)
    radial: Annotated[tuple[float, ...], Field(max_length=6)] = ()
    tangential: tuple[float, float] | tuple[()] = ()
    opencv: OpenCvPoint | None = None
    unreal: UnrealPoint | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        foreign = [name for name in FOREIGN if getattr(self, name) is not None]
        own = [name for name in OWN if name in self.model_fields_set]
        if len(foreign) > 1 or (foreign and own):
            raise ValueError(f"give the lens once: {' and '.join((*foreign, *own))} exclude each other")
        if not foreign and "focal_length_mm" not in own:
            raise ValueError("the lens needs focal_length_mm, or opencv = {...}, or unreal = {...}")
        return self

    def on(self, sensor_mm: tuple[float, float]) -> LensPoint:
        """The same point in OpenLensIO terms."""
        foreign = self.opencv or self.unreal
        if foreign is None:
            return self
        model = foreign.model(sensor_mm)
        values = {
            "focal_length_mm": model.focal_length_mm,
            "projection_offset_mm": model.projection_offset_mm,
            "radial": model.radial,
            "tangential": model.tangential,
        }
        return self.model_copy(update=values | dict.fromkeys(FOREIGN))

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
    """A camera on a tracker. Cameras are listed in the order of priority in which a show begins: where inner views
    overlap, the earlier one wins. `on`: whether it begins with an inner view; orders change both while the stage runs.

    `rig` is the pose of the **sensor** in the tracker's frame (`tracker_from_sensor`). `home` is where the
    camera is until its first sample arrives. `image_px` is the recorded picture, for figures in its pixels. It exposes
    for `exposure_ms`, beginning `exposure_phase_ms` after the light of a frame is on the walls.
    """

    name: Name
    source: Name
    sensor_mm: tuple[PositiveMillimetres, PositiveMillimetres]
    image_px: SizePx = (1920, 1080)
    rig: PoseModel = PoseModel()
    home: PoseModel = PoseModel(position_m=(0.0, -3.5, 1.6))
    lens: Lens
    exposure_ms: Annotated[float, Field(ge=0, le=1000)] = 0.0
    exposure_phase_ms: Annotated[float, Field(ge=-1000, le=1000)] = 0.0
    on: bool = True

    @model_validator(mode="after")
    def _lens_makes_a_table(self) -> Self:
        """Every point in OpenLensIO's terms, and a table of them all."""
        if any(point.opencv or point.unreal for point in self.lens.points):
            points = tuple(point.on(self.sensor_mm) for point in self.lens.points)
            object.__setattr__(self, "lens", self.lens.model_copy(update={"points": points}))  # the model is frozen
        self.lens_table()
        return self

    def lens_table(self) -> LensTable:
        """The lens on this camera's sensor, at any encoder values."""
        return self.lens.table(self.sensor_mm)
