"""Pairs of points: where the tracker says a point is, and where it is on the stage. From a CSV file."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from pathlib import Path

from stage.alignment.pair import Pair
from stage.errors import InputError
from stage.files.toml_text import decoded
from stage.maths.pose import Vector

AXES = ("x", "y", "z")
UNITS = {"_m": 1.0, "_cm": 0.01, "_mm": 0.001}
HEADER = "name,tracker_x_m,tracker_y_m,tracker_z_m,stage_x_m,stage_y_m,stage_z_m"
"""Or `marker` instead of the stage's columns; `_mm` or `_cm` instead of `_m`."""


def read_pairs(path: Path, markers: Mapping[int, Vector]) -> list[Pair]:
    """The pairs of a CSV file; `markers` are the places of the wall's markers. Raises InputError with the line."""
    try:
        text = decoded(path.read_bytes(), str(path)) if path.suffix != ".toml" else ""
    except OSError as error:
        raise InputError(str(path), "", f"cannot be read: {error.strerror}", "Check the path") from error
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    delimiter = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    rows = list(csv.reader(lines, delimiter=delimiter))
    if len(rows) < 2:
        raise InputError(str(path), "", "has no points", f"Its first line names the columns: {HEADER}")
    columns = [cell.strip().lower() for cell in rows[0]]
    return [_pair(path, number, columns, row, markers) for number, row in enumerate(rows[1:], start=1)]


def _pair(path: Path, number: int, columns: list[str], row: list[str], markers: Mapping[int, Vector]) -> Pair:
    where = f"{path}, point {number}"
    if len(row) != len(columns):
        raise InputError(
            where, "", f"has {len(row)} values for {len(columns)} columns", f"Columns: {', '.join(columns)}"
        )
    cells = dict(zip(columns, (cell.strip() for cell in row), strict=True))
    marker = cells.get("marker", "")
    if marker:
        if not marker.isdigit() or int(marker) not in markers:
            raise InputError(
                where, "marker", f"there is no marker {marker!r} on the walls", "Read its number off the chart"
            )
        stage_m = markers[int(marker)]
    else:
        stage_m = read_place(where, cells, "stage")
    return Pair(
        cells.get("name") or (f"marker {marker}" if marker else str(number)),
        read_place(where, cells, "tracker"),
        stage_m,
    )


def read_place(where: str, cells: Mapping[str, str], which: str) -> Vector:
    """A place of three columns, such as `tracker_x_m`, in metres. Raises InputError."""
    x, y, z = (_length(where, cells, f"{which}_{axis}") for axis in AXES)
    return (x, y, z)


def _length(where: str, cells: Mapping[str, str], stem: str) -> float:
    for ending, unit_m in UNITS.items():
        if stem + ending in cells:
            return read_value(where, cells, stem + ending) * unit_m
    raise InputError(where, f"{stem}_m", "is missing", f"The first line names the columns: {HEADER}")


def read_value(where: str, cells: Mapping[str, str], key: str) -> float:
    """A number of a column. Raises InputError where it is missing or none."""
    text = cells.get(key)
    if text is None:
        raise InputError(where, key, "is missing", "The first line names the columns")
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(where, key, f"{text!r} is not a number", "Write it with a point: 1.25")
    return value
