"""OpenTrackIO 1.0 samples as lens files: `static` for lens and camera, and `lens` at one or more positions. Pure.

A file is one sample, a list of samples, or a sample a line. Distortion "Brown-Conrady D-U" (the default of the
standard) maps the other way than ours and is fitted; "Brown-Conrady U-D" is taken as it is.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stage.errors import InputError
from stage.lenses.exchange import Imported, checked, finite_m, lens_file, name_from, read_focus_m
from stage.maths.lens import LensModel, overscan
from stage.maths.lens_fit import from_distorted_to_undistorted
from stage.model.lens import LensPoint
from stage.model.lens_file import LensFile

OURS = "Brown-Conrady U-D"
THEIRS = "Brown-Conrady D-U"
VERSION = [1, 0, 1]
PLACEHOLDER_OVERSCAN = 1.5
GIVE = "Give a sample with lens.pinholeFocalLength and static.camera.activeSensorPhysicalDimensions"
Document = Mapping[str, Any]


def read_opentrackio(
    text: str, where: str, sensor_mm: tuple[float, float] | None = None, *, tangential_per_f2: bool = False
) -> Imported:
    """The lens of samples. `tangential_per_f2`: the sender divided p1 and p2 by the square of the focal length, as an
    early mapping note of the standard had it. Raises InputError."""
    samples = _samples(text, where)
    camera = _last(samples, "camera")
    size = _mapping(camera.get("activeSensorPhysicalDimensions"))
    if sensor_mm is None and size:
        sensor_mm = (_number(size, "width", where), _number(size, "height", where))
    if sensor_mm is None:
        raise InputError(
            where, "static.camera.activeSensorPhysicalDimensions", "is missing", "Give --sensor WIDTHxHEIGHT"
        )
    head = _head(samples, camera, sensor_mm)
    pictured_mm = (sensor_mm[0] * float(head.get("squeeze", 1.0)), sensor_mm[1])
    points: dict[tuple[object, ...], LensPoint] = {}
    notes: dict[str, None] = {}
    for sample in samples:
        lens = _mapping(sample.get("lens"))
        if "pinholeFocalLength" in lens:
            point, told = _point(lens, pictured_mm, where, tangential_per_f2=tangential_per_f2)
            points[(point.zoom, point.focus, point.zoom_raw, point.focus_raw)] = point
            notes |= dict.fromkeys(told)
    if not points:
        raise InputError(where, "lens.pinholeFocalLength", "is missing in every sample", GIVE)
    return Imported(lens_file(head, list(points.values())), tuple(notes))


def write_opentrackio(file: LensFile, points: Sequence[LensPoint]) -> str:
    """A sample a line: the static block of lens and camera, and the lens at each position."""
    lines = (json.dumps(sample) for sample in _written(file, points))
    return "\n".join(lines) + "\n"


def _written(file: LensFile, points: Sequence[LensPoint]) -> Iterator[dict[str, object]]:
    width, height = file.sensor_mm
    most = max(overscan(point.knot().model, file.pictured_mm) for point in points)
    about = {"make": file.make, "model": file.model, "serialNumber": file.serial}
    lens: dict[str, object] = {key: value for key, value in about.items() if value}
    lens["distortionOverscanMax"] = most
    if file.calibrated_at:
        lens["calibrationHistory"] = [file.calibrated_at]
    camera: dict[str, object] = {"activeSensorPhysicalDimensions": {"width": width, "height": height}}
    if file.image_px is not None:
        camera["activeSensorResolution"] = {"width": file.image_px[0], "height": file.image_px[1]}
    if file.squeeze != 1.0:
        num, denom = float(file.squeeze).as_integer_ratio()
        camera["anamorphicSqueeze"] = {"num": num, "denom": denom}
    for point in points:
        yield {
            "protocol": {"name": "OpenTrackIO", "version": VERSION},
            "static": {"camera": camera, "lens": lens},
            "lens": _lens_of(point, file.pictured_mm),
        }


def _lens_of(point: LensPoint, sensor_mm: tuple[float, float]) -> dict[str, object]:
    x, y = point.projection_offset_mm
    found: dict[str, object] = {
        "pinholeFocalLength": point.focal_length_mm,
        "entrancePupilOffset": point.entrance_pupil_m,
        "projectionOffset": {"x": x, "y": y},
    }
    shares = {key: value for key, value in (("focus", point.focus), ("zoom", point.zoom)) if value is not None}
    if shares:
        found["encoders"] = shares
    else:
        found["rawEncoders"] = {"focus": point.focus_raw, "zoom": point.zoom_raw}
    if point.focus_m is not None:
        found["focusDistance"] = finite_m(point.focus_m)
    if any(point.radial) or any(point.tangential):
        distortion: dict[str, object] = {"model": OURS, "radial": list(point.radial or (0.0,))}
        if point.tangential:
            distortion["tangential"] = list(point.tangential)
        distortion["overscan"] = overscan(point.knot().model, sensor_mm)
        found["distortion"] = [distortion]
    return found


def _head(samples: Sequence[Document], camera: Document, sensor_mm: tuple[float, float]) -> dict[str, Any]:
    about = _last(samples, "lens")
    make, model = str(about.get("make") or ""), str(about.get("model") or "")
    head: dict[str, object] = {
        "name": name_from(f"{make} {model}"),
        "make": make,
        "model": model,
        "sensor_mm": sensor_mm,
    }
    head["serial"] = str(about.get("serialNumber") or "")
    history = about.get("calibrationHistory")
    if isinstance(history, list) and history:
        head["calibrated_at"] = str(history[-1])[:200]
    size = _mapping(camera.get("activeSensorResolution"))
    if isinstance(size.get("width"), int) and isinstance(size.get("height"), int):
        head["image_px"] = (size["width"], size["height"])
    squeeze = _mapping(camera.get("anamorphicSqueeze"))
    if squeeze.get("num") and squeeze.get("denom"):
        head["squeeze"] = squeeze["num"] / squeeze["denom"]
    head["software"] = "OpenTrackIO"
    return head


def _point(
    lens: Document, sensor_mm: tuple[float, float], where: str, *, tangential_per_f2: bool
) -> tuple[LensPoint, list[str]]:
    focal_mm = _number(lens, "pinholeFocalLength", where)
    offset = _pair(lens.get("projectionOffset"), where, "projectionOffset")
    model = LensModel(focal_mm, offset)
    notes: list[str] = []
    if chosen := _chosen(lens):
        radial, tangential = (_numbers(chosen.get(key, []), where, key) for key in ("radial", "tangential"))
        if tangential_per_f2:
            tangential = tuple(each * focal_mm for each in tangential)
        told = LensModel(focal_mm, offset, radial[:6], tangential)
        model, notes = _in_our_direction(chosen, told, lens, sensor_mm, where)
        if isinstance(chosen.get("overscan"), int | float) and chosen["overscan"] > PLACEHOLDER_OVERSCAN:
            notes.append(f"the sender's overscan of {chosen['overscan']:g} is a placeholder: it is measured instead")
    shares, raw = _mapping(lens.get("encoders")), _mapping(lens.get("rawEncoders"))
    given: dict[str, object] = {}
    for axis in ("zoom", "focus"):
        if axis in shares:
            given[axis] = _number(shares, axis, where)
        elif axis in raw:
            given[f"{axis}_raw"] = raw[axis]
    if "focusDistance" in lens:
        given["focus_m"] = read_focus_m(_number(lens, "focusDistance", where))
    given["entrance_pupil_m"] = _number(lens, "entrancePupilOffset", where) if "entrancePupilOffset" in lens else 0.0
    values = {
        "focal_length_mm": model.focal_length_mm,
        "projection_offset_mm": model.projection_offset_mm,
        "radial": model.radial,
        "tangential": model.tangential,
    }
    point = checked(LensPoint, {**given, **values}, where, "lens")
    return point, notes


def _chosen(lens: Document) -> Document:
    """Of several descriptions of the distortion the one in our direction, else the first."""
    given = [each for each in lens.get("distortion") or [] if isinstance(each, dict)]
    return next((each for each in given if each.get("model") == OURS), given[0] if given else {})


def _in_our_direction(
    chosen: Document, told: LensModel, lens: Document, sensor_mm: tuple[float, float], where: str
) -> tuple[LensModel, list[str]]:
    name = chosen.get("model", THEIRS)
    centre = _pair(lens.get("distortionOffset"), where, "distortionOffset")
    if name == OURS and centre == (0.0, 0.0):
        return told, []
    if name == OURS:
        raise InputError(
            where, "lens.distortionOffset", "with U-D distortion is not read", "Put it into projectionOffset"
        )
    if name != THEIRS:
        raise InputError(where, "lens.distortion.model", f"{name!r} is not known", f"Known: {THEIRS}, {OURS}")
    try:
        overscan(told, sensor_mm)
        fitted = from_distorted_to_undistorted(told, sensor_mm, centre)
    except ValueError as error:
        raise InputError(where, "lens.distortion", str(error), "Check radial: it alternates above and below") from error
    return fitted.model, [f"distortion turned from D-U to U-D, off by {fitted.error_mm * 1000:.2g} micrometres at most"]


def _samples(text: str, where: str) -> list[Document]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        found = [_line(line, number, where) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    except RecursionError as error:
        raise InputError(where, "", "is not an OpenTrackIO sample", GIVE) from error
    samples = found if isinstance(found, list) else [found]
    if not samples or not all(isinstance(sample, dict) for sample in samples):
        raise InputError(where, "", "is not an OpenTrackIO sample", GIVE)
    return samples


def _line(line: str, number: int, where: str) -> Any:
    try:
        return json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise InputError(f"{where}:{number}", "", "is not JSON", "Give a sample, or a sample a line") from error


def _last(samples: Sequence[Document], key: str) -> Document:
    """The newest `static` part of that name."""
    found = [part for sample in samples if (part := _mapping(_mapping(sample.get("static")).get(key)))]
    return found[-1] if found else {}


def _mapping(value: Any) -> Document:
    return value if isinstance(value, dict) else {}


def _number(part: Document, key: str, where: str) -> float:
    value = part.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InputError(where, key, f"must be a number, not {value!r}", "Correct the sample")
    return float(value)


def _numbers(values: Any, where: str, key: str) -> tuple[float, ...]:
    if not isinstance(values, list):
        raise InputError(where, key, "must be a list of numbers", "Correct the sample")
    return tuple(_number({key: each}, key, where) for each in values)


def _pair(value: Any, where: str, key: str) -> tuple[float, float]:
    part = _mapping(value)
    return (_number(part, "x", where), _number(part, "y", where)) if part else (0.0, 0.0)
