"""The lens file: one lens as it was calibrated, in TOML (`schema = "lens/1"`): a head, and a table of points."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from stage.model.base import Model, Name, PositiveMillimetres, SizePx
from stage.model.lens import IrisPoint, LensPoint

Column = Literal[
    "zoom_raw", "focus_raw", "zoom", "focus", "focal_length_mm", "focus_m", "entrance_pupil_m",
    "offset_x_mm", "offset_y_mm", "k1", "k2", "k3", "k4", "k5", "k6", "p1", "p2", "rms_px",
]  # fmt: skip
Cell = Annotated[float, Field(allow_inf_nan=True)]
RADIAL = ("k1", "k2", "k3", "k4", "k5", "k6")
ADDED = {"offset_x_mm": "projection_offset_mm", "offset_y_mm": "projection_offset_mm", "p1": "tangential"} | {
    "p2": "tangential",
    **dict.fromkeys(RADIAL, "radial"),
}
"""Columns that are parts of a point's key."""
Line = Annotated[str, Field(max_length=200)]


class LensFile(Model):
    """One lens. `sensor_mm` is the sensor that it was calibrated on (its active area), `image_px` the pictures.

    `squeeze` is the factor of an anamorphic lens: the table then holds for pictures without squeeze, on a sensor that
    much wider. The table stands either in `columns` and `rows`, a row a point, or in `[[points]]` as in a stage file.
    """

    schema_: Literal["lens/1"] = Field(alias="schema")
    name: Name
    make: Line = ""
    model: Line = ""
    serial: Line = ""
    calibrated_at: Line = ""
    software: Line = ""
    notes: Annotated[str, Field(max_length=2000)] = ""
    sensor_mm: tuple[PositiveMillimetres, PositiveMillimetres]
    image_px: SizePx | None = None
    squeeze: Annotated[float, Field(ge=0.5, le=4)] = 1.0
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    points: tuple[LensPoint, ...] = ()
    iris: tuple[IrisPoint, ...] = ()

    @model_validator(mode="after")
    def _one_table(self) -> Self:
        if bool(self.rows) == bool(self.points):
            raise ValueError("the lens needs its points once: either columns and rows, or [[points]]")
        if self.rows and "focal_length_mm" not in self.columns:
            raise ValueError("the table needs a column focal_length_mm")
        twice = [column for column in self.columns if self.columns.count(column) > 1]
        if twice:
            raise ValueError(f"the column {twice[0]} stands twice in the table")
        return self

    @property
    def pictured_mm(self) -> tuple[float, float]:
        """The sensor without squeeze, which the table's values are about."""
        return (self.sensor_mm[0] * self.squeeze, self.sensor_mm[1])


def point_keys(columns: tuple[Column, ...], row: tuple[float, ...]) -> dict[str, object]:
    """A row of the table as the keys of a lens point. Raw values stay whole numbers."""
    cells: dict[str, float] = dict(zip(columns, row, strict=True))
    point: dict[str, object] = {key: value for key, value in cells.items() if key not in ADDED}
    if any(key in cells for key in ("offset_x_mm", "offset_y_mm")):
        point["projection_offset_mm"] = (cells.get("offset_x_mm", 0.0), cells.get("offset_y_mm", 0.0))
    terms = max([index for index, key in enumerate(RADIAL, start=1) if key in cells], default=0)
    if terms:
        point["radial"] = tuple(cells.get(key, 0.0) for key in RADIAL[:terms])
    if "p1" in cells or "p2" in cells:
        point["tangential"] = (cells.get("p1", 0.0), cells.get("p2", 0.0))
    return point


def place_of(columns: tuple[Column, ...], row: int, key: str) -> str:
    """Where a key of a point stands in the file: `rows[3][2]`, or `rows[3]` where it comes of several columns."""
    named = [column for column in columns if column == key or ADDED.get(column) == key]
    return f"rows[{row}][{columns.index(named[0])}]" if len(named) == 1 else f"rows[{row}]"
