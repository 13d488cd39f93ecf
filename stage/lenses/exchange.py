"""What importers make and exporters take: points of a lens and what is known of the lens itself. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError

from stage.errors import InputError
from stage.model.base import Model
from stage.model.lens import IrisPoint, LensPoint
from stage.model.lens_file import RADIAL, LensFile
from stage.names import name_like

Kind = TypeVar("Kind", bound=Model)

LARGEST_RAW = 0xFFFFFF
FAR_M = 1e6
"""How infinity is written where a format has none; from a tenth of it on, a distance is infinite."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A lens file made from another program's, and what a person should know of it, in sentences."""

    file: LensFile
    notes: tuple[str, ...] = ()


def lens_file(head: Mapping[str, object], points: Sequence[LensPoint], iris: Sequence[IrisPoint] = ()) -> LensFile:
    """The lens file of points in OpenLensIO's terms: a table with the columns that they need."""
    ordered = sorted(points, key=lambda p: (p.zoom or 0.0, p.zoom_raw, p.focus or 0.0, p.focus_raw))
    cells = [_cells(point) for point in ordered]
    columns = [name for name in _ORDER if _needed(name, cells)]
    rows = tuple(tuple(row[name] or 0.0 for name in columns) for row in cells)
    document = {"schema": "lens/1", **head, "columns": tuple(columns), "rows": rows, "iris": tuple(iris)}
    return checked(LensFile, document, str(head.get("software", "")))


def checked(kind: type[Kind], document: Mapping[str, object], where: str, place: str = "") -> Kind:
    """The record of values from another program's file. Raises InputError where they are none."""
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        details = error.errors(include_url=False)
        words = "; ".join(f"{'.'.join(map(str, one['loc']))} {one['msg']}".strip() for one in details)
        raise InputError(
            where, place, f"is not a lens: {words}", "Correct it, or calibrate and export it again"
        ) from error


_ORDER = (
    "zoom", "zoom_raw", "focus", "focus_raw", "focal_length_mm", "focus_m", "entrance_pupil_m",
    "offset_x_mm", "offset_y_mm", *RADIAL, "p1", "p2", "rms_px",
)  # fmt: skip
_UNLESS_ALL = ("focus_m", "rms_px", "zoom", "focus")
"""Columns that need a value in every row."""


def _cells(point: LensPoint) -> dict[str, float | None]:
    radial = (*point.radial, *(0.0 for _ in range(6 - len(point.radial))))
    p1, p2 = point.tangential or (0.0, 0.0)
    own = {"focal_length_mm": point.focal_length_mm, "entrance_pupil_m": point.entrance_pupil_m, "p1": p1, "p2": p2}
    offsets = {"offset_x_mm": point.projection_offset_mm[0], "offset_y_mm": point.projection_offset_mm[1]}
    keys = {"zoom": point.zoom, "focus": point.focus, "zoom_raw": point.zoom_raw, "focus_raw": point.focus_raw}
    return {**own, **offsets, **keys, "focus_m": point.focus_m, "rms_px": point.rms_px} | dict(
        zip(RADIAL, radial, strict=True)
    )


def _needed(name: str, cells: Sequence[Mapping[str, float | None]]) -> bool:
    values = [row[name] for row in cells]
    if name == "focal_length_mm":
        return True
    if name in _UNLESS_ALL:
        return None not in values
    return any(values)


def keyed(axis: str, values: Sequence[float], where: str) -> str | None:
    """Whether an encoder's values are shares (`zoom`) or raw (`zoom_raw`); None where there is one value only.

    Raises InputError where they are neither.
    """
    if len(set(values)) <= 1:
        return None
    if min(values) >= 0.0 and max(values) <= 1.0:
        return axis
    if all(value.is_integer() and 0 <= value <= LARGEST_RAW for value in values):
        return f"{axis}_raw"
    problem = f"its {axis} values ({min(values):g} to {max(values):g}) are neither 0 to 1 nor whole encoder values"
    raise InputError(where, axis, problem, "Export the lens again with the encoder's own values, or with 0 to 1")


def finite_m(focus_m: float) -> float:
    """A focus distance for a format without infinity."""
    return focus_m if math.isfinite(focus_m) else FAR_M


def read_focus_m(told_m: float) -> float:
    """A focus distance as a format without infinity tells it; not above 0 counts as infinite, too."""
    return told_m if 0.0 < told_m < FAR_M / 10.0 else math.inf


def name_from(text: str) -> str:
    """A name for a file: `Optimo 24-290 (B)` is `optimo-24-290-b`."""
    return name_like(re.sub(r"\s+", "-", text.lower())) or "lens"
