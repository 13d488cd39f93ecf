"""A lens file as the text of a TOML file. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator

from stage.model.lens_file import LensFile

HEAD = ("name", "make", "model", "serial", "calibrated_at", "software", "notes")
WHOLE = ("zoom_raw", "focus_raw")
DIGITS = 10
"""Of a number: a micrometre in ten metres, and far below what a calibration knows."""


def toml_text(file: LensFile) -> str:
    """The file, its table in columns. Read again it is the same lens to ten digits."""
    return "\n".join(_lines(file)) + "\n"


def _lines(file: LensFile) -> Iterator[str]:
    yield 'schema = "lens/1"'
    for key in HEAD:
        if value := getattr(file, key):
            yield f"{key} = {_quoted(value)}"
    yield f"sensor_mm = [{_number(file.sensor_mm[0])}, {_number(file.sensor_mm[1])}]"
    if file.image_px is not None:
        yield f"image_px = [{file.image_px[0]}, {file.image_px[1]}]"
    if file.squeeze != 1.0:
        yield f"squeeze = {_number(file.squeeze)}"
    yield ""
    yield f"columns = [{', '.join(_quoted(column) for column in file.columns)}]"
    yield "rows = ["
    shown = [[_cell(name, value) for name, value in zip(file.columns, row, strict=True)] for row in file.rows]
    widths = [max(len(row[index]) for row in shown) for index in range(len(file.columns))]
    for row in shown:
        yield f"  [{', '.join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))}],"
    yield "]"
    if file.iris:
        yield "iris = ["
        for point in file.iris:
            yield f"  {{ iris_raw = {point.iris_raw}, f_stop = {_number(point.f_stop)} }},"
        yield "]"


def _cell(column: str, value: float) -> str:
    return str(int(value)) if column in WHOLE else _number(value)


def _number(value: float) -> str:
    if math.isinf(value):
        return "inf"
    text = f"{value:.{DIGITS}g}"
    return text if any(mark in text for mark in ".en") else f"{text}.0"


def _quoted(text: str) -> str:
    """A basic string of TOML: quotes, backslashes and control characters escaped."""
    escaped = "".join(
        {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}.get(
            c, c if c >= " " and c != "\x7f" else f"\\u{ord(c):04x}"
        )
        for c in text
    )
    return f'"{escaped}"'
