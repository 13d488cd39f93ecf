"""Unreal's .ulens exchange files of the Camera Calibration plug-in. Pure.

JSON: a head, and tables whose `header` names the columns and whose `data` has commas within a row and semicolons
between rows, keyed on FocusEncoder and ZoomEncoder. Focal length as a share of the sensor's sides, image centre as
a share of the picture, the spherical model's K1, K2, K3 (OpenCV's numerator), P1, P2; nodal offsets in centimetres on
OpenCV's axes (z forward). The tables may have different points: each is interpolated at the points of all.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stage.errors import InputError
from stage.lenses.exchange import Imported, checked, keyed, lens_file, name_from, read_focus_m
from stage.lenses.grid import EncoderGrid, Place, Values
from stage.model.lens import IrisPoint, LensPoint, UnrealPoint

CM_PER_M = 100.0
KEYS = ("ZoomEncoder", "FocusEncoder")
COLUMNS = {
    "FocalLengthTable": ("Fx", "Fy"),
    "ImageCenterTable": ("Cx", "Cy"),
    "DistortionTable": ("K1", "K2", "K3", "P1", "P2"),
    "NodalOffsetTable": ("Qx", "Qy", "Qz", "Qw", "Tx", "Ty", "Tz"),
}
USUAL: dict[str, Values] = {
    "ImageCenterTable": (0.5, 0.5),
    "DistortionTable": (0.0, 0.0, 0.0, 0.0, 0.0),
    "NodalOffsetTable": (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0),
}
"""What a table that is not there stands for."""
STRAIGHT_M, STRAIGHT_DEG = 1e-4, 0.01
"""Nodal offsets across the axis, and turns, below this are none."""
Table = Mapping[Place, Values]


def read_ulens(text: str, where: str) -> Imported:
    """The lens of a .ulens file. Raises InputError: what is wrong in which table."""
    document = _json(text, where)
    head = _part(document, "metadata", where)
    _check_kind(head, where)
    sensor_mm = _sensor_mm(document, where)
    tables = {str(table.get("parameterName")): table for table in _list(document, "cameraParameterTables", where)}
    found = {name: _table(table, COLUMNS[name], where) for name, table in tables.items() if name in COLUMNS}
    if not found.get("FocalLengthTable"):
        raise InputError(where, "FocalLengthTable", "is missing or empty", "Calibrate the lens, then export it again")
    encoders = {str(each.get("parameterName")): each for each in _list(document, "encoderTables", where)}
    points, notes = _points(found, encoders, head, sensor_mm, where)
    known = {"name": name_from(str(head.get("name") or "lens")), "sensor_mm": sensor_mm, "software": "Unreal .ulens"}
    about = _part(head, "lensInfo", where) if "lensInfo" in head else {}
    known |= {"model": str(about.get("modelName") or ""), "serial": str(about.get("serialNumber") or "")}
    if image_px := _image_px(document):
        known["image_px"] = image_px
    rows = _encoder_rows(encoders.get("Iris"), ("IrisEncoder", "IrisFstop"), where)
    iris = [checked(IrisPoint, {"iris_raw": round(raw), "f_stop": stop}, where, "Iris") for raw, stop in rows]
    return Imported(lens_file(known, points, iris), tuple(notes))


def _points(
    found: Mapping[str, Table],
    encoders: Mapping[str, Any],
    head: Mapping[str, Any],
    sensor_mm: tuple[float, float],
    where: str,
) -> tuple[list[LensPoint], list[str]]:
    places = sorted({place for table in found.values() for place in table})
    zoom_key, focus_key = (keyed(name, [p[i] for p in places], where) for i, name in enumerate(("zoom", "focus")))
    grids = {name: EncoderGrid(table) for name, table in found.items() if table}
    distances = dict(_encoder_rows(encoders.get("Focus"), ("FocusEncoder", "FocusCM"), where))
    dioptres = EncoderGrid({(0.0, raw): (1.0 / read_focus_m(cm / CM_PER_M),) for raw, cm in distances.items()})
    units = (head.get("fxFyUnits", "Normalized"), head.get("cxCyUnits", "Normalized"))
    points: list[LensPoint] = []
    aside_m = turned_deg = 0.0
    for place in places:
        values = {name: grids[name].at(place) if name in grids else USUAL[name] for name in COLUMNS}
        form = _form(values, units, sensor_mm, where)
        *turn, across, down, along = values["NodalOffsetTable"]
        aside_m = max(aside_m, math.hypot(across, down) / CM_PER_M)
        turned_deg = max(turned_deg, math.degrees(2.0 * math.asin(min(1.0, math.hypot(*turn[:3])))))
        keys = {key: value for key, value in ((zoom_key, place[0]), (focus_key, place[1])) if key is not None}
        per_m = dioptres.at((0.0, place[1]))[0] if distances else 0.0
        focus = {"focus_m": 1.0 / per_m if per_m > 0.0 else math.inf} if distances else {}
        document = {**keys, **focus, "unreal": form, "entrance_pupil_m": along / CM_PER_M}
        point = checked(LensPoint, document, where, f"zoom {place[0]:g}, focus {place[1]:g}")
        points.append(point.on(sensor_mm))
    return points, list(_rig_note(aside_m, turned_deg))


def _form(
    values: Mapping[str, Values], units: tuple[Any, Any], sensor_mm: tuple[float, float], where: str
) -> UnrealPoint:
    (fx, fy), (cx, cy) = values["FocalLengthTable"], values["ImageCenterTable"]
    k1, k2, k3, p1, p2 = values["DistortionTable"]
    width, height = sensor_mm
    if units[0] == "Millimeters":
        fx, fy = fx / width, fy / height
    if units[1] == "Millimeters":
        cx, cy = cx / width, cy / height
    form = {"fx": fx, "fy": fy, "cx": cx, "cy": cy, "k": (k1, k2, k3), "p": (p1, p2)}
    return checked(UnrealPoint, form, where, "FocalLengthTable")


def _rig_note(aside_m: float, turned_deg: float) -> Iterator[str]:
    if aside_m > STRAIGHT_M or turned_deg > STRAIGHT_DEG:
        yield (
            f"the nodal offset also goes {aside_m * 1000:.1f} mm across the optical axis and turns "
            f"{turned_deg:.2f} degrees: that is the tracker's mounting, not the lens; put it into the camera's rig"
        )


def _json(text: str, where: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        problem = f"is not JSON: {error.msg} in line {error.lineno}"
        raise InputError(where, "", problem, "Export it from Unreal's lens file again") from error
    except RecursionError as error:
        raise InputError(where, "", "is not a .ulens file", "Export it from Unreal's lens file again") from error
    if not isinstance(document, dict):
        raise InputError(where, "", "is not a .ulens file", "Export it from Unreal's lens file again")
    return document


def _check_kind(head: Mapping[str, Any], where: str) -> None:
    about = head.get("lensInfo")
    model = str(about.get("distortionModel") or "") if isinstance(about, dict) else ""
    if model and "spherical" not in model.lower():
        remedy = "Calibrate it with the spherical model, or import an OpenCV calibration"
        raise InputError(where, "distortionModel", f"is {model!r}: only the spherical model is read", remedy)
    for key in ("fxFyUnits", "cxCyUnits"):
        if (unit := head.get(key, "Normalized")) not in ("Normalized", "Millimeters"):
            raise InputError(where, key, f"is {unit!r}", "Export it with Normalized or Millimeters")


def _sensor_mm(document: Mapping[str, Any], where: str) -> tuple[float, float]:
    sizes = _part(document, "sensorDimensions", where)
    width, height = sizes.get("width"), sizes.get("height")
    if not all(isinstance(side, int | float) and 0 < side <= 1000 for side in (width, height)):
        raise InputError(where, "sensorDimensions", "has no width and height in mm", "Set the sensor size in Unreal")
    return float(sizes["width"]), float(sizes["height"])


def _image_px(document: Mapping[str, Any]) -> tuple[int, int] | None:
    sizes = document.get("imageDimensions")
    width, height = (sizes.get("width"), sizes.get("height")) if isinstance(sizes, dict) else (None, None)
    if isinstance(width, int | float) and isinstance(height, int | float) and 0 < min(width, height) <= 32_768:
        return int(width), int(height)
    return None


def _part(document: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
    part = document.get(key)
    if not isinstance(part, dict):
        raise InputError(where, key, "is missing", "Give a .ulens file as Unreal's lens file exports it")
    return part


def _list(document: Mapping[str, Any], key: str, where: str) -> list[Mapping[str, Any]]:
    rows = document.get(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(where, key, "is not a list of tables", "Give a .ulens file as Unreal's lens file exports it")
    return rows


def _table(table: Mapping[str, Any], wanted: Sequence[str], where: str) -> Table:
    """By (zoom, focus): the values of the wanted columns, by the names in the header."""
    rows = _rows(table, (*KEYS, *wanted), where)
    return {(row[0], row[1]): row[2:] for row in rows}


def _encoder_rows(table: Mapping[str, Any] | None, wanted: Sequence[str], where: str) -> list[tuple[float, float]]:
    return [] if table is None else [(row[0], row[1]) for row in _rows(table, wanted, where)]


def _rows(table: Mapping[str, Any], wanted: Sequence[str], where: str) -> list[Values]:
    name = str(table.get("parameterName"))
    header = [column.strip() for column in str(table.get("header", "")).split(",")]
    missing = [column for column in wanted if column not in header]
    if missing:
        raise InputError(where, name, f"has no column {', '.join(missing)}", f"Its header: {', '.join(header)}")
    rows: list[Values] = []
    for number, text in enumerate(filter(str.strip, str(table.get("data", "")).split(";")), start=1):
        cells = text.split(",")
        try:
            values = [float(cell) for cell in cells]
        except ValueError:
            raise InputError(
                where, name, f"row {number} has something that is no number: {text.strip()!r}", "Correct it"
            ) from None
        if len(values) != len(header) or not all(map(math.isfinite, values)):
            problem = f"row {number} has {len(values)} values for {len(header)} columns, or one that is not finite"
            raise InputError(where, name, problem, "Correct it")
        rows.append(tuple(values[header.index(column)] for column in wanted))
    return rows
