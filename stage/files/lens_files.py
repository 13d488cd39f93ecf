"""Lens files: found, read, checked, and put in the place of their names in a stage file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from stage.errors import InputError
from stage.files.checked import checked_model, read_document
from stage.files.finding import Finding, Severity
from stage.files.presets import find_lens
from stage.files.problems import findings_of
from stage.maths.lens import overscan
from stage.model.lens import Lens, LensPoint
from stage.model.lens_file import LensFile, place_of, point_keys

CAMERAS, LENS = "cameras", "lens"


def checked_lens(path: Path) -> tuple[LensFile | None, Lens | None, list[Finding]]:
    """The file and the lens it makes, or every problem in it by its place.

    Raises InputError where it cannot be read or is not TOML.
    """
    file, findings = checked_model(path, read_document(path), LensFile)
    if file is None:
        return None, None, findings
    points, findings = _points(path, file)
    findings += _contradictions(path, file, points)
    if findings:
        return file, None, findings
    try:
        lens = Lens(points=tuple(point.on(file.pictured_mm) for point in points), iris=file.iris)
        lens.table(file.pictured_mm)
    except (ValidationError, ValueError) as error:
        words = error.errors()[0]["msg"].removeprefix("Value error, ") if isinstance(error, ValidationError) else error
        return file, None, [_error(path, "rows" if file.rows else "points", str(words), "Correct the table")]
    return file, lens.from_file(str(path), file.pictured_mm), []


def with_lenses(path: Path, document: dict[str, object]) -> tuple[dict[str, object], list[Finding]]:
    """A stage file's document with the lenses that its cameras name, and what is wrong in their files.

    A camera without `sensor_mm` has the sensor that its lens was calibrated on. What is no name stays as it is.
    """
    cameras = document.get(CAMERAS)
    if not isinstance(cameras, list):
        return document, []
    filled: list[Any] = []
    findings: list[Finding] = []
    for index, camera in enumerate(cameras):
        if not isinstance(camera, dict) or not isinstance(camera.get(LENS), str):
            filled.append(camera)
            continue
        try:
            file, lens, found = checked_lens(find_lens(camera[LENS], path.parent))
        except InputError as error:
            field = f"{CAMERAS}[{index}].{LENS}"
            found = [_error(path, field, ": ".join(filter(None, (error.where, error.problem))), error.remedy)]
            file = lens = None
        findings += [finding for finding in found if finding not in findings]
        filled.append(_with_lens(camera, file, lens))
    return document | {CAMERAS: filled}, findings


STAND_IN = {"points": [{"focal_length_mm": 35.0}]}
"""Stands for a lens whose file is wrong, so that the rest of the stage file is checked."""


def _with_lens(camera: dict[str, Any], file: LensFile | None, lens: Lens | None) -> dict[str, Any]:
    sensor = {} if "sensor_mm" in camera else {"sensor_mm": (36.0, 24.0) if file is None else file.pictured_mm}
    return camera | sensor | {LENS: STAND_IN if lens is None else lens}


def _points(path: Path, file: LensFile) -> tuple[list[LensPoint], list[Finding]]:
    """The points of the table, and the rows that make none."""
    if file.points:
        return list(file.points), []
    points: list[LensPoint] = []
    findings: list[Finding] = []
    for number, row in enumerate(file.rows):
        if len(row) != len(file.columns):
            problem = f"has {len(row)} values, but there are {len(file.columns)} columns"
            findings.append(_error(path, f"rows[{number}]", problem, f"Columns: {', '.join(file.columns)}"))
            continue
        try:
            points.append(LensPoint.model_validate(point_keys(file.columns, row)))
        except ValidationError as error:
            for one in findings_of(str(path), LensPoint, error.errors(include_url=False)):
                key = one.field.partition("[")[0]
                place = place_of(file.columns, number, key) if key else f"rows[{number}]"
                findings.append(_error(path, place, f"{key} {one.problem}".strip(), one.remedy))
    return points, findings


def _contradictions(path: Path, file: LensFile, points: list[LensPoint]) -> Iterator[Finding]:
    """Two points at the same encoder values, and points whose distortion folds in the picture."""
    if file.rows and len(points) < len(file.rows):
        return
    name = "rows" if file.rows else "points"
    seen: dict[tuple[object, ...], int] = {}
    for number, point in enumerate(points):
        key = (point.zoom_raw, point.focus_raw, point.zoom, point.focus)
        if (first := seen.setdefault(key, number)) != number:
            problem = f"has the same zoom and focus as {name}[{first}]"
            yield _error(path, f"{name}[{number}]", problem, "Remove one, or correct its encoder values")
        try:
            overscan(point.on(file.pictured_mm).knot().model, file.pictured_mm)
        except ValueError as error:
            remedy = "Check the order of k1 to k6 (odd above, even below the line; mm^-2 to mm^-6) and sensor_mm"
            yield _error(path, f"{name}[{number}]", str(error), remedy)


def _error(path: Path, field: str, problem: str, remedy: str) -> Finding:
    return Finding(Severity.ERROR, str(path), field, problem, remedy)
