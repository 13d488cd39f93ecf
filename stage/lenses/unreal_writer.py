"""A lens as Unreal's .ulens exchange file: the tables that `stage.lenses.unreal` reads. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from stage.lenses.exchange import finite_m
from stage.lenses.grid import Values
from stage.lenses.unreal import CM_PER_M, COLUMNS
from stage.maths.lens_fit import without_denominator
from stage.model.lens import LensPoint
from stage.model.lens_file import LensFile

SPHERICAL = "SphericalLensModel"


def write_ulens(file: LensFile, points: Sequence[LensPoint]) -> tuple[str, tuple[str, ...]]:
    """The .ulens text of a lens, and notes: what Unreal's spherical model cannot say is fitted."""
    sensor_mm = file.pictured_mm
    places = [(_key(point.focus, point.focus_raw), _key(point.zoom, point.zoom_raw)) for point in points]
    fits = [without_denominator(point.knot().model, sensor_mm) for point in points]
    rows: dict[str, list[Values]] = {name: [] for name in COLUMNS}
    for point, fitted in zip(points, fits, strict=True):
        model = fitted.model
        focal_mm = model.focal_length_mm
        k = (*model.radial, *(0.0 for _ in range(6 - len(model.radial))))[0::2]
        p1, p2 = model.tangential or (0.0, 0.0)
        offsets = zip(model.projection_offset_mm, sensor_mm, strict=True)
        rows["FocalLengthTable"].append((focal_mm / sensor_mm[0], focal_mm / sensor_mm[1]))
        rows["ImageCenterTable"].append(tuple(0.5 + offset / side for offset, side in offsets))
        scaled = (each * focal_mm**power for each, power in zip(k, (2, 4, 6), strict=True))
        rows["DistortionTable"].append((*scaled, p1 * focal_mm, p2 * focal_mm))
        rows["NodalOffsetTable"].append((0.0, 0.0, 0.0, 1.0, 0.0, 0.0, point.entrance_pupil_m * CM_PER_M))
    width_px, height_px = file.image_px or (1920, 1080)
    document = {
        "metadata": _head(file),
        "sensorDimensions": {"width": sensor_mm[0], "height": sensor_mm[1], "units": "Millimeters"},
        "imageDimensions": {"width": width_px, "height": height_px},
        "cameraParameterTables": [
            _written(
                name,
                ("FocusEncoder", "ZoomEncoder", *COLUMNS[name]),
                [(*p, *v) for p, v in zip(places, rows[name], strict=True)],
            )
            for name in COLUMNS
        ],
        "encoderTables": list(_encoder_tables(file, points)),
    }
    worst_px = max(fitted.error_mm for fitted in fits) / sensor_mm[0] * width_px
    notes = (
        (f"fitted without the terms below the line (k2, k4, k6): off by {worst_px:.2g} px at most",) if worst_px else ()
    )
    return json.dumps(document, indent=2) + "\n", notes


def _head(file: LensFile) -> dict[str, object]:
    about = {"serialNumber": file.serial, "modelName": file.model or file.name, "distortionModel": SPHERICAL}
    return {
        "type": "LensFile",
        "version": "0.0.0",
        "lensInfo": about,
        "name": file.name,
        "nodalOffsetCoordinateSystem": "OpenCV",
        "fxFyUnits": "Normalized",
        "cxCyUnits": "Normalized",
        "userMetadata": [],
    }


def _encoder_tables(file: LensFile, points: Sequence[LensPoint]) -> Iterator[dict[str, str]]:
    told = [(_key(p.focus, p.focus_raw), p.focus_m) for p in points]
    distances = {raw: finite_m(focus_m) * CM_PER_M for raw, focus_m in told if focus_m is not None}
    if distances:
        yield _written("Focus", ("FocusEncoder", "FocusCM"), sorted(distances.items()))
    if file.iris:
        yield _written(
            "Iris", ("IrisEncoder", "IrisFstop"), [(float(each.iris_raw), each.f_stop) for each in file.iris]
        )


def _key(share: float | None, raw: int) -> float:
    return float(raw) if share is None else share


def _written(name: str, columns: Sequence[str], rows: Sequence[Values]) -> dict[str, str]:
    data = "; ".join(", ".join(f"{value:.12g}" for value in row) for row in rows)
    return {"parameterName": name, "header": ", ".join(columns), "data": data}
