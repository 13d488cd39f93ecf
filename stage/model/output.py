"""Outputs: the rasters that LED processors receive."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from stage.model.base import Model, Name, SizePx
from stage.names import is_name, normal

Coordinate = Annotated[int, Field(ge=0, le=32_768)]


def _wall_and_tile(text: str) -> str:
    """`WALL/TILE` in normal form. Raises pydantic's error where it is not."""
    wall, _, tile = normal(text).partition("/")
    if not (is_name(wall) and is_name(tile)):
        problem = 'must be "WALL/TILE", such as "main/all"'
        remedy = "A wall without tiles of its own has one, WALL/all"
        raise PydanticCustomError("tile", "{problem}", {"problem": problem, "remedy": remedy})
    return f"{wall}/{tile}"


TileName = Annotated[
    str, AfterValidator(_wall_and_tile), WithJsonSchema({"type": "string", "pattern": "^[^/]+/[^/]+$"})
]


class TilePlacement(Model):
    """Where a tile is placed in an output. `tile` is `WALL/TILE`; `position_px` is the upper left corner of the
    placed (already turned) rectangle; `rotation_deg` turns the picture clockwise."""

    tile: TileName
    position_px: tuple[Coordinate, Coordinate] = (0, 0)
    rotation_deg: Literal[0, 90, 180, 270] = 0


class Output(Model):
    """One raster. It fills the screen `screen`; with `windowed` it is as large as its raster there, without a frame.
    `windowed` alone is an ordinary window on the desktop, for viewing. With neither it stays in memory."""

    name: Name
    size_px: SizePx
    screen: Annotated[int, Field(ge=0, le=63)] | None = None
    windowed: bool = False
    tiles: Annotated[tuple[TilePlacement, ...], Field(min_length=1)]

    @property
    def on_screen(self) -> bool:
        """Whether it is visible on this machine."""
        return self.screen is not None or self.windowed
