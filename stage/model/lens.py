"""Lenses: what a person or a calibration says of one, and the table that is made of it."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, PrivateAttr, model_validator

from stage.maths.lens import LensModel, OpenCvLens, model_from_opencv
from stage.maths.lens_table import LensKnot, LensTable
from stage.model.base import Model, PositiveMillimetres, SizePx
from stage.model.sources.base import EncoderRange

UNKNOWN_MM = 0.0
OWN = ("focal_length_mm", "projection_offset_mm", "radial", "tangential")
FOREIGN = ("opencv", "unreal")
"""The keys of a lens point in OpenLensIO's terms, and those in others'."""
RawEncoder = Annotated[int, Field(ge=0, le=0xFFFFFF)]
Share = Annotated[float, Field(ge=0, le=1)]
FocusDistance = Annotated[float, Field(gt=0, allow_inf_nan=True)]
"""Metres from the sensor; `inf` at infinity."""
SHARES = {"zoom": "zoom_raw", "focus": "focus_raw"}
"""Encoder keys as a share of the way between the encoder's ends, and the raw ones they stand for."""


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
    """The lens at one zoom (and focus) encoder position: its keys and what was measured there.

    Keys are raw encoder values (`zoom_raw`, `focus_raw`), or the share of the way from one end of the source's encoder
    range to the other (`zoom`, `focus`: 0 to 1). `focus_m` is the distance that is in focus. `rms_px` is the
    calibration's remaining error. `entrance_pupil_m` is measured in front of the sensor along the optical axis.

    Either `focal_length_mm` with `projection_offset_mm` and the OpenLensIO coefficients `radial` and `tangential`
    (mm^-n, undistorted to distorted): r is multiplied by
    (1 + k1 r^2 + k3 r^4 + k5 r^6) / (1 + k2 r^2 + k4 r^4 + k6 r^6), so `radial` alternates above and below the line.
    Or the lens as OpenCV (`opencv`) or Unreal (`unreal`) has it: Camera turns it into the former.
    """

    zoom_raw: RawEncoder = 0
    focus_raw: RawEncoder = 0
    zoom: Share | None = None
    focus: Share | None = None
    focus_m: FocusDistance | None = None
    rms_px: Annotated[float, Field(ge=0)] | None = None
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
        for share, raw in SHARES.items():
            if getattr(self, share) is not None and raw in self.model_fields_set:
                raise ValueError(f"{share} and {raw} exclude each other: give the encoder's value once")
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

    def raw(self, zoom: EncoderRange, focus: EncoderRange) -> LensPoint:
        """The same point on raw encoder values, where its keys are shares of these ranges."""
        shares = ((key, getattr(self, key), ends) for key, ends in (("zoom", zoom), ("focus", focus)))
        found = {SHARES[key]: ends.device_raw(share) for key, share, ends in shares if share is not None}
        return self.model_copy(update=found | dict.fromkeys(SHARES)) if found else self

    def knot(self) -> LensKnot:
        """The point as the lens table holds it."""
        model = LensModel(self.focal_length_mm, self.projection_offset_mm, self.radial, self.tangential)
        return LensKnot(self.zoom_raw, self.focus_raw, model, self.entrance_pupil_m, self.focus_m)


class IrisPoint(Model):
    """The aperture at one iris encoder position."""

    iris_raw: RawEncoder
    f_stop: Annotated[float, Field(gt=0, le=1000)]


class Lens(Model):
    """A prime (`focal_length_mm` and friends in one point) or a zoom (an encoder table of points).

    A lens without a zoom or focus encoder has the same raw value (0) in all its points.
    """

    points: Annotated[tuple[LensPoint, ...], Field(min_length=1)]
    iris: tuple[IrisPoint, ...] = ()
    _file: str = PrivateAttr(default="")
    _calibrated_mm: tuple[float, float] | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _one_kind_of_key(self) -> Self:
        for share in SHARES:
            given = {getattr(point, share) is not None for point in self.points}
            if len(given) > 1:
                raise ValueError(f"all points have {share}, or none: shares and raw values do not mix")
        return self

    @property
    def file(self) -> str:
        """The lens file that it came from; "" where it stands in the stage file."""
        return self._file

    @property
    def calibrated_mm(self) -> tuple[float, float] | None:
        """The sensor that a lens file was calibrated on; None where the lens stands in the stage file."""
        return self._calibrated_mm

    def from_file(self, path: str, calibrated_mm: tuple[float, float]) -> Lens:
        """The same lens, and the file that says so."""
        named = self.model_copy()
        named._file, named._calibrated_mm = path, calibrated_mm
        return named

    def on(self, sensor_mm: tuple[float, float]) -> Lens:
        """The same lens in OpenLensIO terms."""
        if not any(point.opencv or point.unreal for point in self.points):
            return self
        return self.model_copy(update={"points": tuple(point.on(sensor_mm) for point in self.points)})

    def raw(self, zoom: EncoderRange, focus: EncoderRange) -> Lens:
        """The same lens on raw encoder values."""
        return self.model_copy(update={"points": tuple(point.raw(zoom, focus) for point in self.points)})

    def table(self, sensor_mm: tuple[float, float]) -> LensTable:
        """The lens at any encoder values. Raises ValueError for points that do not form a table.

        Points on shares stand on their shares of 65535 here: the range of the source is not known to a lens.
        """
        ends = EncoderRange(minimum=0, maximum=0xFFFF)
        return LensTable([point.raw(ends, ends).knot() for point in self.points], sensor_mm)
